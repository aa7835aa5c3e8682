/** What a question is made of: its terms, with the weight and kind of each. */
import type { PassageIndex } from '../index/store.ts';
import { termsWithWords } from '../index/terms.ts';
import type { Span } from '../values.ts';

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
  /** Words that the index does not know but, it seems, misspelt, and the known terms. Never names: those are what they are. */
  misspelt: (Span & { term: string })[];
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
  const misspelt: Question['misspelt'] = [];
  const shouted = text === text.toUpperCase();
  for (const { term: written, word, index: at } of termsWithWords(text)) {
    const term = index.documentFrequency(written) > 0 ? written : (index.nearestTerm(written) ?? written);
    const first =
      /^[\s"“'‘(¿¡]*$/u.test(text.slice(0, at)) || /[.!?:]["”’)]?\s+["“‘(]?$/u.test(text.slice(0, at));
    const capital =
      !shouted &&
      (/^\p{Lu}/u.test(word) ? !first || /^\p{Lu}{2}/u.test(word) || /\p{Lu}/u.test(word.slice(1)) : false);
    const kind = /\p{N}/u.test(word) ? 'number' : capital ? 'name' : 'word';
    if (term !== written && kind === 'word') misspelt.push({ start: at, end: at + word.length, term });
    const known = found.get(term);
    if (known !== undefined) {
      if (kind !== 'word') known.kind = kind;
      continue;
    }
    if (ASKING.has(term) && kind === 'word') continue;
    found.set(term, { term, kind, idf: index.idf(term), documentFrequency: index.documentFrequency(term) });
  }
  const terms = [...found.values()];
  return { text, terms, wanted: wantedBy(text), misspelt, keywords: !ASKS.test(text) };
}

/** The question's text for the models, which know no stems: misspelt words as the articles write them. */
export async function spelledOut({ text, misspelt }: Question, index: PassageIndex): Promise<string> {
  let result = text;
  for (const { start, end, term } of misspelt.toReversed()) {
    const [hit] = await index.lexical([term], 1);
    const [passage] = hit === undefined ? [] : await index.passages([hit.id]);
    const words = passage && index.articles[passage.article]?.text.slice(passage.start, passage.end);
    const known = termsWithWords(words ?? '').find((other) => other.term === term);
    if (known !== undefined) result = result.slice(0, start) + known.word + result.slice(end);
  }
  return result;
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
