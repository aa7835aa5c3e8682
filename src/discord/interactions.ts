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
  const reason = await notNow(interaction, bot);
  if (reason !== null) {
    await answerPrivately(interaction, renderNotice(reason));
    return;
  }
  if (!(await defer(interaction, asked.private ? 'alone' : 'everybody', bot.log))) return;
  const { answer, id } = await ask(bot, {
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

/** Why a question is not taken here and now, or null. */
async function notNow(interaction: Answerable, bot: Bot): Promise<string | null> {
  if (bot.closing) return CLOSING;
  const { guildId, channel } = interaction;
  if (guildId !== null) {
    const parent = channel?.isThread() ? channel.parentId : null;
    const rules = [bot.config.discord.channels, bot.settings.of(guildId)];
    if (!mayAnswerIn([interaction.channelId, parent], rules)) return NOT_HERE;
  }
  const refused = await bot.fairUse.refuse(interaction.user.id, guildId);
  return refused === null ? null : tryAgain(refused);
}
