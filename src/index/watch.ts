/** Keeps the index up to date while the articles change. */
import { setTimeout as sleep } from 'node:timers/promises';
import { watch } from 'chokidar';
import { reasonOf } from '../errors.ts';
import type { Embedder } from '../models/embedder.ts';
import { type BuildReport, buildIndex, type Progress } from './build.ts';

/** A build begins when nothing has changed for this long: a copy of a folder is many changes. */
const QUIET_MS = 300;

/** After a failed build the next try comes at the next change, or after this time. */
const TRY_AGAIN_MS = 5000;

export interface WatchEvents {
  onProgress(progress: Progress): void;
  /** After each build; `report.manifest.revision` is the one in use now. */
  onBuilt(report: BuildReport): void;
  /** One sentence; not told again while the same stays wrong. */
  onProblem(sentence: string): void;
}

/**
 * Builds the index now and after every change of the articles, until the signal. Nothing ends it but that: what
 * goes wrong is told once and tried again.
 */
export async function watchArticles(
  articlesFolder: string,
  indexFolder: string,
  embedder: Embedder,
  events: WatchEvents,
  signal: AbortSignal,
): Promise<void> {
  let changes = 0;
  let wake: () => void = () => {};
  const changed = () => {
    changes++;
    wake();
  };
  const watcher = watch(articlesFolder, { ignoreInitial: true, followSymlinks: false });
  watcher.on('all', changed);
  // A watcher that fails on one file goes on with the others; the builds report what cannot be read.
  watcher.on('error', changed);
  signal.addEventListener('abort', () => wake());
  await new Promise<void>((resolve) => {
    watcher.once('ready', resolve);
    signal.addEventListener('abort', () => resolve());
  });

  let problem: string | null = null;
  try {
    while (!signal.aborted) {
      const seen = changes;
      try {
        const report = await buildIndex(articlesFolder, indexFolder, embedder, events.onProgress, signal);
        problem = null;
        events.onBuilt(report);
      } catch (error) {
        if (signal.aborted) break;
        if (reasonOf(error) !== problem) events.onProblem(reasonOf(error));
        problem = reasonOf(error);
      }
      while (changes === seen && !signal.aborted) {
        const change = new Promise<void>((resolve) => {
          wake = resolve;
        });
        if (problem === null) await change;
        else if (await Promise.race([change, sleep(TRY_AGAIN_MS, true, { signal }).catch(() => false)]))
          break;
      }
      await quiet(() => changes, signal);
    }
  } finally {
    await watcher.close();
  }
}

/** Waits until a count has stood still for a while. */
async function quiet(count: () => number, signal: AbortSignal): Promise<void> {
  for (let seen = -1; seen !== count() && !signal.aborted; ) {
    seen = count();
    await sleep(QUIET_MS, undefined, { signal }).catch(() => {});
  }
}
