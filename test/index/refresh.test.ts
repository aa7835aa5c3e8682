import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildIndex } from '../../src/index/build.ts';
import { openIndex } from '../../src/index/revision.ts';
import { deterministicEmbedder } from '../deterministic-embedder.ts';

let folder: string;
let articles: string;
let index: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verbatim-refresh-'));
  articles = path.join(folder, 'articles');
  index = path.join(folder, 'index');
  await mkdir(articles);
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

const put = async (file: string, text: string) => {
  await mkdir(path.dirname(path.join(articles, file)), { recursive: true });
  await writeFile(path.join(articles, file), text);
};

/** Every file of an index by its path, but for the time in the manifest and the checksum that holds it. */
async function filesOf(at: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of (await readdir(at, { recursive: true, withFileTypes: true })).filter((e) =>
    e.isFile(),
  )) {
    const file = path.join(entry.parentPath, entry.name);
    const bytes = await readFile(file);
    if (entry.name === 'manifest.json') {
      const { builtAt: _, sha256: __, ...rest } = JSON.parse(String(bytes));
      files[path.relative(at, file)] = JSON.stringify(rest);
    } else {
      files[path.relative(at, file)] = createHash('sha256').update(bytes).digest('hex');
    }
  }
  return files;
}

const SUBJECTS = ['The envoy', 'The harbour master', 'A spokesman', 'The council', 'Mr. Alder'];
const VERBS = ['said', 'denied', 'confirmed', 'repeated', 'doubted'];
const THINGS = ['that the harbour stays closed', 'the date of the talks', 'that ships may leave in May'];

/** A paragraph made of a number: the same number, the same paragraph. */
function paragraph(n: number): string {
  return Array.from({ length: 1 + (n % 6) }, (_, i) => {
    const pick = (of: readonly string[], by: number) => of[Math.floor(by) % of.length];
    const k = n * 7 + i * 3;
    return `${pick(SUBJECTS, k)} ${pick(VERBS, k / 5)} ${pick(THINGS, k / 25)} on day ${k % 97} of the month.`;
  }).join(' ');
}

const article = (numbers: readonly number[]) => `${numbers.map(paragraph).join('\n\n')}\n`;

