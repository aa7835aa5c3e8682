import { ApplicationCommandType, type MessageContextMenuCommandInteraction } from 'discord.js';
import { answerInteraction } from '../interactions.ts';
import { plainQuestion } from '../messages.ts';
import { type Command, EVERYWHERE } from './command.ts';

/** In the menu of a message: what the articles say on it. */
export const findCommand = {
  definition: { type: ApplicationCommandType.Message, name: 'Find in the sources', ...EVERYWHERE },

  async run(interaction: MessageContextMenuCommandInteraction, bot) {
    const text = plainQuestion(interaction.targetMessage.content);
    await answerInteraction(interaction, { text, private: true, article: null }, bot);
  },
} satisfies Command;
