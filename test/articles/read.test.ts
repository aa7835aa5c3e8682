import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_BYTES, parseArticle, readArticle, readArticles } from '../../src/articles/read.ts';
import { VerbatimError } from '../../src/errors.ts';

const PROSE = 'The harbour authority closed the northern quay on Monday after a storm.';
const bytes = (text: string) => new TextEncoder().encode(text);

describe('an article', () => {
  it('is the file as decoded, with what its front matter states', () => {
    const content = bytes(`\ufeff---\r\ntitle: T\r\npublished: 2024-01-27\r\n---\r\n${PROSE}\r\n`);
    const article = parseArticle(content, 'a/b.md');
    expect(article).toMatchObject({ file: 'a/b.md', title: 'T', published: '2024-01-27', publisher: null });
    expect(article.text).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(content));
    expect(article.text.charCodeAt(0)).toBe(0xfeff);
    expect(article.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(article.paragraphs.map(({ start, end }) => article.text.slice(start, end))).toEqual([PROSE]);
  });

  it('without front matter leaves unknown what it does not say', () => {
    expect(parseArticle(bytes(PROSE), 'a.txt')).toMatchObject({
      title: null,
      publisher: null,
      author: null,
      published: null,
      url: null,
      language: null,
    });
  });

  it('believes its front matter before its layout', () => {
    const text = `---\ntitle: Stated title of the piece\npublisher: P\n---\nAnother headline of the page\nHarbour Times May 3, 2021\n\n${PROSE}`;
    expect(parseArticle(bytes(text), 'a.txt')).toMatchObject({
      title: 'Stated title of the piece',
      publisher: 'P',
    });
  });

  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', new Uint8Array(), /^it is empty$/],
    ['a file of white space', bytes(' \n\n\t'), /^it has no paragraph of prose$/],
    ['a file of headlines', bytes('# One\n\n# Two\n'), /^it has no paragraph of prose$/],
    [
      'a picture',
      Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13),
      /^it is binary or not UTF-8: save it as/,
    ],
    [
      'UTF-16',
      new Uint8Array(Buffer.from(`\ufeff${PROSE}`, 'utf16le')),
      /^it is binary or not UTF-8: save it/,
    ],
    [
      'Latin-1',
      new Uint8Array(Buffer.from(`Café. ${PROSE}`, 'latin1')),
      /^it is not valid UTF-8: save it as/,
    ],
    ['half a character', bytes(`${PROSE} €`).slice(0, -1), /^it is not valid UTF-8: save it as UTF-8 text$/],
    ['broken front matter', bytes(`---\ntitle: [\n---\n${PROSE}`), /^its front matter is not valid YAML/],
  ])('is not made of %s', (_, content, reason) => {
    expect(() => parseArticle(content, 'a.txt')).toThrow(VerbatimError);
    expect(() => parseArticle(content, 'a.txt')).toThrow(reason);
  });
});

