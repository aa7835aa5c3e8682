import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { build as bundle } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildIndex } from '../../src/index/build.ts';
import { claimIndex, IndexBusyError } from '../../src/index/claim.ts';
import { openIndex } from '../../src/index/revision.ts';
import { deterministicEmbedder } from '../deterministic-embedder.ts';

/** Calls that touch an index or articles are counted; from the one that `failAt` names on, they may fail. */
const disk = vi.hoisted(() => ({
  calls: 0,
  failAt: Number.POSITIVE_INFINITY,
  below: '\0',
  fails: (_call: number): boolean => false,
  count() {
    this.calls++;
    if (this.calls >= this.failAt && this.fails(this.calls))
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  },
}));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<Record<string, unknown>>();
  const counting =
    (call: (...args: unknown[]) => unknown, counts: (args: unknown[]) => boolean) =>
    async (...args: unknown[]) => {
      if (counts(args)) disk.count();
      const result = await call(...args);
      return call === real.open ? countingHandle(result as object) : result;
    };
  const countingHandle = (handle: object) =>
    new Proxy(handle, {
      get(target, name) {
        const value = Reflect.get(target, name);
        // Closing always closes: only the process's end would, and that is played here, not done.
        return typeof value === 'function' ? counting(value.bind(target), () => name !== 'close') : value;
      },
    });
  const module = Object.fromEntries(
    Object.entries(real).map(([name, value]) => [
      name,
      typeof value === 'function'
        ? counting(value as (...args: unknown[]) => unknown, ([file]) => String(file).startsWith(disk.below))
        : value,
    ]),
  );
  return { ...module, default: module };
});

let folder: string;
let articles: string;
let index: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verbatim-interrupted-'));
  articles = path.join(folder, 'articles');
  index = path.join(folder, 'index');
  await mkdir(articles);
});
afterEach(async () => {
  disk.failAt = Number.POSITIVE_INFINITY;
  disk.below = '\0';
  await rm(folder, { recursive: true, force: true });
});

const put = (day: number, folder = articles) =>
  writeFile(
    path.join(folder, 'a.md'),
    `The envoy said that the harbour would open on day ${day}. The council did not agree with that.\n`,
  );
const build = (from = articles, to = index) => buildIndex(from, to, deterministicEmbedder());
const revision = async (of = index) => (await openIndex(of, 'deterministic')).revision;

async function expectCleanBuild(from = articles, to = index): Promise<string> {
  const report = await build(from, to);
  expect(await revision(to)).toBe(report.manifest.revision);
  expect((await readdir(to)).sort()).toEqual([report.manifest.revision, 'current'].sort());
  return report.manifest.revision;
}

