/** Who speaks in an index, and all that one of them says. */
import { metaOf } from '../articles/read.ts';
import type { PassageIndex, StoredPassage } from '../index/store.ts';
import { termsOf } from '../index/terms.ts';
import type { ArticleMeta, Quote } from '../values.ts';
import { quoteAt } from './quotes.ts';

/** Somebody who speaks, under the fullest form of the name that any article gives. */
export interface IndexSpeaker {
  name: string;
  /** Sentences said by them: quoted and reported. */
  sentences: number;
  quoted: number;
  /** The articles in which they speak, in the index's order, with the sentences in each. */
  articles: { article: ArticleMeta; sentences: number }[];
}

interface Said {
  passage: StoredPassage;
  /** Which sentence of the passage. */
  sentence: number;
}

/** The speakers of an index with what they say. Made once a revision. */
export interface SpeakerDirectory {
  /** Those who speak most first; then by name. */
  speakers: IndexSpeaker[];
  /**
   * What one speaker says, by date (undated last) and then place in the article; null where nobody is called that.
   * @param name whole, or the part of it that people use: "Lee", "the ministry"
   * @param about keeps what shares a word with it
   */
  saidBy(name: string, about?: string): { speaker: IndexSpeaker; quotes: Quote[] } | null;
  /** Those whose names hold every word of `part`, in the order of `speakers`: for completing what is typed. */
  matching(part: string): IndexSpeaker[];
}

/** Reads how many passages at a time. */
const BATCH = 256;

/** Titles and other words beside which the rest of a name must agree for two forms to be one speaker. */
const HELD_BY_MANY = 2;

/** Lists the speakers of an index, one entry for each, whichever form of the name an article gives. */
export async function listSpeakers(index: PassageIndex): Promise<SpeakerDirectory> {
  const forms = new Map<string, Said[]>();
  for (let from = 0; from < index.passageCount; from += BATCH) {
    const ids = Array.from({ length: Math.min(BATCH, index.passageCount - from) }, (_, i) => from + i);
    for (const passage of await index.passages(ids)) {
      for (const [sentence, { voice }] of passage.sentences.entries()) {
        if (voice.speaker === null) continue;
        const name = voice.speaker.replace(/\s+/gu, ' ');
        const said = forms.get(name);
        if (said === undefined) forms.set(name, [{ passage, sentence }]);
        else said.push({ passage, sentence });
      }
    }
  }
  const entries = merge(forms).map(({ name, said }) => ({ speaker: speakerOf(name, said, index), said }));
  entries.sort(
    (a, b) => b.speaker.sentences - a.speaker.sentences || (a.speaker.name < b.speaker.name ? -1 : 1),
  );
  const find = (part: string) => {
    const wanted = wordsOf(part);
    if (wanted.length === 0) return [];
    return entries.filter(({ speaker }) => {
      const words = wordsOf(speaker.name);
      return wanted.every((word) => words.some((other) => other.startsWith(word)));
    });
  };
  return {
    speakers: entries.map(({ speaker }) => speaker),
    matching: (part) => find(part).map(({ speaker }) => speaker),
    saidBy(name, about) {
      const exact = entries.find(
        ({ speaker }) => wordsOf(speaker.name).join(' ') === wordsOf(name).join(' '),
      );
      const entry = exact ?? find(name)[0];
      if (entry === undefined) return null;
      const terms = new Set(termsOf(about ?? ''));
      const quotes = entry.said
        .map((said) => quoteOf(said, index))
        .filter(({ text }) => terms.size === 0 || termsOf(text).some((term) => terms.has(term)));
      quotes.sort(byDate);
      return { speaker: entry.speaker, quotes };
    },
  };
}

