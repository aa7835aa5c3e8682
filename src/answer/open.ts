/** Opens what answers questions: the models and the index, which is built where there is none. */
import type { Config } from '../config.ts';
import { type BuildReport, buildIndex, type Progress } from '../index/build.ts';
import { hasIndex, openIndex } from '../index/revision.ts';
import { type Embedder, loadEmbedder } from '../models/embedder.ts';
import { type Entailment, loadEntailment } from '../models/entailment.ts';
import { loadReader, type Reader } from '../models/reader.ts';
import type { Sources } from './answer.ts';

/** The models that the settings name. */
export interface Models {
  embedder: Embedder;
  reader: Reader | null;
  entailment: Entailment | null;
}

/**
 * Loads the models that the settings name.
 * @throws VerbatimError where one of them cannot be loaded: none is left out unasked
 */
export async function loadModels(config: Config): Promise<Models> {
  const embedder = await loadEmbedder(config.embeddingModel, config.embeddingStyle);
  const reader = config.readerModel === null ? null : await loadReader(config.readerModel);
  const entailment = config.nliModel === null ? null : await loadEntailment(config.nliModel);
  return { embedder, reader, entailment };
}

/**
 * Opens the index, building it first where there is none or where it was built from another folder of articles.
 * A damaged index, or one of another model, is an error that says how to mend it: it is never replaced unasked.
 * @returns what answers questions, and the report of the build if there was one
 */
export async function openSources(
  config: Config,
  onProgress: (progress: Progress) => void,
): Promise<{ sources: Sources; built: BuildReport | null }> {
  const models = await loadModels(config);
  if (hasIndex(config.indexFolder)) {
    const index = await openIndex(config.indexFolder, models.embedder.fingerprint);
    if (index.manifest.articlesFolder === config.articlesFolder)
      return { sources: { index, ...models }, built: null };
  }
  const built = await buildIndex(config.articlesFolder, config.indexFolder, models.embedder, onProgress);
  const index = await openIndex(config.indexFolder, models.embedder.fingerprint);
  return { sources: { index, ...models }, built };
}
