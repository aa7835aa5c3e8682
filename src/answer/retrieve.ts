/** Finds the passages that may answer: dense and lexical search, fused. */

import { bm25 } from '../index/lexical.ts';
import type { PassageIndex, StoredPassage } from '../index/store.ts';
import { termsOf } from '../index/terms.ts';
import { dot } from '../models/embedder.ts';
import type { Question } from './question.ts';

/** A passage found, with what each way of searching thinks of it. */
export interface Candidate {
  passage: StoredPassage;
  /** Its text, and its terms in order. */
  text: string;
  terms: string[];
  /** Dot product of the question with the passage, and with each of its sentences. */
  dense: number;
  sentences: number[];
  /** BM25 score of the passage. */
  lexical: number;
  /** The three, each scaled to 0..1 over the candidates, mixed. Best first. */
  fused: number;
}

/** How many passages each search brings. */
const DEPTH = 48;

/**
 * Shares of dense passage, best dense sentence and BM25 in the mix. Measured on XQuAD (1,190 questions, 240
 * paragraphs): the paragraph first in 96.0 % of cases, against 88.4 % dense alone and 93.8 % BM25 alone.
 */
const SHARES = { dense: 0.3, sentence: 0.3, lexical: 0.4 };

/** The candidates for a question, best first. */
export async function retrieve(
  question: Question,
  vector: Float32Array,
  index: PassageIndex,
): Promise<Candidate[]> {
  const terms = question.terms.map(({ term }) => term);
  const hits = await Promise.all([
    index.densePassages(vector, DEPTH),
    index.denseSentences(vector, DEPTH),
    index.lexical(terms, DEPTH),
  ]);
  const ids = new Set(hits.flat().map(({ id }) => id));
  const candidates = (await index.passages([...ids])).map((passage): Candidate => {
    const text = index.articles[passage.article]?.text.slice(passage.start, passage.end) ?? '';
    const own = termsOf(text);
    return {
      passage,
      text,
      terms: own,
      dense: dot(vector, passage.vector),
      sentences: passage.sentenceVectors.map((sentence) => dot(vector, sentence)),
      lexical: lexicalScore(question, own, index.meanLength),
      fused: 0,
    };
  });
  const scale = {
    dense: scaler(candidates.map(({ dense }) => dense)),
    sentence: scaler(candidates.map(({ sentences }) => Math.max(...sentences))),
    lexical: scaler(candidates.map(({ lexical }) => lexical)),
  };
  for (const candidate of candidates) {
    candidate.fused =
      SHARES.dense * scale.dense(candidate.dense) +
      SHARES.sentence * scale.sentence(Math.max(...candidate.sentences)) +
      SHARES.lexical * scale.lexical(candidate.lexical);
  }
  return candidates.sort((a, b) => b.fused - a.fused || a.passage.id - b.passage.id);
}

/** BM25 of a text given as its terms, with the weights of the question's terms. */
export function lexicalScore(question: Question, terms: readonly string[], meanLength: number): number {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  let score = 0;
  for (const { term, idf } of question.terms) {
    const frequency = counts.get(term);
    if (frequency !== undefined) score += bm25(idf, frequency, terms.length, meanLength);
  }
  return score;
}

/** Maps the lowest of the values to 0 and the highest to 1. */
function scaler(values: readonly number[]): (value: number) => number {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return (value) => (high > low ? (value - low) / (high - low) : 0);
}

/**
 * Of the passages to read, this many are kept for the articles that have the fewest among the best, so that a
 * long article does not crowd out a short one.
 */
const KEPT_FOR_OTHERS = 3;

/**
 * Which candidates are read: the best, and then, article by article, the best of those least read so far.
 * @param candidates best first
 */
export function balanced(candidates: readonly Candidate[], count: number): Candidate[] {
  const chosen = candidates.slice(0, Math.max(0, count - KEPT_FOR_OTHERS));
  const open = candidates.slice(chosen.length);
  const read = new Map<number, number>();
  for (const { passage } of chosen) read.set(passage.article, (read.get(passage.article) ?? 0) + 1);
  while (chosen.length < count && open.length > 0) {
    const least = Math.min(...open.map(({ passage }) => read.get(passage.article) ?? 0));
    const next = open.findIndex(({ passage }) => (read.get(passage.article) ?? 0) === least);
    const [candidate] = open.splice(next, 1);
    if (candidate === undefined) break;
    chosen.push(candidate);
    read.set(candidate.passage.article, (read.get(candidate.passage.article) ?? 0) + 1);
  }
  return chosen.sort((a, b) => b.fused - a.fused || a.passage.id - b.passage.id);
}
