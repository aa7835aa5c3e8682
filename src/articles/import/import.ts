/** The way from something an operator names to an article in the folder. */
import { existsSync } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { reasonOf, UsageError, VerbatimError } from '../../errors.ts';
import type { Progress } from '../../index/build.ts';
import type { Article } from '../../values.ts';
import { parseArticle, readArticles } from '../read.ts';
import { Collection } from './collection.ts';
import { decodeText } from './decode.ts';
import type { Draft, Known } from './draft.ts';
import { type FeedEntry, MAX_ENTRIES, readFeed } from './feed.ts';
import { type ContentType, type FetchOptions, fetchPage, MAX_BYTES, sniff } from './fetch.ts';
import { readHtml, wordCount } from './html.ts';
import { readPdf } from './pdf.ts';
import { readText } from './text.ts';
import { articleFile, fileStem, removeUnfinished, replaceFile, writeNew } from './write.ts';

export interface AddOptions extends FetchOptions {
  /** Replace an article that is there already. */
  update?: boolean;
  /** Replace it even where more than half of its text would be lost. */
  force?: boolean;
  /** Do everything but write. */
  dryRun?: boolean;
  /** What an operator states in place of the page. */
  stated?: Pick<Known, 'title' | 'publisher' | 'published' | 'url'>;
  /** The day of fetching, YYYY-MM-DD. */
  today?: string;
}

/** An article that was taken. `unchanged`: it is in the folder already, and the same in all that matters. */
export interface Taken {
  status: 'added' | 'replaced' | 'unchanged';
  /** As the index will read it. */
  article: Article;
  leftOut: string[];
  notes: string[];
}

/** One that is in the folder already, as `file`, by its canonical address or its text. */
export interface AlreadyThere {
  status: 'known';
  file: string;
  by: 'address' | 'text';
}

/** One that was not taken; the reason is the end of a sentence that names the source. */
export interface Refused {
  status: 'refused';
  reason: string;
}

/** What became of one source. `named`: the operator named it; else a folder or feed did. */
export type Outcome = { source: string; named: boolean } & (Taken | AlreadyThere | Refused);

interface Source {
  /** An address or a path. */
  name: string;
  isAddress: boolean;
  /** Whether the operator named it, or a folder or feed did. */
  named: boolean;
  known: Known;
}

interface Content {
  bytes: Buffer;
  type: ContentType;
  /** Where it comes from; null for a file. */
  address: string | null;
  charset: string | null;
  language: string | null;
}

const TEXT_ENDINGS = /\.(?:md|markdown|txt)$/i;
const FOLDER_ENDINGS = /\.(?:html?|xhtml|pdf|md|markdown|txt)$/i;

/**
 * Adds articles to the folder: each of web addresses, files, folders and feeds. Yields what became of each, in
 * order; one that cannot be added does not keep the others from it.
 * @throws UsageError when a title or an address is stated for more than one article
 * @throws VerbatimError when the folder cannot be read
 */
export async function* addArticles(
  names: readonly string[],
  folder: string,
  options: AddOptions = {},
  onProgress: (progress: Progress) => void = () => {},
): AsyncGenerator<Outcome> {
  const collection = new Collection(existsSync(folder) ? (await readArticles(folder)).articles : []);
  if (existsSync(folder) && !options.dryRun) await removeUnfinished(folder);
  checkSingle(names.length, options);

  const queue: Source[] = names.map((name) => ({
    name,
    isAddress: /^[a-z][a-z0-9+.-]+:/i.test(name) && !existsSync(name),
    named: true,
    known: {},
  }));
  for (let done = 0; done < queue.length; done++) {
    onProgress({ done, total: queue.length });
    const source = queue[done] as Source;
    const { name, named } = source;
    try {
      if (!source.isAddress && (await isFolder(name))) {
        queue.splice(done + 1, 0, ...enqueue(await filesOf(name), false, options));
        continue;
      }
      const twin = source.named || options.update ? null : knownAddress(source, collection);
      if (twin !== null) {
        yield { source: name, named, status: 'known', file: twin.file, by: 'address' };
        continue;
      }
      const content = source.isAddress ? await fetched(name, options) : await readLocal(name);
      if (content.type === 'feed') {
        if (!named) throw new VerbatimError('it is a feed inside a feed or folder; name it by itself');
        const { entries, passedOver } = readFeed(decode(content).text, content.address);
        queue.splice(done + 1, 0, ...enqueue(entries, true, options));
        if (passedOver > 0) {
          const reason = `${passedOver} of its entries ${passedOver === 1 ? 'was' : 'were'} passed over, without an address or behind the first ${MAX_ENTRIES}`;
          yield { source: name, named: false, status: 'refused', reason };
        }
        continue;
      }
      const draft = await draftOf(content, source, options);
      yield { source: name, named, ...(await place(draft, folder, collection, options)) };
    } catch (error) {
      if (error instanceof UsageError || !isForPeople(error)) throw error;
      yield { source: name, named, status: 'refused', reason: reasonOf(error) };
    }
  }
  onProgress({ done: queue.length, total: queue.length });
}

