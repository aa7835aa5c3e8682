/**
 * Splits prose into sentences, as offsets, and tells which of them are whole enough to be quoted.
 *
 * Intl.Segmenter breaks after "Mr." and inside "U.S. Embassy", never before a lower-case letter, and its
 * results change with the ICU of the Node version; a quote must not. So this looks at each full stop with
 * what stands before and behind it (the method of Grefenstette and Tapanainen, "What is a word, what is a
 * sentence?", 1994: abbreviations by class, decided by the next word).
 */
import type { Span } from '../values.ts';

/** Stand before a name: never the end of a sentence. */
const TITLES = new Set(
  'mr mrs ms messrs mx dr prof gen maj col lt cpt capt cmdr cdr adm sgt cpl brig rev hon sen rep gov pres amb sec min dir insp supt fr sr br st mt ft sheik sh'.split(
    ' ',
  ),
);
/** Stand before a number: "Jan. 27", "No. 5", "pp. 3". */
const BEFORE_NUMBERS = new Set(
  'jan feb mar apr jun jul aug sep sept oct nov dec no nos art fig vol ch par pp p op approx ca c est'.split(
    ' ',
  ),
);
/** Never end a sentence. */
const INNER = new Set('vs v cf viz eg ie e.g i.e incl govt dept'.split(' '));
/** May end one; they do when what follows starts a sentence: "Acme Inc. The firm", "Acme Inc. shares". */
const EITHER = new Set('inc ltd corp co bros jr etc al ave blvd rd hrs mins'.split(' '));
/** Words that start a sentence far more often than they follow an abbreviation inside one. */
const STARTERS = new Set(
  "the a an this that these those he she it they we i you his her its their our my there here in on at by for from with after before when while where if as but and or however also although though since because what who why how both no not some many most all one two three he's it's they're we've".split(
    ' ',
  ),
);
/** Lower-case words that begin names: "van Gogh", "al-Sadr", "ibn Khaldun". */
const NAME_PARTICLES = new Set(
  'de da das del della der den di do dos du la le van von ten ter zu af av al el bin ibn bint ben abu abd ul'.split(
    ' ',
  ),
);
/** A capital on one of these inside a sentence, with no punctuation before it, is where another one starts. */
const SENTENCE_OPENERS = new Set('The This These Those He She It They We There'.split(' '));
/** A short sentence that stops on one of these was cut off. */
const CUT_OFF = new Set('that the a an of and or but because which whose than'.split(' '));

