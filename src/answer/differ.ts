/**
 * Whether two statements contradict each other on a question. The rule reads no world into them: it compares the
 * clauses that both assert about the same thing, and finds a contradiction where
 *
 *   - a predicate that they share is affirmed in one and denied in the other ("has asked", "has received no request"),
 *   - they use opposed predicates ("approved", "rejected"),
 *   - they give another number or date for the same thing,
 *   - the question names two alternatives and each takes another, or
 *   - one is put in contrast to the other in so many words ("in contrast", "contrary to").
 *
 * What is only supposed, asked, hoped or left unsaid asserts nothing, so silence is never a denial. It is built for
 * precision: test/fixtures/differ holds the pairs that it was built and measured on.
 */
import { termsOf } from '../index/terms.ts';
import type { Entailment } from '../models/entailment.ts';

export type Difference = 'polarity' | 'opposed' | 'number' | 'date' | 'alternative' | 'contrast' | 'model';

/**
 * A model's word is taken from this probability of a contradiction on. High, because models of the kind also call
 * statements on different events a contradiction; not measured, since none ships.
 */
const CONTRADICTS_FROM = 0.9;

/** How alike two clauses must be, beside the words they differ in: shared words over those of the shorter clause. */
const SAME_THING = 0.5;

/**
 * A negation denies the first word with a meaning behind it ("no request to close the base" denies the request, not
 * the base), beyond words like these, which only carry the next: "has not received a formal request".
 */
const CARRIES = new Set(
  'receive get got give given make made take taken put find found see seen set plan intend official formal single firm real new any'
    .split(' ')
    .map((word) => termsOf(word)[0] ?? word),
);

/** What is denied as a whole ("denied that the court has received it") is denied up to this many words on. */
const DENIED_WORDS = 3;

/** Opposed words of general English, "these / those", by stem: what one affirms the other denies. */
const OPPOSED: readonly string[] = [
  'rise rose risen increase grow grew grown climb soar raise hike up / fall fell fallen drop decrease decline shrink shrank sink sank lower slump down',
  'support back favour favor endorse welcome approve accept adopt / oppose reject refuse condemn veto against',
  'open reopen / close closed closure shut',
  'win won victory / lose lost defeat',
  'free freed release liberate / captive detain jail imprison',
  'hold held last survive / collapse break broke broken',
  'legal lawful legitimate legality legitimacy / illegal unlawful illegitimate violate violation',
  'success successful succeed / failure fail failed unsuccessful',
  'clean cleaner cleanest / dirty dirtier dirtiest pollute polluted',
  'safe safer safety / unsafe dangerous danger',
  'guilty guilt / innocent innocence',
  'alive living / dead',
  'true / false untrue',
  'allow permit / ban forbid forbidden forbade prohibit',
  'begin began begun start / end stop cease finish',
  'include / exclude',
  'better improve improvement / worse worsen deteriorate',
  'friend friendly ally / enemy hostile foe',
  'temporary / permanent',
  'public / secret',
  'voluntary / compulsory mandatory',
  'strong stronger strengthen / weak weaker weaken',
  'expand expansion extend / reduce reduction cut',
  'guarded kept / abandoned',
];

/** Words of general English for the same thing, as far as news uses them in each other's place. */
const ALIKE: readonly string[] = [
  'withdraw withdrawn withdrew withdrawal pullout depart departure leave left go',
  'talk meeting negotiation negotiate discussion discuss dialogue',
  'ask request call demand urge appeal',
  'troop soldier force',
  'hurt injure injured wound wounded',
  'kill dead death die died',
  'strike raid airstrike bombing',
  'agreement accord pact deal treaty',
  'date timeline timetable schedule deadline',
  'build built construct rebuild rebuilt reconstruct',
  'destroy destroyed demolish',
  'illness ill sick',
  'law bill act',
  'know knew known aware',
  'pay paid',
  'buy bought',
  'sell sold',
  'send sent',
  'steal stole stolen',
  'speak spoke spoken',
  'write wrote written',
  'fight fought',
  'choose chose chosen',
];

/** Both sides of these name different things, never a contradiction: "the north" is not what "the south" is. */
const OTHER_THING =
  /\b(?:north\p{L}*|south\p{L}*|east\p{L}*|west\p{L}*|second|third|another|other|earlier|previous|separate|former|next|new|old|male|female|young|elderly)\b/giu;

