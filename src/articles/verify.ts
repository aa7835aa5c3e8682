/** Compares a quote with its article as it stands on the disk now. */
import { createHash } from 'node:crypto';
import type { Quote } from '../values.ts';
import { decode, readBytes } from './read.ts';

export interface Verification {
  /**
   * `same`: the file is the one that was indexed, and the quote stands where it is said to. `moved`: the file is
   * another now, and the quote stands in it to the letter. `changed`: the file is another, and it does not.
   * `gone`: there is no such file any more. `unreadable`: there is, and it cannot be read as text.
   */
  state: 'same' | 'moved' | 'changed' | 'gone' | 'unreadable';
  /** Where the quote stands in the file now, where it does. */
  start?: number;
  end?: number;
  /** The line that it begins in, counted from 1. */
  line?: number;
  /** ISO 8601 time at which the file was indexed. */
  indexed: string;
}

/**
 * Reads the article's file again.
 * @param folder of the articles
 * @param sha256 of the file as it was indexed
 * @param indexed when that was
 */
export async function verifyQuote(
  folder: string,
  quote: Quote,
  sha256: string,
  indexed: string,
): Promise<Verification> {
  let bytes: Uint8Array;
  let text: string;
  try {
    bytes = await readBytes(folder, quote.article.file);
    text = decode(bytes);
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { state: gone ? 'gone' : 'unreadable', indexed };
  }
  const start = nearestOccurrence(text, quote.text, quote.start);
  if (start === null) return { state: 'changed', indexed };
  const unchanged = start === quote.start && createHash('sha256').update(bytes).digest('hex') === sha256;
  return {
    state: unchanged ? 'same' : 'moved',
    start,
    end: start + quote.text.length,
    line: text.slice(0, start).split(/\r\n|\n|\r/).length,
    indexed,
  };
}

/** The place nearest to an offset at which a text holds another, or null. */
function nearestOccurrence(text: string, wanted: string, near: number): number | null {
  const before = text.lastIndexOf(wanted, near);
  const after = text.indexOf(wanted, near);
  if (before === -1 || after === -1) return before === -1 ? (after === -1 ? null : after) : before;
  return near - before <= after - near ? before : after;
}
