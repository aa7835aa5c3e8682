/** Compares a quote with its article as it stands on the disk now. */
import { createHash } from 'node:crypto';
import type { Quote, Verification } from '../values.ts';
import { decode, readBytes } from './read.ts';

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
