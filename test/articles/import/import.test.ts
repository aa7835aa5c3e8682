import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AddOptions, addArticles, type Outcome } from '../../../src/articles/import/import.ts';
import { readArticles } from '../../../src/articles/read.ts';
import { UsageError } from '../../../src/errors.ts';
import { closingText, hasFailed, outcomeText, refusalText } from '../../../src/terminal/add.ts';
import { redirect, send, startServer, type TestServer } from './server.ts';

let server: TestServer;
let scratch: string;
let folder: string;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  server.answers.clear();
  server.asked.length = 0;
  scratch = await mkdtemp(path.join(tmpdir(), 'verbatim-import-'));
  folder = path.join(scratch, 'articles');
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

const TODAY = '2033-07-08';

async function add(names: string[], options: AddOptions = {}): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for await (const outcome of addArticles(names, folder, { allowPrivate: true, today: TODAY, ...options }))
    outcomes.push(outcome);
  return outcomes;
}

/** What an operator sees of it. */
function shown(outcomes: Outcome[]): string {
  return outcomes
    .map((outcome) => outcomeText(outcome)?.split('\n')[0] ?? refusalText(outcome)?.trim())
    .join('\n');
}

const files = async () => (await readdir(folder).catch(() => [])).sort();

const sentence = (what: string) =>
  `The harbour master said on Friday that the ${what} would be mended before the summer, and that nobody who crosses the bay to work need worry about it until then.`;

function page(title: string, parts: string[], head = ''): string {
  const paragraphs = parts.map((part) => `<p>${sentence(part)}</p>`).join('');
  return `<!doctype html><html lang="en"><head><title>${title}</title>${head}</head><body><article><h1>${title}</h1>${paragraphs}</article></body></html>`;
}

async function file(name: string, content: string): Promise<string> {
  const target = path.join(scratch, name);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, content);
  return target;
}

const PARTS = ['ferry', 'landing stage', 'lamp', 'bridge'];

