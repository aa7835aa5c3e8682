/** What `npm run add` says of what it did. */
import type { AddOptions, Outcome, Taken } from '../articles/import/import.ts';
import { wordsOf } from '../articles/import/import.ts';
import { splitSentences } from '../passages/sentences.ts';
import type { Article } from '../values.ts';
import { printable } from './printable.ts';
import { columns } from './tables.ts';

/** Pieces of what was left out that are shown, the longest, and how much of each. */
const LEFT_OUT_SHOWN = 3;
const EXCERPT = 70;

const STATUS: Record<Taken['status'], [done: string, wouldBe: string]> = {
  added: ['added', 'would add'],
  replaced: ['replaced', 'would replace'],
  unchanged: ['unchanged', 'unchanged'],
};

/** What was taken, for standard output; null where nothing was. */
export function outcomeText(outcome: Outcome, { dryRun = false }: AddOptions = {}): string | null {
  if (outcome.status === 'known' || outcome.status === 'refused') return null;
  const { article, leftOut, notes } = outcome;
  const sentences = sentencesOf(article);
  const rows: [string, string][] = [
    ['from', outcome.source],
    ['title', article.title ?? 'unknown'],
    ['publisher', article.publisher ?? 'unknown'],
    ['author', article.author ?? 'unknown'],
    ['published', article.published ?? 'unknown'],
    ['address', article.url ?? 'unknown'],
    ['language', article.language ?? 'unknown'],
    ['words', `${wordsOf(article)} in ${counted(article.paragraphs.length, 'paragraph')}`],
    ['first', sentences[0] ?? ''],
    ['last', sentences.at(-1) ?? ''],
    ['left out', leftOutText(leftOut)],
    ...notes.map((note): [string, string] => ['note', note]),
  ];
  const title = `${STATUS[outcome.status][dryRun ? 1 : 0]} ${printable(article.file)}`;
  return `${title}\n${columns(rows.map(([name, value]) => [`  ${name}`, printable(value)])).join('\n')}\n`;
}

/** Why nothing was taken, for standard error; null where something was. */
export function refusalText(outcome: Outcome): string | null {
  const source = printable(outcome.source);
  switch (outcome.status) {
    case 'known': {
      const same = outcome.by === 'address' ? 'the same address' : 'the same text';
      return `not added ${source}: it is already in ${printable(outcome.file)} (${same}); --update replaces it.\n`;
    }
    case 'refused':
      return `not added ${source}: ${printable(outcome.reason)}.\n`;
    default:
      return null;
  }
}

/** The line that closes a run. */
export function closingText(outcomes: readonly Outcome[], { dryRun = false }: AddOptions = {}): string {
  const count = (status: Outcome['status']) => outcomes.filter((outcome) => outcome.status === status).length;
  const parts = [
    [count('added'), dryRun ? 'would be added' : 'added'],
    [count('replaced'), dryRun ? 'would be replaced' : 'replaced'],
    [count('unchanged'), 'unchanged'],
    [count('known'), 'already there'],
    [count('refused'), 'refused'],
  ]
    .filter(([number], i) => i === 0 || number !== 0)
    .map(([number, what]) => `${number} ${what}`);
  const changed = count('added') + count('replaced') > 0;
  const next = dryRun
    ? ' Nothing was written (--dry-run).'
    : changed
      ? ' npm run index brings this into the answers.'
      : '';
  return `${parts.join(', ')}.${next}\n`;
}

/** Whether something that was asked for was not done. An article of a feed or folder may well be there already. */
export function hasFailed(outcomes: readonly Outcome[]): boolean {
  return outcomes.some(({ status, named }) => status === 'refused' || (status === 'known' && named));
}

function sentencesOf({ text, paragraphs }: Article): string[] {
  const ends = paragraphs.length > 1 ? [paragraphs[0], paragraphs.at(-1)] : [paragraphs[0]];
  return ends.flatMap((paragraph) =>
    paragraph === undefined
      ? []
      : splitSentences(text, paragraph).map(({ start, end }) => text.slice(start, end)),
  );
}

function leftOutText(leftOut: readonly string[]): string {
  if (leftOut.length === 0) return 'nothing';
  const words = leftOut.reduce((sum, text) => sum + (text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0), 0);
  const longest = [...leftOut].sort((a, b) => b.length - a.length).slice(0, LEFT_OUT_SHOWN);
  const shown = longest.map((text) => (text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text));
  return `${counted(words, 'word')} in ${counted(leftOut.length, 'piece')}: ${shown.join(' | ')}`;
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
