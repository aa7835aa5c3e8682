/** npm start: the Discord bot, or, without a token, the conversation in the terminal. */
import { watchSources } from '../src/answer/live.ts';
import { openSources } from '../src/answer/open.ts';
import { readConfig } from '../src/config.ts';
import { startBot } from '../src/discord/bot.ts';
import { UsageError } from '../src/errors.ts';
import { createLog } from '../src/log.ts';
import { converse } from '../src/terminal/ask.ts';
import { program, run } from '../src/terminal/program.ts';
import { ProgressDisplay } from '../src/terminal/progress.ts';

const NO_TOKEN = 'DISCORD_TOKEN is not set, so there is no bot to start (see .env.example)';

await run(async () => {
  const command = program(
    'start',
    'Starts the Discord bot. Without DISCORD_TOKEN it opens the conversation in the terminal instead. The index is built first where there is none.',
  );
  command.allowExcessArguments(false).parse();
  const config = readConfig(command.opts());
  const { token } = config.discord;
  if (token === null && !process.stdin.isTTY) throw new UsageError(`${NO_TOKEN}.`);
  if (token === null) process.stderr.write(`${NO_TOKEN}; here you can ask in the terminal.\n\n`);

  const progress = new ProgressDisplay('passages');
  const { sources, built } = await openSources(config, (step) => progress.update(step)).finally(() =>
    progress.stop(),
  );
  for (const { file, reason } of built?.leftOut ?? []) process.stderr.write(`left out ${file}: ${reason}\n`);
  if (token === null) {
    const live = await watchSources(config.indexFolder, sources, () => {});
    await converse(live).finally(() => live.close());
    return;
  }

  const log = createLog(config.logLevel, [token]);
  // A defect in a library must not end the process: each start costs one of the day's identifications.
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
  const live = await watchSources(config.indexFolder, sources, (line) => log.info(line));
  const bot = await startBot(config, live, log);
  const stop = () => void bot.stop();
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  try {
    await bot.ended;
  } finally {
    await bot.stop();
    await live.close();
  }
});
