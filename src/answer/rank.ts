/**
 * Scores every sentence of the passages read: how likely it is to be the one that answers, which of the best it is when
 * they are read side by side, and, for the first one, how likely it is that anything answers at all. All three are
 * linear models on a few features that mean the same in any collection; `npm run fit` fits them on questions about
 * other articles (data/fit).
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { termsOf } from '../index/terms.ts';
import type { Reading } from '../models/reader.ts';
import type { Span } from '../values.ts';
import type { Question } from './question.ts';
import { type Candidate, lexicalScore } from './retrieve.ts';

/** A sentence of a candidate, as the models see it. */
export interface Scored {
  candidate: Candidate;
  /** Which sentence of the passage. */
  sentence: number;
  /** The answering words, in the article's offsets; null without a reader. */
  highlight: Span | null;
  features: RankingFeatures;
  /** The reader's margin where it read this sentence among its rivals: see amongRivals. */
  together: number;
  /** Log-odds of being the sentence that answers, up to a constant of the question. Best first. */
  score: number;
  /** Its share among all sentences read: they add up to 1. */
  share: number;
}

/** A linear model over named features, each brought to mean 0 and deviation 1 first. */
const LinearModel = z.object({
  bias: z.number(),
  features: z.record(
    z.string(),
    z.object({ mean: z.number(), deviation: z.number().positive(), weight: z.number() }),
  ),
});
export type LinearModel = z.infer<typeof LinearModel>;

const Models = z.object({ ranking: LinearModel, rivals: LinearModel, confidence: LinearModel });
/** One pair of models for answers with a reader, one for READER_MODEL=none. */
const Weights = z.object({ reader: Models, none: Models });
export type Weights = z.infer<typeof Weights>;

/** The fitted models. */
export function readWeights(): Weights {
  return Weights.parse(JSON.parse(readFileSync(new URL('./weights.json', import.meta.url), 'utf8')));
}

/** Margins far out say no more than "surely" or "surely not"; clipped so that one feature cannot outvote all. */
const MARGIN_RANGE = [-14, 10] as const;

/** What the ranking of sentences goes by. */
export interface RankingFeatures {
  /** The reader's margin of the sentence's best span over "no answer"; 0 without a reader. */
  margin: number;
  /** Similarity of the question with the sentence, and with its passage. */
  sentenceSimilarity: number;
  passageSimilarity: number;
  /** Share of the question's terms, by weight, that stand in the sentence, and in its passage. */
  sentenceCoverage: number;
  passageCoverage: number;
  /**
   * The same for the sentence, the one before it and the name of who speaks: "She emphasised …" is about the
   * question's Singh.
   */
  nearbyCoverage: number;
  /** The answering words are of the sort that is asked for (a count, a time, a name): 1, they are not: -1, else 0. */
  fits: number;
  /** The passage's fused search score. */
  fused: number;
  /** BM25 of the sentence, as a share of the best sentence's. */
  lexical: number;
  /** Logarithm of the sentence's length in characters. */
  length: number;
}

/**
 * Ranks the sentences of the passages read.
 * @param readings for each candidate one entry a sentence; null entries, or null for all, without a reader
 */
export function rankSentences(
  question: Question,
  candidates: readonly Candidate[],
  readings: readonly (readonly (Reading | null)[])[] | null,
  model: LinearModel,
  meanLength: number,
): Scored[] {
  const scored: Scored[] = [];
  const lexical: number[] = [];
  for (const [c, candidate] of candidates.entries()) {
    const { passage, text } = candidate;
    let before: string[] = [];
    for (const [sentence, span] of passage.sentences.entries()) {
      const own = text.slice(span.start - passage.start, span.end - passage.start);
      const terms = termsOf(own);
      const nearby = [...before, ...terms, ...termsOf(span.voice.speaker ?? '')];
      before = terms;
      const reading = readings === null ? null : (readings[c]?.[sentence] ?? null);
      // A sentence has about a quarter of a passage's terms; only the comparison between sentences matters.
      lexical.push(lexicalScore(question, terms, meanLength / 4));
      scored.push({
        candidate,
        sentence,
        highlight: reading && {
          start: passage.start + reading.span.start,
          end: passage.start + reading.span.end,
        },
        features: {
          margin: readings === null ? 0 : clip(reading?.margin ?? MARGIN_RANGE[0]),
          sentenceSimilarity: candidate.sentences[sentence] ?? 0,
          passageSimilarity: candidate.dense,
          sentenceCoverage: coverage(question, terms),
          passageCoverage: coverage(question, candidate.terms),
          nearbyCoverage: coverage(question, nearby),
          fits: fits(question, reading ? text.slice(reading.span.start, reading.span.end) : own),
          fused: candidate.fused,
          lexical: 0,
          length: Math.log(own.length),
        },
        together: 0,
        score: 0,
        share: 0,
      });
    }
  }
  const best = Math.max(...lexical);
  for (const [i, entry] of scored.entries())
    entry.features.lexical = best > 0 ? (lexical[i] as number) / best : 0;
  return order(scored, model);
}

/** Scores sentences by their features and puts the best first. */
export function order(sentences: readonly Scored[], model: LinearModel): Scored[] {
  return ordered(sentences, (entry) => apply(model, entry.features));
}

/**
 * So many of the best sentences are read once more, as one passage, in which the reader must choose between them: a
 * sentence that only sets the scene in the question's words loses there against the one that answers. The best sentence
 * alone is then the right one in 87.7 instead of 86.7 % of cases on squad.json and in 79.6 instead of 76.3 % on
 * data/questions, for one run more.
 */
export const RIVALS = 6;

/** What settles it between the best sentences. */
export interface RivalFeatures {
  score: number;
  together: number;
}

