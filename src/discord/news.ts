/** Tells the channels that admins have named that articles were added, changed or removed. */
import type { Client, MessageCreateOptions } from 'discord.js';
import type { SourcesChange } from '../answer/live.ts';
import type { Bot } from './asking.ts';
import { nonceOf, throughOutages } from './delivery.ts';
import { renderChange } from './render.ts';

/** Never rejects: a channel that is gone, or where the bot may not write, is logged. */
export async function tellNews(change: SourcesChange, client: Client, bot: Bot): Promise<void> {
  if (change.added.length + change.changed.length + change.removed.length === 0) return;
  const titles = new Map(bot.live.current.index.articles.map(({ file, title }) => [file, title]));
  const payload = renderChange(change, titles) as MessageCreateOptions;
  for (const id of bot.settings.newsChannels()) {
    try {
      const channel = await throughOutages(() => client.channels.fetch(id));
      if (!channel?.isSendable()) continue;
      const nonce = nonceOf(`${change.revision}/${id}`);
      await throughOutages<unknown>(() => channel.send({ ...payload, nonce, enforceNonce: true }));
    } catch (error) {
      bot.log.warn({ err: error, channel: id }, 'a channel could not be told of changed articles');
    }
  }
}
