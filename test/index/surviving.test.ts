import { execFile, spawnSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readArticles } from '../../src/articles/read.ts';
import { buildIndex } from '../../src/index/build.ts';
import { claimIndex } from '../../src/index/claim.ts';
import { openIndex } from '../../src/index/revision.ts';
import { watchArticles } from '../../src/index/watch.ts';
import { deterministicEmbedder } from '../deterministic-embedder.ts';

let folder: string;
let articles: string;
let index: string;
const mounted: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verbatim-surviving-'));
  articles = path.join(folder, 'articles');
  index = path.join(folder, 'index');
  await mkdir(articles);
});
afterEach(async () => {
  for (const mount of mounted.splice(0)) spawnSync('umount', [mount]);
  await rm(folder, { recursive: true, force: true });
});

const put = (file: string, text: string) => writeFile(path.join(articles, file), `${text}\n`);
const build = () => buildIndex(articles, index, deterministicEmbedder());
const open = () => openIndex(index, 'deterministic');

/** Mounts a small file system of its own; false where the system does not allow that. */
async function mountSmall(at: string, options: string): Promise<boolean> {
  await mkdir(at, { recursive: true });
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', at]).status !== 0) return false;
  mounted.push(at);
  return true;
}

const CANNOT_MOUNT = 'a file system of its own cannot be mounted here';

describe('an index on a file system that does not take it', () => {
  it('is the previous one when the disk is full, and the next run succeeds', async ({ skip }) => {
    if (!(await mountSmall(index, 'size=1m'))) skip(CANNOT_MOUNT);
    await put('a.md', 'The envoy said that the harbour would stay closed until June.');
    const { revision } = (await build()).manifest;
    const filler = path.join(index, 'filler');
    for (let n = 0; n < 40; n++) await put(`n${n}.md`, `The council said that ship ${n} would sail in May.`);
    // Room for none, for some, and for almost all of the new revision.
    for (const kilobytes of [1024, 990, 960, 940, 920]) {
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1k', `count=${kilobytes}`]);
      const error = await build().catch((thrown) => thrown);
      if (kilobytes === 1024) expect(error.message).toMatch(/the disk is full/);
      if (error instanceof Error) {
        expect(error.name, error.stack).toBe('VerbatimError');
        expect(error.message).toMatch(
          /^The index could not be written to [^\n]*; the previous one, if any, is still in use\.$/,
        );
        expect((await open()).revision).toBe(revision);
      }
      await rm(filler);
    }
    const built = await build();
    expect((await open()).revision).toBe(built.manifest.revision);
    expect((await readdir(index)).sort()).toEqual([built.manifest.revision, 'current'].sort());
  });

  it('is the previous one when the folder is read-only', async ({ skip }) => {
    if (!(await mountSmall(index, 'size=4m'))) skip(CANNOT_MOUNT);
    await put('a.md', 'The envoy said that the harbour would stay closed until June.');
    const { revision } = (await build()).manifest;
    if (spawnSync('mount', ['-o', 'remount,ro', index]).status !== 0) skip(CANNOT_MOUNT);
    await put('a.md', 'The envoy said that the harbour would open again in July.');
    await expect(build()).rejects.toThrow(
      /^The index could not be written to [^\n]*: the file system is read-only; the previous one, if any, is still in use\.$/,
    );
    expect((await open()).revision).toBe(revision);
  });
});

