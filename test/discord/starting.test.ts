import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../../src/config.ts';
import { APPLICATION, DiscordServer, SERVER, TOKEN } from '../discord-server/server.ts';
import { ASKED, text, writeArticles } from './harness.ts';

let folder: string;
let articles: string;
let discord: DiscordServer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verbatim-start-'));
  articles = (await writeArticles(folder)).articlesFolder;
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  discord = await DiscordServer.start();
});
afterEach(() => discord.close());

interface Ended {
  code: number | null;
  output: string;
  errors: string;
}

/** Starts a script without a terminal, and with no settings but these. */
function start(script: string, settings: Record<string, string>, args: string[] = []) {
  const child: ChildProcess = spawn(process.execPath, ['--import', 'tsx', `scripts/${script}.ts`, ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      ARTICLES_DIR: articles,
      INDEX_DIR: path.join(folder, 'index'),
      SETTINGS_DIR: path.join(folder, 'settings'),
      DISCORD_TOKEN: TOKEN,
      DISCORD_API: discord.api,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk) => {
    output += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    errors += String(chunk);
  });
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => resolve({ code, output, errors })),
  );
  return { child, ended, output: () => output };
}

/** The sentences on standard error: the log is JSON. */
function sentences({ errors }: Ended): string[] {
  return errors.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
}

describe('npm start', () => {
  it('without a token and a terminal says so and exits 2', async () => {
    const ended = await start('start', { DISCORD_TOKEN: '' }).ended;
    expect(ended.code).toBe(2);
    expect(sentences(ended)).toHaveLength(1);
    expect(ended.errors).toContain('DISCORD_TOKEN is not set');
  });

  it('says in one line that the token is wrong, and tries once', async () => {
    const ended = await start('start', { DISCORD_TOKEN: 'a.wrong.token' }).ended;
    expect(ended.code).toBe(2);
    expect(ended.errors).toContain('Discord does not accept DISCORD_TOKEN');
    expect(ended.errors + ended.output).not.toContain('a.wrong.token');
    expect(discord.gateway.identified).toBeLessThanOrEqual(1);
  });

  it('says in one line that there is no network', async () => {
    const ended = await start('start', { DISCORD_API: 'http://127.0.0.1:9/api' }).ended;
    expect(ended.code).toBe(1);
    expect(ended.errors).toContain('Discord cannot be reached at http://127.0.0.1:9/api');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints the links, answers, and ends with 0 on %s',
    async (signal) => {
      const started = start('start', {});
      await discord.until('readiness', () => started.output().includes('"msg":"ready'), 60_000);
      expect(started.output()).toContain(`client_id=${APPLICATION}`);
      expect(started.output()).toContain('scope=bot+applications.commands&permissions=274877975552');
      const asked = discord.command('ask', [text('question', ASKED)]);
      await discord.until('an acknowledgement', () => asked.acknowledgedAfter !== null);
      started.child.kill(signal);
      const ended = await started.ended;
      expect(ended.code).toBe(0);
      expect(asked.reply?.thinking).toBe(false);
      expect(discord.gateway.connected).toBe(false);
      expect(discord.refusals).toEqual([]);
    },
  );
});

describe('npm run register', () => {
  it('registers what differs, in one server too, and removes', async () => {
    const run = async (...args: string[]) => (await start('register', {}, args).ended).output;
    expect(await run()).toContain('are registered everywhere');
    expect(discord.commands.map(({ name }) => name)).toContain('ask');
    expect(await run()).toContain('already');
    expect(discord.registrations).toBe(1);
    expect(await run('--guild', SERVER)).toContain(`registered in server ${SERVER}`);
    expect(discord.serverCommands).toHaveLength(discord.commands.length);
    expect(await run('--guild', SERVER, '--remove')).toContain('removed');
    expect(discord.serverCommands).toEqual([]);
    expect(discord.commands).not.toEqual([]);
  });
});
