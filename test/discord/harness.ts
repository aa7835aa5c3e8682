/** The bot on articles of its own against the stand-in of Discord. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Sources } from '../../src/answer/answer.ts';
import { watchSources } from '../../src/answer/live.ts';
import { loadModels } from '../../src/answer/open.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { type RunningBot, startBot } from '../../src/discord/bot.ts';
import { parseId } from '../../src/discord/render.ts';
import { buildIndex } from '../../src/index/build.ts';
import { openIndex } from '../../src/index/revision.ts';
import { createLog } from '../../src/log.ts';
import { buttonsOf, DiscordServer, type Sent, TOKEN, visibleText } from '../discord-server/server.ts';

/** What is asked in the tests: one that the articles answer, with words of the answer, and one that they do not. */
export const ASKED = 'How many ships has the navy kept in the harbour?';
export const ANSWERED_WITH = 'twelve ships';
export const UNANSWERABLE = 'Who won the chess championship in Lisbon?';

const ARTICLES: Record<string, string> = {
  'harbour.md': `---
title: Harbour talks go on
publisher: Example News
published: 2024-01-27
url: https://news.example/harbour
---

The harbour of Port Varn closed on Monday after a storm broke its outer wall. Engineers said that the repairs would take six weeks.

"We have not asked the navy to leave," said Mira Holt, the mayor of Port Varn. She spoke at a meeting of the council on Tuesday.

The navy has kept twelve ships in the harbour since 2019. Admiral Jonas Reed said that the navy had received no request to withdraw.
`,
  'ferry.md': `---
title: Ferry fares rise
publisher: Coast Gazette
---

The ferry company raised its fares by a fifth on Friday. A spokesman blamed the price of fuel, which has doubled in a year.

The council of Port Varn has asked the ferry company to lower the fares for pupils.
`,
  'hostile.md': `---
title: "@everyone [free](https://evil.example) **bold** <@700000000000000001>"
publisher: "@here \`code\`"
---

The lighthouse keeper wrote "@everyone must see https://evil.example/now" on the wall of the lighthouse. The council painted the wall white again.
`,
};
for (let i = 1; i <= 10; i++) {
  ARTICLES[`notes/note-${i}.md`] =
    `---\ntitle: Note ${i} on gardens\npublisher: Garden Letter\npublished: 2023-03-${String(i).padStart(2, '0')}\n---\n\nThe gardener of plot ${i} planted beans in the spring. The beans of plot ${i} were picked in August 2022.\n`;
}

export interface Harness {
  discord: DiscordServer;
  config: Config;
  sources: Sources;
  bot: RunningBot;
  /** What the bot has logged so far. */
  logged(): string;
  /** Lets no question be answered until what it returns is called. */
  hold(): () => void;
  /** Stops the bot and starts it again on the same settings. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** @param overrides of the settings that concern Discord */
export async function startHarness(overrides: Partial<Config['discord']> = {}): Promise<Harness> {
  const folder = await mkdtemp(path.join(tmpdir(), 'verbatim-discord-'));
  const config = await writeArticles(folder);
  const discord = await DiscordServer.start();
  config.discord = {
    ...config.discord,
    token: TOKEN,
    api: discord.api,
    perPerson: 1000,
    perServer: 1000,
    settingsFolder: path.join(folder, 'settings'),
    ...overrides,
  };
  const models = await loadModels(config);
  let gate = Promise.resolve();
  const embedder = {
    ...models.embedder,
    async embedQuestion(text: string) {
      await gate;
      return models.embedder.embedQuestion(text);
    },
  };
  await buildIndex(config.articlesFolder, config.indexFolder, models.embedder);
  const index = await openIndex(config.indexFolder, models.embedder.fingerprint);
  const sources = { index, embedder, reader: models.reader, entailment: models.entailment };
  const live = await watchSources(config.indexFolder, sources, () => {});
  let text = '';
  const log = createLog('trace', [TOKEN], {
    write(line) {
      text += line;
    },
  });
  const start = async () => {
    const bot = await startBot(config, live, log);
    await discord.until('readiness', () => /"msg":"ready/.test(text));
    return bot;
  };
  const harness: Harness = {
    discord,
    config,
    sources,
    bot: await start(),
    logged: () => text,
    hold() {
      let open = () => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return open;
    },
    async restart() {
      await harness.bot.stop();
      text = '';
      harness.bot = await start();
    },
    async stop() {
      await harness.bot.stop();
      await live.close();
      await discord.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return harness;
}

/** Writes the articles below a folder and gives settings that name it. */
export async function writeArticles(folder: string): Promise<Config> {
  const config = readConfig(
    {},
    {
      ARTICLES_DIR: path.join(folder, 'articles'),
      INDEX_DIR: path.join(folder, 'index'),
    },
  );
  await mkdir(path.join(config.articlesFolder, 'notes'), { recursive: true });
  for (const [file, text] of Object.entries(ARTICLES))
    await writeFile(path.join(config.articlesFolder, file), text);
  return config;
}

/** What a person reads of a message, without the marks and escapes of Discord's markup. */
export function read(message: Sent): string {
  return visibleText(message.body).replace(/[\\*]/g, '').replace(/\s+/g, ' ');
}

/** The id of a message's button of one kind, and where there are several the one with that number. */
export function buttonOf(message: Sent, kind: string, number?: number): string {
  const found = buttonsOf(message).find(({ customId }) => {
    const id = parseId(customId);
    return id?.kind === kind && (number === undefined || id.number === number);
  });
  if (found === undefined) throw new Error(`no button ${kind} in ${JSON.stringify(message.body)}`);
  return found.customId;
}

export function hasButton(message: Sent, kind: string): boolean {
  return buttonsOf(message).some(({ customId }) => parseId(customId)?.kind === kind);
}

/** Options of a slash command. */
export function text(name: string, value: string) {
  return { name, type: 3, value };
}

export function flag(name: string, value: boolean) {
  return { name, type: 5, value };
}

/** A subcommand of /settings; `channel` is the id of one. */
export function setting(name: string, options: { channel?: string; on?: boolean } = {}) {
  return {
    name,
    type: 1,
    options: [
      ...(options.channel === undefined ? [] : [{ name: 'channel', type: 7, value: options.channel }]),
      ...(options.on === undefined ? [] : [flag('on', options.on)]),
    ],
  };
}
