/** The bot's process: its connection to Discord from the first identification to the last answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Client,
  DiscordjsErrorCodes,
  Events,
  GatewayCloseCodes,
  GatewayIntentBits,
  type Interaction,
  OAuth2Scopes,
  Options,
  Partials,
  PermissionsBitField,
} from 'discord.js';
import type { LiveSources } from '../answer/live.ts';
import type { Config } from '../config.ts';
import { reasonOf, UsageError, VerbatimError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Bot } from './asking.ts';
import { pressButton } from './buttons.ts';
import { COMMANDS } from './commands/all.ts';
import { isOutage, reportFailure, throughOutages } from './delivery.ts';
import { FairUse } from './fair-use.ts';
import { answerMessage } from './messages.ts';
import { tellNews } from './news.ts';
import { registerCommands } from './register.ts';
import { Remembered } from './remembered.ts';
import { SettingsStore } from './settings.ts';
import { speakersOf } from './speakers.ts';

/** Mentions and direct messages arrive with these; commands need none. None of them is privileged. */
export const INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.DirectMessages,
];

/** What the bot does in a channel: see that it is mentioned, and reply, in threads too. */
export const PERMISSIONS = new PermissionsBitField([
  'ViewChannel',
  'SendMessages',
  'SendMessagesInThreads',
  'ReadMessageHistory',
]);

/** How long questions in flight may take when the process is told to end. */
const CLOSE_WITHIN_MS = 10_000;

/** After this time without a connection the log says that it is still being tried. */
const SLOW_START_MS = 30_000;

export interface RunningBot {
  /** Finishes what is in flight, ten seconds at most, and leaves. */
  stop(): Promise<void>;
  /** Resolves when it was stopped; rejects with a VerbatimError when Discord will not have it any more. */
  readonly ended: Promise<void>;
}

/**
 * Connects to Discord and answers until it is stopped.
 * @throws VerbatimError when Discord cannot be reached, UsageError when it refuses the token or an intent
 */
export async function startBot(config: Config, live: LiveSources, log: Log): Promise<RunningBot> {
  const settings = await SettingsStore.open(config.discord.settingsFolder);
  const client = createClient(config);
  const inFlight = new Set<Promise<void>>();
  const bot = {
    config,
    live,
    log,
    settings,
    fairUse: new FairUse(config.discord),
    remembered: new Remembered(),
    closing: false,
  };

  let end = () => {};
  let fail = (_: VerbatimError) => {};
  const ended = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  ended.catch(() => {}); // Whoever started the bot may look at it later.

  /** Runs a handler to its end, whatever happens in it: nothing may reject into the client. */
  const handle = (work: Promise<void>) => {
    const done = work
      .catch((error) => log.error({ err: error }, 'handler failed'))
      .finally(() => inFlight.delete(done));
    inFlight.add(done);
  };
  client.on(Events.InteractionCreate, (interaction) => handle(answerInteraction(interaction, bot)));
  client.on(Events.MessageCreate, (message) => handle(answerMessage(message, bot)));
  // Only when it left, or the server is gone: one that an outage takes away for a while gives another event.
  client.on(Events.GuildDelete, ({ id }) => handle(settings.remove(id)));
  client.on(Events.ClientReady, (ready) => handle(introduce(ready, bot)));
  client.on(Events.Error, (error) => log.error({ err: error }, 'client error'));
  client.on(Events.ShardError, (error) => log.warn({ err: error }, 'connection error'));
  client.on(Events.ShardReconnecting, () => log.warn('connection lost, connecting again'));
  client.on(Events.ShardResume, (_, replayed) => log.info({ replayed }, 'connection resumed'));
  client.on(Events.ShardReady, () => log.info('connected'));
  client.on(Events.ShardDisconnect, ({ code }) => fail(refusalOf(code)));

  // Read before anybody waits for a name to be completed.
  const readSpeakers = async () => void (await speakersOf(live.current.index));
  handle(readSpeakers());
  const unhear = live.onChange((change) => {
    handle(readSpeakers());
    if (!bot.closing) handle(tellNews(change, client, bot));
  });

  async function leave(): Promise<void> {
    unhear();
    await client.destroy();
    await settings.close();
  }

  const slow = setTimeout(
    () => log.warn('no connection to Discord yet; still trying'),
    SLOW_START_MS,
  ).unref();
  try {
    await client.login(config.discord.token ?? '');
  } catch (error) {
    await leave();
    throw explain(error, config);
  } finally {
    clearTimeout(slow);
  }

  let stopped: Promise<void> | null = null;
  return {
    ended,
    stop() {
      stopped ??= (async () => {
        bot.closing = true;
        log.info({ inFlight: inFlight.size }, 'stopping');
        const finished = (async () => {
          while (inFlight.size > 0) await Promise.all(inFlight);
          return true;
        })();
        const inTime = await Promise.race([finished, sleep(CLOSE_WITHIN_MS, false, { ref: false })]);
        await leave();
        log.info({ unanswered: inTime ? 0 : inFlight.size }, 'stopped');
        end();
      })();
      return stopped;
    },
  };
}

