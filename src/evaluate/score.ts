/** Scores answers against what is expected of them. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ANSWER_FROM, answerOf, type Findings, find, refusalOf, type Sources } from '../answer/answer.ts';
import { gatherSides, quoteAt } from '../answer/quotes.ts';
import { readWeights } from '../answer/rank.ts';
import type { Progress } from '../index/build.ts';
import { dot } from '../models/embedder.ts';
import type { Quote, Span } from '../values.ts';
import type { TestQuestion } from './sets.ts';

/** A question that went wrong. */
export interface Miss {
  id: string;
  question: string;
  /** The right sentence is not the first quote, or no quote; a refusal of what is answered; an answer to what is not. */
  kind: 'not first' | 'not in three' | 'refused' | 'answered';
  confidence: number;
  got: string;
  expected: string[];
}

/** The figures of a set of questions. Shares are of the answerable or the unanswerable questions, 0 to 1. */
export interface Scores {
  answerable: number;
  unanswerable: number;
  /** Right first quote, right quote among the first three, before any is refused. */
  first: number;
  three: number;
  /** The best sentence alone, not joined with its neighbours, is right. */
  sentenceFirst: number;
  /** Dense search alone: the sentence most similar to the question, and the three most similar. */
  denseFirst: number;
  denseThree: number;
  /** Unanswerable questions refused, and answerable ones refused, at the confidence that answers need. */
  refused: number;
  wronglyRefused: number;
  /** Unanswerable questions refused at the highest confidence that refuses 10 % of the answerable at most. */
  refusedAtTenPercent: number;
  /** Area under the ROC curve of the confidence, answerable against unanswerable; null without both. */
  areaUnderCurve: number | null;
  /** Quotes whose text is not what stands at their place in the file. Must be 0. */
  quotesNotInFile: number;
  quotes: number;
  misses: Miss[];
}

/** Asks every question and scores the answers. */
export async function score(
  questions: readonly TestQuestion[],
  articlesFolder: string,
  sources: Sources,
  onProgress: (progress: Progress) => void = () => {},
): Promise<Scores> {
  const weights = readWeights();
  const files = new Map<string, string>();
  const fileText = async (file: string) => {
    let text = files.get(file);
    if (text === undefined) {
      text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(
        await readFile(path.join(articlesFolder, file)),
      );
      files.set(file, text);
    }
    return text;
  };
  const counts = { first: 0, three: 0, sentence: 0, denseFirst: 0, denseThree: 0, quotes: 0, notInFile: 0 };
  const sure: { answerable: number[]; unanswerable: number[] } = { answerable: [], unanswerable: [] };
  const misses: Miss[] = [];
  for (const [done, test] of questions.entries()) {
    onProgress({ done, total: questions.length });
    const found = await find(test.question, sources, weights);
    const answer = await answerOf(
      test.question,
      refusalOf(test.question) ?? found,
      sources.index,
      sources.entailment,
    );
    for (const { article, start, end, text } of [...answer.quotes, ...answer.nearest]) {
      counts.quotes++;
      if ((await fileText(article.file)).slice(start, end) !== text) counts.notInFile++;
    }
    const miss = (kind: Miss['kind'], got: string) =>
      misses.push({
        id: test.id,
        question: test.question,
        kind,
        confidence: answer.confidence,
        got,
        expected: test.expected,
      });
    (test.unanswerable ? sure.unanswerable : sure.answerable).push(answer.confidence);
    if (test.unanswerable) {
      if (answer.answered) miss('answered', answer.quotes[0]?.text ?? '');
      continue;
    }
    // A refused question counts for the ranking all the same: with what would have been shown.
    const quotes = answer.answered
      ? answer.quotes
      : (await gatherSides(test.question, found.ranked, sources.index, answer.confidence, sources.entailment))
          .quotes;
    const rights = quotes.slice(0, 3).map((quote) => test.isRight(quote));
    if (rights[0]) counts.first++;
    if (rights.includes(true)) counts.three++;
    const best = bestSentence(found, sources);
    if (best !== null && test.isRight(best)) counts.sentence++;
    const dense = (await denseAlone(test.question, sources)).map((quote) => test.isRight(quote));
    if (dense[0]) counts.denseFirst++;
    if (dense.includes(true)) counts.denseThree++;
    if (!rights[0]) miss(rights.includes(true) ? 'not first' : 'not in three', quotes[0]?.text ?? '');
    if (!answer.answered) miss('refused', answer.nearest[0]?.text ?? '');
  }
  onProgress({ done: questions.length, total: questions.length });
  const answerable = sure.answerable.length;
  const share = (count: number, of: number) => (of === 0 ? 0 : count / of);
  return {
    answerable,
    unanswerable: sure.unanswerable.length,
    first: share(counts.first, answerable),
    three: share(counts.three, answerable),
    sentenceFirst: share(counts.sentence, answerable),
    denseFirst: share(counts.denseFirst, answerable),
    denseThree: share(counts.denseThree, answerable),
    refused: share(sure.unanswerable.filter((value) => value < ANSWER_FROM).length, sure.unanswerable.length),
    wronglyRefused: share(sure.answerable.filter((value) => value < ANSWER_FROM).length, answerable),
    refusedAtTenPercent: refusedAt(0.1, sure.answerable, sure.unanswerable),
    areaUnderCurve: areaUnderCurve(sure.answerable, sure.unanswerable),
    quotesNotInFile: counts.notInFile,
    quotes: counts.quotes,
    misses,
  };
}

/** The best sentence, by itself. */
function bestSentence({ ranked }: Findings, { index }: Sources): Quote | null {
  const best = ranked[0];
  if (best === undefined) return null;
  const { passage } = best.candidate;
  return quoteAt(index, passage.article, passage.paragraph, passage.sentences[best.sentence] as Span);
}

/** What the usual way would show: the three sentences whose vectors are nearest to the question's. */
async function denseAlone(text: string, { index, embedder }: Sources): Promise<Quote[]> {
  const vector = await embedder.embedQuestion(text);
  const hits = await index.denseSentences(vector, 50);
  const passages = await index.passages(hits.slice(0, 20).map(({ id }) => id));
  return passages
    .flatMap((passage) =>
      passage.sentences.map((span, i) => ({
        passage,
        span,
        score: dot(vector, passage.sentenceVectors[i] as Float32Array),
      })),
    )
    .sort((a, b) => b.score - a.score)
    .slice(0, 3)
    .map(({ passage, span }) => quoteAt(index, passage.article, passage.paragraph, span));
}

/**
 * Share of the unanswerable questions that are refused when answers need the highest confidence at which no
 * more than `most` of the answerable ones are refused.
 */
export function refusedAt(
  most: number,
  answerable: readonly number[],
  unanswerable: readonly number[],
): number {
  const sorted = [...answerable].sort((a, b) => a - b);
  const needed = sorted[Math.floor(most * sorted.length)] ?? 0;
  return unanswerable.filter((value) => value < needed).length / Math.max(1, unanswerable.length);
}

/** The probability that an answerable question has a higher confidence than an unanswerable one; ties count half. */
export function areaUnderCurve(
  answerable: readonly number[],
  unanswerable: readonly number[],
): number | null {
  if (answerable.length === 0 || unanswerable.length === 0) return null;
  let wins = 0;
  for (const a of answerable) {
    for (const u of unanswerable) wins += a > u ? 1 : a === u ? 0.5 : 0;
  }
  return wins / (answerable.length * unanswerable.length);
}
