/** The commands with a slash that ask about the whole of the sources, in a conversation and on the command line. */
import { brief } from '../answer/brief.ts';
import { listSpeakers } from '../answer/speakers.ts';
import { type TimelineEntry, timeline } from '../answer/timeline.ts';
import type { PassageIndex } from '../index/store.ts';
import { printable } from './printable.ts';
import { type Colors, renderQuote } from './render.ts';
import { readVoiceCommand, renderVoice, speakersTable } from './voices.ts';

/** What a command gives: for people, and as a value for JSON, which is `{ message }` where there is but a sentence. */
export interface CommandResult {
  text: string;
  json: unknown;
}

/** A command's name and what follows it; null where the text does not begin with a slash. */
function readCommand(text: string): { name: string; rest: string } | null {
  const [, name, rest = ''] = /^\/(\S*)(?:\s+([\s\S]*))?$/u.exec(text.trim()) ?? [];
  return name === undefined ? null : { name, rest };
}

/** What to say where a text begins with a slash as a command does, and is none; null where it is one or a question. */
export function unknownCommand(text: string): string | null {
  const name = readCommand(text)?.name;
  return name === undefined || /^(?:voices|voice|timeline|brief)$/.test(name)
    ? null
    : `There is no command /${printable(name)}; there are /voices, /voice NAME, /timeline and /brief, and questions begin without a slash.`;
}

/** Runs /voices, /voice, /timeline or /brief; null where the text is none of them. */
export async function runCommand(
  text: string,
  index: PassageIndex,
  width: number,
  colors: Colors,
): Promise<CommandResult | null> {
  const { name, rest } = readCommand(text) ?? { name: null, rest: '' };
  switch (name) {
    case 'voices': {
      const directory = await listSpeakers(index);
      return { text: speakersTable(directory), json: directory.speakers };
    }
    case 'voice': {
      const directory = await listSpeakers(index);
      const wanted = readVoiceCommand(rest);
      const found = wanted.name === '' ? null : directory.saidBy(wanted.name, wanted.about);
      const shown = renderVoice(directory, wanted, width, colors);
      return { text: shown, json: found ?? { message: shown.trim() } };
    }
    case 'timeline': {
      const about = rest.replace(/^about:\s*/i, '').trim();
      const entries = await timeline(index, about === '' ? undefined : about);
      return { text: renderTimeline(entries, about, width, colors), json: entries };
    }
    case 'brief':
      return await runBrief(rest.replace(/^source:\s*/i, '').trim(), index, width, colors);
    default:
      return null;
  }
}

async function runBrief(
  source: string,
  index: PassageIndex,
  width: number,
  colors: Colors,
): Promise<CommandResult> {
  const wanted = source.toLowerCase().split(/\s+/u);
  const found = index.articles.filter(({ file, title, publisher }) => {
    const names = `${file} ${title ?? ''} ${publisher ?? ''}`.toLowerCase();
    return wanted.every((word) => names.includes(word));
  });
  // A file's whole name is that file, even where it is the beginning of another.
  const exact = found.find(({ file }) => file === source);
  if (source !== '' && exact === undefined && found.length !== 1) {
    const which = found.length === 0 ? 'No article is' : `${found.length} articles are`;
    const message = `${which} called ${printable(source)}; name one by words of its title, publisher or file. /sources shows them in a conversation.`;
    return { text: `${message}\n`, json: { message } };
  }
  const quotes = await brief(index, source === '' ? undefined : (exact ?? found[0])?.file);
  if (quotes.length === 0) return { text: 'There are no articles to read.\n', json: quotes };
  return { text: `${quotes.map((quote) => renderQuote(quote, width, colors)).join('\n\n')}\n`, json: quotes };
}

/** The dated sentences, each under its date: as resolved, and as given where that is not the same. */
export function renderTimeline(
  entries: readonly TimelineEntry[],
  about: string,
  width: number,
  colors: Colors,
): string {
  if (entries.length === 0)
    return about === ''
      ? 'The articles date nothing.\n'
      : `The articles date nothing about ${printable(about)}.\n`;
  const parts = entries.map(({ date: { text, days }, quote }) => {
    const given = `“${printable(text)}”`;
    const when =
      days === null ? given : days.from === days.to ? days.from : `${days.from} to ${days.to} (${given})`;
    return `${colors.bold(when)}\n${renderQuote(quote, width, colors)}`;
  });
  return `${parts.join('\n\n')}\n`;
}
