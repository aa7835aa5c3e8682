import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { answerQuestion, type Sources } from '../../src/answer/answer.ts';
import { type LiveSources, type SourcesChange, watchSources } from '../../src/answer/live.ts';
import { buildIndex } from '../../src/index/build.ts';
import { openIndex } from '../../src/index/revision.ts';
import { deterministicEmbedder, deterministicReader } from '../deterministic-embedder.ts';

let folder: string;
let articles: string;
let index: string;
let live: LiveSources;
let opened: Sources;
const log: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verbatim-live-'));
  articles = path.join(folder, 'articles');
  index = path.join(folder, 'index');
  await mkdir(articles);
  await put('harbour.md', 'The envoy said that the harbour would stay closed until June.');
  await build();
  log.length = 0;
  opened = {
    index: await openIndex(index, 'deterministic'),
    embedder: deterministicEmbedder(),
    reader: deterministicReader,
    entailment: null,
  };
  live = await watchSources(index, opened, (line) => log.push(line));
});
afterEach(async () => {
  await live.close();
  await rm(folder, { recursive: true, force: true });
});

const put = (file: string, text: string) => writeFile(path.join(articles, file), `${text}\n`);
const build = () => buildIndex(articles, index, deterministicEmbedder());
const until = (what: () => unknown) => vi.waitFor(() => expect(what()).toBeTruthy(), { timeout: 20_000 });

/** The file of the current revision with this name. */
async function fileOf(name: string): Promise<string> {
  return path.join(index, (await readFile(path.join(index, 'current'), 'utf8')).trim(), name);
}

describe('live sources', () => {
  it('change to a new revision, and tell what has changed', async () => {
    const changes: SourcesChange[] = [];
    live.onChange((change) => changes.push(change));
    const before = live.current;
    await put('airport.md', 'The council said that the airport would open again in May.');
    await put('harbour.md', 'The envoy said that the harbour would open again in July.');
    const { manifest } = await build();
    await until(() => live.current.index.revision === manifest.revision);
    const { revision } = manifest;
    expect(changes).toEqual([{ revision, added: ['airport.md'], changed: ['harbour.md'], removed: [] }]);
    expect(live.problem).toBeNull();
    expect(log).toEqual([`Answers now come from index ${revision}: articles added 1, changed 1, removed 0.`]);
    // What was taken before stays as it was.
    expect(before.index.articles.map(({ file }) => file)).toEqual(['harbour.md']);
  });

  it('let a question in flight end on the revision it began with', async () => {
    let go: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const slow: Sources = {
      ...live.current,
      reader: {
        name: 'slow',
        async read(...args) {
          await gate;
          return deterministicReader.read(...args);
        },
      },
    };
    const asked = answerQuestion('Until when would the harbour stay closed?', slow);
    await put('harbour.md', 'The envoy said that the ferry would run again in July.');
    const { manifest } = await build();
    await until(() => live.current.index.revision === manifest.revision);
    go();
    const answer = await asked;
    const shown = [...answer.quotes, ...answer.nearest];
    expect(answer.revision).not.toBe(manifest.revision);
    expect(shown[0]?.text).toContain('the harbour would stay closed until June');
    const next = await answerQuestion('When would the ferry run again?', live.current);
    expect(next.revision).toBe(manifest.revision);
    expect([...next.quotes, ...next.nearest][0]?.text).toContain('the ferry would run again in July');
  });

  it.each([
    'manifest.json',
    'articles.jsonl',
    'passages.hnsw',
    'sentences.hnsw',
    'terms.txt',
    'postings.bin',
  ])(
    'stay on the last good revision when %s of the new one is damaged, say so, and recover',
    async (name) => {
      const before = live.current.index.revision;
      await put('harbour.md', 'The envoy said that the harbour would open again in July.');
      // Damaged before it becomes current, as it would be by a bad disk.
      const current = await readFile(path.join(index, 'current'), 'utf8');
      const elsewhere = path.join(folder, 'elsewhere');
      await buildIndex(articles, elsewhere, deterministicEmbedder());
      const next = (await readFile(path.join(elsewhere, 'current'), 'utf8')).trim();
      await mkdir(path.join(index, next));
      for (const file of [
        'manifest.json',
        'articles.jsonl',
        'passages.hnsw',
        'sentences.hnsw',
        'terms.txt',
        'postings.bin',
      ]) {
        const bytes = await readFile(path.join(elsewhere, next, file));
        if (file === name) bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1;
        await writeFile(path.join(index, next, file), bytes);
      }
      expect(current.trim()).toBe(before);
      await writeFile(path.join(index, 'current'), `${next}\n`);
      await until(() => live.problem !== null);
      expect(live.problem).toMatch(
        /^The index at .* cannot be used \(.*\): run npm run index to build it anew\.$/,
      );
      expect(live.current.index.revision).toBe(before);
      const answer = await answerQuestion('Until when would the harbour stay closed?', live.current);
      expect(answer.revision).toBe(before);
      expect(log).toEqual([`${live.problem} Answers go on coming from index ${before}.`]);

      const { manifest } = await build();
      expect(manifest.revision).toBe(next);
      await until(() => live.current.index.revision === next);
      expect(live.problem).toBeNull();
      expect(await fileOf(name)).toContain(next);
    },
  );

  it('go on when the index is gone, and when a listener fails', async () => {
    const before = live.current.index.revision;
    await rm(index, { recursive: true });
    await until(() => live.problem !== null);
    expect(live.problem).toMatch(/^There is no index at .*: run npm run index\.$/);
    expect(live.current.index.revision).toBe(before);
    await build();
    await until(() => live.problem === null);
    const heard: string[] = [];
    live.onChange(() => {
      throw new Error('nobody there');
    });
    live.onChange(({ revision }) => heard.push(revision));
    await put('airport.md', 'The council said that the airport would open again in May.');
    const { manifest } = await build();
    await until(() => heard.length > 0);
    expect(heard).toEqual([manifest.revision]);
  });

  it('notice what was built between the opening and the watching', async () => {
    await live.close();
    await put('airport.md', 'The council said that the airport would open again in May.');
    const { manifest } = await build();
    live = await watchSources(index, opened, (line) => log.push(line));
    await until(() => live.current.index.revision === manifest.revision);
  });

  it('change no more once they are closed', async () => {
    const heard: string[] = [];
    live.onChange(({ revision }) => heard.push(revision));
    await live.close();
    await put('airport.md', 'The council said that the airport would open again in May.');
    await build();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(heard).toEqual([]);
    expect(live.current).toMatchObject({ index: { revision: opened.index.revision } });
  });
});