function checkSingle(count: number, { stated }: AddOptions): void {
  if (count <= 1) return;
  for (const name of ['title', 'url'] as const) {
    if (stated?.[name] !== undefined)
      throw new UsageError(`--${name} can be given for one article only, not for ${count}.`);
  }
}

function enqueue(found: readonly (string | FeedEntry)[], isAddress: boolean, options: AddOptions): Source[] {
  checkSingle(found.length, options);
  return found.map((entry) =>
    typeof entry === 'string'
      ? { name: entry, isAddress, named: false, known: {} }
      : { name: entry.address, isAddress, named: false, known: entry.known },
  );
}

/** An entry of a feed that is in the folder already need not be fetched to see that. */
function knownAddress({ name, isAddress }: Source, collection: Collection): Article | null {
  return isAddress ? collection.atAddress(name) : null;
}

async function isFolder(name: string): Promise<boolean> {
  return stat(name).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** The files of a folder that can hold articles, without the parts of saved pages and links out of it. */
async function filesOf(folder: string): Promise<string[]> {
  const root = await realpath(folder);
  const files: string[] = [];
  for (const entry of (await readdir(folder, { recursive: true })).sort()) {
    const parts = entry.split(path.sep);
    // Browsers save the frames and scripts of "page.html" to "page_files".
    if (parts.some((part) => part.startsWith('.') || /_files$/.test(part))) continue;
    if (!FOLDER_ENDINGS.test(entry)) continue;
    const file = path.join(folder, entry);
    const target = await realpath(file).catch(() => null);
    if (target !== null && !path.relative(root, target).startsWith('..')) files.push(file);
  }
  if (files.length === 0) throw new VerbatimError('the folder holds no .html, .pdf, .md or .txt file');
  return files;
}

async function fetched(address: string, options: AddOptions): Promise<Content> {
  const { url, ...content } = await fetchPage(address, options);
  url.hash = '';
  return { ...content, address: url.href };
}

async function readLocal(file: string): Promise<Content> {
  let found: Awaited<ReturnType<typeof stat>>;
  try {
    found = await stat(file);
  } catch (error) {
    const hint =
      /^(?:www\.)?[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+(?:\/|$)/u.test(file) && !FOLDER_ENDINGS.test(file);
    throw new VerbatimError(`${reasonOf(error)}${hint ? '; write https:// in front of a web address' : ''}`, {
      cause: error,
    });
  }
  if (!found.isFile()) throw new VerbatimError('it is not a file');
  if (found.size > MAX_BYTES) throw new VerbatimError(`it is larger than ${MAX_BYTES / 1e6} MB`);
  if (found.size === 0) throw new VerbatimError('it is empty');
  const bytes = await readFile(file);
  const type = TEXT_ENDINGS.test(file) ? 'text' : sniff(bytes, /\.x?html?$/i.test(file) ? 'html' : undefined);
  if (type === null) throw new VerbatimError('it is not a page (html), text, PDF file or feed');
  return { bytes, type, address: null, charset: null, language: null };
}

function decode({ bytes, charset }: Content): { text: string; undecoded: number } {
  return decodeText(bytes, charset);
}

/** Makes a draft of content: what it states, else what led to it states, and above all what the operator states. */
async function draftOf(content: Content, source: Source, options: AddOptions): Promise<Draft> {
  const { address } = content;
  let draft: Draft;
  if (content.type === 'pdf') {
    const { text, known, leftOut } = await readPdf(content.bytes);
    draft = readText(text, '', { ...known, url: address });
    draft.title = known.title ?? draft.title;
    draft.leftOut.push(...leftOut);
  } else {
    const { text, undecoded } = decode(content);
    draft =
      content.type === 'html'
        ? readHtml(text, address, content.language)
        : readText(text, path.basename(source.name), { url: address });
    if (undecoded > 0) draft.notes.push(`${undecoded} characters could not be decoded and stand as \ufffd`);
  }
  const { title, publisher, published, url } = options.stated ?? {};
  return {
    ...draft,
    title: title ?? draft.title ?? source.known.title ?? null,
    publisher: publisher ?? draft.publisher,
    published: published ?? draft.published ?? source.known.published ?? null,
    url: url ?? draft.url ?? address,
    retrieved: address === null ? null : (options.today ?? new Date().toISOString().slice(0, 10)),
  };
}

/** Writes a draft, unless it is there already. */
async function place(
  draft: Draft,
  folder: string,
  collection: Collection,
  options: AddOptions,
): Promise<Taken | AlreadyThere> {
  const { leftOut, notes } = draft;
  const stem = fileStem(draft.published, draft.title ?? firstWords(draft.body));
  const article = parsed(draft, `${stem}.md`);
  const twin = collection.twinOf(article);
  if (twin === null) {
    if (existsSync(path.join(folder, article.file)))
      notes.push(`${article.file} has the same date and title; npm run remove takes away the one not wanted`);
    const file = options.dryRun ? article.file : await writeNew(folder, stem, articleFile(draft));
    const added = { ...article, file };
    collection.add(added);
    return { status: 'added', article: added, leftOut, notes };
  }
  const old = twin.article;
  if (!options.update) return { status: 'known', file: old.file, by: twin.by };

  // What the file states and the page does not may have been stated by the operator: it stays.
  const merged: Draft = {
    ...draft,
    title: draft.title ?? old.title,
    publisher: draft.publisher ?? old.publisher,
    author: draft.author ?? old.author,
    published: draft.published ?? old.published,
    url: draft.url ?? old.url,
    language: draft.language ?? old.language,
  };
  const updated = parsed(merged, old.file);
  if (sameContent(updated, old)) return { status: 'unchanged', article: old, leftOut, notes };
  const [before, after] = [wordsOf(old), wordsOf(updated)];
  if (after * 2 < before && !options.force) {
    throw new VerbatimError(
      `it would leave ${after} of the ${before} words of ${old.file}; look at the page, and add --force if that is right`,
    );
  }
  if (!options.dryRun) await replaceFile(folder, old.file, articleFile(merged));
  collection.add(updated);
  return { status: 'replaced', article: updated, leftOut, notes };
}

/** The article as the index will read it. */
function parsed(draft: Draft, file: string): Article {
  return parseArticle(Buffer.from(articleFile(draft)), file);
}

function firstWords(body: string): string {
  return body.replace(/^#+\s+/, '').slice(0, 200);
}

function sameContent(a: Article, b: Article): boolean {
  const content = ({ title, publisher, author, published, url, language, text, paragraphs }: Article) =>
    JSON.stringify([
      [title, publisher, author, published, url, language],
      paragraphs.map(({ start, end }) => text.slice(start, end)),
    ]);
  return content(a) === content(b);
}

/** Words of an article's prose. */
export function wordsOf({ text, paragraphs }: Article): number {
  return paragraphs.reduce((sum, { start, end }) => sum + wordCount(text.slice(start, end)), 0);
}

/** Errors of the file system are as much for people as our own; anything else is a defect. */
function isForPeople(error: unknown): boolean {
  return error instanceof VerbatimError || typeof (error as NodeJS.ErrnoException).code === 'string';
}
