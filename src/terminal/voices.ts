/** Who speaks, and what one speaker says, as text for a terminal. */
import pc from 'picocolors';
import type { IndexSpeaker, SpeakerDirectory } from '../answer/speakers.ts';
import { printable } from './printable.ts';
import { type Colors, renderQuote } from './render.ts';
import { columns } from './tables.ts';

/** The speakers, a line each: name, how many sentences, how many of them quoted, and the articles. */
export function speakersTable({ speakers }: Pick<SpeakerDirectory, 'speakers'>): string {
  if (speakers.length === 0) return 'Nobody is named as speaking in the articles.\n';
  return `${columns(
    speakers.map(({ name, sentences, quoted, articles }) => [
      shortened(printable(name)),
      `${sentences} ${sentences === 1 ? 'sentence' : 'sentences'}`,
      `${quoted} quoted`,
      outlets(articles),
    ]),
  ).join('\n')}\n`;
}

/** Columns of a speaker's name. */
const LONGEST_NAME = 60;

function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`;
}

function outlets(articles: IndexSpeaker['articles']): string {
  const names = articles.map(({ article }) => printable(article.publisher ?? article.file));
  return (
    [...new Set(names)].slice(0, 3).join(', ') +
    (articles.length > 3 ? ` and ${articles.length - 3} more` : '')
  );
}

/** What `/voice NAME about: WORDS` asks for. */
export function readVoiceCommand(text: string): { name: string; about: string | undefined } {
  const [name = '', ...about] = text.split(/\babout:/i);
  const words = about.join(' ').trim();
  return { name: name.trim(), about: words === '' ? undefined : words };
}

/** All that one speaker says, by date; or, where nobody is called that, what to do. */
export function renderVoice(
  directory: SpeakerDirectory,
  { name, about }: { name: string; about: string | undefined },
  width: number,
  colors: Colors = pc,
): string {
  if (name === '') return 'Say whose words you want, for example: /voice the ministry about: withdrawal\n';
  const found = directory.saidBy(name, about);
  if (found === null)
    return `Nobody called ${printable(name)} speaks in the articles; /voices shows who does.\n`;
  const { speaker, quotes } = found;
  if (quotes.length === 0)
    return `${printable(speaker.name)} says nothing about ${printable(about ?? '')} in the articles.\n`;
  return `${quotes.map((quote) => renderQuote(quote, width, colors)).join('\n\n')}\n`;
}
