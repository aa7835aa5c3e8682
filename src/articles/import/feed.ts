/** Reads RSS and Atom feeds: the addresses of their articles and what they state of each. */
import { parseFeed } from '@rowanmanning/feed-parser';
import { VerbatimError } from '../../errors.ts';
import { statedDate } from './dates.ts';
import { cleanText } from './dom.ts';
import type { Known } from './draft.ts';

/** Entries taken of one feed, from its beginning, where the newest stand. */
export const MAX_ENTRIES = 100;

/** An article that a feed names. What the feed states holds where the article's page states nothing. */
export interface FeedEntry {
  address: string;
  known: Known;
}

/**
 * Reads a feed.
 * @param address where it comes from, to resolve relative addresses; null for a file
 * @returns its entries that have an address, each address once, and how many have none or are too many
 * @throws VerbatimError when it is broken or names no article
 */
export function readFeed(xml: string, address: string | null): { entries: FeedEntry[]; passedOver: number } {
  // Feeds define no entities of their own; what does is made to swell when it is read.
  if (/<!ENTITY/i.test(xml))
    throw new VerbatimError('it is not a feed that can be read: it defines XML entities');
  let feed: ReturnType<typeof parseFeed>;
  try {
    feed = parseFeed(xml);
  } catch (error) {
    throw new VerbatimError('it is not a whole RSS or Atom feed', { cause: error });
  }
  const entries = new Map<string, FeedEntry>();
  let withoutAddress = 0;
  for (const item of feed.items) {
    const url = addressOf(item.url, address);
    if (url === null) {
      withoutAddress++;
      continue;
    }
    // As written, not as a moment: the parser's Date has lost the day it was where it was written.
    const date = ['pubdate', 'published', 'issued', 'date']
      .map((name) => item.element.findElementWithName(name)?.textContentNormalized)
      .find((value) => value !== undefined && value !== null && value !== '');
    const title = cleanText(item.title ?? '');
    if (entries.has(url.href)) continue;
    entries.set(url.href, {
      address: url.href,
      known: {
        title: title === '' || title.length > 500 ? null : title,
        published: date === undefined || date === null ? null : statedDate(date),
      },
    });
  }
  if (entries.size === 0) throw new VerbatimError('the feed names no article');
  const kept = [...entries.values()].slice(0, MAX_ENTRIES);
  return { entries: kept, passedOver: withoutAddress + entries.size - kept.length };
}

/** An entry's address in full; null where it has none, which would be taken for the address of the feed. */
function addressOf(stated: string | null, base: string | null): URL | null {
  if (stated === null || stated.trim() === '') return null;
  try {
    return new URL(stated, base ?? undefined);
  } catch {
    return null;
  }
}
