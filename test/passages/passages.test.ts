import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { findProse } from '../../src/articles/clean.ts';
import { type Embedder, loadEmbedder } from '../../src/models/embedder.ts';
import { passagesOf, type TokenLimit } from '../../src/passages/passages.ts';
import { quotable, splitSentences } from '../../src/passages/sentences.ts';
import type { Passage, Span } from '../../src/values.ts';
import { deterministicEmbedder } from '../deterministic-embedder.ts';

const byWords = deterministicEmbedder();

function articleOf(text: string): { text: string; paragraphs: Span[] } {
  return { text, paragraphs: findProse(text, 0, 'a.txt', null).paragraphs };
}

const sentence = (words: number, name = 'word') => `The ${`${name} `.repeat(words - 2)}ends.`;

/** What must hold of the passages of any article. */
function expectSound(article: { text: string; paragraphs: Span[] }, passages: Passage[], limit: TokenLimit) {
  const { text, paragraphs } = article;
  let at = 0;
  for (const passage of passages) {
    expect(limit.countTokens(text.slice(passage.start, passage.end))).toBeLessThanOrEqual(limit.maxTokens);
    expect(passage.start).toBe(passage.sentences[0]?.start);
    expect(passage.end).toBe(passage.sentences.at(-1)?.end);
    const paragraph = paragraphs[passage.paragraph] as Span;
    expect(passage.start).toBeGreaterThanOrEqual(paragraph.start);
    expect(passage.end).toBeLessThanOrEqual(paragraph.end);
    for (const { start, end } of passage.sentences) {
      expect(start).toBeGreaterThanOrEqual(at);
      expect(end).toBeGreaterThan(start);
      at = end;
    }
  }
  // Nothing is lost: behind every quotable sentence's white space stands a sentence of exactly one passage.
  const covered = passages.flatMap(({ sentences }) =>
    sentences.map(({ start, end }) => text.slice(start, end)),
  );
  const expected = paragraphs.flatMap((paragraph) =>
    splitSentences(text, paragraph).flatMap((span) => {
      const kept = quotable(text, span);
      return kept === null ? [] : [text.slice(kept.start, kept.end)];
    }),
  );
  const letters = (parts: string[]) => parts.join('').replace(/\s+/gu, '');
  expect(letters(covered)).toBe(letters(expected));
}

describe('passages', () => {
  it('are whole paragraphs where they fit, of any number of sentences', () => {
    const article = articleOf(`${Array(6).fill(sentence(7)).join(' ')}\n\n${sentence(50)}`);
    const passages = passagesOf(article, 3, byWords);
    expect(passages.map(({ start, end }) => ({ start, end }))).toEqual(article.paragraphs);
    expect(passages.map(({ article: a, paragraph, sentences }) => [a, paragraph, sentences.length])).toEqual([
      [3, 0, 6],
      [3, 1, 1],
    ]);
  });

  it('are 1 to 4 sentences of a paragraph that does not fit', () => {
    const long = articleOf(Array.from({ length: 12 }, (_, i) => sentence(9, `w${i}`)).join(' '));
    expect(passagesOf(long, 0, byWords).map(({ sentences }) => sentences.length)).toEqual([4, 4, 4]);
    const longer = articleOf(Array.from({ length: 5 }, (_, i) => sentence(28, `w${i}`)).join(' '));
    expect(passagesOf(longer, 0, byWords).map(({ sentences }) => sentences.length)).toEqual([2, 2, 1]);
  });

  it('do not hold the fragments between sentences as sentences', () => {
    const { text, paragraphs } = articleOf(
      'The quay was closed on Monday. of the port. It opens again in June.',
    );
    const [passage] = passagesOf({ text, paragraphs }, 0, byWords);
    expect(passage?.sentences.map(({ start, end }) => text.slice(start, end))).toEqual([
      'The quay was closed on Monday.',
      'It opens again in June.',
    ]);
  });

  it('cut a sentence over the limit behind a clause, and lose nothing of it', () => {
    const clauses = Array.from({ length: 12 }, (_, i) => `the ship number ${i} of the island left the port`);
    const article = articleOf(`They saw that ${clauses.join(', ')}.`);
    const passages = passagesOf(article, 0, byWords);
    expect(passages.length).toBeGreaterThan(1);
    for (const { end } of passages.slice(0, -1)) expect(article.text[end - 1]).toBe(',');
    expectSound(article, passages, byWords);
  });

  it('are none of an article without a quotable sentence', () => {
    expect(passagesOf({ text: '', paragraphs: [] }, 0, byWords)).toEqual([]);
    expect(passagesOf({ text: 'of the port.', paragraphs: [{ start: 0, end: 12 }] }, 0, byWords)).toEqual([]);
  });

  it('hold every quotable sentence once and fit, whatever the text', () => {
    const piece = fc.oneof(
      fc.integer({ min: 4, max: 90 }).map((words) => sentence(words)),
      fc.constantFrom(
        'of the port.',
        '“No.”',
        '港务局周一关闭了码头。',
        '\n\n',
        'Mr. Example left the U.S. in May.',
        '😀'.repeat(40),
      ),
      fc.string({ unit: 'binary', maxLength: 30 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 15 }), (pieces) => {
        const article = articleOf(pieces.join(' '));
        expectSound(article, passagesOf(article, 0, byWords), byWords);
      }),
      { numRuns: 100 },
    );
  });
});

describe('passages counted with the model’s own tokenizer', () => {
  let embedder: Embedder;
  beforeAll(async () => {
    embedder = await loadEmbedder('all-MiniLM-L6-v2');
  });

  it('stay under 256 tokens with the marks of the model', () => {
    expect(embedder.maxTokens + 2).toBeLessThan(256);
  });

  it.each([
    ['long words', 'Donaudampfschifffahrtsgesellschaftskapitän '.repeat(400)],
    ['figures', `${'3.14159 '.repeat(600)}.`],
    ['one word without end', `The ${'x'.repeat(60_000)} ends here now.`],
    ['unspaced script', '港务局周一关闭了码头'.repeat(300)],
    ['emoji', `The crew wrote ${'😀🇮🇶'.repeat(2000)} and left.`],
    ['white space', `The ${' \u00a0'.repeat(20_000)} quay was ${'\t'.repeat(20_000)} closed.`],
  ])('fit and lose nothing: %s', (_, text) => {
    const article = { text, paragraphs: [{ start: 0, end: text.trimEnd().length }] };
    const passages = passagesOf(article, 0, embedder);
    expect(passages.length).toBeGreaterThan(0);
    expectSound(article, passages, embedder);
  });

  it('never end between the halves of a character', () => {
    const text = `The crew wrote ${'😀'.repeat(5000)} and left.`;
    for (const { start, end } of passagesOf(
      { text, paragraphs: [{ start: 0, end: text.length }] },
      0,
      embedder,
    )) {
      expect(text.slice(start, end)).not.toMatch(/\p{Cs}/u);
    }
  });
});
