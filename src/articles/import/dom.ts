/** A page as a tree, with the little of the DOM that reading an article needs, and its text in blocks. */
import { parseHTML } from 'linkedom';
import { VerbatimError } from '../../errors.ts';

export interface PageNode {
  readonly nodeType: number;
  readonly textContent: string | null;
  readonly childNodes: Iterable<PageNode>;
}

export interface PageElement extends PageNode {
  readonly localName: string;
  readonly parentElement: PageElement | null;
  readonly children: Iterable<PageElement>;
  getAttribute(name: string): string | null;
  hasAttribute(name: string): boolean;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  closest(selector: string): PageElement | null;
  contains(node: PageNode): boolean;
  append(...nodes: PageNode[]): void;
  prepend(...nodes: PageNode[]): void;
  remove(): void;
  innerHTML: string;
}

export interface PageDocument extends PageElement {
  readonly documentElement: PageElement;
  readonly body: PageElement;
  createElement(name: string): PageElement;
}

/**
 * Deeper or larger trees than any page of news has. Readability's time grows with the square of either:
 * 500 levels take it 0.8 s, 10,000 blocks of links 4.4 s.
 */
const MAX_DEPTH = 400;
const MAX_ELEMENTS = 20_000;

const ELEMENT = 1;
const TEXT = 3;

/** Never part of what a page shows as text. */
const UNSEEN = new Set(
  'script style noscript template svg math iframe object embed canvas audio video picture map head title button input select textarea option datalist'.split(
    ' ',
  ),
);

/** Elements that a page's head may hold. */
const METADATA = new Set('title meta link base script style template noscript'.split(' '));

/** Elements that do not end the line of text they stand in. */
const INLINE = new Set(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q ruby rb rp rt s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
);

/** A stretch of a page's text that stands on lines of its own. */
export interface Block {
  text: string;
  /** The heading's level, or 0. */
  heading: number;
  kind: 'text' | 'item' | 'caption' | 'table';
  /** Share of the text that is inside links, 0 to 1. */
  linked: number;
}

/**
 * Parses a page, however broken.
 * @throws VerbatimError when its tree is too deep or too large to be worked on
 */
export function parsePage(html: string): PageDocument {
  // The parser takes the first element for the root; a page may leave out <html>, or have text in front of it.
  const opening = /<html\b[^>]*>/i.exec(html);
  const attributes = opening === null ? '' : opening[0].slice(5, -1).replace(/\/$/, '');
  let open = '';
  const content = html
    // As the standard says, the end of any heading closes the one that is open.
    .replace(/<(\/?)h([1-6])\b/gi, (_tag, end: string, level: string) => {
      if (end === '') open = level;
      return `<${end}h${end === '' || open === '' ? level : open}`;
    })
    .replace(/<!doctype[^>]*>/gi, '')
    .replace(/<\/?(?:html|head)\b[^>]*>/gi, '')
    .replaceAll('\0', '\ufffd');
  const { document } = parseHTML(`<!doctype html><html${attributes}>${content}</html>`) as unknown as {
    document: PageDocument;
  };
  partHeadFromBody(document);
  checkSize(document.documentElement);
  return document;
}

/**
 * Makes the head and the body that a browser would make: pages leave out the tags of either, and have scripts
 * between the two or text behind the body, where the parser would find no body at all.
 */
function partHeadFromBody(document: PageDocument): void {
  const root = document.documentElement;
  const nodes = [...root.childNodes];
  const isBody = (node: PageNode) => node.nodeType === ELEMENT && (node as PageElement).localName === 'body';
  const at = nodes.findIndex(isBody);
  const body = at < 0 ? document.createElement('body') : (nodes[at] as PageElement);
  const inFront = at < 0 ? nodes : nodes.slice(0, at);
  const shown = inFront.findIndex(
    (node) =>
      (node.nodeType === TEXT && (node.textContent ?? '').trim() !== '') ||
      (node.nodeType === ELEMENT && !METADATA.has((node as PageElement).localName.toLowerCase())),
  );
  const head = document.createElement('head');
  const lead = shown < 0 ? inFront.length : shown;
  // One by one: a broken page may have more nodes here than a call takes arguments.
  for (const node of inFront.slice(0, lead)) head.append(node);
  for (const node of inFront.slice(lead).reverse()) body.prepend(node);
  for (const node of at < 0 ? [] : nodes.slice(at + 1)) body.append(node);
  root.append(head, body);
}

