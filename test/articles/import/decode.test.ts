import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/articles/import/decode.ts';
import { encode } from './encode.ts';

const ARABIC = 'أقر المجلس خطة المياه، وقالت الرئيسة «نعم».';
const page = (charset: string, text = ARABIC) =>
  `<html><head><meta charset="${charset}"></head><p>${text}</p>`;

describe('decoding', () => {
  it.each([
    ['UTF-8', encode(ARABIC, 'utf-8'), null],
    ['UTF-8 with a byte-order mark', Buffer.from(`\ufeff${ARABIC}`), 'windows-1256'],
    ['UTF-16 with a byte-order mark', encode(`\ufeff${ARABIC}`, 'utf-16le'), null],
    ['UTF-16, big end first, with a byte-order mark', encode(`\ufeff${ARABIC}`, 'utf-16be'), null],
    ['windows-1256 that the sender states', encode(ARABIC, 'windows-1256'), 'windows-1256'],
    ['UTF-16 that the sender states', encode(ARABIC, 'utf-16le'), 'utf-16le'],
    ['UTF-8 that the sender calls by a name that does not exist', encode(ARABIC, 'utf-8'), 'x-klingon'],
    ['UTF-8 that the sender calls ASCII-like', encode(ARABIC, 'utf-8'), 'utf8'],
  ])('reads %s', (_what, bytes, stated) => {
    expect(decodeText(bytes, stated)).toEqual({ text: ARABIC, undecoded: 0 });
  });

  it('reads every byte of windows-1252 as the standard says, whatever the version of Node', () => {
    const bytes = Uint8Array.from({ length: 32 }, (_, i) => 0x80 + i);
    const { text } = decodeText(bytes, 'iso-8859-1');
    expect(text.replace(/[\u0080-\u009f]/g, '')).toBe('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ');
    expect(text).toHaveLength(32);
    expect(decodeText(encode('exchange', 'utf-8'), 'windows-1252').text).toBe('exchange');
  });

  it.each(['windows-1256', 'utf-8'])('reads what the page itself states (%s)', (charset) => {
    expect(decodeText(encode(page(charset), charset)).text).toBe(page(charset));
    const old = `<META HTTP-EQUIV=Content-Type CONTENT="text/html; charset=${charset}"><p>${ARABIC}`;
    expect(decodeText(encode(old, charset)).text).toBe(old);
    const xml = `<?xml version="1.0" encoding="${charset}"?><rss>${ARABIC}</rss>`;
    expect(decodeText(encode(xml, charset)).text).toBe(xml);
  });

  it('believes the sender before the page', () => {
    expect(decodeText(encode(page('iso-8859-1'), 'windows-1256'), 'windows-1256').text).toContain(ARABIC);
  });

  it('reads markup in UTF-16 without a mark, and does not believe a page in ASCII that it is UTF-16', () => {
    for (const charset of ['utf-16le', 'utf-16be'])
      expect(decodeText(encode(page('x'), charset)).text).toContain(ARABIC);
    expect(decodeText(encode(page('utf-16'), 'utf-8')).text).toContain(ARABIC);
  });

  it('counts what could not be decoded', () => {
    expect(decodeText(Buffer.from([0x61, 0xff, 0x62, 0xfe]), 'utf-8')).toEqual({
      text: 'a\ufffdb\ufffd',
      undecoded: 2,
    });
  });

  it('refuses to guess', () => {
    expect(() => decodeText(encode(ARABIC, 'windows-1256'))).toThrow('does not say how it is encoded');
  });
});
