import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gatherSides, nearestPassages } from '../../src/answer/quotes.ts';
import type { Scored } from '../../src/answer/rank.ts';
import type { IndexedArticle, PassageIndex } from '../../src/index/store.ts';
import { ARTICLE_VOICE } from '../../src/passages/voices.ts';
import type { Quote, Sentence } from '../../src/values.ts';

/** A sentence of an article, with how likely it answers; what stands behind it before the next one. */
interface Part {
  text: string;
  share: number;
  gap?: string;
}

/** An index of articles of one passage each, and its sentences as ranked. */
function ranking(articles: Part[][]): { ranked: Scored[]; index: PassageIndex } {
  const indexed: IndexedArticle[] = [];
  const ranked: Scored[] = [];
  for (const [a, parts] of articles.entries()) {
    let text = '';
    const sentences: Sentence[] = [];
    for (const part of parts) {
      sentences.push({ start: text.length, end: text.length + part.text.length, voice: ARTICLE_VOICE });
      text += part.text + (part.gap ?? ' ');
    }
    const span = { start: 0, end: sentences.at(-1)?.end ?? 0 };
    indexed.push({
      file: `${a}.md`,
      title: null,
      publisher: null,
      author: null,
      published: null,
      url: null,
      language: null,
      text,
      sha256: '',
      paragraphs: [span],
      passages: 1,
      sentences: sentences.length,
    });
    const candidate: Scored['candidate'] = {
      passage: {
        id: a,
        article: a,
        paragraph: 0,
        ...span,
        sentences,
        vector: new Float32Array(),
        sentenceVectors: [],
      },
      text: text.slice(0, span.end),
      terms: [],
      dense: 0,
      sentences: [],
      lexical: 0,
      fused: 0,
    };
    for (const [sentence, { share }] of parts.entries()) {
      const features = {} as Scored['features'];
      ranked.push({ candidate, sentence, highlight: null, features, score: share, share });
    }
  }
  ranked.sort((x, y) => y.share - x.share);
  return { ranked, index: { articles: indexed } as unknown as PassageIndex };
}

const quotesOf = (articles: Part[][], confidence = 0.8) => {
  const { ranked, index } = ranking(articles);
  return gatherSides('What of the quay?', ranked, index, confidence).quotes;
};
const texts = (quotes: Quote[]) => quotes.map(({ text }) => text);
const one = (text: string, share: number, gap?: string): Part => ({
  text,
  share,
  ...(gap !== undefined && { gap }),
});

