// Threads in a page, in a real browser: the library is bundled, a server of our own serves the page with or without the
// headers that isolate it from other origins, and what the page has computed is compared with Node.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { train } from './training.ts';

const browser = '/usr/bin/chromium';
const directory = mkdtempSync(join(tmpdir(), 'tapeless-page-'));

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** A server of the page, whose address is made known, and what the page sends to it. */
function serve(headers: Readonly<Record<string, string>>): {
  readonly server: Server;
  readonly outcome: Promise<unknown>;
} {
  const { promise: outcome, resolve } = Promise.withResolvers<unknown>();
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.end();
        resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      });
      return;
    }
    const isScript = request.url === '/page.js';
    response.writeHead(200, { 'Content-Type': isScript ? 'text/javascript' : 'text/html', ...headers });
    response.end(
      isScript ? readFileSync(join(directory, 'page.js')) : '<script type="module" src="/page.js"></script>',
    );
  });
  return { server, outcome };
}

/** What a page that is served with these headers computes. */
async function trainedInPage(headers: Readonly<Record<string, string>>): Promise<unknown> {
  const { server, outcome } = serve(headers);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo;
  const profile = mkdtempSync(join(directory, 'profile-'));
  const page = spawn(
    browser,
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      `--user-data-dir=${profile}`,
      `http://127.0.0.1:${port}/`,
    ],
    // A group of its own, which ends as a whole.
    { stdio: 'ignore', detached: true },
  );
  const ended = new Promise<never>((_, reject) => {
    page.once('error', reject);
    page.once('exit', (status) => reject(new Error(`${browser} ended with ${String(status)}`)));
  });
  try {
    return await Promise.race([outcome, ended]);
  } finally {
    ended.catch(() => undefined);
    if (page.pid !== undefined && page.exitCode === null) process.kill(-page.pid, 'SIGKILL');
    server.closeAllConnections();
    server.close();
  }
}

describe.skipIf(!existsSync(browser))(`in a page (skipped where there is no ${browser})`, () => {
  beforeAll(async () => {
    await build({
      entry: { page: fileURLToPath(new URL('page.ts', import.meta.url)) },
      config: false,
      outDir: directory,
      format: 'esm',
      target: 'es2023',
      platform: 'browser',
      noExternal: [/./],
      silent: true,
      outExtension: () => ({ js: '.js' }),
      esbuildOptions: (options) => {
        options.conditions = ['@tapeless/source'];
      },
    });
  });

  test('that is isolated from other origins, two threads train to the bits of Node', async () => {
    const expected = await train(1);
    expect(await trainedInPage(isolation)).toEqual({ ...expected, isIsolated: true, threads: 2, present: 2 });
  });

  test('that is not, one thread does', async () => {
    const expected = await train(1);
    expect(await trainedInPage({})).toEqual({ ...expected, isIsolated: false });
  });
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
});
