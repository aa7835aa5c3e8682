/** Fetches one page, within limits: time, size after decompression, redirects, kinds of content, public addresses. */
import type { LookupAddress } from 'node:dns';
import { lookup as dnsLookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Readable } from 'node:stream';
import zlib from 'node:zlib';
import { reasonOf, VerbatimError } from '../../errors.ts';
import { type Lookup, parseAddress, resolveHost } from './address.ts';

/** A page of news with its markup has some hundred kilobytes; a PDF of a report a few megabytes. */
export const MAX_BYTES = 5_000_000;
const MAX_REDIRECTS = 5;
/** For everything together: names, connections, redirects and the content. */
const TIMEOUT_MS = 20_000;

const ACCEPT =
  'text/html, application/xhtml+xml, application/pdf, application/rss+xml, application/atom+xml, application/xml;q=0.9, text/plain;q=0.8';

/** What kinds of content are taken, by media type. XML may be a feed or a page: its content tells. */
const TYPES: Record<string, ContentType> = {
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'text/plain': 'text',
  'text/markdown': 'text',
  'application/pdf': 'pdf',
  'application/x-pdf': 'pdf',
  'application/rss+xml': 'feed',
  'application/atom+xml': 'feed',
  'application/rdf+xml': 'feed',
  'application/xml': 'feed',
  'text/xml': 'feed',
};

export type ContentType = 'html' | 'text' | 'pdf' | 'feed';

/** The content behind an address. */
export interface Fetched {
  /** The address that gave it, behind all redirects. */
  url: URL;
  type: ContentType;
  bytes: Buffer;
  /** From Content-Type, as stated. */
  charset: string | null;
  /** From Content-Language, as stated. */
  language: string | null;
}

export interface FetchOptions {
  /** Fetch from addresses that are not on the public internet too. */
  allowPrivate?: boolean;
  lookup?: Lookup;
  timeoutMs?: number;
}

/**
 * Fetches what stands behind a web address.
 * @throws VerbatimError with the reason, as the end of a sentence that names the address
 */
export async function fetchPage(address: string, options: FetchOptions = {}): Promise<Fetched> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const deadline = AbortSignal.timeout(timeoutMs);
  const late = new Promise<never>((_, reject) => {
    // A name server that never answers cannot be aborted, only left behind.
    deadline.addEventListener('abort', () => reject(deadline.reason));
  });
  try {
    return await Promise.race([follow(parseAddress(address), deadline, options), late]);
  } catch (error) {
    if (deadline.aborted) {
      throw new VerbatimError(`it did not answer in full within ${timeoutMs / 1000} s`, { cause: error });
    }
    if (error instanceof VerbatimError) throw error;
    throw new VerbatimError(`it could not be fetched (${connectionReason(error)})`, { cause: error });
  }
}

async function follow(first: URL, signal: AbortSignal, options: FetchOptions): Promise<Fetched> {
  const lookup = options.lookup ?? ((name) => dnsLookup(name, { all: true }));
  const allowPrivate = options.allowPrivate ?? false;
  let url = first;
  let addresses = await resolveHost(url, lookup, allowPrivate);
  for (let redirects = 0; ; redirects++) {
    const response = await request(url, addresses, signal);
    try {
      const status = response.statusCode ?? 0;
      const { location } = response.headers;
      if ([301, 302, 303, 307, 308].includes(status) && location !== undefined) {
        if (redirects === MAX_REDIRECTS)
          throw new VerbatimError(`it redirects more than ${MAX_REDIRECTS} times`);
        // Header bytes arrive as Latin-1; addresses in them are UTF-8.
        const target = Buffer.from(location, 'latin1').toString('utf8');
        try {
          url = parseAddress(target, url);
          addresses = await resolveHost(url, lookup, allowPrivate);
        } catch (error) {
          if (!(error instanceof VerbatimError)) throw error;
          // It speaks of an address that the operator has not named.
          throw new VerbatimError(`it redirects to ${target}: ${error.message}`, { cause: error });
        }
        continue;
      }
      if (status < 200 || status > 299) throw new VerbatimError(`its server answered ${statusText(status)}`);
      return await receive(url, response, signal);
    } finally {
      response.destroy();
    }
  }
}

/** Asks one of the addresses, and no other: the name is not resolved again. */
function request(url: URL, addresses: LookupAddress[], signal: AbortSignal): Promise<http.IncomingMessage> {
  const checked: LookupFunction = (_name, { all }, callback) => {
    const first = addresses[0] as LookupAddress;
    if (all) callback(null, addresses);
    else callback(null, first.address, first.family);
  };
  return new Promise((resolve, reject) => {
    (url.protocol === 'https:' ? https : http)
      .get(url, {
        agent: false,
        lookup: checked,
        signal,
        headers: {
          accept: ACCEPT,
          'accept-encoding': 'gzip, deflate, br',
          'user-agent': 'Verbatim/0.1 (adds single articles for an operator)',
        },
      })
      .on('response', (response) => {
        // A connection cut while nobody reads is noticed by who reads next.
        response.on('error', () => {});
        resolve(response);
      })
      .on('error', reject);
  });
}

