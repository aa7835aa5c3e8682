/** Makes quotes of ranked sentences: the best answer, and what every other voice and article says to the question. */
import { metaOf } from '../articles/read.ts';
import type { PassageIndex } from '../index/store.ts';
import type { Entailment } from '../models/entailment.ts';
import type { Citation, Quote, Sentence, Span, Voice } from '../values.ts';
import { judgedDifference, readStatement, type Statement, sameStatement } from './differ.ts';
import type { Scored } from './rank.ts';

/** An answer has at most this many quotes. */
const MAX_QUOTES = 5;

/**
 * Where fewer voices and articles than this answer, the next best sentences are shown too: the best one alone is
 * right less often than one of three (88 % against 96 % on squad.json).
 */
const USUAL_QUOTES = 3;

/** So many passages are shown as nearest where there is no answer. */
const MAX_NEAREST = 3;

/** A quote of more than one sentence has at most this many words. */
const MAX_WORDS = 60;

/** The same where it must be widened: a contrast or condition is not cut off to save room. */
const MAX_WORDS_WIDENED = 110;

/**
 * A neighbouring sentence joins a quote when its share is at least this part of the best one's: the two then
 * answer together, or either may. Measured on data/fit (two sets): with 0.1 the first quote holds the right sentence
 * in 0.790 of cases against 0.747 without joining; with 0.03 in half a point more, and quotes are five words longer.
 */
const JOIN = 0.03;

/**
 * A further quote is shown when its share is at least this part of the first one's: less is noise, which by its new voice
 * takes the place of a likelier sentence. Right in the first three with 0.005, 0.01 and 0.02: 90.8, 91.7 and 92.5 % on
 * data/fit/ports, 95.5, 96.8 and 96.8 % on spaceport, 89.0, 88.4 and 89.0 % on fisheries; with 0.01 most sides are shown.
 */
const FURTHER = 0.01;

/** Sentences less likely than this part of the best one do not dispute anything about the question. */
const DISPUTES = 0.03;

/** So many sentences are compared with each other: the best ones, which any quote comes from. */
const COMPARED = 20;

/** So many of them where a model judges every two, in both orders: it takes a hundred times as long as the rules. */
const JUDGED = 8;

