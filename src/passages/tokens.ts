/**
 * Cuts a sentence into words, marks and quotations, and tells what sort of word each is: a name, a word of a closed
 * class, or any other. What stands in quotation marks is one token, so that nothing inside it is read as the outlet's.
 */
import type { Span } from '../values.ts';
import type { Quotation } from './quotations.ts';
import {
  ADVERBS,
  AUXILIARIES,
  BODIES,
  CONJUNCTIONS,
  DETERMINERS,
  HONORIFICS,
  PREPOSITIONS,
  PRONOUNS,
  ROLES,
} from './speech.ts';

/** A word, a mark of punctuation, or, with `quotation`, everything inside quotation marks as one. */
export interface Token extends Span {
  text: string;
  /** In small letters, with straight apostrophes: what the sets of speech.ts hold. Empty for a quotation. */
  lower: string;
  kind: 'word' | 'mark' | 'quote';
  /** Has a capital where it matters; kept because it is asked for many times. */
  name: boolean;
  quotation?: Quotation;
}

/** A sentence of more tokens is no sentence; what lies beyond is not looked at. */
const MOST_TOKENS = 400;

/** In this order: initials, abbreviated titles, words with what may stand inside them, and single marks. */
const TOKEN =
  /(?:\p{Lu}\.){2,}|\p{Lu}\.(?=\s\p{Lu})|(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Maj|Capt|Lt|Sgt|Adm|Sen|Rep|Gov|Rev|St|Hon|Sir|Fr|Cmdr|Cpl)\.(?=\s)|[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}]|[’'‘`.\-‑/](?=[\p{L}\p{N}])|,(?=\p{N}{3}))*(?:(?<=s)['’](?=\s)|’(?=\s+al-))?|[^\s\p{L}\p{N}]/gu;

/** Acronyms that would be pronouns in small letters. */
const ACRONYMS: ReadonlyMap<string, string> = new Map([
  ['US', 'u.s.'],
  ['WHO', 'w.h.o.'],
]);

