import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerQuestion } from '../../src/answer/answer.ts';
import { readArticles } from '../../src/articles/read.ts';
import { VerbatimError } from '../../src/errors.ts';
import { buildIndex, embedArticles } from '../../src/index/build.ts';
import { hasIndex, openIndex } from '../../src/index/revision.ts';
import { termsOf } from '../../src/index/terms.ts';
import type { Embedder } from '../../src/models/embedder.ts';
import { passagesOf } from '../../src/passages/passages.ts';
import type { Span } from '../../src/values.ts';
import { deterministicEmbedder } from '../deterministic-embedder.ts';

const ARTICLES = path.resolve(import.meta.dirname, '../fixtures/articles');
const embedder = deterministicEmbedder();
const MODEL = embedder.fingerprint;

let scratch: string;
let articles: string;
let index: string;
beforeEach(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'verbatim-index-'));
  articles = path.join(scratch, 'articles');
  index = path.join(scratch, 'index');
  await cp(ARTICLES, articles, { recursive: true });
});
afterEach(() => rm(scratch, { recursive: true }));

const build = (model: Embedder = embedder) => buildIndex(articles, index, model);
const revisionFolder = async () =>
  path.join(index, (await readFile(path.join(index, 'current'), 'utf8')).trim());

/** The message of the error that opening the index ends in. */
async function problem(model = MODEL): Promise<string> {
  const error = await openIndex(index, model).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(VerbatimError);
  const { message } = error as Error;
  expect(message).toMatch(/^[^\n]+\.$/);
  expect(message).toContain('npm run index');
  return message;
}

describe('an index', () => {
  it('holds what was put in: articles, passages, vectors and terms', async () => {
    const source = (await readArticles(articles)).articles;
    const { content } = await embedArticles(
      source,
      (article, a) => passagesOf(article, a, embedder),
      embedder,
    );
    const report = await build();
    const opened = await openIndex(index, MODEL);

    expect(opened.articles.map(({ passages, sentences, ...article }) => article)).toEqual(source);
    expect(opened.passageCount).toBe(content.passages.length);
    const stored = await opened.passages(content.passages.map((_, id) => id));
    let sentence = 0;
    for (const [id, { vector, sentenceVectors, ...passage }] of stored.entries()) {
      expect(passage).toEqual({ ...content.passages[id], id });
      const { text } = opened.articles[passage.article] as { text: string };
      expect(vector).toEqual(await embedder.embedPassage(text.slice(passage.start, passage.end)));
      expect(vector).toEqual(content.passageVectors.get(id));
      expect(sentenceVectors).toHaveLength(passage.sentences.length);
      for (const [i, found] of sentenceVectors.entries()) {
        const { start, end } = passage.sentences[i] as Span;
        expect(found).toEqual(await embedder.embedPassage(text.slice(start, end)));
        if (passage.sentences.length > 1) expect(found).toEqual(content.sentenceVectors.get(sentence++));
      }
      for (const term of termsOf(text.slice(passage.start, passage.end))) {
        expect(opened.documentFrequency(term)).toBeGreaterThan(0);
        expect(opened.idf(term)).toBe(content.lexical.idf(term));
      }
    }
    expect(sentence).toBe(content.sentenceVectors.size);
    expect(opened.meanLength).toBe(content.lexical.meanLength);

    const query = await embedder.embedQuestion('When does the new lighthouse open?');
    expect(await opened.densePassages(query, 5)).toEqual(content.passageVectors.search(query, 5));
    expect(await opened.lexical(['lighthous'], 5)).toEqual(content.lexical.search(['lighthous'], 5));
    expect(report.manifest).toEqual(opened.manifest);
  });

  it('states its format, model, counts and files in its manifest', async () => {
    const { manifest, bytes } = await build();
    const written = await readFile(path.join(await revisionFolder(), 'manifest.json'), 'utf8');
    expect(JSON.parse(written)).toMatchObject(manifest);
    expect(manifest).toMatchObject({ model: MODEL, dimension: 64, space: 'ip', articlesFolder: articles });
    const files = (await readdir(await revisionFolder())).filter((name) => name !== 'manifest.json');
    expect(Object.keys(manifest.files).sort()).toEqual(files.sort());
    let sum = 0;
    for (const name of files) sum += (await readFile(path.join(await revisionFolder(), name))).length;
    expect(bytes).toBe(sum);
    expect(Date.parse(manifest.builtAt)).toBeLessThanOrEqual(Date.now());
  });

  it('has the same name for the same articles and model, and another for others', async () => {
    const { revision } = (await build()).manifest;
    expect((await build()).manifest.revision).toBe(revision);
    await rm(index, { recursive: true });
    expect((await build()).manifest.revision).toBe(revision);
    const other = (await build({ ...embedder, fingerprint: 'other|words|64' })).manifest.revision;
    expect(other).not.toBe(revision);
    await writeFile(path.join(articles, 'new.txt'), 'A new bridge opened over the river on Friday.');
    expect((await build()).manifest.revision).not.toBe(revision);
  });

  it('is brought up to date, and only new texts are embedded', async () => {
    const first = await build();
    expect(first.added).toEqual((await readArticles(articles)).articles.map(({ file }) => file));
    expect(first).toMatchObject({ changed: [], removed: [], unchanged: [], leftOut: [], reused: 0 });

    const again = await build();
    expect(again).toMatchObject({ added: [], changed: [], removed: [], embedded: 0 });
    expect(again.unchanged).toEqual(first.added);

    const [changed, removed] = first.added as [string, string];
    const text = await readFile(path.join(articles, changed), 'utf8');
    await writeFile(path.join(articles, changed), `${text}\n\nA fourth buoy was laid out yesterday.\n`);
    await rm(path.join(articles, removed));
    await writeFile(path.join(articles, 'new.txt'), 'A new bridge opened over the river on Friday.');
    await writeFile(path.join(articles, 'empty.txt'), '');
    const third = await build();
    expect(third).toMatchObject({
      added: ['new.txt'],
      changed: [changed],
      removed: [removed],
      leftOut: [{ file: 'empty.txt', reason: 'it is empty' }],
      // A paragraph of one sentence is one text.
      embedded: 2,
    });
    expect((await openIndex(index, MODEL)).articles.some(({ file }) => file === removed)).toBe(false);
  });

  it('keeps no other revision and no unfinished one beside it', async () => {
    await build();
    await writeFile(path.join(articles, 'new.txt'), 'A new bridge opened over the river on Friday.');
    const { manifest } = await build();
    expect((await readdir(index)).sort()).toEqual([manifest.revision, 'current'].sort());
  });

  it('shows how far it is, passage by passage', async () => {
    const steps: string[] = [];
    const { manifest } = await buildIndex(articles, index, embedder, ({ done, total }) =>
      steps.push(`${done}/${total}`),
    );
    const total = manifest.counts.passages;
    expect(steps).toEqual(Array.from({ length: total + 1 }, (_, done) => `${done}/${total}`));
  });
});

