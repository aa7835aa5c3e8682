/** Tables in plain text. */
import path from 'node:path';
import type { Scores } from '../evaluate/score.ts';
import type { DifferScores, SidesScores } from '../evaluate/sides.ts';
import type { VoiceScores } from '../evaluate/voices.ts';
import type { BuildReport } from '../index/build.ts';
import { printable } from './printable.ts';

/** What a build did, as the lines that close `npm run index`. */
export function buildTable(report: BuildReport, indexFolder: string): string {
  const { counts } = report.manifest;
  const rows: [string, string][] = [
    ['articles', String(counts.articles)],
    ['passages', String(counts.passages)],
    ['sentences', String(counts.sentences)],
    ['added', String(report.added.length)],
    ['changed', String(report.changed.length)],
    ['removed', String(report.removed.length)],
    ['unchanged', String(report.unchanged.length)],
    ['left out', String(report.leftOut.length)],
    ['texts embedded', `${report.embedded} (${report.reused} kept their vectors)`],
    ['seconds', report.seconds.toFixed(1)],
    ['size on disk', size(report.bytes)],
    ['revision', `${report.manifest.revision} in ${path.relative('', indexFolder) || '.'}`],
  ];
  return `${[...columns(rows), ...changesOf(report)].join('\n')}\n`;
}

/** What a build did, in short: for one of many. */
export function buildLines(report: BuildReport): string {
  const { added, changed, removed, unchanged, embedded, seconds, manifest } = report;
  const summary = `index ${manifest.revision}: articles added ${added.length}, changed ${changed.length}, removed ${removed.length}, unchanged ${unchanged.length}; ${embedded} texts embedded, ${seconds.toFixed(1)} s`;
  return `${[summary, ...changesOf(report)].join('\n')}\n`;
}

/** More names of one kind than this are only counted. */
const MOST_NAMES = 20;

/** The articles that a build took in, found changed or gone, or left out. The first build adds every one: no news. */
function changesOf({ added, changed, removed, unchanged, leftOut }: BuildReport): string[] {
  const lines: string[] = [];
  const list = (what: string, names: readonly string[]) => {
    for (const name of names.slice(0, MOST_NAMES)) lines.push(`  ${what} ${name}`);
    if (names.length > MOST_NAMES) lines.push(`  ${what} ${names.length - MOST_NAMES} more`);
  };
  if (changed.length + removed.length + unchanged.length > 0) list('added', added.map(printable));
  list('changed', changed.map(printable));
  list('removed', removed.map(printable));
  list(
    'left out',
    leftOut.map(({ file, reason }) => `${printable(file)}: ${printable(reason)}`),
  );
  return lines;
}

/** Aligns rows of cells; the first column to the left, figures as they come. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The figures of an evaluation, and every miss. */
export function scoreTable(scores: Scores): string {
  const percent = (value: number) => `${(value * 100).toFixed(1)} %`;
  const rows: [string, string][] = [
    ['answerable questions', String(scores.answerable)],
    ['  right first / among the first three', `${percent(scores.first)} / ${percent(scores.three)}`],
    ['  right by its best sentence alone', percent(scores.sentenceFirst)],
    ['  dense search alone, first / three', `${percent(scores.denseFirst)} / ${percent(scores.denseThree)}`],
    ['  wrongly refused', percent(scores.wronglyRefused)],
    ['unanswerable questions', String(scores.unanswerable)],
  ];
  if (scores.unanswerable > 0) {
    rows.push(
      ['  refused', percent(scores.refused)],
      ['  refused with 10 % of the answerable refused', percent(scores.refusedAtTenPercent)],
      ['  area under the curve of confidence', scores.areaUnderCurve?.toFixed(3) ?? 'none'],
    );
  }
  rows.push([
    'quotes equal to their slice of the file',
    `${scores.quotes - scores.quotesNotInFile} of ${scores.quotes}`,
  ]);
  const lines = columns(rows);
  for (const { id, question, kind, confidence, got, expected } of scores.misses) {
    lines.push(
      '',
      `${kind} (${confidence.toFixed(2)}) ${id}: ${printable(question)}`,
      `  got       ${printable(got)}`,
    );
    if (expected.length > 0) lines.push(`  expected  ${expected.map(printable).join(' | ')}`);
  }
  return `${lines.join('\n')}\n`;
}

/** How many voices are right, and every miss. */
export function voiceTable({ sentences, kinds, speakers, misses }: VoiceScores): string {
  const percent = (count: number) => `${((count / Math.max(1, sentences)) * 100).toFixed(1)} %`;
  const lines = columns([
    ['sentences', String(sentences)],
    ['kind right', percent(kinds)],
    ['speaker right', percent(speakers)],
  ]);
  const shown = ({ kind, speaker }: { kind: string; speaker: string | null }) =>
    speaker === null ? kind : `${kind}, ${printable(speaker)}`;
  for (const { sentence, file, expected, got } of misses) {
    lines.push(
      '',
      `${printable(file ?? 'no article')}: ${printable(sentence)}`,
      `  got       ${got === null ? 'the sentence is in no article' : shown(got)}`,
      `  expected  ${shown(expected)}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Contested questions whose every side is shown, and the others with what is missing. */
export function sidesTable(scores: SidesScores): string {
  const rows: [string, string][] = [
    ['contested questions', String(scores.questions)],
    ['every side shown', String(scores.complete)],
    ['the sources are said to differ', String(scores.differ)],
  ];
  const misses = scores.misses.flatMap(({ id, question, missing, quotes }) => [
    '',
    `${id}: ${question}`,
    ...missing.map((side) => `  missing  ${side}`),
    ...quotes.map((quote) => `  shown    ${printable(quote.replace(/\s+/gu, ' '))}`),
  ]);
  return `${[...columns(rows), ...misses].join('\n')}\n`;
}

/** How well contradictions are told from the rest, on the half that the rules were tuned on, on the other, and on a set made later. */
export function differTable(halves: Readonly<Record<string, DifferScores>>): string {
  const rows = Object.entries(halves).map(([half, scores]) => [
    half,
    `${scores.differing} that differ, ${scores.alike} that do not`,
    `precision ${scores.precision.toFixed(3)}`,
    `recall ${scores.recall.toFixed(3)}`,
  ]);
  const misses = Object.entries(halves).flatMap(([half, scores]) =>
    scores.misses.map(
      ({ id, kind, differ, a, b }) =>
        `${half} ${id} (${kind}) ${differ ? 'missed' : 'false'}\n  ${a}\n  ${b}`,
    ),
  );
  return `${[...columns(rows), ...misses].join('\n')}\n`;
}
