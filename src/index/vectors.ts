/**
 * hnswlib-node behind what it lacks: bounds on k, values checked before they go in, a fresh object for every
 * load, and the search width set each time, because a saved index does not hold it. What its file does not
 * hold either (dimension, space, checksum) stands in the manifest.
 */
import { createRequire } from 'node:module';
import type { HierarchicalNSW } from 'hnswlib-node';
import { VerbatimError } from '../errors.ts';
import type { Hit } from './store.ts';

// The package is CommonJS around a native addon, and ships its types only for its default export.
const { HierarchicalNSW: Hnsw } = createRequire(import.meta.url)(
  'hnswlib-node',
) as typeof import('hnswlib-node');

/**
 * Links of a node, and the width of the search that finds them while building. Inserting is most of what a refresh
 * costs, because the same vectors in the same order are inserted anew; asking is paid for by a person who waits for the
 * models anyway. So building is narrow and searching wide. recall@10 with searches of 256: over 100,000 vectors in a
 * thousand clusters 0.998 at 50, 0.992 at 40 and 0.960 at 32; over 40,000 vectors spread over 40 of 384 dimensions,
 * which is as hard as texts get, 0.988 at 40. Inserting takes 0.38, 0.32 and 0.27 ms at 50, 40 and 32.
 */
const M = 16;
const EF_CONSTRUCTION = 40;
/** Fixed, so that the same vectors in the same order give the same file. */
const SEED = 100;
/** Width of a search: over the hard vectors recall@10 is 0.940 with 128. */
const EF = 256;

/** Unit vectors and their nearest neighbours by dot product. Ids are 0, 1, 2 … in the order of adding. */
export class VectorIndex {
  readonly #index: HierarchicalNSW;
  readonly dimension: number;

  private constructor(index: HierarchicalNSW, dimension: number) {
    this.#index = index;
    this.dimension = dimension;
  }

  /** An empty index with room for `capacity` vectors, at least one. */
  static create(dimension: number, capacity: number): VectorIndex {
    const index = new Hnsw('ip', dimension);
    index.initIndex({
      maxElements: Math.max(1, capacity),
      m: M,
      efConstruction: EF_CONSTRUCTION,
      randomSeed: SEED,
    });
    index.setEf(EF);
    return new VectorIndex(index, dimension);
  }

  /**
   * Loads a file whose checksum has been verified, without holding up what else runs.
   * @throws VerbatimError when it does not hold `count` vectors
   */
  static async load(file: string, dimension: number, count: number): Promise<VectorIndex> {
    const index = new Hnsw('ip', dimension);
    await index.readIndex(file);
    if (index.getCurrentCount() !== count) throw new VerbatimError(`${file} holds another number of vectors`);
    index.setEf(EF);
    return new VectorIndex(index, dimension);
  }

  get size(): number {
    return this.#index.getCurrentCount();
  }

  /** Adds a vector of length 1. */
  add(vector: Float32Array | number[]): void {
    // hnswlib takes no typed array.
    const point = Array.isArray(vector) ? vector : Array.from(vector);
    if (point.length !== this.dimension || !point.every(Number.isFinite)) {
      throw new VerbatimError(`A vector is not ${this.dimension} finite numbers; check EMBEDDING_MODEL.`);
    }
    this.#index.addPoint(point, this.size);
  }

  /** The `k` nearest vectors, or all where there are fewer, with their dot products, best first. */
  search(vector: Float32Array, k: number): Hit[] {
    if (this.size === 0) return [];
    const { neighbors, distances } = this.#index.searchKnn(Array.from(vector), Math.min(k, this.size));
    return neighbors.map((id, i) => ({ id, score: 1 - (distances[i] as number) }));
  }

  /** The vector with this id, exactly as it was added. */
  get(id: number): Float32Array {
    return Float32Array.from(this.point(id));
  }

  /** The same as `add` takes it soonest: a refresh copies tens of thousands. */
  point(id: number): number[] {
    return this.#index.getPoint(id);
  }

  /** Writes the file. hnswlib reports no failure, so the caller must verify what was written. */
  save(file: string): void {
    this.#index.writeIndexSync(file);
  }
}