/** Opens a sentence that leans on the one before it. */
const LEANS =
  /^["“‘'(]*(?:he|she|it|they|his|her|its|their|this|that|these|those|such|however|but|and|so|yet|instead|therefore|thus|both|neither|in contrast|by contrast|on the other hand|for (?:his|her|its|their) part|the (?:former|latter))\b/i;

/** Opens a sentence that takes back or limits the one before it; neither is quoted without the other. */
const QUALIFIES =
  /^["“‘'(]*(?:however|but|yet|still|nevertheless|nonetheless|even so|unless|only if|if|provided|in contrast|by contrast|on the contrary|instead)\b|^.{0,60}, (?:however|in contrast|by contrast|on the contrary|though)[,.]/i;

/** The quotes of an answer, with what they are to each other. */
export interface Sides {
  /** The best first, the others by date and then score; at most five. */
  quotes: Quote[];
  /** Two of the sentences shown contradict each other on the question. */
  differ: boolean;
  /** Each takes another of the alternatives that the question names. */
  alternatives: boolean;
  /** No other article says anything to the question. */
  onlySource: boolean;
}

/** A stretch of sentences of one passage, by their ranks. */
interface Group {
  best: Scored;
  sentences: Scored[];
}

/** A sentence that may be quoted, with what choosing goes by. */
interface Entry {
  scored: Scored;
  article: number;
  voice: Voice;
  statement: Statement;
  /** Inside its article, for whether one sentence stands right behind another. */
  span: Span;
}

/** Two sentences that contradict each other. */
interface Dispute {
  a: Entry;
  b: Entry;
  alternative: boolean;
}

/**
 * Gathers an answer's quotes: the best sentence; then the two that contradict each other on the question most
 * plainly, where any do; then, by likelihood and by what they add (see inOrder), those of other articles and voices.
 * @param confidence of the answer: the first quote's score
 * @param entailment judges whether two sentences contradict each other; null leaves that to the rules
 */
export async function gatherSides(
  question: string,
  ranked: readonly Scored[],
  index: PassageIndex,
  confidence: number,
  entailment: Entailment | null,
): Promise<Sides> {
  const first = ranked[0];
  if (first === undefined) return { quotes: [], differ: false, alternatives: false, onlySource: false };
  const entries = ranked
    .slice(0, COMPARED)
    .filter((entry, i) => i === 0 || entry.share >= first.share * FURTHER)
    .map(entryOf);
  const entryFor = new Map(entries.map((entry) => [entry.scored, entry]));
  const disputes = await disputesAmong(question, entries, index, entailment);
  const groups: Group[] = [];
  const cited = new Map<Group, Entry[]>();
  const shown = new Set<Scored>();
  const sides = inOrder(entries, disputes);
  const others = entries.filter((entry) => !sides.includes(entry));
  for (const entry of [...sides, ...others]) {
    if (groups.length >= (sides.includes(entry) ? MAX_QUOTES : USUAL_QUOTES)) break;
    if (shown.has(entry.scored)) continue;
    const same = groups.find((group) => repeats(entry, entryFor.get(group.best) as Entry));
    if (same !== undefined) {
      if (same.best.candidate.passage.article !== entry.article)
        cited.set(same, [...(cited.get(same) ?? []), entry]);
      shown.add(entry.scored);
      continue;
    }
    const group = join(entry.scored, ranked, shown);
    const beside = groups.find(({ sentences }) => sentences.some((other) => group.sentences.includes(other)));
    if (beside !== undefined && mayJoin(beside, group)) {
      beside.sentences = union(beside, group);
    } else {
      group.sentences = notShown(group, shown);
      groups.push(group);
    }
    for (const sentence of group.sentences) shown.add(sentence);
  }
  const quotes = groups.map((group) => ({
    ...quoteOf(group, index, confidence * Math.min(1, group.best.share / first.share)),
    also: citations(cited.get(group) ?? [], index),
  }));
  const [best, ...rest] = quotes as [Quote, ...Quote[]];
  rest.sort((a, b) => byDate(a, b) || b.score - a.score);
  const visible = disputes.filter(({ a, b }) => shown.has(a.scored) && shown.has(b.scored));
  const sources = new Set(entries.map(({ article }) => article));
  return {
    quotes: [best, ...rest],
    differ: visible.length > 0,
    alternatives: visible.some(({ alternative }) => alternative),
    onlySource: index.articles.length > 1 && sources.size === 1,
  };
}

/** Two stretches that overlap may be one quote: it is not too long, and not of two speakers. */
function mayJoin(one: Group, other: Group): boolean {
  return wordsIn(union(one, other)) <= MAX_WORDS_WIDENED && !apart(voiceOf(one.best), voiceOf(other.best));
}

/** The sentences of two stretches that overlap, in order. */
function union(one: Group, other: Group): Scored[] {
  return [...new Set([...one.sentences, ...other.sentences])].sort((a, b) => a.sentence - b.sentence);
}

/** The sentences around a group's best one up to any that another quote shows: no two quotes overlap. */
function notShown({ best, sentences }: Group, shown: ReadonlySet<Scored>): Scored[] {
  const at = sentences.indexOf(best);
  const before = sentences.slice(0, at);
  const behind = sentences.slice(at + 1);
  const stop = behind.findIndex((entry) => shown.has(entry));
  return [
    ...before.slice(before.findLastIndex((entry) => shown.has(entry)) + 1),
    best,
    ...behind.slice(0, stop < 0 ? behind.length : stop),
  ];
}

function entryOf(scored: Scored): Entry {
  const { passage } = scored.candidate;
  const span = passage.sentences[scored.sentence] as Sentence;
  return {
    scored,
    article: passage.article,
    voice: voiceOf(scored),
    statement: readStatement(textOf(scored)),
    span,
  };
}

/** Every two of the sentences that contradict each other, those with the best sentence first, then the likeliest. */
async function disputesAmong(
  question: string,
  entries: readonly Entry[],
  index: PassageIndex,
  entailment: Entailment | null,
): Promise<Dispute[]> {
  const found: Dispute[] = [];
  const best = entries[0];
  const likely = entries
    .filter(({ scored }) => scored.share >= (best?.scored.share ?? 0) * DISPUTES)
    .slice(0, entailment === null ? COMPARED : JUDGED);
  for (const [i, one] of likely.entries()) {
    for (const other of likely.slice(i + 1)) {
      if (speaksAlone(one, other)) continue;
      const [a, b] =
        one.article === other.article && other.span.start < one.span.start ? [other, one] : [one, other];
      const adjacent = follows(b, a, index);
      const how = await judgedDifference(question, a.statement, b.statement, adjacent, entailment);
      if (how !== null) found.push({ a: one, b: other, alternative: how === 'alternative' });
    }
  }
  const likelihood = ({ a, b }: Dispute) => Math.min(a.scored.share, b.scored.share);
  const withBest = ({ a, b }: Dispute) => Number(a === best || b === best);
  return found.sort(
    (x, y) =>
      Number(y.alternative) - Number(x.alternative) ||
      withBest(y) - withBest(x) ||
      likelihood(y) - likelihood(x),
  );
}

/** One speaker is one side, whatever the wording. */
function speaksAlone(a: Entry, b: Entry): boolean {
  return (
    a.voice.speaker !== null && b.voice.speaker !== null && sameSpeaker(a.voice.speaker, b.voice.speaker)
  );
}

/** Whether nothing but white space stands between two sentences. */
function follows(b: Entry, a: Entry, index: PassageIndex): boolean {
  if (a.article !== b.article || b.span.start < a.span.end) return false;
  return index.articles[a.article]?.text.slice(a.span.end, b.span.start).trim() === '';
}

/**
 * How much more a sentence counts where somebody not shown yet says it, or it contradicts another, and where it is
 * another article's; and how much less where it is one more of an article's own. A statement is a side, an outlet's own
 * sentence often only the scene: without this, likelier sentences of one side and of no side take the five places of a
 * contested question.
 */
const NEW_SPEAKER = 5;
const NEW_ARTICLE = 3;
const OWN_WORDS = 0.01;

/** The order in which sentences get a place: see gatherSides. */
function inOrder(entries: readonly Entry[], disputes: readonly Dispute[]): Entry[] {
  const order: Entry[] = [];
  const add = (entry: Entry | undefined) => {
    if (entry !== undefined && !order.includes(entry)) order.push(entry);
  };
  add(entries[0]);
  add(disputes[0]?.a);
  add(disputes[0]?.b);
  const contested = new Set(disputes.flatMap(({ a, b }) => [a, b]));
  const worth = (entry: Entry): number => {
    const newArticle = !order.some(({ article }) => article === entry.article);
    const newVoice = !order.some((other) => sameVoice(other, entry));
    if (!newArticle && !newVoice) return 0;
    const says = newVoice && (entry.voice.speaker !== null || contested.has(entry));
    if (!newArticle && !says) return entry.scored.share * OWN_WORDS;
    return entry.scored.share * (newArticle ? NEW_ARTICLE : 1) * (says ? NEW_SPEAKER : 1);
  };
  for (;;) {
    const next = entries
      .filter((entry) => !order.includes(entry))
      .reduce<Entry | null>((best, entry) => (worth(entry) > (best ? worth(best) : 0) ? entry : best), null);
    if (next === null) break;
    add(next);
  }
  // Sentences that repeat one of these in another article are its further citations.
  for (const entry of entries) {
    if (
      order.some(
        (other) => other.article !== entry.article && sameStatement(other.statement, entry.statement),
      )
    )
      add(entry);
  }
  return order;
}

/** One speaker, or one outlet's own voice. A voice that is not known is nobody else's. */
function sameVoice(a: Entry, b: Entry): boolean {
  if (a.voice.kind === 'article' || b.voice.kind === 'article')
    return a.voice.kind === b.voice.kind && a.article === b.article;
  return speaksAlone(a, b);
}

/** "Singh" and "Press Secretary Sabrina Singh", "U.S. officials" and "a US official": one name ends with the other. */
export function sameSpeaker(a: string, b: string): boolean {
  const [one, other] = [a, b].map((name) =>
    wordsOnly(name.replace(/\b(\p{Lu})\.(?=\p{Lu}|\s)/gu, '$1'))
      .replace(/ (?:the|an?|s|mr|mrs|ms) (?=.)/g, ' ')
      .replace(/(\p{L}{3})s (?=$| )/gu, '$1 '),
  ) as [string, string];
  return one.endsWith(other) || other.endsWith(one);
}

/** Says what another sentence says, in its words: nothing to show twice. */
function repeats(entry: Entry, shown: Entry): boolean {
  const [one, other] = [wordsOnly(entry.statement.text), wordsOnly(shown.statement.text)];
  if (one === other) return true;
  if (entry.article === shown.article) return one.includes(other) || other.includes(one);
  return !apart(entry.voice, shown.voice) && sameStatement(entry.statement, shown.statement);
}

/** Both speakers are named, and they are not one. */
function apart(a: Voice, b: Voice): boolean {
  return a.speaker !== null && b.speaker !== null && !sameSpeaker(a.speaker, b.speaker);
}

function voiceOf({ candidate, sentence }: Scored): Voice {
  return (candidate.passage.sentences[sentence] as Sentence).voice;
}

function citations(entries: readonly Entry[], index: PassageIndex): Citation[] {
  return entries.map(({ scored, span }) => {
    const { passage } = scored.candidate;
    const { start, end, article, paragraph } = quoteAt(index, passage.article, passage.paragraph, span);
    return { article, start, end, paragraph };
  });
}

/** The oldest first; undated ones behind the dated. */
function byDate(a: Quote, b: Quote): number {
  const [one, other] = [a.article.published, b.article.published];
  if (one === other) return 0;
  if (one === null) return 1;
  if (other === null) return -1;
  return one < other ? -1 : 1;
}

/**
 * A sentence with the neighbours that answer with it, as far as the words allow, and those that it must not be
 * shown without: the one that it leans on, the one that limits it, and the one that names its speaker.
 */
function join(best: Scored, ranked: readonly Scored[], used: ReadonlySet<Scored>): Group {
  const neighbours = new Map<number, Scored>();
  for (const entry of ranked) {
    if (entry.candidate === best.candidate) neighbours.set(entry.sentence, entry);
  }
  const sentences = withSpeaker(best, neighbours);
  let words = wordsIn(sentences);
  for (;;) {
    const low = (sentences[0] as Scored).sentence;
    const high = (sentences.at(-1) as Scored).sentence;
    const before = adjoin(best, low - 1) ? neighbours.get(low - 1) : undefined;
    const behind = adjoin(best, high) ? neighbours.get(high + 1) : undefined;
    const near = [before, behind].filter((entry): entry is Scored => entry !== undefined);
    const owed =
      (before !== undefined && QUALIFIES.test(textOf(sentences[0] as Scored)) ? before : undefined) ??
      (behind !== undefined && QUALIFIES.test(textOf(behind)) ? behind : undefined);
    const fits = (entry: Scored, most: number) => words + wordCount(entry) <= most;
    const optional = near.filter((entry) => !used.has(entry) && fits(entry, MAX_WORDS));
    const next =
      (owed !== undefined && fits(owed, MAX_WORDS_WIDENED) ? owed : undefined) ??
      optional.filter(({ share }) => share >= best.share * JOIN).sort((a, b) => b.share - a.share)[0] ??
      (LEANS.test(textOf(sentences[0] as Scored))
        ? optional.find(({ sentence }) => sentence < low)
        : undefined);
    if (next === undefined) return { best, sentences };
    words += wordCount(next);
    if (next.sentence < low) sentences.unshift(next);
    else sentences.push(next);
  }
}

/**
 * A sentence with the ones up to where its speaker is named, where that is outside it: “We will not go.” belongs to
 * "the envoy said" beside it. The sentence alone where that is in another passage, or too far away.
 */
function withSpeaker(best: Scored, neighbours: ReadonlyMap<number, Scored>): Scored[] {
  const all = best.candidate.passage.sentences;
  const { start, end, voice } = all[best.sentence] as Sentence;
  const named = voice.cue?.start ?? voice.start;
  if (named === null || (named >= start && named < end)) return [best];
  const target = all.findIndex((other) => named >= other.start && named < other.end);
  if (target < 0) return [best];
  const sentences: Scored[] = [];
  for (let s = Math.min(target, best.sentence); s <= Math.max(target, best.sentence); s++) {
    const entry = s === best.sentence ? best : neighbours.get(s);
    if (entry === undefined || (sentences.length > 0 && !adjoin(entry, s - 1))) return [best];
    sentences.push(entry);
  }
  return wordsIn(sentences) <= MAX_WORDS ? sentences : [best];
}

/** Whether a sentence and the next one of its passage meet: a fragment between them must not be quoted. */
function adjoin({ candidate: { passage, text } }: Scored, sentence: number): boolean {
  const [one, next] = [passage.sentences[sentence], passage.sentences[sentence + 1]];
  if (one === undefined || next === undefined) return false;
  return !/[\p{L}\p{N}]/u.test(text.slice(one.end - passage.start, next.start - passage.start));
}

function quoteOf({ best, sentences }: Group, index: PassageIndex, score: number): Quote {
  const { passage } = best.candidate;
  const spans = sentences.map(({ sentence }) => passage.sentences[sentence] as Span);
  return {
    ...quoteAt(index, passage.article, passage.paragraph, {
      start: Math.min(...spans.map(({ start }) => start)),
      end: Math.max(...spans.map(({ end }) => end)),
    }),
    highlight: best.highlight,
    score,
    voice: passage.sentences[best.sentence]?.voice ?? null,
  };
}

/** The nearest passages as quotes that do not answer: the whole passage, as long as it may be, best first. */
export function nearestPassages(ranked: readonly Scored[], index: PassageIndex): Quote[] {
  const quotes: Quote[] = [];
  const seen = new Set<number>();
  for (const entry of ranked) {
    const { passage } = entry.candidate;
    if (seen.has(passage.id)) continue;
    seen.add(passage.id);
    const around = join({ ...entry, share: 0 }, ranked, new Set());
    quotes.push({ ...quoteOf(around, index, 0), highlight: null });
    if (quotes.length === MAX_NEAREST) break;
  }
  return quotes;
}

/** A stretch of an article, as it stands there. */
export function quoteAt(
  index: PassageIndex,
  article: number,
  paragraph: number,
  { start, end }: Span,
): Quote {
  const source = index.articles[article];
  if (source === undefined) throw new RangeError(`no article ${article}`);
  return {
    text: source.text.slice(start, end),
    start,
    end,
    highlight: null,
    score: 0,
    paragraph: paragraph + 1,
    voice: null,
    also: [],
    article: metaOf(source),
  };
}

/** A ranked sentence's words. */
export function textOf({ candidate, sentence }: Scored): string {
  const { passage, text } = candidate;
  const span = passage.sentences[sentence] as Span;
  return text.slice(span.start - passage.start, span.end - passage.start);
}

function wordsIn(sentences: readonly Scored[]): number {
  return sentences.reduce((sum, entry) => sum + wordCount(entry), 0);
}

function wordCount(entry: Scored): number {
  return textOf(entry).split(/\s+/u).length;
}

function wordsOnly(text: string): string {
  return ` ${text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()} `;
}