describe('adding an address', () => {
  beforeEach(() => {
    const head = `<link rel="canonical" href="${server.url}/ferry"><meta property="og:site_name" content="Port Post"><meta property="article:published_time" content="2031-02-03T23:30:00-08:00">`;
    server.answers.set('/ferry', send(page('Ferry to be mended', PARTS, head)));
    server.answers.set('/ferry?utm_source=feed', send(page('Ferry to be mended', PARTS, head)));
    server.answers.set('/copy', send(page('Another title', PARTS)));
    server.answers.set('/moved', redirect('/ferry'));
  });

  it('writes what the page states, and the day of fetching apart from it', async () => {
    expect(shown(await add([`${server.url}/ferry`]))).toBe('added 2031-02-03-ferry-to-be-mended.md');
    const text = await readFile(path.join(folder, '2031-02-03-ferry-to-be-mended.md'), 'utf8');
    expect(text.split('\n\n')[0]).toBe(
      `---\ntitle: Ferry to be mended\npublisher: Port Post\npublished: 2031-02-03\nurl: ${server.url}/ferry\nlanguage: en\nretrieved: ${TODAY}\n---`,
    );
  });

  it('leaves unknown what the page does not state, whenever it was fetched', async () => {
    await add([`${server.url}/copy`]);
    expect(await files()).toEqual(['undated-another-title.md']);
    const [article] = (await readArticles(folder)).articles;
    expect(article).toMatchObject({ publisher: null, author: null, published: null });
  });

  it('refuses the same address and the same text, and names the file that holds it', async () => {
    await add([`${server.url}/ferry`]);
    const before = await readFile(path.join(folder, '2031-02-03-ferry-to-be-mended.md'), 'utf8');
    for (const [what, by] of [
      ['/ferry', 'the same address'],
      ['/ferry?utm_source=feed', 'the same address'],
      ['/moved', 'the same address'],
      ['/copy', 'the same text'],
    ] as const) {
      const outcomes = await add([server.url + what]);
      expect(shown(outcomes)).toBe(
        `not added ${server.url}${what}: it is already in 2031-02-03-ferry-to-be-mended.md (${by}); --update replaces it.`,
      );
      expect(hasFailed(outcomes)).toBe(true);
    }
    expect(await files()).toEqual(['2031-02-03-ferry-to-be-mended.md']);
    expect(await readFile(path.join(folder, '2031-02-03-ferry-to-be-mended.md'), 'utf8')).toBe(before);
  });

  it('replaces the article with --update, keeps what an operator stated, and its file', async () => {
    await add([`${server.url}/ferry`], { stated: { publisher: 'The Port Post' } });
    expect(
      shown(await add([`${server.url}/ferry`], { update: true, stated: { publisher: 'The Port Post' } })),
    ).toBe('unchanged 2031-02-03-ferry-to-be-mended.md');
    server.answers.set(
      '/ferry',
      send(page('Ferry mended', [...PARTS, 'crane'], `<link rel="canonical" href="${server.url}/ferry">`)),
    );
    expect(shown(await add([`${server.url}/ferry`], { update: true }))).toBe(
      'replaced 2031-02-03-ferry-to-be-mended.md',
    );
    const [article] = (await readArticles(folder)).articles;
    expect(article).toMatchObject({
      title: 'Ferry mended',
      publisher: 'The Port Post',
      published: '2031-02-03',
    });
    expect(article?.paragraphs).toHaveLength(5);
  });

  it('does not lose more than half of the text without --force', async () => {
    const ferry = (...parts: string[]) => {
      const head = `<link rel="canonical" href="${server.url}/ferry">`;
      server.answers.set('/ferry', send(page('Ferry to be mended', parts, head)));
      return [`${server.url}/ferry`];
    };
    const taken = 'undated-ferry-to-be-mended.md';
    await add(ferry(...PARTS, 'crane', 'road'));
    const before = await readFile(path.join(folder, taken), 'utf8');
    expect(shown(await add(ferry('ferry', 'lamp'), { update: true }))).toMatch(
      /: it would leave \d+ of the \d+ words of undated-ferry-to-be-mended.md; look at the page, and add --force if that is right\.$/,
    );
    expect(await readFile(path.join(folder, taken), 'utf8')).toBe(before);
    expect(shown(await add(ferry('landing stage', 'lamp', 'quay'), { update: true }))).toBe(
      `replaced ${taken}`,
    );
    await add(ferry(...PARTS, 'crane', 'road'), { update: true });
    expect(shown(await add(ferry('ferry', 'lamp'), { update: true, force: true }))).toBe(`replaced ${taken}`);
  });

  it('writes nothing with --dry-run', async () => {
    const outcomes = await add([`${server.url}/ferry`], { dryRun: true });
    expect(outcomeText(outcomes[0] as Outcome, { dryRun: true })).toMatch(
      /^would add 2031-02-03-ferry-to-be-mended.md\n/,
    );
    expect(closingText(outcomes, { dryRun: true })).toBe(
      '1 would be added. Nothing was written (--dry-run).\n',
    );
    expect(await files()).toEqual([]);
  });

  it('takes what the operator states in place of the page', async () => {
    const stated = {
      title: 'My title',
      publisher: 'My Post',
      published: '2030-01-02',
      url: 'https://mine.example/story',
    };
    await add([`${server.url}/ferry`], { stated });
    expect(await files()).toEqual(['2030-01-02-my-title.md']);
    expect((await readArticles(folder)).articles[0]).toMatchObject(stated);
  });

  it('does not fetch from loopback unless it may', async () => {
    expect(shown(await add([`${server.url}/ferry`], { allowPrivate: false }))).toBe(
      `not added ${server.url}/ferry: 127.0.0.1 is not on the public internet; --allow-private fetches from it.`,
    );
    expect(server.asked).toEqual([]);
  });
});

