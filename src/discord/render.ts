/** Placeholder of the rendering, replaced by the real one. */
import {
  type APIEmbed,
  type APIMessageTopLevelComponent,
  ButtonStyle,
  ComponentType,
  escapeMarkdown,
} from 'discord.js';
import type { LiveSources } from '../answer/live.ts';
import type { Verification } from '../articles/verify.ts';
import type { IndexedArticle, PassageIndex } from '../index/store.ts';
import type { Answer, Quote } from '../values.ts';

export type Payload = {
  content?: string;
  components?: APIMessageTopLevelComponent[];
  embeds?: APIEmbed[];
  flags?: number;
  allowedMentions: { parse: []; repliedUser?: false };
};

export const ids = {
  of: (kind: string, key: string, number?: number) =>
    number === undefined ? `${kind}:${key}` : `${kind}:${key}:${number}`,
};

export function parseId(customId: string): { kind: string; key: string; number: number } | null {
  const match = /^(more|context|verify|nearest|share|sources):([\w-]*)(?::(\d{1,4}))?$/.exec(customId);
  return match ? { kind: match[1] ?? '', key: match[2] ?? '', number: Number(match[3] ?? 0) } : null;
}

export function renderAnswer(
  answer: Answer,
  { id, shareable, more = false }: { id: string; shareable: boolean; more?: boolean },
): Payload {
  const quotes = more ? answer.quotes.slice(1) : answer.quotes.slice(0, 1);
  const text = answer.answered
    ? quotes.map(({ text }) => `> ${escapeMarkdown(text.replace(/\s+/g, ' '))}`).join('\n')
    : 'The articles do not say.';
  return page(text || 'No more.', [
    ...(answer.nearest.length > 0 ? [button('Nearest', ids.of('nearest', id))] : []),
    ...(answer.answered
      ? [
          button('Context', ids.of('context', id, 0)),
          button('Verify', ids.of('verify', id, 0)),
          button('More quotes', ids.of('more', id)),
        ]
      : []),
    ...(shareable ? [button('Share', ids.of('share', id))] : []),
  ]);
}

export function renderNearest(answer: Answer): Payload {
  return page(answer.nearest.map(({ text }) => `> ${text}`).join('\n'));
}
export function renderContext(quote: Quote, index: PassageIndex): Payload {
  return page(`Context of ${quote.article.file} ${index.revision}`);
}
export function renderVerification(quote: Quote, result: Verification): Payload {
  return page(`${quote.article.file}: ${result.state} ${result.line ?? ''} ${result.indexed}`);
}
export function renderSources(index: PassageIndex, number: number): Payload {
  const shown = index.articles.slice(number * 10, number * 10 + 10).map(({ title, file }) => title ?? file);
  return page(shown.join('\n').slice(0, 2000), [
    button('Previous', ids.of('sources', 'previous', Math.max(0, number - 1))),
    button('Next', ids.of('sources', 'next', number + 1)),
  ]);
}
export function renderSource(article: IndexedArticle, builtAt: string): Payload {
  return page(`${article.title ?? article.file} ${builtAt}`);
}
export function renderAbout(
  live: LiveSources,
  models: { embedding: string; reader: string | null },
): Payload {
  return page(`${live.current.index.revision} ${models.embedding} ${models.reader}`);
}
export function renderHelp(): Payload {
  return page('Help');
}
export function renderNotice(text: string): Payload {
  return page(text);
}

function page(content: string, buttons: ReturnType<typeof button>[] = []): Payload {
  return {
    content: content.slice(0, 2000),
    flags: 4,
    components: buttons.length === 0 ? [] : [{ type: ComponentType.ActionRow, components: buttons }],
    allowedMentions: { parse: [], repliedUser: false },
  };
}

function button(label: string, custom_id: string) {
  return { type: ComponentType.Button, style: ButtonStyle.Secondary, label, custom_id } as const;
}
