/** Fits the linear models of rank.ts: the ranking by conditional logit, the confidence by logistic regression. */
import type { LinearModel } from '../answer/rank.ts';

/** Features of the alternatives of one question, and which of them are right. */
export interface Choice {
  alternatives: Record<string, number>[];
  right: boolean[];
}

/** Features of one case, and whether it is positive. */
export interface Case {
  features: Record<string, number>;
  positive: boolean;
  /** How much the case counts. */
  weight: number;
}

/** Keeps weights small where the data say little: half the sum of squares, times this. */
const RIDGE = 0.005;

/** Fits a model that gives right alternatives a higher score than wrong ones (McFadden's conditional logit). */
export function fitChoices(choices: readonly Choice[], names: readonly string[]): LinearModel {
  const usable = choices.filter(({ right }) => right.includes(true));
  const scales = scalesOf(
    usable.flatMap(({ alternatives }) => alternatives),
    names,
  );
  const rows = usable.map(({ alternatives, right }) => ({
    x: alternatives.map((features) => standardise(features, names, scales)),
    right,
  }));
  const weights = descend(names.length, (w) => {
    const gradient = new Array<number>(names.length).fill(0);
    for (const { x, right } of rows) {
      const scores = x.map((row) => product(row, w));
      const highest = Math.max(...scores);
      const exps = scores.map((score) => Math.exp(score - highest));
      const all = sum(exps);
      const rightOnes = sum(exps.filter((_, i) => right[i]));
      for (const [i, row] of x.entries()) {
        const pull =
          ((exps[i] as number) / all - (right[i] ? (exps[i] as number) / rightOnes : 0)) / rows.length;
        for (const [f, value] of row.entries()) gradient[f] = (gradient[f] as number) + pull * value;
      }
    }
    return gradient;
  });
  return modelOf(0, names, scales, weights);
}

/** Fits the log-odds of a case being positive. */
export function fitCases(cases: readonly Case[], names: readonly string[]): LinearModel {
  const scales = scalesOf(
    cases.map(({ features }) => features),
    names,
  );
  const rows = cases.map(({ features, positive, weight }) => ({
    x: [1, ...standardise(features, names, scales)],
    positive,
    weight,
  }));
  const total = sum(rows.map(({ weight }) => weight));
  const weights = descend(names.length + 1, (w) => {
    const gradient = new Array<number>(w.length).fill(0);
    for (const { x, positive, weight } of rows) {
      const pull = ((1 / (1 + Math.exp(-product(x, w))) - Number(positive)) * weight) / total;
      for (const [f, value] of x.entries()) gradient[f] = (gradient[f] as number) + pull * value;
    }
    return gradient;
  });
  return modelOf(weights[0] as number, names, scales, weights.slice(1));
}

/** Gradient descent with Nesterov's momentum; both objectives are convex and their features standardised. */
function descend(size: number, gradientAt: (weights: number[]) => number[]): number[] {
  const RATE = 0.5;
  const STEPS = 1500;
  let weights = new Array<number>(size).fill(0);
  let previous = weights;
  for (let step = 1; step <= STEPS; step++) {
    const momentum = (step - 1) / (step + 2);
    const ahead = weights.map((w, i) => w + momentum * (w - (previous[i] as number)));
    const gradient = gradientAt(ahead);
    previous = weights;
    weights = ahead.map((w, i) => w - RATE * ((gradient[i] as number) + RIDGE * w));
  }
  return weights;
}

interface Scale {
  mean: number;
  deviation: number;
}

function scalesOf(rows: readonly Record<string, number>[], names: readonly string[]): Scale[] {
  return names.map((name) => {
    const values = rows.map((row) => row[name] as number);
    const mean = sum(values) / values.length;
    const deviation = Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
    return { mean, deviation: deviation > 1e-9 ? deviation : 1 };
  });
}

function standardise(
  features: Record<string, number>,
  names: readonly string[],
  scales: readonly Scale[],
): number[] {
  return names.map((name, i) => {
    const { mean, deviation } = scales[i] as Scale;
    return ((features[name] as number) - mean) / deviation;
  });
}

function modelOf(
  bias: number,
  names: readonly string[],
  scales: readonly Scale[],
  weights: readonly number[],
): LinearModel {
  const rounded = (value: number) => Number(value.toPrecision(6));
  return {
    bias: rounded(bias),
    features: Object.fromEntries(
      names.map((name, i) => {
        const { mean, deviation } = scales[i] as Scale;
        return [
          name,
          { mean: rounded(mean), deviation: rounded(deviation), weight: rounded(weights[i] as number) },
        ];
      }),
    ),
  };
}

function product(a: readonly number[], b: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
