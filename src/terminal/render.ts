/** An answer as text for a terminal: what was found, in whose words, and where it stands. */
import pc from 'picocolors';
import type { Answer, Quote, Refusal, Span, Voice } from '../values.ts';
import { printable } from './printable.ts';

export type Colors = Pick<ReturnType<typeof pc.createColors>, 'bold' | 'dim'>;

const REFUSALS: Record<Refusal, string> = {
  empty: 'There are no words in this question. Ask in words, for example: Who takes part in the talks?',
  'too long': 'This question is too long to be read whole. Ask it in a sentence or two.',
  'not a question':
    'This bot only answers questions about the articles, with their own words. Ask about what they report.',
  'not in the articles': 'The articles do not say.',
};

/**
 * Lays out an answer.
 * @param width columns of the terminal; quotes are wrapped to at most 100
 * @param colors `pc.createColors(false)` where the output is not a terminal
 */
export function renderAnswer(answer: Answer, width: number, colors: Colors = pc): string {
  const parts = answer.quotes.map((quote) => renderQuote(quote, width, colors));
  if (answer.refusal !== null) parts.push(REFUSALS[answer.refusal]);
  if (answer.nearest.length > 0) {
    parts.push('Nearest passages, which do not answer:');
    parts.push(...answer.nearest.map((quote) => renderQuote({ ...quote, highlight: null }, width, colors)));
  }
  const footer = answer.answered
    ? `confidence ${answer.confidence.toFixed(2)} · index ${answer.revision}`
    : `index ${answer.revision}`;
  return `${parts.join('\n\n')}\n\n${colors.dim(footer)}\n`;
}

/** The bar beside a quote shows at a glance whether it is somebody's own words. */
const BARS: Record<Voice['kind'], string> = { quoted: '┃', reported: '│', article: '┊' };

/** A quote as lines: who says it, the words, and where they stand. */
export function renderQuote(quote: Quote, width: number, colors: Colors): string {
  const lines: string[] = [];
  let line: string[] = [];
  let length = 0;
  // White space of any kind and length shows as one space; a line breaks only there.
  for (const match of quote.text.matchAll(/\S+/gu)) {
    const shown = printable(match[0]);
    if (length > 0 && length + 1 + shown.length > Math.min(width, 100) - 4) {
      lines.push(line.join(' '));
      line = [];
      length = -1;
    }
    line.push(markedWord(match[0], quote.start + match.index, quote.highlight, colors));
    length += shown.length + 1;
  }
  lines.push(line.join(' '));
  const bar = quote.voice === null ? '│' : BARS[quote.voice.kind];
  const says = attribution(quote);
  const head = says === null ? '' : `  ${colors.bold(says)}\n`;
  return `${head}${lines.map((text) => `  ${bar} ${text}`).join('\n')}\n    ${citation(quote)}`;
}

/** A word with the part of it that answers in bold: word by word, so that no mark runs over a line's end. */
function markedWord(word: string, start: number, highlight: Span | null, colors: Colors): string {
  const at = (offset: number) => Math.min(word.length, Math.max(0, offset - start));
  const [from, to] = highlight === null ? [0, 0] : [at(highlight.start), at(highlight.end)];
  if (from >= to) return printable(word);
  return (
    printable(word.slice(0, from)) + colors.bold(printable(word.slice(from, to))) + printable(word.slice(to))
  );
}

/**
 * Who says a quote, and how: "Ann Lee, quoted", "The ministry, as reported, via Example News", "Example News, in its
 * own voice". Null where that is unknown.
 */
export function attribution({ voice, article }: Pick<Quote, 'voice' | 'article'>): string | null {
  if (voice === null) return null;
  if (voice.kind === 'article') return `${printable(article.publisher ?? 'The article')}, in its own voice`;
  const speaker = voice.speaker === null ? 'Speaker not named' : upperFirst(printable(voice.speaker));
  const via = voice.via === null ? '' : `, via ${printable(voice.via.text)}`;
  return `${speaker}, ${voice.kind === 'quoted' ? 'quoted' : 'as reported'}${via}`;
}

function upperFirst(text: string): string {
  // A name that begins with a particle keeps it: "al-Name".
  return /^\p{Ll}+-\p{Lu}/u.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** Who, where and when: "Example News, “Title”, 2024-01-27, paragraph 4 (file.txt:512-603)". */
export function citation({ article, paragraph, start, end }: Quote): string {
  const parts = [
    article.publisher ?? 'publisher unknown',
    article.title === null ? null : `“${printable(article.title)}”`,
    article.published ?? 'undated',
    `paragraph ${paragraph}`,
  ];
  const shown = parts
    .filter((part) => part !== null)
    .map(printable)
    .join(', ');
  return `${shown} (${printable(article.file)}:${start}-${end})${article.url === null ? '' : ` ${printable(article.url)}`}`;
}
