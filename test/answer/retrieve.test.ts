import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTogether } from '../../src/answer/answer.ts';
import { readQuestion } from '../../src/answer/question.ts';
import { textOf } from '../../src/answer/quotes.ts';
import {
  amongRivals,
  confidence,
  confidenceFeatures,
  type LinearModel,
  order,
  RIVALS,
  rankSentences,
  readWeights,
} from '../../src/answer/rank.ts';
import { lexicalScore, retrieve } from '../../src/answer/retrieve.ts';
import { buildIndex } from '../../src/index/build.ts';
import { type LoadedIndex, openIndex } from '../../src/index/revision.ts';
import { dot } from '../../src/models/embedder.ts';
import { deterministicEmbedder } from '../deterministic-embedder.ts';

const embedder = deterministicEmbedder();
let scratch: string;
let index: LoadedIndex;
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'verbatim-retrieve-'));
  await buildIndex(path.resolve(import.meta.dirname, '../fixtures/articles'), scratch, embedder);
  index = await openIndex(scratch, embedder.fingerprint);
});
afterAll(() => rm(scratch, { recursive: true }));

const TEXT = 'How many grey seals were counted on Gull Rock?';
const found = async (text = TEXT) => {
  const question = readQuestion(text, index);
  return { question, candidates: await retrieve(question, await embedder.embedQuestion(text), index) };
};

describe('retrieving', () => {
  it('puts the passage first that both searches find', async () => {
    const { candidates } = await found();
    expect(candidates[0]?.text).toMatch(/^Volunteers counted 1,214 grey seals/);
  });

  it('scores every candidate by each way of searching, and mixes the scores', async () => {
    const { question, candidates } = await found();
    const vector = await embedder.embedQuestion(TEXT);
    expect(candidates.length).toBe(index.passageCount);
    for (const [i, candidate] of candidates.entries()) {
      const { passage, text, terms, dense, sentences, lexical, fused } = candidate;
      expect(text).toBe(index.articles[passage.article]?.text.slice(passage.start, passage.end));
      expect(dense).toBe(dot(vector, passage.vector));
      expect(sentences).toHaveLength(passage.sentences.length);
      expect(lexical).toBe(lexicalScore(question, terms, index.meanLength));
      expect(fused).toBeGreaterThanOrEqual(0);
      expect(fused).toBeLessThanOrEqual(1 + 1e-9);
      if (i > 0) expect(fused).toBeLessThanOrEqual(candidates[i - 1]?.fused ?? Number.NaN);
    }
    // The same figure as the index's own BM25, so that the two can be mixed.
    for (const { id, score } of await index.lexical(
      question.terms.map(({ term }) => term),
      50,
    )) {
      expect(candidates.find(({ passage }) => passage.id === id)?.lexical).toBeCloseTo(score, 9);
    }
  });

  it('finds by vectors alone what shares no term', async () => {
    const { candidates } = await found('xylophone');
    expect(candidates.length).toBeGreaterThan(0);
    for (const { lexical, fused } of candidates) {
      expect(lexical).toBe(0);
      expect(fused).not.toBeNaN();
    }
  });
});

const onlyMargin: LinearModel = { bias: 0, features: { margin: { mean: 0, deviation: 1, weight: 1 } } };

