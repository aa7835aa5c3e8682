import type http from 'node:http';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { fetchPage } from '../../../src/articles/import/fetch.ts';
import { redirect, send, startServer, type TestServer } from './server.ts';

/** The connections asked for, as the addresses that they may go to; all of them end at the test's server. */
const connections = vi.hoisted((): string[][] => []);
vi.mock('node:http', async (original) => {
  const all = await original<{ default: typeof http }>();
  const real = all.default;
  const get = (url: URL, options: http.RequestOptions) => {
    options.lookup?.(url.hostname, { all: true }, (_error, addresses) => {
      connections.push((addresses as { address: string }[]).map(({ address }) => address));
    });
    return real.get(url, {
      ...options,
      lookup: (_name, { all }, callback) =>
        all ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4),
    });
  };
  return { ...all, default: { ...real, get } };
});

let server: TestServer;
let port: string;
beforeAll(async () => {
  server = await startServer();
  port = new URL(server.url).port;
});
afterAll(() => server.close());

const ADDRESSES: Record<string, string> = { 'outer.example': '1.1.1.1', 'inner.example': '10.1.2.3' };
const lookup = async (name: string) => [{ address: ADDRESSES[name] ?? '8.8.8.8', family: 4 }];

it('checks every hop of a redirect before it connects', async () => {
  server.answers.set('/secret', send('<p>secret'));
  for (const target of [
    `http://inner.example:${port}/secret`,
    `http://127.0.0.1:${port}/secret`,
    `http://[::1]:${port}/secret`,
    `http://localhost:${port}/secret`,
    `//169.254.169.254/latest`,
  ]) {
    server.asked.length = connections.length = 0;
    server.answers.set('/start', redirect('/middle'));
    server.answers.set('/middle', redirect(target));
    await expect(fetchPage(`http://outer.example:${port}/start`, { lookup })).rejects.toThrow(
      /^it redirects to .* is not on the public internet; --allow-private/,
    );
    expect(server.asked).toEqual(['/start', '/middle']);
    expect(connections).toEqual([['1.1.1.1'], ['1.1.1.1']]);
  }
});

it('refuses a name that is public when asked first and private when asked again', async () => {
  server.asked.length = connections.length = 0;
  server.answers.set('/start', redirect('/secret'));
  let asked = 0;
  const changing = async () => [{ address: asked++ === 0 ? '1.1.1.1' : '192.168.0.1', family: 4 }];
  await expect(fetchPage(`http://outer.example:${port}/start`, { lookup: changing })).rejects.toThrow(
    'outer.example (192.168.0.1) is not on the public internet',
  );
  expect(server.asked).toEqual(['/start']);
});

it('may connect to the checked addresses and to no other', async () => {
  connections.length = 0;
  server.answers.set('/page', send('<p>page'));
  const two = async () => [
    { address: '1.1.1.1', family: 4 },
    { address: '2606:4700::1111', family: 6 },
  ];
  await fetchPage(`http://outer.example:${port}/page`, { lookup: two });
  expect(connections).toEqual([['1.1.1.1', '2606:4700::1111']]);
});
