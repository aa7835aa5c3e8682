import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { termsOf, termsWithWords } from '../../src/index/terms.ts';

describe('terms', () => {
  it('are stems without stop words, in order and as often as they stand there', () => {
    expect(termsOf('The ferries were leaving the ports, and a ferry left.')).toEqual([
      'ferri',
      'leav',
      'port',
      'ferri',
      'left',
    ]);
  });

  it('do not depend on case, accents, ligatures or the kind of apostrophe', () => {
    expect(termsOf('CAFÉ ﬁnance Port’s')).toEqual(termsOf("cafe finance port's"));
  });

  it('keep abbreviations with dots whole, and the United States apart from "us" as little as can be', () => {
    expect(termsOf('U.S. troops')).toEqual(termsOf('US troops'));
  });

  it('keep figures, and words of any script', () => {
    expect(termsOf('In 2024, 3 ships')).toEqual(['2024', '3', 'ship']);
    expect(termsOf('ميناء 港务局')).toHaveLength(2);
  });

  it('are none of what has no words', () => {
    expect(termsOf('')).toEqual([]);
    expect(termsOf('😀 — … the and of')).toEqual([]);
    expect(termsOf('x'.repeat(65))).toEqual([]);
  });

  it('say which word they come from and where it stands', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        for (const { term, word, index } of termsWithWords(text)) {
          expect(text.slice(index, index + word.length)).toBe(word);
          expect(term).not.toMatch(/\s/u);
          expect(term).not.toBe('');
        }
      }),
    );
  });
});
