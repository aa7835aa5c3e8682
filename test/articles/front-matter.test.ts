import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readFrontMatter } from '../../src/articles/front-matter.ts';
import { VerbatimError } from '../../src/errors.ts';

const NOTHING = {
  title: null,
  publisher: null,
  author: null,
  published: null,
  url: null,
  language: null,
  retrieved: null,
};
const BODY = 'The body of the article.\n';

const withFields = (yaml: string) => readFrontMatter(`---\n${yaml}\n---\n${BODY}`).fields;

describe('front matter', () => {
  it('states title, publisher, author, date, address, language and the day of fetching', () => {
    const text = `---
title: "Ferry line: a new timetable"
publisher: Example News
retrieved: 2024-02-03
author: [Ada Example, Bo Sample]
published: 2024-01-27
url: https://example.com/a?b=1
language: en-GB
basedOn:
  - outlet: Other
---
${BODY}`;
    const { fields, bodyStart } = readFrontMatter(text);
    expect(fields).toEqual({
      title: 'Ferry line: a new timetable',
      publisher: 'Example News',
      author: 'Ada Example, Bo Sample',
      published: '2024-01-27',
      url: 'https://example.com/a?b=1',
      language: 'en-GB',
      retrieved: '2024-02-03',
    });
    expect(text.slice(bodyStart)).toBe(BODY);
  });

  it('leaves unknown what is absent or empty', () => {
    expect(withFields('title:\npublisher: ""\nauthor: []\npublished: ~')).toEqual(NOTHING);
    expect(readFrontMatter(`---\n---\n${BODY}`).fields).toEqual(NOTHING);
  });

  it('takes a number for a title', () => {
    expect(withFields('title: 1984').title).toBe('1984');
  });

  it.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('may end its lines with %s, and may stand behind a byte-order mark', (_, end) => {
    const text = `\ufeff---${end}title: T${end}---${end}${BODY}`;
    const { fields, bodyStart } = readFrontMatter(text);
    expect(fields.title).toBe('T');
    expect(text.slice(bodyStart)).toBe(BODY);
  });

  it('is not there in a plain text, nor in one that opens with a dividing line', () => {
    expect(readFrontMatter(BODY)).toEqual({ fields: NOTHING, bodyStart: 0 });
    expect(readFrontMatter(`\ufeff${BODY}`)).toEqual({ fields: NOTHING, bodyStart: 1 });
    expect(readFrontMatter(`---\n${BODY}`)).toEqual({ fields: NOTHING, bodyStart: 0 });
    expect(readFrontMatter(`---\nA line between dividers.\n---\n${BODY}`)).toEqual({
      fields: NOTHING,
      bodyStart: 0,
    });
    expect(readFrontMatter('')).toEqual({ fields: NOTHING, bodyStart: 0 });
  });

  it.each([
    ['never closed', `---\ntitle: T\n${BODY}`, /^its front matter has no closing line "---"$/],
    ['of another shape', '---\ntitle: T\n- a\n---\n', /^its front matter is not valid YAML \(line 3\)$/],
    ['a list', '---\n- title: T\ntitle: U\n---\n', /^its front matter is not valid YAML \(line 3\)$/],
    [
      'badly quoted',
      '---\ntitle: "T\npublisher: P\n---\n',
      /^its front matter is not valid YAML \(line \d\)$/,
    ],
    [
      'a key given twice',
      '---\ntitle: T\ntitle: U\n---\n',
      /^its front matter is not valid YAML \(line 3\)$/,
    ],
    ['a date in words', '---\npublished: May 3, 2021\n---\n', /published must be a date such as 2024-01-27$/],
    ['a date that is none', '---\npublished: 2023-02-30\n---\n', /published must be a date such as/],
    ['a year alone', '---\npublished: 2023\n---\n', /published must be a date such as/],
    [
      'a script as address',
      '---\nurl: "javascript:alert(1)"\n---\n',
      /url must be a web address that begins/,
    ],
    ['a path as address', '---\nurl: /etc/passwd\n---\n', /url must be a web address that begins/],
    ['an endless address', `---\nurl: http://a.b/${'c'.repeat(3000)}\n---\n`, /url is longer than 2000 char/],
    ['a title that is a list', '---\ntitle: [a, b]\n---\n', /^its front matter's title is not plain text$/],
    ['a title that is a map', '---\ntitle: {a: b}\n---\n', /^its front matter's title is not plain text$/],
    ['an endless title', `---\ntitle: ${'x'.repeat(501)}\n---\n`, /title is longer than 500 characters$/],
    ['a language in words', '---\nlanguage: American English\n---\n', /language must be a language tag/],
  ])('is refused with the reason when it is broken: %s', (_, text, reason) => {
    expect(() => readFrontMatter(text)).toThrow(VerbatimError);
    expect(() => readFrontMatter(text)).toThrow(reason);
  });
});

describe('hostile front matter', () => {
  afterEach(() => vi.restoreAllMocks());

  it('cannot grow by aliases', () => {
    const bomb = [
      'a: &a [x, x]',
      ...'bcdefghij'.split('').map((k, i) => `${k}: &${k} [${`*${'abcdefghi'[i]},`.repeat(9)}]`),
    ];
    expect(() => withFields(bomb.join('\n'))).toThrow(/not valid YAML/);
    expect(() => withFields('title: &t T\npublisher: *t')).toThrow(/not valid YAML/);
  });

  it('cannot make objects, reach prototypes, or warn on the terminal', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    expect(withFields('title: !!js/function "function () { return 1 }"').title).toBe(
      'function () { return 1 }',
    );
    expect(withFields('__proto__: {title: T}\nconstructor: {prototype: {title: T}}')).toEqual(NOTHING);
    expect(({} as { title?: string }).title).toBeUndefined();
    expect(warn).not.toHaveBeenCalled();
  });

  it('cannot exhaust the stack by nesting', () => {
    expect(() => withFields(`title: ${'['.repeat(8000)}`)).toThrow(/not valid YAML|not plain text/);
  });

  it('gives fields or one sentence, whatever it holds', () => {
    const line = fc.oneof(
      fc.constantFrom(
        '---',
        '...',
        '',
        '- x',
        'title: T',
        'title: [',
        'published: 2024-02-29',
        '"',
        '? a',
        '%YAML 1.1',
        '!!binary x',
        'url: http://a.b',
        '<<: {title: T}',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const text = `---\n${lines.join('\n')}`;
        try {
          const { bodyStart } = readFrontMatter(text);
          expect(bodyStart).toBeLessThanOrEqual(text.length);
        } catch (error) {
          expect(error).toBeInstanceOf(VerbatimError);
          expect((error as Error).message).toMatch(/^its front matter('s \w+)? .+$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
