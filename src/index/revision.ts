/**
 * A revision of the index on disk: written beside the one in use, verified, and put in its place in one step.
 *
 *     data/index/current                 the name of the revision in use
 *     data/index/<revision>/manifest.json  format, model, counts, and size and sha256 of every other file
 *                           articles.jsonl  an article a line: metadata, text, paragraphs, passages, sentences, voices
 *                           passages.hnsw, sentences.hnsw   vectors, in the order of articles.jsonl; a passage of one
 *                                           sentence has one vector, in passages.hnsw
 *                           terms.txt, postings.bin         the lexical index
 *     data/index/building-…              what a run is at work on, and its claim (claim.ts)
 *
 * A reader holds all of a revision in memory, so it needs the files only while it loads them, and one that is
 * overtaken there by a newer revision begins again with that. Nobody need register as a reader, therefore, and
 * an old revision is removed as soon as another is current.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { metaOf } from '../articles/read.ts';
import { reasonOf, VerbatimError } from '../errors.ts';
import { ARTICLE_VOICE } from '../passages/voices.ts';
import type { Article, Passage, Sentence, Span, Voice } from '../values.ts';
import { LexicalIndex } from './lexical.ts';
import type { Hit, IndexedArticle, PassageIndex, StoredPassage } from './store.ts';
import { VectorIndex } from './vectors.ts';

/** Raised whenever a file's content or the way it is made changes: an older index is then built anew. */
const FORMAT = 3;

const REMEDY = 'run npm run index to build it anew';
const FILES = ['articles.jsonl', 'passages.hnsw', 'sentences.hnsw', 'terms.txt', 'postings.bin'] as const;

const Manifest = z.object({
  format: z.literal(FORMAT),
  revision: z.string().regex(/^[0-9a-f]{16}$/),
  builtAt: z.iso.datetime(),
  model: z.string(),
  dimension: z.int().positive(),
  space: z.literal('ip'),
  counts: z.object({
    articles: z.int().positive(),
    passages: z.int().positive(),
    sentences: z.int().positive(),
  }),
  /** Where the articles were, and the code that cut them; no part of what the revision's name stands for. */
  articlesFolder: z.string(),
  code: z.string(),
  files: z.record(z.enum(FILES), z.object({ bytes: z.int(), sha256: z.string() })),
});
export type Manifest = z.infer<typeof Manifest>;

/** The manifest as it stands in its file: with a checksum over itself, so that no byte of it can be another. */
function serialize(manifest: Manifest): string {
  return `${JSON.stringify({ ...manifest, sha256: sha256(JSON.stringify(manifest)) }, null, 2)}\n`;
}

/** The name of a revision stands for what is in its files and how they came to be. */
function nameOf({ format, model, dimension, files }: Omit<Manifest, 'revision'>): string {
  const identity = JSON.stringify([format, model, dimension, FILES.map((name) => files[name]?.sha256)]);
  return sha256(identity).slice(0, 16);
}

/** Everything a revision is made of. */
export interface RevisionContent {
  model: string;
  /** The folder that the articles were read from, as an absolute path. */
  articlesFolder: string;
  /** Names the code that read and cut them. */
  code: string;
  articles: readonly Article[];
  /** In the order of the articles; `passage.article` indexes them. */
  passages: readonly Passage[];
  passageVectors: VectorIndex;
  /** One for each sentence of each passage that has several, in order. */
  sentenceVectors: VectorIndex;
  lexical: LexicalIndex;
}

/** A line of articles.jsonl. Spans are pairs to keep the file short. */
export interface ArticleRow extends Omit<Article, 'paragraphs'> {
  paragraphs: [number, number][];
  passages: { paragraph: number; sentences: [number, number][]; voices: VoiceRow[] }[];
}

/** A voice on disk: spans of speaker, cue and outlet, in that order; null for the article's own voice. */
type VoiceRow = ['quoted' | 'reported', ...(readonly [number, number] | null)[]] | null;

