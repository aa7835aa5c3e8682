import { ApplicationCommandType, type ChatInputCommandInteraction } from 'discord.js';
import { answerPrivately } from '../delivery.ts';
import { renderAbout } from '../render.ts';
import { type Command, EVERYWHERE } from './command.ts';

export const aboutCommand = {
  definition: {
    type: ApplicationCommandType.ChatInput,
    name: 'about',
    description: 'What this bot is, what it answers from, and how it treats what you write',
    ...EVERYWHERE,
  },

  async run(interaction: ChatInputCommandInteraction, bot) {
    const { embeddingModel, readerModel } = bot.config;
    await answerPrivately(
      interaction,
      renderAbout(bot.live, { embedding: embeddingModel, reader: readerModel }),
    );
  },
} satisfies Command;