/** How a name begins. */
const CAPITAL = /^(?:\p{Lu}|(?:al|el|bin|ibn|d|l|o)[-'’]\p{Lu})/u;

/** The tokens of a sentence. What stands in quotation marks is one token; brackets are passed over. */
export function tokensOf(text: string, sentence: Span, quotations: readonly Quotation[]): Token[] {
  const tokens: Token[] = [];
  let at = sentence.start;
  const push = (from: number, to: number) => {
    let depth = 0;
    for (const match of text.slice(from, to).matchAll(TOKEN)) {
      const word = match[0];
      if (tokens.length >= MOST_TOKENS) return;
      if (word === '(' || word === '[') depth++;
      else if (word === ')' || word === ']') depth = Math.max(0, depth - 1);
      else if (depth === 0) {
        for (const [offset, part] of unglued(word)) {
          const start = from + match.index + offset;
          // Where a space was lost, so was the pause between two names.
          if (offset > 0) tokens.push({ start, end: start, text: '', lower: ',', kind: 'mark', name: false });
          const kind = /[\p{L}\p{N}]/u.test(part) ? 'word' : 'mark';
          const lower = ACRONYMS.get(part) ?? part.toLowerCase().replace(/[’`]/g, "'");
          tokens.push({
            start,
            end: start + part.length,
            text: part,
            lower,
            kind,
            name: kind === 'word' && CAPITAL.test(part) && !isClosed({ lower }),
          });
        }
      }
    }
  };
  for (const quotation of quotations) {
    if (quotation.end <= sentence.start || quotation.start >= sentence.end) continue;
    if (quotation.start > at) push(at, quotation.start);
    const start = Math.max(quotation.start, sentence.start);
    const end = Math.min(quotation.end, sentence.end);
    if (tokens.length < MOST_TOKENS)
      tokens.push({
        start,
        end,
        text: text.slice(start, end),
        lower: '',
        kind: 'quote',
        name: false,
        quotation,
      });
    at = end;
  }
  if (at < sentence.end) push(at, sentence.end);
  return tokens;
}

/** "Examplenewsal-Name": a space was lost before a name that begins with a small particle. */
function unglued(word: string): [number, string][] {
  const match = word.includes('-') ? /^(\p{Lu}\p{Ll}{3,})((?:al|el|bin|ibn)-\p{Lu}.*)$/u.exec(word) : null;
  return match === null
    ? [[0, word]]
    : [
        [0, match[1] as string],
        [(match[1] as string).length, match[2] as string],
      ];
}

/** Where a token stands in the article, alone. */
export function spanOf({ start, end }: Span): Span {
  return { start, end };
}

/** A mark at which a clause may end or an apposition begin. */
export function isPause(token: Token | undefined): boolean {
  return token?.kind === 'mark' && /^[,—–;:!?…-]$/u.test(token.lower);
}

/** Whether a word has a capital where it matters. */
export function isName(token: Token | undefined): boolean {
  return token?.name ?? false;
}

/** Whether the first word is an honorific such as "Mr". */
export function isHonorific(token: Token | undefined): boolean {
  return token !== undefined && HONORIFICS.has(token.lower.replace(/\.$/, ''));
}

/** Those who speak, by their noun. */
export function isSpeakerNoun(token: Token | undefined): boolean {
  return isKnown(token, ROLES, BODIES);
}

/** Whether a word, its singular, or what follows its last hyphen is in one of the sets. */
export function isKnown(token: Token | undefined, ...sets: ReadonlySet<string>[]): boolean {
  if (token?.kind !== 'word') return false;
  const word = bare(token);
  const one = singular(token.lower);
  const last = /-([a-z]+)$/.exec(one)?.[1];
  return sets.some((set) => set.has(word) || set.has(one) || (last !== undefined && set.has(last)));
}

/** "the minister's", "the ministers'" */
export function isPossessive(token: Token | undefined): boolean {
  return token?.kind === 'word' && /(?:'s|s')$/.test(token.lower);
}

/** A noun, adjective, name or number: what noun phrases are made of. */
export function isOpen(token: Token | undefined): boolean {
  if (token?.kind !== 'word') return token?.lower === '&';
  return !isClosed(token) && !isAdverb(token);
}

/** A word of a class that gets no new words: never part of a name. */
export function isClosed({ lower }: Pick<Token, 'lower'>): boolean {
  return (
    PRONOUNS.has(lower.replace(/'(?:s|re|ve|ll|d|m)$/, '')) ||
    PREPOSITIONS.has(lower) ||
    AUXILIARIES.has(lower) ||
    CONJUNCTIONS.has(lower) ||
    PRONOUNS.has(lower) ||
    DETERMINERS.has(lower) ||
    ADVERBS.has(lower)
  );
}

/** A listed adverb, or one by its ending. */
export function isAdverb({ lower, text }: Token): boolean {
  return (
    ADVERBS.has(lower) ||
    (/\p{Ll}ly$/u.test(text) &&
      !/^(?:\p{Lu}|family|ally|assembly|anomaly|bully|rally|reply|supply|july|elderly)/u.test(text))
  );
}

/** The word without a possessive ending. */
export function bare(token: Token): string {
  return token.lower.replace(/'s?$/, '');
}

/** The singular of a noun, for look-up alone. */
export function singular(word: string): string {
  const noun = word.replace(/'s?$/, '');
  if (/[^aeiou]ies$/.test(noun)) return `${noun.slice(0, -3)}y`;
  // "men" and "women"
  if (/men$/.test(noun)) return `${noun.slice(0, -3)}man`;
  if (/(?:sses|shes|ches|xes)$/.test(noun)) return noun.slice(0, -2);
  return /[^s]s$/.test(noun) ? noun.slice(0, -1) : noun;
}
