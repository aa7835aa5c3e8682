/** Finding an article by what somebody types of its title, publisher or file. */
import type { IndexedArticle, PassageIndex } from '../index/store.ts';
import { printable } from '../terminal/printable.ts';

/** Discord shows at most 25 choices, with names and values of at most 100 characters. */
const MAX_CHOICES = 25;
const MAX_LENGTH = 100;

interface Entry {
  article: IndexedArticle;
  /** What the choice is called, and what stands for it. */
  name: string;
  value: string;
  /** What is searched. */
  folded: string;
}

/** Made once for each revision: completing must take a few milliseconds. */
const listings = new WeakMap<PassageIndex, Entry[]>();

/** The choices for what was typed so far: the newest articles first, those whose title begins so before others. */
export function articleChoices(typed: string, index: PassageIndex): { name: string; value: string }[] {
  return search(typed, index)
    .slice(0, MAX_CHOICES)
    .map(({ name, value }) => ({ name, value }));
}

/** The article that a choice stands for, or the only one that what was typed instead fits; null for none. */
export function articleNamed(typed: string, index: PassageIndex): IndexedArticle | null {
  const chosen = listingOf(index).find(({ value }) => value === typed);
  if (chosen !== undefined) return chosen.article;
  const fitting = typed.trim() === '' ? [] : search(typed, index);
  return fitting.length === 1 ? (fitting[0]?.article ?? null) : null;
}

/** Names as choices. One that is too long for a choice is cut, and found by its beginning. */
export function choicesOf(names: readonly string[]): { name: string; value: string }[] {
  return names.slice(0, MAX_CHOICES).map((name) => ({
    name: cut(printable(name), MAX_LENGTH),
    value: [...name].slice(0, MAX_LENGTH).join(''),
  }));
}

function search(typed: string, index: PassageIndex): Entry[] {
  const words = fold(typed)
    .split(/\s+/)
    .filter((word) => word !== '');
  const fitting = listingOf(index).filter(({ folded }) => words.every((word) => folded.includes(word)));
  const start = words.join(' ');
  const begins = ({ folded }: Entry) => (folded.startsWith(start) ? 0 : 1);
  return fitting.sort((a, b) => begins(a) - begins(b));
}

function listingOf(index: PassageIndex): Entry[] {
  const known = listings.get(index);
  if (known !== undefined) return known;
  const listing = [...index.articles]
    .sort((a, b) => (b.published ?? '').localeCompare(a.published ?? '') || (a.file < b.file ? -1 : 1))
    .map((article): Entry => {
      const { title, publisher, published, file, sha256 } = article;
      const rest = [publisher, published]
        .filter((part) => part !== null)
        .map((part) => ` · ${printable(part)}`);
      const room = MAX_LENGTH - length(rest.join(''));
      const name = `${cut(printable(title ?? file), Math.max(room, 40))}${rest.join('')}`;
      return {
        article,
        name: cut(name, MAX_LENGTH),
        value: length(file) <= MAX_LENGTH ? file : sha256,
        folded: fold([title, publisher, file, published].filter((part) => part !== null).join(' ')),
      };
    });
  listings.set(index, listing);
  return listing;
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function length(text: string): number {
  return [...text].length;
}

function cut(text: string, limit: number): string {
  return length(text) <= limit ? text : `${[...text].slice(0, limit - 1).join('')}…`;
}