describe('adding a feed', () => {
  const entry = (inside: string) => `<item>${inside}</item>`;
  const rss = (...items: string[]) =>
    send(
      `<?xml version="1.0"?><rss version="2.0"><channel><title>Port</title>${items.join('')}</channel></rss>`,
      {
        'content-type': 'application/rss+xml',
      },
    );

  beforeEach(() => {
    server.answers.set('/a', send(page('Ferry to be mended', ['ferry', 'lamp'])));
    server.answers.set('/b', send(page('Bridge to be mended', ['bridge', 'road'])));
  });

  it('adds the articles that it names, with the day that it states', async () => {
    server.answers.set(
      '/rss',
      rss(
        entry('<link>/a</link><pubDate>Tue, 04 Mar 2031 23:30:00 -0800</pubDate>'),
        entry(`<link>${server.url}/b</link><pubDate>Wed, 05 Mar 2031 10:00:00 GMT</pubDate>`),
        entry('<link>/a</link>'),
      ),
    );
    const outcomes = await add([`${server.url}/rss`]);
    expect(shown(outcomes)).toBe(
      'added 2031-03-04-ferry-to-be-mended.md\nadded 2031-03-05-bridge-to-be-mended.md',
    );
    expect(hasFailed(outcomes)).toBe(false);
    // What is there already is no failure of a feed, and is not even asked for.
    server.asked.length = 0;
    const again = await add([`${server.url}/rss`]);
    expect(again.map(({ status }) => status)).toEqual(['known', 'known']);
    expect(hasFailed(again)).toBe(false);
    expect(server.asked).toEqual(['/rss']);
  });

  it('reads Atom, and takes the day of publication and not that of a change', async () => {
    server.answers.set(
      '/atom',
      send(
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Port</title><entry><title>x</title><link href="/a"/><published>2031-03-05T10:00:00Z</published><updated>2031-04-05T10:00:00Z</updated></entry></feed>',
        { 'content-type': 'application/atom+xml' },
      ),
    );
    expect(shown(await add([`${server.url}/atom`]))).toBe('added 2031-03-05-ferry-to-be-mended.md');
  });

  it('passes over an entry without an address, says so, and goes on behind one that fails', async () => {
    server.answers.set(
      '/rss',
      rss(entry('<title>No address</title>'), entry('<link>/gone</link>'), entry('<link>/b</link>')),
    );
    const outcomes = await add([`${server.url}/rss`]);
    expect(shown(outcomes).split('\n').sort()).toEqual([
      'added undated-bridge-to-be-mended.md',
      `not added ${server.url}/gone: its server answered 404 (Not Found).`,
      `not added ${server.url}/rss: 1 of its entries was passed over, without an address or behind the first 100.`,
    ]);
    expect(server.asked).toEqual(['/rss', '/gone', '/b']);
  });

  it('takes a hundred entries', async () => {
    server.answers.set(
      '/rss',
      rss(...Array.from({ length: 103 }, (_, i) => entry(`<link>/gone${i}</link>`))),
    );
    const outcomes = await add([`${server.url}/rss`]);
    expect(shown(outcomes)).toContain(': 3 of its entries were passed over,');
    expect(server.asked).toHaveLength(101);
  });

  it.each([
    [
      'no entries',
      '<rss version="2.0"><channel><title>x</title></channel></rss>',
      'the feed names no article',
    ],
    ['a feed cut off', '<rss version="2.0"><channel><item><ti', 'it is not a whole RSS or Atom feed'],
    [
      'entities',
      '<!DOCTYPE r [<!ENTITY a "aa">]><rss version="2.0"><channel><item><title>&a;</title></item></channel></rss>',
      'it is not a feed that can be read: it defines XML entities',
    ],
  ])('refuses %s', async (_what, xml, reason) => {
    server.answers.set(
      '/rss',
      send(`<?xml version="1.0"?>${xml}`, { 'content-type': 'application/rss+xml' }),
    );
    expect(shown(await add([`${server.url}/rss`]))).toBe(`not added ${server.url}/rss: ${reason}.`);
  });

  it('does not take a title for all of its articles', async () => {
    server.answers.set('/rss', rss(entry('<link>/a</link>'), entry('<link>/b</link>')));
    await expect(add([`${server.url}/rss`], { stated: { title: 'x' } })).rejects.toThrow(UsageError);
    expect(await files()).toEqual([]);
  });
});