function checkSize(root: PageElement): void {
  let elements = 0;
  const open: [PageElement, number][] = [[root, 1]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [element, depth] = next;
    if (depth > MAX_DEPTH) throw new VerbatimError(`its markup is nested more than ${MAX_DEPTH} levels deep`);
    if (++elements > MAX_ELEMENTS)
      throw new VerbatimError(`its markup has more than ${MAX_ELEMENTS} elements`);
    for (const child of element.children) open.push([child, depth + 1]);
  }
}

/** The text below an element, as the lines that a reader would see. */
export function blocksOf(root: PageElement): Block[] {
  const blocks: Block[] = [];
  let text = '';
  let linkedLength = 0;
  let context: Pick<Block, 'heading' | 'kind'> = { heading: 0, kind: 'text' };

  const flush = () => {
    const line = cleanText(text);
    if (line !== '') {
      blocks.push({ text: line, ...context, linked: Math.min(1, linkedLength / line.length) });
    }
    text = '';
    linkedLength = 0;
  };
  const visit = (node: PageNode, insideLink: boolean) => {
    if (node.nodeType === TEXT) {
      const piece = node.textContent ?? '';
      text += piece;
      if (insideLink) linkedLength += cleanText(piece).length;
      return;
    }
    if (node.nodeType !== ELEMENT) return;
    const element = node as PageElement;
    const name = element.localName.toLowerCase();
    if (UNSEEN.has(name) || element.hasAttribute('hidden')) return;
    if (name === 'br') {
      // A line break inside a sentence is layout; behind one it parts paragraphs.
      if (/[.!?…。！？؟۔]["”’'»)\]]*\s*$/u.test(text)) flush();
      else text += ' ';
      return;
    }
    const link = insideLink || name === 'a';
    if (INLINE.has(name)) {
      for (const child of element.childNodes) visit(child, link);
      return;
    }
    flush();
    const outer = context;
    context = contextOf(name, outer);
    for (const child of element.childNodes) visit(child, link);
    flush();
    context = outer;
  };
  for (const child of root.childNodes) visit(child, false);
  flush();
  return blocks;
}

function contextOf(name: string, outer: Pick<Block, 'heading' | 'kind'>): Pick<Block, 'heading' | 'kind'> {
  const heading = /^h([1-6])$/.exec(name)?.[1];
  if (heading !== undefined) return { heading: Number(heading), kind: outer.kind };
  // Paragraphs stay paragraphs in a table that lays out a page, or in a heading that was never closed.
  if (name === 'p') return { heading: 0, kind: outer.kind === 'table' ? 'text' : outer.kind };
  if (name === 'li' || name === 'dd' || name === 'dt') return { heading: 0, kind: 'item' };
  if (name === 'figcaption' || name === 'caption') return { heading: 0, kind: 'caption' };
  // Old pages lay out their text in tables; only cells that stand beside others are data.
  if (name === 'tr') return { heading: 0, kind: 'table' };
  return outer;
}

/** Text on one line: white space collapsed; characters that are not seen and those that control left out. */
export function cleanText(text: string): string {
  return text
    .replace(/[\u00ad\u200b\ufeff]/g, '')
    .replace(/[\s\u0085]+/g, ' ')
    .replace(/\p{Cc}/gu, '')
    .replace(/\p{Cs}/gu, '\ufffd')
    .trim();
}