describe('quotes', () => {
  it('are the best sentences, the best first, with the confidence as the first one’s score', () => {
    const quotes = quotesOf([[one('The quay is closed.', 0.6)], [one('It opens in June.', 0.3)]]);
    expect(texts(quotes)).toEqual(['The quay is closed.', 'It opens in June.']);
    expect(quotes[0]?.score).toBe(0.8);
    expect(quotes[1]?.score).toBeCloseTo(0.4, 9);
  });

  it('are at most five, each another article’s, or three of one, and none that is far less likely than the first', () => {
    const parts = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => one(`The ship ${name} sails at noon.`, 0.16));
    expect(quotesOf(parts.map((part) => [part]))).toHaveLength(5);
    const apart = parts.flatMap((part) => [part, one(`${'far '.repeat(60)}away.`, 0.0001)]);
    expect(quotesOf([apart])).toHaveLength(3);
    expect(quotesOf([[one('The quay is closed.', 0.999)], [one('It opens in June.', 0.001)]])).toHaveLength(
      1,
    );
    expect(quotesOf([])).toEqual([]);
  });

  it('say nothing twice in the same words, whatever the marks and capitals', () => {
    const quotes = quotesOf([
      [one('The quay is closed, he said.', 0.5)],
      [one('“The quay is CLOSED,” he said.', 0.3)],
      [one('The quay is closed.', 0.1)],
    ]);
    expect(texts(quotes)).toEqual(['The quay is closed, he said.']);
  });

  it('come from another article where both answer', () => {
    const far = one('Nothing of this kind happened in the town, the mayor said.', 0.001);
    const quotes = quotesOf([
      [one('The quay is closed.', 0.4), far, one('The ferry sails in June.', 0.3)],
      [one('The port is shut.', 0.2)],
    ]);
    expect(texts(quotes)).toEqual(['The quay is closed.', 'The ferry sails in June.', 'The port is shut.']);
  });

  it('join neighbouring sentences that answer together, and the one that is leaned on', () => {
    expect(texts(quotesOf([[one('The quay is closed.', 0.5), one('Cranes fell on it.', 0.3)]]))).toEqual([
      'The quay is closed. Cranes fell on it.',
    ]);
    expect(texts(quotesOf([[one('The mayor came.', 0.001), one('He closed the quay.', 0.9)]]))).toEqual([
      'The mayor came. He closed the quay.',
    ]);
  });

  it('do not hold the fragment that stands between two sentences', () => {
    const quotes = quotesOf([
      [
        one('The quay is closed.', 0.5, ' of the port. '),
        one('Cranes fell on it.', 0.4),
        one('It rained.', 0.1),
      ],
    ]);
    expect(texts(quotes)).toEqual(['The quay is closed.', 'Cranes fell on it. It rained.']);
    const leaning = quotesOf([[one('The mayor came.', 0.001, ' of the. '), one('He closed the quay.', 0.9)]]);
    expect(texts(leaning)).toEqual(['He closed the quay.']);
  });

  const words = (text: string) => text.split(/\s+/).length;

  it('are whole sentences of one passage, apart from each other, and of 60 words unless one sentence is longer', () => {
    const part = fc.record({
      text: fc
        .tuple(
          fc.constantFrom('The', 'He', 'This', 'However, the'),
          fc.integer({ min: 1, max: 80 }),
          fc.nat(20),
        )
        .map(([first, count, name]) => `${first} ${`w${name} `.repeat(count)}ends.`),
      share: fc.double({ min: 0.0001, max: 1, noNaN: true }),
      gap: fc.constantFrom(' ', '  ', '\n', ' of the port. '),
    });
    fc.assert(
      fc.property(fc.array(fc.array(part, { minLength: 1, maxLength: 6 }), { maxLength: 5 }), (articles) => {
        const { ranked, index } = ranking(articles);
        const { quotes } = gatherSides('What of the quay?', ranked, index, 0.7);
        expect(quotes.length).toBeLessThanOrEqual(5);
        expect(quotes.length > 0).toBe(articles.length > 0);
        for (const { text, start, end, article, score } of [...quotes, ...nearestPassages(ranked, index)]) {
          const a = Number.parseInt(article.file, 10);
          expect(index.articles[a]?.text.slice(start, end)).toBe(text);
          const spans = ranked.find(({ candidate }) => candidate.passage.article === a)?.candidate.passage
            .sentences;
          expect(spans?.some((span) => span.start === start)).toBe(true);
          expect(spans?.some((span) => span.end === end)).toBe(true);
          const inside = spans?.filter((span) => span.start >= start && span.end <= end).length ?? 0;
          if (inside > 1) expect(words(text)).toBeLessThanOrEqual(text.includes('However') ? 110 : 60);
          expect(text).not.toContain('of the port.');
          expect(score).toBeLessThanOrEqual(0.7);
        }
        for (const [i, quote] of quotes.entries()) {
          for (const other of quotes.slice(0, i)) {
            expect(quote.text).not.toBe(other.text);
            if (quote.article.file === other.article.file && !/However/.test(quote.text + other.text)) {
              expect(quote.start >= other.end || quote.end <= other.start).toBe(true);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the nearest passages', () => {
  it('are up to three different ones, the best first, with nothing marked and no score', () => {
    const { ranked, index } = ranking(
      ['a', 'b', 'c', 'd'].map((name, i) => [
        one(`The ship ${name} left.`, 0.4 - i / 10),
        one('Storms came.', 0.001),
      ]),
    );
    const nearest = nearestPassages(ranked, index);
    expect(texts(nearest)).toEqual(['a', 'b', 'c'].map((name) => `The ship ${name} left. Storms came.`));
    for (const quote of nearest) expect(quote).toMatchObject({ score: 0, highlight: null, paragraph: 1 });
  });
});