describe('while an index is built', () => {
  it('questions are answered from the previous revision, and then from the new one', async () => {
    await build();
    const before = await openIndex(index, MODEL);
    await writeFile(path.join(articles, 'new.txt'), 'A new bridge opened over the river on Friday.');
    let during = 0;
    const curious: Embedder = {
      ...embedder,
      embedPassage: async (text) => {
        const opened = await openIndex(index, MODEL);
        expect(opened.revision).toBe(before.revision);
        const answer = await answerQuestion('Where is the lighthouse?', {
          index: opened,
          embedder,
          reader: null,
          entailment: null,
        });
        expect(answer.revision).toBe(before.revision);
        during++;
        return embedder.embedPassage(text);
      },
    };
    const { manifest } = await build(curious);
    expect(during).toBeGreaterThan(0);
    expect(manifest.revision).not.toBe(before.revision);
    expect((await openIndex(index, MODEL)).revision).toBe(manifest.revision);
    // What was opened before goes on answering, though its files are gone.
    expect((await before.passages([0]))[0]?.vector).toHaveLength(64);
  });

  it('a failure leaves the previous revision in use', async () => {
    const { revision } = (await build()).manifest;
    await writeFile(path.join(articles, 'new.txt'), 'A new bridge opened over the river on Friday.');
    const failing: Embedder = {
      ...embedder,
      embedPassage: async () => {
        throw new VerbatimError('no vector today');
      },
    };
    await expect(build(failing)).rejects.toThrow('no vector today');
    expect((await openIndex(index, MODEL)).revision).toBe(revision);
  });
});

describe('an index that cannot be used says so in one sentence with the remedy', () => {
  it('when there is none', async () => {
    expect(hasIndex(index)).toBe(false);
    expect(await problem()).toBe(`There is no index at ${index}: run npm run index.`);
  });

  it('when it is of another model, or of other settings of the same', async () => {
    await build();
    expect(await problem('other-model|mean||')).toContain(
      'was built with the embedding model deterministic, not other-model,',
    );
  });

  it('when it has another format', async () => {
    await build();
    const file = path.join(await revisionFolder(), 'manifest.json');
    const manifest = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...manifest, format: 999 }));
    expect(await problem()).toContain('it has format 999, this version of Verbatim reads format');
  });

  it.each([
    'articles.jsonl',
    'passages.hnsw',
    'sentences.hnsw',
    'terms.txt',
    'postings.bin',
    'manifest.json',
  ])('when %s is missing, cut short, or another', async (name) => {
    await build();
    const file = path.join(await revisionFolder(), name);
    const content = await readFile(file);
    await writeFile(file, content.subarray(0, content.length / 2));
    expect(await problem()).toMatch(/cannot be used \(.*(checksum|damaged)/);
    await writeFile(file, Buffer.alloc(content.length, 'x'));
    expect(await problem()).toMatch(/cannot be used \(.*(checksum|damaged)/);
    await rm(file);
    expect(await problem()).toMatch(/cannot be used \(.*missing\)/);
    // The remedy mends it.
    await build();
    expect((await openIndex(index, MODEL)).passageCount).toBeGreaterThan(0);
  });

  it('when its file "current" names no revision, or one that is not there', async () => {
    await build();
    for (const name of ['', '../../etc', '0123456789abcdef\n']) {
      await writeFile(path.join(index, 'current'), name);
      expect(await problem()).toMatch(/cannot be used \(its /);
    }
  });
});

describe('an index is not built', () => {
  it('of a folder without articles, and the reason is given', async () => {
    const empty = path.join(scratch, 'empty');
    await mkdir(empty);
    await expect(buildIndex(empty, index, embedder)).rejects.toThrow(
      `There is no article to index in ${empty} (it holds no .md or .txt file); put .md or .txt files there`,
    );
    await writeFile(path.join(empty, 'a.txt'), '');
    await expect(buildIndex(empty, index, embedder)).rejects.toThrow('(a.txt: it is empty)');
    await writeFile(path.join(empty, 'a.txt'), 'of the country which the commission and the envoy saw.');
    await expect(buildIndex(empty, index, embedder)).rejects.toThrow(/no sentence that could be quoted/);
    expect(hasIndex(index)).toBe(false);
  });

  it('where a file stands in its place', async () => {
    await writeFile(index, 'a file');
    await expect(build()).rejects.toThrow(
      /^The index could not be written to .+: .+; the previous one, if any,/,
    );
  });
});
