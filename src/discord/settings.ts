/** What the admins of each server have set, kept on disk across restarts. */
import { mkdir } from 'node:fs/promises';
import { ClassicLevel } from 'classic-level';
import { z } from 'zod';
import { reasonOf, VerbatimError } from '../errors.ts';

const ServerSettings = z.object({
  /** As in channels.ts, within what the operator allows. */
  allowed: z.array(z.string()),
  denied: z.array(z.string()),
  /** Whether /ask answers the asker alone when its option `private` is not given. */
  private: z.boolean(),
  /** The channel that is told when articles change, or null. */
  news: z.string().nullable(),
});
export type ServerSettings = z.infer<typeof ServerSettings>;

const DEFAULTS: ServerSettings = { allowed: [], denied: [], private: false, news: null };

/**
 * The settings of all servers. They are few and small, so they are all in memory: reading them never delays an
 * acknowledgement. Writing goes to the disk before it shows.
 */
export class SettingsStore {
  readonly #level: ClassicLevel<string, unknown>;
  readonly #known = new Map<string, ServerSettings>();

  private constructor(level: ClassicLevel<string, unknown>) {
    this.#level = level;
  }

  /** @throws VerbatimError when the folder cannot be used, or another process is using it */
  static async open(folder: string): Promise<SettingsStore> {
    try {
      await mkdir(folder, { recursive: true });
      const store = new SettingsStore(new ClassicLevel(folder, { valueEncoding: 'json' }));
      await store.#level.open();
      for await (const [server, value] of store.#level.iterator()) {
        // What an older version wrote may lack what is new.
        const settings = ServerSettings.safeParse({ ...DEFAULTS, ...(value as object) });
        if (settings.success) store.#known.set(server, settings.data);
      }
      return store;
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      const locked = (cause as { code?: unknown }).code === 'LEVEL_LOCKED';
      throw new VerbatimError(
        `The servers' settings in ${folder} cannot be opened: ${
          locked ? 'another process is using them; stop it, or name another folder' : reasonOf(cause)
        } (SETTINGS_DIR).`,
        { cause: error },
      );
    }
  }

  of(server: string | null): ServerSettings {
    return (server === null ? undefined : this.#known.get(server)) ?? DEFAULTS;
  }

  /** The channels that are told when articles change. */
  newsChannels(): string[] {
    return [...this.#known.values()].flatMap(({ news }) => (news === null ? [] : [news]));
  }

  async change(server: string, change: Partial<ServerSettings>): Promise<ServerSettings> {
    const settings = { ...this.of(server), ...change };
    await this.#level.put(server, settings, { sync: true });
    this.#known.set(server, settings);
    return settings;
  }

  async remove(server: string): Promise<void> {
    this.#known.delete(server);
    await this.#level.del(server, { sync: true });
  }

  /** Removes the settings of every server but these: the bot left the others while it was not running. */
  async keepOnly(servers: ReadonlySet<string>): Promise<void> {
    for (const server of [...this.#known.keys()]) if (!servers.has(server)) await this.remove(server);
  }

  async close(): Promise<void> {
    await this.#level.close();
  }
}
