/**
 * Questions in messages: to the bot directly, or with a mention of it. Without the privileged intent Discord
 * shows the bot the text of no other message, so in a thread, too, it must be mentioned.
 */
import {
  ChannelType,
  DiscordAPIError,
  type Message,
  type MessageCreateOptions,
  MessageType,
  RESTJSONErrorCodes,
} from 'discord.js';
import { VerbatimError } from '../errors.ts';
import { ask, type Bot, FAILED, tryAgain } from './asking.ts';
import { mayAnswerIn } from './channels.ts';
import { nonceOf, throughOutages } from './delivery.ts';
import { conversationOf } from './remembered.ts';
import { type Payload, renderAnswer, renderNotice } from './render.ts';

/** Discord shows "typing" for ten seconds. */
const TYPING_EVERY_MS = 9000;

/** Errors that say that the bot may not write there, or that what it replies to is gone: not ours to mend. */
const NOT_OURS = new Set<number | string>([
  RESTJSONErrorCodes.MissingAccess,
  RESTJSONErrorCodes.MissingPermissions,
  RESTJSONErrorCodes.UnknownChannel,
  RESTJSONErrorCodes.UnknownMessage,
  RESTJSONErrorCodes.CannotSendMessagesToThisUser,
]);

/** Answers a message that is a question to the bot; passes over every other. */
export async function answerMessage(message: Message, bot: Bot): Promise<void> {
  if (!isForBot(message, bot)) return;
  const { channel, author } = message;
  const place = await bot.fairUse.take(author.id, message.guildId);
  if ('because' in place) {
    // Nothing in a channel is for one person's eyes alone, so this goes to their direct messages, and once.
    if (place.first) await tellPrivately(message, tryAgain(place), bot);
    return;
  }
  const isConversation = channel.type === ChannelType.DM || channel.isThread();
  const stopTyping = showTyping(message);
  try {
    const { answer, id } = await ask(bot, place, {
      text: plainQuestion(message.content),
      askedBy: author.id,
      private: false,
      replyTo: message.reference?.messageId ?? null,
      conversation: isConversation ? conversationOf(channel.id, author.id) : null,
      article: null,
    });
    const sent = await reply(message, renderAnswer(answer, { id, shareable: false }));
    bot.remembered.asked(answer.question, sent.id);
  } catch (error) {
    if (error instanceof DiscordAPIError && NOT_OURS.has(error.code)) {
      bot.log.warn({ err: error }, 'a message could not be answered');
      return;
    }
    if (error instanceof VerbatimError) bot.log.info({ err: error }, 'question not answered');
    else bot.log.error({ err: error }, 'message failed');
    await reply(message, renderNotice(error instanceof VerbatimError ? error.message : FAILED)).catch(
      (failure) => bot.log.warn({ err: failure }, 'the failure could not be told'),
    );
  } finally {
    stopTyping();
  }
}

function isForBot(message: Message, bot: Bot): boolean {
  const { author, channel, client } = message;
  if (bot.closing || author.bot || message.system || message.webhookId !== null) return false;
  if (message.type !== MessageType.Default && message.type !== MessageType.Reply) return false;
  if (channel.type === ChannelType.DM) return true;
  if (!message.mentions.has(client.user, { ignoreEveryone: true, ignoreRoles: true })) return false;
  const parent = channel.isThread() ? channel.parentId : null;
  const rules = [bot.config.discord.channels, bot.settings.of(message.guildId)];
  return mayAnswerIn([channel.id, parent], rules);
}

/** What somebody wrote without mentions of people, roles and channels, and without custom emoji. */
export function plainQuestion(content: string): string {
  return content
    .replace(/<(?:@[!&]?|#)\d+>|<a?:\w+:\d+>/g, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
}

function reply(message: Message, payload: Payload): Promise<Message> {
  const nonce = nonceOf(message.id);
  return throughOutages(() =>
    message.reply({
      ...(payload as MessageCreateOptions),
      allowedMentions: { parse: [], repliedUser: false },
      failIfNotExists: false,
      nonce,
      enforceNonce: true,
    }),
  );
}

async function tellPrivately(message: Message, text: string, bot: Bot): Promise<void> {
  try {
    await message.author.send(renderNotice(text) as MessageCreateOptions);
  } catch (error) {
    // Many people do not take direct messages from members of a server.
    bot.log.info({ err: error }, 'a limit could not be told');
  }
}

function showTyping({ channel }: Message): () => void {
  if (!channel.isSendable()) return () => {};
  const show = () => channel.sendTyping().catch(() => {}); // Only decoration.
  show();
  const timer = setInterval(show, TYPING_EVERY_MS);
  return () => clearInterval(timer);
}