/** The script in one file, because starting it a hundred times should cost little. */
async function bundleRun(): Promise<string> {
  const outfile = path.join(folder, 'run.cjs');
  const source = path.resolve(import.meta.dirname, '../../src/index');
  await bundle({
    entryPoints: [path.join(import.meta.dirname, 'run-to-be-killed.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['*.node'],
    define: {
      'import.meta.dirname': JSON.stringify(source),
      'import.meta.url': JSON.stringify(pathToFileURL(path.join(source, 'vectors.ts')).href),
    },
  });
  return outfile;
}

/** Starts a run in a process of its own and waits until it begins. */
async function start(script: string, from: string, to: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, from, to], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}

describe('an index run', () => {
  it('killed at 100 random moments leaves a whole index, and the next run succeeds and cleans up', async () => {
    const script = await bundleRun();
    let interrupted = 0;
    /** A hundred kills one after the other would take a minute: they are shared out over indexes of their own. */
    const killed = async (lane: number, times: number): Promise<void> => {
      const own = path.join(folder, `lane ${lane}`);
      const [from, to] = [path.join(own, 'articles'), path.join(own, 'index')];
      await mkdir(from, { recursive: true });
      await put(0, from);
      await expectCleanBuild(from, to);
      // How long a run takes here and now, so that the moments lie all over it.
      await put(1, from);
      const first = await start(script, from, to);
      const began = performance.now();
      await once(first, 'exit');
      const duration = performance.now() - began;
      expect(first.exitCode).toBe(0);
      let before = await revision(to);
      for (let kill = 0; kill < times; kill++) {
        await put(kill + 2, from);
        const run = await start(script, from, to);
        await sleep(Math.random() * duration);
        run.kill('SIGKILL');
        if (run.exitCode === null && run.signalCode === null) await once(run, 'exit');
        if (run.signalCode === 'SIGKILL') interrupted++;
        const after = await revision(to);
        const built = await expectCleanBuild(from, to);
        expect(built).not.toBe(before);
        expect([before, built]).toContain(after);
        before = built;
      }
    };
    await Promise.all(Array.from({ length: 5 }, (_, lane) => killed(lane, 20)));
    expect(interrupted).toBeGreaterThan(20);
  }, 600_000);

  it.each([
    ['stopping there for good, as by kill -9', () => true],
    ['failing once, as on a full disk', (call: number) => call === disk.failAt],
  ])(
    'leaves a whole index at every call to the file system, %s',
    async (_, fails) => {
      disk.below = folder;
      disk.fails = fails;
      await put(0);
      await expectCleanBuild();
      await put(1);
      disk.calls = 0;
      await build();
      const { calls } = disk;
      expect(calls).toBeGreaterThan(40);
      let before = await revision();
      let failed = 0;
      for (let call = 1; call <= calls; call++) {
        await put(call + 1);
        disk.calls = 0;
        disk.failAt = call;
        const error: Error | null = await build().then(
          () => null,
          (thrown) => thrown,
        );
        disk.failAt = Number.POSITIVE_INFINITY;
        if (error !== null) {
          failed++;
          expect(error.name, error.stack).toBe('VerbatimError');
          expect(error.message).toMatch(/^[A-Z][^\n]*\.$/);
        }
        const after = await revision();
        const built = await expectCleanBuild();
        expect([before, built]).toContain(after);
        before = built;
      }
      expect(failed).toBeGreaterThan(calls / 3);
    },
    300_000,
  );

  it('removes what runs of other versions and kills between two steps have left', async () => {
    await put(0);
    await build();
    await mkdir(path.join(index, 'building-1'));
    await mkdir(path.join(index, '0123456789abcdef'));
    await writeFile(path.join(index, '0123456789abcdef', 'manifest.json'), '{}');
    await expectCleanBuild();
  });
});

describe('a claim on an index', () => {
  it('keeps a second run out, which says who is at work since when', async () => {
    const claim = await claimIndex(index);
    await put(0);
    const error = await build().catch((thrown) => thrown);
    expect(error).toBeInstanceOf(IndexBusyError);
    expect(error.message).toMatch(
      new RegExp(
        `^Another run \\(process ${process.pid}, since \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\\) is at work on the index at .*: wait until it is done, or end it\\.$`,
      ),
    );
    await claim.release();
    await expectCleanBuild();
  });

  it('of a process that is gone does not hold, even where another process has its number now', async () => {
    await put(0);
    const claim = await claimIndex(index);
    const name = path.basename(claim.folder);
    await claim.release();
    // The number of a process that runs, with another start; and a number that no process has.
    const [, , start, since, random] = name.split('-');
    const started = await readFile('/proc/self/stat', 'utf8').catch(() => null);
    if (started !== null) {
      await mkdir(path.join(index, ['building', process.ppid, Number(start) + 1e9, since, random].join('-')));
      await expectCleanBuild();
    }
    await mkdir(path.join(index, ['building', 2 ** 22 + 1, start, since, random].join('-')));
    await expectCleanBuild();
  });

  it('goes to at most one of many that begin at once, and the others leave nothing', async () => {
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => claimIndex(index)));
    const won = results.filter((result) => result.status === 'fulfilled');
    expect(won.length).toBeLessThanOrEqual(1);
    for (const { value } of won) await value.release();
    await put(0);
    await expectCleanBuild();
  });

  it('lets two runs that begin at once both end well or name each other', async () => {
    await put(0);
    const results = await Promise.allSettled([build(), build()]);
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(IndexBusyError);
    await expectCleanBuild();
  });
});