const NEGATORS =
  /^(?:not|no|never|neither|nor|nobody|none|nothing|without|cannot|nowhere|hardly|\p{L}+n['’]t|unable|fail(?:s|ed)?|refus(?:e|es|ed|ing))$/iu;
/** Deny what comes behind them. */
const DENIALS =
  /^(?:den(?:y|ies|ied|ying)|disput(?:e|es|ed|ing)|refut(?:e|es|ed|ing)|rebut(?:s|ted)?|false|untrue)$/iu;
/** Say nothing for or against: negated, or with "whether", they leave the matter open. */
const SILENCE =
  /\b(?:(?:declin|refus)\w+ to (?:comment|say|answer|confirm)|no comment|for comment|(?:not|n['’]t|never|no|nothing|without)\b(?: \w+){0,3}? (?:say|said|comment\w*|answer\w*|repl\w+|mention\w*|confirm\w*|specif\w+|figures?|statement|details?|reached|den(?:y|ied|ies)|disput\w+)|(?:no one|nobody) (?:den|disput)\w+|(?:no|little) (?:reason|evidence|proof|sign|doubt|indication)\b|nothing (?:shows?|suggests?|indicates?|proves?)|(?:would|could|will|did) not say)\b/iu;
const SUPPOSED =
  /\b(?:if|unless|whether|might|could|may|hop(?:e|es|ed|ing)|pray(?:s|ed)?|wish(?:es|ed)?|fear(?:s|ed)?|suppos(?:e|es|ed)|perhaps|possibly|in case|provided that)\b|^(?:should|had|were) (?!the (?:question|answer))/iu;

const SPEECH =
  /\b(?:sa(?:id|ys?)|stat(?:ed|es)|announc(?:ed|es)|argu(?:ed|es)|claim(?:ed|s)?|insist(?:ed|s)?|maintain(?:ed|s)?|stress(?:ed|es)|emphasi[sz](?:ed|es)|explain(?:ed|s)|clarif(?:ied|ies)|add(?:ed|s)|report(?:ed|s)|not(?:ed|es)|declar(?:ed|es)|indicat(?:ed|es|ing)|estimat(?:ed?|es)|complain(?:ed|s)|mention(?:ed|s)|reveal(?:ed|s)|admit(?:ted|s)|according to|told)\b/iu;
/** Somebody speaks at the head of a sentence: the words up to what was said. */
const LEADING_SPEECH =
  /^[^,;:]{1,90}?(?:, (?!\d)[^,;:]{1,80},)? ?\b(?:(?:said|claimed|stated|announced|declared) (?:in|on|at|to|during) (?:[\p{L}\p{N}]+ ){1,4}that|(?:said|says?|stated|announced|argued|argues|claimed|insisted|insists|maintained|maintains|stressed|stresses|emphasi[sz]ed|emphasi[sz]es|explained|clarified|added|declared|estimated|complained|admitted|indicated|indicating|noted)(?: that|:|,)?|(?:states|claims?|estimates?|reported|reports|mentioned|mentions|revealed|reveals|confirmed|confirms|alleged?|alleges)(?: (?:in|on|at|to) (?:[\p{L}\p{N}]+ ){1,3}| )that|(?:states|claims?|estimates?|reported|mentioned|revealed|confirmed|alleged?)[:,]|(?:told|assured|warned|reminded|informed) (?:\p{L}+ ){0,4}?that|(?:told|assured|were told) (?:reporters|journalists|lawmakers|parliament|radio|relatives|customers|insurers)|(?:promised|warned|found|showed?|shows|believed?|believes|thinks?|suggested|by \p{L}+|by the \p{L}+|inquiry) that|(?:rejected|dismissed|denied|disputed) (?:the )?(?:claims?|reports?|suggestions?|allegations?|rumou?rs?|accounts?) that)(?=[\s"“‘'])\s*["“‘']?/iu;

const DENIED_CLAIM = /\b(?:rejected|dismissed|denied|disputed) (?:the )?\p{L}+ that/iu;

/** In contrast to the sentence before, and to no other. */
const CONTRASTS_WITH_LAST =
  /\b(?:in (?:stark |sharp )?contrast|by contrast|on the contrary|conversely)\b|^however\b.{0,80}\b(?:clarified|corrected|countered|insisted|stressed|disputed|rejected)\b|\b(?:reject|contradict|den|refut|disput)(?:s|y|ed|es|ies|ied|ing)? (?:this|it|these)(?= (?:and|claim|account|report|version|figure)|[.,;])/iu;
/** Against another statement that it names. */
const REJECTS =
  /\bcontrary to (?:the|what|this|that|earlier|claims?|\p{L}+['’]s)\b|\b(?:disput|contradict|rebutt)ing (?:the|this|that|these|claims?)\b/iu;

const PRONOUN =
  /^(?:i|we|you|he|she|it|they|there|this|that|these|those|who|which|everyone|everybody|nobody|one)$/iu;

/** Whose subject is the speaker: the voices differ though their subjects do ("the guild backs", "the council opposes"). */
const STANCE = new Set(['support', 'legal'].map(stem));

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const DAYS = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');

interface Word {
  text: string;
  /** Its meaning as far as the lists go: the stem, or the head of its list. Null for function words. */
  concept: string | null;
  /** +1, or -1 where it is the opposed member of its pair. */
  sign: 1 | -1;
  negations: number;
  /** How many words with a meaning stand between the last negation and it: at 0 it is what is denied. */
  behindNegation: number;
  /** Written as a name inside the sentence: what is said of it may be denied, but not the name. */
  name: boolean;
}

/** A stretch of a statement with one assertion, and what the comparison goes by. */
export interface Clause {
  words: Word[];
  text: string;
  /** Concepts, without numbers and dates. */
  concepts: Set<string>;
  times: Set<string>;
  numbers: Amount[];
  dates: PartialDate[];
  hypothetical: boolean;
}

interface Amount {
  value: number;
  unit: string;
  bound: 'exactly' | 'about' | 'at least' | 'at most';
}

interface PartialDate {
  year?: number;
  month?: number;
  day?: number;
  weekday?: number;
}

/** Reads the lists: each stem with its concept and sign. */
const CONCEPTS: ReadonlyMap<string, { concept: string; sign: 1 | -1 }> = (() => {
  const found = new Map<string, { concept: string; sign: 1 | -1 }>();
  const enter = (words: string, concept: string, sign: 1 | -1) => {
    for (const word of words.trim().split(/\s+/)) found.set(stem(word), { concept, sign });
  };
  for (const words of ALIKE) enter(words, stem(words.split(' ')[0] ?? ''), 1);
  for (const line of OPPOSED) {
    const [these = '', those = ''] = line.split('/');
    const concept = stem(these.split(' ')[0] ?? '');
    enter(these, concept, 1);
    enter(those, concept, -1);
  }
  return found;
})();

function stem(word: string): string {
  return termsOf(word)[0] ?? word.toLowerCase();
}

/** A statement as it is compared. */
export interface Statement {
  text: string;
  /** What it asserts; none where it leaves the matter open. */
  clauses: Clause[];
  concepts: Set<string>;
}

/** Reads a sentence once, for any number of comparisons. */
export function readStatement(text: string): Statement {
  return { text, clauses: SILENCE.test(text) ? [] : clausesOf(text), concepts: conceptsOf(text) };
}

/**
 * Whether two statements contradict each other on a question, and by what; null where they do not.
 * @param adjacent whether `b` stands right behind `a` in the same text, so that its contrast is with `a`
 */
export function difference(
  question: string,
  a: Statement,
  b: Statement,
  adjacent = false,
): Difference | null {
  if (a.clauses.length === 0 || b.clauses.length === 0) return null;
  const asked = conceptsOf(question);
  const forTime = ASKS_TIME.test(question);
  for (const one of a.clauses) {
    for (const other of b.clauses) {
      const found =
        opposition(asked, one, other) ??
        (differentNumbers(asked, one, other) ? 'number' : null) ??
        (forTime && differentDates(asked, one, other) ? 'date' : null);
      if (found !== null) return found;
    }
  }
  if (takeAlternatives(question, a.clauses, b.clauses)) return 'alternative';
  if (!comparable(asked, a, b)) return null;
  if (adjacent && CONTRASTS_WITH_LAST.test(b.text)) return 'contrast';
  return intersection(a.concepts, b.concepts).size >= 2 && (REJECTS.test(a.text) || REJECTS.test(b.text))
    ? 'contrast'
    : null;
}

/**
 * The same with a model, where there is one: it decides in place of the rules, other than on what it cannot see,
 * which is the question with its alternatives, and the words that put one sentence in contrast to the last.
 */
export async function judgedDifference(
  question: string,
  a: Statement,
  b: Statement,
  adjacent: boolean,
  entailment: Entailment | null,
): Promise<Difference | null> {
  const found = difference(question, a, b, adjacent);
  if (entailment === null || found === 'alternative' || found === 'contrast') return found;
  if (!comparable(conceptsOf(question), a, b)) return null;
  const judged =
    (await entailment.contradiction(a.text, b.text)) >= CONTRADICTS_FROM ||
    (await entailment.contradiction(b.text, a.text)) >= CONTRADICTS_FROM;
  return judged ? 'model' : null;
}

/** Both assert something, and both speak of something that the question names. */
function comparable(asked: ReadonlySet<string>, a: Statement, b: Statement): boolean {
  if (a.clauses.length === 0 || b.clauses.length === 0) return false;
  return intersection(intersection(a.concepts, b.concepts), asked).size > 0;
}

/**
 * Whether two sentences say the same in nearly the same words: as many negations, the same numbers and dates, no
 * opposed words. "Has asked" and "has not asked", 99.9 % and 99.5 % are never the same.
 */
export function sameStatement(a: Statement, b: Statement): boolean {
  const shared = intersection(a.concepts, b.concepts).size;
  if (shared < SAME_WORDS * Math.max(a.concepts.size, b.concepts.size) || shared === 0) return false;
  if (figures(a.text) !== figures(b.text)) return false;
  const parity = ({ text }: Statement) =>
    wordsOf(text).reduce((sum, word) => {
      const negates = NEGATORS.test(word) || DENIALS.test(word);
      return sum + (negates || meaning(word)?.sign === -1 ? 1 : 0);
    }, 0);
  return parity(a) === parity(b);
}

/** The share of words that two outlets' versions of one statement have in common, at least. */
const SAME_WORDS = 0.8;

/** Every figure of a text, in order of size, whatever it counts. */
function figures(text: string): string {
  const found = wordsOf(text).flatMap((word) => {
    if (/\p{N}/u.test(word)) return word.replace(/,(?=\d{3})/g, '').replace(/%$/, '');
    if (MONTHS.includes(word.toLowerCase()) && word !== 'may') return word.toLowerCase();
    return numberWord(word) ?? [];
  });
  return found.map(String).sort().join(' ');
}

const ASKS_TIME =
  /\b(?:when|(?:what|which|what exact) (?:year|date|day|month|decade|century|time)|since when)\b/iu;

/** What a statement says, without who says it, in clauses. */
function clausesOf(statement: string): Clause[] {
  let text = statement
    .replace(/[“”"«»]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  text = text.replace(/^(?:however|but|and|in contrast|by contrast|conversely|meanwhile|still|yet),? /iu, '');
  let denied = 0;
  for (let i = 0; i < 2; i++) {
    const lead = LEADING_SPEECH.exec(text);
    if (lead === null || lead[0].length > text.length - 8) break;
    if (DENIED_CLAIM.test(lead[0])) denied++;
    text = text.slice(lead[0].length);
  }
  // "According to the register the ship sank": some write no comma.
  text = text.replace(/^according to (?:the )?[^,]{1,60}?(?:, | (?=the ))/iu, '');
  // ", the minister said": a short stretch between commas in which somebody speaks.
  const parts = text.split(/,(?!\d) ?/u).filter((part, i, all) => {
    const words = part.trim().split(' ').length;
    return !(all.length > 1 && words <= 9 && i > 0 && SPEECH.test(part)) && !/^according to\b/iu.test(part);
  });
  const said = parts.join(', ');
  const hypothetical =
    SUPPOSED.test(statement.replace(/\bin May\b|\bMay \d/gu, '')) ||
    (/\bwould\b/iu.test(said) && !SPEECH.test(statement));
  return said
    .split(/[;:—]|\.\s|,? (?:but|while|whereas|although|though|because)\b|, (?:and|which|who|with)\b/iu)
    .map((part) => clause(part.trim(), denied, hypothetical))
    .filter(({ concepts }) => concepts.size > 0);
}

function clause(text: string, denied: number, hypothetical: boolean): Clause {
  const words: Word[] = [];
  let negations = denied;
  let behind = denied > 0 ? 1 - DENIED_WORDS : Number.POSITIVE_INFINITY;
  for (const written of wordsOf(text)) {
    const negates = NEGATORS.test(written) || DENIALS.test(written);
    if (negates) {
      // "Neither free nor fair" denies both.
      if (!(/^nor$/iu.test(written) && words.some(({ text }) => /^neither$/iu.test(text)))) negations++;
      // A denial of a clause, or of its subject, denies the predicate, which is not the first word behind it.
      behind = DENIALS.test(written) || words.length === 0 ? 1 - DENIED_WORDS : 0;
    }
    const known = negates ? null : meaning(written);
    words.push({
      text: written,
      concept: known?.concept ?? null,
      sign: known?.sign ?? 1,
      negations,
      behindNegation: behind,
      name: words.length > 0 && /^\p{Lu}/u.test(written),
    });
    if (known !== null && !CARRIES.has(known.concept) && !/ly$/u.test(written)) behind++;
  }
  return {
    words,
    text,
    concepts: new Set(words.flatMap(({ concept }) => concept ?? [])),
    times: timesOf(text),
    numbers: amountsOf(text),
    dates: datesOf(text),
    hypothetical,
  };
}

/** A word's concept; null for function words, numbers and dates. */
function meaning(word: string): { concept: string; sign: 1 | -1 } | null {
  if (/\p{N}/u.test(word) || numberWord(word) !== null) return null;
  const lower = word.toLowerCase();
  if (MONTHS.includes(lower) || DAYS.includes(lower) || SPEECH.test(word) || word === 'us') return null;
  const term = termsOf(word)[0];
  // "Won" and "against" are no search terms, but they are in the lists.
  const listed = CONCEPTS.get(term ?? lower);
  if (listed !== undefined) return listed;
  if (term === undefined) return null;
  // "unaware", "illegal", "dishonest": the opposite of the rest of the word, where the rest is long enough.
  const prefixed = /^(?:un(?=\p{L}{3})|(?:non-?|dis|il|im|ir|in)(?=\p{L}{4}))(\p{L}+)$/u.exec(term);
  if (prefixed?.[1] !== undefined && NEGATIVE_PREFIX.test(lower)) return { concept: prefixed[1], sign: -1 };
  return { concept: term, sign: 1 };
}

/** Words whose first letters mean "not", and not "in" or "under": all of "un-" and "non-", and the common adjectives. */
const NEGATIVE_PREFIX =
  /^(?:un(?!der|i(?:t|on|vers|que|f)|cle|til)|non|il(?:legal|legitimate|logical)|im(?:possible|proper|mature|moral|probable)|ir(?:regular|relevant|responsible|reversible|revocable)|in(?:valid|complete|correct|dependent|effective|adequate|capable|accurate|secure|stable|visible|voluntary)|dis(?:honest|satisfied|loyal|agree|approve|continue|obey|trust))/u;

/** The words of a text without the marks at their ends; compounds in their parts, so that "date-based" has a date. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(WORD)].map((match) => match[0].replace(/[.,'’]+$/u, '').replace(/['’]s$/u, ''));
}

const WORD = /(?:\p{L}\.){2,}|\p{N}[\p{N},.]*%?|[\p{L}\p{M}]+(?:['’]\p{L}+)?/gu;

function conceptsOf(text: string): Set<string> {
  return new Set(wordsOf(text).flatMap((word) => meaning(word)?.concept ?? []));
}

/** One affirms what the other denies, or uses the opposed word. */
function opposition(asked: ReadonlySet<string>, one: Clause, other: Clause): Difference | null {
  if (one.hypothetical || other.hypothetical || otherTime(one, other) || otherThing(one, other, asked))
    return null;
  const shared: { a: Word; b: Word; i: number; j: number }[] = [];
  for (const [i, a] of one.words.entries()) {
    for (const [j, b] of other.words.entries()) {
      if (a.concept !== null && a.concept === b.concept && inReach(a) && inReach(b))
        shared.push({ a, b, i, j });
    }
  }
  // "Not safe" and "unsafe", "denied that he knew" and "knew nothing": they agree in what they deny.
  if (shared.some(({ a, b }) => (marked(a) || marked(b)) && polarity(a) === polarity(b))) return null;
  const apart = shared.find(
    ({ a, b }) => !a.name && !b.name && !CARRIES.has(a.concept ?? '') && polarity(a) !== polarity(b),
  );
  if (apart === undefined) return null;
  const { a, b, i, j } = apart;
  if (!sameThing(asked, one, other, a.concept ?? '')) return null;
  // A denial is about the question where the question names what is denied, and not just who denies it.
  if (a.sign === b.sign && !asked.has(a.concept ?? '')) return null;
  // "Knew nothing of it" and "was unaware of it": both deny, each in its own way.
  const affirming = polarity(a) > 0 ? one : other;
  if (a.sign === b.sign && affirming.words.some(({ text }) => NEGATIVE_PREFIX.test(text.toLowerCase())))
    return null;
  if (a.sign === b.sign && otherObject(one.words.slice(i + 1), other.words.slice(j + 1), asked)) return null;
  const stance = a.sign !== b.sign && STANCE.has(a.concept ?? '');
  if (!stance && otherSubject(one.words.slice(0, i), other.words.slice(0, j), asked)) return null;
  return a.sign === b.sign ? 'polarity' : 'opposed';
}

function marked({ sign, negations }: Word): boolean {
  return sign < 0 || negations > 0;
}

function polarity({ sign, negations }: Word): number {
  return negations % 2 === 0 ? sign : -sign;
}

/** Not negated at all, or what its negation is about. */
function inReach({ negations, behindNegation }: Word): boolean {
  return negations === 0 || behindNegation <= 0;
}

/** The clauses speak of the same thing, beside the words they differ in, and the question asks about it. */
function sameThing(asked: ReadonlySet<string>, one: Clause, other: Clause, apart: string): boolean {
  const rest = (concepts: ReadonlySet<string>) =>
    new Set([...concepts].filter((concept) => concept !== apart));
  const [a, b] = [rest(one.concepts), rest(other.concepts)];
  const shared = intersection(a, b);
  const least = Math.min(a.size, b.size);
  if (!asked.has(apart) && intersection(shared, asked).size === 0) return false;
  // A bare pronoun as subject leaves nothing to compare: "it is not".
  const pronoun = [one, other].some(({ words }) => PRONOUN.test(words[0]?.text ?? ''));
  if (least === 0 || (pronoun && least === 1)) return asked.has(apart);
  return shared.size >= 1 && shared.size / least >= SAME_THING;
}

/**
 * Whether two clauses have different subjects: no word in common before the first preposition, or a name in one
 * that neither the other nor the question has.
 */
function otherSubject(a: readonly Word[], b: readonly Word[], asked: ReadonlySet<string>): boolean {
  if ([...a, ...b].some(({ text }) => PRONOUN.test(text) || CALLS.test(text))) return false;
  const names = (words: readonly Word[]) =>
    words.flatMap(({ text, concept }, i) =>
      i > 0 && /^\p{Lu}/u.test(text) && concept !== null ? concept : [],
    );
  const named = (words: readonly Word[]) =>
    new Set(words.flatMap(({ concept }) => (concept === null || CARRIES.has(concept) ? [] : concept)));
  const all = [a, b].map(named) as [Set<string>, Set<string>];
  if (names(a).some((name) => !all[1].has(name) && !asked.has(name) && all[1].size > 0)) return true;
  if (names(b).some((name) => !all[0].has(name) && !asked.has(name) && all[0].size > 0)) return true;
  const [one, other] = [a, b].map((words) => {
    const preposition = words.findIndex(({ text }, i) => i > 0 && PREPOSITION.test(text));
    const head = preposition < 0 ? words : words.slice(0, preposition);
    return named(head);
  }) as [Set<string>, Set<string>];
  return one.size > 0 && other.size > 0 && intersection(one, other).size === 0;
}

/** Both say to whom or what, not the same, and the question names one of them: workers are paid, suppliers are not. */
function otherObject(a: readonly Word[], b: readonly Word[], asked: ReadonlySet<string>): boolean {
  const [one, other] = [a, b].map(
    (words) => new Set(words.flatMap((word) => (carries(word) ? [] : (word.concept ?? [])))),
  ) as [Set<string>, Set<string>];
  const [[x], [y]] = [one, other];
  // "Left the town", "left no weapons in the town".
  if (x !== undefined && y !== undefined) {
    if (asked.has(x) && !asked.has(y) && !one.has(y)) return true;
    if (asked.has(y) && !asked.has(x) && !other.has(x)) return true;
  }
  if (one.size === 0 || other.size === 0 || intersection(one, other).size > 0) return false;
  return intersection(one, asked).size + intersection(other, asked).size > 0;
}

/** Names nothing itself: "any", "single", "anyone". */
function carries({ text, concept }: Word): boolean {
  return CARRIES.has(concept ?? '') || /^(?:any|every|some)(?:one|body|thing)$/iu.test(text);
}

/** Their subject is the voice, not what is spoken of. */
const CALLS =
  /^(?:call(?:s|ed)?|describ(?:es|ed)|consider(?:s|ed)?|view(?:s|ed)?|label(?:s|led|ed)?|deem(?:s|ed)?)$/iu;

const PREPOSITION = /^(?:of|at|in|on|beside|near|for|with|from|by|to|about|over|under|between|behind)$/iu;

/** Each says when, and not the same: what was so once, or would be so, need not be so now. */
function otherTime(one: Clause, other: Clause): boolean {
  for (const [a, b] of [
    [one, other],
    [other, one],
  ] as const) {
    if (UP_TO.test(a.text) && FROM.test(b.text)) return true;
    if (a.times.size > 0 && b.times.size === 0 && WAS.test(a.text) && IS.test(b.text)) return true;
    if (WOULD.test(a.text) && IS.test(b.text)) return true;
  }
  return one.times.size > 0 && other.times.size > 0 && intersection(one.times, other.times).size === 0;
}

const UP_TO = /\b(?:until|before)\b/iu;
const FROM = /\b(?:since|after)\b/iu;
const WAS = /\b(?:was|were)\b/iu;
const IS = /^(?!.*\b(?:will|would|was|were)\b).*\b(?:is|are)\b/iu;
const WOULD = /\bwould\b/iu;

/** One names a part, a place or an occasion that neither the other nor the question does. */
function otherThing(one: Clause, other: Clause, asked: ReadonlySet<string>): boolean {
  const marks = ({ text }: Clause) =>
    new Set((text.match(OTHER_THING) ?? []).map((word) => word.toLowerCase()));
  const [a, b] = [marks(one), marks(other)];
  const only = [...a].filter((mark) => !b.has(mark)).concat([...b].filter((mark) => !a.has(mark)));
  if (only.some((mark) => !asked.has(stem(mark)))) return true;
  if (otherPart(one, other, asked)) return true;
  return [
    [one, other],
    [other, one],
  ].some(([from, to]) => {
    const lead =
      /^(?:in|at|during|on|across) (?:the |a |an )?(?:[\p{L}\p{N}-]+ ?){1,6}?(?=,|\p{N}+ \p{L}| the )/iu.exec(
        from?.text ?? '',
      );
    return lead !== null && [...conceptsOf(lead[0])].some((c) => !asked.has(c) && !to?.concepts.has(c));
  });
}

/** Each names a part or place, not the same and neither the question's: "of timber", "of fish"; "in the cities", "in the south". */
function otherPart(one: Clause, other: Clause, asked: ReadonlySet<string>): boolean {
  const [a, b] = [one, other].map(({ text }) =>
    [...datesCut(text).matchAll(PART)].map(([phrase]) => conceptsOf(phrase)).filter(({ size }) => size > 0),
  ) as [Set<string>[], Set<string>[]];
  if (a.length === 0 || b.length === 0) return false;
  const known = (place: ReadonlySet<string>, clause: Clause) =>
    [...place].some((concept) => clause.concepts.has(concept) || asked.has(concept));
  return !a.some((place) => known(place, other)) && !b.some((place) => known(place, one));
}

const PART = /\b(?:of|in|at|on|across|near|off|beside) (?:the |a |an )?[\p{L}\p{N}-]+(?: \p{Lu}[\p{L}-]+)*/gu;

function sameItems(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && intersection(a, b).size === a.size;
}

function intersection(a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  return new Set([...a].filter((item) => b.has(item)));
}

// --- numbers

const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const SCALES: Readonly<Record<string, number>> = {
  hundred: 100,
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
  m: 1e6,
  bn: 1e9,
  k: 1e3,
};
/** Stretches of time in days, so that three weeks are 21 days. */
const DURATIONS: Readonly<Record<string, number>> = { day: 1, week: 7, month: 30.4, year: 365 };

/** "about" is taken to mean within a tenth. */
const TOLERANCE = 0.1;

function numberWord(word: string): number | null {
  const lower = word.toLowerCase();
  const [tens = '', ones] = lower.split('-');
  const small = SMALL.indexOf(lower);
  if (small >= 0) return small;
  const ten = TENS.indexOf(tens);
  if (ten < 0) return null;
  return (ten + 2) * 10 + (ones === undefined ? 0 : Math.max(0, SMALL.indexOf(ones)));
}

const AMOUNT = new RegExp(
  String.raw`(?<bound>at least|more than|over|no fewer than|up to|at most|fewer than|less than|as many as|about|around|some|roughly|approximately|nearly|almost|an estimated)? ?\b(?<value>\d[\d,]*(?:\.\d+)?|(?:${[...TENS].join('|')})-(?:${SMALL.slice(1, 10).join('|')})|(?:${[...TENS, ...SMALL].join('|')})\b) ?(?<scale>(?:hundred|thousand|million|billion|bn|m|k)\b)? ?(?<unit>%|[\p{L}-]+)?`,
  'giu',
);

/** The amounts that a clause gives, each with the thing it counts. Years are dates. */
export function amountsOf(text: string): Amount[] {
  const found: Amount[] = [];
  const plain = datesCut(text);
  for (const match of plain.matchAll(AMOUNT)) {
    const { bound, value = '', scale, unit = '' } = match.groups as Record<string, string | undefined>;
    const base = /^\d/.test(value) ? Number(value.replaceAll(',', '')) : numberWord(value);
    if (base === null || Number.isNaN(base) || (value.toLowerCase() === 'one' && unit !== '%')) continue;
    let counted =
      unit === '%' || /^per ?cent/i.test(unit) ? 'percent' : (meaning(unit)?.concept ?? unit.toLowerCase());
    let amount = base * (scale === undefined ? 1 : (SCALES[scale.toLowerCase()] ?? 1));
    const days = DURATIONS[counted.replace(/s$/, '')];
    if (days !== undefined) {
      amount *= days;
      counted = 'day';
    }
    found.push({ value: amount, unit: counted, bound: boundOf(bound) });
  }
  return found;
}

function boundOf(words: string | undefined): Amount['bound'] {
  if (words === undefined || words === '') return 'exactly';
  if (/at least|more than|over|no fewer/i.test(words)) return 'at least';
  if (/up to|at most|fewer than|less than|as many as/i.test(words)) return 'at most';
  return 'about';
}

function differentNumbers(asked: ReadonlySet<string>, one: Clause, other: Clause): boolean {
  if (one.hypothetical || other.hypothetical || otherTime(one, other) || otherThing(one, other, asked))
    return false;
  for (const a of one.numbers) {
    const same = other.numbers.filter(({ unit }) => unit === a.unit);
    // Where one of several amounts agrees, the others count something else.
    if (same.length === 0 || same.some((b) => agree(a, b))) continue;
    if (one.numbers.some((c) => same.some((b) => c.unit === b.unit && agree(c, b)))) continue;
    if (sameThing(asked, one, other, a.unit === 'percent' ? '' : a.unit)) return true;
  }
  return false;
}

function agree(a: Amount, b: Amount): boolean {
  if (a.bound === 'about' || b.bound === 'about') {
    if (Math.abs(a.value - b.value) <= TOLERANCE * Math.max(a.value, b.value)) return true;
  }
  if (a.bound === 'at least' && (b.value >= a.value || b.bound === 'at least')) return true;
  if (b.bound === 'at least' && a.value >= b.value) return true;
  if (a.bound === 'at most' && (b.value <= a.value || b.bound === 'at most')) return true;
  if (b.bound === 'at most' && a.value <= b.value) return true;
  // Months are not all of one length.
  return Math.abs(a.value - b.value) <= (a.unit === 'day' ? 0.02 * a.value : 1e-9);
}

// --- dates

const MONTH = `(?<month>${MONTHS.join('|')})`;
const DATE = new RegExp(
  `\\b(?:(?<d1>\\d{1,2})(?:st|nd|rd|th)? )?${MONTH}\\b(?: (?<d2>\\d{1,2})(?:st|nd|rd|th)?\\b)?,?(?: (?<y1>\\d{4}))?|\\b(?<weekday>${DAYS.join('|')})s?\\b|\\b(?<y2>1[5-9]\\d\\d|20\\d\\d)\\b(?! \\p{L}+s\\b(?<!\\bwas|\\bhas|\\bis|\\bthis))`,
  'giu',
);

function datesOf(text: string): PartialDate[] {
  const found: PartialDate[] = [];
  for (const { groups = {} } of text.matchAll(DATE)) {
    const year = groups.y1 ?? groups.y2;
    const day = groups.d1 ?? groups.d2;
    // "may" is a verb more often than a month.
    if (groups.month === 'may') continue;
    found.push({
      ...(year !== undefined && { year: Number(year) }),
      ...(groups.month !== undefined && { month: MONTHS.indexOf(groups.month.toLowerCase()) }),
      ...(day !== undefined && { day: Number(day) }),
      ...(groups.weekday !== undefined && { weekday: DAYS.indexOf(groups.weekday.toLowerCase()) }),
    });
  }
  return found;
}

function datesCut(text: string): string {
  return text.replace(DATE, ' ');
}

function differentDates(asked: ReadonlySet<string>, one: Clause, other: Clause): boolean {
  if (one.hypothetical || other.hypothetical || otherThing(one, other, asked)) return false;
  if (one.dates.length === 0 || other.dates.length === 0) return false;
  if (!one.dates.every((a) => other.dates.every((b) => conflicting(a, b)))) return false;
  // The same event, and not its opposite: a base is opened in one year and closed in another.
  const signs = (clause: Clause) => new Map(clause.words.map((word) => [word.concept, polarity(word)]));
  const [a, b] = [signs(one), signs(other)];
  if ([...a].some(([concept, sign]) => concept !== null && b.has(concept) && b.get(concept) !== sign))
    return false;
  // What the question asks the date of is in both: the year a tower was built is not the one its bell cracked.
  if (!sameItems(intersection(one.concepts, asked), intersection(other.concepts, asked))) return false;
  return sameThing(asked, one, other, '');
}

function conflicting(a: PartialDate, b: PartialDate): boolean {
  return (['year', 'month', 'day', 'weekday'] as const).some(
    (part) => a[part] !== undefined && b[part] !== undefined && a[part] !== b[part],
  );
}

/** The words by which a clause says when, in a form that can be compared. */
function timesOf(text: string): Set<string> {
  const found = new Set<string>();
  for (const match of text.matchAll(
    /\b(?:(?<word>now|today|currently|again|formerly|previously|once|used to|for years|for decades|yesterday|tomorrow|overnight)|(?<lead>until|before|after|during|since)\b|(?<rel>last|this|next) (?<what>year|month|week|spring|summer|autumn|winter|century)|(?<ago>\p{L}+ (?:years?|months?|weeks?|days?) ago))\b/giu,
  )) {
    found.add((match.groups?.lead ?? match[0]).toLowerCase());
  }
  for (const date of text.matchAll(DATE)) if (date[0] !== 'may') found.add(date[0].trim().toLowerCase());
  const lead = /^in the (?<round>[\p{L}-]+ ?(?:round|half|quarter|phase|season)?)\b/iu.exec(text)?.groups
    ?.round;
  if (lead !== undefined) found.add(lead.toLowerCase());
  return found;
}

// --- alternatives

/** "Conditions or a fixed date?": one clause takes the first, another the second. */
function takeAlternatives(question: string, ones: readonly Clause[], others: readonly Clause[]): boolean {
  const match = /(?<first>[\p{L}'’ -]+) or (?<second>(?:[\p{L}'’-]+ ?){1,4})/iu.exec(question);
  const before = wordsOf(match?.groups?.first ?? '').flatMap((word) => meaning(word)?.concept ?? []);
  const first = new Set(before.slice(-1));
  const second = conceptsOf(match?.groups?.second ?? '');
  if (first.size === 0 || intersection(first, second).size > 0) return false;
  const takes = (clauses: readonly Clause[], wanted: ReadonlySet<string>, not: ReadonlySet<string>) =>
    clauses.some(
      ({ words, hypothetical }) =>
        !hypothetical &&
        words.some(
          ({ concept, negations }) => concept !== null && wanted.has(concept) && negations % 2 === 0,
        ) &&
        !words.some(({ concept }) => concept !== null && not.has(concept) && !wanted.has(concept)),
    );
  return (
    (takes(ones, first, second) && takes(others, second, first)) ||
    (takes(ones, second, first) && takes(others, first, second))
  );
}
