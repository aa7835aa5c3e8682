/**
 * Reads the text of a message as Discord's clients do: what is shown as text, and what acts. Discord documents
 * its markup for people, not as a grammar; this follows the documented forms and, where those leave it
 * open, takes the wider reading, so that a check made with it errs to the safe side.
 */

export type Node =
  | { type: 'text'; text: string }
  | { type: 'code' | 'codeBlock' | 'mention' | 'emoji' | 'command' | 'timestamp' | 'autolink'; text: string }
  | { type: 'strong' | 'em' | 'underline' | 'strike' | 'spoiler' | 'quote' | 'subtext'; children: Node[] }
  | { type: 'heading'; level: number; children: Node[] }
  | { type: 'item'; marker: string; children: Node[] }
  | { type: 'link'; url: string; children: Node[] };

interface Rule {
  pattern: RegExp;
  /** Works at the beginning of a line alone. */
  line?: boolean;
  /** Works in a block quote too; true unless said otherwise. */
  nests?: boolean;
  read(match: RegExpExecArray, inner: (source: string) => Node[]): Node;
}

const plain = (type: 'code' | 'codeBlock' | 'mention' | 'emoji' | 'command' | 'timestamp' | 'autolink') =>
  ((match) => ({ type, text: match[1] ?? match[0] })) satisfies Rule['read'];
const nested = (type: 'strong' | 'em' | 'underline' | 'strike' | 'spoiler' | 'subtext') =>
  ((match, inner) => ({ type, children: inner(match[1] ?? '') })) satisfies Rule['read'];

const INSIDE = String.raw`((?:\\[\s\S]|[^\\])+?)`;

/** The first rule that matches where the reader stands is taken. */
const RULES: Rule[] = [
  { pattern: /```(?:[\w+-]+\n)?\n?([\s\S]+?)\n?```\n?/y, read: plain('codeBlock') },
  {
    pattern: /(?: *>>> ?([\s\S]+))|(?: *> ?[^\n]*(?:\n *> ?[^\n]*)*\n?)/y,
    line: true,
    nests: false,
    read: (match, inner) => ({
      type: 'quote',
      children: inner(match[1] ?? match[0].replace(/^ *> ?/gm, '').replace(/\n$/, '')),
    }),
  },
  {
    pattern: /\s*(#{1,3})\s+([^\n]+)\n?/y,
    line: true,
    read: (match, inner) => ({
      type: 'heading',
      level: (match[1] ?? '').length,
      children: inner(match[2] ?? ''),
    }),
  },
  { pattern: /\s*-#\s+([^\n]+)\n?/y, line: true, read: nested('subtext') },
  {
    pattern: /[^\S\n]*([-*+]|\d+\.)\s+([^\n]+)\n?/y,
    line: true,
    read: (match, inner) => ({ type: 'item', marker: match[1] ?? '', children: inner(match[2] ?? '') }),
  },
  { pattern: /\\([^0-9A-Za-z\s])/uy, read: (match) => ({ type: 'text', text: match[1] ?? '' }) },
  { pattern: /`([^`]+)`/y, read: plain('code') },
  { pattern: /<\/[^>\n]+:\d+>/y, read: plain('command') },
  { pattern: /<(?:@[!&]?|#)\d+>|<id:\w+>|@everyone|@here/y, read: plain('mention') },
  { pattern: /<t:(-?\d+(?::[tTdDfFRsS])?)>/y, read: plain('timestamp') },
  { pattern: /<a?:\w+:\d+>|:[^\s:]+:/y, read: plain('emoji') },
  { pattern: /<((?:[a-z][a-z+.-]*:|\+\d|[^\s<>@]+@)[^\s<>]+)>/iy, read: plain('autolink') },
  { pattern: /(?:https?|steam|discord|ftp|mailto):\/?\/?[^\s<]+/iy, read: plain('autolink') },
  {
    pattern: /\[((?:\\[\s\S]|[^\]\\])*)\]\(\s*<?((?:\\[\s\S]|[^\s\\<>()])+)>?(?:\s+"[^"]*")?\s*\)/y,
    read: (match, inner) => ({ type: 'link', url: match[2] ?? '', children: inner(match[1] ?? '') }),
  },
  { pattern: new RegExp(String.raw`\*\*${INSIDE}\*\*(?!\*)`, 'y'), read: nested('strong') },
  { pattern: new RegExp(`__${INSIDE}__(?!_)`, 'y'), read: nested('underline') },
  { pattern: new RegExp(`~~${INSIDE}~~`, 'y'), read: nested('strike') },
  { pattern: new RegExp(String.raw`\|\|${INSIDE}\|\|`, 'y'), read: nested('spoiler') },
  { pattern: new RegExp(String.raw`\*(?=\S)${INSIDE}\*(?!\*)`, 'y'), read: nested('em') },
  { pattern: new RegExp(`_${INSIDE}_`, 'y'), read: nested('em') },
];

/** The nodes of a text; neighbouring text is joined. */
export function readMarkdown(source: string, inQuote = false): Node[] {
  const nodes: Node[] = [];
  let at = 0;
  let lineStart = true;
  while (at < source.length) {
    const { node, length } = readOne(source, at, lineStart, inQuote);
    const last = nodes.at(-1);
    if (node.type === 'text' && last?.type === 'text') last.text += node.text;
    else nodes.push(node);
    at += length;
    lineStart = source[at - 1] === '\n';
  }
  return nodes;
}

function readOne(
  source: string,
  at: number,
  lineStart: boolean,
  inQuote: boolean,
): { node: Node; length: number } {
  for (const { pattern, line = false, nests = true, read } of RULES) {
    if ((line && !lineStart) || (!nests && inQuote)) continue;
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match === null || match[0] === '') continue;
    const quotes = inQuote || !nests;
    const node = read(match, (inside) => readMarkdown(inside, quotes));
    return { node, length: match[0].length };
  }
  const char = String.fromCodePoint(source.codePointAt(at) as number);
  return { node: { type: 'text', text: char }, length: char.length };
}