describe('a folder of articles', () => {
  let folder: string;
  let outside: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'verbatim-articles-'));
    outside = await mkdtemp(path.join(tmpdir(), 'verbatim-outside-'));
  });
  afterEach(async () => {
    await chmod(path.join(folder, 'locked'), 0o700).catch(() => {});
    await rm(folder, { recursive: true });
    await rm(outside, { recursive: true });
  });
  const put = (name: string, content: string | Uint8Array) => writeFile(path.join(folder, name), content);
  const read = async () => {
    const { articles, leftOut } = await readArticles(folder);
    return { files: articles.map(({ file }) => file), leftOut };
  };

  it('is read with its subfolders, in the order of the paths; other files are none of it', async () => {
    await mkdir(path.join(folder, 'b/c'), { recursive: true });
    await mkdir(path.join(folder, '.git'));
    await put('z.txt', `${PROSE} Z.`);
    await put('a.MD', `${PROSE} A.`);
    await put('b/c/d.md', `${PROSE} D.`);
    await put('notes.pdf', PROSE);
    await put('.hidden.md', `${PROSE} H.`);
    await put('.git/e.md', `${PROSE} E.`);
    expect(await read()).toEqual({ files: ['a.MD', 'b/c/d.md', 'z.txt'], leftOut: [] });
  });

  it('is read on past every file that is no article', async () => {
    await put('1-empty.md', '');
    await put('2-binary.txt', new Uint8Array([1, 0, 2]));
    await put('3-broken.md', `---\npublished: soon\n---\n${PROSE}`);
    await put('4-good.md', PROSE);
    await put('5-twin.md', PROSE);
    await put('6-large.txt', PROSE);
    await truncate(path.join(folder, '6-large.txt'), 50_000_000);
    execFileSync('mkfifo', [path.join(folder, '7-pipe.txt')]);
    await mkdir(path.join(folder, '8-folder.md'));
    await put('8-folder.md/9-good.md', `${PROSE} It opens again in June.`);
    expect(await read()).toEqual({
      files: ['4-good.md', '8-folder.md/9-good.md'],
      leftOut: [
        { file: '1-empty.md', reason: 'it is empty' },
        { file: '2-binary.txt', reason: 'it is binary or not UTF-8: save it as UTF-8 text' },
        { file: '3-broken.md', reason: "its front matter's published must be a date such as 2024-01-27" },
        { file: '5-twin.md', reason: 'it is the same as 4-good.md' },
        { file: '6-large.txt', reason: 'it is larger than 5 MB (50.0 MB)' },
        { file: '7-pipe.txt', reason: 'it is not a file' },
      ],
    });
  });

  it('takes a file of the largest size, and none that is one byte larger', async () => {
    const largest = `${PROSE}\n${' '.repeat(MAX_BYTES - PROSE.length - 1)}`;
    await put('a.txt', largest);
    await put('b.txt', `${largest} `);
    expect(await read()).toEqual({
      files: ['a.txt'],
      leftOut: [{ file: 'b.txt', reason: expect.stringMatching(/larger/) }],
    });
  });

  it('is not left through a link, and a link that leads nowhere does not stop it', async () => {
    await writeFile(path.join(outside, 'secret.txt'), PROSE);
    await symlink(path.join(outside, 'secret.txt'), path.join(folder, 'a-out.txt'));
    await symlink(path.join(folder, 'nowhere.txt'), path.join(folder, 'b-broken.txt'));
    await symlink(path.join(folder, 'c-loop.txt'), path.join(folder, 'c-loop.txt'));
    await symlink(outside, path.join(folder, 'd-folder'));
    await put('e.txt', PROSE);
    await symlink(path.join(folder, 'e.txt'), path.join(folder, 'f-inside.txt'));
    await symlink(folder, path.join(folder, 'g-circle'));
    expect(await read()).toEqual({
      files: ['e.txt'],
      leftOut: [
        { file: 'a-out.txt', reason: 'it is a link out of the folder' },
        { file: 'b-broken.txt', reason: 'it does not exist' },
        { file: 'c-loop.txt', reason: 'it is a link that leads to itself' },
        { file: 'd-folder', reason: 'it is a link to a folder: only real folders are read' },
        { file: 'f-inside.txt', reason: 'it is the same as e.txt' },
        { file: 'g-circle', reason: 'it is a link to a folder: only real folders are read' },
      ],
    });
    await expect(readArticle(folder, '../../etc/passwd')).rejects.toThrow();
  });

  it('may itself be a link', async () => {
    await put('a.txt', PROSE);
    await symlink(folder, path.join(outside, 'link'));
    const { articles } = await readArticles(path.join(outside, 'link'));
    expect(articles.map(({ file }) => file)).toEqual(['a.txt']);
  });

  it('without articles is none', async () => {
    expect(await read()).toEqual({ files: [], leftOut: [] });
  });

  it('that is not there, or is a file, is an error with the remedy', async () => {
    await put('a.txt', PROSE);
    await expect(readArticles(path.join(folder, 'none'))).rejects.toThrow(
      /cannot be read: it does not exist; create it, or name another with --articles\.$/,
    );
    await expect(readArticles(path.join(folder, 'a.txt'))).rejects.toThrow(
      /cannot be read: it is not a folder;/,
    );
  });

  // Permissions do not bind root.
  it.skipIf(process.getuid?.() === 0)('is read on past what may not be read', async () => {
    await put('a.txt', PROSE);
    await put('b.txt', `${PROSE} B.`);
    await chmod(path.join(folder, 'b.txt'), 0);
    await mkdir(path.join(folder, 'locked'));
    await put('locked/c.txt', `${PROSE} C.`);
    await chmod(path.join(folder, 'locked'), 0);
    expect(await read()).toEqual({
      files: ['a.txt'],
      leftOut: [
        { file: 'b.txt', reason: 'permission is denied' },
        { file: 'locked', reason: 'permission is denied' },
      ],
    });
  });
});