describe('a refresh', () => {
  it('gives byte for byte the index that a build from nothing gives, after any edits', async () => {
    const file = fc.constantFrom('a.md', 'b.txt', 'c.md', 'deep/d.txt', 'ä.md');
    const numbers = fc.array(fc.nat(40), { minLength: 1, maxLength: 6 });
    const edit = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), file, numbers }),
      fc.record({ kind: fc.constant('remove' as const), file }),
      fc.record({ kind: fc.constant('move' as const), file, to: file }),
      fc.record({ kind: fc.constant('nothing' as const) }),
      fc.record({ kind: fc.constant('damage' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 8 }), async (edits) => {
        await rm(articles, { recursive: true });
        await rm(index, { recursive: true, force: true });
        await put('always.md', article([1, 2, 3]));
        for (const step of edits) {
          if (step.kind === 'write') await put(step.file, article(step.numbers));
          if (step.kind === 'remove') await rm(path.join(articles, step.file), { force: true });
          if (step.kind === 'move' && existsSync(path.join(articles, step.file))) {
            await mkdir(path.dirname(path.join(articles, step.to)), { recursive: true });
            await rename(path.join(articles, step.file), path.join(articles, step.to));
          }
          if (step.kind === 'damage' && existsSync(path.join(index, 'current'))) {
            const name = (await readFile(path.join(index, 'current'), 'utf8')).trim();
            await writeFile(path.join(index, name, 'terms.txt'), '');
          }
          await buildIndex(articles, index, deterministicEmbedder());
          const fresh = path.join(folder, 'fresh');
          await buildIndex(articles, fresh, deterministicEmbedder());
          expect(await filesOf(index)).toEqual(await filesOf(fresh));
          await rm(fresh, { recursive: true });
        }
      }),
      { numRuns: 25, seed: 5 },
    );
  });

  it('embeds only texts that are new, and gives every passage its own row', async () => {
    await put('a.md', article([1, 2, 3]));
    await put('b.md', article([4, 5]));
    await buildIndex(articles, index, deterministicEmbedder());
    // The same paragraph a second time, one that is new, and one gone.
    await put('b.md', `${paragraph(4)}\n\n${paragraph(1)}\n\n${paragraph(11)}\n`);
    const embedder = deterministicEmbedder();
    const report = await buildIndex(articles, index, embedder);
    const isNew = (text: string) => paragraph(11).includes(text);
    expect(embedder.embedded.length).toBeGreaterThan(0);
    expect(embedder.embedded.filter((text) => !isNew(text))).toEqual([]);
    expect(report).toMatchObject({
      added: [],
      changed: ['b.md'],
      removed: [],
      unchanged: ['a.md'],
      embedded: embedder.embedded.length,
    });
    const loaded = await openIndex(index, 'deterministic');
    const rows = loaded.articles.flatMap(({ text }, a) =>
      loaded.passagesOf(a).map(({ article, start, end }) => `${article} ${text.slice(start, end)}`),
    );
    const twice = rows.filter((row) => row.includes(paragraph(1)));
    expect(twice).toEqual([`0 ${paragraph(1)}`, `1 ${paragraph(1)}`]);
    expect(loaded.passageCount).toBe(rows.length);
  });

  it('embeds everything anew for another model', async () => {
    await put('a.md', article([1, 2, 3]));
    const first = deterministicEmbedder('one');
    await buildIndex(articles, index, first);
    const second = deterministicEmbedder('two');
    const report = await buildIndex(articles, index, second);
    expect(second.embedded).toEqual(first.embedded);
    expect(report).toMatchObject({ reused: 0, added: ['a.md'] });
    expect(report.manifest.model).toBe('two');
  });

  it('writes nothing where nothing has changed', async () => {
    await put('a.md', article([1, 2, 3]));
    const { manifest } = await buildIndex(articles, index, deterministicEmbedder());
    const times = async () =>
      Promise.all(
        (await readdir(index, { recursive: true })).sort().map(async (name) => {
          const { ino, mtimeNs } = await stat(path.join(index, name), { bigint: true });
          return `${name} ${ino} ${name === '.' ? '' : mtimeNs}`;
        }),
      );
    const before = await times();
    // Touched, but the same.
    await utimes(path.join(articles, 'a.md'), new Date(), new Date());
    const embedder = deterministicEmbedder();
    const report = await buildIndex(articles, index, embedder);
    expect(report.manifest).toEqual(manifest);
    expect(report).toMatchObject({ added: [], changed: [], removed: [], unchanged: ['a.md'], embedded: 0 });
    expect(embedder.embedded).toEqual([]);
    expect(await times()).toEqual(before);
  });

  it('notes another folder of the same articles without making another revision', async () => {
    await put('a.md', article([1, 2, 3]));
    const { manifest } = await buildIndex(articles, index, deterministicEmbedder());
    await rename(articles, path.join(folder, 'moved'));
    const after = await buildIndex(path.join(folder, 'moved'), index, deterministicEmbedder());
    expect(after.manifest.revision).toBe(manifest.revision);
    expect(after.manifest.articlesFolder).toBe(path.join(folder, 'moved'));
    expect((await openIndex(index, 'deterministic')).manifest).toEqual(after.manifest);
  });

  it('cuts again what other code has cut, and keeps its vectors', async () => {
    await put('a.md', article([1, 2, 3]));
    await buildIndex(articles, index, deterministicEmbedder());
    vi.resetModules();
    vi.doMock('../../src/index/code.ts', () => ({ cuttingCode: async () => 'another' }));
    try {
      const later = await import('../../src/index/build.ts');
      const narrower = { ...deterministicEmbedder(), maxTokens: 20 };
      const report = await later.buildIndex(articles, index, narrower);
      const fresh = path.join(folder, 'fresh');
      await later.buildIndex(articles, fresh, { ...deterministicEmbedder(), maxTokens: 20 });
      expect(report.manifest.code).toBe('another');
      expect(report.reused).toBeGreaterThan(0);
      expect(await filesOf(index)).toEqual(await filesOf(fresh));
    } finally {
      vi.doUnmock('../../src/index/code.ts');
    }
  });

  it('holds when the clock has been set back', async () => {
    await put('a.md', article([1, 2, 3]));
    await buildIndex(articles, index, deterministicEmbedder());
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('1999-01-01T00:00:00Z') });
    await put('a.md', article([5, 6]));
    await utimes(path.join(articles, 'a.md'), new Date(0), new Date(0));
    const report = await buildIndex(articles, index, deterministicEmbedder());
    expect(report.changed).toEqual(['a.md']);
    expect(report.manifest.builtAt).toBe('1999-01-01T00:00:00.000Z');
    expect((await openIndex(index, 'deterministic')).revision).toBe(report.manifest.revision);
  });

  it('leaves one revision, and nothing else, in the index folder', async () => {
    await put('a.md', article([1]));
    await buildIndex(articles, index, deterministicEmbedder());
    await put('a.md', article([2]));
    const { manifest } = await buildIndex(articles, index, deterministicEmbedder());
    expect((await readdir(index)).sort()).toEqual([manifest.revision, 'current'].sort());
  });

  it('stops when it is told to, and leaves the previous revision in use', async () => {
    await put('a.md', article([1]));
    const { manifest } = await buildIndex(articles, index, deterministicEmbedder());
    await put('b.md', article([2, 3, 4]));
    const stop = new AbortController();
    const build = buildIndex(articles, index, deterministicEmbedder(), () => stop.abort(), stop.signal);
    await expect(build).rejects.toThrow(/^Stopped: the previous index, if any, is still in use\.$/);
    expect((await openIndex(index, 'deterministic')).revision).toBe(manifest.revision);
    expect((await readdir(index)).sort()).toEqual([manifest.revision, 'current'].sort());
  });
});
