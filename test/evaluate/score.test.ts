import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sources } from '../../src/answer/answer.ts';
import { areaUnderCurve, refusedAt, score } from '../../src/evaluate/score.ts';
import type { TestQuestion } from '../../src/evaluate/sets.ts';
import { buildIndex } from '../../src/index/build.ts';
import { openIndex } from '../../src/index/revision.ts';
import { deterministicEmbedder } from '../deterministic-embedder.ts';

describe('the area under the curve', () => {
  it('is the share of pairs in the right order, ties counting half', () => {
    // Of 2 × 2 pairs: 0.9 > 0.5, 0.9 > 0.1, 0.5 = 0.5, 0.5 > 0.1.
    expect(areaUnderCurve([0.9, 0.5], [0.5, 0.1])).toBe(3.5 / 4);
    expect(areaUnderCurve([1, 1], [0])).toBe(1);
    expect(areaUnderCurve([0], [1])).toBe(0);
    expect(areaUnderCurve([], [1])).toBeNull();
    expect(areaUnderCurve([1], [])).toBeNull();
  });
});

describe('refusal at a bound', () => {
  it('is taken at the highest confidence that refuses no more of the answerable', () => {
    const answerable = [0.05, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
    // One in ten may be refused: answers need 0.2.
    expect(refusedAt(0.1, answerable, [0.01, 0.19, 0.2, 0.5])).toBe(0.5);
    expect(refusedAt(0, answerable, [0.01, 0.05, 0.5, 0.9])).toBe(0.25);
    expect(refusedAt(0.1, answerable, [])).toBe(0);
  });

  it('never refuses more of the answerable than allowed', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 0.9, noNaN: true }), (answerable, most) => {
        // The share refused of the answerable themselves, at the confidence that is needed.
        expect(refusedAt(most, answerable, answerable)).toBeLessThanOrEqual(most + 1e-9);
      }),
    );
  });
});

describe('a set of questions', () => {
  const embedder = deterministicEmbedder();
  let scratch: string;
  let articles: string;
  let sources: Sources;
  beforeAll(async () => {
    scratch = await mkdtemp(path.join(tmpdir(), 'verbatim-score-'));
    articles = path.join(scratch, 'articles');
    await cp(path.resolve(import.meta.dirname, '../fixtures/articles'), articles, { recursive: true });
    await buildIndex(articles, path.join(scratch, 'index'), embedder);
    const index = await openIndex(path.join(scratch, 'index'), embedder.fingerprint);
    sources = { index, embedder, reader: null, entailment: null };
  });
  afterAll(() => rm(scratch, { recursive: true }));

  const question = (id: string, text: string, right: string | null): TestQuestion => ({
    id,
    question: text,
    unanswerable: right === null,
    isRight: ({ text: shown }) => right !== null && shown.includes(right),
    expected: right === null ? [] : [right],
  });
  const set = [
    question('a', 'How many grey seals did volunteers count on Gull Rock in March?', '1,214 grey seals'),
    question('b', 'How many grey seals did volunteers count on Gull Rock in March?', 'words of no article'),
    question('c', 'Which violin concerto did Xanthippe compose?', null),
    question('d', 'hello', null),
  ];

  it('is scored by what is expected, and every miss is listed', async () => {
    const steps: number[] = [];
    const scores = await score(set, articles, sources, ({ done }) => steps.push(done));
    expect(scores).toMatchObject({
      answerable: 2,
      unanswerable: 2,
      first: 0.5,
      three: 0.5,
      sentenceFirst: 0.5,
      denseFirst: 0.5,
      denseThree: 0.5,
      refused: 1,
      areaUnderCurve: 1,
      quotesNotInFile: 0,
    });
    expect(scores.quotes).toBeGreaterThan(2);
    expect(scores.misses.filter(({ kind }) => kind === 'not in three')).toMatchObject([
      { id: 'b', expected: ['words of no article'], got: expect.stringContaining('1,214') },
    ]);
    expect(steps).toEqual([0, 1, 2, 3, 4]);
  });

  it('shows a quote that is not what stands in the file', async () => {
    const file = path.join(articles, 'seal-count.md');
    await writeFile(file, 'Another text.');
    expect((await score(set.slice(0, 1), articles, sources)).quotesNotInFile).toBeGreaterThan(0);
  });

  it('may be empty', async () => {
    expect(await score([], articles, sources)).toMatchObject({
      first: 0,
      refused: 0,
      areaUnderCurve: null,
      misses: [],
    });
  });
});
