/** The sources that answers come from while the program runs: they change when a new revision of the index appears. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf } from '../errors.ts';
import { openIndex } from '../index/revision.ts';
import type { IndexedArticle } from '../index/store.ts';
import type { Sources } from './answer.ts';

/** What a new revision changed, as files of articles. */
export interface SourcesChange {
  revision: string;
  added: string[];
  changed: string[];
  removed: string[];
}

export interface LiveSources {
  /** Take it once a question: it never changes under an answer that is being made. */
  readonly current: Sources;
  /** One sentence that says why the newest revision is not in use, or null while it is. */
  readonly problem: string | null;
  /** Calls back after each change; returns what stops that. */
  onChange(listener: (change: SourcesChange) => void): () => void;
  /** Stops watching. */
  close(): Promise<void>;
}

/**
 * Between two looks at the index folder. Looking is reading a file of 17 bytes, so this needs no notice from the
 * file system, which network folders and containers do not give.
 */
const LOOK_EVERY_MS = 500;

/** A revision that could not be used is tried again when the index changes, or after this time. */
const TRY_AGAIN_MS = 10_000;

/**
 * Follows the index in a folder: loads and verifies each new revision beside the one in use, then puts it in its
 * place. One that cannot be used is refused, and the one in use goes on.
 * @param opened what answers now; its models go on with every later revision
 * @param onLog takes one sentence for each change, refusal and recovery
 */
export async function watchSources(
  indexFolder: string,
  opened: Sources,
  onLog: (line: string) => void,
): Promise<LiveSources> {
  let current: Sources = Object.freeze({ ...opened });
  let problem: string | null = null;
  const listeners = new Set<(change: SourcesChange) => void>();
  const stop = new AbortController();

  async function look(): Promise<void> {
    let next: Sources;
    try {
      next = Object.freeze({
        ...current,
        index: await openIndex(indexFolder, current.embedder.fingerprint),
      });
    } catch (error) {
      if (reasonOf(error) !== problem && !stop.signal.aborted) {
        problem = reasonOf(error);
        onLog(`${problem} Answers go on coming from index ${current.index.revision}.`);
      }
      return;
    }
    if (stop.signal.aborted) return;
    const recovered = problem !== null;
    problem = null;
    const previous = current;
    if (next.index.revision === previous.index.revision) {
      if (recovered) onLog(`The index in use, ${previous.index.revision}, is the newest again.`);
      return;
    }
    current = next;
    const change = changeOf(previous.index.articles, next.index.articles, next.index.revision);
    onLog(
      `Answers now come from index ${change.revision}: articles added ${change.added.length}, changed ${change.changed.length}, removed ${change.removed.length}.`,
    );
    for (const listener of [...listeners]) {
      try {
        listener(change);
      } catch (error) {
        onLog(`A change of the articles could not be told to everybody: ${reasonOf(error)}.`);
      }
    }
  }

  async function watch(): Promise<void> {
    let seen = await signOf(indexFolder);
    // What was opened may be older than what stands there now.
    if (seen.revision !== current.index.revision) seen = { ...seen, sign: '' };
    let triedAt = performance.now();
    for (;;) {
      const now = await signOf(indexFolder);
      const again = problem !== null && performance.now() - triedAt > TRY_AGAIN_MS;
      if (now.sign !== seen.sign || again) {
        seen = now;
        triedAt = performance.now();
        await look();
      }
      // Does not keep a process alive that has nothing else to do.
      await sleep(LOOK_EVERY_MS, undefined, { signal: stop.signal, ref: false });
    }
  }

  const watching = watch().catch((error) => {
    if (!stop.signal.aborted) throw error;
  });
  return {
    get current() {
      return current;
    },
    get problem() {
      return problem;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      stop.abort();
      listeners.clear();
      await watching;
    },
  };
}

/**
 * What tells one state of the index from another: the name of its revision and the identity of the file that
 * holds it, which every build that writes anything replaces. Times are compared for being the same only: a
 * clock that is set back changes nothing.
 */
async function signOf(folder: string): Promise<{ revision: string; sign: string }> {
  const file = path.join(folder, 'current');
  const revision = (await readFile(file, 'utf8').catch(() => '')).trim();
  const found = await stat(file, { bigint: true }).catch(() => null);
  return { revision, sign: `${revision} ${found?.ino} ${found?.mtimeNs} ${found?.size}` };
}

function changeOf(
  before: readonly IndexedArticle[],
  after: readonly IndexedArticle[],
  revision: string,
): SourcesChange {
  const old = new Map(before.map(({ file, sha256 }) => [file, sha256]));
  const kept = new Set(after.map(({ file }) => file));
  const files = (wanted: (article: IndexedArticle) => boolean) =>
    after.filter(wanted).map(({ file }) => file);
  return {
    revision,
    added: files(({ file }) => !old.has(file)),
    changed: files(({ file, sha256 }) => old.has(file) && old.get(file) !== sha256),
    removed: [...old.keys()].filter((file) => !kept.has(file)),
  };
}
