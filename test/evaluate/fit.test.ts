import { describe, expect, it } from 'vitest';
import type { LinearModel } from '../../src/answer/rank.ts';
import { type Case, type Choice, fitCases, fitChoices } from '../../src/evaluate/fit.ts';

/** Numbers that are the same in every run, evenly spread over 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What one unit of a feature adds to the score. */
const slope = (model: LinearModel, name: string) => {
  const { weight, deviation } = model.features[name] as { weight: number; deviation: number };
  return weight / deviation;
};

describe('fitting cases', () => {
  it('recovers the weights that made them', () => {
    const next = numbers(1);
    const cases = Array.from({ length: 4000 }, (): Case => {
      const features = { a: 4 * next() - 2, b: 10 * next(), noise: next(), constant: 3 };
      const odds = 0.5 + 2 * features.a - 0.3 * features.b;
      return { features, positive: next() < 1 / (1 + Math.exp(-odds)), weight: 1 };
    });
    const model = fitCases(cases, ['a', 'b', 'noise', 'constant']);
    expect(slope(model, 'a')).toBeGreaterThan(1.7);
    expect(slope(model, 'a')).toBeLessThan(2.3);
    expect(slope(model, 'b')).toBeGreaterThan(-0.35);
    expect(slope(model, 'b')).toBeLessThan(-0.25);
    expect(Math.abs(slope(model, 'noise'))).toBeLessThan(0.4);
    expect(slope(model, 'constant')).toBeCloseTo(0, 6);
  });

  it('counts a case by its weight', () => {
    const cases: Case[] = [
      { features: { a: 1 }, positive: true, weight: 3 },
      { features: { a: 1 }, positive: false, weight: 1 },
    ];
    // Three to one: log-odds ln 3, a little less for the ridge.
    expect(fitCases(cases, ['a']).bias).toBeGreaterThan(1);
    expect(fitCases(cases, ['a']).bias).toBeLessThanOrEqual(Math.log(3));
  });
});

describe('fitting choices', () => {
  it('recovers the weights that made them, whatever was added to all alternatives of a question', () => {
    const next = numbers(2);
    const choices = Array.from({ length: 1500 }, (): Choice => {
      const alternatives = Array.from({ length: 5 }, () => ({ a: 4 * next() - 2, b: 4 * next() - 2 }));
      const exps = alternatives.map(({ a, b }) => Math.exp(1.5 * a - 0.5 * b));
      const sums = exps.map((_, i) => exps.slice(0, i + 1).reduce((sum, value) => sum + value, 0));
      const draw = next() * (sums.at(-1) as number);
      const chosen = sums.findIndex((sum) => draw < sum);
      return { alternatives, right: alternatives.map((_, i) => i === chosen) };
    });
    const model = fitChoices(choices, ['a', 'b']);
    expect(model.bias).toBe(0);
    expect(slope(model, 'a')).toBeGreaterThan(1.3);
    expect(slope(model, 'a')).toBeLessThan(1.7);
    expect(slope(model, 'b')).toBeGreaterThan(-0.65);
    expect(slope(model, 'b')).toBeLessThan(-0.35);
    // A question whose right sentence was not found says nothing.
    const lost: Choice = { alternatives: [{ a: 100, b: 100 }], right: [false] };
    expect(fitChoices([...choices, lost], ['a', 'b'])).toEqual(model);
  });
});
