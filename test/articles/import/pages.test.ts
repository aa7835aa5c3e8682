import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../../src/articles/import/decode.ts';
import { readHtml } from '../../../src/articles/import/html.ts';
import { articleFile } from '../../../src/articles/import/write.ts';
import { parseArticle } from '../../../src/articles/read.ts';
import { VerbatimError } from '../../../src/errors.ts';
import { encode } from './encode.ts';

const PAGES = path.resolve(import.meta.dirname, '../../fixtures/pages');

interface Taken {
  title: string;
  publisher: string | null;
  author: string | null;
  published: string | null;
  language: string | null;
  url: string | null;
  /** How many, the first and the last. */
  paragraphs: number;
  first: string;
  last: string;
}

const expected: Record<string, Taken | { refused: string }> = JSON.parse(
  readFileSync(path.join(PAGES, 'expected.json'), 'utf8'),
);

function take(bytes: Buffer, file: string, charset: string | null = null): Taken {
  const draft = readHtml(decodeText(bytes, charset).text, `http://pages.example/${file}`);
  const { text, paragraphs, title, publisher, author, published, language, url } = parseArticle(
    Buffer.from(articleFile(draft)),
    'article.md',
  );
  const prose = paragraphs.map(({ start, end }) => text.slice(start, end));
  const [first = '', last = ''] = [prose[0], prose.at(-1)];
  return {
    title: title ?? '',
    publisher,
    author,
    published,
    language,
    url,
    paragraphs: prose.length,
    first,
    last,
  };
}

