import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VerbatimError } from '../../src/errors.ts';
import { buildIndex } from '../../src/index/build.ts';
import { openIndex } from '../../src/index/revision.ts';
import { deterministicEmbedder } from '../deterministic-embedder.ts';

const FILES = [
  'current',
  'manifest.json',
  'articles.jsonl',
  'passages.hnsw',
  'sentences.hnsw',
  'terms.txt',
  'postings.bin',
];

let folder: string;
let good: string;
let other: string;
let revision: string;
const at = (index: string, name: string, of: string) =>
  name === 'current' ? path.join(index, name) : path.join(index, of, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verbatim-damage-'));
  good = path.join(folder, 'good');
  other = path.join(folder, 'other');
  for (const [index, text] of [
    [good, 'The envoy said that the harbour would stay closed. The council did not agree with him.'],
    [other, 'The envoy said that the airport would stay closed. The council of the town did agree.'],
  ] as const) {
    const articles = path.join(folder, `articles of ${path.basename(index)}`);
    await mkdir(articles);
    await writeFile(path.join(articles, 'a.md'), `${text}\n`);
    await buildIndex(articles, index, deterministicEmbedder());
  }
  revision = (await readFile(path.join(good, 'current'), 'utf8')).trim();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Opens the index with other bytes in one of its files, and gives back what that throws. */
async function openWith(name: string, bytes: Uint8Array): Promise<unknown> {
  const file = at(good, name, revision);
  const own = await readFile(file);
  await writeFile(file, bytes);
  try {
    return await openIndex(good, 'deterministic').then(
      () => null,
      (error: unknown) => error,
    );
  } finally {
    await writeFile(file, own);
  }
}

function expectRefusal(error: unknown, what: string): void {
  expect(error, what).toBeInstanceOf(VerbatimError);
  const { message } = error as VerbatimError;
  expect(message, what).toMatch(
    /^The index at \S+ cannot be used \([^\n]+\): run npm run index to build it anew\.$/,
  );
}

describe.each(FILES)('%s of a revision', (name) => {
  it('is refused with any byte flipped', async () => {
    const bytes = await readFile(at(good, name, revision));
    // Every byte of a short file; of a longer one those at its ends and two dozen between them.
    const step = Math.max(1, Math.floor(bytes.length / 24));
    for (let i = 0; i < bytes.length; i += i < 8 || i >= bytes.length - 8 - step ? 1 : step) {
      const flipped = Buffer.from(bytes);
      flipped[i] = (flipped[i] as number) ^ (1 << (i % 8));
      expectRefusal(await openWith(name, flipped), `${name}, byte ${i}`);
    }
  });

  it('is refused when cut, emptied or longer', async () => {
    const bytes = await readFile(at(good, name, revision));
    const lengths = [0, 1, 2, Math.floor(bytes.length / 3), Math.floor(bytes.length / 2), bytes.length - 1];
    for (const length of lengths)
      expectRefusal(await openWith(name, bytes.subarray(0, length)), `${name}, ${length} bytes`);
    expectRefusal(await openWith(name, Buffer.concat([bytes, Buffer.from('\n')])), `${name}, a byte more`);
  });

  it("is refused when it is another revision's", async () => {
    const theirs = (await readFile(path.join(other, 'current'), 'utf8')).trim();
    expectRefusal(await openWith(name, await readFile(at(other, name, theirs))), name);
  });

  it('is refused when it is missing, and a build mends it', async () => {
    const index = path.join(folder, 'mended');
    await rm(index, { recursive: true, force: true });
    await cp(good, index, { recursive: true });
    await rm(at(index, name, revision));
    const error = await openIndex(index, 'deterministic').catch((thrown: unknown) => thrown);
    expect((error as VerbatimError).message).toMatch(/run npm run index/);
    await buildIndex(path.join(folder, 'articles of good'), index, deterministicEmbedder());
    expect((await openIndex(index, 'deterministic')).revision).toBe(revision);
    expect((await readdir(index)).sort()).toEqual([revision, 'current'].sort());
  });
});

describe('a revision', () => {
  it('is refused under the name of another', async () => {
    const copy = path.join(folder, 'renamed');
    await cp(good, copy, { recursive: true });
    const theirs = (await readFile(path.join(other, 'current'), 'utf8')).trim();
    await rm(path.join(copy, revision), { recursive: true });
    await cp(path.join(other, theirs), path.join(copy, revision), { recursive: true });
    expectRefusal(await openIndex(copy, 'deterministic').catch((thrown: unknown) => thrown), 'renamed');
  });

  it('is refused with another model, naming both', async () => {
    await expect(openIndex(good, 'another')).rejects.toThrow(
      /was built with the embedding model deterministic, not another, .*run npm run index to build it anew\.$/,
    );
  });
});