async function receive(url: URL, response: http.IncomingMessage, signal: AbortSignal): Promise<Fetched> {
  const header = response.headers['content-type'] ?? '';
  const media = (header.split(';')[0] ?? '').trim().toLowerCase();
  const unknown = media === '' || media === 'application/octet-stream' || media === 'binary/octet-stream';
  const stated = Object.hasOwn(TYPES, media) ? TYPES[media] : undefined;
  if (stated === undefined && !unknown) throw new VerbatimError(notTaken(media));
  if (Number(response.headers['content-length']) > MAX_BYTES) throw tooLarge();

  const bytes = await readAll(response, response.headers['content-encoding'], signal);
  if (bytes.length === 0) throw new VerbatimError('it is empty');
  const type = sniff(bytes, stated);
  if (type === null) throw new VerbatimError(notTaken('content of an unknown kind'));
  return {
    url,
    type,
    bytes,
    charset: /;\s*charset\s*=\s*["']?([^\s"';]+)/i.exec(header)?.[1] ?? null,
    language: response.headers['content-language'] ?? null,
  };
}

function notTaken(kind: string): string {
  return `it is ${kind}; pages (html), text, PDF files and RSS or Atom feeds are taken`;
}

function tooLarge(): VerbatimError {
  return new VerbatimError(`it is larger than ${MAX_BYTES / 1e6} MB`);
}

/** Reads a body to its end, unpacked; stops as soon as it has grown too large, packed or unpacked. */
async function readAll(
  response: http.IncomingMessage,
  encoding: string | undefined,
  signal: AbortSignal,
): Promise<Buffer> {
  let packed = 0;
  const limited = async function* () {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      packed += chunk.length;
      if (packed > MAX_BYTES) throw tooLarge();
      yield chunk;
    }
  };
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of unpack(limited(), encoding)) {
      signal.throwIfAborted();
      size += chunk.length;
      if (size > MAX_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (/^Z_|^ERR_BROTLI|^ERR__ERROR/.test(String((error as NodeJS.ErrnoException).code))) {
      throw new VerbatimError('its compressed content is damaged', { cause: error });
    }
    throw error;
  }
  return Buffer.concat(chunks);
}

function unpack(content: AsyncGenerator<Buffer>, encoding: string | undefined): AsyncIterable<Buffer> {
  switch ((encoding ?? '').trim().toLowerCase()) {
    case '':
    case 'identity':
      return content;
    case 'gzip':
    case 'x-gzip':
      return through(content, () => zlib.createGunzip());
    case 'br':
      return through(content, () => zlib.createBrotliDecompress());
    case 'deflate':
      // Some servers send it without the zlib header that the standard asks for.
      return through(content, (first) =>
        (first & 0x0f) === 8 ? zlib.createInflate() : zlib.createInflateRaw(),
      );
    default:
      throw new VerbatimError(`it is compressed as "${encoding}", which was not asked for`);
  }
}

/** Pulls content through an unpacker, a chunk at a time, so that nothing is unpacked ahead of its reader. */
async function* through(
  content: AsyncGenerator<Buffer>,
  create: (firstByte: number) => zlib.Gunzip | zlib.BrotliDecompress | zlib.Inflate | zlib.InflateRaw,
): AsyncGenerator<Buffer> {
  const first = await content.next();
  if (first.done) return;
  const unpacker = create(first.value[0] ?? 0);
  const feed = async () => {
    try {
      for (let chunk = first.value as Buffer | undefined; chunk !== undefined; ) {
        if (!unpacker.write(chunk)) await new Promise((resolve) => unpacker.once('drain', resolve));
        const next = await content.next();
        chunk = next.done ? undefined : next.value;
      }
      unpacker.end();
    } catch (error) {
      unpacker.destroy(error as Error);
    }
  };
  void feed();
  try {
    yield* unpacker as Readable & AsyncIterable<Buffer>;
  } finally {
    unpacker.destroy();
  }
}

/** What the bytes are. A PDF or a page is one whatever its header says; XML is a feed unless it is a page. */
export function sniff(bytes: Buffer, stated?: ContentType): ContentType | null {
  const head = bytes
    .subarray(0, 2048)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf|^\u00ff\u00fe|^\u00fe\u00ff/, '')
    .replaceAll('\0', '')
    .trimStart();
  if (head.startsWith('%PDF-')) return 'pdf';
  const markup = head.replace(/^(?:<\?[^>]*>\s*|<!--[\s\S]*?-->\s*|<!doctype[^>]*>\s*)+/i, '');
  if (/^<(?:rss|feed|rdf:rdf)\b/i.test(markup)) return 'feed';
  if (/^(?:<!doctype html|<html\b)/i.test(head) || /^<html\b/i.test(markup)) return 'html';
  return stated ?? null;
}

function statusText(status: number): string {
  const name = http.STATUS_CODES[status];
  return name === undefined ? String(status) : `${status} (${name})`;
}

/** The reason of a failed connection; trying several addresses fails with one error for each. */
function connectionReason(error: unknown): string {
  const first = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  switch ((first as NodeJS.ErrnoException).code) {
    case 'ECONNREFUSED':
      return 'the connection was refused';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the connection was cut';
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
      return 'there is no way to its network';
    default:
      return reasonOf(first);
  }
}