function speakerOf(name: string, said: readonly Said[], index: PassageIndex): IndexSpeaker {
  const counts = new Map<number, number>();
  let quoted = 0;
  for (const { passage, sentence } of said) {
    counts.set(passage.article, (counts.get(passage.article) ?? 0) + 1);
    if (passage.sentences[sentence]?.voice.kind === 'quoted') quoted++;
  }
  const articles = [...counts]
    .sort(([a], [b]) => a - b)
    .flatMap(([number, sentences]) => {
      const article = index.articles[number];
      return article === undefined ? [] : [{ article: metaOf(article), sentences }];
    });
  return { name, sentences: said.length, quoted, articles };
}

function quoteOf({ passage, sentence }: Said, index: PassageIndex): Quote {
  const span = passage.sentences[sentence];
  if (span === undefined) throw new RangeError(`no sentence ${sentence}`);
  return { ...quoteAt(index, passage.article, passage.paragraph, span), voice: span.voice };
}

function byDate(a: Quote, b: Quote): number {
  const [first, second] = [a.article.published ?? '9999', b.article.published ?? '9999'];
  if (first !== second) return first < second ? -1 : 1;
  if (a.article.file !== b.article.file) return a.article.file < b.article.file ? -1 : 1;
  return a.start - b.start;
}

/**
 * Forms of one name become one speaker: the same words in small letters, and a person's shorter form ("Ann Lee",
 * "Lee") with the only longer one that ends in it. "Officials" and other words in small letters are never merged
 * into longer ones: they may be other people.
 */
function merge(forms: ReadonlyMap<string, Said[]>): { name: string; said: Said[] }[] {
  const merged = new Map<string, { name: string; said: Said[] }>();
  for (const [name, said] of forms) {
    const key = wordsOf(name).join(' ');
    const other = merged.get(key);
    if (other === undefined) merged.set(key, { name, said: [...said] });
    else {
      other.said.push(...said);
      if (said.length > other.said.length - said.length) other.name = name;
    }
  }
  // Longer names that end in the same word, by that word.
  const byLast = new Map<string, string[]>();
  for (const key of merged.keys()) {
    const last = lastWord(key);
    byLast.set(last, [...(byLast.get(last) ?? []), key]);
  }
  for (const keys of byLast.values()) {
    if (keys.length < 2 || keys.length > 200) continue;
    keys.sort((a, b) => a.length - b.length);
    for (const key of keys) {
      const entry = merged.get(key);
      if (entry === undefined || !isProper(entry.name)) continue;
      const short = bareName(key);
      const longer = keys.filter(
        (other) =>
          other !== key &&
          merged.has(other) &&
          ` ${bareName(other)}`.endsWith(` ${short}`) &&
          other.length > key.length,
      );
      // Of several longer forms, each must be a form of the longest: two Lees stay two.
      const target = longer.at(-1);
      if (target === undefined) continue;
      if (
        longer.length >= HELD_BY_MANY &&
        !longer.every((other) => target === other || target.endsWith(bareName(other)))
      )
        continue;
      const into = merged.get(target);
      if (into === undefined || !isProper(into.name)) continue;
      into.said.push(...entry.said);
      merged.delete(key);
    }
  }
  return [...merged.values()];
}

/** A name proper ends in a word with a capital. */
function isProper(name: string): boolean {
  return /(?:^|[\s-])(?:\p{Lu}[\p{L}\p{M}'’.]*)$/u.test(name) && !/\p{Lu}\p{L}*s$/u.test(name);
}

function bareName(key: string): string {
  return key.replace(/^(?:(?:mr|mrs|ms|dr|sir|prof) )+/, '');
}

function lastWord(key: string): string {
  return key.slice(key.lastIndexOf(' ') + 1);
}

/** The words of a name, as they are compared: without case, marks, articles and the particle of Arabic names. */
function wordsOf(name: string): string[] {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[’‘`´'](?:s\b)?/g, '')
    .replace(/\b(?:al|el)-/g, '')
    .split(/[^\p{L}\p{N}.]+/u)
    .map((word) => word.replace(/\./g, ''))
    .filter((word) => word !== '' && !/^(?:the|a|an|al|el)$/.test(word));
}
