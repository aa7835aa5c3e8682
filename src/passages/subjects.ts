/**
 * Finds who it is that a verb of saying belongs to: before it, where appositions, relative clauses and points in time
 * may stand between ("Ann Lee, the mayor, on Monday said"), or behind it ("…, said the mayor").
 */
import { firstSubject, phraseBefore, phraseFrom, speaks, type TokenRange } from './phrases.ts';
import {
  ASSERTING_BEFORE_TO,
  AUXILIARIES,
  CONJUNCTIONS,
  DETERMINERS,
  OPENS_ASIDE,
  PREPOSITIONS,
  PRONOUNS,
  ROLES,
  TIMES,
  TO_BE,
  UNSAID,
  type Verb,
} from './speech.ts';
import { isAdverb, isName, isOpen, isPause, isSpeakerNoun, singular, type Token } from './tokens.ts';

/** What stands between subject and verb. */
interface Before {
  /** Index of the last token that is not auxiliary or adverb, or -1. */
  at: number;
  /** The verb is not asserted: "did not say", "could say", "to say". */
  denied: boolean;
  /** "was told". */
  passive: boolean;
}

/** Reads back from the verb at `i` over auxiliaries, adverbs and points in time to where its subject ends. */
export function beforeVerb(tokens: readonly Token[], i: number): Before {
  let at = i - 1;
  let denied = false;
  let passive = false;
  while (at >= 0) {
    const token = tokens[at] as Token;
    if (token.kind !== 'word') break;
    const { lower } = token;
    if (lower === 'to') {
      const governor = tokens[at - 1]?.lower ?? '';
      // "went on to say", "continued to insist" do assert.
      if (!ASSERTING_BEFORE_TO.has(governor)) denied = true;
      at--;
      if (!denied && governor !== 'on' && governor !== 'back') at--;
      else if (!denied) at -= 2;
      break;
    }
    if (/^(?:not|never|nor|neither)$|n't$|^cannot$/.test(lower)) denied = true;
    else if (UNSAID.has(lower)) {
      // "did say" is rare; "will say" and "could say" have not been said.
      denied = true;
    } else if (TO_BE.has(lower)) passive = true;
    else if (
      /^(?:has|have|had)$/.test(lower) ||
      isAdverb(token) ||
      lower === 'both' ||
      lower === 'all' ||
      lower === 'himself' ||
      lower === 'herself'
    ) {
      if (/^(?:back|out|up|down)$/.test(lower)) break;
    } else if (
      TIMES.has(lower) &&
      (tokens[at - 1]?.lower === 'on' || tokens[at - 1]?.lower === 'last' || tokens[at - 1]?.lower === 'this')
    ) {
      // "the minister on Monday said"
      at--;
    } else if (
      /^(?:part|side)$/.test(lower) &&
      /^(?:his|her|its|their)$/.test(tokens[at - 1]?.lower ?? '') &&
      /^(?:for|from|on)$/.test(tokens[at - 2]?.lower ?? '')
    ) {
      // "the minister for his part said"
      at -= 2;
    } else break;
    at--;
  }
  return { at, denied, passive };
}

/** Who says it, and whether in a clause that is not the sentence's own (`aside` of a frame). */
interface Subject {
  range: TokenRange;
  aside: boolean;
}

/**
 * The subject that ends at `at`, read backwards; null where there is none. `spoke` is who spoke last in the same
 * sentence, and goes on where a verb has no subject of its own: "said this and added that".
 */
export function subjectBefore(
  tokens: readonly Token[],
  at: number,
  spoke: TokenRange | null,
): Subject | null {
  const end = tokens[at];
  if (end === undefined) {
    return null;
  }
  if (end.kind === 'quote') {
    const last = quotesName(tokens, at) ? null : spoke;
    return last ? { range: last, aside: false } : quotedSubject(tokens, at);
  }
  if (end.kind === 'mark') {
    if (end.lower === '&' || end.lower === '.') return null;
    return behindPause(tokens, at, spoke);
  }
  if (/^(?:and|but|then|or)$/.test(end.lower)) {
    // "visited the site and said": the subject of the verb before.
    const last = spoke ?? firstSubject(tokens, at);
    return last && { range: last, aside: false };
  }
  if (end.lower === 'who' || (end.lower === 'which' && isPause(tokens[at - 1]))) {
    let k = at - 1;
    if (isPause(tokens[k])) k--;
    const range = phraseBefore(tokens, k);
    return range && { range, aside: goesOn(tokens, at) };
  }
  if (/^(?:which|that|what|when|where|why|how)$/.test(end.lower)) return null;
  if (PRONOUNS.has(end.lower)) {
    if (!/^(?:he|she|they|it)$/.test(end.lower)) return null;
    const aside = isAside(tokens, at - 1);
    return { range: { from: at, to: at }, aside };
  }
  const range = phraseBefore(tokens, at);
  if (range === null) return null;
  return { range: withRelative(tokens, range) ?? range, aside: isAside(tokens, range.from - 1) };
}

/** "A member who spoke to our correspondent said": the one before "who", where the phrase ends what hangs on it. */
function withRelative(tokens: readonly Token[], { from }: TokenRange): TokenRange | null {
  for (let k = from - 1; k > 0 && k > from - 12; k--) {
    const token = tokens[k] as Token;
    if (token.kind !== 'word' || /^(?:and|but|that|which)$/.test(token.lower)) return null;
    if (token.lower !== 'who') continue;
    const range = k < from - 1 ? phraseBefore(tokens, k - 1) : null;
    return range !== null && speaks(tokens, range) ? range : null;
  }
  return null;
}

/** The subject before a comma: its apposition, relative clause or adverbial is passed over. */
function behindPause(tokens: readonly Token[], at: number, spoke: TokenRange | null): Subject | null {
  // Segments between pauses, from the verb backwards.
  let end = at;
  let inner: TokenRange | null = null;
  for (let tries = 0; tries < 5 && end > 0; tries++) {
    let start = end - 1;
    while (start >= 0 && !isPause(tokens[start]) && tokens[start]?.kind !== 'quote') start--;
    const first = tokens[start + 1];
    const last = tokens[end - 1];
    const segment = { from: start + 1, to: end - 1 };
    if (first === undefined || segment.to < segment.from) break;
    const opensClause =
      PREPOSITIONS.has(first.lower) ||
      CONJUNCTIONS.has(first.lower) ||
      /(?:ing|ed)$/.test(first.lower) ||
      isAdverb(first) ||
      /^(?:\p{N}+)$/u.test(first.text) ||
      ROLES.has(singular(first.lower)) ||
      /^(?:a|an|the|former|one|himself|herself|whose|his|her|its|their)$/.test(first.lower);
    if (tries > 0 && last && (isOpen(last) || PRONOUNS.has(last.lower))) {
      const range =
        phraseBefore(tokens, segment.to) ??
        (/^(?:he|she|they|it)$/.test(last.lower) ? { from: segment.to, to: segment.to } : null);
      const named =
        range !== null &&
        (isName(tokens[range.to]) ||
          isSpeakerNoun(tokens[range.to]) ||
          range.from === segment.from ||
          /^(?:he|she|they)$/.test(last.lower));
      if (
        range !== null &&
        named &&
        !(
          opensClause &&
          range.from === segment.from &&
          start >= 0 &&
          tokens[start]?.kind === 'mark' &&
          !DETERMINERS.has(first.lower)
        )
      ) {
        // "the mayor, Ann Lee, said": the name is fuller than the role before it.
        const name =
          inner !== null &&
          isName(tokens[inner.from]) &&
          isName(tokens[inner.to]) &&
          !isName(tokens[range.to])
            ? inner
            : range;
        return { range: name, aside: isAside(tokens, range.from - 1) };
      }
    }
    if (tries === 0 && last && isOpen(last)) inner = phraseBefore(tokens, segment.to);
    if (inner !== null && inner.from !== segment.from && tries === 0) inner = null;
    if (start < 0 || tokens[start]?.kind === 'quote') break;
    end = start;
  }
  if (inner !== null) return { range: inner, aside: false };
  return spoke && { range: spoke, aside: false };
}

/** The “old guard” said: the marks are part of the name. */
function quotedSubject(tokens: readonly Token[], at: number): Subject | null {
  const range = phraseBefore(tokens, at - 1);
  return range && { range: { from: range.from, to: at }, aside: false };
}

/** Whether a clause about to be read is not the sentence's own: "which officials", "if the minister", "after police". */
function isAside(tokens: readonly Token[], at: number): boolean {
  const word = tokens[at]?.lower ?? '';
  if (OPENS_ASIDE.has(word)) return true;
  if (word === 'when' || word === 'once') return at > 0;
  return false;
}

/** Whether the main clause goes on behind a relative one: "the mayor, who said so, left". */
function goesOn(tokens: readonly Token[], who: number): boolean {
  const comma = tokens.findIndex((token, k) => k > who + 1 && token.lower === ',');
  if (comma < 0) return false;
  const next = tokens[comma + 1];
  return (
    next !== undefined &&
    next.kind === 'word' &&
    !/ing$/.test(next.lower) &&
    !/^(?:and|but|when|while|as)$/.test(next.lower)
  );
}

/** "said the minister", behind a quotation or at the end of what was said. */
export function speakerBehind(
  tokens: readonly Token[],
  i: number,
  verb: Verb,
  back: Before,
): TokenRange | null {
  if (verb.form === 'base' || verb.needs === 'names') return null;
  const previous = tokens[back.at];
  const afterQuote =
    previous?.kind === 'quote' || (isPause(previous) && tokens[back.at - 1]?.kind === 'quote');
  if (back.at !== i - 1 || quotesName(tokens, back.at)) return null;
  const next = tokens[i + 1];
  if (next === undefined || next.kind !== 'word') return null;
  if (PRONOUNS.has(next.lower)) {
    return afterQuote && /^(?:he|she|they)$/.test(next.lower) ? { from: i + 1, to: i + 1 } : null;
  }
  if (next.lower === 'that' || PREPOSITIONS.has(next.lower) || CONJUNCTIONS.has(next.lower)) return null;
  if (verb.lemma === 'tell' || (!afterQuote && !isPause(previous))) return null;
  // "The firms, in a letter, urged the council": what follows is the object. "It would burst, warned the engineer."
  if (!afterQuote && verb.needs === 'act' && verb.lemma !== 'warn') return null;
  const range = phraseFrom(tokens, i + 1);
  if (range === null) return null;
  const behind = tokens[range.to + 1];
  const ends =
    behind === undefined ||
    behind.kind !== 'word' ||
    PREPOSITIONS.has(behind.lower) ||
    isAdverb(behind) ||
    TIMES.has(behind.lower) ||
    /^(?:who|as|when|while|and)$/.test(behind.lower);
  if (!ends) return null;
  if (afterQuote) return range;
  // Without a quotation: nothing but the speaker may follow, or the comma closed an apposition.
  const stop = tokens.findIndex((token, k) => k > range.to && token.kind === 'mark');
  const tail = tokens.slice(range.to + 1, stop < 0 ? tokens.length : stop);
  const clause = tail.some(({ lower, kind }) => kind === 'quote' || AUXILIARIES.has(lower));
  const named =
    isName(tokens[range.to]) || isSpeakerNoun(tokens[range.to]) || isSpeakerNoun(tokens[range.from]);
  return clause || !named || stop < 0 || apposed(tokens, back.at) ? null : range;
}

/** The so-called “old guard” said: what stands in the marks is a name, and no speech. */
function quotesName(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]?.lower ?? '';
  return (
    tokens[at]?.kind === 'quote' &&
    (DETERMINERS.has(before) || before === 'so-called') &&
    !/[,.!?…]["”“»«'’‘]*$/u.test(tokens[at]?.text ?? '')
  );
}

/** Whether the comma at `at` closes an apposition: "Berg, the mayor, said". */
function apposed(tokens: readonly Token[], at: number): boolean {
  for (let k = at - 1; k >= 0 && k > at - 24; k--) {
    if (tokens[k]?.lower === ',') {
      const opener = tokens[k + 1];
      const noun = !tokens.slice(k + 1, at).some(({ lower }) => AUXILIARIES.has(lower) && lower !== 'has');
      return (
        noun &&
        (DETERMINERS.has(opener?.lower ?? '') || isOpen(opener) || opener?.lower === 'who') &&
        isOpen(tokens[k - 1])
      );
    }
  }
  return false;
}