const TERMINATOR = /[.!?…‼⁇⁈⁉]+|[。！？؟۔।]+/gu;
const CLOSERS = /^(?:["”’'»›)\]}]|\[\d{1,3}\])*/u;
const OPENERS = /^["“„‘'«‹([{¿¡\-–—\s\u200e\u200f\u202a-\u202e\u2066-\u2069]*/u;

/**
 * Splits a stretch of text into its sentences, without the white space between them.
 * @param text the whole article
 * @param within the paragraph to split
 */
export function splitSentences(text: string, within: Span): Span[] {
  const sentences: Span[] = [];
  let start = within.start;
  const paragraph = text.slice(within.start, within.end);
  for (const match of paragraph.matchAll(TERMINATOR)) {
    const at = match.index + match[0].length;
    const closers = CLOSERS.exec(paragraph.slice(at, at + 16))?.[0] ?? '';
    const end = at + closers.length;
    if (within.start + end <= start) continue;
    if (end < paragraph.length && !isBoundary(paragraph, match.index, match[0], closers)) continue;
    push(start, within.start + end);
    start = within.start + end;
  }
  push(start, within.end);
  return sentences;

  function push(from: number, to: number): void {
    const slice = text.slice(from, to);
    const lead = slice.length - slice.trimStart().length;
    const trimmed = slice.trim();
    if (/[\p{L}\p{N}]/u.test(trimmed)) {
      sentences.push({ start: from + lead, end: from + lead + trimmed.length });
    }
  }
}

/** Whether the terminator at `dot`, with its closers, ends a sentence. There is text behind it. */
function isBoundary(paragraph: string, dot: number, terminator: string, closers: string): boolean {
  const behind = paragraph.slice(dot + terminator.length + closers.length, dot + 80);
  const before = paragraph.slice(Math.max(0, dot - 40), dot);
  if (/[。！？؟۔।]/u.test(terminator)) return true;

  const gap = /^\s/.test(behind);
  const rest = behind.replace(OPENERS, '');
  const nextWord = /^[\p{L}\p{N}'’-]+/u.exec(rest)?.[0] ?? '';
  const token = /[\p{L}\p{N}.'’&-]*$/u.exec(before)?.[0] ?? '';
  const upper = /^\p{Lu}/u.test(nextWord);
  const lower = /^\p{Ll}/u.test(nextWord);

  if (!gap) return isMissingSpace(terminator, closers, before, token, behind);
  if (terminator !== '.') {
    // "Yahoo! is", "“Why?” he asked", "well … perhaps" go on; a capital or a figure starts anew.
    return !lower;
  }

  const word = token.toLowerCase();
  if (closers === '') {
    if (/^\p{Lu}$/u.test(token)) return STARTERS.has(nextWord.toLowerCase()) && upper;
    if (INNER.has(word)) return false;
    if (/^(?:\p{L}\.)+\p{L}$/u.test(token)) return upper && STARTERS.has(nextWord.toLowerCase());
    if (TITLES.has(word) && /^\p{Lu}/u.test(token)) return false;
    if (BEFORE_NUMBERS.has(word) && /^\p{N}/u.test(nextWord)) return false;
    if (EITHER.has(word)) return upper && STARTERS.has(nextWord.toLowerCase());
  }
  if (!lower) return true;
  if (startsWithName(rest)) return true;
  // A quotation that its sentence goes on behind: “Not now.” he said. A bracket that explains: [in Gaza].
  if (/["”’»]/u.test(closers) || /^\s*[[(]/u.test(behind)) return false;
  // What is left is a full stop before a lower-case word: an abbreviation where the word is short or has no
  // vowel, and otherwise the broken text that machine translation leaves; the rest is then a fragment.
  return token.length >= 4 && /[aeiouy]/iu.test(token);
}

/** "the visit.The talks": a full stop with no space behind it that still ends a sentence. */
function isMissingSpace(
  terminator: string,
  closers: string,
  before: string,
  token: string,
  behind: string,
): boolean {
  if (!/^["“«‘(]?\p{Lu}(?:\p{Ll}|\s)/u.test(behind)) return false;
  if (/[/@]\S*$/u.test(before) || /^\p{Lu}\p{Ll}*\.\p{Ll}/u.test(behind)) return false;
  if (closers !== '' && /[)\]”»]/u.test(closers)) return true;
  if (terminator !== '.') return /[!?]/.test(terminator);
  return closers === '' && /^[\p{Ll}\p{N}\p{L}-]*[\p{Ll}\p{N}]{2}$/u.test(token) && !/^\p{N}/u.test(behind);
}

/** "al-Sudani", "iPhone", "van Gogh": a name that begins with a small letter. */
function startsWithName(rest: string): boolean {
  const [first = '', second = ''] = rest.split(/\s+/, 2);
  if (/\p{Lu}/u.test(first)) return true;
  return NAME_PARTICLES.has(first.toLowerCase()) && /^\p{Lu}/u.test(second);
}

/**
 * Trims a sentence to what may be quoted of it, or null where it is a fragment: what machine translation and
 * page layout leave behind. The signs are general: too few words, a small first letter that is not a name's,
 * an end on a word that cannot end a sentence.
 */
export function quotable(text: string, sentence: Span): Span | null {
  const whole = text.slice(sentence.start, sentence.end);
  const words = whole.match(/[\p{L}\p{N}][\p{L}\p{N}'’.-]*/gu) ?? [];
  const wide = (whole.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/gu) ?? []).length;
  if (words.length < 4 && wide < 6) return null;
  const last = words.at(-1)?.toLowerCase().replace(/\.$/, '') ?? '';
  if (words.length <= 6 && CUT_OFF.has(last)) return null;
  const lead = OPENERS.exec(whole)?.[0].length ?? 0;
  const body = whole.slice(lead);
  // A quoted sentence may begin anywhere in what was said; brackets and dashes too.
  if (/^\p{Ll}/u.test(body) && !startsWithName(body) && lead === 0) return fromOpener(whole, sentence);
  return sentence;
}

/** "of the country The ministry said": the sentence that starts inside, within the first four words. */
function fromOpener(whole: string, sentence: Span): Span | null {
  const words = [...whole.matchAll(/\S+/gu)].slice(1, 5);
  const opener = words.find((word) => SENTENCE_OPENERS.has(word[0]));
  return opener === undefined ? null : { start: sentence.start + opener.index, end: sentence.end };
}
