/**
 * Finds the prose of an article: the paragraphs that may be quoted. Menus, dates, logos, headings, captions,
 * share lines and repeated titles stay in the text but outside every paragraph. They are told by general
 * signs (no sentence, no full stop, a bullet, a repetition, the vocabulary of web pages), never by the words
 * of one site.
 */
import type { Span } from '../values.ts';

/** What an article says of itself in its layout, where it has no front matter that does. */
export interface Prose {
  paragraphs: Span[];
  /** The headline, where one stands above the prose. */
  title: string | null;
  /** From a line such as "Example News May 3, 2021 World" between the headline and the prose. */
  publisher: string | null;
  published: string | null;
}

interface Line extends Span {
  text: string;
}

/** A line, or the lines of a hard-wrapped paragraph. */
interface Block extends Span {
  /** Whether a bullet or a quotation mark stood in front. */
  marked: boolean;
}

/** Lines end here; zero-width characters at a line's ends are no part of it. */
const LINE = /[^\r\n\u2028\u2029\u0085\v\f]+/g;
const EDGE = /[\s\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/u;

const BULLET = /^[•·▪▫◦‣●○■□►▶▸»›→✓✔★☆◆◇|+*–—-](?=\s|\p{Lu}|$)/u;
const ENDS_SENTENCE = /[.!?…。！？؟۔।](?:["”’'»›)\]}]|\[\d{1,3}\])*$/u;
const MARKDOWN_FURNITURE = /^(?:#{1,6}\s|!\[|\||```|~~~|<!--|\[[^\]]+\]:\s|={3,}$|-{3,}$|\*{3,}$|_{3,}$)/;

/** The vocabulary of web pages. A short paragraph that opens with one of these, or is about one, is furniture. */
const OPENS_FURNITURE =
  /^(?:share (?:this|on|via|with)|share$|tweet\b|follow (?:us|our)|like us|subscribe|sign (?:up|in)|log ?in|register (?:now|here|to)|read (?:more|also|next|the full)|see also|related(?: articles?| stories| news)?:|more (?:on|from|about) |click (?:here|to)|tap (?:here|to)|download (?:our|the) app|join our|get (?:our|the latest)|watch(?: now)?:|listen(?: now)?:|advertisement|sponsored|photo(?:graph)?s?(?: by|:)|image(?: credit|:)|credit:|caption:|source:|tags?:|topics?:|categor(?:y|ies):|filed under|(?:last )?updated(?: on|:)|published(?: on|:)|posted(?: on| by|:)|copyright\b|©|\(c\) |all rights reserved|terms (?:of|and)|privacy policy|cookie|we use cookies|this (?:web)?site uses|by continuing|back to top|skip to|print this|email this|comments?(?: \(\d+\))?$|leave a (?:comment|reply)|your email address|support (?:our|independent) journalism|donate\b)/i;
const MENTIONS_FURNITURE =
  /\b(?:all rights reserved|our newsletter|cookies?\b.{0,60}\b(?:consent|accept|browser|experience)|(?:whatsapp|facebook|twitter|telegram|instagram|linkedin)\b.{0,40}\b(?:whatsapp|facebook|twitter|telegram|instagram|linkedin)|click here|sign up for|subscribe to|terms of (?:use|service)|javascript)\b/i;
/** Furniture is short; a longer paragraph that mentions these things reports on them. */
const FURNITURE_WORDS = 30;

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const DATE =
  /\b(?:(\d{4})-(\d{2})-(\d{2})|(\p{L}{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})|(\d{1,2})(?:st|nd|rd|th)?\s+(\p{L}{3,9})\.?,?\s+(\d{4}))\b/gu;

/** A word that says that a name is a publisher's and not a person's. */
const PRESS =
  /\b(?:media|news|times|press|post|agency|radio|tv|television|tribune|herald|gazette|journal|chronicle|daily|weekly|observer|monitor|network|channel|standard|review|magazine|wire|broadcasting)\b/i;

/**
 * Finds the prose below `bodyStart`.
 * @param text the whole file
 * @param file its name, used only to corroborate that a by-line names the publisher
 * @param statedTitle the title of the front matter, whose repetition in the text is furniture
 */
export function findProse(text: string, bodyStart: number, file: string, statedTitle: string | null): Prose {
  const lines = linesOf(text, bodyStart);
  const blocks = blocksOf(text, lines);
  const seen = new Set<string>();
  if (statedTitle !== null) seen.add(key(statedTitle));

  const paragraphs: Span[] = [];
  const head: string[] = [];
  for (const block of blocks) {
    const content = text.slice(block.start, block.end);
    const id = key(content);
    if (isProse(content)) {
      if (!seen.has(id)) paragraphs.push({ start: block.start, end: block.end });
      seen.add(id);
    } else if (paragraphs.length === 0 && !block.marked) {
      head.push(content);
    }
  }
  return { paragraphs, ...readHead(head, file, statedTitle) };
}

/** The lines that hold anything, without the white space around them. */
function linesOf(text: string, from: number): (Line & { gapBefore: boolean })[] {
  const lines: (Line & { gapBefore: boolean })[] = [];
  let previousEnd = from;
  let insideFence = false;
  LINE.lastIndex = 0;
  const body = text.slice(from);
  for (const match of body.matchAll(LINE)) {
    const raw = match[0];
    const lead = leadOf(raw);
    const trimmed = raw.slice(lead, endOf(raw, lead));
    const lineStart = from + match.index;
    if (trimmed === '') continue;
    if (/^(?:```|~~~)/.test(trimmed)) insideFence = !insideFence;
    else if (!insideFence) {
      const start = lineStart + lead;
      const breaks =
        text.slice(previousEnd, lineStart).match(/\r\n|[\r\n\u2028\u2029\u0085\v\f]/g)?.length ?? 0;
      lines.push({ start, end: start + trimmed.length, text: trimmed, gapBefore: breaks > 1 });
    }
    previousEnd = lineStart + raw.length;
  }
  return lines;
}

/** Where a line begins and ends without the edges; character by character, for a pattern would be quadratic. */
function leadOf(raw: string): number {
  let lead = 0;
  while (lead < raw.length && EDGE.test(raw.charAt(lead))) lead++;
  return lead;
}

function endOf(raw: string, lead: number): number {
  let end = raw.length;
  while (end > lead && EDGE.test(raw.charAt(end - 1))) end--;
  return end;
}

/**
 * Joins the lines of a hard-wrapped paragraph; every other line is a block of its own. Wrapped lines are of
 * about the same length, at most 130 characters, and rarely end where a sentence does.
 */
function blocksOf(text: string, lines: (Line & { gapBefore: boolean })[]): Block[] {
  const blocks: Span[] = [];
  let group: Line[] = [];
  const flush = () => {
    const inner = group.slice(0, -1);
    const width = group.reduce((most, line) => Math.max(most, line.text.length), 0);
    const broken = inner.filter((line) => !ENDS_SENTENCE.test(line.text)).length;
    const wrapped =
      inner.length > 0 &&
      width >= 40 &&
      width <= 130 &&
      inner.every((line) => line.text.length >= width * 0.6) &&
      broken * 2 >= inner.length;
    const first = group[0];
    const last = group.at(-1);
    if (wrapped && first && last) blocks.push({ start: first.start, end: last.end });
    else for (const { start, end } of group) blocks.push({ start, end });
    group = [];
  };
  for (const line of lines) {
    const alone = MARKDOWN_FURNITURE.test(line.text);
    if (group.length > 0 && (line.gapBefore || alone || BULLET.test(line.text))) flush();
    group.push(line);
    if (alone) flush();
  }
  if (group.length > 0) flush();
  return blocks.map((block) => withoutMarker(text, block));
}

/** A list item or block quotation begins behind its mark. */
function withoutMarker(text: string, block: Span): Block {
  const marker = /^(?:>\s*|[-*+•]\s+(?=["“'‘]?\p{Lu}))+/u.exec(
    text.slice(block.start, Math.min(block.end, block.start + 40)),
  );
  return { start: block.start + (marker?.[0].length ?? 0), end: block.end, marked: marker !== null };
}

/** Whether a block is made of sentences, by its shape. */
export function isProse(block: string): boolean {
  if (MARKDOWN_FURNITURE.test(block)) return false;
  const words = block.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.-]*/gu)?.length ?? 0;
  const wide = block.match(/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/gu)?.length ?? 0;
  const length = words + wide / 2;
  if (length < 4) return false;
  if (length <= FURNITURE_WORDS && (OPENS_FURNITURE.test(block) || MENTIONS_FURNITURE.test(block)))
    return false;
  if (BULLET.test(block) && length < 12) return false;
  if (ENDS_SENTENCE.test(block)) return true;
  // "The minister said:" before a quotation, or a paragraph whose full stop was lost.
  return (length >= 8 && /[:：]$/.test(block)) || length >= 40;
}

/** Reads headline and by-line from what stands above the prose. */
function readHead(
  head: readonly string[],
  file: string,
  statedTitle: string | null,
): Omit<Prose, 'paragraphs'> {
  const headlines = head
    .map((line) => line.replace(/^#{1,6}\s+/, '').trim())
    .filter((line) => !BULLET.test(line) && line.length <= 300 && line.split(/\s+/).length >= 4);
  const candidates = headlines.filter((line) => datesIn(line).length === 0);
  const met = new Set<string>();
  const twice = candidates.find((line) => met.size === met.add(key(line)).size);
  const title = statedTitle ?? twice ?? candidates[0] ?? null;

  // A by-line stands below the headline: a date above it, or on a bulleted line, is the page's, not the article's.
  const below =
    title === null ? -1 : head.findIndex((line) => key(line.replace(/^#{1,6}\s+/, '')) === key(title));
  for (const line of below < 0 ? [] : head.slice(below + 1)) {
    const dates = datesIn(line);
    const date = dates[0];
    if (BULLET.test(line) || dates.length !== 1 || date === undefined || line.split(/\s+/).length > 12)
      continue;
    const name = line
      .slice(0, date.index)
      .replace(/[\s|,·–—-]+$/u, '')
      .trim();
    return { title, published: date.iso, publisher: isPublisher(name, file) ? name : null };
  }
  return { title, published: null, publisher: null };
}

function isPublisher(name: string, file: string): boolean {
  if (
    !/^\p{Lu}[\p{L}\p{N} .&'’-]{1,60}$/u.test(name) ||
    /^by\b/i.test(name) ||
    /\b(?:updated|published|posted)\b/i.test(name)
  ) {
    return false;
  }
  const parts = new Set(file.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  return (
    PRESS.test(name) ||
    name
      .toLowerCase()
      .split(/\s+/)
      .some((word) => word.length > 2 && parts.has(word))
  );
}

/** Full calendar dates, day first or month first in words, or ISO. 03/04/2021 is ambiguous and passed over. */
function datesIn(line: string): { index: number; iso: string }[] {
  const found: { index: number; iso: string }[] = [];
  for (const match of line.matchAll(DATE)) {
    const [, y1, m1, d1, monthA, dayA, yearA, dayB, monthB, yearB] = match;
    const name = (monthA ?? monthB ?? '').toLowerCase();
    const month =
      m1 !== undefined
        ? Number(m1)
        : MONTHS.findIndex((full) => full === name || full.slice(0, 3) === name) + 1;
    const year = Number(y1 ?? yearA ?? yearB);
    const day = Number(d1 ?? dayA ?? dayB);
    const date = new Date(Date.UTC(year, month - 1, day));
    if (month < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) continue;
    found.push({ index: match.index, iso: date.toISOString().slice(0, 10) });
  }
  return found;
}

/** Two lines with the same letters and figures are the same line. */
function key(line: string): string {
  return line
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
