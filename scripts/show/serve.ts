/** Serves a page and the modules that it loads to this machine alone. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { ROOT } from '../../src/config.ts';

const MODULES = path.join(ROOT, 'node_modules');

/** Starts on a free port; `close` ends it. */
export async function servePage(html: string): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (pathname === '/') {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
      return;
    }
    const file = path.join(MODULES, path.normalize(pathname));
    if (!file.startsWith(MODULES + path.sep) || !file.endsWith('.js')) {
      response.writeHead(404).end();
      return;
    }
    readFile(file).then(
      (content) => response.setHeader('content-type', 'text/javascript; charset=utf-8').end(content),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
