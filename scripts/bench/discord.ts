/**
 * The bot under load, as a process of its own so that its memory is nobody else's: the real client against the
 * stand-in of Discord. Arguments: folder of the articles, folder of their index, folder for scratch, questions in
 * all, and whether to load the reader. Prints one JSON object.
 */
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Sources } from '../../src/answer/answer.ts';
import type { LiveSources } from '../../src/answer/live.ts';
import { openSources } from '../../src/answer/open.ts';
import { type Config, ROOT, readConfig } from '../../src/config.ts';
import { startBot } from '../../src/discord/bot.ts';
import { readQuestions } from '../../src/evaluate/sets.ts';
import { createLog } from '../../src/log.ts';
import { buttonsOf, type Caused, DiscordServer, TOKEN } from '../../test/discord-server/server.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Load {
  /** Milliseconds until the last of the questions asked at once was acknowledged. */
  slowestAcknowledgement: number;
  /** Questions that were not answered exactly once, with a message that Discord takes. */
  lostOrDoubled: number;
  /** Resident memory after all questions against that after the first 500, both after a collection of garbage. */
  growth: number;
}

/** Questions at once; memory is compared with that after the first of them. */
const AT_ONCE = 500;
const PEOPLE = 50;

/**
 * Asks 500 questions from 50 people at once, then further ones in turns of as many.
 * @param total how many questions in all, for the growth of memory
 */
async function loadBot(
  questions: readonly string[],
  sources: Sources,
  config: Config,
  scratch: string,
  total: number,
): Promise<Load> {
  const discord = await DiscordServer.start();
  const settingsFolder = path.join(scratch, 'settings');
  const live: LiveSources = {
    current: sources,
    problem: null,
    onChange: () => () => {},
    close: async () => {},
  };
  const log = createLog('silent', [TOKEN]);
  const bot = await startBot(
    {
      ...config,
      discord: {
        ...config.discord,
        token: TOKEN,
        api: discord.api,
        perPerson: total,
        perServer: total,
        waiting: AT_ONCE,
        settingsFolder,
      },
    },
    live,
    log,
  );
  try {
    await discord.until('readiness', () => discord.registrations > 0, 60_000);
    let slowestAcknowledgement = 0;
    let lostOrDoubled = 0;
    let before = 0;
    for (let asked = 0; asked < total; asked += AT_ONCE) {
      const caused = Array.from({ length: AT_ONCE }, (_, n) =>
        discord.command(
          'ask',
          [{ name: 'question', type: 3, value: questions[(asked + n) % questions.length] }],
          { by: String(700_000_000_000_000_001n + BigInt(n % PEOPLE)) },
        ),
      );
      await discord.until('every answer', () => caused.every(isOver), 14 * 60_000);
      for (const one of caused) {
        slowestAcknowledgement = Math.max(slowestAcknowledgement, one.acknowledgedAfter ?? Infinity);
        if (!isAnsweredOnce(one)) lostOrDoubled++;
      }
      lostOrDoubled += discord.refusals.length;
      // What the stand-in remembers is not the bot's.
      discord.forget();
      if (asked === 0) before = memory();
    }
    return { slowestAcknowledgement, lostOrDoubled, growth: memory() / before };
  } finally {
    await bot.stop();
    await discord.close();
  }
}

function isOver({ reply, acknowledgedAfter, at }: Caused): boolean {
  const missed = acknowledgedAfter === null && Date.now() - at > 10_000;
  return missed || (reply !== null && !reply.thinking);
}

/** Acknowledged once, filled in once, and with the buttons that an answer has or the words that there is none. */
function isAnsweredOnce({ reply, acknowledgements, followUps }: Caused): boolean {
  if (reply === null || acknowledgements !== 1 || followUps.length > 0 || reply.fillings !== 1) return false;
  return (
    buttonsOf(reply).some(({ label }) => label === 'Verify') ||
    JSON.stringify(reply.body).includes('/help shows how to ask')
  );
}

function memory(): number {
  collectGarbage();
  return process.memoryUsage().rss;
}

const [articles, index, scratch, total, reader] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const config = readConfig({ articles, index }, reader === 'with-reader' ? {} : { READER_MODEL: 'none' });
const { sources } = await openSources(config, () => {});
const questions = (await readQuestions(path.join(ROOT, 'data/questions/briefs.jsonl'))).map(
  ({ question }) => question,
);
process.stdout.write(
  `${JSON.stringify(await loadBot(questions, sources, config, scratch, Number(total)))}\n`,
);
process.exit();