describe('articles of all kinds', () => {
  it('a paragraph of a million characters without a full stop does no harm', async () => {
    await put('long.md', 'the envoy and the council '.repeat(40_000));
    await put('solid.md', 'x'.repeat(1_000_000));
    await put('a.md', 'The envoy said that the harbour would stay closed until June.');
    const { manifest } = await build();
    expect(manifest.counts.articles).toBeGreaterThan(0);
    const loaded = await open();
    for (const { article, start, end } of loaded.articles.flatMap((_, a) => loaded.passagesOf(a)))
      expect(loaded.articles[article]?.text.slice(start, end).length).toBe(end - start);
  });

  it('five hundred tiny files are five hundred articles', async () => {
    for (let n = 0; n < 500; n++) await put(`${n}.txt`, `The envoy said on day ${n} that he would go.`);
    expect((await build()).manifest.counts).toMatchObject({ articles: 500, passages: 500 });
    await rm(path.join(articles, '7.txt'));
    expect(await build()).toMatchObject({ removed: ['7.txt'], embedded: 0 });
  });

  it('file names in Arabic, with emoji and with line breaks are kept, links out of the folder left out', async () => {
    const names = ['بيان صحفي.md', '🚢 harbour 👩‍👩‍👧.md', 'two\nlines.txt', 'it\'s a "quote" $(x).md'];
    for (const [n, name] of names.entries()) await put(name, `The envoy said on day ${n} that he would go.`);
    await writeFile(path.join(folder, 'secret.md'), 'The envoy said that nobody may read this sentence.\n');
    await symlink(path.join(folder, 'secret.md'), path.join(articles, 'link.md'));
    const report = await build();
    expect(report.added.sort()).toEqual([...names].sort());
    expect(report.leftOut).toEqual([{ file: 'link.md', reason: 'it is a link out of the folder' }]);
    const loaded = await open();
    expect(loaded.articles.map(({ file }) => file).sort()).toEqual([...names].sort());
    expect(loaded.articles.some(({ text }) => text.includes('nobody may read'))).toBe(false);
    expect(await build()).toMatchObject({ added: [], changed: [], removed: [], embedded: 0 });
  });

  it('one that is written while it is read is never indexed by half', async () => {
    const [first, further] = [
      'The envoy said that the harbour would stay closed until June.\n',
      'The council did not agree with him.\n',
    ];
    await put('a.md', first.trimEnd());
    const { revision } = (await build()).manifest;
    let writing = true;
    const writer = (async () => {
      while (writing) await appendFile(path.join(articles, 'a.md'), further);
    })();
    const read = await readArticles(articles).catch((thrown) => thrown);
    const built = await build().catch((thrown) => thrown);
    writing = false;
    await writer;
    // Between two writes the file is whole for a moment, and may be read then.
    for (const each of [read, built].filter((thrown) => thrown instanceof Error))
      expect(each.message).toBe(
        'The article a.md is being written while it is read: run npm run index again when that is done.',
      );
    const loaded = await open();
    if (built instanceof Error) expect(loaded.revision).toBe(revision);
    else expect(loaded.revision).toBe(built.manifest.revision);
    const text = loaded.articles[0]?.text ?? '';
    expect(text).toBe(first + further.repeat((text.length - first.length) / further.length));
    await build();
    expect((await open()).articles[0]?.text).toBe(await readFile(path.join(articles, 'a.md'), 'utf8'));
  });
});

describe('npm run index', () => {
  it('while another run is at work says which, and exits 1', async () => {
    await put('a.md', 'The envoy said that the harbour would stay closed until June.');
    const claim = await claimIndex(index);
    const script = path.resolve(import.meta.dirname, '../../scripts/index.ts');
    const run = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
      execFile(
        process.execPath,
        ['--import', 'tsx', script, '--articles', articles, '--index', index],
        (error, _, stderr) => resolve({ code: error?.code, stderr }),
      );
    });
    await claim.release();
    expect(run.code).toBe(1);
    expect(run.stderr).toMatch(
      new RegExp(`Another run \\(process ${process.pid}, since [^)]+\\) is at work on the index`),
    );
  });
});

describe('watching the articles', () => {
  it('builds after each change, tells a problem once, and goes on until it is stopped', async () => {
    const stop = new AbortController();
    const built: string[] = [];
    const problems: string[] = [];
    const watching = watchArticles(
      articles,
      index,
      deterministicEmbedder(),
      {
        onProgress() {},
        onBuilt: ({ added, changed, removed }) => built.push(JSON.stringify([added, changed, removed])),
        onProblem: (sentence) => problems.push(sentence),
      },
      stop.signal,
    );
    const next = async (of: string[], count: number) => {
      for (let i = 0; i < 400 && of.length < count; i++) await new Promise((done) => setTimeout(done, 50));
      expect(of).toHaveLength(count);
    };
    await next(problems, 1);
    expect(problems[0]).toMatch(/^There is no article to index in /);
    await put('a.md', 'The envoy said that the harbour would stay closed until June.');
    await next(built, 1);
    await put('a.md', 'The envoy said that the harbour would open again in July.');
    await next(built, 2);
    await put('b.md', 'The council said that the airport would open again in May.');
    await next(built, 3);
    await rm(path.join(articles, 'a.md'));
    await next(built, 4);
    stop.abort();
    await watching;
    expect(built).toEqual(['[["a.md"],[],[]]', '[[],["a.md"],[]]', '[["b.md"],[],[]]', '[[],[],["a.md"]]']);
    expect(problems).toHaveLength(1);
    expect((await open()).articles.map(({ file }) => file)).toEqual(['b.md']);
  });
});
