import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gatherSides, nearestPassages } from '../../src/answer/quotes.ts';
import type { Scored } from '../../src/answer/rank.ts';
import type { IndexedArticle, PassageIndex } from '../../src/index/store.ts';
import { ARTICLE_VOICE } from '../../src/passages/voices.ts';
import type { Quote, Sentence, Voice } from '../../src/values.ts';

/** A sentence of an article, with how likely it answers; what stands behind it before the next one. */
interface Part {
  text: string;
  share: number;
  gap?: string;
  voice?: Voice;
}

/** An index of articles of one passage each, and its sentences as ranked. */
function ranking(articles: Part[][]): { ranked: Scored[]; index: PassageIndex } {
  const indexed: IndexedArticle[] = [];
  const ranked: Scored[] = [];
  for (const [a, parts] of articles.entries()) {
    let text = '';
    const sentences: Sentence[] = [];
    for (const part of parts) {
      sentences.push({
        start: text.length,
        end: text.length + part.text.length,
        voice: part.voice ?? ARTICLE_VOICE,
      });
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
      ranked.push({ candidate, sentence, highlight: null, features, together: 0, score: share, share });
    }
  }
  ranked.sort((x, y) => y.share - x.share);
  return { ranked, index: { articles: indexed } as unknown as PassageIndex };
}

const quotesOf = async (articles: Part[][], confidence = 0.8) => {
  const { ranked, index } = ranking(articles);
  return (await gatherSides('What of the quay?', ranked, index, confidence, null)).quotes;
};
const texts = (quotes: Quote[]) => quotes.map(({ text }) => text);
const one = (text: string, share: number, gap?: string): Part => ({
  text,
  share,
  ...(gap !== undefined && { gap }),
});