describe('the article of a page', () => {
  it('has an expectation for every page', () => {
    const pages = readdirSync(PAGES).filter((file) => file.endsWith('.html'));
    expect(pages.sort()).toEqual(Object.keys(expected).sort());
  });

  it.each(Object.entries(expected))('%s', (file, wanted) => {
    const bytes = readFileSync(path.join(PAGES, file));
    if ('refused' in wanted) {
      expect(() => take(bytes, file)).toThrow(new RegExp(wanted.refused));
      expect(() => take(bytes, file)).toThrow(VerbatimError);
    } else {
      expect(take(bytes, file)).toEqual(wanted);
    }
  });

  it.each([
    ['windows-1256', 'windows-1256'],
    ['utf-16le', 'utf-16le'],
    ['utf-16be', null],
  ])('is the same in %s', (charset, stated) => {
    const html = readFileSync(path.join(PAGES, 'arabic.html'), 'utf8').replace(
      'charset="utf-8"',
      `charset="${charset}"`,
    );
    // windows-1256 has no figures of Arabic.
    const plain = html.replace('٢٧ مارس ٢٠٣١', '27 مارس 2031');
    expect(take(encode(plain, charset), 'arabic.html', stated)).toEqual(expected['arabic.html']);
  });

  it('leaves out consent, navigation and other articles, and says so', () => {
    const html = readFileSync(path.join(PAGES, 'navigation-and-consent.html'), 'utf8');
    const { body, leftOut } = readHtml(html, null);
    for (const part of [
      'partners',
      'newsletter',
      'Photo:',
      'About time',
      'Harvest festival',
      'Share on',
      'reserved',
      'treasurer’s letter',
    ]) {
      expect(body).not.toContain(part);
      expect(leftOut.join('\n')).toContain(part);
    }
  });

  it('is exactly the words of the page', () => {
    for (const [file, wanted] of Object.entries(expected)) {
      if ('refused' in wanted) continue;
      const html = decodeText(readFileSync(path.join(PAGES, file))).text;
      const words = (text: string) =>
        text
          .replace(/&rdquo;/g, '”')
          .replace(/&ldquo;/g, '“')
          .replace(/&#146;/g, '’')
          // A lone < before a space begins no tag.
          .replace(/<[a-z/!?][^>]*>/gi, '')
          .replace(/\s+/g, ' ');
      for (const line of readHtml(html, null).body.split('\n\n')) {
        const text = line.replace(/^## /, '').trim().replace(/^1:/, '').trim();
        expect(words(html).replace(/&amp /g, '& ')).toContain(text);
      }
    }
  });
});

describe('a page without some of its tags', () => {
  const meta =
    '<title>Ferry to be mended | Port Post</title><meta property="og:site_name" content="Port Post"><meta property="article:published_time" content="2031-02-03">';
  const [one, two] = ['ferry', 'landing stage'].map(
    (what) =>
      `<p>The harbour master said on Friday that the ${what} would be mended before the summer, and that nobody who crosses the bay to work need worry about it at all until then.</p>`,
  );
  it.each([
    ['neither html, head nor body', `${meta}<h1>Ferry to be mended</h1>${one}${two}`],
    ['no head', `<html>${meta}<body><h1>Ferry to be mended</h1>${one}${two}</body></html>`],
    ['no end of the head', `<html><head>${meta}<body><h1>Ferry to be mended</h1>${one}${two}</body></html>`],
    ['no body', `<html><head>${meta}</head><h1>Ferry to be mended</h1>${one}${two}</html>`],
    [
      'a script between head and body',
      `<html><head>${meta}</head><script>x()</script><!-- x --><body><h1>Ferry to be mended</h1>${one}${two}</body></html>`,
    ],
    ['text in front of the body', `<html><head>${meta}</head><h1>Ferry to be mended</h1>${one}<body>${two}`],
    [
      'text behind the body',
      `<html><head>${meta}</head><body><h1>Ferry to be mended</h1>${one}</body>${two}`,
    ],
  ])('is read with %s', (_what, html) => {
    const draft = readHtml(html, null);
    expect(draft).toMatchObject({
      title: 'Ferry to be mended',
      publisher: 'Port Post',
      published: '2031-02-03',
    });
    expect(draft.body).toBe(`${one}\n\n${two}\n`.replace(/<\/?p>/g, ''));
  });
});

describe('any page', () => {
  const clean = readFileSync(path.join(PAGES, 'navigation-and-consent.html'), 'utf8');

  /** Either an article that the index can read, or a refusal in a sentence. */
  function survives(html: string): void {
    try {
      const draft = readHtml(html, 'http://pages.example/x');
      const article = parseArticle(Buffer.from(articleFile(draft)), 'x.md');
      expect([article.title, article.publisher, article.published]).toEqual([
        draft.title,
        draft.publisher,
        draft.published,
      ]);
    } catch (error) {
      expect(error).toBeInstanceOf(VerbatimError);
    }
  }

  it('cut off anywhere is an article or a refusal', () => {
    for (let end = 0; end < clean.length; end += 397) survives(clean.slice(0, end));
  });

  it('with pieces taken out, doubled or put elsewhere is an article or a refusal', () => {
    const pieces = clean.split(/(?=<)/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat({ max: 8 })), { minLength: 1, maxLength: 12 }),
        (moves) => {
          const page = [...pieces];
          for (const [from, to, count] of moves) {
            page.splice(
              to % page.length,
              count % 3,
              ...page.slice(from % page.length, (from % page.length) + count),
            );
          }
          survives(page.join(''));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('made of any markup is an article or a refusal', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<p>',
        '</p>',
        '<div>',
        '</div>',
        '<html>',
        '</html>',
        '<body>',
        '<h1>',
        '</h2>',
        '<!--',
        '-->',
        '<script>',
        '</script>',
        '<table>',
        '<li>',
        '<a href=x>',
        '<title>',
        '<![CDATA[',
        '<?xml ?>',
        '<time datetime=2024-01-01>',
        '<meta property=og:title content="---\n# x">',
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":{"@value":[null]},"author":[[{}]],"publisher":5}</script>',
        '\0',
        '&#0;',
        '&#xd800;',
      ),
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constant(
        'The harbour master said on Friday that the lamps would be lit again, and that nobody should worry about it. ',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (parts) => survives(parts.join(''))),
      { numRuns: 150 },
    );
  });

  it('nested too deeply or with too many elements is refused in a sentence', () => {
    expect(() => readHtml('<div>'.repeat(30_000), null)).toThrow('nested more than 400 levels deep');
    expect(() => readHtml('<p>x</p>'.repeat(30_000), null)).toThrow('more than 20000 elements');
    expect(() => readHtml('', null)).toThrow('there is no article on the page');
  });
});
