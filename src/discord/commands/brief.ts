import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { brief } from '../../answer/brief.ts';
import { articleChoices, articleNamed } from '../articles.ts';
import { defer, deliver, offer } from '../delivery.ts';
import { escapeName } from '../escape.ts';
import { renderList, renderNotice } from '../render.ts';
import { type Command, EVERYWHERE } from './command.ts';

/** What an article, or all of them, comes down to, to the asker alone. */
export const briefCommand = {
  definition: {
    type: ApplicationCommandType.ChatInput,
    name: 'brief',
    description: 'What the articles, or one of them, come down to, in their own sentences',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'source',
        description: 'Only this article',
        autocomplete: true,
      },
    ],
    ...EVERYWHERE,
  },

  async run(interaction: ChatInputCommandInteraction, bot) {
    if (!(await defer(interaction, 'alone', bot.log))) return;
    const source = interaction.options.getString('source');
    const { index } = bot.live.current;
    const article = source === null ? null : articleNamed(source, index);
    if (source !== null && article === null) {
      await deliver(
        interaction,
        renderNotice('There is no such article. Choose one from the list that appears while you type.'),
      );
      return;
    }
    const quotes = await brief(index, article?.file);
    if (quotes.length === 0) {
      await deliver(interaction, renderNotice('There is no sentence to quote.'));
      return;
    }
    const title =
      article === null ? 'In brief' : `In brief: ${escapeName(article.title ?? article.file, 100)}`;
    const list = { title, quotes, labels: [] };
    await deliver(interaction, renderList(list, bot.remembered.addList(list), 0));
  },

  async complete(interaction, bot) {
    await offer(interaction, articleChoices(interaction.options.getFocused(), bot.live.current.index));
  },
} satisfies Command;
