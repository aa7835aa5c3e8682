/** An answer as text for a terminal: what was found, in whose words, and where it stands. */
import pc from 'picocolors';
import type { Answer, Quote, Refusal } from '../values.ts';
import { printable } from './printable.ts';

type Colors = Pick<ReturnType<typeof pc.createColors>, 'bold' | 'dim'>;

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

function renderQuote(quote: Quote, width: number, colors: Colors): string {
  const { text, start, highlight } = quote;
  const from = highlight === null ? text.length : highlight.start - start;
  const to = highlight === null ? text.length : highlight.end - start;
  // The bold words are wrapped as ordinary ones and coloured line by line, so that no line is longer.
  const words = [
    ...wordsOf(text.slice(0, from), false),
    ...wordsOf(text.slice(from, to), true),
    ...wordsOf(text.slice(to), false),
  ];
  const lines = wrap(words, Math.min(width, 100) - 4).map(
    (line) => `  │ ${line.map(({ text: part, bold }) => (bold ? colors.bold(part) : part)).join('')}`,
  );
  return `${lines.join('\n')}\n    ${citation(quote)}`;
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

interface Piece {
  text: string;
  bold: boolean;
}

/** Words with the white space in front of them; white space of any kind and length shows as one space. */
function wordsOf(text: string, bold: boolean): Piece[] {
  return (text.match(/\s*\S+|\s+$/gu) ?? []).map((word) => ({ text: printable(word), bold }));
}

function wrap(words: readonly Piece[], width: number): Piece[][] {
  const lines: Piece[][] = [[]];
  let length = 0;
  for (const word of words) {
    const line = lines.at(-1) as Piece[];
    if (length > 0 && word.text.startsWith(' ') && length + word.text.length > width) {
      lines.push([{ text: word.text.trimStart(), bold: word.bold }]);
      length = word.text.length - 1;
    } else {
      line.push(word);
      length += word.text.length;
    }
  }
  return lines.map((line) => line.filter(({ text }) => text !== ''));
}
