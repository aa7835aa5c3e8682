/**
 * A revision of the index on disk: written beside the one in use, verified, and put in its place in one step.
 *
 *     data/index/current                 the name of the revision in use
 *     data/index/<revision>/manifest.json  format, model, counts, and size and sha256 of every other file
 *                           articles.jsonl  an article a line: metadata, text, paragraphs, passages, sentences, voices
 *                           passages.hnsw, sentences.hnsw   vectors, in the order of articles.jsonl
 *                           terms.txt, postings.bin         the lexical index
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { reasonOf, VerbatimError } from '../errors.ts';
import { ARTICLE_VOICE } from '../passages/voices.ts';
import type { Article, Passage, Sentence, Span, Voice } from '../values.ts';
import { LexicalIndex } from './lexical.ts';
import type { Hit, IndexedArticle, PassageIndex, StoredPassage } from './store.ts';
import { VectorIndex } from './vectors.ts';

/** Raised whenever a file's content or the way it is made changes: an older index is then built anew. */
const FORMAT = 2;

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
  /** Where the articles were; no part of what the revision's name stands for. */
  articlesFolder: z.string(),
  files: z.record(z.enum(FILES), z.object({ bytes: z.int(), sha256: z.string() })),
});
export type Manifest = z.infer<typeof Manifest>;

/** Everything a revision is made of. */
export interface RevisionContent {
  model: string;
  /** The folder that the articles were read from, as an absolute path. */
  articlesFolder: string;
  articles: readonly Article[];
  /** In the order of the articles; `passage.article` indexes them. */
  passages: readonly Passage[];
  passageVectors: VectorIndex;
  /** One for each sentence of each passage, in order. */
  sentenceVectors: VectorIndex;
  lexical: LexicalIndex;
}

/** A line of articles.jsonl. Spans are pairs to keep the file short. */
interface ArticleRow extends Omit<Article, 'paragraphs'> {
  paragraphs: [number, number][];
  passages: { paragraph: number; sentences: [number, number][]; voices: VoiceRow[] }[];
}

/** A voice on disk: spans of speaker, cue and outlet, in that order; null for the article's own voice. */
type VoiceRow = ['quoted' | 'reported', ...(readonly [number, number] | null)[]] | null;

/**
 * Writes a revision and makes it the current one. The revision in use until then is whole at every moment.
 * @returns the manifest, and the bytes on disk
 * @throws VerbatimError when it cannot be written; what was there before stays
 */
