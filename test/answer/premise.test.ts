import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStatement } from '../../src/answer/differ.ts';
import { fails, premiseOf } from '../../src/answer/premise.ts';

interface Case {
  question: string;
  statements: string[];
  fails: boolean;
}

const cases = readFileSync(path.resolve(import.meta.dirname, '../fixtures/premise/premises.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

function found({ question, statements }: Case): boolean {
  const premise = premiseOf(question);
  return premise !== null && fails(premise, question, statements.map(readStatement));
}

describe('a premise', () => {
  it('is a span of the question', () => {
    const question = 'When does the agreed closure begin?';
    const span = premiseOf(question)?.span;
    expect(question.slice(span?.start, span?.end)).toBe('the agreed closure');
  });

  it('that the sources bear out, or say nothing about, does not fail', () => {
    const wrong = cases.filter((test) => !test.fails && found(test));
    expect(wrong).toEqual([]);
  });

  it('that the sources dispute or do not hold fails in 16 of 20 cases or more', () => {
    const missed = cases.filter((test) => test.fails && !found(test)).map(({ question }) => question);
    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(4);
  });
});
