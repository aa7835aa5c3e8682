/**
 * Finds noun phrases without a parser: from a known end backwards, or from a known start forwards, over nouns, names
 * and the few prepositions that hang on a noun. "the spokesman for the ministry" is one; "the ministry on Monday" is not.
 */
import type { Span } from '../values.ts';
import {
  CONJUNCTIONS,
  DETERMINERS,
  DOCUMENTS,
  LISTENERS,
  OUTLETS,
  PREPOSITIONS,
  PRESS_NAME,
  PRONOUNS,
  TIMES,
  VERBS,
} from './speech.ts';
import {
  isAdverb,
  isKnown,
  isName,
  isOpen,
  isPossessive,
  isSpeakerNoun,
  singular,
  type Token,
} from './tokens.ts';

/** Tokens from `from` up to `to`, which is the last one. */
export interface TokenRange {
  from: number;
  to: number;
}

/** The noun phrase that ends at `to`, or null: articles, nouns, names, and what "of" or "for" hang on them. */
export function phraseBefore(tokens: readonly Token[], to: number): TokenRange | null {
  let end = to;
  for (let tries = 0; tries < 3; tries++) {
    const range = plainPhraseBefore(tokens, end);
    if (range === null) return null;
    const preposition = tokens[range.from - 1];
    const noun = tokens[range.from - 2];
    const head = tokens[range.to] as Token;
    // "Smith in a statement said", "the ministry on Monday evening said"
    const adjunct = preposition !== undefined && /^(?:in|on|at|during|by|with)$/.test(preposition.lower);
    if (
      adjunct &&
      (isName(noun) || isSpeakerNoun(noun)) &&
      (TIMES.has(head.lower) || isKnown(head, DOCUMENTS, LISTENERS))
    ) {
      end = range.from - 2;
      continue;
    }
    return TIMES.has(head.lower) && !isName(tokens[range.from]) ? null : range;
  }
  return null;
}

/** As phraseBefore, but with whatever stands at its end, even if that is a point in time. */
function plainPhraseBefore(tokens: readonly Token[], to: number): TokenRange | null {
  if (to < 0) return null;
  let from = to + 1;
  const last = tokens[to] as Token;
  if (/^(?:one|some|many|others|another|several|most|few|both|all|two|three)$/.test(last.lower))
    return { from: to, to };
  if (!isOpen(last)) return null;
  for (let k = to; k >= 0; k--) {
    const token = tokens[k] as Token;
    if (isOpen(token)) {
      // A capitalised adverbial at the start is not part of the phrase.
      from = k;
      continue;
    }
    if (
      token.kind === 'quote' &&
      tokens[k - 1] !== undefined &&
      from === k + 1 &&
      token.end - token.start < 40 &&
      DETERMINERS.has(tokens[k - 1]?.lower ?? '')
    ) {
      from = k;
      continue;
    }
    if (DETERMINERS.has(token.lower)) {
      if (from === to + 1) return null;
      // "one of the", "two of his"
      from = k;
      const link = tokens[k - 1];
      if (link?.kind === 'word' && links(tokens, k - 1)) {
        from = k - 1;
        k--;
        continue;
      }
      // "All three ministers", "the two officials"
      while (DETERMINERS.has(tokens[from - 1]?.lower ?? '') && from > 0) from--;
      break;
    }
    if (token.lower === 'and' && k > 0 && from <= to && isOpen(tokens[k - 1]) && joins(tokens, k, from)) {
      from = k;
      continue;
    }
    if (token.kind === 'word' && links(tokens, k)) {
      from = k;
      continue;
    }
    break;
  }
  // A link left at the front, with nothing before it.
  while (from <= to && (PREPOSITIONS.has(tokens[from]?.lower ?? '') || tokens[from]?.lower === 'and')) from++;
  return from > to ? null : { from, to };
}

