import { ApplicationCommandType, type ChatInputCommandInteraction } from 'discord.js';
import { defer, deliver } from '../delivery.ts';
import { renderVoices } from '../render.ts';
import { speakersOf } from '../speakers.ts';
import { type Command, EVERYWHERE } from './command.ts';

/** Who speaks in the articles, to the asker alone; buttons.ts turns the pages. */
export const voicesCommand = {
  definition: {
    type: ApplicationCommandType.ChatInput,
    name: 'voices',
    description: 'Who speaks in the articles, how often and where',
    ...EVERYWHERE,
  },

  async run(interaction: ChatInputCommandInteraction, bot) {
    if (!(await defer(interaction, 'alone', bot.log))) return;
    const { index } = bot.live.current;
    await deliver(interaction, renderVoices(await speakersOf(index), index.revision, 0));
  },
} satisfies Command;
