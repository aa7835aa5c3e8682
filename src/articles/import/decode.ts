/** Text from bytes, in the encoding that they or those who sent them state. */
import { VerbatimError } from '../../errors.ts';

const BOMS: readonly [number[], string][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/** A page states its encoding within its first kilobyte (HTML standard); some need a little more. */
const STATED_WITHIN = 4096;

/**
 * Decodes a page, feed or text, without a byte-order mark. In order: byte-order mark, what the sender states, what
 * the page itself states, UTF-8. The first of them in which the bytes are valid is taken.
 * @param stated the charset of the Content-Type, or null
 * @returns the text, and how many characters could not be decoded
 * @throws VerbatimError when the encoding is not stated and is not UTF-8
 */
export function decodeText(
  bytes: Uint8Array,
  stated: string | null = null,
): { text: string; undecoded: number } {
  const names = candidates(bytes, stated);
  for (const name of [...names, 'utf-8']) {
    try {
      return { text: withoutControls(new TextDecoder(name, { fatal: true }), bytes), undecoded: 0 };
    } catch {
      // Not valid in this encoding: the next one.
    }
  }
  const name = names[0];
  if (name === undefined) {
    throw new VerbatimError('it does not say how it is encoded and is not UTF-8: save it as UTF-8');
  }
  const text = withoutControls(new TextDecoder(name), bytes);
  return { text, undecoded: text.split('\ufffd').length - 1 };
}

/** What windows-1252 has at 0x80 to 0x9f, by the Encoding Standard; five places are empty. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Some versions of Node decode windows-1252 as latin1 and give control characters where the page has “quotes”. */
function withoutControls(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  if (decoder.encoding !== 'windows-1252') return text;
  return text.replace(/[\u0080-\u009f]/g, (control) => WINDOWS_1252.charAt(control.charCodeAt(0) - 0x80));
}

function candidates(bytes: Uint8Array, stated: string | null): string[] {
  const bom = BOMS.find(([mark]) => mark.every((byte, i) => bytes[i] === byte));
  if (bom !== undefined) return [bom[1]];
  const head = Buffer.from(bytes.subarray(0, STATED_WITHIN)).toString('latin1');
  // Markup in UTF-16 without a mark has a zero in every other byte.
  if (/^(?:[\t-~]\0){4}/.test(head)) return ['utf-16le'];
  if (/^(?:\0[\t-~]){4}/.test(head)) return ['utf-16be'];
  // What is read here as ASCII cannot be UTF-16, whatever it says of itself.
  const own = [
    /<meta[^>]{0,500}?charset\s*=\s*["']?\s*([\w:.-]+)/i,
    /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w:.-]+)/i,
  ]
    .map((pattern) => pattern.exec(head)?.[1])
    .map((name) => (name !== undefined && /^utf-?16/i.test(name) ? 'utf-8' : name));
  return [stated, ...own].filter((name): name is string => typeof name === 'string' && isKnown(name));
}

function isKnown(name: string): boolean {
  try {
    // "replacement" stands for encodings that are not safe to decode.
    return new TextDecoder(name).encoding !== 'replacement';
  } catch {
    return false;
  }
}
