/** Reads the folder of articles. What cannot be read is reported with the reason; the rest goes on. */
import { createHash } from 'node:crypto';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf, VerbatimError } from '../errors.ts';
import type { Article, ArticleMeta } from '../values.ts';
import { findProse } from './clean.ts';
import { readFrontMatter } from './front-matter.ts';

/** A file that is not an article that can be answered from, and why. */
export interface LeftOut {
  file: string;
  reason: string;
}

/** A news article of this size has a million words; a larger file is something else. */
export const MAX_BYTES = 5_000_000;

/** An article that was read before, which need not be read anew while the file's bytes are the same. */
export type KnownArticle = (file: string, sha256: string) => Article | undefined;

/**
 * Reads every .md and .txt file below a folder, in the order of their paths.
 * @param known gives back an article that was made of the same bytes before
 * @throws VerbatimError when the folder cannot be read, or a file is written to meanwhile
 */
export async function readArticles(
  folder: string,
  known: KnownArticle = () => undefined,
): Promise<{ articles: Article[]; leftOut: LeftOut[] }> {
  const articles: Article[] = [];
  const { files, leftOut } = await articleFiles(folder);
  const byHash = new Map<string, string>();
  for (const file of files) {
    try {
      const article = await readArticle(folder, file, known);
      const twin = byHash.get(article.sha256);
      if (twin !== undefined) throw new VerbatimError(`it is the same as ${twin}`);
      byHash.set(article.sha256, file);
      articles.push(article);
    } catch (error) {
      if (error instanceof BeingWrittenError) throw error;
      leftOut.push({ file, reason: reasonOf(error) });
    }
  }
  return { articles, leftOut: leftOut.sort((a, b) => (a.file < b.file ? -1 : 1)) };
}

/** A file changed while it was read: half of an article must not pass for the whole. */
export class BeingWrittenError extends VerbatimError {}

/**
 * Paths of the .md and .txt files below a folder, sorted by code unit so that every machine agrees. Links to
 * folders are not followed: they may lead out of the folder, or in circles.
 */
async function articleFiles(folder: string): Promise<{ files: string[]; leftOut: LeftOut[] }> {
  const files: string[] = [];
  const leftOut: LeftOut[] = [];
  const walk = async (below: string): Promise<void> => {
    for (const entry of await readdir(path.join(folder, below), { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      const file = below + entry.name;
      const target = entry.isSymbolicLink() ? await stat(path.join(folder, file)).catch(() => null) : null;
      if (target?.isDirectory()) {
        leftOut.push({ file, reason: 'it is a link to a folder: only real folders are read' });
      } else if (entry.isDirectory()) {
        await walk(`${file}/`).catch((error) => leftOut.push({ file, reason: reasonOf(error) }));
      } else if (/\.(?:md|txt)$/i.test(entry.name)) {
        files.push(file);
      }
    }
  };
  await walk('').catch((error) => {
    throw new VerbatimError(
      `The articles folder ${folder} cannot be read: ${reasonOf(error)}; create it, or name another with --articles.`,
      { cause: error },
    );
  });
  return { files: files.sort((a, b) => (a < b ? -1 : 1)), leftOut };
}

/**
 * Reads one article.
 * @param file its path below `folder`, with forward slashes
 * @param known gives back an article that was made of the same bytes before
 * @throws VerbatimError with the reason, as the end of a sentence that names the file
 */
export async function readArticle(
  folder: string,
  file: string,
  known: KnownArticle = () => undefined,
): Promise<Article> {
  const bytes = await readBytes(folder, file);
  return known(file, sha256Of(bytes)) ?? parseArticle(bytes, file);
}

/** Reads a file of the articles folder as it is; see readArticle. */
export async function readBytes(folder: string, file: string): Promise<Buffer> {
  const target = path.join(folder, file);
  const real = await realpath(target).catch((error) => {
    // Node puts U+FFFD where a name is not UTF-8, and the name that results is no file's.
    if (file.includes('\ufffd')) throw new VerbatimError('its name is not valid UTF-8: rename it');
    throw error;
  });
  const inside = path.relative(await realpath(folder), real);
  if (inside.startsWith('..') || path.isAbsolute(inside))
    throw new VerbatimError('it is a link out of the folder');
  return await readWhole(target, file);
}

/** How often a file that changes under the reading is read again, and after how long. */
const ATTEMPTS = 5;
const PAUSE_MS = 100;

/** The bytes of a file that nobody wrote to while it was read. */
async function readWhole(target: string, file: string): Promise<Buffer> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    // Opening a pipe would wait for whoever writes to it.
    if (!(await stat(target)).isFile()) throw new VerbatimError('it is not a file');
    const handle = await open(target, 'r');
    try {
      const before = await handle.stat({ bigint: true });
      if (before.size > MAX_BYTES) {
        throw new VerbatimError(
          `it is larger than ${MAX_BYTES / 1e6} MB (${(Number(before.size) / 1e6).toFixed(1)} MB)`,
        );
      }
      const bytes = await handle.readFile();
      const after = await handle.stat({ bigint: true });
      // Compared for being the same, never for being later: the clock may have been set back.
      if (
        after.mtimeNs === before.mtimeNs &&
        after.size === before.size &&
        bytes.length === Number(after.size)
      )
        return bytes;
    } finally {
      await handle.close();
    }
    await sleep(PAUSE_MS);
  }
  throw new BeingWrittenError(
    `The article ${file} is being written while it is read: run npm run index again when that is done.`,
  );
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
    sha256: sha256Of(bytes),
    paragraphs: prose.paragraphs,
  };
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What is shown of an article, without its text. */
export function metaOf(article: ArticleMeta): ArticleMeta {
  const { file, title, publisher, author, published, url, language } = article;
  return { file, title, publisher, author, published, url, language };
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
