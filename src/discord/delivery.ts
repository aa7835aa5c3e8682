/** Getting payloads to Discord: acknowledged first, delivered through outages, and never with a rejection. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  type CommandInteraction,
  DiscordAPIError,
  type Interaction,
  MessageFlags,
  RESTJSONErrorCodes,
} from 'discord.js';
import { VerbatimError } from '../errors.ts';
import type { Log } from '../log.ts';
import { FAILED } from './asking.ts';
import { type Payload, renderNotice } from './render.ts';

/** An interaction that is answered with a message. */
export type Answerable = CommandInteraction | ButtonInteraction;

/** Seconds to wait before each further try when Discord fails: half a minute in all. */
const PAUSES = [0.5, 1, 2, 4, 8, 16];

/** Codes of Node and undici for a connection that did not come about or broke. */
const NETWORK =
  /^(?:ECONN(?:RESET|REFUSED|ABORTED)|E(?:NOTFOUND|AI_AGAIN|TIMEDOUT|HOSTUNREACH|NETUNREACH|PIPE)|UND_ERR_.+)$/;

/** Whether Discord, or the way to it, failed, rather than what was sent. */
export function isOutage(error: unknown): boolean {
  const { status, code, name } = (error ?? {}) as { status?: unknown; code?: unknown; name?: unknown };
  return (
    (typeof status === 'number' && status >= 500) ||
    (typeof code === 'string' && NETWORK.test(code)) ||
    name === 'AbortError'
  );
}

/**
 * Repeats a request while Discord fails. discord.js repeats three times at once, which an outage of a second
 * outlives. Only for requests that may arrive twice without harm.
 */
export async function throughOutages<T>(request: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await request();
    } catch (error) {
      if (!isOutage(error)) throw error;
      await sleep(pause * 1000, undefined, { ref: false });
    }
  }
  return request();
}

/**
 * A nonce for what is sent once: when Discord took a message but did not confirm it, it knows the nonce again and
 * does not send a second one.
 */
export function nonceOf(occasion: string): string {
  return createHash('sha256').update(occasion).digest('base64url').slice(0, 25);
}

/**
 * Acknowledges an interaction with "thinking", which fixes whether only the asker sees what follows.
 * @returns false when the interaction is not known any more: there is nobody to answer
 */
export function defer(interaction: Answerable, asker: 'alone' | 'everybody', log: Log): Promise<boolean> {
  return acknowledge(
    interaction,
    () => interaction.deferReply(asker === 'alone' ? { flags: MessageFlags.Ephemeral } : {}),
    log,
  );
}

/** Acknowledges a button whose message will change. */
export function deferUpdate(interaction: ButtonInteraction, log: Log): Promise<boolean> {
  return acknowledge(interaction, () => interaction.deferUpdate(), log);
}

async function acknowledge(
  interaction: Answerable,
  request: () => Promise<unknown>,
  log: Log,
): Promise<boolean> {
  try {
    await request();
    return true;
  } catch (error) {
    if (!(error instanceof DiscordAPIError)) throw error;
    if (error.code === RESTJSONErrorCodes.UnknownInteraction) {
      log.warn({ code: error.code, ms: Date.now() - interaction.createdTimestamp }, 'interaction expired');
      return false;
    }
    if (error.code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged) {
      // A first try may have arrived although Discord answered it with an error. The reply is edited from here on,
      // which is the same however often it is done.
      log.warn({ code: error.code }, 'interaction was acknowledged already');
      interaction.deferred = true;
      return true;
    }
    throw error;
  }
}

/** Fills in the reply of a deferred interaction. */
export function deliver(interaction: Answerable, payload: Payload) {
  return throughOutages(() => interaction.editReply(asEdit(payload)));
}

/** Answers the asker alone, at once. */
export async function answerPrivately(interaction: Answerable, payload: Payload): Promise<void> {
  const { flags = 0, ...rest } = payload;
  await interaction.reply({ ...rest, flags: flags | MessageFlags.Ephemeral });
}

/**
 * Says that an interaction failed, in the log and, where Discord still lets us, to the person. Never rejects.
 * A VerbatimError's message is what the person reads.
 */
export async function reportFailure(interaction: Interaction, error: unknown, log: Log): Promise<void> {
  const known =
    error instanceof DiscordAPIError &&
    (error.code === RESTJSONErrorCodes.UnknownInteraction ||
      error.code === RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged);
  if (error instanceof VerbatimError) log.info({ err: error }, 'question not answered');
  else if (known) log.warn({ code: error.code }, 'interaction could not be answered');
  else log.error({ err: error }, 'interaction failed');
  if (known || interaction.isAutocomplete() || !interaction.isRepliable()) return;
  const notice = renderNotice(error instanceof VerbatimError ? error.message : FAILED);
  try {
    const answerable = interaction as Answerable;
    if (answerable.deferred || answerable.replied) await deliver(answerable, notice);
    else await answerPrivately(answerable, notice);
  } catch (failure) {
    log.warn({ err: failure }, 'the failure could not be told');
  }
}

/** Offers choices; what cannot be offered in time is not missed. */
export async function offer(
  interaction: AutocompleteInteraction,
  choices: readonly { name: string; value: string }[],
): Promise<void> {
  await interaction.respond(choices);
}

/**
 * The payload as an edit: whatever the message had before and this one has not is removed, and mentions are kept
 * from acting again.
 */
export function asEdit({ flags, ...payload }: Payload) {
  return {
    ...payload,
    ...(flags !== undefined && {
      flags: flags & (MessageFlags.IsComponentsV2 | MessageFlags.SuppressEmbeds),
    }),
  };
}
