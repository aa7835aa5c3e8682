import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  type ChatInputCommandInteraction,
} from 'discord.js';
import { choicesOf } from '../articles.ts';
import { defer, deliver, offer } from '../delivery.ts';
import { escapeName } from '../escape.ts';
import { renderList, renderNotice } from '../render.ts';
import { speakersOf } from '../speakers.ts';
import { type Command, EVERYWHERE } from './command.ts';

/** Code points of a name or of words that are repeated in a reply. */
const SHOWN = 100;

/** All that one speaker says, to the asker alone; buttons.ts turns the pages. */
export const voiceCommand = {
  definition: {
    type: ApplicationCommandType.ChatInput,
    name: 'voice',
    description: 'What one speaker says, by date, word for word',
    options: [
      {
        type: ApplicationCommandOptionType.String,
        name: 'name',
        description: 'Who speaks',
        required: true,
        autocomplete: true,
      },
      {
        type: ApplicationCommandOptionType.String,
        name: 'about',
        description: 'Only statements with one of these words',
        max_length: 200,
      },
    ],
    ...EVERYWHERE,
  },

  async run(interaction: ChatInputCommandInteraction, bot) {
    if (!(await defer(interaction, 'alone', bot.log))) return;
    const name = interaction.options.getString('name', true);
    const about = interaction.options.getString('about') ?? undefined;
    const found = (await speakersOf(bot.live.current.index)).saidBy(name, about);
    if (found === null) {
      await deliver(
        interaction,
        renderNotice(
          'Nobody of that name speaks in the articles. Choose a name from the list, or see /voices.',
        ),
      );
      return;
    }
    const speaker = escapeName(found.speaker.name, SHOWN);
    if (found.quotes.length === 0) {
      await deliver(
        interaction,
        renderNotice(`${speaker} says nothing about ${escapeName(about ?? '', SHOWN)} in the articles.`),
      );
      return;
    }
    const title = about === undefined ? speaker : `${speaker} about ${escapeName(about, SHOWN)}`;
    const list = { title, quotes: found.quotes, labels: [] };
    await deliver(interaction, renderList(list, bot.remembered.addList(list), 0));
  },

  async complete(interaction, bot) {
    const speakers = await speakersOf(bot.live.current.index);
    const typed = interaction.options.getFocused();
    const fitting = typed.trim() === '' ? speakers.speakers : speakers.matching(typed);
    await offer(interaction, choicesOf(fitting.map(({ name }) => name)));
  },
} satisfies Command;
