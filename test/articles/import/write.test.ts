import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isProse } from '../../../src/articles/clean.ts';
import { cleanText } from '../../../src/articles/import/dom.ts';
import { type Draft, paragraphLine } from '../../../src/articles/import/draft.ts';
import {
  articleFile,
  fileStem,
  removeUnfinished,
  replaceFile,
  writeNew,
} from '../../../src/articles/import/write.ts';
import { parseArticle } from '../../../src/articles/read.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verbatim-write-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const draft: Draft = {
  title: 'Harbour',
  publisher: null,
  author: null,
  published: null,
  url: null,
  language: null,
  retrieved: null,
  body: 'The harbour is closed until further notice, the master said.',
  leftOut: [],
  notes: [],
};

describe('an article’s file', () => {
  const hostile = fc
    .oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom(
        '---',
        '# x',
        'a: b',
        '"',
        "'",
        '- x',
        '{a: 1}',
        '[x]',
        '!!js x',
        '*a',
        '&a',
        'null',
        'yes',
        '1984',
        '0x1f',
        '~',
        '2024-01-01',
        '%',
        '@x',
        '`',
        '? x',
        '| x',
        '> x',
        'a #b',
        '...',
        'x\n---\ny',
      ),
    )
    .map((text) => cleanText(text))
    .map((text) => (text === '' ? null : text));

  it('reads back as what was written, whatever title, publisher and author hold', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (title, publisher, author) => {
        const fields = {
          title,
          publisher,
          author,
          published: '2031-02-03',
          url: 'https://x.example/a?b=%22',
          language: 'ar-IQ',
        };
        const article = parseArticle(Buffer.from(articleFile({ ...draft, ...fields })), 'x.md');
        expect(article).toMatchObject({ ...fields, title: title ?? article.title });
        expect(article.paragraphs).toHaveLength(1);
      }),
      { numRuns: 400 },
    );
  });

  it('keeps the day of fetching apart from the day of publication', () => {
    const file = articleFile({ ...draft, retrieved: '2031-02-03' });
    expect(file).toBe(`---\ntitle: Harbour\nretrieved: 2031-02-03\n---\n\n${draft.body}\n`);
    expect(parseArticle(Buffer.from(file), 'x.md').published).toBeNull();
  });

  it('keeps every paragraph of prose, to the letter but for marks at its start', () => {
    const sentence =
      'The harbour master said that the lamps would be lit again on Friday, and that nobody need worry.';
    const mark = fc.constantFrom(
      '',
      '# ',
      '###### ',
      '- ',
      '* ',
      '+ ',
      '• ',
      '– ',
      '— ',
      '> ',
      '| ',
      '|',
      '```',
      '~~~~',
      '--- ',
      '---',
      '===',
      '***',
      '___',
      '<!-- ',
      '![',
      '[1]: ',
      '[a b]: ',
      '## # - ',
      '1. ',
      '#',
      '“',
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(mark, fc.string({ unit: 'binary', maxLength: 20 })), {
          minLength: 1,
          maxLength: 8,
        }),
        (starts) => {
          const paragraphs = starts.map(([start, any], i) => cleanText(`${start}${any} ${i} ${sentence}`));
          const lines = paragraphs.map(paragraphLine).filter((line) => isProse(line));
          if (lines.length === 0) return;
          const article = parseArticle(
            Buffer.from(articleFile({ ...draft, body: lines.join('\n\n') })),
            'x.md',
          );
          const read = article.paragraphs.map(({ start, end }) => article.text.slice(start, end));
          expect(read).toHaveLength(lines.length);
          for (const [i, line] of lines.entries()) expect(line.endsWith(read[i] as string)).toBe(true);
          for (const [i, line] of paragraphs.map(paragraphLine).entries()) {
            const kept = line.slice(line.indexOf(sentence));
            expect((paragraphs[i] as string).endsWith(kept)).toBe(true);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('an article’s file name', () => {
  it.each([
    [
      '2031-02-03',
      'Ferry crews’ strike: “It’s over”, says Böhm',
      '2031-02-03-ferry-crews-strike-its-over-says-bohm',
    ],
    [null, 'مجلس المدينة يقر خطة', 'undated-مجلس-المدينة-يقر-خطة'],
    [null, '../../etc/passwd', 'undated-etc-passwd'],
    [null, '🙂 \n\0', 'undated-article'],
    [
      null,
      'one two three four five six seven eight nine ten eleven',
      'undated-one-two-three-four-five-six-seven-eight-nine-ten',
    ],
    [null, 'x'.repeat(500), 'undated-article'],
  ])('%s, %j: %s', (published, title, stem) => {
    expect(fileStem(published, title)).toBe(stem);
  });

  it('is a plain name of at most 255 bytes, whatever the title', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (title) => {
        const stem = fileStem('2031-02-03', title);
        expect(stem).toMatch(/^[\p{L}\p{M}\p{N}-]+$/u);
        expect(Buffer.byteLength(`${stem}-1000.md`)).toBeLessThan(200);
      }),
    );
  });
});

describe('writing', () => {
  it('never replaces a file when it writes a new one', async () => {
    const names = await Promise.all(
      Array.from({ length: 8 }, (_, i) => writeNew(folder, 'a', `text ${i}\n`)),
    );
    expect(names.sort()).toEqual([
      'a-2.md',
      'a-3.md',
      'a-4.md',
      'a-5.md',
      'a-6.md',
      'a-7.md',
      'a-8.md',
      'a.md',
    ]);
    const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
    expect(new Set(texts).size).toBe(8);
    expect((await readdir(folder)).length).toBe(8);
  });

  it('leaves the file as it was, and nothing else, when it fails', async () => {
    // A folder in the way: renaming onto it fails, on every file system and for every user.
    await mkdir(path.join(folder, 'a.md'));
    await expect(replaceFile(folder, 'a.md', 'new')).rejects.toThrow('it could not be written to');
    expect(await readdir(folder)).toEqual(['a.md']);
    await writeFile(path.join(folder, 'file'), '');
    await expect(writeNew(path.join(folder, 'file'), 'a', 'new')).rejects.toThrow(
      'it could not be written to',
    );
  });

  it('removes what a killed process left, and not what a living one is writing', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => child.on('exit', resolve));
    await writeFile(path.join(folder, `.adding-${child.pid}-00ff`), 'half');
    await writeFile(path.join(folder, `.adding-${process.pid}-00ff`), 'being written');
    await writeFile(path.join(folder, '.adding-notes'), 'somebody’s');
    await removeUnfinished(folder);
    expect((await readdir(folder)).sort()).toEqual([`.adding-${process.pid}-00ff`, '.adding-notes'].sort());
  });

  it('killed at any of 100 moments leaves every file whole, and the next run cleans up', async ({
    signal,
  }) => {
    // Bundled once: a hundred processes that each compile the sources would take minutes.
    const bundle = path.join(folder, 'write.mjs');
    await build({
      entryPoints: [path.resolve(import.meta.dirname, '../../../src/articles/import/write.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
    const articles = path.join(folder, 'articles');
    await mkdir(articles);
    const kept = path.join(articles, 'kept.md');
    // Writes without end, so that the kill always comes in the middle of something.
    const script = `
      const { removeUnfinished, replaceFile, writeNew } = await import(${JSON.stringify(bundle)});
      const folder = ${JSON.stringify(articles)};
      const [old, fresh] = ['o', 'n'].map((letter) => letter.repeat(300_000) + '\\n');
      // Whoever started it is gone, without having been able to end it.
      process.stdin.on('end', () => process.exit()).resume();
      await removeUnfinished(folder);
      process.stdout.write('.');
      for (let i = 0; ; i++) {
        await replaceFile(folder, 'kept.md', i % 2 ? old : fresh);
        await writeNew(folder, 'added', fresh);
      }`;
    const old = `${'o'.repeat(300_000)}\n`;
    const fresh = `${'n'.repeat(300_000)}\n`;
    await writeFile(kept, old);
    const moments = fc.sample(fc.integer({ min: 0, max: 40 }), { numRuns: 100, seed: 5 });
    let unfinished = 0;
    for (const moment of moments) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['pipe', 'pipe', 'inherit'],
        // Without end would be without end: a test that takes too long takes its writer with it.
        signal,
        killSignal: 'SIGKILL',
      });
      const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
      try {
        await new Promise((resolve, reject) => {
          child.stdout.once('data', resolve);
          child.once('error', reject);
          child.once('exit', () => reject(new Error('The writer ended by itself.')));
        });
        await new Promise((resolve) => setTimeout(resolve, moment));
      } finally {
        child.kill('SIGKILL');
      }
      expect(await ended).toBe('SIGKILL');
      // What an earlier process left is gone: this one cleaned up before it wrote.
      const left = (await readdir(articles)).filter((name) => name.startsWith('.'));
      expect(left.every((name) => name.startsWith(`.adding-${child.pid}-`))).toBe(true);
      unfinished += left.length;
      for (const name of (await readdir(articles)).filter((name) => !name.startsWith('.'))) {
        const text = await readFile(path.join(articles, name), 'utf8');
        expect(text === fresh || (name === 'kept.md' && text === old), name).toBe(true);
        if (name !== 'kept.md') await rm(path.join(articles, name));
      }
    }
    expect(unfinished).toBeGreaterThan(0);
    await removeUnfinished(articles);
    expect(await readdir(articles)).toEqual(['kept.md']);
  }, 180_000);
});