/**
 * Orders the sentences anew by how the reader judged the best ones side by side.
 * @param ranked best first
 * @param margins of the first of them; the others count as no better than the worst of these
 */
export function amongRivals(
  ranked: readonly Scored[],
  margins: readonly number[],
  model: LinearModel,
): Scored[] {
  const lowest = Math.min(...margins.map(clip));
  const judged = ranked.map((entry, i) => ({ ...entry, together: clip(margins[i] ?? lowest) }));
  return ordered(judged, ({ score, together }) => apply(model, { score, together }));
}

function ordered(sentences: readonly Scored[], scoreOf: (entry: Scored) => number): Scored[] {
  const scores = sentences.map(scoreOf);
  const highest = Math.max(...scores);
  const total = scores.reduce((sum, score) => sum + Math.exp(score - highest), 0);
  const scored = sentences.map((entry, i) => {
    const score = scores[i] as number;
    return { ...entry, score, share: Math.exp(score - highest) / total };
  });
  // Equal scores keep the order of the search, so that the same question always gets the same answer.
  return scored.sort((a, b) => b.score - a.score);
}

/** What the confidence goes by. Flags are 0 or 1. */
export interface ConfidenceFeatures {
  /** The reader's margin of the best sentence, and the highest of any sentence. */
  margin: number;
  highestMargin: number;
  /** Its margin among its rivals. */
  together: number;
  sentenceSimilarity: number;
  passageSimilarity: number;
  /** Highest similarity of the question with any passage read. */
  highestSimilarity: number;
  /** Weight of the question's names and numbers that are missing from the passage and title, and from the sentence. */
  namesMissing: number;
  namesMissingInSentence: number;
  /** A count is asked for and the sentence holds none; a time, and it holds none. */
  noCount: number;
  noTime: number;
  /** Readers score "yes or no" and keyword queries lower: they were trained on few. */
  yesOrNo: number;
  keywords: number;
}

/** The features of how sure an answer is. */
export function confidenceFeatures(
  question: Question,
  ranked: readonly Scored[],
  titleTerms: readonly string[],
): ConfidenceFeatures {
  const best = ranked[0];
  if (best === undefined) throw new RangeError('no sentence to be sure of');
  const { passage, text, terms } = best.candidate;
  const span = passage.sentences[best.sentence] as Span;
  const sentence = text.slice(span.start - passage.start, span.end - passage.start);
  const missing = (from: Iterable<string>) => {
    const present = new Set(from);
    const heaviest = Math.max(...question.terms.map(({ idf }) => idf), 1e-9);
    const absent = question.terms.filter(({ kind, term }) => kind !== 'word' && !present.has(term));
    return absent.reduce((sum, { idf }) => sum + idf, 0) / heaviest;
  };
  return {
    margin: best.features.margin,
    highestMargin: Math.max(...ranked.map(({ features }) => features.margin)),
    together: best.together,
    sentenceSimilarity: best.features.sentenceSimilarity,
    passageSimilarity: best.features.passageSimilarity,
    highestSimilarity: Math.max(...ranked.map(({ features }) => features.passageSimilarity)),
    namesMissing: missing([...terms, ...titleTerms]),
    namesMissingInSentence: missing(termsOf(sentence)),
    noCount: Number(question.wanted === 'count' && !COUNT.test(sentence)),
    noTime: Number(question.wanted === 'time' && !TIME.test(sentence)),
    yesOrNo: Number(question.wanted === 'yes or no'),
    keywords: Number(question.keywords),
  };
}

/** Words for numbers, and for points and stretches of time: closed classes of English. */
const COUNT =
  /\p{N}|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|dozens?|half|third|quarter|once|twice|both|no|none|nobody|single|first|second)\b/iu;
const TIME =
  /\p{N}{4}|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|tonight|tomorrow|last|next|ago|since|after|before|until|century|centuries|decades?|years?|months?|weeks?|days?|hours?|morning|afternoon|evening|night|dawn|noon|midnight|when|during|spring|summer|autumn|winter|deadline|soon|early|earlier|late|later)\b/iu;

/** A word with a capital: a name, where people are asked for. */
const NAME = /\p{Lu}\p{L}/u;

/** Whether words are of the sort that a question asks for: 1 or -1; 0 where any words may do. */
function fits({ wanted }: Question, words: string): number {
  if (wanted === 'count') return COUNT.test(words) ? 1 : -1;
  if (wanted === 'time') return TIME.test(words) ? 1 : -1;
  if (wanted === 'person') return NAME.test(words) ? 1 : -1;
  return 0;
}

/** The probability that the best sentence answers. */
export function confidence(model: LinearModel, features: ConfidenceFeatures): number {
  return 1 / (1 + Math.exp(-apply(model, features)));
}

function apply(model: LinearModel, features: RankingFeatures | RivalFeatures | ConfidenceFeatures): number {
  let sum = model.bias;
  for (const [name, { mean, deviation, weight }] of Object.entries(model.features)) {
    const value = (features as unknown as Record<string, number>)[name];
    if (value === undefined)
      throw new RangeError(`weights.json names a feature that does not exist: ${name}`);
    sum += ((value - mean) / deviation) * weight;
  }
  return sum;
}

function clip(margin: number): number {
  return Math.min(MARGIN_RANGE[1], Math.max(MARGIN_RANGE[0], margin));
}

/** Share of the question's terms, by weight, that are among these. */
function coverage(question: Question, terms: readonly string[]): number {
  const present = new Set(terms);
  let found = 0;
  let all = 0;
  for (const { term, idf } of question.terms) {
    all += idf;
    if (present.has(term)) found += idf;
  }
  return all > 0 ? found / all : 0;
}
