/** Takes the text out of a PDF file: its lines, joined to paragraphs by where they stand on the page. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TextItem } from 'pdfjs-dist/types/src/display/api.js';
import { VerbatimError } from '../../errors.ts';
import { statedDate } from './dates.ts';
import { cleanText } from './dom.ts';
import type { Known } from './draft.ts';
import { languageTag } from './stated.ts';

/** A longer document is a book. */
const MAX_PAGES = 300;

interface Line {
  text: string;
  page: number;
  /** Left edge and baseline, in points from the lower left corner of the page. */
  x: number;
  right: number;
  y: number;
  /** Height of the letters. */
  size: number;
}

/**
 * Reads the text of a PDF file and what the file states of itself. The day on which the file was made is not the
 * day of publication, and is not taken for it.
 * @returns the text, a paragraph a line, and what was left out of it: headers and footers
 * @throws VerbatimError when it is damaged, locked, or holds no text
 */
export async function readPdf(bytes: Uint8Array): Promise<{ text: string; known: Known; leftOut: string[] }> {
  // Loaded when a PDF file is met, not at every start: it is large.
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const home = path.dirname(fileURLToPath(import.meta.resolve('pdfjs-dist/package.json')));
  const loading = getDocument({
    // The library takes the memory it is given for itself.
    data: Uint8Array.from(bytes),
    cMapUrl: `${home}/cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${home}/standard_fonts/`,
    isEvalSupported: false,
    disableFontFace: true,
    useSystemFonts: false,
    verbosity: 0,
  });
  try {
    const document = await loading.promise;
    if (document.numPages > MAX_PAGES) throw new VerbatimError(`it has more than ${MAX_PAGES} pages`);
    const lines: Line[] = [];
    for (let number = 1; number <= document.numPages; number++) {
      const page = await document.getPage(number);
      const content = await page.getTextContent();
      lines.push(
        ...linesOf(
          content.items.filter((item): item is TextItem => 'str' in item),
          number,
        ),
      );
      page.cleanup();
    }
    const { kept, repeated } = withoutRunningLines(lines, document.numPages);
    const text = paragraphsOf(kept);
    if (!/\p{L}/u.test(text)) {
      throw new VerbatimError('it holds no text, only pictures of it: run it through text recognition first');
    }
    return { text, known: await statedBy(document), leftOut: repeated };
  } catch (error) {
    if (error instanceof VerbatimError) throw error;
    if ((error as Error).name === 'PasswordException') {
      throw new VerbatimError('it is locked with a password: save it without one', { cause: error });
    }
    throw new VerbatimError('it is not a whole PDF file', { cause: error });
  } finally {
    await loading.destroy().catch(() => {});
  }
}

/** Joins the pieces of text that the file draws to lines, in the order in which it draws them. */
function linesOf(items: readonly TextItem[], page: number): Line[] {
  const lines: Line[] = [];
  let line: Line | null = null;
  for (const { str, transform, width, height, hasEOL } of items) {
    const [x, y] = [Number(transform[4]), Number(transform[5])];
    const size = height || Math.abs(Number(transform[3]));
    if (str !== '') {
      if (line !== null && Math.abs(line.y - y) > Math.max(line.size, size) * 0.5) line = null;
      if (line === null) {
        line = { text: '', page, x, right: x, y, size };
        lines.push(line);
      } else if (x - line.right > size * 0.15 && !/\s$/.test(line.text) && !/^\s/.test(str)) {
        line.text += ' ';
      }
      line.text += str;
      line.right = Math.max(line.right, x + width);
      line.x = Math.min(line.x, x);
      if (str.trim() !== '') line.size = Math.max(line.size, size);
    }
    if (hasEOL) line = null;
  }
  return lines.map((found) => ({ ...found, text: cleanText(found.text) })).filter(({ text }) => text !== '');
}

/** Takes out page numbers, and the lines that stand at the same height of most pages: headers and footers. */
function withoutRunningLines(lines: readonly Line[], pages: number): { kept: Line[]; repeated: string[] } {
  const places = new Map<string, Set<number>>();
  const key = ({ text, y }: Line) => `${Math.round(y / 3)} ${text.replace(/\p{N}+/gu, '0')}`;
  for (const line of lines) places.set(key(line), (places.get(key(line)) ?? new Set()).add(line.page));
  const isRunning = (line: Line) =>
    /^(?:[–—-]\s*)?(?:page\s+)?\p{N}{1,4}(?:\s*(?:\/|of|von|sur)\s*\p{N}{1,4})?(?:\s*[–—-])?$/iu.test(
      line.text,
    ) ||
    (pages > 1 && (places.get(key(line))?.size ?? 0) > Math.max(1, pages / 2));
  return {
    kept: lines.filter((line) => !isRunning(line)),
    repeated: [...new Set(lines.filter(isRunning).map(({ text }) => text))],
  };
}