describe('adding files and folders', () => {
  it('takes pages, text and Markdown, and the metadata of its front matter', async () => {
    const names = [
      await file('a.html', page('Ferry to be mended', ['ferry', 'lamp'])),
      await file(
        'b.md',
        `---\ntitle: Bridge\npublisher: Port Post\npublished: 2031-05-04\n---\n\n${sentence('bridge')}\n`,
      ),
      await file('c.txt', `Road to the harbour to be closed\n\n3 May 2031\n\n${sentence('road')}\n`),
    ];
    expect(shown(await add(names))).toBe(
      'added undated-ferry-to-be-mended.md\nadded 2031-05-04-bridge.md\nadded 2031-05-03-road-to-the-harbour-to-be-closed.md',
    );
    // A file was fetched by nobody.
    for (const name of await files())
      expect(await readFile(path.join(folder, name), 'utf8')).not.toContain('retrieved');
  });

  it('notes that another text of the same date and title is there', async () => {
    const ferry = await file('a.html', page('Ferry to be mended', ['ferry', 'lamp']));
    const [first] = await add([ferry]);
    await file('a.html', page('Ferry to be mended', ['ferry', 'crane']));
    const [second] = await add([ferry], { update: true });
    expect(outcomeText(first as Outcome)).not.toContain('note');
    expect(outcomeText(second as Outcome)).toMatch(
      /^added undated-ferry-to-be-mended-2.md\n[\s\S]*note +undated-ferry-to-be-mended.md has the same date and title; npm run remove/,
    );
  });

  it('takes the files of a folder and of those below it, but no parts of saved pages and no links out of it', async () => {
    await file('in/one.txt', `${sentence('ferry')}\n`);
    await file('in/sub/two.html', page('Bridge to be mended', ['bridge', 'road']));
    await file('in/two_files/frame.html', page('Frame', ['frame', 'picture']));
    await file('in/.hidden.md', `${sentence('secret')}\n`);
    await file('in/picture.png', 'x');
    await file('outside.txt', `${sentence('outside')}\n`);
    await symlink(path.join(scratch, 'outside.txt'), path.join(scratch, 'in/link.txt'));
    expect(
      (await add([path.join(scratch, 'in')])).map(({ source }) => path.relative(scratch, source)),
    ).toEqual(['in/one.txt', 'in/sub/two.html']);
    expect(await files()).toHaveLength(2);
  });

  it.each([
    ['empty.txt', '', 'it is empty'],
    ['short.md', 'hello\n', 'it has no paragraph of prose'],
    ['a.docx', 'PK\u0003\u0004', 'it is not a page (html), text, PDF file or feed'],
    ['no.pdf', 'hello', 'it is not a page (html), text, PDF file or feed'],
    ['broken.pdf', '%PDF-1.4\nhello', 'it is not a whole PDF file'],
    [
      'date.md',
      `---\npublished: yesterday\n---\n\n${sentence('ferry')}\n`,
      "its front matter's published must be a date such as 2024-01-27",
    ],
    ['in/picture.png', 'x', 'the folder holds no .html, .pdf, .md or .txt file'],
  ])('refuses %s in a sentence', async (name, content, reason) => {
    const target = await file(name, content);
    const source = name.includes('/') ? path.dirname(target) : target;
    const outcomes = await add([source]);
    expect(shown(outcomes)).toBe(`not added ${source}: ${reason}.`);
    expect(hasFailed(outcomes)).toBe(true);
    expect(closingText(outcomes)).toBe('0 added, 1 refused.\n');
    expect(await files()).toEqual([]);
  });

  it.each([
    ['nowhere.md', 'it does not exist'],
    ['news.example/story', 'it does not exist; write https:// in front of a web address'],
    ['ftp://news.example/x', 'only http and https addresses are fetched, not ftp'],
  ])('refuses %s', async (name, reason) => {
    expect(shown(await add([name]))).toBe(`not added ${name}: ${reason}.`);
  });
});