/**
 * Writes a revision and makes it the current one. The revision in use until then is whole at every moment.
 * @param claim the folder of the run's claim on the index folder (claim.ts)
 * @returns the manifest
 * @throws VerbatimError when it cannot be written; what was there before stays
 */
export async function writeRevision(
  folder: string,
  claim: string,
  content: RevisionContent,
  now: Date,
): Promise<Manifest> {
  const building = path.join(claim, 'revision');
  try {
    await mkdir(building);
    await writeFiles(building, content);
    const described = await Promise.all(
      FILES.map(async (name) => {
        const file = path.join(building, name);
        await sync(file);
        return [name, { bytes: (await stat(file)).size, sha256: await sha256OfFile(file) }] as const;
      }),
    );
    const { dimension } = content.passageVectors;
    const unnamed = {
      format: FORMAT,
      builtAt: now.toISOString(),
      model: content.model,
      dimension,
      space: 'ip' as const,
      counts: {
        articles: content.articles.length,
        passages: content.passages.length,
        sentences: content.passages.reduce((sum, { sentences }) => sum + sentences.length, 0),
      },
      articlesFolder: content.articlesFolder,
      code: content.code,
      files: Object.fromEntries(described) as Manifest['files'],
    } satisfies Omit<Manifest, 'revision'>;
    const manifest: Manifest = { ...unnamed, revision: nameOf(unnamed) };
    await writeDurably(path.join(building, 'manifest.json'), serialize(manifest));
    // hnswlib says nothing when the disk is full: what was written is loaded once before it is used.
    await loadVerified(building, manifest).catch(async (error) => {
      throw (await isFull(folder)) ? new VerbatimError('the disk is full', { cause: error }) : error;
    });
    await sync(building);
    await moveIntoPlace(folder, claim, manifest);
    await removeOthers(folder, manifest.revision);
    return manifest;
  } catch (error) {
    throw new VerbatimError(
      `The index could not be written to ${folder}: ${reasonOf(error)}; the previous one, if any, is still in use.`,
      { cause: error },
    );
  }
}

/** Whether there is no room left where a folder is. */
async function isFull(folder: string): Promise<boolean> {
  return await statfs(folder).then(
    ({ bavail }) => Number(bavail) === 0,
    () => false,
  );
}

/** Bytes of a revision on the disk. */
export function sizeOf({ files }: Manifest): number {
  return FILES.reduce((sum, name) => sum + (files[name]?.bytes ?? 0), 0);
}

/** Articles with their passages as the lines of articles.jsonl. */
export function rowsOf(articles: readonly Article[], passages: readonly Passage[]): ArticleRow[] {
  // Field by field, in this order: the same article gives the same bytes, read anew or taken from a revision.
  const rows = articles.map(
    (article): ArticleRow => ({
      ...metaOf(article),
      text: article.text,
      sha256: article.sha256,
      paragraphs: article.paragraphs.map(pair),
      passages: [],
    }),
  );
  for (const { article, paragraph, sentences } of passages) {
    rows[article]?.passages.push({
      paragraph,
      sentences: sentences.map(pair),
      voices: sentences.map(({ voice }) => voiceRow(voice)),
    });
  }
  return rows;
}

async function writeFiles(folder: string, content: RevisionContent): Promise<void> {
  const rows = rowsOf(content.articles, content.passages);
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
  const handle = await open(path.join(folder, 'articles.jsonl'), 'w');
  try {
    for (const line of lines) await handle.write(line);
  } finally {
    await handle.close();
  }
  content.passageVectors.save(path.join(folder, 'passages.hnsw'));
  content.sentenceVectors.save(path.join(folder, 'sentences.hnsw'));
  const { terms, postings } = content.lexical.serialize();
  await writeDurably(path.join(folder, 'terms.txt'), terms);
  await writeDurably(path.join(folder, 'postings.bin'), postings);
}