/** The noun phrase that begins at `from`, or null. */
export function phraseFrom(tokens: readonly Token[], from: number): TokenRange | null {
  let k = from;
  while (DETERMINERS.has(tokens[k]?.lower ?? '')) k++;
  if (k > from && !isOpen(tokens[k])) {
    // "joked one", "according to some"
    const only = tokens[from] as Token;
    if (/^(?:one|some|many|others|another|several|most|few|both|all)$/.test(only.lower)) {
      if (tokens[from + 1]?.lower === 'of') {
        const rest = phraseFrom(tokens, from + 2);
        return rest && { from, to: rest.to };
      }
      return { from, to: from };
    }
    return null;
  }
  if (PRONOUNS.has(tokens[k]?.lower ?? ''))
    return /^(?:he|she|they|him|her|them|it)$/.test(tokens[k]?.lower ?? '') ? { from: k, to: k } : null;
  if (!isOpen(tokens[k])) return null;
  let to = k;
  for (; k < tokens.length; k++) {
    const token = tokens[k] as Token;
    const next = tokens[k + 1];
    if (isOpen(token)) {
      if (
        to < k &&
        isName(tokens[to]) &&
        !isName(token) &&
        token.lower !== '&' &&
        !isPossessive(tokens[to])
      ) {
        // Behind a name a small word goes on only to another noun of speakers or a name: "Stanbury resident Jean Pask".
        const ahead = tokens.slice(k, k + 4);
        const stop = ahead.findIndex((word) => !isOpen(word));
        const within = stop < 0 ? ahead : ahead.slice(0, stop);
        if (!within.some((word) => isSpeakerNoun(word) || isName(word) || isKnown(word, DOCUMENTS))) break;
      }
      if (TIMES.has(token.lower) && to < k) break;
      if (VERBS.get(token.lower)?.form === 'past' && to < k) break;
      to = k;
      continue;
    }
    if (token.kind !== 'word' || next === undefined) break;
    const determined = DETERMINERS.has(next.lower) ? tokens[k + 2] : next;
    if (
      links(tokens, k) &&
      !personName(tokens, from, to) &&
      isOpen(determined) &&
      !TIMES.has(determined?.lower ?? '')
    ) {
      if (DETERMINERS.has(next.lower)) k++;
      continue;
    }
    if (token.lower === 'and' && isOpen(next) && joins(tokens, k, k + 1)) continue;
    break;
  }
  return { from, to };
}

/** Two names in a row at the end: a person; what follows with "of" is where they belong. */
function personName(tokens: readonly Token[], from: number, to: number): boolean {
  return (
    to > from &&
    isName(tokens[to]) &&
    isName(tokens[to - 1]) &&
    !isSpeakerNoun(tokens[to]) &&
    !isSpeakerNoun(tokens[to - 1])
  );
}

/** "spokesman for the", "residents of", "officials in": a preposition that hangs on the noun before it. */
function links(tokens: readonly Token[], k: number): boolean {
  const token = tokens[k] as Token;
  const noun = tokens[k - 1];
  if (noun === undefined || token.kind !== 'word') return false;
  if (token.lower === 'of')
    return isOpen(noun) || /^(?:one|some|many|most|several|two|three|all|none|few)$/.test(noun.lower);
  if (token.lower === 'to' && noun.lower === 'close') return true;
  if (token.lower === 'familiar' || token.lower === 'close') return isSpeakerNoun(noun);
  if (/^(?:for|from|in|at|with|to|on|near|behind)$/.test(token.lower)) {
    return (
      isSpeakerNoun(noun) ||
      noun.lower === 'familiar' ||
      (token.lower === 'from' || token.lower === 'by' ? isKnown(noun, DOCUMENTS) : false)
    );
  }
  return token.lower === 'by' && isKnown(noun, DOCUMENTS);
}

/** "police and prosecutors", "Berg and Holt": one subject; "visited the site and officials" is not told apart. */
function joins(tokens: readonly Token[], and: number, from: number): boolean {
  const left = tokens[and - 1];
  const right = tokens[from];
  return (isName(left) && isName(right)) || (isSpeakerNoun(left) && (isSpeakerNoun(right) || isName(right)));
}

/** The first noun phrase of the clause that leads up to `before`: its subject, behind an opening adverbial. */
export function firstSubject(tokens: readonly Token[], before: number): TokenRange | null {
  let start = 0;
  const opener = tokens[0];
  if (
    opener &&
    (TIMES.has(opener.lower) ||
      PREPOSITIONS.has(opener.lower) ||
      CONJUNCTIONS.has(opener.lower) ||
      /(?:ing|ed)$/.test(opener.lower) ||
      isAdverb(opener))
  ) {
    const comma = tokens.findIndex(({ lower }) => lower === ',');
    if (comma >= 0 && comma < before) start = comma + 1;
    else if (isAdverb(opener)) start = 1;
  }
  while (
    start < before &&
    tokens[start] &&
    (isAdverb(tokens[start] as Token) || tokens[start]?.kind === 'mark' || tokens[start]?.lower === 'but')
  )
    start++;
  const range = phraseFrom(tokens, start);
  if (range === null || range.from >= before) return null;
  // The verb is open-class too: end at the noun before it, as far as that can be told.
  let to = range.from;
  for (let k = range.from; k <= Math.min(range.to, before - 1); k++) {
    const token = tokens[k] as Token;
    if (
      k > range.from &&
      !isName(token) &&
      /(?:ed|ing)$/.test(token.lower) &&
      !DETERMINERS.has(tokens[k - 1]?.lower ?? '')
    )
      break;
    if (VERBS.has(token.lower) && k > range.from && !isName(token)) break;
    to = k;
  }
  return { from: range.from, to };
}

