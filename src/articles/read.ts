/** Reads the folder of articles. What cannot be read is reported with the reason; the rest goes on. */
import { createHash } from 'node:crypto';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { reasonOf, VerbatimError } from '../errors.ts';
import type { Article } from '../values.ts';
import { findProse } from './clean.ts';
import { readFrontMatter } from './front-matter.ts';

/** A file that is not an article that can be answered from, and why. */
export interface LeftOut {
  file: string;
  reason: string;
}

/** A news article of this size has a million words; a larger file is something else. */
export const MAX_BYTES = 5_000_000;

/**
 * Reads every .md and .txt file below a folder, in the order of their paths.
 * @throws VerbatimError when the folder cannot be read
 */
export async function readArticles(folder: string): Promise<{ articles: Article[]; leftOut: LeftOut[] }> {
  const articles: Article[] = [];
  const leftOut: LeftOut[] = [];
  const byHash = new Map<string, string>();
  for (const file of await articleFiles(folder)) {
    try {
      const article = await readArticle(folder, file);
      const twin = byHash.get(article.sha256);
      if (twin !== undefined) throw new VerbatimError(`it is the same as ${twin}`);
      byHash.set(article.sha256, file);
      articles.push(article);
    } catch (error) {
      leftOut.push({ file, reason: reasonOf(error) });
    }
  }
  return { articles, leftOut };
}

/** Paths of the .md and .txt files below a folder, sorted by code unit so that every machine agrees. */
async function articleFiles(folder: string): Promise<string[]> {
  let entries: string[];
  try {
    entries = await readdir(folder, { recursive: true });
  } catch (error) {
    throw new VerbatimError(
      `The articles folder ${folder} cannot be read: ${reasonOf(error)}; create it, or name another with --articles.`,
      { cause: error },
    );
  }
  return entries
    .map((entry) => entry.split(path.sep).join('/'))
    .filter((entry) => /\.(?:md|txt)$/i.test(entry) && !entry.split('/').some((part) => part.startsWith('.')))
    .sort((a, b) => (a < b ? -1 : 1));
}

/**
 * Reads one article.
 * @param file its path below `folder`, with forward slashes
 * @throws VerbatimError with the reason, as the end of a sentence that names the file
 */
export async function readArticle(folder: string, file: string): Promise<Article> {
  return parseArticle(await readBytes(folder, file), file);
}

/** Reads a file of the articles folder as it is; see readArticle. */
export async function readBytes(folder: string, file: string): Promise<Uint8Array> {
  const target = path.join(folder, file);
  const inside = path.relative(await realpath(folder), await realpath(target));
  if (inside.startsWith('..') || path.isAbsolute(inside))
    throw new VerbatimError('it is a link out of the folder');
  const { size } = await stat(target);
  if (size > MAX_BYTES) {
    throw new VerbatimError(`it is larger than ${MAX_BYTES / 1e6} MB (${(size / 1e6).toFixed(1)} MB)`);
  }
  return readFile(target);
}

/**
 * Makes an article of a file's bytes.
 * @throws VerbatimError with the reason why it is not one
 */
export function parseArticle(bytes: Uint8Array, file: string): Article {
  if (bytes.length === 0) throw new VerbatimError('it is empty');
  const text = decode(bytes);
  const { fields, bodyStart } = readFrontMatter(text);
  const prose = findProse(text, bodyStart, file, fields.title);
  if (prose.paragraphs.length === 0) throw new VerbatimError('it has no paragraph of prose');
  return {
    file,
    title: fields.title ?? prose.title,
    publisher: fields.publisher ?? prose.publisher,
    author: fields.author,
    published: fields.published ?? prose.published,
    url: fields.url,
    language: fields.language,
    text,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    paragraphs: prose.paragraphs,
  };
}

/** Decodes UTF-8, keeping a byte-order mark, so that offsets count it. */
export function decode(bytes: Uint8Array): string {
  if (bytes.includes(0)) throw new VerbatimError('it is binary or not UTF-8: save it as UTF-8 text');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new VerbatimError('it is not valid UTF-8: save it as UTF-8 text');
  }
}