async function moveIntoPlace(folder: string, claim: string, manifest: Manifest): Promise<void> {
  const building = path.join(claim, 'revision');
  const target = path.join(folder, manifest.revision);
  if (await isWhole(target, manifest)) {
    // The same content is there already and may be in use: only what is said about it is new.
    await rename(path.join(building, 'manifest.json'), path.join(target, 'manifest.json'));
  } else {
    await rm(target, { recursive: true, force: true });
    await rename(building, target);
  }
  await sync(folder);
  await writeDurably(path.join(claim, 'current'), `${manifest.revision}\n`);
  await rename(path.join(claim, 'current'), path.join(folder, 'current'));
  await sync(folder);
}

async function isWhole(revision: string, manifest: Manifest): Promise<boolean> {
  try {
    await verify(revision, manifest);
    return true;
  } catch {
    return false;
  }
}

/** Removes every revision but one: those that were replaced, and those of runs that were killed. */
export async function removeOthers(folder: string, revision: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    if (/^[0-9a-f]{16}$/.test(entry) && entry !== revision) {
      // A revision that cannot be removed is no reason not to use the new one; the next run tries again.
      await rm(path.join(folder, entry), { recursive: true, force: true }).catch(() => {});
    }
  }
}

/** Whether a folder holds an index at all, whole or not. */
export function hasIndex(folder: string): boolean {
  return existsSync(path.join(folder, 'current'));
}

/**
 * Loads the current revision, verifying every file.
 * @param model the fingerprint that the index must have been built with
 * @throws VerbatimError with the remedy when it is missing, damaged, of another format or another model
 */
export async function openIndex(folder: string, model: string): Promise<LoadedIndex> {
  if (!hasIndex(folder)) throw new VerbatimError(`There is no index at ${folder}: run npm run index.`);
  for (let attempt = 1; ; attempt++) {
    const current = await readCurrent(folder);
    try {
      const name = /^([0-9a-f]{16})\n$/.exec(current)?.[1];
      if (name === undefined) throw new VerbatimError('its file "current" does not name a revision');
      const manifest = await readManifest(path.join(folder, name));
      if (manifest.revision !== name) throw new VerbatimError('its manifest is that of another revision');
      if (manifest.model !== model) {
        throw new OtherModelError(
          `The index at ${folder} was built with the embedding model ${manifest.model.split('|')[0]}, not ${model.split('|')[0]}, or with other settings of it: ${REMEDY}.`,
        );
      }
      return await loadRevision(path.join(folder, name), manifest);
    } catch (error) {
      if (error instanceof OtherModelError) throw error;
      // A build may have replaced the revision between reading its name and reading its files.
      if (attempt < 5 && (await readCurrent(folder)) !== current) continue;
      throw new VerbatimError(`The index at ${folder} cannot be used (${reasonOf(error)}): ${REMEDY}.`, {
        cause: error,
      });
    }
  }
}

class OtherModelError extends VerbatimError {}

async function readCurrent(folder: string): Promise<string> {
  return await readFile(path.join(folder, 'current'), 'utf8').catch(() => '');
}

async function readManifest(folder: string): Promise<Manifest> {
  const raw = await readFile(path.join(folder, 'manifest.json'), 'utf8').catch((error) => {
    throw new VerbatimError('its manifest is missing', { cause: error });
  });
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch (error) {
    throw new VerbatimError('its manifest is damaged', { cause: error });
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format !== FORMAT) {
    throw new VerbatimError(`it has format ${format}, this version of Verbatim reads format ${FORMAT}`);
  }
  const result = Manifest.safeParse(value);
  if (!result.success) throw new VerbatimError('its manifest is damaged', { cause: result.error });
  const { sha256: _, ...manifest } = value as Manifest & { sha256: unknown };
  if (raw !== serialize(manifest) || manifest.revision !== nameOf(manifest))
    throw new VerbatimError('its manifest does not match its checksum');
  return manifest;
}