function createClient(config: Config): Client {
  return new Client({
    intents: INTENTS,
    // A direct message comes from a channel that was not announced before.
    partials: [Partials.Channel],
    allowedMentions: { parse: [], repliedUser: false },
    ...(config.discord.api !== null && { rest: { api: config.discord.api } }),
    // Nothing is looked up in these: without limits they grow with every message and person seen.
    makeCache: Options.cacheWithLimits({
      ...Options.DefaultMakeCacheSettings,
      MessageManager: 0,
      ReactionManager: 0,
      ReactionUserManager: 0,
      PresenceManager: 0,
      VoiceStateManager: 0,
      ThreadMemberManager: 0,
      UserManager: { maxSize: 200, keepOverLimit: ({ id, client }) => id === client.user?.id },
      GuildMemberManager: { maxSize: 50, keepOverLimit: ({ id, client }) => id === client.user?.id },
    }),
  });
}

/** Never rejects. */
async function answerInteraction(interaction: Interaction, bot: Bot): Promise<void> {
  try {
    if (interaction.isButton()) await pressButton(interaction, bot);
    else if (interaction.isAutocomplete()) await commandOf(interaction)?.complete?.(interaction, bot);
    else if (interaction.isCommand()) await commandOf(interaction)?.run(interaction, bot);
  } catch (error) {
    await reportFailure(interaction, error, bot.log);
  }
}

function commandOf({ commandName }: { commandName: string }) {
  return COMMANDS.find(({ definition }) => definition.name === commandName);
}

/** Once connected: registers the commands, forgets the servers left meanwhile, and says how to add the bot. */
async function introduce(client: Client<true>, bot: Bot): Promise<void> {
  const servers = new Set(client.guilds.cache.keys());
  await bot.settings.keepOnly(servers);
  const { server, user } = inviteLinks(client.application.id);
  bot.log.info(`To add the bot to a server: ${server}`);
  bot.log.info(`To use its commands everywhere yourself: ${user}`);
  try {
    const changed = await throughOutages(() => registerCommands(client.rest, client.application.id));
    bot.log.info({ servers: servers.size }, changed ? 'ready, commands registered anew' : 'ready');
  } catch (error) {
    bot.log.error({ err: error }, 'the commands could not be registered; npm run register tries again');
  }
}

/** The links by which the bot is added, with the scopes and permissions that it uses and no others. */
export function inviteLinks(application: string): { server: string; user: string } {
  const link = (integration: 0 | 1, scopes: OAuth2Scopes[], permissions?: bigint) =>
    `https://discord.com/oauth2/authorize?${new URLSearchParams({
      client_id: application,
      integration_type: String(integration),
      scope: scopes.join(' '),
      ...(permissions !== undefined && { permissions: String(permissions) }),
    })}`;
  return {
    server: link(0, [OAuth2Scopes.Bot, OAuth2Scopes.ApplicationsCommands], PERMISSIONS.bitfield),
    user: link(1, [OAuth2Scopes.ApplicationsCommands]),
  };
}

const BAD_TOKEN =
  'Discord does not accept DISCORD_TOKEN: reset the token on the Bot page of your application at https://discord.com/developers/applications and put the new one into .env.';
const BAD_INTENTS =
  'Discord refuses the intents Guilds, GuildMessages and DirectMessages, which need no approval: check that DISCORD_TOKEN is the token of a bot.';

/** What a connection that Discord has closed for good means. */
function refusalOf(code: number): VerbatimError {
  switch (code) {
    case GatewayCloseCodes.AuthenticationFailed:
      return new UsageError(BAD_TOKEN);
    case GatewayCloseCodes.InvalidIntents:
    case GatewayCloseCodes.DisallowedIntents:
      return new UsageError(BAD_INTENTS);
    default:
      return new VerbatimError(`Discord has closed the connection for good (code ${code}).`);
  }
}

/** Why no connection came about, in a sentence. */
export function explain(error: unknown, config: Pick<Config, 'discord'>): VerbatimError {
  if (error instanceof VerbatimError) return error;
  const { code, status, message = '' } = error as { code?: unknown; status?: unknown; message?: string };
  const api = config.discord.api ?? 'https://discord.com/api';
  if (
    code === DiscordjsErrorCodes.TokenInvalid ||
    status === 401 ||
    /authentication failed/i.test(message) ||
    // A token with characters that no header may have.
    /invalid header value|header content/i.test(message)
  ) {
    return new UsageError(BAD_TOKEN, { cause: error });
  }
  if (/intents/i.test(message)) return new UsageError(BAD_INTENTS, { cause: error });
  if (/not enough sessions/i.test(message)) {
    return new VerbatimError(
      'Discord takes no more connections of this bot today: it was started too often. Start it again tomorrow.',
      { cause: error },
    );
  }
  if (isOutage(error)) {
    const reason = typeof status === 'number' ? `it answers ${status}` : reasonOf(error);
    return new VerbatimError(
      `Discord cannot be reached at ${api} (${reason}): check the network and DISCORD_API, then start again.`,
      { cause: error },
    );
  }
  return new VerbatimError(`Discord does not let the bot in (${reasonOf(error)}).`, { cause: error });
}
