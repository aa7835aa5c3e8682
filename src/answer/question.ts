/** What a question is made of: its terms, with the weight and kind of each. */
import type { PassageIndex } from '../index/store.ts';
import { termsWithWords } from '../index/terms.ts';

/** A content word of the question. */
export interface QuestionTerm {
  /** Its stem, or the stem of the known word that it most likely misspells. */
  term: string;
  /** Inverse document frequency in the index. */
  idf: number;
  /** How many passages hold it. */
  documentFrequency: number;
  /** Written as a name (a capital inside the sentence, or all capitals), or with digits. */
  kind: 'name' | 'number' | 'word';
}

/** What sort of thing is asked for, by the question word. */
export type Wanted =
  | 'person'
  | 'time'
  | 'place'
  | 'count'
  | 'reason'
  | 'manner'
  | 'yes or no'
  | 'definition'
  | 'statement'
  | 'thing';

export interface Question {
  text: string;
  terms: QuestionTerm[];
  wanted: Wanted;
  /** Words to search for rather than a question: no question word and no verb in front. */
  keywords: boolean;
}

/** Stems of words that ask and do not tell: they need not stand in an answer. */
const ASKING = new Set('name tell sai said call kind type sort mani much long old often'.split(' '));

/** Reads a question against an index's vocabulary. */
export function readQuestion(
  text: string,
  index: Pick<PassageIndex, 'idf' | 'documentFrequency' | 'nearestTerm'>,
): Question {
  const found = new Map<string, QuestionTerm>();
  const shouted = text === text.toUpperCase();
  for (const { term: written, word, index: at } of termsWithWords(text)) {
    const term = index.documentFrequency(written) > 0 ? written : (index.nearestTerm(written) ?? written);
    const first =
      /^[\s"“'‘(¿¡]*$/u.test(text.slice(0, at)) || /[.!?:]["”’)]?\s+["“‘(]?$/u.test(text.slice(0, at));
    const capital =
      !shouted &&
      (/^\p{Lu}/u.test(word) ? !first || /^\p{Lu}{2}/u.test(word) || /\p{Lu}/u.test(word.slice(1)) : false);
    const kind = /\p{N}/u.test(word) ? 'number' : capital ? 'name' : 'word';
    const known = found.get(term);
    if (known !== undefined) {
      if (kind !== 'word') known.kind = kind;
      continue;
    }
    if (ASKING.has(term) && kind === 'word') continue;
    found.set(term, { term, kind, idf: index.idf(term), documentFrequency: index.documentFrequency(term) });
  }
  return { text, terms: [...found.values()], wanted: wantedBy(text), keywords: !ASKS.test(text) };
}

const ASKS =
  /^\W*(?:who|whom|whose|what|when|where|why|which|how|is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|may|might|in|on|at|for|by|to|with|of|from|since|according)\b/i;

const WANTED: readonly (readonly [RegExp, Wanted])[] = [
  [
    /\bhow (?:many|much|old|long|far|large|big|high|tall|often)\b|\bwhat (?:number|percent\w*|share|amount|population|price|cost|age)\b/i,
    'count',
  ],
  [
    /\bwhen\b|\b(?:what|which|in what|in which) (?:\w+ )?(?:year|date|day|month|century|decade|time)\b|\bsince when\b/i,
    'time',
  ],
  [
    /\bwhere\b|\b(?:what|which) (?:\w+ )?(?:country|city|place|state|region|location|continent|town|province)\b/i,
    'place',
  ],
  [
    /^\W*(?:who|what|what's|whats) (?:is|are|was|were) (?:the |a |an )?[\p{L}\p{N}.' -]{1,40}\W*$|\bstands? for\b|\bmean(?:ing|s)?\b|\bdefin/iu,
    'definition',
  ],
  [
    /\bwho(?:m|se)?\b|\b(?:what|which) (?:\w+ )?(?:person|president|minister|official|general|leader|man|woman|king|author)\b/i,
    'person',
  ],
  [/\bwhy\b|\bwhat (?:is|was|are|were) the (?:reason|cause)|\bfor what reason|\bwhat caused\b/i, 'reason'],
  [
    /\bwhat (?:did|does|do|has|have) .{2,60} (?:say|tell|state|claim|argue|call|demand|announce|emphasi[sz]e|explain|mention)\b|\baccording to\b/i,
    'statement',
  ],
  [/\bhow\b/i, 'manner'],
  [/^\W*(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|may|might)\b/i, 'yes or no'],
];

function wantedBy(text: string): Wanted {
  return WANTED.find(([pattern]) => pattern.test(text))?.[1] ?? 'thing';
}