export async function writeRevision(
  folder: string,
  content: RevisionContent,
  now: Date,
): Promise<{ manifest: Manifest; bytes: number }> {
  const building = path.join(folder, `building-${process.pid}`);
  try {
    await rm(building, { recursive: true, force: true });
    await mkdir(building, { recursive: true });
    await writeFiles(building, content);
    const files = {} as Manifest['files'];
    for (const name of FILES) {
      await sync(path.join(building, name));
      files[name] = {
        bytes: (await stat(path.join(building, name))).size,
        sha256: await sha256Of(path.join(building, name)),
      };
    }
    const { dimension } = content.passageVectors;
    const identity = JSON.stringify([
      FORMAT,
      content.model,
      dimension,
      FILES.map((name) => files[name]?.sha256),
    ]);
    const manifest: Manifest = {
      format: FORMAT,
      revision: createHash('sha256').update(identity).digest('hex').slice(0, 16),
      builtAt: now.toISOString(),
      model: content.model,
      dimension,
      space: 'ip',
      counts: {
        articles: content.articles.length,
        passages: content.passages.length,
        sentences: content.sentenceVectors.size,
      },
      articlesFolder: content.articlesFolder,
      files,
    };
    await writeDurably(path.join(building, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    // hnswlib says nothing when the disk is full: what was written is loaded once before it is used.
    await loadRevision(building, manifest);
    await moveIntoPlace(folder, building, manifest.revision);
    let bytes = 0;
    for (const file of Object.values(files)) bytes += file?.bytes ?? 0;
    return { manifest, bytes };
  } catch (error) {
    await rm(building, { recursive: true, force: true }).catch(() => {});
    throw new VerbatimError(
      `The index could not be written to ${folder}: ${reasonOf(error)}; the previous one, if any, is still in use.`,
      { cause: error },
    );
  }
}

async function writeFiles(folder: string, content: RevisionContent): Promise<void> {
  const rows: ArticleRow[] = content.articles.map((article) => ({
    ...article,
    paragraphs: article.paragraphs.map(pair),
    passages: [],
  }));
  for (const { article, paragraph, sentences } of content.passages) {
    rows[article]?.passages.push({
      paragraph,
      sentences: sentences.map(pair),
      voices: sentences.map(({ voice }) => voiceRow(voice)),
    });
  }
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

async function moveIntoPlace(folder: string, building: string, revision: string): Promise<void> {
  const target = path.join(folder, revision);
  // The same content was built before: its files may be damaged, ours are verified.
  await rm(target, { recursive: true, force: true });
  await rename(building, target);
  await writeDurably(path.join(folder, 'current.new'), `${revision}\n`);
  await rename(path.join(folder, 'current.new'), path.join(folder, 'current'));
  await sync(folder);
  for (const entry of await readdir(folder)) {
    if (/^[0-9a-f]{16}$/.test(entry) && entry !== revision) {
      await rm(path.join(folder, entry), { recursive: true, force: true });
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
    const name = (await readFile(path.join(folder, 'current'), 'utf8').catch(() => '')).trim();
    try {
      if (!/^[0-9a-f]{16}$/.test(name))
        throw new VerbatimError('its file "current" does not name a revision');
      const manifest = await readManifest(path.join(folder, name));
      if (manifest.model !== model) {
        throw new OtherModelError(
          `The index at ${folder} was built with the embedding model ${manifest.model.split('|')[0]}, not ${model.split('|')[0]}, or with other settings of it: ${REMEDY}.`,
        );
      }
      return await loadRevision(path.join(folder, name), manifest);
    } catch (error) {
      if (error instanceof OtherModelError) throw error;
      // A build may have replaced the revision between reading its name and reading its files.
      const latest = (await readFile(path.join(folder, 'current'), 'utf8').catch(() => '')).trim();
      if (attempt < 5 && latest !== name) continue;
      throw new VerbatimError(`The index at ${folder} cannot be used (${reasonOf(error)}): ${REMEDY}.`, {
        cause: error,
      });
    }
  }
}

class OtherModelError extends VerbatimError {}

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
  return result.data;
}

async function loadRevision(folder: string, manifest: Manifest): Promise<LoadedIndex> {
  for (const name of FILES) {
    const expected = manifest.files[name];
    const file = path.join(folder, name);
    const size = await stat(file).then(
      (found) => found.size,
      () => -1,
    );
    if (size < 0) throw new VerbatimError(`${name} is missing`);
    if (size !== expected?.bytes || (await sha256Of(file)) !== expected.sha256) {
      throw new VerbatimError(`${name} does not match its checksum`);
    }
  }
  const rows = (await readFile(path.join(folder, 'articles.jsonl'), 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as ArticleRow);
  const { dimension, counts } = manifest;
  const index = new LoadedIndex(
    manifest,
    rows,
    VectorIndex.load(path.join(folder, 'passages.hnsw'), dimension, counts.passages),
    VectorIndex.load(path.join(folder, 'sentences.hnsw'), dimension, counts.sentences),
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
  /** Number of the first sentence of each passage, and at the end the number of sentences. */
  readonly #firstSentence: number[] = [0];
  /** The passage of each sentence. */
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
        for (const _ of spans) this.#passageOfSentence.push(this.#passages.length);
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
    const best = new Map<number, number>();
    for (const { id, score } of this.#sentenceVectors.search(vector, k)) {
      const passage = this.#passageOfSentence[id] as number;
      if (!best.has(passage)) best.set(passage, score);
    }
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
      return {
        ...passage,
        id,
        vector: this.#passageVectors.get(id),
        sentenceVectors: passage.sentences.map((_, i) => this.#sentenceVectors.get(from + i)),
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

  /** Every embedded text of this revision with a way to its vector, so that a build need not embed it again. */
  embedded(): Map<string, () => Float32Array> {
    const vectors = new Map<string, () => Float32Array>();
    for (const [id, passage] of this.#passages.entries()) {
      const { text } = this.articles[passage.article] as IndexedArticle;
      const from = this.#firstSentence[id] as number;
      vectors.set(text.slice(passage.start, passage.end), () => this.#passageVectors.get(id));
      for (const [i, { start, end }] of passage.sentences.entries()) {
        vectors.set(text.slice(start, end), () => this.#sentenceVectors.get(from + i));
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

async function sha256Of(file: string): Promise<string> {
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
