/**
 * One run at a time works on an index. A run's claim is the folder that it builds in: its name says which
 * process that is, so a folder whose process is gone is both a claim that no longer holds and what a killed
 * run left behind. Claims are made before the others are looked at, so of two runs at most one goes on, and
 * nothing has to be taken from anybody. Claims are those of one machine; an index folder that two machines
 * share must be built by one of them.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonOf, VerbatimError } from '../errors.ts';

/** Another run is at work on the index. */
export class IndexBusyError extends VerbatimError {}

export interface Claim {
  /** An empty folder inside the index folder, to build in. */
  readonly folder: string;
  /** Gives the claim back and removes what is left in its folder. */
  release(): Promise<void>;
}

/** building-<process id>-<start of the process>-<time of the claim in ms>-<random> */
const CLAIM = /^building-(\d+)-(\d+)-(\d+)-[0-9a-f]+$/;

/** Two runs that begin at the same moment see each other and both step back: each tries again, not at once. */
const ATTEMPTS = 4;

/** Claims of this process that hold: one that could not be removed is none any more. */
const held = new Set<string>();

/**
 * Claims an index folder, creating it where it is missing, and removes what killed runs left in it.
 * @throws IndexBusyError naming the process that is at work on it
 * @throws VerbatimError when the folder cannot be written to
 */
export async function claimIndex(folder: string): Promise<Claim> {
  for (let attempt = 1; ; attempt++) {
    const start = (await processStart(process.pid)) ?? '0';
    const name = `building-${process.pid}-${start}-${Date.now()}-${randomBytes(4).toString('hex')}`;
    const own = path.join(folder, name);
    const release = async () => {
      held.delete(name);
      await rm(own, { recursive: true, force: true });
    };
    let other: { pid: number; since: number } | null;
    try {
      held.add(name);
      // Two steps: on a read-only disk, making a path in one reports that the folder is missing.
      await mkdir(folder, { recursive: true });
      await mkdir(own);
      other = await otherClaim(folder, name);
    } catch (error) {
      await release().catch(() => {});
      throw new VerbatimError(
        `The index could not be written to ${folder}: ${reasonOf(error)}; the previous one, if any, is still in use.`,
        { cause: error },
      );
    }
    if (other === null) return { folder: own, release };
    await release().catch(() => {});
    if (attempt === ATTEMPTS) {
      throw new IndexBusyError(
        `Another run (process ${other.pid}, since ${new Date(other.since).toISOString()}) is at work on the index at ${folder}: wait until it is done, or end it.`,
      );
    }
    await sleep(50 + Math.random() * 200);
  }
}

/** A claim that holds, other than one's own; claims of processes that are gone are removed. */
async function otherClaim(folder: string, own: string): Promise<{ pid: number; since: number } | null> {
  let found: { pid: number; since: number } | null = null;
  for (const entry of await readdir(folder)) {
    if (entry === own || !entry.startsWith('building-')) continue;
    const [, pid = '', start = '', since = ''] = CLAIM.exec(entry) ?? [];
    const holds =
      Number(pid) === process.pid ? held.has(entry) : pid !== '' && (await isRunning(Number(pid), start));
    if (holds) found = { pid: Number(pid), since: Number(since) };
    else await rm(path.join(folder, entry), { recursive: true, force: true });
  }
  return found;
}

/** Whether the process that had this id and start time still runs: the id alone may be another's by now. */
async function isRunning(pid: number, start: string): Promise<boolean> {
  const now = await processStart(pid);
  if (now !== undefined) return now === start;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * When a process started, in clock ticks since the machine did; null where it does not run; undefined where
 * the system does not tell (no /proc).
 */
async function processStart(pid: number): Promise<string | null | undefined> {
  const own = await readFile('/proc/self/stat', 'utf8').catch(() => undefined);
  if (own === undefined) return undefined;
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in brackets and may hold anything; state is the third, start the 22nd.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const ended = line === '' || fields[0] === 'Z' || fields[0] === 'X';
  return ended ? null : (fields[19] ?? null);
}
