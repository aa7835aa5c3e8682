/** What the buttons under answers and lists do. */
import { type ButtonInteraction, type InteractionReplyOptions, MessageFlags } from 'discord.js';
import { verifyQuote } from '../articles/verify.ts';
import type { Answer, Quote } from '../values.ts';
import { type Bot, CLOSING } from './asking.ts';
import { answerPrivately, asEdit, defer, deferUpdate, deliver, throughOutages } from './delivery.ts';
import type { RememberedAnswer } from './remembered.ts';
import {
  type ButtonId,
  type Payload,
  parseId,
  renderAnswer,
  renderContext,
  renderList,
  renderNearest,
  renderNotice,
  renderSources,
  renderVerification,
  renderVoices,
} from './render.ts';
import { speakersOf } from './speakers.ts';

const FORGOTTEN =
  'This answer is too old: the bot remembers the last answers only, and none from before it was restarted. Please ask again.';
const UNKNOWN = 'This button does not belong to this bot any more. Please ask again.';
const NOT_YOURS = 'This answer was given to somebody else alone. Please ask yourself.';
const OTHER_ARTICLE = 'This article has changed since this answer was given. Please ask again.';

const NOT_SHARED = 'The answer could not be posted to this channel. Please try again.';

export async function pressButton(interaction: ButtonInteraction, bot: Bot): Promise<void> {
  // Ids come back from people's clients: what is not exactly one of ours does nothing.
  const id = parseId(interaction.customId);
  if (bot.closing || id === null) {
    await answerPrivately(interaction, renderNotice(bot.closing ? CLOSING : UNKNOWN));
    return;
  }
  if (id.kind === 'sources' || id.kind === 'voices') {
    if (!(await deferUpdate(interaction, bot.log))) return;
    const { index } = bot.live.current;
    const page = id.number ?? 0;
    await deliver(
      interaction,
      id.kind === 'sources'
        ? renderSources(index, page)
        : renderVoices(await speakersOf(index), index.revision, page),
    );
    return;
  }
  if (id.kind === 'list') {
    const list = bot.remembered.list(id.key);
    if (list === null) await answerPrivately(interaction, renderNotice(FORGOTTEN));
    else if (await deferUpdate(interaction, bot.log))
      await deliver(interaction, renderList(list, id.key, id.number ?? 0));
    return;
  }
  const entry = bot.remembered.answer(id.key);
  const refusal =
    entry === null ? FORGOTTEN : entry.private && entry.askedBy !== interaction.user.id ? NOT_YOURS : null;
  if (entry === null || refusal !== null) {
    await answerPrivately(interaction, renderNotice(refusal ?? FORGOTTEN));
    return;
  }
  if (id.kind === 'share') {
    await share(interaction, entry, id.key, bot);
    return;
  }
  if (!(await defer(interaction, 'alone', bot.log))) return;
  await deliver(interaction, await pageFor(id, entry, bot));
}

async function pageFor(
  { kind, key, number }: ButtonId,
  { answer, indexed }: RememberedAnswer,
  bot: Bot,
): Promise<Payload> {
  switch (kind) {
    case 'more':
      return renderAnswer(answer, { id: key, shareable: false, more: true });
    case 'nearest':
      return renderNearest(answer);
    case 'context': {
      const quote = quoteOf(answer, number);
      if (quote === null) return renderNotice(UNKNOWN);
      const { index } = bot.live.current;
      const article = index.articles.find(({ file }) => file === quote.article.file);
      return article?.text.slice(quote.start, quote.end) === quote.text
        ? renderContext(quote, index)
        : renderNotice(OTHER_ARTICLE);
    }
    case 'verify': {
      const quote = quoteOf(answer, number);
      if (quote === null) return renderNotice(UNKNOWN);
      const sha256 = indexed.sha256.get(quote.article.file) ?? '';
      return renderVerification(
        quote,
        await verifyQuote(bot.config.articlesFolder, quote, sha256, indexed.at),
      );
    }
    default:
      return renderNotice(UNKNOWN);
  }
}

function quoteOf({ quotes }: Answer, number: number | null): Quote | null {
  return quotes[number ?? 0] ?? null;
}

/** Posts a private answer to the channel, and takes the button off it. */
async function share(
  interaction: ButtonInteraction,
  entry: RememberedAnswer,
  key: string,
  bot: Bot,
): Promise<void> {
  if (!(await deferUpdate(interaction, bot.log))) return;
  if (entry.shared) return;
  entry.shared = true;
  const shown = renderAnswer(entry.answer, { id: key, shareable: false });
  try {
    const message = await interaction.followUp(shown as InteractionReplyOptions);
    bot.remembered.asked(entry.answer.question, message.id);
  } catch (error) {
    entry.shared = false;
    bot.log.warn({ err: error }, 'an answer could not be shared');
    await interaction.followUp({
      ...(renderNotice(NOT_SHARED) as InteractionReplyOptions),
      flags: MessageFlags.Ephemeral | (renderNotice(NOT_SHARED).flags ?? 0),
    });
    return;
  }
  // From here on the buttons belong to everybody in the channel.
  entry.private = false;
  await throughOutages(() => interaction.editReply(asEdit(shown)));
}
