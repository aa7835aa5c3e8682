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

const count = optional
  .transform((value) => (value === undefined ? undefined : Number(value)))
  .pipe(z.int().positive().optional());

/** Ids of Discord, which are numbers too large for a number, with commas or blanks between them. */
const channelIds = optional
  .transform((value) => value?.split(/[\s,]+/).filter((id) => id !== '') ?? [])
  .pipe(z.array(z.string().regex(/^\d{17,20}$/, 'not the id of a channel')));

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const Environment = z.object({
  ARTICLES_DIR: optional,
  INDEX_DIR: optional,
  EMBEDDING_MODEL: optional,
  EMBEDDING_POOLING: optional.pipe(z.enum(['mean', 'cls']).optional()),
  // Prefixes end in a space that must not be trimmed, and may be set to nothing.
  EMBEDDING_QUERY_PREFIX: z.string().optional(),
  EMBEDDING_PASSAGE_PREFIX: z.string().optional(),
  READER_MODEL: optional,
  NLI_MODEL: optional,
  DISCORD_TOKEN: optional,
  DISCORD_API: optional.pipe(z.url({ protocol: /^https?$/ }).optional()),
  DISCORD_CHANNELS: channelIds,
  DISCORD_CHANNELS_DENIED: channelIds,
  QUESTIONS_PER_PERSON: count,
  QUESTIONS_PER_SERVER: count,
  QUESTIONS_WAITING: count,
  SETTINGS_DIR: optional,
  LOG_LEVEL: optional.pipe(z.enum(LOG_LEVELS).optional()),
});

/** What the bot needs to know beside the sources. */
export interface DiscordConfig {
  /** Null while DISCORD_TOKEN is not set. */
  token: string | null;
  /** Base URL of Discord's REST interface without the version, or null for Discord's own. */
  api: string | null;
  /** Channels of servers: where `allowed` names any, only those; never those of `denied`. */
  channels: { allowed: string[]; denied: string[] };
  /** Questions a minute. */
  perPerson: number;
  perServer: number;
  /** How many questions may wait for their turn, over all servers. */
  waiting: number;
  /** Where the servers' settings are kept. */
  settingsFolder: string;
}

export interface Config {
  articlesFolder: string;
  indexFolder: string;
  embeddingModel: string;
  embeddingStyle: EmbeddingStyle;
  /** Null when READER_MODEL is `none`. */
  readerModel: string | null;
  /** Null while NLI_MODEL is not set, or `none`. */
  nliModel: string | null;
  discord: DiscordConfig;
  logLevel: LogLevel;
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
    nliModel: env.NLI_MODEL === 'none' ? null : (env.NLI_MODEL ?? null),
    discord: {
      token: env.DISCORD_TOKEN ?? null,
      api: env.DISCORD_API?.replace(/\/+$/, '') ?? null,
      channels: { allowed: env.DISCORD_CHANNELS, denied: env.DISCORD_CHANNELS_DENIED },
      perPerson: env.QUESTIONS_PER_PERSON ?? 6,
      perServer: env.QUESTIONS_PER_SERVER ?? 60,
      waiting: env.QUESTIONS_WAITING ?? 500,
      settingsFolder: path.resolve(env.SETTINGS_DIR ?? path.join(ROOT, 'data/settings')),
    },
    logLevel: env.LOG_LEVEL ?? 'info',
  };
}

/** The process's environment, with what .env adds to it. */
function environmentWithDotenv(): NodeJS.ProcessEnv {
  loadDotenv({ path: path.join(ROOT, '.env'), quiet: true });
  return process.env;
}
