/**
 * The log: a JSON object a line. It holds what happened, never what people wrote or were answered, and no token.
 * Errors are the one way by which either could slip in: Discord's hold the URL with the live token of an
 * interaction, and the body that was sent. So only named fields of an error are logged, with tokens cut out.
 */
import { type DestinationStream, type Logger, pino } from 'pino';
import type { LogLevel } from './config.ts';

export type Log = Logger;

/** @param secrets are cut out of whatever an error says */
export function createLog(level: LogLevel, secrets: readonly string[], destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => describe(error, secrets) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** What may be logged of an error. */
export interface ErrorRecord {
  name: string;
  message: string;
  code?: string | number;
  /** HTTP status and route of a failed request to Discord, with ids and tokens left out. */
  status?: number;
  route?: string;
  stack?: string;
  cause?: ErrorRecord;
}

/** The loggable part of anything thrown. */
export function describe(error: unknown, secrets: readonly string[]): ErrorRecord {
  if (!(error instanceof Error)) return { name: typeof error, message: clean(String(error), secrets) };
  const { code, status, method, url } = error as Error & Record<string, unknown>;
  return {
    name: clean(error.name, secrets),
    message: clean(error.message, secrets),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(typeof status === 'number' && { status }),
    ...(typeof method === 'string' && typeof url === 'string' && { route: `${method} ${routeOf(url)}` }),
    ...(error.stack !== undefined && { stack: clean(error.stack, secrets) }),
    ...(error.cause !== undefined && { cause: describe(error.cause, secrets) }),
  };
}

function clean(text: string, secrets: readonly string[]): string {
  let cleaned = text;
  for (const secret of secrets) if (secret !== '') cleaned = cleaned.replaceAll(secret, '[token]');
  return cleaned.replace(/\b(interactions|webhooks)\/\d+\/[^\s/?"']+/g, '$1/[id]/[token]');
}

/** `/webhooks/1/abc/messages/@original` gives `/webhooks/:id/:token/messages/@original`. */
function routeOf(url: string): string {
  const path = url.replace(/^https?:\/\/[^/]*/, '').replace(/\?.*$/s, '');
  return path
    .replace(/\b(interactions|webhooks)\/\d+\/[^/]+/, '$1/:id/:token')
    .replace(/\/\d{15,}(?=\/|$)/g, '/:id');
}