describe('quotes', () => {
  it('are the best sentences, the best first, with the confidence as the first one’s score', async () => {
    const quotes = await quotesOf([[one('The quay is closed.', 0.6)], [one('It opens in June.', 0.3)]]);
    expect(texts(quotes)).toEqual(['The quay is closed.', 'It opens in June.']);
    expect(quotes[0]?.score).toBe(0.8);
    expect(quotes[1]?.score).toBeCloseTo(0.4, 9);
  });

  it('are at most five, each another article’s, or three of one, and none that is far less likely than the first', async () => {
    const parts = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => one(`The ship ${name} sails at noon.`, 0.16));
    expect(await quotesOf(parts.map((part) => [part]))).toHaveLength(5);
    const apart = parts.flatMap((part) => [part, one(`${'far '.repeat(60)}away.`, 0.0001)]);
    expect(await quotesOf([apart])).toHaveLength(3);
    expect(
      await quotesOf([[one('The quay is closed.', 0.999)], [one('It opens in June.', 0.001)]]),
    ).toHaveLength(1);
    expect(await quotesOf([])).toEqual([]);
  });

  it('say nothing twice in the same words, whatever the marks and capitals', async () => {
    const quotes = await quotesOf([
      [one('The quay is closed, he said.', 0.5)],
      [one('“The quay is CLOSED,” he said.', 0.3)],
      [one('The quay is closed.', 0.1)],
    ]);
    expect(texts(quotes)).toEqual(['The quay is closed, he said.']);
  });

  it('come from another article where both answer', async () => {
    const far = one('Nothing of this kind happened in the town, the mayor said.', 0.001);
    const quotes = await quotesOf([
      [one('The quay is closed.', 0.4), far, one('The ferry sails in June.', 0.3)],
      [one('The port is shut.', 0.2)],
    ]);
    expect(texts(quotes)).toEqual(['The quay is closed.', 'The ferry sails in June.', 'The port is shut.']);
  });

  it('join neighbouring sentences that answer together, and the one that is leaned on', async () => {
    expect(
      texts(await quotesOf([[one('The quay is closed.', 0.5), one('Cranes fell on it.', 0.3)]])),
    ).toEqual(['The quay is closed. Cranes fell on it.']);
    expect(texts(await quotesOf([[one('The mayor came.', 0.001), one('He closed the quay.', 0.9)]]))).toEqual(
      ['The mayor came. He closed the quay.'],
    );
  });

  it('are joined rather than show a sentence twice, where one is not shown without another', async () => {
    const parts = [
      one('“The quay is closed,” the envoy said.', 0.5),
      one('“Ships must turn.', 0.001),
      one('It opens in June.”', 0.3),
    ];
    const envoy: Voice = {
      kind: 'quoted',
      speaker: 'the envoy',
      start: 22,
      end: 31,
      cue: { start: 32, end: 36 },
      via: null,
    };
    const { ranked, index } = ranking([parts.map((part) => ({ ...part, voice: envoy }))]);
    const { quotes } = await gatherSides('What of the quay?', ranked, index, 0.8, null);
    expect(texts(quotes)).toEqual([
      '“The quay is closed,” the envoy said. “Ships must turn. It opens in June.”',
    ]);
  });

  it('do not show a sentence twice where they would be too long in one', async () => {
    const far = 'word '.repeat(50);
    const long = await quotesOf([
      [
        one(`The quay ${far}is closed.`, 0.5),
        one(`However, it ${far}opens.`, 0.001),
        one(`But ${far}ends.`, 0.3),
      ],
    ]);
    expect(texts(long)).toEqual([`The quay ${far}is closed. However, it ${far}opens.`, `But ${far}ends.`]);
  });

  it('do not hold the fragment that stands between two sentences', async () => {
    const quotes = await quotesOf([
      [
        one('The quay is closed.', 0.5, ' of the port. '),
        one('Cranes fell on it.', 0.4),
        one('It rained.', 0.1),
      ],
    ]);
    expect(texts(quotes)).toEqual(['The quay is closed.', 'Cranes fell on it. It rained.']);
    const leaning = await quotesOf([
      [one('The mayor came.', 0.001, ' of the. '), one('He closed the quay.', 0.9)],
    ]);
    expect(texts(leaning)).toEqual(['He closed the quay.']);
  });

  const words = (text: string) => text.split(/\s+/).length;

  it('are whole sentences of one passage, apart from each other, and of 60 words unless one sentence is longer', async () => {
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
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(part, { minLength: 1, maxLength: 6 }), { maxLength: 5 }),
        async (articles) => {
          const { ranked, index } = ranking(articles);
          const { quotes } = await gatherSides('What of the quay?', ranked, index, 0.7, null);
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
              if (quote.article.file === other.article.file) {
                expect(quote.start >= other.end || quote.end <= other.start).toBe(true);
              }
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a contradiction', () => {
  const sides = async (texts: string[], judge: (premise: string, hypothesis: string) => number) => {
    const { ranked, index } = ranking(texts.map((text) => [one(text, 0.2)]));
    const judged: [string, string][] = [];
    const model = {
      name: 'judge',
      async contradiction(premise: string, hypothesis: string) {
        judged.push([premise, hypothesis]);
        return judge(premise, hypothesis);
      },
    };
    const { differ } = await gatherSides('Is the quay open?', ranked, index, 0.8, model);
    return {
      differ,
      judged,
      byRules: (await gatherSides('Is the quay open?', ranked, index, 0.8, null)).differ,
    };
  };

  it('is what the model calls one, in either order, where there is a model', async () => {
    const texts = ['The quay belongs to the city.', 'The quay is the guild’s own.'];
    const sure = await sides(texts, (premise) => (premise === texts[1] ? 0.97 : 0.1));
    expect(sure).toMatchObject({ differ: true, byRules: false });
    expect((await sides(texts, () => 0.6)).differ).toBe(false);
  });

  it('is not what the rules alone take for one, where there is a model', async () => {
    const texts = ['The quay is open, the mayor said.', 'The quay is not open, the guild said.'];
    expect(await sides(texts, () => 0.01)).toMatchObject({ differ: false, byRules: true });
  });

  it('is looked for among few pairs, each of which speaks of what is asked', async () => {
    const many = Array.from({ length: 19 }, (_, i) => `The quay holds the ship ${'x'.repeat(i + 3)}.`);
    const { judged } = await sides(['Rain fell on the moor.', ...many], () => 0);
    expect(judged.length).toBeGreaterThan(0);
    expect(judged.length).toBeLessThanOrEqual(56);
    expect(judged.flat()).not.toContain('Rain fell on the moor.');
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
