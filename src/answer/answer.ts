/** Answers a question with quotes, or says that the articles do not say. */
import type { PassageIndex } from '../index/store.ts';
import { termsOf } from '../index/terms.ts';
import type { Embedder } from '../models/embedder.ts';
import type { Entailment } from '../models/entailment.ts';
import type { Reader, Reading } from '../models/reader.ts';
import type { Answer, Refusal, Span } from '../values.ts';
import { brief, briefRequest } from './brief.ts';
import { readStatement } from './differ.ts';
import { fails, premiseOf, speaksOf } from './premise.ts';
import { type Question, readQuestion, spelledOut } from './question.ts';
import { gatherSides, nearestPassages, textOf } from './quotes.ts';
import {
  amongRivals,
  confidence,
  confidenceFeatures,
  RIVALS,
  rankSentences,
  readWeights,
  type Scored,
  type Weights,
} from './rank.ts';
import { balanced, type Candidate, retrieve } from './retrieve.ts';

/** All that answering needs. */
export interface Sources {
  index: PassageIndex;
  embedder: Embedder;
  /** Null with READER_MODEL=none. */
  reader: Reader | null;
  /** Null while NLI_MODEL is not set: then rules decide whether statements contradict each other. */
  entailment: Entailment | null;
}

/** How many of the passages found are read. More cost time and, on data/fit, bring nothing. */
export const PASSAGES_READ = 8;

/** Characters. A longer text is not one question; the reader would see only its beginning. */
export const MAX_QUESTION_LENGTH = 1000;

/** An answer is given from this confidence on. */
export const ANSWER_FROM = 0.5;

/** The same where two statements take the two alternatives that the question names. */
const ALTERNATIVES_FROM = 0.25;

/**
 * Greetings, thanks and orders to the bot, in whole: what stands in front of a real question ("hi, who …?")
 * does not match. Nothing that is written to the bot can change what it does, so this only spares people a
 * quote that they did not ask for.
 */
