import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FetchOptions, fetchPage, MAX_BYTES, sniff } from '../../../src/articles/import/fetch.ts';
import { redirect, send, startServer, type TestServer } from './server.ts';

let server: TestServer;
let port: string;
beforeAll(async () => {
  server = await startServer();
  port = new URL(server.url).port;
});
afterAll(() => server.close());
beforeEach(() => {
  server.answers.clear();
  server.asked.length = 0;
});

const PAGE = '<!doctype html><p>Ahoy.</p>';
const open: FetchOptions = { allowPrivate: true };

/** A resolver that gives another answer each time it is asked. */
function changing(...answers: string[]): {
  lookup: NonNullable<FetchOptions['lookup']>;
  asked: () => number;
} {
  let asked = 0;
  return {
    lookup: async () => {
      const address = answers[Math.min(asked++, answers.length - 1)] as string;
      return [{ address, family: address.includes(':') ? 6 : 4 }];
    },
    asked: () => asked,
  };
}

describe('fetching a page', () => {
  it('gives its bytes, kind, charset, language and final address', async () => {
    server.answers.set('/a', redirect('/b%20c?x=1', 301));
    server.answers.set(
      '/b%20c?x=1',
      send(PAGE, { 'content-type': 'text/html; charset="Windows-1256"', 'content-language': 'ar' }),
    );
    const page = await fetchPage(`${server.url}/a`, open);
    expect(page.bytes.toString()).toBe(PAGE);
    expect(page).toMatchObject({ type: 'html', charset: 'Windows-1256', language: 'ar' });
    expect(page.url.href).toBe(`${server.url}/b%20c?x=1`);
  });

  it.each([
    ['gzip', gzipSync(PAGE)],
    ['br', brotliCompressSync(PAGE)],
    ['deflate', deflateSync(PAGE)],
    ['deflate', deflateRawSync(PAGE)],
    ['identity', Buffer.from(PAGE)],
  ])('unpacks %s', async (encoding, body) => {
    server.answers.set('/', send(body, { 'content-encoding': encoding }));
    expect((await fetchPage(server.url, open)).bytes.toString()).toBe(PAGE);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', (zeros: Buffer) => brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } })],
    ['deflate', deflateSync],
  ] as const)('stops unpacking a bomb (%s)', async (encoding, pack) => {
    const bomb = pack(Buffer.alloc(60_000_000));
    expect(bomb.length).toBeLessThan(100_000);
    server.answers.set('/', send(bomb, { 'content-encoding': encoding }));
    await expect(fetchPage(server.url, open)).rejects.toThrow('it is larger than 5 MB');
  });

  it('takes exactly as much as its limit, and not a byte more', async () => {
    server.answers.set('/full', send(gzipSync(Buffer.alloc(MAX_BYTES, 'a')), { 'content-encoding': 'gzip' }));
    server.answers.set(
      '/over',
      send(gzipSync(Buffer.alloc(MAX_BYTES + 1, 'a')), { 'content-encoding': 'gzip' }),
    );
    expect((await fetchPage(`${server.url}/full`, open)).bytes).toHaveLength(MAX_BYTES);
    await expect(fetchPage(`${server.url}/over`, open)).rejects.toThrow('5 MB');
  });

  it('does not read content that says that it is too large, or never ends', async () => {
    server.answers.set('/says', send('x', { 'content-length': String(MAX_BYTES + 1) }));
    await expect(fetchPage(`${server.url}/says`, open)).rejects.toThrow('5 MB');
    server.answers.set('/endless', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'a')));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    await expect(fetchPage(`${server.url}/endless`, open)).rejects.toThrow('5 MB');
  });

  it.each([
    ['damaged', gzipSync(PAGE).subarray(0, 20), 'gzip', /damaged/],
    ['no gzip at all', Buffer.from(PAGE), 'gzip', /damaged/],
    ['packed twice', gzipSync(gzipSync(PAGE)), 'gzip, gzip', /compressed as "gzip, gzip"/],
    ['packed in a way nobody asked for', Buffer.from(PAGE), 'zstd', /compressed as "zstd"/],
  ])('refuses content that is %s', async (_what, body, encoding, reason) => {
    server.answers.set('/', send(body, { 'content-encoding': encoding }));
    await expect(fetchPage(server.url, open)).rejects.toThrow(reason);
  });

  it.each([
    ['image/png', /it is image\/png; pages/],
    ['application/zip', /application\/zip/],
    ['video/mp4', /video\/mp4/],
    ['constructor', /it is constructor/],
    ['application/octet-stream', /unknown kind/],
  ])('refuses %s', async (type, reason) => {
    server.answers.set('/', send('\u0001\u0002', { 'content-type': type }));
    await expect(fetchPage(server.url, open)).rejects.toThrow(reason);
  });

  it('refuses an answer without content', async () => {
    server.answers.set('/none', (_request, response) => response.writeHead(204).end());
    server.answers.set('/nothing', send(''));
    for (const path of ['/none', '/nothing'])
      await expect(fetchPage(server.url + path, open)).rejects.toThrow('it is empty');
  });

  it('says which status the server answered with', async () => {
    await expect(fetchPage(`${server.url}/none`, open)).rejects.toThrow(
      'its server answered 404 (Not Found)',
    );
  });

  it('gives up on a server that does not answer, or not to the end', async () => {
    server.answers.set('/silent', () => {});
    server.answers.set('/half', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).write('<p>half');
    });
    for (const path of ['/silent', '/half']) {
      await expect(fetchPage(server.url + path, { ...open, timeoutMs: 150 })).rejects.toThrow(
        'within 0.15 s',
      );
    }
    const stuck = { lookup: () => new Promise<never>(() => {}), timeoutMs: 50 };
    await expect(fetchPage('http://news.example/', stuck)).rejects.toThrow('within 0.05 s');
  });

  it('says so when the connection is refused or cut', async () => {
    server.answers.set('/cut', (request) => request.socket.destroy());
    server.answers.set('/short', (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': '1000' });
      response.write('<p>', () => response.destroy());
    });
    await expect(fetchPage(`${server.url}/cut`, open)).rejects.toThrow('the connection was cut');
    await expect(fetchPage(`${server.url}/short`, open)).rejects.toThrow('it could not be fetched');
    const closed = await startServer();
    await closed.close();
    await expect(fetchPage(closed.url, open)).rejects.toThrow('the connection was refused');
  });
});