describe('ranking', () => {
  it('goes by the model: the sentence with the highest score is first, and the shares add up to 1', async () => {
    const { question, candidates } = await found();
    const readings = candidates.map(({ passage }, c) =>
      passage.sentences.map((span, s) => ({
        span: { start: span.start - passage.start, end: span.end - passage.start },
        margin: c === 2 && s === 0 ? 5 : -5,
      })),
    );
    const ranked = rankSentences(question, candidates, readings, onlyMargin, index.meanLength);
    expect(ranked[0]?.candidate).toBe(candidates[2]);
    expect(candidates[2]?.passage.sentences[0]).toMatchObject(ranked[0]?.highlight ?? {});
    expect(ranked.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(ranked).toHaveLength(candidates.reduce((sum, { passage }) => sum + passage.sentences.length, 0));
    // Equal scores keep the order of the search.
    expect(ranked[1]?.candidate).toBe(candidates[0]);
  });

  it('clips what a reader is far too sure of', async () => {
    const { question, candidates } = await found();
    const readings = candidates.map(({ passage }, c) =>
      passage.sentences.map(() => ({ span: { start: 0, end: 1 }, margin: c === 0 ? 1000 : -1000 })),
    );
    const margins = rankSentences(question, candidates, readings, onlyMargin, index.meanLength).map(
      ({ features }) => features.margin,
    );
    expect(Math.max(...margins)).toBe(10);
    expect(Math.min(...margins)).toBe(-14);
  });

  it('does without a reader', async () => {
    const { question, candidates } = await found();
    const ranked = rankSentences(question, candidates, null, readWeights().none.ranking, index.meanLength);
    expect(ranked[0]?.candidate.text).toMatch(/1,214 grey seals/);
    expect(ranked[0]).toMatchObject({ sentence: 0, highlight: null });
  });

  it('is settled between the best by how the reader judges them side by side', async () => {
    const { question, candidates } = await found();
    const ranked = rankSentences(question, candidates, null, readWeights().none.ranking, index.meanLength);
    const read: string[] = [];
    const margins = await readTogether(TEXT, ranked, {
      name: 'prefers the third',
      async read(_, passage, spans) {
        read.push(...spans.map(({ start, end }) => passage.slice(start, end)));
        return spans.map((span, i) => (i === 1 ? null : { span, margin: i === 2 ? 8 : -8 }));
      },
    });
    expect(read).toEqual(ranked.slice(0, RIVALS).map(textOf));
    const both: LinearModel = {
      bias: 0,
      features: {
        score: { mean: 0, deviation: 1, weight: 0.01 },
        together: { mean: 0, deviation: 1, weight: 1 },
      },
    };
    const settled = amongRivals(ranked, margins, both);
    expect(settled[0]).toMatchObject({ candidate: ranked[2]?.candidate, sentence: ranked[2]?.sentence });
    expect(settled).toHaveLength(ranked.length);
    expect(settled.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    // The one without an answer, and all that were not read again, are no better than the worst that was.
    expect(settled.slice(RIVALS - 1).every(({ together }) => together === -14)).toBe(true);
  });

  it('is none of nothing', async () => {
    expect(order([], onlyMargin)).toEqual([]);
    expect(amongRivals([], [], onlyMargin)).toEqual([]);
  });

  it('refuses weights of features that do not exist', async () => {
    const { question, candidates } = await found();
    const model = { bias: 0, features: { luck: { mean: 0, deviation: 1, weight: 1 } } };
    expect(() => rankSentences(question, candidates, null, model, index.meanLength)).toThrow(/luck/);
  });
});

describe('confidence', () => {
  it('counts the names and numbers that are missing, and what kind of thing is asked for', async () => {
    const features = async (text: string) => {
      const { question, candidates } = await found(text);
      const ranked = rankSentences(question, candidates, null, readWeights().none.ranking, index.meanLength);
      return confidenceFeatures(question, ranked, []);
    };
    expect(await features('How many grey seals were counted on Gull Rock?')).toMatchObject({
      namesMissing: 0,
      noCount: 0,
      noTime: 0,
      yesOrNo: 0,
      keywords: 0,
    });
    expect(
      (await features('Did Mayor Xanthippe count the grey seals in March?')).namesMissing,
    ).toBeGreaterThan(0.5);
    expect(await features('Is the lighthouse open?')).toMatchObject({ yesOrNo: 1 });
    expect(await features('grey seals counted')).toMatchObject({ keywords: 1 });
    expect(await features('How many scientists praised the ban on bottom trawling?')).toMatchObject({
      noCount: 1,
    });
  });

  it('is a probability', () => {
    expect(confidence({ bias: 0, features: {} }, {} as never)).toBe(0.5);
    expect(confidence({ bias: 800, features: {} }, {} as never)).toBe(1);
    expect(confidence({ bias: -800, features: {} }, {} as never)).toBeCloseTo(0, 9);
  });
});