const NOT_A_QUESTION =
  /^\W*(?:(?:hi|hello|hey|yo|hiya|howdy|greetings|good (?:morning|afternoon|evening|night|day)|thanks?(?: you)?|thx|bye|goodbye|ok(?:ay)?|lol|nice|cool|great|welcome|ping|test(?:ing)?|help)(?:[\s,!.]+(?:there|all|everyone|everybody|bot|verbatim|again|so much|a lot|very much|you))*|(?:(?:hi|hello|hey)\b[\s,!.]*(?:bot\b[\s,!.]*)?)?(?:how are you(?: doing)?(?: today)?|what'?s up|who are you|what are you|what can you do|what is your name|tell me (?:a joke|a story|about yourself)))\W*$/i;
/** An order stands at the start or speaks of the bot's own rules: a question may well ask who ignored some. */
const INSTRUCTION =
  /(?:^\W*|[.!?,;:]\s*|\b(?:please|now|then|just)\s+)(?:please )?(?:ignore|disregard|forget|override)\b.{0,30}\b(?:instructions?|rules|prompts?|programming|guidelines)\b|\b(?:ignore|disregard|forget|override)\b.{0,20}\b(?:previous|prior|above|earlier|your)\b.{0,20}\b(?:instructions?|rules|prompts?|programming|guidelines)\b|\b(?:system|developer) prompt\b|\b(?:you are|act|behave|respond|reply) (?:now )?(?:as (?:a|an|if|though)|a pirate)\b|\bpretend (?:to be|you|that you)\b|^\W*(?:please )?(?:write|compose|draft|generate|sing|draw|translate|summari[sz]e|code|roleplay|role-play|repeat after|say)\b.{0,20}\b(?:me|a|an|the|this|that|some|your|after)\b.{0,30}\b(?:poem|song|story|essay|haiku|limerick|code|script|function|program|joke|letter|email|e-mail|rap|prompt|instructions?|following|word|words)\b/i;

/** So many of the best sentences are held against what the question takes for granted. */
const PREMISE_CHECKED = 12;

/** Statements on a premise that fails are shown from this confidence on: they are about it, not the answer. */
const PREMISE_FROM = 0.25;

/** What was found for a question, before it is decided whether that answers it. */
export interface Findings {
  question: Question;
  /** Every sentence of the passages read, best first. */
  ranked: Scored[];
  /** The probability that the best one answers. */
  confidence: number;
}

/** Answers one question. The same question on the same revision always gets the same answer. */
export async function answerQuestion(
  text: string,
  sources: Sources,
  weights: Weights = readWeights(),
): Promise<Answer> {
  const { index, entailment } = sources;
  const source = briefRequest(plain(text), index.articles);
  if (source !== undefined) return await briefAnswer(text, index, source ?? undefined);
  const refusal = refusalOf(text);
  return await answerOf(text, refusal ?? (await find(text, sources, weights)), index, entailment);
}

/** The sentences that carry one article, or all, as an answer: the choice is the answer, so it is as sure as can be. */
async function briefAnswer(text: string, index: PassageIndex, file: string | undefined): Promise<Answer> {
  const quotes = (await brief(index, file)).map((quote) => ({ ...quote, score: 1 }));
  const none = await answerOf(text, 'not in the articles', index, null);
  if (quotes.length === 0) return none;
  return { ...none, answered: true, confidence: 1, refusal: null, quotes };
}

/** Why a text is not searched for at all, or null where it is. */
export function refusalOf(text: string): Refusal | null {
  const asked = plain(text);
  if (!/\p{L}|\p{N}/u.test(asked)) return 'empty';
  if (asked.length > MAX_QUESTION_LENGTH) return 'too long';
  if (NOT_A_QUESTION.test(asked) || INSTRUCTION.test(asked)) return 'not a question';
  return null;
}

/** Searches, reads the best passages and ranks their sentences. */
export async function find(
  text: string,
  { index, embedder, reader }: Sources,
  weights: Weights,
): Promise<Findings> {
  const asked = plain(text).slice(0, MAX_QUESTION_LENGTH);
  const question = readQuestion(asked, index);
  const read = await spelledOut(question, index);
  const found = await retrieve(question, await embedder.embedQuestion(read), index);
  const candidates = balanced(found, PASSAGES_READ);
  const readings = reader && (await readAll(read, candidates, reader));
  const models = reader ? weights.reader : weights.none;
  const first = rankSentences(question, candidates, readings, models.ranking, index.meanLength);
  const ranked = reader ? amongRivals(first, await readTogether(read, first, reader), models.rivals) : first;
  const best = ranked[0];
  if (best === undefined) return { question, ranked, confidence: 0 };
  const title = index.articles[best.candidate.passage.article]?.title ?? '';
  const features = confidenceFeatures(question, ranked, termsOf(title));
  return { question, ranked, confidence: confidence(models.confidence, features) };
}

/** Makes the answer of what was found, or of the reason why nothing was looked for. */
export async function answerOf(
  text: string,
  found: Findings | Refusal,
  index: PassageIndex,
  entailment: Entailment | null,
): Promise<Answer> {
  const answer: Answer = {
    question: text,
    answered: false,
    confidence: 0,
    refusal: null,
    revision: index.revision,
    quotes: [],
    nearest: [],
    differ: false,
    onlySource: false,
    premise: null,
  };
  if (typeof found === 'string') return { ...answer, refusal: found };
  const { question, ranked } = found;
  const premise = failingPremise(text, found);
  if (premise !== null) {
    const { quotes, differ, onlySource } = await gatherSides(
      question.text,
      premise.statements,
      index,
      Math.max(found.confidence, ANSWER_FROM),
      entailment,
    );
    const sure = quotes[0]?.score ?? 0;
    return { ...answer, answered: true, confidence: sure, quotes, differ, onlySource, premise: premise.span };
  }
  const sides = await gatherSides(question.text, ranked, index, found.confidence, entailment);
  // Statements that take the alternatives that the question names are about it, however unsure the models are.
  const sure = sides.alternatives && found.confidence >= ALTERNATIVES_FROM ? ANSWER_FROM : found.confidence;
  answer.confidence = Math.max(found.confidence, sure);
  if (answer.confidence < ANSWER_FROM)
    return { ...answer, refusal: 'not in the articles', nearest: nearestPassages(ranked, index) };
  const { quotes, differ, onlySource } = sides;
  return { ...answer, answered: true, quotes, differ, onlySource };
}

/** What the question takes for granted and the sources do not bear out, with what they say about it. */
function failingPremise(text: string, found: Findings): { span: Span; statements: Scored[] } | null {
  const premise = premiseOf(text);
  if (premise === null || found.confidence < PREMISE_FROM) return null;
  const checked = found.ranked.slice(0, PREMISE_CHECKED).map((scored) => readStatement(textOf(scored)));
  if (!fails(premise, text, checked)) return null;
  const statements = found.ranked.filter((scored) => speaksOf(readStatement(textOf(scored)), premise));
  return statements.length === 0 ? null : { span: premise.span, statements };
}

function plain(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

/** One passage after the other: the model uses every core for one already. */
async function readAll(
  text: string,
  candidates: readonly Candidate[],
  reader: Reader,
): Promise<(Reading | null)[][]> {
  const readings: (Reading | null)[][] = [];
  for (const { passage, text: content } of candidates) {
    const sentences = passage.sentences.map(({ start, end }) => ({
      start: start - passage.start,
      end: end - passage.start,
    }));
    readings.push(await reader.read(text, content, sentences));
  }
  return readings;
}

/** Reads the best sentences as one passage, and gives the margin of each; see amongRivals. */
export async function readTogether(
  text: string,
  ranked: readonly Scored[],
  reader: Reader,
): Promise<number[]> {
  let passage = '';
  const spans: Span[] = [];
  for (const entry of ranked.slice(0, RIVALS)) {
    const sentence = textOf(entry);
    spans.push({ start: passage.length, end: passage.length + sentence.length });
    passage += `${sentence} `;
  }
  const readings = await reader.read(text, passage, spans);
  return readings.map((reading) => reading?.margin ?? Number.NEGATIVE_INFINITY);
}
