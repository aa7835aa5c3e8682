/** Tells Discord which commands there are. */
import { type REST, type RESTPostAPIApplicationCommandsJSONBody, Routes } from 'discord.js';
import { COMMANDS } from './commands/all.ts';

type Definition = RESTPostAPIApplicationCommandsJSONBody;

/**
 * Registers the commands where they differ from what Discord has: everywhere, or in one server for a test.
 * @returns whether they differed
 */
export async function registerCommands(
  rest: REST,
  application: string,
  server: string | null = null,
): Promise<boolean> {
  const route = routeFor(application, server);
  const wanted = COMMANDS.map(({ definition }) => (server === null ? definition : inOneServer(definition)));
  const registered = (await rest.get(route)) as Definition[];
  if (sameCommands(wanted, registered)) return false;
  await rest.put(route, { body: wanted });
  return true;
}

/** Removes every command of the bot: everywhere, or in one server. */
export async function removeCommands(rest: REST, application: string, server: string | null): Promise<void> {
  await rest.put(routeFor(application, server), { body: [] });
}

function routeFor(application: string, server: string | null): `/${string}` {
  return server === null
    ? Routes.applicationCommands(application)
    : Routes.applicationGuildCommands(application, server);
}

/** Where a command is installed and used is said of those that are registered everywhere alone. */
function inOneServer(definition: Definition): Definition {
  const { integration_types, contexts, ...rest } = definition as Definition & {
    integration_types?: unknown;
    contexts?: unknown;
  };
  return rest as Definition;
}

/** Whether Discord has exactly these commands, whatever it adds to them of its own. */
export function sameCommands(wanted: readonly object[], registered: readonly object[]): boolean {
  const sorted = (commands: readonly object[]) =>
    commands.map((each) => JSON.stringify(essence(each))).sort();
  return JSON.stringify(sorted(wanted)) === JSON.stringify(sorted(registered));
}

/** What we say of a command or an option, the same way whether Discord left a default out or wrote it. */
function essence(given: object): object {
  const one = given as Record<string, unknown>;
  const list = (value: unknown) => (Array.isArray(value) ? [...value].sort() : null);
  return {
    type: one.type ?? 1,
    name: one.name,
    description: one.description ?? '',
    required: one.required ?? false,
    autocomplete: one.autocomplete ?? false,
    min_length: one.min_length ?? null,
    max_length: one.max_length ?? null,
    choices: one.choices ?? [],
    channel_types: list(one.channel_types),
    permissions: one.default_member_permissions ?? null,
    integration_types: list(one.integration_types),
    contexts: list(one.contexts),
    options: ((one.options ?? []) as object[]).map(essence),
  };
}
