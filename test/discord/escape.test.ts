import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Node, readMarkdown } from '../../scripts/show/markdown.ts';
import { codePoints, escapeName, escapeText, linkTarget } from '../../src/discord/escape.ts';
import { hostileText } from './hostile.ts';
import { unescapeQuote } from './unescape.ts';

const acting = (nodes: Node[]) => nodes.filter(({ type }) => type !== 'text');
const shown = (nodes: Node[]) => nodes.map((node) => (node.type === 'text' ? node.text : '?')).join('');

describe('the reader of markup, which the tests below rely on', () => {
  it.each([
    ['**a**b', ['strong', 'text']],
    ['*a*', ['em']],
    ['_a_', ['em']],
    ['__a__', ['underline']],
    ['~~a~~', ['strike']],
    ['||a||', ['spoiler']],
    ['`a`', ['code']],
    ['```a```', ['codeBlock']],
    ['> a', ['quote']],
    ['>>> a\nb', ['quote']],
    ['# a', ['heading']],
    ['-# a', ['subtext']],
    ['- a', ['item']],
    ['1. a', ['item']],
    ['a\n* b', ['text', 'item']],
    ['<@1>', ['mention']],
    ['<#1>', ['mention']],
    ['@everyone', ['mention']],
    ['</ask:1>', ['command']],
    ['<t:1:R>', ['timestamp']],
    [':smile:', ['emoji']],
    ['<:a:1>', ['emoji']],
    ['https://example.test', ['autolink']],
    ['<https://example.test>', ['autolink']],
    ['[a](https://example.test)', ['link']],
    ['[a](<https://example.test>)', ['link']],
    ['\\*\\*a\\*\\* \\@everyone https\\://example.test', ['text']],
  ])('sees what acts in %s', (source, types) => {
    expect(readMarkdown(source).map(({ type }) => type)).toEqual(types);
  });
});

describe('escaped text', () => {
  it('shows to the letter and nothing of it acts, at the start of a message and inside a line', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const oneLine = text.replace(/\r\n|[\n\r\t\v\f\u0085\u2028\u2029]/g, ' ').replaceAll('\u200b', '');
        for (const before of ['', 'a ', '> ']) {
          const nodes = readMarkdown(before + escapeText(text));
          const quote = nodes[0];
          const inside = before === '> ' && quote?.type === 'quote' ? quote.children : nodes;
          expect(acting(inside)).toEqual([]);
          const prefix = before === '> ' ? '' : before;
          expect(shown(inside).replaceAll('\u200b', '')).toBe(prefix + oneLine);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('can be read back to the letter', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(unescapeQuote(`> ${escapeText(text)}`)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('is at most twice as long, plus the marks of line breaks, and leaves ordinary prose alone', () => {
    expect(escapeText('The US-led force (about 2.5 thousand) leaves in 2025, “officials” say.')).toBe(
      'The US-led force (about 2.5 thousand) leaves in 2025, “officials” say.',
    );
    fc.assert(
      fc.property(hostileText, (text) => {
        const breaks = text.match(/[\n\r\t\v\f\u0085\u2028\u2029]/g)?.length ?? 0;
        expect(escapeText(text).length).toBeLessThanOrEqual(2 * text.length + 8 * breaks);
      }),
    );
  });

  it('keeps a line break of the source apart from a space, and shows both as one', () => {
    expect(escapeText('a\nb')).toBe('a \u200bb');
    expect(escapeText('a\r\nb')).toBe('a \u200b\u200bb');
    expect(escapeText('a \u200bb')).toBe('a \\\u200bb');
  });
});

describe('a name', () => {
  it('is one line that fits, holds nothing that acts and turns no reading direction', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 10, max: 200 }), (text, max) => {
        const name = escapeName(text, max);
        expect(codePoints(name)).toBeLessThanOrEqual(max);
        expect(acting(readMarkdown(name))).toEqual([]);
        expect(name).not.toMatch(/[\n\u202a-\u202e\u2066\u2067\p{Cc}]/u);
        const unpaired = name.replace(/\\[\s\S]/g, '');
        expect(unpaired).not.toContain('\\');
        const isolated = name.startsWith('\u2068');
        expect(name.endsWith('\u2069')).toBe(isolated);
      }),
      { numRuns: 500 },
    );
  });

  it('is whole where it fits, and says where it was cut', () => {
    expect(escapeName('A  title\nof *two* lines', 100)).toBe('A title of \\*two\\* lines');
    expect(escapeName('abcdefghijklmnop', 10)).toBe('abcdefg…');
    expect(escapeName('*'.repeat(100_000), 10)).toBe('\\*\\*\\*…');
    expect(escapeName('😀'.repeat(50), 10)).toBe('😀😀😀😀😀😀😀…');
  });

  it('keeps to itself where it runs from right to left', () => {
    expect(escapeName('שלום', 40)).toBe('\u2068שלום\u2069');
  });
});

describe('an address', () => {
  it.each([
    'javascript:alert(1)',
    'ftp://example.test/',
    'https://user:secret@example.test/',
    'https://news.example@example.test/',
    'example.test/a',
    '',
    `https://example.test/${'a'.repeat(600)}`,
    `https://example.test/${'é'.repeat(200)}`,
  ])('is not linked when it is %s', (url) => {
    expect(linkTarget(url)).toBeNull();
  });

  it('is linked whole and to the same place, whatever it holds', () => {
    expect(linkTarget('https://example.test/a_b?c=1&d=%20#e')).toBe('https://example.test/a_b?c=1&d=%20#e');
    fc.assert(
      fc.property(hostileText, (text) => {
        const target = linkTarget(`https://example.test/${text}`);
        if (target === null) return;
        const nodes = readMarkdown(`[a](<${target}>)`);
        expect(nodes).toEqual([{ type: 'link', url: target, children: [{ type: 'text', text: 'a' }] }]);
        expect(new URL(target).host).toBe('example.test');
      }),
    );
  });
});
