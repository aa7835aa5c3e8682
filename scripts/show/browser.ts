/** Takes a picture of a page with headless Chromium, over its debugging pipe: no driver to install. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { VerbatimError } from '../../src/errors.ts';

/** What Chromium is called on the systems that package it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** Nothing but the page is loaded: no updates, no first-run pages, no reports. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--hide-scrollbars',
  '--remote-debugging-pipe',
];

/** Milliseconds; a page of the machine's own is drawn in two or three seconds, also on a slow one. */
const TIMEOUT = 60_000;

/** Resolves when the fonts are there and every web component has drawn itself, to the height of the page. */
const DRAWN = `(async () => {
  if (document.readyState !== 'complete') await new Promise((done) => addEventListener('load', done));
  await document.fonts.ready;
  const elements = [...document.querySelectorAll('*')].filter(({ localName }) => localName.startsWith('discord-'));
  for (const { localName } of elements) await customElements.whenDefined(localName);
  for (const element of elements) await element.updateComplete;
  return Math.ceil(document.body.getBoundingClientRect().height);
})()`;

/**
 * A PNG of the whole page.
 * @param width of the window in CSS pixels
 * @param scale pixels of the picture for each of them
 * @throws VerbatimError when there is no Chromium or it fails
 */
export async function takePicture(url: string, width: number, scale: number): Promise<Buffer> {
  const profile = await mkdtemp(path.join(tmpdir(), 'verbatim-picture-'));
  const browser = await start([...FLAGS, `--user-data-dir=${profile}`]);
  try {
    return await within(TIMEOUT, photograph(new Pipe(browser), url, width, scale));
  } finally {
    browser.kill('SIGKILL');
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Starts the first Chromium that is installed. */
async function start(flags: readonly string[]): Promise<ChildProcess> {
  for (const name of NAMES) {
    const child = spawn(name, flags, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    const started = await new Promise<boolean>((resolve, reject) => {
      child.once('spawn', () => resolve(true));
      child.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ENOENT' ? resolve(false) : reject(error),
      );
    });
    if (started) return child;
  }
  throw new VerbatimError(
    `Pictures are taken with Chromium, and there is none here (looked for ${NAMES.join(', ')}): install it, on Debian with apt-get install chromium fonts-noto-core.`,
  );
}

async function photograph(pipe: Pipe, url: string, width: number, scale: number): Promise<Buffer> {
  const { targetId } = await pipe.send<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await pipe.send<{ sessionId: string }>('Target.attachToTarget', {
    targetId,
    flatten: true,
  });
  const send = <T>(method: string, params: object = {}) => pipe.send<T>(method, params, sessionId);
  const resize = (height: number) =>
    send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: scale, mobile: false });
  await resize(800);
  await send('Page.navigate', { url });
  const drawn = await send<{
    result: { value?: unknown };
    exceptionDetails?: { exception?: { description?: string } };
  }>('Runtime.evaluate', { expression: DRAWN, awaitPromise: true, returnByValue: true });
  const height = drawn.result.value;
  if (typeof height !== 'number') {
    const reason = drawn.exceptionDetails?.exception?.description ?? 'it has no height';
    throw new VerbatimError(`The page could not be drawn: ${reason.split('\n')[0]}`);
  }
  await resize(height);
  const { data } = await send<{ data: string }>('Page.captureScreenshot', { format: 'png' });
  return Buffer.from(data, 'base64');
}

/** Requests and their answers as JSON, each ended by a NUL, over the child's third and fourth stream. */
class Pipe {
  readonly #input: Writable;
  readonly #waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  #last = 0;

  constructor(browser: ChildProcess) {
    this.#input = browser.stdio[3] as Writable;
    let received = '';
    (browser.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (received + chunk).split('\0');
      received = messages.pop() ?? '';
      for (const message of messages) this.#receive(message);
    });
    browser.once('exit', () => this.#fail('Chromium has ended'));
    this.#input.on('error', () => this.#fail('Chromium does not listen'));
  }

  send<T>(method: string, params: object, sessionId?: string): Promise<T> {
    const id = ++this.#last;
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.#input.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
    });
  }

  #receive(message: string): void {
    const { id, result, error } = JSON.parse(message) as {
      id?: number;
      result?: unknown;
      error?: { message: string };
    };
    const request = this.#waiting.get(id ?? -1);
    if (request === undefined) return;
    this.#waiting.delete(id as number);
    if (error === undefined) request.resolve(result);
    else request.reject(new VerbatimError(`Chromium refused to draw the page: ${error.message}.`));
  }

  #fail(reason: string): void {
    for (const { reject } of this.#waiting.values()) {
      reject(new VerbatimError(`${reason} before the picture was taken; try again.`));
    }
    this.#waiting.clear();
  }
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new VerbatimError(`Chromium took longer than ${milliseconds / 1000} s for a picture.`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
