import type {
  AutocompleteInteraction,
  CommandInteraction,
  RESTPostAPIApplicationCommandsJSONBody,
} from 'discord.js';
import { ApplicationIntegrationType, InteractionContextType } from 'discord.js';
import type { Bot } from '../asking.ts';

/** A command: what Discord is told of it, and what it does. */
export interface Command {
  definition: RESTPostAPIApplicationCommandsJSONBody;
  /** Called only for the command itself, so an implementation may take the kind of interaction that it defines. */
  run(interaction: CommandInteraction, bot: Bot): Promise<void>;
  /** Completes an option, from memory. */
  complete?(interaction: AutocompleteInteraction, bot: Bot): Promise<void>;
}

/** For servers and users to install, in servers, the bot's direct messages and other private channels. */
export const EVERYWHERE = {
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [
    InteractionContextType.Guild,
    InteractionContextType.BotDM,
    InteractionContextType.PrivateChannel,
  ],
};
