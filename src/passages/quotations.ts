/**
 * Finds what stands inside quotation marks. Which glyph opens and which closes differs between languages
 * (“…”, „…“, «…», »…«, ‘…’, "…"), so a mark is first read by what stands beside it and only then by its shape.
 * Marks get lost in translation: a quotation that is never closed, and a closing mark without an opening one,
 * still have an extent.
 */
import type { Span } from '../values.ts';

/** A stretch inside quotation marks, with the marks. */
export interface Quotation extends Span {
  /** What stands between the marks. */
  inner: Span;
  /** Quotations with the same number are one speech: a mark was opened again while one was open. */
  speech: number;
  /** Whether both marks stand there. */
  whole: boolean;
}

interface Mark {
  at: number;
  end: number;
  role: 'open' | 'close' | 'either';
  single: boolean;
}

const MARK = /["“”„‟«»‹›]|''|``|[‘’‚'`´]/gu;
const SPACE_BEFORE = /^$|[\s([{—–\-/\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const SPACE_AFTER = /^$|[\s)\]}.,;:!?…—–\-\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** Words that begin with an apostrophe. */
const ELIDED = /^['’‘](?:em|tis|twas|til|till|cause|n|\d0s)\b/iu;
/** Characters. A quotation in single marks longer than this is two apostrophes. */
const LONGEST_SINGLE = 2000;
/** Characters that are looked at before a closing mark for where its quotation may have begun. */
const LOOK_BACK = 1000;

/** The quotations of an article in text order. They do not overlap: what is quoted within one is part of it. */
export function quotationsOf(text: string, paragraphs: readonly Span[]): Quotation[] {
  const found: Quotation[] = [];
  let speech = 0;
  let continues = false;
  for (const [p, paragraph] of paragraphs.entries()) {
    const content = text.slice(paragraph.start, paragraph.end);
    const marks = marksOf(content);
    const closersFrom = singleClosers(marks);
    const balance = balances(marks);
    let depth = 0;
    let opened: Mark | null = null;
    let lastEnd = 0;
    const add = (start: number, end: number, innerStart: number, innerEnd: number, whole: boolean) => {
      if (end <= start) return;
      const base = paragraph.start;
      found.push({
        start: base + start,
        end: base + end,
        inner: { start: base + innerStart, end: base + Math.max(innerStart, innerEnd) },
        speech,
        whole,
      });
      lastEnd = end;
    };
    for (let i = 0; i < marks.length; i++) {
      const mark = marks[i] as Mark;
      if (mark.single) {
        if (opened !== null || mark.role !== 'open') continue;
        const closer = closerOf(marks, closersFrom, i);
        if (closer === null) {
          if (mark.at > 0 || !opensWithSingle(text, paragraphs[p + 1])) continue;
          // A speech in single marks that goes on in the next paragraph.
          if (!continues) speech++;
          add(0, content.length, mark.end, content.length, false);
          continues = true;
          i = marks.length;
          break;
        }
        if (!(continues && mark.at === 0)) speech++;
        continues = false;
        const close = marks[closer] as Mark;
        add(mark.at, close.end, mark.end, close.at, true);
        i = closer;
        continue;
      }
      const role: Mark['role'] = mark.role === 'either' ? (opened === null ? 'open' : 'close') : mark.role;
      if (role === 'open') {
        if (opened === null) {
          if (!(continues && content.slice(0, mark.at).trim() === '')) speech++;
          continues = false;
          opened = mark;
          depth = 1;
        } else if (
          (balance[i] as number) <= -depth &&
          !/[.!?…]\s*$/u.test(content.slice(Math.max(0, mark.at - 3), mark.at))
        ) {
          depth++;
        } else {
          // Opened anew: what was open goes on.
          add(opened.at, mark.at, opened.end, mark.at, false);
          opened = mark;
          depth = 1;
        }
      } else if (opened !== null) {
        depth--;
        if (depth > 0) continue;
        add(opened.at, mark.end, opened.end, mark.at, true);
        opened = null;
      } else {
        const start = lostStart(content, mark.at, lastEnd);
        if (start === null) continue;
        speech++;
        add(start, mark.end, start, mark.at, false);
      }
    }
    if (opened === null) {
      if (content.trim() !== '' && !(continues && found.at(-1)?.end === paragraph.end)) continues = false;
      continue;
    }
    if (opensWithDouble(text, paragraphs[p + 1])) {
      add(opened.at, content.length, opened.end, content.length, false);
      continues = true;
    } else {
      const end = opened.at === 0 ? content.length : sentenceEnd(content, opened.end);
      add(opened.at, end, opened.end, end, false);
      continues = false;
    }
  }
  return found;
}

/** Every mark of a paragraph that may be a quotation mark, with what its neighbours make of it. */
function marksOf(content: string): Mark[] {
  const marks: Mark[] = [];
  for (const match of content.matchAll(MARK)) {
    const glyph = match[0];
    const at = match.index;
    const end = at + glyph.length;
    const before = at === 0 ? '' : (content[at - 1] as string);
    const after = content[end] ?? '';
    const single = /^[‘’‚'`´]$/u.test(glyph);
    const spaceBefore = SPACE_BEFORE.test(before);
    const spaceAfter = SPACE_AFTER.test(after);
    if (single) {
      const opens =
        /[‘‚'`]/u.test(glyph) && (spaceBefore || /["“„«]/u.test(before)) && /[\p{L}\p{N}]/u.test(after);
      const closes = /[’'‘´]/u.test(glyph) && !spaceBefore && (spaceAfter || /["”“»]/u.test(after));
      if (opens && !ELIDED.test(content.slice(at, at + 8))) marks.push({ at, end, role: 'open', single });
      else if (closes) marks.push({ at, end, role: 'close', single });
      continue;
    }
    // 5'10", 24".
    if (glyph === '"' && /\p{N}/u.test(before) && !marks.some(({ single: s }) => !s)) continue;
    marks.push({ at, end, role: roleOf(glyph, before, after, spaceBefore, spaceAfter), single });
  }
  return marks;
}

function roleOf(
  glyph: string,
  before: string,
  after: string,
  spaceBefore: boolean,
  spaceAfter: boolean,
): Mark['role'] {
  if (spaceBefore && !spaceAfter) return 'open';
  if (spaceAfter && !spaceBefore) return 'close';
  if (/[“„‟«‹`]/u.test(glyph)) return 'open';
  if (/[”»›]/u.test(glyph)) return 'close';
  if (!spaceBefore && /[:,;]/u.test(before) && /\p{L}/u.test(after)) return 'open';
  return 'either';
}

/** For each mark the index of the next single mark behind it that may close. */
function singleClosers(marks: readonly Mark[]): (number | null)[] {
  const next: (number | null)[] = new Array(marks.length).fill(null);
  let closer: number | null = null;
  for (let i = marks.length - 1; i >= 0; i--) {
    next[i] = closer;
    const mark = marks[i] as Mark;
    if (mark.single && mark.role === 'close') closer = i;
  }
  return next;
}

/** For each mark: opening less closing double marks from it on. Below zero, more are closed than opened. */
function balances(marks: readonly Mark[]): number[] {
  const balance: number[] = new Array(marks.length).fill(0);
  let sum = 0;
  for (let i = marks.length - 1; i >= 0; i--) {
    const mark = marks[i] as Mark;
    if (!mark.single) sum += mark.role === 'open' ? 1 : mark.role === 'close' ? -1 : 0;
    balance[i] = sum;
  }
  return balance;
}

/** The mark that closes a single one, or null. "The ministers’ view" is passed over where another may close. */
function closerOf(
  marks: readonly Mark[],
  closersFrom: readonly (number | null)[],
  opener: number,
): number | null {
  const from = (marks[opener] as Mark).end;
  let closer = closersFrom[opener] ?? null;
  for (let tries = 0; closer !== null && tries < 8; tries++) {
    const next: number | null = closersFrom[closer] ?? null;
    const mark = marks[closer] as Mark;
    if (mark.at - from > LONGEST_SINGLE) return null;
    if (next !== null && marks[closer + 1]?.role === 'close' && marks[closer + 1]?.single && tries < 7) {
      // Two closing marks in a row: the first is an apostrophe.
      closer = next;
      continue;
    }
    return closer;
  }
  return null;
}

function opensWithSingle(text: string, paragraph: Span | undefined): boolean {
  return (
    paragraph !== undefined && /^[‘'][\p{L}\p{N}]/u.test(text.slice(paragraph.start, paragraph.start + 3))
  );
}

function opensWithDouble(text: string, paragraph: Span | undefined): boolean {
  return (
    paragraph !== undefined && /^(?:["“„«»‟‹]|'')/u.test(text.slice(paragraph.start, paragraph.start + 2))
  );
}

/** Where a quotation began whose opening mark was lost: at its sentence, behind a colon in it. */
function lostStart(content: string, closer: number, lastEnd: number): number | null {
  const from = Math.max(lastEnd, closer - LOOK_BACK);
  const slice = content.slice(from, closer - 1);
  let start = 0;
  for (const match of slice.matchAll(/[.!?…]["”»]?\s+|:\s+/gu)) start = match.index + match[0].length;
  start += /^[\s,.;:)\]]*/u.exec(slice.slice(start, start + 20))?.[0].length ?? 0;
  return /\p{L}/u.test(content.slice(from + start, closer)) ? from + start : null;
}

/** The end of the sentence in which a quotation opens that is never closed. */
function sentenceEnd(content: string, from: number): number {
  const match = /[.!?…](?=\s+["“]?\p{Lu}|\s*$)/u.exec(content.slice(from, from + LOOK_BACK));
  return match === null ? content.length : from + match.index + 1;
}
