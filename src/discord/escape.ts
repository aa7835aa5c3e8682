/**
 * Puts text of others (articles, titles, file names, questions) into a Discord message so that it shows as
 * it is and nothing of it acts. Everything here is linear in the length of the text.
 *
 * A backslash before a punctuation mark shows the mark alone, wherever it stands, so escaping only has to know
 * which marks can begin or end something:
 *
 *     \ * _ ~ ` |     emphasis, strike-through, code, spoilers, and the escape itself
 *     < > @ #         mentions, timestamps, custom emoji, slash commands, <links>, block quotes, headings
 *     :               emoji by name, and the "://" without which a bare address is no link
 *     [ ]             masked links; without a label the round bracket behind it means nothing
 *     - +             lists and small print, but only where they open a word ("US-led" stays as it is)
 *     .               numbered lists, but only behind a digit and before white space
 *
 * Quoted text is always one line, so that no line of an article ever begins a line of the message: a hard
 * line break reads badly on a phone, and a heading, list or quotation mark works at the beginning of a line alone.
 * A line break or tab is sent as a space and as many zero-width spaces as its place in `BREAKS`, and a
 * zero-width space of the source gets a backslash as every other mark does, and so do the isolates that we put
 * around text from right to left: what was sent can be read back to the letter.
 */

/** Sent as a space and one zero-width space for the first, two for the second, and so on. */
export const BREAKS = ['\n', '\r\n', '\r', '\t', '\v', '\f', '\u0085', '\u2028', '\u2029'] as const;

const ZERO_WIDTH_SPACE = '\u200b';
const BREAK = /\r\n|[\n\r\t\v\f\u0085\u2028\u2029]/g;
const ACTIVE = /[\\*_~`|<>@#:[\]\u200b\u2068\u2069]|(?<![\p{L}\p{N}])[-+]|(?<=\p{N})\.(?=\s|$)/gu;
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** Control characters, halves of characters, and what turns the reading direction or is not seen at all. */
const UNSEEN =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Text to the letter, on one line. */
export function escapeText(text: string): string {
  return text
    .replace(ACTIVE, '\\$&')
    .replace(BREAK, (found) => ` ${ZERO_WIDTH_SPACE.repeat(BREAKS.indexOf(found as '\n') + 1)}`);
}

/**
 * A name, title or question, to be shown in a line of our own: white space of any kind is one space, what cannot be
 * seen is left out, and what is too long ends in "…".
 * @param max code points of the result, escapes included
 */
export function escapeName(text: string, max: number): string {
  // Of text that is longer than this, nothing behind it can be shown anyway.
  const near = text.slice(0, max * 4);
  const plain = near.replace(/\s+/gu, ' ').replace(UNSEEN, '').trim();
  const units = escapeText(plain).match(/\\?[\s\S]/gu) ?? [];
  const whole = near.length === text.length;
  let shown = '';
  let length = 0;
  for (const unit of units) {
    length += codePoints(unit);
    // One code point for the ellipsis, two for the isolation.
    if (length > max - 3) return isolate(`${shown.trimEnd()}…`);
    shown += unit;
  }
  return isolate(whole ? shown : `${shown}…`);
}

/**
 * Keeps text that runs from right to left from turning what stands around it, and its own punctuation from being
 * moved: it is put between two invisible marks (first strong isolate, pop directional isolate). Other text stays.
 */
export function isolate(escaped: string): string {
  return RIGHT_TO_LEFT.test(escaped) ? `\u2068${escaped}\u2069` : escaped;
}

/** The length that Discord counts. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Longer addresses are nobody's permalink, and use up the room of the quotes. */
const MAX_URL_LENGTH = 500;

/**
 * The address of an article as it may stand in a masked link, or null where it is not one to be followed: only
 * http and https, and no name in front of the host, which can make a host look like another.
 */
export function linkTarget(url: string | null): string | null {
  if (url === null || url.length > MAX_URL_LENGTH) return null;
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return null;
  }
  if (!/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '') return null;
  const target = parsed.href.replace(
    /[^A-Za-z0-9\-._~:/?#@!$&+,;=%]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return target.length > MAX_URL_LENGTH ? null : target;
}