/** "a statement from the council", "the council's statement": the council speaks. Keeps other phrases as they are. */
export function holderOf(tokens: readonly Token[], range: TokenRange): TokenRange {
  for (let k = range.from; k < range.to; k++) {
    const token = tokens[k] as Token;
    if (
      isKnown(token, DOCUMENTS) &&
      !isPossessive(token) &&
      /^(?:from|by|of)$/.test(tokens[k + 1]?.lower ?? '') &&
      k + 2 <= range.to
    ) {
      const holder = { from: k + 2, to: range.to };
      // "a report of the flood" has no holder; "of" counts with one that speaks.
      if (tokens[k + 1]?.lower !== 'of' || isSpeakerNoun(tokens[range.to]) || isName(tokens[range.to]))
        return holder;
    }
  }
  if (isKnown(tokens[range.to], DOCUMENTS)) {
    for (let k = range.to - 1; k >= range.from; k--) {
      const token = tokens[k] as Token;
      if (isPossessive(token)) return { from: range.from, to: k };
      if (/^(?:his|her|their|its)$/.test(token.lower)) return { from: k, to: k };
    }
  }
  return range;
}

/** The outlet that is named at `from`, without its article; null where somebody else is. */
export function outletAt(tokens: readonly Token[], from: number): Span | null {
  const range = phraseFrom(tokens, from);
  if (range === null) return null;
  const first = tokens[range.from] as Token;
  const head = tokens[range.to] as Token;
  if (LISTENERS.has(first.lower) || LISTENERS.has(head.lower)) return null;
  // A name goes on to its last capital: "the newspaper Voice of the Steppe".
  const words = tokens.slice(range.from, range.to + 1);
  const named = words.some((word) => isName(word) && PRESS_NAME.test(word.text));
  const acronym = range.from === range.to && /^\p{Lu}{2,6}$/u.test(first.text);
  const single = range.from === range.to && isName(first);
  const common = words.some((word) => OUTLETS.has(singular(word.lower)));
  if (!named && !acronym && !common && !single) return null;
  if ((single && !named && !acronym && !/^\p{Lu}\p{L}+$/u.test(first.text)) || isKnown(head, LISTENERS))
    return null;
  if (!common && !named && isSpeakerNoun(head)) return null;
  const skip = /^(?:the|a|an|this|his|her)$/.test(first.lower) && range.to > range.from ? 1 : 0;
  return { start: (tokens[range.from + skip] as Token).start, end: head.end };
}

/** Where a phrase begins behind its article; where it is nothing but an article, at that. */
export function skipDeterminer(tokens: readonly Token[], from: number, to: number): number {
  return from < to && DETERMINERS.has(tokens[from]?.lower ?? '') ? from + 1 : from;
}

/** Whether a phrase is one of those who speak, by its name, its noun or as a pronoun: not "the cost". */
export function speaks(tokens: readonly Token[], { from, to }: TokenRange): boolean {
  const words = tokens.slice(from, to + 1);
  return words.some((token) => isName(token) || isSpeakerNoun(token) || PRONOUNS.has(token.lower));
}

/** Whether a speaker is a text by itself: "the statement". */
export function namesDocument(tokens: readonly Token[], { to }: TokenRange): boolean {
  return isKnown(tokens[to], DOCUMENTS);
}

/** Whether a speaker is an outlet by its name or noun: "the agency", "Example News". */
export function namesOutlet(tokens: readonly Token[], { from, to }: TokenRange): boolean {
  return tokens
    .slice(from, to + 1)
    .some(
      (token) =>
        OUTLETS.has(singular(token.lower)) ||
        (isName(token) && PRESS_NAME.test(token.text)) ||
        (/^\p{Lu}{2,5}$/u.test(token.text) && to - from < 1),
    );
}

/** Whether a phrase is of several, by its head: "officials in the capital", "police". */
export function isPlural(tokens: readonly Token[], { from, to }: TokenRange): boolean {
  const head = tokens[to] as Token;
  if (/^(?:they|police|media|people|many|some|others|both|several|few|most|all)$/.test(head.lower))
    return true;
  const words = tokens.slice(from, to + 1);
  if (words.some(({ lower }) => lower === 'and')) return true;
  // The head of "officials in the capital" stands first.
  const of = words.findIndex(({ lower }) => PREPOSITIONS.has(lower));
  const hangs = /^(?:close|familiar)$/.test(words[of - 1]?.lower ?? '') ? of - 2 : of - 1;
  const noun = of > 0 ? (words[hangs] ?? head) : head;
  return /s$/.test(noun.lower) && !/(?:ss|us|'s)$/.test(noun.lower);
}

/** Where a stretch of tokens stands in the article, without its article. */
export function rangeSpan(tokens: readonly Token[], { from, to }: TokenRange): Span {
  let first = from;
  while (first < to && /^(?:the|a|an|this|that|these|those)$/.test(tokens[first]?.lower ?? '')) first++;
  const start = (tokens[first] as Token).start;
  const last = tokens[to] as Token;
  const end = last.end - (/['’]s?$/.exec(last.text)?.[0].length ?? 0);
  return { start, end: Math.max(start + 1, end) };
}
