import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { articleChoices, articleNamed } from '../articles.ts';
import { answerPrivately, offer } from '../delivery.ts';
import { renderNotice, renderSource } from '../render.ts';
import { type Command, EVERYWHERE } from './command.ts';

export const sourceCommand = {
  definition: {
    type: ApplicationCommandType.ChatInput,
    name: 'source',
    description: 'One article: what it is, and how it begins',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'name',
        description: 'Its title, publisher or file',
        required: true,
        autocomplete: true,
      },
    ],
    ...EVERYWHERE,
  },

  async run(interaction: ChatInputCommandInteraction, bot) {
    const { index } = bot.live.current;
    const article = articleNamed(interaction.options.getString('name', true), index);
    await answerPrivately(
      interaction,
      article === null
        ? renderNotice('There is no such article. Choose one from the list, or see /sources.')
        : renderSource(article, index.builtAt),
    );
  },

  async complete(interaction, bot) {
    await offer(interaction, articleChoices(interaction.options.getFocused(), bot.live.current.index));
  },
} satisfies Command;
