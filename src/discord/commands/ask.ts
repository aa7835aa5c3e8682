import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { MAX_QUESTION_LENGTH } from '../../answer/answer.ts';
import { articleChoices, articleNamed } from '../articles.ts';
import { answerPrivately, offer } from '../delivery.ts';
import { answerInteraction } from '../interactions.ts';
import { renderNotice } from '../render.ts';
import { type Command, EVERYWHERE } from './command.ts';

export const askCommand = {
  definition: {
    type: ApplicationCommandType.ChatInput,
    name: 'ask',
    description: 'Ask about the articles: the answer is what they say, word for word',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'question',
        description: 'Your question, in your own words',
        required: true,
        max_length: MAX_QUESTION_LENGTH,
      },
      {
        type: ApplicationCommandOptionType.String,
        name: 'source',
        description: 'Only from this article',
        autocomplete: true,
      },
      {
        type: ApplicationCommandOptionType.Boolean,
        name: 'private',
        description: 'Show the answer to you alone',
      },
    ],
    ...EVERYWHERE,
  },

  async run(interaction: ChatInputCommandInteraction, bot) {
    const source = interaction.options.getString('source');
    const { index } = bot.live.current;
    const article = source === null ? null : articleNamed(source, index);
    if (source !== null && article === null) {
      await answerPrivately(
        interaction,
        renderNotice('There is no such article. Choose one from the list that appears while you type.'),
      );
      return;
    }
    await answerInteraction(
      interaction,
      {
        text: interaction.options.getString('question', true),
        private: interaction.options.getBoolean('private') ?? bot.settings.of(interaction.guildId).private,
        article: article?.sha256 ?? null,
      },
      bot,
    );
  },

  async complete(interaction, bot) {
    await offer(interaction, articleChoices(interaction.options.getFocused(), bot.live.current.index));
  },
} satisfies Command;
