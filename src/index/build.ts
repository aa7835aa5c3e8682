/** Builds a revision of the index from articles: passages, their vectors, the lexical index. */
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LeftOut } from '../articles/read.ts';
import { readArticles } from '../articles/read.ts';
import { VerbatimError } from '../errors.ts';
import type { Embedder } from '../models/embedder.ts';
import { passagesOf } from '../passages/passages.ts';
import type { Article, Passage, Span } from '../values.ts';
import { type Claim, claimIndex } from './claim.ts';
import { cuttingCode } from './code.ts';
import { LexicalIndex } from './lexical.ts';
import {
  hasIndex,
  type LoadedIndex,
  type Manifest,
  openIndex,
  type RevisionContent,
  removeOthers,
  sizeOf,
  writeRevision,
} from './revision.ts';
import { termsOf } from './terms.ts';
import { VectorIndex } from './vectors.ts';

/** How far a build is, in passages. */
export interface Progress {
  done: number;
  total: number;
}

/** A run that was told to stop. */
export class StoppedError extends VerbatimError {}

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
  /** Of the revision, on disk. */
  bytes: number;
}

/**
 * Brings the index of an articles folder up to date. What the previous revision holds is taken from there: the
 * cut of an article whose file has not changed, and the vector of a text. The result is, byte for byte but for
 * its time, the revision that a build from nothing gives; where that is the previous one, nothing is written.
 * @param signal ends the run; the previous revision stays in use
 * @throws VerbatimError when there is no article to index, the folder or the index cannot be used, or another
 *   run is at work on the index
 */
export async function buildIndex(
  articlesFolder: string,
  indexFolder: string,
  embedder: Embedder,
  onProgress: (progress: Progress) => void = () => {},
  signal: AbortSignal = new AbortController().signal,
): Promise<BuildReport> {
  const claim = await claimIndex(indexFolder);
  try {
    return await refresh(path.resolve(articlesFolder), indexFolder, claim, embedder, onProgress, signal);
  } finally {
    // What cannot be removed now is removed by the next run.
    await claim.release().catch(() => {});
  }
}

async function refresh(
  articlesFolder: string,
  indexFolder: string,
  claim: Claim,
  embedder: Embedder,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<BuildReport> {
  const started = performance.now();
  const previous = await previousIndex(indexFolder, embedder);
  const code = await cuttingCode();
  const sameCode = previous?.manifest.code === code ? previous : null;
  const known = new Map(sameCode?.articles.map((article, a) => [article.file, { article, a }]));
  const { articles, leftOut } = await readArticles(articlesFolder, (file, sha256) => {
    const article = known.get(file)?.article;
    return article?.sha256 === sha256 ? article : undefined;
  });
  if (articles.length === 0) {
    const why =
      leftOut[0] === undefined ? 'it holds no .md or .txt file' : `${leftOut[0].file}: ${leftOut[0].reason}`;
    throw new VerbatimError(
      `There is no article to index in ${articlesFolder} (${why}); put .md or .txt files there, or name another folder with --articles.`,
    );
  }

  const before = new Map(previous?.articles.map(({ file, sha256 }) => [file, sha256]));
  const now = new Set(articles.map(({ file }) => file));
  const files = (wanted: (article: Article) => boolean) => articles.filter(wanted).map(({ file }) => file);
  const changes = {
    added: files(({ file }) => !before.has(file)),
    changed: files(({ file, sha256 }) => before.has(file) && before.get(file) !== sha256),
    removed: [...before.keys()].filter((file) => !now.has(file)),
    unchanged: files(({ file, sha256 }) => before.get(file) === sha256),
  };
  const nothingNew =
    sameCode !== null &&
    sameCode.manifest.articlesFolder === articlesFolder &&
    changes.unchanged.length === articles.length &&
    changes.removed.length === 0;
  let manifest = sameCode?.manifest;
  let embedded = 0;
  let reused = 0;
  if (nothingNew && manifest !== undefined) {
    await removeOthers(indexFolder, manifest.revision);
  } else {
    const cut = (article: Article, a: number): Passage[] => {
      const same = known.get(article.file);
      return same?.article === article
        ? (sameCode?.passagesOf(same.a) ?? []).map((passage) => ({ ...passage, article: a }))
        : passagesOf(article, a, embedder);
    };
    const made = await embedArticles(articles, cut, embedder, previous?.embedded(), onProgress, signal);
    ({ embedded, reused } = made);
    manifest = await writeRevision(
      indexFolder,
      claim.folder,
      { ...made.content, articlesFolder, code },
      new Date(),
    );
  }
  return {
    manifest,
    ...changes,
    leftOut,
    embedded,
    reused,
    seconds: (performance.now() - started) / 1000,
    bytes: sizeOf(manifest),
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

/** A build holds up the process for at most about this long at a time, so that Ctrl-C and timers get their turn. */
const TURN_MS = 50;

/** Embeds each passage and its sentences, unless `known` has a text's vector, and puts them in indexes. */
export async function embedArticles(
  articles: readonly Article[],
  cut: (article: Article, articleIndex: number) => Passage[],
  embedder: Embedder,
  known: ReadonlyMap<string, () => number[]> = new Map(),
  onProgress: (progress: Progress) => void = () => {},
  signal: AbortSignal = new AbortController().signal,
): Promise<{
  content: Omit<RevisionContent, 'articlesFolder' | 'code'>;
  embedded: number;
  reused: number;
}> {
  const passages = articles.flatMap(cut);
  if (passages.length === 0) {
    throw new VerbatimError(
      'The articles hold no sentence that could be quoted; add articles made of prose.',
    );
  }
  // A passage of one sentence and that sentence have one vector.
  const several = ({ sentences }: Passage) => sentences.length > 1;
  const sentenceCount = passages.filter(several).reduce((sum, { sentences }) => sum + sentences.length, 0);
  const passageVectors = VectorIndex.create(embedder.dimension, passages.length);
  const sentenceVectors = VectorIndex.create(embedder.dimension, sentenceCount);
  const terms: string[][] = [];
  let embedded = 0;
  let reused = 0;
  let turn = performance.now();
  for (const [done, passage] of passages.entries()) {
    if (performance.now() - turn > TURN_MS) {
      await nextTurn();
      turn = performance.now();
    }
    if (signal.aborted) throw new StoppedError('Stopped: the previous index, if any, is still in use.');
    onProgress({ done, total: passages.length });
    const { text } = articles[passage.article] as Article;
    const vectorOf = async ({ start, end }: Span): Promise<Float32Array | number[]> => {
      const content = text.slice(start, end);
      const stored = known.get(content);
      if (stored === undefined) embedded++;
      else reused++;
      return stored?.() ?? (await embedder.embedPassage(content));
    };
    passageVectors.add(await vectorOf(passage));
    if (several(passage))
      for (const sentence of passage.sentences) sentenceVectors.add(await vectorOf(sentence));
    terms.push(termsOf(text.slice(passage.start, passage.end)));
  }
  onProgress({ done: passages.length, total: passages.length });
  const lexical = LexicalIndex.build(terms);
  return {
    content: { model: embedder.fingerprint, articles, passages, passageVectors, sentenceVectors, lexical },
    embedded,
    reused,
  };
}
