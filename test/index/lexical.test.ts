import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VerbatimError } from '../../src/errors.ts';
import { LexicalIndex } from '../../src/index/lexical.ts';

/** BM25 as its definition says, for every document anew. */
function slowSearch(documents: string[][], query: string[], k: number) {
  const mean = documents.reduce((sum, terms) => sum + terms.length, 0) / documents.length;
  return documents
    .map((terms, id) => {
      let score = 0;
      for (const term of new Set(query)) {
        const holding = documents.filter((other) => other.includes(term)).length;
        const idf = Math.log(1 + (documents.length - holding + 0.5) / (holding + 0.5));
        const frequency = terms.filter((other) => other === term).length;
        score +=
          (idf * frequency * 2.2) / (frequency + 1.2 * (0.25 + (0.75 * terms.length) / Math.max(1, mean)));
      }
      return { id, score };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.id - b.id)
    .slice(0, k);
}

const term = fc.constantFrom(...'abcdefgh');
const documents = fc.array(fc.array(term, { maxLength: 12 }), { minLength: 1, maxLength: 25 });

describe('the lexical index', () => {
  it('scores a case that can be worked out by hand', () => {
    // Two documents of mean length 2; "port" is in one: idf = ln(1 + 1.5 / 1.5); its length is the mean.
    const index = LexicalIndex.build([
      ['port', 'storm'],
      ['quay', 'storm'],
    ]);
    expect(index.search(['port'], 5)).toEqual([{ id: 0, score: Math.log(2) }]);
    expect(index.idf('port')).toBe(Math.log(2));
    expect(index.documentFrequency('storm')).toBe(2);
    expect(index.documentFrequency('none')).toBe(0);
    expect(index.meanLength).toBe(2);
  });

  it('finds what the definition of BM25 finds, in the same order', () => {
    fc.assert(
      fc.property(
        documents,
        fc.array(term, { maxLength: 6 }),
        fc.integer({ min: 1, max: 30 }),
        (all, query, k) => {
          const found = LexicalIndex.build(all).search(query, k);
          const expected = slowSearch(all, query, all.length);
          expect(found).toHaveLength(Math.min(k, expected.length));
          for (const [i, { id, score }] of found.entries()) {
            // Sums in another order differ in the last digit; which of two equal scores comes first is then open.
            expect(score).toBeCloseTo(expected[i]?.score ?? Number.NaN, 9);
            expect(score).toBeCloseTo(expected.find((hit) => hit.id === id)?.score ?? Number.NaN, 9);
          }
          expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('puts the earlier of two equal documents first', () => {
    const index = LexicalIndex.build([['a'], ['b'], ['a'], ['a']]);
    expect(index.search(['a'], 2).map(({ id }) => id)).toEqual([0, 2]);
  });

  it('is the same after it was written and read', () => {
    fc.assert(
      fc.property(documents, fc.array(term, { maxLength: 6 }), (all, query) => {
        const built = LexicalIndex.build(all);
        const { terms, postings } = built.serialize();
        const read = LexicalIndex.deserialize(terms, postings);
        expect(read.search(query, 30)).toEqual(built.search(query, 30));
        expect(read.serialize()).toEqual({ terms, postings });
      }),
    );
  });

  it('is refused when its bytes do not agree with its counts', () => {
    const { terms, postings } = LexicalIndex.build([['a', 'b'], ['b']]).serialize();
    for (const [t, p] of [
      [terms, postings.subarray(0, -4)],
      [terms, Buffer.concat([postings, Buffer.alloc(4)])],
      [terms, Buffer.alloc(0)],
      [`${terms}\nc`, postings],
      ['', postings],
    ] as const) {
      expect(() => LexicalIndex.deserialize(t, p)).toThrow(VerbatimError);
    }
  });

  it('finds nothing in nothing', () => {
    const index = LexicalIndex.build([]);
    expect(index.search(['a'], 5)).toEqual([]);
    expect(index.meanLength).toBe(0);
    const { terms, postings } = index.serialize();
    expect(LexicalIndex.deserialize(terms, postings).search(['a'], 5)).toEqual([]);
  });

  it('knows what a misspelt term most likely means', () => {
    const index = LexicalIndex.build([['harbour', 'harbor', 'storm', 'commission'], ['harbour'], ['stork']]);
    expect(index.nearestTerm('harbur')).toBe('harbour');
    expect(index.nearestTerm('comission')).toBe('commission');
    expect(index.nearestTerm('comision')).toBe('commission');
    expect(index.nearestTerm('harbour')).toBeNull();
    expect(index.nearestTerm('garbour')).toBeNull();
    expect(index.nearestTerm('sto')).toBeNull();
    expect(index.nearestTerm('withdrawal')).toBeNull();
  });

  it('takes the more frequent of two terms that a misspelt one may mean', () => {
    const index = LexicalIndex.build([['stork'], ['storm'], ['storm']]);
    expect(index.nearestTerm('storn')).toBe('storm');
  });
});