describe('redirects', () => {
  it('are followed five times and not six', async () => {
    for (let i = 0; i < 6; i++) server.answers.set(`/${i}`, redirect(`/${i + 1}`));
    server.answers.set('/6', send(PAGE));
    expect((await fetchPage(`${server.url}/1`, open)).url.pathname).toBe('/6');
    await expect(fetchPage(`${server.url}/0`, open)).rejects.toThrow('it redirects more than 5 times');
    server.answers.set('/loop', redirect('/loop'));
    await expect(fetchPage(`${server.url}/loop`, open)).rejects.toThrow('it redirects more than 5 times');
  });

  it.each([
    ['ftp://news.example/', 'only http and https addresses are fetched, not ftp'],
    ['file:///etc/passwd', 'only http and https addresses are fetched, not file'],
    ['http://u:p@news.example/', 'it holds a user name or password: save the page and add the file'],
    ['http://[', 'it is not a valid web address'],
    ['http://nowhere.example/', 'the name nowhere.example could not be resolved'],
  ])('to %s are refused, and the refusal names it', async (location, reason) => {
    server.answers.set('/', redirect(location));
    const lookup = async () => [];
    await expect(fetchPage(server.url, { ...open, lookup })).rejects.toThrow(
      `it redirects to ${location}: ${reason}`,
    );
  });
});

describe('a name that changes its mind', () => {
  it('is connected to at the address that was checked, and is not resolved again', async () => {
    server.answers.set('/', send(PAGE));
    const names = changing('127.0.0.1', '203.0.113.1');
    const page = await fetchPage(`http://news.example:${port}/`, { ...open, lookup: names.lookup });
    expect(page.bytes.toString()).toBe(PAGE);
    expect(names.asked()).toBe(1);
  });

  it('does not get to the own network by naming it', async () => {
    server.answers.set('/', send(PAGE));
    const names = changing('10.0.0.1');
    await expect(fetchPage(`http://news.example:${port}/`, { lookup: names.lookup })).rejects.toThrow(
      'news.example (10.0.0.1) is not on the public internet',
    );
    expect(server.asked).toEqual([]);
  });

  it('is refused on loopback without a connection', async () => {
    await expect(fetchPage(server.url)).rejects.toThrow('127.0.0.1 is not on the public internet');
    expect(server.asked).toEqual([]);
  });
});

describe('what content is', () => {
  it.each([
    ['%PDF-1.7\n', 'html', 'pdf'],
    ['<?xml version="1.0"?>\n<!-- x -->\n<rss version="2.0">', 'html', 'feed'],
    ['\ufeff<feed xmlns="x">', undefined, 'feed'],
    ['<?xml version="1.0"?><!DOCTYPE html><html>', 'feed', 'html'],
    ['<html>', undefined, 'html'],
    ['words', 'text', 'text'],
    ['words', undefined, null],
    ['', undefined, null],
  ] as const)('%j, stated as %s, is %s', (text, stated, type) => {
    expect(sniff(Buffer.from(text), stated)).toBe(type);
  });
});
