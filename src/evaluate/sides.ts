/** Scores whether answers to contested questions show every side, and whether contradictions are told from the rest. */
import { z } from 'zod';
import { answerQuestion, type Sources } from '../answer/answer.ts';
import { judgedDifference, readStatement } from '../answer/differ.ts';
import type { Progress } from '../index/build.ts';
import type { Entailment } from '../models/entailment.ts';
import { readLines } from './lines.ts';

const Contested = z.object({
  id: z.string(),
  question: z.string(),
  /** For each side, the beginnings of its statements: one of them is enough. */
  sides: z.array(z.array(z.string().min(1)).min(1)).min(2),
});

/** A question that voices answer differently, and substrings of what each side says. */
export type ContestedQuestion = z.infer<typeof Contested>;

const Pair = z.object({
  id: z.string(),
  half: z.enum(['tune', 'test', 'fresh']),
  differ: z.boolean(),
  kind: z.string(),
  question: z.string(),
  a: z.string(),
  b: z.string(),
});

/** Two statements to a question, and whether they contradict each other on it. */
export type StatementPair = z.infer<typeof Pair>;

export interface SidesScores {
  questions: number;
  /** Answers that show every side. */
  complete: number;
  /** Answers that say that the sources differ. */
  differ: number;
  misses: { id: string; question: string; missing: string[]; quotes: string[] }[];
}

export interface DifferScores {
  differing: number;
  alike: number;
  /** Of the pairs called different, those that are; of those that are, the ones called so. */
  precision: number;
  recall: number;
  misses: StatementPair[];
}

/** Reads contested questions: a JSON object a line, with `id`, `question` and `sides`. */
export function readContested(file: string): Promise<ContestedQuestion[]> {
  return readLines(file, Contested, 'a contested question: give it id, question and sides');
}

/** Reads pairs of statements: a JSON object a line, with `id`, `half`, `differ`, `kind`, `question`, `a` and `b`. */
export function readPairs(file: string): Promise<StatementPair[]> {
  return readLines(file, Pair, 'a pair: give it id, half, differ, kind, question, a and b');
}

/** Asks every contested question and looks for each side among the quotes. */
export async function scoreSides(
  questions: readonly ContestedQuestion[],
  sources: Sources,
  onProgress: (progress: Progress) => void = () => {},
): Promise<SidesScores> {
  const scores: SidesScores = { questions: questions.length, complete: 0, differ: 0, misses: [] };
  for (const [done, { id, question, sides }] of questions.entries()) {
    onProgress({ done, total: questions.length });
    const answer = await answerQuestion(question, sources);
    const quotes = answer.quotes.map(({ text }) => text);
    const missing = sides.filter((side) => !quotes.some((text) => side.some((part) => text.includes(part))));
    if (answer.differ) scores.differ++;
    if (missing.length === 0 && quotes.length <= 5) scores.complete++;
    else scores.misses.push({ id, question, missing: missing.map((side) => side.join(' / ')), quotes });
  }
  onProgress({ done: questions.length, total: questions.length });
  return scores;
}

/** Compares the statements of every pair, by the rules, or by a model where there is one. */
export async function scorePairs(
  pairs: readonly StatementPair[],
  entailment: Entailment | null,
): Promise<DifferScores> {
  const found: { pair: StatementPair; differ: boolean }[] = [];
  for (const pair of pairs) {
    const [a, b] = [readStatement(pair.a), readStatement(pair.b)];
    found.push({ pair, differ: (await judgedDifference(pair.question, a, b, false, entailment)) !== null });
  }
  const differing = pairs.filter(({ differ }) => differ).length;
  const called = found.filter(({ differ }) => differ).length;
  const right = found.filter(({ pair, differ }) => differ && pair.differ).length;
  return {
    differing,
    alike: pairs.length - differing,
    precision: called === 0 ? 0 : right / called,
    recall: differing === 0 ? 0 : right / differing,
    misses: found.filter(({ pair, differ }) => pair.differ !== differ).map(({ pair }) => pair),
  };
}
