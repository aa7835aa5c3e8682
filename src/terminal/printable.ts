/**
 * Text from articles and file names as a terminal may show it: without what would move the cursor, change
 * colours, ring the bell or turn the reading direction of everything behind it.
 */
export function printable(text: string): string {
  return text
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu, '\ufffd');
}
