import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference, readStatement, sameStatement } from '../../src/answer/differ.ts';
import { readPairs, scorePairs } from '../../src/evaluate/sides.ts';

const same = (a: string, b: string) => sameStatement(readStatement(a), readStatement(b));

describe('statements are one', () => {
  it('when two outlets carry the same words', () => {
    expect(
      same(
        'The harbour ministry has asked the fleet to leave, it said.',
        'The harbour ministry has asked the fleet to leave, it said on.',
      ),
    ).toBe(true);
  });

  it.each([
    ['The vaccine protects 99.9 % of seals.', 'The vaccine protects 99.5 % of seals.'],
    ['The ministry has asked the fleet to leave.', 'The ministry has not asked the fleet to leave.'],
    ['The council approved the pier.', 'The council rejected the pier.'],
    ['The pier was closed in March 2019.', 'The pier was closed in April 2019.'],
  ])('but never %s with %s', (a, b) => expect(same(a, b)).toBe(false));

  it('never with their own negation', () => {
    const subject = fc.constantFrom('The ministry', 'A union', 'The islanders', 'Captain Holm');
    const verb = fc.constantFrom('asked', 'warned', 'paid', 'invited', 'joined');
    const object = fc.constantFrom('the fleet', 'the old ferry company', 'three inspectors of the harbour');
    fc.assert(
      fc.property(subject, verb, object, (s, v, o) => {
        expect(same(`${s} has ${v} ${o}.`, `${s} has not ${v} ${o}.`)).toBe(false);
      }),
    );
  });
});

describe('a difference', () => {
  it('is found in either order', async () => {
    const pairs = await readPairs(path.resolve(import.meta.dirname, '../fixtures/differ/pairs.jsonl'));
    for (const { question, a, b } of pairs) {
      const [one, other] = [readStatement(a), readStatement(b)];
      expect(difference(question, one, other) === null).toBe(difference(question, other, one) === null);
    }
  });

  it('is told from the rest on all pairs, and hardly ever found where there is none', async () => {
    const pairs = await readPairs(path.resolve(import.meta.dirname, '../fixtures/differ/pairs.jsonl'));
    const fresh = await readPairs(path.resolve(import.meta.dirname, '../fixtures/differ/fresh.jsonl'));
    const scores = await scorePairs([...pairs, ...fresh], null);
    expect(scores.precision).toBeGreaterThanOrEqual(0.95);
    expect(scores.recall).toBeGreaterThanOrEqual(0.75);
  });

  it('is told from the rest on the pairs that the rule was tuned on', async () => {
    const pairs = await readPairs(path.resolve(import.meta.dirname, '../fixtures/differ/pairs.jsonl'));
    const scores = await scorePairs(
      pairs.filter(({ half }) => half === 'tune'),
      null,
    );
    expect(scores.precision).toBeGreaterThanOrEqual(0.9);
    expect(scores.recall).toBeGreaterThanOrEqual(0.85);
  });
});
