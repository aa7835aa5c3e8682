/** Builds a revision of the index from articles: passages, their vectors, the lexical index. */
import path from 'node:path';
import type { LeftOut } from '../articles/read.ts';
import { readArticles } from '../articles/read.ts';
import { VerbatimError } from '../errors.ts';
import type { Embedder } from '../models/embedder.ts';
import { passagesOf } from '../passages/passages.ts';
import type { Article } from '../values.ts';
import { LexicalIndex } from './lexical.ts';
import {
  hasIndex,
  type LoadedIndex,
  type Manifest,
  openIndex,
  type RevisionContent,
  writeRevision,
} from './revision.ts';
import { termsOf } from './terms.ts';
import { VectorIndex } from './vectors.ts';

/** How far a build is, in passages. */
export interface Progress {
  done: number;
  total: number;
}

/** What a build did. */
export interface BuildReport {
  manifest: Manifest;
  /** Articles by what happened to them since the previous revision. */
  added: string[];
  changed: string[];
  removed: string[];
  unchanged: string[];
  leftOut: LeftOut[];
  /** Texts that were embedded, and those whose vectors were taken from the previous revision. */
  embedded: number;
  reused: number;
  seconds: number;
  /** On disk. */
  bytes: number;
}

/**
 * Reads the articles folder and writes a new revision of the index; vectors of texts that the previous
 * revision holds are taken from there.
 * @throws VerbatimError when there is no article to index, or the folder or the index cannot be used
 */
export async function buildIndex(
  articlesFolder: string,
  indexFolder: string,
  embedder: Embedder,
  onProgress: (progress: Progress) => void = () => {},
): Promise<BuildReport> {
  const started = performance.now();
  const { articles, leftOut } = await readArticles(articlesFolder);
  if (articles.length === 0) {
    const why =
      leftOut[0] === undefined ? 'it holds no .md or .txt file' : `${leftOut[0].file}: ${leftOut[0].reason}`;
    throw new VerbatimError(
      `There is no article to index in ${articlesFolder} (${why}); put .md or .txt files there, or name another folder with --articles.`,
    );
  }
  const previous = await previousIndex(indexFolder, embedder);
  const { content, embedded, reused } = await embedArticles(
    articles,
    embedder,
    previous?.embedded(),
    onProgress,
  );
  const { manifest, bytes } = await writeRevision(
    indexFolder,
    { ...content, articlesFolder: path.resolve(articlesFolder) },
    new Date(),
  );

  const before = new Map(previous?.articles.map(({ file, sha256 }) => [file, sha256]));
  const now = new Set(articles.map(({ file }) => file));
  const files = (wanted: (article: Article) => boolean) => articles.filter(wanted).map(({ file }) => file);
  return {
    manifest,
    added: files(({ file }) => !before.has(file)),
    changed: files(({ file, sha256 }) => before.has(file) && before.get(file) !== sha256),
    removed: [...before.keys()].filter((file) => !now.has(file)),
    unchanged: files(({ file, sha256 }) => before.get(file) === sha256),
    leftOut,
    embedded,
    reused,
    seconds: (performance.now() - started) / 1000,
    bytes,
  };
}

/** The revision in use, where it can be used; a missing, damaged or foreign one is built anew from nothing. */
async function previousIndex(folder: string, embedder: Embedder): Promise<LoadedIndex | null> {
  if (!hasIndex(folder)) return null;
  try {
    return await openIndex(folder, embedder.fingerprint);
  } catch (error) {
    if (error instanceof VerbatimError) return null;
    throw error;
  }
}

/** Cuts articles into passages and embeds each and its sentences, unless `known` has a text's vector. */
export async function embedArticles(
  articles: readonly Article[],
  embedder: Embedder,
  known: ReadonlyMap<string, () => Float32Array> = new Map(),
  onProgress: (progress: Progress) => void = () => {},
): Promise<{ content: Omit<RevisionContent, 'articlesFolder'>; embedded: number; reused: number }> {
  const passages = articles.flatMap((article, a) => passagesOf(article, a, embedder));
  if (passages.length === 0) {
    throw new VerbatimError(
      'The articles hold no sentence that could be quoted; add articles made of prose.',
    );
  }
  const sentenceCount = passages.reduce((sum, { sentences }) => sum + sentences.length, 0);
  const passageVectors = VectorIndex.create(embedder.dimension, passages.length);
  const sentenceVectors = VectorIndex.create(embedder.dimension, sentenceCount);
  const terms: string[][] = [];
  let embedded = 0;
  let reused = 0;
  for (const [done, { article, start, end, sentences }] of passages.entries()) {
    onProgress({ done, total: passages.length });
    const { text } = articles[article] as Article;
    const own = new Map<string, Float32Array>();
    const vectorOf = async (content: string): Promise<Float32Array> => {
      // A passage of one sentence and that sentence have one vector.
      let vector = own.get(content);
      if (vector !== undefined) return vector;
      const stored = known.get(content);
      if (stored === undefined) embedded++;
      else reused++;
      vector = stored?.() ?? (await embedder.embedPassage(content));
      own.set(content, vector);
      return vector;
    };
    const passage = text.slice(start, end);
    passageVectors.add(await vectorOf(passage));
    for (const sentence of sentences)
      sentenceVectors.add(await vectorOf(text.slice(sentence.start, sentence.end)));
    terms.push(termsOf(passage));
  }
  onProgress({ done: passages.length, total: passages.length });
  const lexical = LexicalIndex.build(terms);
  return {
    content: { model: embedder.fingerprint, articles, passages, passageVectors, sentenceVectors, lexical },
    embedded,
    reused,
  };
}
