/** npm run register: tells Discord which commands the bot has, or removes them. */
import { REST, Routes } from 'discord.js';
import { readConfig } from '../src/config.ts';
import { explain } from '../src/discord/bot.ts';
import { registerCommands, removeCommands } from '../src/discord/register.ts';
import { UsageError } from '../src/errors.ts';
import { program, run } from '../src/terminal/program.ts';

await run(async () => {
  const command = program(
    'register',
    'Registers the commands of the Discord bot where they differ from what Discord has. npm start does so by itself.',
  )
    .option('--guild <id>', 'in one server alone, where changes show at once: for a test')
    .option('--remove', 'remove the commands instead')
    .allowExcessArguments(false)
    .parse();
  const { guild = null, remove = false } = command.opts<{ guild?: string; remove?: true }>();
  const config = readConfig();
  const { token, api } = config.discord;
  if (token === null) throw new UsageError('DISCORD_TOKEN is not set: see .env.example.');
  if (guild !== null && !/^\d{17,20}$/.test(guild))
    throw new UsageError('--guild takes the id of a server: a number of 17 to 20 digits.');
  const rest = new REST(api === null ? {} : { api }).setToken(token);
  const where = guild === null ? 'everywhere' : `in server ${guild}`;
  try {
    const { id } = (await rest.get(Routes.currentApplication())) as { id: string };
    if (remove) await removeCommands(rest, id, guild);
    const changed = remove || (await registerCommands(rest, id, guild));
    process.stdout.write(
      remove
        ? `The commands are removed ${where}.\n`
        : changed
          ? `The commands are registered ${where}.\n`
          : `Discord has these commands ${where} already.\n`,
    );
  } catch (error) {
    throw explain(error, config);
  }
});
