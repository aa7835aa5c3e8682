import {
  type APIApplicationCommandChannelOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  ChannelType,
  type ChatInputCommandInteraction,
  InteractionContextType,
  PermissionFlagsBits,
} from 'discord.js';
import { answerPrivately, defer, deliver } from '../delivery.ts';
import { renderNotice } from '../render.ts';
import type { ServerSettings } from '../settings.ts';
import type { Command } from './command.ts';

/** So that the list still fits a message. */
const MAX_CHANNELS = 30;

const channel = {
  type: ApplicationCommandOptionType.Channel as const,
  name: 'channel',
  description: 'The channel; its threads count with it',
  required: true,
  channel_types: [
    ChannelType.GuildText,
    ChannelType.GuildAnnouncement,
    ChannelType.GuildVoice,
    ChannelType.GuildStageVoice,
    ChannelType.GuildForum,
    ChannelType.GuildMedia,
  ],
} satisfies APIApplicationCommandChannelOption;

/** For admins of a server: where the bot answers there, and whether to the asker alone. */
export const settingsCommand = {
  definition: {
    type: ApplicationCommandType.ChatInput,
    name: 'settings',
    description: 'Where and how the bot answers in this server',
    default_member_permissions: String(PermissionFlagsBits.ManageGuild),
    integration_types: [ApplicationIntegrationType.GuildInstall],
    contexts: [InteractionContextType.Guild],
    options: [
      {
        type: ApplicationCommandOptionType.Subcommand,
        name: 'show',
        description: 'Show what is set',
      },
      {
        type: ApplicationCommandOptionType.Subcommand,
        name: 'private',
        description: 'Whether /ask answers the asker alone unless they say otherwise',
        options: [
          {
            type: ApplicationCommandOptionType.Boolean,
            name: 'on',
            description: 'Answer the asker alone',
            required: true,
          },
        ],
      },
      {
        type: ApplicationCommandOptionType.Subcommand,
        name: 'allow',
        description: 'Answer only in this channel and others that are allowed',
        options: [channel],
      },
      {
        type: ApplicationCommandOptionType.Subcommand,
        name: 'deny',
        description: 'Do not answer in this channel',
        options: [channel],
      },
      {
        type: ApplicationCommandOptionType.Subcommand,
        name: 'clear',
        description: 'Forget what was set for a channel',
        options: [channel],
      },
      {
        type: ApplicationCommandOptionType.Subcommand,
        name: 'news',
        description: 'Tell a channel when articles were added, changed or removed',
        options: [
          {
            ...channel,
            description: 'The channel; leave it out to tell none',
            required: false,
            channel_types: [ChannelType.GuildText, ChannelType.GuildAnnouncement],
          },
        ],
      },
    ],
  },

  async run(interaction: ChatInputCommandInteraction, bot) {
    const { guildId } = interaction;
    // Servers can give a command to others than Discord's default; these settings stay with Manage Server.
    if (guildId === null || !interaction.memberPermissions?.has(PermissionFlagsBits.ManageGuild)) {
      await answerPrivately(
        interaction,
        renderNotice('Only members with Manage Server can change the settings.'),
      );
      return;
    }
    if (!(await defer(interaction, 'alone', bot.log))) return;
    const change = changeOf(interaction, bot.settings.of(guildId));
    const tooMany = [change.allowed, change.denied].some((list) => (list?.length ?? 0) > MAX_CHANNELS);
    const settings =
      tooMany || Object.keys(change).length === 0
        ? bot.settings.of(guildId)
        : await bot.settings.change(guildId, change);
    await deliver(
      interaction,
      renderNotice(
        tooMany ? `At most ${MAX_CHANNELS} channels can be set; clear one first.` : describe(settings),
      ),
    );
  },
} satisfies Command;

function changeOf(
  interaction: ChatInputCommandInteraction,
  { allowed, denied }: ServerSettings,
): Partial<ServerSettings> {
  const subcommand = interaction.options.getSubcommand();
  if (subcommand === 'show') return {};
  if (subcommand === 'private') return { private: interaction.options.getBoolean('on', true) };
  if (subcommand === 'news') return { news: interaction.options.getChannel('channel')?.id ?? null };
  const { id } = interaction.options.getChannel('channel', true);
  const without = (list: readonly string[]) => list.filter((other) => other !== id);
  return {
    allowed: subcommand === 'allow' ? [...without(allowed), id] : without(allowed),
    denied: subcommand === 'deny' ? [...without(denied), id] : without(denied),
  };
}

function describe({ allowed, denied, private: alone, news }: ServerSettings): string {
  const channels = (list: readonly string[]) => list.map((id) => `<#${id}>`).join(' ');
  return [
    allowed.length === 0
      ? 'The bot answers in every channel that it can see'
      : `The bot answers only in ${channels(allowed)}`,
    denied.length === 0 ? '.' : `, and not in ${channels(denied)}.`,
    alone
      ? ' Unless they say otherwise, /ask answers the asker alone.'
      : ' /ask answers for everybody to see.',
    news === null ? '' : ` When articles change, <#${news}> is told.`,
  ].join('');
}
