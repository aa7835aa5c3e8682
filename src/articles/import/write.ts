/** Writes an article's file, so that a crash at any moment leaves the file as it was or as it is to be. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { stringify } from 'yaml';
import { reasonOf, VerbatimError } from '../../errors.ts';
import type { Draft } from './draft.ts';

/** Begins with a dot, so that whoever reads the folder passes it over; holds the id of the process that writes. */
const UNFINISHED = /^\.adding-(\d+)-[0-9a-f]+$/;
/** File systems take 255 bytes for a name; the date, a number and the ending need some. */
const MAX_SLUG_BYTES = 120;
const MAX_SLUG_WORDS = 10;

/** The content of an article's file: front matter that holds what is known, then the text. */
export function articleFile(draft: Draft): string {
  const { title, publisher, author, published, url, language, retrieved } = draft;
  const known = Object.entries({ title, publisher, author, published, url, language, retrieved }).filter(
    ([, value]) => value !== null,
  );
  const head = stringify(Object.fromEntries(known), { lineWidth: 0, blockQuote: false });
  return `---\n${known.length === 0 ? '' : head}---\n\n${draft.body.trim()}\n`;
}

/** The name of an article's file without its ending: its date, or "undated", and the first words of its title. */
export function fileStem(published: string | null, title: string): string {
  let slug = '';
  const words = title
    .normalize('NFKD')
    // Accents of Latin letters; marks of other scripts are part of their words.
    .replace(/(\p{sc=Latn})\p{M}+/gu, '$1')
    .normalize('NFC')
    .toLowerCase()
    .replace(/['’]/g, '')
    .match(/[\p{L}\p{M}\p{N}]+/gu);
  for (const word of (words ?? []).slice(0, MAX_SLUG_WORDS)) {
    const longer = slug === '' ? word : `${slug}-${word}`;
    if (Buffer.byteLength(longer) > MAX_SLUG_BYTES) break;
    slug = longer;
  }
  return `${published ?? 'undated'}-${slug === '' ? 'article' : slug}`;
}

/**
 * Writes a new file; where the name is taken, with a number behind it.
 * @returns the file's name
 * @throws VerbatimError when it cannot be written; the folder is then as it was
 */
export async function writeNew(folder: string, stem: string, content: string): Promise<string> {
  return guarded(folder, async (unfinished) => {
    await writeDurably(unfinished, content);
    for (let number = 1; ; number++) {
      const name = `${stem}${number === 1 ? '' : `-${number}`}.md`;
      if (await placed(unfinished, path.join(folder, name))) return name;
    }
  });
}

/**
 * Replaces a file of the folder.
 * @throws VerbatimError when it cannot be written; the file is then as it was
 */
export async function replaceFile(folder: string, file: string, content: string): Promise<void> {
  await guarded(folder, async (unfinished) => {
    await writeDurably(unfinished, content);
    await rename(unfinished, path.join(folder, file));
  });
}

/** Removes a file of the folder. */
export async function removeFile(folder: string, file: string): Promise<void> {
  try {
    await rm(path.join(folder, file));
    await syncFolder(path.dirname(path.join(folder, file)));
  } catch (error) {
    throw new VerbatimError(`${file} could not be removed: ${reasonOf(error)}.`, { cause: error });
  }
}

/** Removes what processes that were killed while writing left behind. */
export async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = UNFINISHED.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(path.join(folder, name), { force: true });
  }
}

async function guarded<T>(folder: string, write: (unfinished: string) => Promise<T>): Promise<T> {
  const unfinished = path.join(folder, `.adding-${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    await mkdir(folder, { recursive: true });
    const result = await write(unfinished);
    await syncFolder(folder);
    return result;
  } catch (error) {
    throw new VerbatimError(`it could not be written to ${folder}: ${reasonOf(error)}`, { cause: error });
  } finally {
    await rm(unfinished, { force: true }).catch(() => {});
  }
}

/** Gives a file its name, unless that is taken. Unlike renaming, linking never replaces what has just been written. */
async function placed(unfinished: string, target: string): Promise<boolean> {
  try {
    await link(unfinished, target);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
  }
  // The file system has no links.
  if (existsSync(target)) return false;
  await rename(unfinished, target);
  return true;
}

async function writeDurably(file: string, content: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(content, 'utf8');
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes sure that the names in a folder are on the disk. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
