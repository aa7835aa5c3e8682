/** The metadata block at the top of an article: YAML between two lines of three hyphens. */
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { VerbatimError } from '../errors.ts';

const text = z
  .union([z.string(), z.number()])
  .transform((value) => String(value).trim())
  .pipe(z.string().max(500, 'is longer than 500 characters'))
  .transform((value) => value || null)
  .nullish()
  .transform((value) => value ?? null);

const date = z.iso
  .date('must be a date such as 2024-01-27')
  .nullish()
  .transform((value) => value ?? null);

const Fields = z.object({
  title: text,
  publisher: text,
  author: z
    .union([text, z.array(z.string()).transform((names) => names.join(', ') || null)])
    .transform((value) => value ?? null),
  published: date,
  /** When it was fetched, which says nothing of when it was published. */
  retrieved: date,
  url: z
    .url({ protocol: /^https?$/, error: 'must be a web address that begins with http:// or https://' })
    .max(2000, 'is longer than 2000 characters')
    .nullish()
    .transform((value) => value ?? null),
  language: z
    .string()
    .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'must be a language tag such as en or ar-IQ')
    .nullish()
    .transform((value) => value ?? null),
});

/** What front matter may state; null where it does not. Fields that are not listed are passed over. */
export type FrontMatter = z.infer<typeof Fields>;

/** A closing line farther down than this is a divider in the text. */
const MAX_LENGTH = 16_384;

/**
 * Reads the front matter of an article.
 * @returns what it states and the offset at which the article's body starts; no fields and 0 (or 1, behind a
 *   byte-order mark) where there is none
 * @throws VerbatimError where it is broken, naming the line or the field
 */
export function readFrontMatter(article: string): { fields: FrontMatter; bodyStart: number } {
  const start = article.charCodeAt(0) === 0xfeff ? 1 : 0;
  const none = { fields: Fields.parse({}), bodyStart: start };
  const opening = /^---[ \t]*(?:\r\n|\n|\r)/.exec(article.slice(start, start + 64));
  if (opening === null) return none;
  const from = start + opening[0].length;
  const head = article.slice(from, from + MAX_LENGTH);
  const closing = /^(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|$)/m.exec(head);
  if (closing === null) {
    // Text may open with a dividing line; "key: value" right behind it is front matter that never ends.
    if (!/^[A-Za-z_]+:/.test(head)) return none;
    throw new VerbatimError('its front matter has no closing line "---"');
  }
  let value: unknown;
  try {
    // Without aliases it cannot grow; a warning (of an unknown tag) would land on the terminal.
    value = parse(head.slice(0, closing.index), { maxAliasCount: 0, prettyErrors: false, logLevel: 'error' });
  } catch (error) {
    const line =
      error instanceof YAMLParseError ? head.slice(0, error.pos[0]).split(/\r\n|\n|\r/).length + 1 : 1;
    throw new VerbatimError(`its front matter is not valid YAML (line ${line})`, { cause: error });
  }
  if (value === null) value = {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    if (!/^[A-Za-z_]+:/m.test(head.slice(0, closing.index))) return none;
    throw new VerbatimError('its front matter is not a list of "key: value" lines');
  }
  const result = Fields.safeParse(value);
  if (!result.success) {
    const issue = result.error.issues[0];
    const why = issue?.code === 'invalid_union' || issue === undefined ? 'is not plain text' : issue.message;
    throw new VerbatimError(`its front matter's ${issue?.path.join('.') || 'content'} ${lowerFirst(why)}`);
  }
  return { fields: result.data, bodyStart: from + closing.index + closing[0].length };
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
