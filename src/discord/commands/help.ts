import { ApplicationCommandType, type ChatInputCommandInteraction } from 'discord.js';
import { answerPrivately } from '../delivery.ts';
import { renderHelp } from '../render.ts';
import { type Command, EVERYWHERE } from './command.ts';

export const helpCommand = {
  definition: {
    type: ApplicationCommandType.ChatInput,
    name: 'help',
    description: 'Examples of what you can ask, and how',
    ...EVERYWHERE,
  },

  async run(interaction: ChatInputCommandInteraction) {
    await answerPrivately(interaction, renderHelp());
  },
} satisfies Command;
