/** Settings, from the environment and the file .env. Every one is explained in .env.example. */
import path from 'node:path';
import { config as loadDotenv } from 'dotenv';
import { z } from 'zod';
import { UsageError } from './errors.ts';
import { type EmbeddingStyle, styleOf } from './models/embedder.ts';

/** The folder that holds package.json: defaults are relative to it, so that scripts work from anywhere. */
export const ROOT = path.resolve(import.meta.dirname, '..');

const optional = z
  .string()
  .optional()
  .transform((value) => value?.trim() || undefined);

const Environment = z.object({
  ARTICLES_DIR: optional,
  INDEX_DIR: optional,
  EMBEDDING_MODEL: optional,
  EMBEDDING_POOLING: optional.pipe(z.enum(['mean', 'cls']).optional()),
  // Prefixes end in a space that must not be trimmed, and may be set to nothing.
  EMBEDDING_QUERY_PREFIX: z.string().optional(),
  EMBEDDING_PASSAGE_PREFIX: z.string().optional(),
  READER_MODEL: optional,
});

export interface Config {
  articlesFolder: string;
  indexFolder: string;
  embeddingModel: string;
  embeddingStyle: EmbeddingStyle;
  /** Null when READER_MODEL is `none`. */
  readerModel: string | null;
}

/** What the command line may set in place of the environment. */
export interface Overrides {
  articles?: string | undefined;
  index?: string | undefined;
}

/**
 * Reads the settings.
 * @throws UsageError naming the setting that is wrong
 */
export function readConfig(
  overrides: Overrides = {},
  environment: NodeJS.ProcessEnv = environmentWithDotenv(),
): Config {
  const result = Environment.safeParse(environment);
  if (!result.success) {
    const issue = result.error.issues[0];
    throw new UsageError(
      `The setting ${issue?.path.join('.')} is wrong (${issue?.message}); see .env.example.`,
    );
  }
  const env = result.data;
  const embeddingModel = env.EMBEDDING_MODEL ?? 'all-MiniLM-L6-v2';
  return {
    articlesFolder: path.resolve(overrides.articles ?? env.ARTICLES_DIR ?? path.join(ROOT, 'data/articles')),
    indexFolder: path.resolve(overrides.index ?? env.INDEX_DIR ?? path.join(ROOT, 'data/index')),
    embeddingModel,
    embeddingStyle: styleOf(embeddingModel, {
      ...(env.EMBEDDING_POOLING !== undefined && { pooling: env.EMBEDDING_POOLING }),
      ...(env.EMBEDDING_QUERY_PREFIX !== undefined && { queryPrefix: env.EMBEDDING_QUERY_PREFIX }),
      ...(env.EMBEDDING_PASSAGE_PREFIX !== undefined && { passagePrefix: env.EMBEDDING_PASSAGE_PREFIX }),
    }),
    readerModel: env.READER_MODEL === 'none' ? null : (env.READER_MODEL ?? 'verbatim-reader'),
  };
}

/** The process's environment, with what .env adds to it. */
function environmentWithDotenv(): NodeJS.ProcessEnv {
  loadDotenv({ path: path.join(ROOT, '.env'), quiet: true });
  return process.env;
}
