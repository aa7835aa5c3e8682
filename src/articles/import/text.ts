/** Takes the article out of plain text or Markdown: what a .md or .txt file holds, or the text of a PDF file. */
import { VerbatimError } from '../../errors.ts';
import type { Article } from '../../values.ts';
import { parseArticle } from '../read.ts';
import type { Draft, Known } from './draft.ts';

/**
 * Reads text as the index would read it. Its metadata comes from its front matter and the lines above its prose;
 * these then stand in the new front matter, and the body begins with the prose.
 * @param name the file's name, which may corroborate a by-line
 * @throws VerbatimError when it holds no prose or its front matter is broken
 */
export function readText(text: string, name: string, known: Known = {}): Draft {
  const clean = text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]/gu, '');
  const article = parseArticle(Buffer.from(clean), name);
  const first = article.paragraphs[0];
  if (first === undefined) throw new VerbatimError('it has no paragraph of prose');
  return {
    title: article.title ?? known.title ?? null,
    publisher: article.publisher ?? known.publisher ?? null,
    author: article.author ?? known.author ?? null,
    published: article.published ?? known.published ?? null,
    url: article.url ?? known.url ?? null,
    language: article.language ?? known.language ?? null,
    retrieved: null,
    body: bodyOf(article, first.start),
    leftOut: beside(article),
    notes: [],
  };
}

/** The text from its first paragraph on; only the paragraphs, where without its beginning it reads differently. */
function bodyOf(article: Article, start: number): string {
  const paragraphs = article.paragraphs.map((span) => article.text.slice(span.start, span.end));
  const rest = article.text.slice(start);
  try {
    const again = parseArticle(Buffer.from(`---\n---\n\n${rest}`), article.file);
    const same =
      again.title === null &&
      again.published === null &&
      again.paragraphs.length === paragraphs.length &&
      again.paragraphs.every((span, i) => again.text.slice(span.start, span.end) === paragraphs[i]);
    if (same) return rest;
  } catch {
    // It does not even read.
  }
  return paragraphs.map((paragraph) => paragraph.replace(/\s+/gu, ' ')).join('\n\n');
}

/** The lines of the text that are in no paragraph. */
function beside({ text, paragraphs, title }: Article): string[] {
  const lines: string[] = [];
  let from = 0;
  for (const { start, end } of [...paragraphs, { start: text.length, end: text.length }]) {
    lines.push(...text.slice(from, start).split('\n'));
    from = end;
  }
  const body = lines.map((line) => line.replace(/^#+\s+/, '').trim());
  const opening = text.startsWith('---\n') ? body.indexOf('---', 1) + 1 : 0;
  return body.slice(opening).filter((line) => /[\p{L}\p{N}]/u.test(line) && line !== title);
}