/** @throws VerbatimError where a file is not the one that the manifest names */
async function verify(folder: string, { files }: Manifest): Promise<void> {
  await Promise.all(
    FILES.map(async (name) => {
      const file = path.join(folder, name);
      const found = await stat(file).catch(() => null);
      if (found === null) throw new VerbatimError(`${name} is missing`);
      if (found.size !== files[name]?.bytes || (await sha256OfFile(file)) !== files[name]?.sha256)
        throw new VerbatimError(`${name} does not match its checksum`);
    }),
  );
}

async function loadRevision(folder: string, manifest: Manifest): Promise<LoadedIndex> {
  await verify(folder, manifest);
  return await loadVerified(folder, manifest);
}

/** Loads a revision whose files are what the manifest names. */
async function loadVerified(folder: string, manifest: Manifest): Promise<LoadedIndex> {
  const rows = (await readFile(path.join(folder, 'articles.jsonl'), 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ArticleRow);
  const { dimension, counts } = manifest;
  const sentenceVectors = rows
    .flatMap(({ passages }) => passages)
    .reduce((sum, { sentences }) => sum + (sentences.length > 1 ? sentences.length : 0), 0);
  const index = new LoadedIndex(
    manifest,
    rows,
    await VectorIndex.load(path.join(folder, 'passages.hnsw'), dimension, counts.passages),
    await VectorIndex.load(path.join(folder, 'sentences.hnsw'), dimension, sentenceVectors),
    LexicalIndex.deserialize(
      await readFile(path.join(folder, 'terms.txt'), 'utf8'),
      await readFile(path.join(folder, 'postings.bin')),
    ),
  );
  if (rows.length !== counts.articles || index.passageCount !== counts.passages) {
    throw new VerbatimError('articles.jsonl holds another number of passages than the manifest says');
  }
  return index;
}

/** A revision in memory. */
export class LoadedIndex implements PassageIndex {
  readonly manifest: Manifest;
  readonly articles: readonly IndexedArticle[];
  readonly #passages: Passage[] = [];
  /** Number of the first passage of each article. */
  readonly #firstPassage: number[] = [];
  /** Number of the first sentence vector of each passage that has some, and at the end the number of them. */
  readonly #firstSentence: number[] = [0];
  /** The passage of each sentence vector. */
  readonly #passageOfSentence: number[] = [];
  readonly #passageVectors: VectorIndex;
  readonly #sentenceVectors: VectorIndex;
  readonly #lexical: LexicalIndex;

  constructor(
    manifest: Manifest,
    rows: readonly ArticleRow[],
    passageVectors: VectorIndex,
    sentenceVectors: VectorIndex,
    lexical: LexicalIndex,
  ) {
    this.manifest = manifest;
    this.#passageVectors = passageVectors;
    this.#sentenceVectors = sentenceVectors;
    this.#lexical = lexical;
    this.articles = rows.map(({ paragraphs, passages, ...article }, a) => {
      let sentences = 0;
      this.#firstPassage.push(this.#passages.length);
      for (const row of passages) {
        const spans = row.sentences.map(
          ([start, end], i): Sentence => ({
            start,
            end,
            voice: readVoice(row.voices[i] ?? null, article.text),
          }),
        );
        const [first, last] = [spans[0], spans.at(-1)];
        if (!first || !last) throw new VerbatimError('articles.jsonl holds a passage without sentences');
        if (spans.length > 1) for (const _ of spans) this.#passageOfSentence.push(this.#passages.length);
        this.#passages.push({
          article: a,
          paragraph: row.paragraph,
          start: first.start,
          end: last.end,
          sentences: spans,
        });
        this.#firstSentence.push(this.#passageOfSentence.length);
        sentences += spans.length;
      }
      return {
        ...article,
        paragraphs: paragraphs.map(([start, end]) => ({ start, end })),
        passages: passages.length,
        sentences,
      };
    });
  }

  get revision(): string {
    return this.manifest.revision;
  }

  get builtAt(): string {
    return this.manifest.builtAt;
  }

  get passageCount(): number {
    return this.#passages.length;
  }

  get meanLength(): number {
    return this.#lexical.meanLength;
  }

  async densePassages(vector: Float32Array, k: number): Promise<Hit[]> {
    return this.#passageVectors.search(vector, k);
  }

  async denseSentences(vector: Float32Array, k: number): Promise<Hit[]> {
    const hits = [
      ...this.#sentenceVectors
        .search(vector, k)
        .map(({ id, score }) => ({ id: this.#passageOfSentence[id] as number, score })),
      ...this.#passageVectors
        .search(vector, k)
        .filter(({ id }) => this.#passages[id]?.sentences.length === 1),
    ].sort((a, b) => b.score - a.score);
    const best = new Map<number, number>();
    for (const { id, score } of hits.slice(0, k)) if (!best.has(id)) best.set(id, score);
    return [...best].map(([id, score]) => ({ id, score }));
  }

  async lexical(terms: readonly string[], k: number): Promise<Hit[]> {
    return this.#lexical.search(terms, k);
  }

  async passages(ids: readonly number[]): Promise<StoredPassage[]> {
    return ids.map((id) => {
      const passage = this.#passages[id];
      if (passage === undefined) throw new RangeError(`no passage ${id}`);
      const from = this.#firstSentence[id] as number;
      const vector = this.#passageVectors.get(id);
      return {
        ...passage,
        id,
        vector,
        sentenceVectors:
          passage.sentences.length === 1
            ? [vector]
            : passage.sentences.map((_, i) => this.#sentenceVectors.get(from + i)),
      };
    });
  }

  idf(term: string): number {
    return this.#lexical.idf(term);
  }

  documentFrequency(term: string): number {
    return this.#lexical.documentFrequency(term);
  }

  nearestTerm(term: string): string | null {
    return this.#lexical.nearestTerm(term);
  }

  /** The passages of the article with this number, in text order. */
  passagesOf(article: number): Passage[] {
    const first = this.#firstPassage[article] ?? 0;
    return this.#passages.slice(first, this.#firstPassage[article + 1]);
  }

  /** Every embedded text of this revision with a way to its vector, so that a build need not embed it again. */
  embedded(): Map<string, () => number[]> {
    const vectors = new Map<string, () => number[]>();
    for (const [id, passage] of this.#passages.entries()) {
      const { text } = this.articles[passage.article] as IndexedArticle;
      const from = this.#firstSentence[id] as number;
      vectors.set(text.slice(passage.start, passage.end), () => this.#passageVectors.point(id));
      if (passage.sentences.length === 1) continue;
      for (const [i, { start, end }] of passage.sentences.entries()) {
        vectors.set(text.slice(start, end), () => this.#sentenceVectors.point(from + i));
      }
    }
    return vectors;
  }
}

function voiceRow({ kind, start, end, cue, via }: Voice): VoiceRow {
  if (kind === 'article') return null;
  return [kind, start === null || end === null ? null : [start, end], cue && pair(cue), via && pair(via)];
}

function readVoice(row: VoiceRow, text: string): Voice {
  if (row === null) return ARTICLE_VOICE;
  const [kind, speaker, cue, via] = row;
  return {
    kind,
    speaker: speaker ? text.slice(...speaker) : null,
    start: speaker?.[0] ?? null,
    end: speaker?.[1] ?? null,
    cue: cue ? { start: cue[0], end: cue[1] } : null,
    via: via ? { start: via[0], end: via[1], text: text.slice(...via) } : null,
  };
}

function pair({ start, end }: Span): [number, number] {
  return [start, end];
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

async function writeDurably(file: string, content: string | Buffer): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes sure that a file or folder written by others is on the disk. */
async function sync(target: string): Promise<void> {
  const handle = await open(target, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
