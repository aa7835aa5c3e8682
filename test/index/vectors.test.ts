import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VerbatimError } from '../../src/errors.ts';
import { VectorIndex } from '../../src/index/vectors.ts';
import { unit } from '../../src/models/embedder.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verbatim-vectors-'));
});
afterAll(() => rm(folder, { recursive: true }));

const DIMENSION = 32;

/** Vectors that are the same in every run. */
function vectors(count: number, seed: number): Float32Array[] {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  return Array.from({ length: count }, () => unit(Float32Array.from({ length: DIMENSION }, next)));
}

function indexOf(all: readonly Float32Array[]): VectorIndex {
  const index = VectorIndex.create(DIMENSION, all.length);
  for (const vector of all) index.add(vector);
  return index;
}

function exact(all: readonly Float32Array[], query: Float32Array, k: number) {
  const dot = (a: Float32Array) => a.reduce((sum, value, i) => sum + value * (query[i] as number), 0);
  return all
    .map((vector, id) => ({ id, score: dot(vector) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, k);
}

describe('the vector index', () => {
  it('finds what exact search finds', () => {
    const all = vectors(2000, 1);
    const index = indexOf(all);
    let hits = 0;
    for (const query of vectors(50, 2)) {
      const found = index.search(query, 10);
      const expected = exact(all, query, 10);
      hits += found.filter(({ id }) => expected.some((hit) => hit.id === id)).length;
      expect(found).toHaveLength(10);
      for (const [i, { id, score }] of found.entries()) {
        expect(score).toBeCloseTo(exact([all[id] as Float32Array], query, 1)[0]?.score ?? Number.NaN, 5);
        if (i > 0) expect(score).toBeLessThanOrEqual(found[i - 1]?.score ?? Number.NaN);
      }
    }
    expect(hits / 500).toBeGreaterThanOrEqual(0.99);
  });

  it('finds every vector first when asked for itself', () => {
    const all = vectors(300, 3);
    const index = indexOf(all);
    for (const [id, vector] of all.entries()) expect(index.search(vector, 1)[0]?.id).toBe(id);
  });

  it('loads what was saved: the same vectors, the same answers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 80 }), fc.nat(), async (count, seed) => {
        const all = vectors(count, seed);
        const index = indexOf(all);
        const file = path.join(folder, `${count}-${seed}.hnsw`);
        index.save(file);
        const loaded = await VectorIndex.load(file, DIMENSION, count);
        expect(loaded.size).toBe(count);
        for (const [id, vector] of all.entries()) expect(loaded.get(id)).toEqual(vector);
        for (const query of vectors(3, seed + 1))
          expect(loaded.search(query, 10)).toEqual(index.search(query, 10));
      }),
      { numRuns: 25 },
    );
  });

  it('gives all it has where fewer are there than asked for', () => {
    expect(indexOf(vectors(3, 4)).search(vectors(1, 5)[0] as Float32Array, 50)).toHaveLength(3);
    expect(VectorIndex.create(DIMENSION, 0).search(new Float32Array(DIMENSION), 5)).toEqual([]);
  });

  it('takes no vector that is none', () => {
    const index = VectorIndex.create(DIMENSION, 5);
    for (const bad of [
      new Float32Array(5),
      new Float32Array(DIMENSION).fill(Number.NaN),
      new Float32Array(DIMENSION).fill(1 / 0),
    ]) {
      expect(() => index.add(bad)).toThrow(VerbatimError);
    }
    expect(index.size).toBe(0);
  });

  it('is not loaded with another number of vectors, nor from what is no index', async () => {
    const file = path.join(folder, 'three.hnsw');
    indexOf(vectors(3, 6)).save(file);
    await expect(VectorIndex.load(file, DIMENSION, 4)).rejects.toThrow(VerbatimError);
    await expect(VectorIndex.load(path.join(folder, 'none.hnsw'), DIMENSION, 3)).rejects.toThrow();
    await writeFile(path.join(folder, 'text.hnsw'), 'no index');
    await expect(VectorIndex.load(path.join(folder, 'text.hnsw'), DIMENSION, 3)).rejects.toThrow();
  });
});
