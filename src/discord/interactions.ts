/** Answers a question that came by a command: the same for a slash command and the message menu. */
import type { CommandInteraction } from 'discord.js';
import { type AskedQuestion, ask, type Bot, CLOSING, NOT_HERE, tryAgain } from './asking.ts';
import { mayAnswerIn } from './channels.ts';
import { type Answerable, answerPrivately, defer, deliver } from './delivery.ts';
import { conversationOf } from './remembered.ts';
import { renderAnswer, renderNotice } from './render.ts';

/** Answers, or says to the asker alone why not. */
export async function answerInteraction(
  interaction: CommandInteraction,
  asked: Pick<AskedQuestion, 'text' | 'private' | 'article'>,
  bot: Bot,
): Promise<void> {
  const place =
    notHere(interaction, bot) ?? (await bot.fairUse.take(interaction.user.id, interaction.guildId));
  if (typeof place === 'string' || 'because' in place) {
    await answerPrivately(interaction, renderNotice(typeof place === 'string' ? place : tryAgain(place)));
    return;
  }
  let deferred = false;
  try {
    deferred = await defer(interaction, asked.private ? 'alone' : 'everybody', bot.log);
  } finally {
    if (!deferred) place.leave();
  }
  if (!deferred) return;
  const { answer, id } = await ask(bot, place, {
    ...asked,
    askedBy: interaction.user.id,
    replyTo: null,
    conversation: null,
  });
  const isConversation = interaction.guildId === null || interaction.channel?.isThread() === true;
  if (isConversation)
    bot.remembered.asked(answer.question, conversationOf(interaction.channelId, interaction.user.id));
  const message = await deliver(interaction, renderAnswer(answer, { id, shareable: asked.private }));
  bot.remembered.asked(answer.question, message.id);
}

/** Why no question is taken here, or null. */
function notHere(interaction: Answerable, bot: Bot): string | null {
  if (bot.closing) return CLOSING;
  const { guildId, channel } = interaction;
  if (guildId !== null) {
    const parent = channel?.isThread() ? channel.parentId : null;
    const rules = [bot.config.discord.channels, bot.settings.of(guildId)];
    if (!mayAnswerIn([interaction.channelId, parent], rules)) return NOT_HERE;
  }
  return null;
}