/** Joins lines to paragraphs, each on a line of its own with an empty line behind it. */
function paragraphsOf(lines: readonly Line[]): string {
  const gaps = lines
    .slice(1)
    .map((line, i) => (lines[i] as Line).y - line.y)
    .filter((gap) => gap > 0)
    .sort((a, b) => a - b);
  // The lower quartile and not the median: in news of two lines a paragraph half of the gaps part paragraphs.
  const usual = gaps[Math.floor(gaps.length / 4)] ?? 0;
  const words = wordsIn(lines);
  const byPage = byPageOf(lines);
  const paragraphs: string[] = [];
  let paragraph = '';
  for (const [i, line] of lines.entries()) {
    const before = lines[i - 1];
    if (before !== undefined && startsParagraph(before, line, byPage, usual)) {
      paragraphs.push(paragraph);
      paragraph = '';
    }
    paragraph = paragraph === '' ? line.text : joined(paragraph, line.text, words);
  }
  if (paragraph !== '') paragraphs.push(paragraph);
  return `${paragraphs.join('\n\n')}\n`;
}

const ENDS_SENTENCE = /[.!?…。！？؟۔]["”’'»)\]]*$/u;

function startsParagraph(
  before: Line,
  line: Line,
  byPage: ReadonlyMap<number, readonly Line[]>,
  usual: number,
): boolean {
  if (Math.abs(before.size - line.size) > 0.15 * Math.max(before.size, line.size)) return true;
  const ends = ENDS_SENTENCE.test(before.text);
  const gap = before.y - line.y;
  // On the next page or column a paragraph goes on unless a sentence ended.
  if (before.page !== line.page || gap < 0) return ends;
  if (gap > usual * 1.35) return true;
  // Indented, or behind a line that left room for the first word.
  const column = (byPage.get(line.page) ?? []).filter(({ x }) => Math.abs(x - line.x) < 40);
  const left = Math.min(...column.map(({ x }) => x));
  const widest = Math.max(...column.map(({ right }) => right));
  if (ends && line.x - left > line.size * 0.8 && before.x - left < line.size * 0.8) return true;
  return ends && widest - before.right > (widest - before.x) * 0.25;
}

/** Joins a line to what stands before it. A hyphen at the end is the word's own where the file has the word so elsewhere. */
function joined(paragraph: string, line: string, words: ReadonlySet<string>): string {
  const head = /(\p{L}+)[-\u2010]$/u.exec(paragraph)?.[1];
  const tail = /^\p{Ll}[\p{L}\p{M}]*/u.exec(line)?.[0];
  if (head === undefined) return `${paragraph} ${line}`;
  if (tail === undefined || words.has(`${head}-${tail}`.toLowerCase())) return paragraph + line;
  return paragraph.slice(0, -1) + line;
}

function byPageOf(lines: readonly Line[]): Map<number, Line[]> {
  const pages = new Map<number, Line[]>();
  for (const line of lines) pages.set(line.page, [...(pages.get(line.page) ?? []), line]);
  return pages;
}

function wordsIn(lines: readonly Line[]): Set<string> {
  return new Set(lines.flatMap(({ text }) => text.toLowerCase().match(/\p{L}+(?:-\p{L}+)+/gu) ?? []));
}

type PdfDocument = Awaited<
  ReturnType<typeof import('pdfjs-dist/legacy/build/pdf.mjs')['getDocument']>['promise']
>;

async function statedBy(document: PdfDocument): Promise<Known> {
  const { info, metadata } = await document.getMetadata().catch(() => ({ info: {}, metadata: null }));
  const fields = info as Record<string, unknown>;
  const text = (value: unknown) => {
    const clean = typeof value === 'string' ? cleanText(value) : '';
    return clean === '' || clean.length > 500 ? null : clean;
  };
  const xmp = (name: string): unknown => {
    const value: unknown = metadata?.get(name);
    return Array.isArray(value) ? value.join(', ') : value;
  };
  const title = text(xmp('dc:title')) ?? text(fields.Title);
  return {
    // What programs fill in by themselves is the name of a file.
    title:
      title !== null &&
      /^untitled|^microsoft (?:word|powerpoint)|\.(?:docx?|pdf|indd|odt|rtf|txt|qxd)$/i.test(title)
        ? null
        : title,
    author: text(xmp('dc:creator')) ?? text(fields.Author),
    publisher: text(xmp('dc:publisher')),
    published: statedDate(String(xmp('prism:publicationdate') ?? '')),
    language: languageTag(text(fields.Language)),
  };
}
