import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { timeline } from '../../answer/timeline.ts';
import { defer, deliver } from '../delivery.ts';
import { escapeName } from '../escape.ts';
import { renderList, renderNotice } from '../render.ts';
import { type Command, EVERYWHERE } from './command.ts';

/** What the articles date, in order, to the asker alone; buttons.ts turns the pages. */
export const timelineCommand = {
  definition: {
    type: ApplicationCommandType.ChatInput,
    name: 'timeline',
    description: 'What the articles date, in order, word for word',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'about',
        description: 'Only sentences with one of these words',
        max_length: 200,
      },
    ],
    ...EVERYWHERE,
  },

  async run(interaction: ChatInputCommandInteraction, bot) {
    if (!(await defer(interaction, 'alone', bot.log))) return;
    const about = interaction.options.getString('about') ?? undefined;
    const entries = await timeline(bot.live.current.index, about);
    const on = about === undefined ? '' : ` about ${escapeName(about, 100)}`;
    if (entries.length === 0) {
      await deliver(interaction, renderNotice(`The articles date nothing${on}.`));
      return;
    }
    const list = {
      title: `Timeline${on}`,
      quotes: entries.map(({ quote }) => quote),
      labels: entries.map(({ date: { days } }) => {
        if (days === null) return '**Not known which day**';
        return days.from === days.to ? `**${days.from}**` : `**${days.from} to ${days.to}**`;
      }),
    };
    await deliver(interaction, renderList(list, bot.remembered.addList(list), 0));
  },
} satisfies Command;
