/** Words as the lexical index knows them: lower case, without accents, stemmed, stop words left out. */
import { stemmer } from 'stemmer';

/**
 * Function words of English, which say nothing of what a text is about. "us" is not among them: in news it is
 * the United States. Written for Verbatim after the closed word classes of English grammar.
 */
const STOP_WORDS = new Set(
  `a an the this that these those and or but nor so yet if then else than because as until while of at by for with
  about against between into through during before after above below to from up down in out on off over under again
  further once here there all any both each few more most other some such no not only own same too very can will just
  should now i me my we our ours you your yours he him his she her hers it its they them their theirs what which who
  whom whose when where why how am is are was were be been being have has had having do does did doing would could
  may might must shall ought also upon within without per via s t d ll m re ve don didn doesn isn aren wasn weren hasn
  haven hadn won wouldn couldn shouldn cannot`.split(/\s+/),
);

/** A word, or an abbreviation with dots ("U.S.", "a.m."), which counts as one. */
const WORD = /(?:\p{L}\.){2,}|[\p{L}\p{M}\p{N}]+(?:['’](?!s\b)\p{L}+)?/gu;

/** Stems met before; the vocabulary of news is small next to its text. */
const stems = new Map<string, string>();

/** A word as written, where it stands, and its term. */
export interface Term {
  term: string;
  word: string;
  index: number;
}

/** Every word of a text that is not a stop word, in order. */
export function termsWithWords(text: string): Term[] {
  const terms: Term[] = [];
  for (const match of text.matchAll(WORD)) {
    const term = termOf(match[0]);
    if (term !== null) terms.push({ term, word: match[0], index: match.index });
  }
  return terms;
}

/** The terms of a text, in order, repeated as often as they stand there. */
export function termsOf(text: string): string[] {
  return termsWithWords(text).map(({ term }) => term);
}

function termOf(word: string): string | null {
  let term = stems.get(word);
  if (term === undefined) {
    const plain = word
      .normalize('NFKD')
      .replace(/[\p{M}.'’]/gu, '')
      .toLowerCase();
    term = plain === '' || STOP_WORDS.has(plain) || plain.length > 64 ? '' : stemmer(plain);
    if (stems.size > 200_000) stems.clear();
    stems.set(word, term);
  }
  return term === '' ? null : term;
}
