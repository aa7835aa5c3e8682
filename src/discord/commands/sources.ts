import { ApplicationCommandType, type ChatInputCommandInteraction } from 'discord.js';
import { answerPrivately } from '../delivery.ts';
import { renderSources } from '../render.ts';
import { type Command, EVERYWHERE } from './command.ts';

/** The articles, to the asker alone; buttons.ts turns the pages. */
export const sourcesCommand = {
  definition: {
    type: ApplicationCommandType.ChatInput,
    name: 'sources',
    description: 'The articles that answers come from',
    ...EVERYWHERE,
  },

  async run(interaction: ChatInputCommandInteraction, bot) {
    await answerPrivately(interaction, renderSources(bot.live.current.index, 0));
  },
} satisfies Command;
