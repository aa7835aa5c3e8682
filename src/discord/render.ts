/**
 * Everything that the bot says, as messages for Discord: pure functions from values to payloads.
 *
 * Messages are made of text displays (components v2), not of embeds: on a phone an embed sets its text smaller,
 * in a box that takes a tenth of the width, and a quotation's bar takes more; a text display has the
 * message's whole width and size. The buttons of a quote can stand right under it, so that of five quotes each has its
 * own, and addresses in them are never unfurled. There is no container around them for the same reason:
 * its border would cost width and say nothing.
 */
import type { APIButtonComponentWithCustomId, APIEmbed, APIMessageTopLevelComponent } from 'discord.js';
import { ButtonStyle, ComponentType, MessageFlags } from 'discord.js';
import type { LiveSources, SourcesChange } from '../answer/live.ts';
import type { IndexSpeaker, SpeakerDirectory } from '../answer/speakers.ts';
import { metaOf } from '../articles/read.ts';
import type { IndexedArticle, PassageIndex } from '../index/store.ts';
import { splitSentences } from '../passages/sentences.ts';
import type { Answer, ArticleMeta, Citation, Quote, Refusal, Span, Verification } from '../values.ts';
import { codePoints, escapeName, escapeText, isolate, linkTarget } from './escape.ts';
import { MAX_CUSTOM_ID, MAX_TEXT } from './limits.ts';
import type { QuoteList } from './remembered.ts';

/** What channel.send and interaction.editReply take. */
export interface Payload {
  content?: string;
  components?: APIMessageTopLevelComponent[];
  embeds?: APIEmbed[];
  flags?: MessageFlags.IsComponentsV2;
  allowedMentions: { parse: []; repliedUser?: false };
}

const KINDS = ['more', 'context', 'verify', 'nearest', 'share', 'sources', 'voices', 'list'] as const;
export type Kind = (typeof KINDS)[number];

/** What a button asks for: `number` is a quote of the answer from 0 on, or a page. */
export interface ButtonId {
  kind: Kind;
  key: string;
  number: number | null;
}

/**
 * The custom id of a button: `kind:key` or `kind:key:number`.
 * @throws RangeError for a key that parseId would not give back
 */
export function buttonId(kind: Kind, key: string, number?: number): string {
  const id = number === undefined ? `${kind}:${key}` : `${kind}:${key}:${number}`;
  if (parseId(id) === null) throw new RangeError(`${JSON.stringify(id)} cannot be a button's id`);
  return id;
}

/** Reads a custom id, or gives null for one that this bot did not make: people can send any text as one. */
export function parseId(customId: string): ButtonId | null {
  if (customId.length > MAX_CUSTOM_ID) return null;
  const match = /^([a-z]+):([\w.-]{1,80})(?::(0|[1-9]\d{0,5}))?$/.exec(customId);
  const kind = KINDS.find((known) => known === match?.[1]);
  const key = match?.[2];
  if (kind === undefined || key === undefined) return null;
  return { kind, key, number: match?.[3] === undefined ? null : Number(match[3]) };
}

/** Quotes on an answer's first page; three fill the screen of a phone. Where sources differ, all are shown. */
const FIRST_PAGE = 3;
/** Code points that the quotes of a page may take; the rest of 4000 is for what stands around them. */
const QUOTES_ROOM = 3000;
/** Code points, escapes included: of what may be cut because it is no quote. */
const SPEAKER = 120;
const PUBLISHER = 80;
const TITLE = 140;
const QUESTION = 240;

const UNKNOWN = 'Unknown publisher';

const REFUSALS: Record<Refusal, string> = {
  empty: 'There are no words in this question. Ask in words, for example: *Who takes part in the talks?*',
  'too long': 'This question is too long to be read whole. Ask it in a sentence or two.',
  'not a question':
    'I only answer questions about the articles, in their own words. Ask about what they report.',
  'not in the articles': 'The articles do not say.',
};

/**
 * An answer: its quotes, or that there is none.
 * @param options.id key of the stored answer, for the buttons
 * @param options.shareable whether to offer to post it to the channel, which is for private answers
 * @param options.more the quotes that the first page has no room for
 */
export function renderAnswer(
  answer: Answer,
  { id, shareable, more = false }: { id: string; shareable: boolean; more?: boolean },
): Payload {
  if (!answer.answered || answer.quotes.length === 0) return renderRefusal(answer, id, shareable);
  const { first, rest, unshown } = pages(answer);
  const shown = more ? rest : first;
  const components = [text([question(answer), ...heading(answer, more)])];
  for (const number of shown) {
    components.push(text([quoteText(answer.quotes[number] as Quote, true)]));
    components.push(
      row([
        button(buttonId('context', id, number), 'Context'),
        button(buttonId('verify', id, number), 'Verify'),
      ]),
    );
  }
  const last = more || rest.length === 0;
  const notes = [
    answer.onlySource && !more ? '-# Only this source speaks of it.' : null,
    last && unshown.length > 0 ? tooLong(unshown.map((number) => answer.quotes[number] as Quote)) : null,
    more && shown.length === 0 ? 'There are no more quotes.' : null,
  ].filter((note) => note !== null);
  if (notes.length > 0) components.push(text(notes));
  const buttons = [
    ...(last ? [] : [button(buttonId('more', id), `More quotes (${rest.length})`)]),
    ...(shareable && !more ? [button(buttonId('share', id), 'Share', ButtonStyle.Primary)] : []),
  ];
  if (buttons.length > 0) components.push(row(buttons));
  return message(components);
}

/** Which quotes stand on the first page, which behind "More quotes", and which fit on neither. */
function pages({ quotes, differ, premise }: Answer): { first: number[]; rest: number[]; unshown: number[] } {
  // One side alone misleads: where they differ, or speak to a premise, all stand together as far as there is room.
  const most = differ || premise !== null ? quotes.length : FIRST_PAGE;
  const lengths = quotes.map((quote) => lengthOf(quote));
  const all = quotes.map((_, number) => number);
  const first = fitting(all, lengths).slice(0, most);
  const others = all.filter((number) => !first.includes(number));
  const rest = fitting(others, lengths);
  return { first, rest, unshown: others.filter((number) => !rest.includes(number)) };
}

/** The first of these that fit on a page together; one that would fit on no page is passed over. */
function fitting(numbers: readonly number[], lengths: readonly number[]): number[] {
  const found: number[] = [];
  let room = QUOTES_ROOM;
  for (const number of numbers) {
    const length = lengths[number] as number;
    if (length > QUOTES_ROOM) continue;
    if (length > room) break;
    room -= length;
    found.push(number);
  }
  return found;
}

function heading({ differ, premise, question }: Answer, more: boolean): string[] {
  if (more) return ['**More quotes**'];
  return [
    ...(premise === null
      ? []
      : [
          `**The question takes “${escapeName(question.slice(premise.start, premise.end), 120)}” for granted.** The sources’ statements on that:`,
        ]),
    ...(differ ? ['### The sources differ'] : []),
  ];
}

function question(answer: Answer): string {
  return `-# ${escapeName(answer.question, QUESTION) || 'No words'}`;
}

function tooLong(quotes: readonly Quote[]): string {
  const places = quotes.map(
    ({ article, paragraph }) =>
      `paragraph ${paragraph} of “${escapeName(article.title ?? article.file, 60)}”`,
  );
  return `-# Too long for a message, and never cut: ${places.join('; ')}.`;
}

function renderRefusal(answer: Answer, id: string, shareable: boolean): Payload {
  const titles = new Set<string>();
  for (const { article } of answer.nearest) titles.add(escapeName(article.title ?? article.file, TITLE));
  const lines = [question(answer), `**${REFUSALS[answer.refusal ?? 'not in the articles']}**`];
  if (titles.size > 0)
    lines.push('What they do speak of, for example:', ...[...titles].map((title) => `- ${title}`));
  lines.push('-# /sources lists all articles, /help shows how to ask.');
  const buttons = [
    ...(answer.nearest.length > 0 ? [button(buttonId('nearest', id), 'Show the nearest passages')] : []),
    ...(shareable ? [button(buttonId('share', id), 'Share', ButtonStyle.Primary)] : []),
  ];
  return message([text(lines), ...(buttons.length > 0 ? [row(buttons)] : [])]);
}

/** The passages nearest to a question that the articles do not answer. */
export function renderNearest(answer: Answer): Payload {
  if (answer.nearest.length === 0) return renderNotice('There are no passages near to this question.');
  const lengths = answer.nearest.map((quote) => lengthOf({ ...quote, highlight: null }));
  const shown = fitting([...lengths.keys()], lengths);
  const left = answer.nearest.filter((_, number) => !shown.includes(number));
  return message([
    text([question(answer), '**Nearest passages. They do not answer the question.**']),
    ...shown.map((number) => text([quoteText(answer.nearest[number] as Quote, false)])),
    ...(left.length > 0 ? [text([tooLong(left)])] : []),
  ]);
}

/** A quote with who says it and where it stands. */
function quoteText(quote: Quote, marked: boolean): string {
  return [
    blockQuote(quote.text, marked && quote.highlight !== null ? shift(quote.highlight, -quote.start) : null),
    attribution(quote),
    ...citations(quote),
  ].join('\n');
}

/** Code points of a quote as it is sent. One that cannot fit is not escaped to find that out. */
function lengthOf(quote: Quote): number {
  if (quote.text.length > 2 * QUOTES_ROOM) return quote.text.length;
  return codePoints(quoteText(quote, true));
}

/**
 * Text to the letter as a block quote of one line, see escape.ts.
 * @param bold what to set in bold, as a span of the text; white space at its ends is left out
 */
function blockQuote(quoted: string, bold: Span | null): string {
  const [from, to] = bold === null ? [0, 0] : boldSpan(quoted, bold);
  if (from >= to) return `> ${isolate(escapeText(quoted))}`;
  const [before, marked, after] = [quoted.slice(0, from), quoted.slice(from, to), quoted.slice(to)];
  return `> ${isolate(`${escapeText(before)}**${escapeText(marked)}**${escapeText(after)}`)}`;
}

/** A span inside the text that splits no character and begins and ends with something to be seen. */
function boldSpan(quoted: string, span: Span): [number, number] {
  let from = Math.min(quoted.length, Math.max(0, span.start));
  let to = Math.min(quoted.length, Math.max(from, span.end));
  const splits = (at: number) =>
    /[\ud800-\udbff]/.test(quoted.charAt(at - 1)) && /[\udc00-\udfff]/.test(quoted.charAt(at));
  if (splits(from)) from--;
  if (splits(to)) to++;
  const marked = quoted.slice(from, to);
  from += marked.length - marked.trimStart().length;
  to -= marked.length - marked.trimEnd().length;
  return [from, to];
}

function shift({ start, end }: Span, by: number): Span {
  return { start: start + by, end: end + by };
}

/**
 * Who says it: words in quotation marks under a bold name, words that the outlet reports under a slanted one, and the
 * outlet's own words under its own.
 */
function attribution(quote: Quote): string {
  const { voice, article } = quote;
  const outlet = article.publisher === null ? '' : escapeName(article.publisher, PUBLISHER);
  if (voice === null) return `**${outlet || UNKNOWN}**`;
  if (voice.kind === 'article') return `**${outlet || UNKNOWN}**, in its own words`;
  const speaker = voice.speaker === null ? '' : escapeName(voice.speaker, SPEAKER);
  const by = `${outlet || 'an unknown publisher'}${via(quote)}`;
  return voice.kind === 'quoted'
    ? `**${speaker || 'A speaker who is not named'}**, quoted by ${by}`
    : `*${speaker || 'Somebody who is not named'}*, as reported by ${by}`;
}

/** The outlet that the article names as having carried the statement first. */
function via({ voice }: Quote): string {
  const name = escapeName(voice?.via?.text ?? '', PUBLISHER);
  return name === '' ? '' : `, which cites ${name}`;
}

/** Other articles with the same statement are further citations of it. */
function citations(quote: Quote): string[] {
  const also = quote.also.map(
    (other) => `also ${escapeName(other.article.publisher ?? UNKNOWN, PUBLISHER)} · ${citation(other)}`,
  );
  return [citation(quote), ...also].map((line) => `-# ${line}`);
}

function citation({ article, paragraph }: Citation): string {
  const link = linkTarget(article.url);
  return [
    article.published === null ? 'undated' : escapeName(article.published, 20),
    `paragraph ${paragraph}`,
    article.title === null ? escapeName(article.file, TITLE) : `“${escapeName(article.title, TITLE)}”`,
    // The label is our own: a backslash does not work in one, so no text of others may stand there.
    ...(link === null ? [] : [`[Open the article](<${link}>)`]),
  ].join(' · ');
}

/** The paragraph of a quote, the one before and the one after, with the quote in bold. */
export function renderContext(quote: Quote, index: PassageIndex): Payload {
  const article = index.articles.find(({ file }) => file === quote.article.file);
  const at =
    article?.paragraphs.findIndex(({ start, end }) => start <= quote.start && quote.end <= end) ?? -1;
  const own = article?.paragraphs[at];
  if (
    article === undefined ||
    own === undefined ||
    article.text.slice(quote.start, quote.end) !== quote.text
  ) {
    return renderNotice(
      'This article has changed or been removed since it was quoted, so its context cannot be shown. Ask again to be answered from the article as it is now.',
    );
  }
  const marked = stretchAround(article, own, quote, 1800);
  if (marked === null) {
    return renderNotice('This quote is too long to be shown with its context, and a quote is never cut.');
  }
  const parts: string[] = [];
  const [before, after] = [article.paragraphs[at - 1], article.paragraphs[at + 1]];
  if (before !== undefined) parts.push(neighbour(article, at - 1, stretch(article, before, 'end', 700)));
  parts.push(
    `${blockQuote(article.text.slice(marked.start, marked.end), shift(quote, -marked.start))}\n-# ${whole('paragraph', at, marked, own)}`,
  );
  if (after !== undefined) parts.push(neighbour(article, at + 1, stretch(article, after, 'start', 700)));
  return message([
    text([`**${escapeName(article.publisher ?? UNKNOWN, PUBLISHER)}**, around the quote in bold:`]),
    ...parts.map((part) => text([part])),
    text([`-# ${citation({ ...quote, article: metaOf(article) })}`]),
  ]);
}

function neighbour(article: IndexedArticle, paragraph: number, shown: Span | null): string {
  const own = article.paragraphs[paragraph] as Span;
  if (shown === null) return `-# paragraph ${paragraph + 1} is too long to be shown`;
  return `${blockQuote(article.text.slice(shown.start, shown.end), null)}\n-# ${whole('paragraph', paragraph, shown, own)}`;
}

function whole(word: string, paragraph: number, shown: Span, own: Span): string {
  const cut = shown.start > own.start || shown.end < own.end;
  return `${word} ${paragraph + 1}${cut ? ', in part' : ''}`;
}

/** The whole sentences at the start or end of a paragraph that have room, or null where not one has. */
function stretch(article: IndexedArticle, paragraph: Span, from: 'start' | 'end', room: number): Span | null {
  const sentences = splitSentences(article.text, paragraph);
  if (from === 'end') sentences.reverse();
  let shown: Span | null = null;
  for (const sentence of sentences) {
    const wider: Span =
      from === 'end'
        ? { ...(shown ?? sentence), start: sentence.start }
        : { ...(shown ?? sentence), end: sentence.end };
    if (escapedLength(article, wider) > room) break;
    shown = wider;
  }
  return shown;
}

/** A quote with as many whole sentences around it, of its own paragraph, as have room; null where it has none itself. */
function stretchAround(article: IndexedArticle, paragraph: Span, quote: Span, room: number): Span | null {
  let shown: Span = { start: quote.start, end: quote.end };
  if (escapedLength(article, shown) > QUOTES_ROOM - 2 * 700) return null;
  const sentences = splitSentences(article.text, paragraph);
  const before = sentences.filter(({ end }) => end <= quote.start).reverse();
  const after = sentences.filter(({ start }) => start >= quote.end);
  // In turns, so that both sides get their share of the room.
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    for (const sentence of [before[i], after[i]]) {
      if (sentence === undefined) continue;
      const wider = { start: Math.min(shown.start, sentence.start), end: Math.max(shown.end, sentence.end) };
      if (escapedLength(article, wider) > room) return shown;
      shown = wider;
    }
  }
  return shown;
}

function escapedLength(article: IndexedArticle, { start, end }: Span): number {
  // Cut before it is escaped: what is longer than a message needs no exact length.
  if (end - start > MAX_TEXT * 2) return end - start;
  return codePoints(escapeText(article.text.slice(start, end)));
}

const STATES: Record<Verification['state'], string> = {
  same: '**Verified.** The file is the one that was indexed, and the quote stands in it letter for letter.',
  moved: '**The file has changed**, and the quote still stands in it letter for letter, at another place.',
  changed: '**The file has changed** and does not hold the quote any more.',
  gone: '**The file is gone.** The quote is from the article as it was indexed.',
  unreadable: '**The file could not be read.** The quote is from the article as it was indexed.',
};

/** What reading the file again says about a quote. */
export function renderVerification(quote: Quote, result: Verification): Payload {
  const { start, end, line } = result;
  const place =
    start === undefined || end === undefined
      ? []
      : [
          `It stands ${line === undefined ? '' : `in line ${line}, `}from character ${start} to ${end} of ${escapeName(quote.article.file, TITLE)}.`,
        ];
  return message([
    text([STATES[result.state], ...place, `-# ${indexedAt(result.indexed)}`]),
    text([lengthOf(quote) > QUOTES_ROOM ? tooLong([quote]) : quoteText(quote, true)]),
  ]);
}

function indexedAt(time: string): string {
  const seconds = Math.floor(Date.parse(time) / 1000);
  return Number.isNaN(seconds) ? `indexed ${escapeName(time, 80)}` : `indexed <t:${seconds}:f>`;
}

/** Articles on a page of /sources. */
const SOURCES_PAGE = 10;

/** The articles of the index, newest first and undated ones last. */
export function renderSources(index: PassageIndex, page: number): Payload {
  const articles = [...index.articles].sort(
    (a, b) => (b.published ?? '').localeCompare(a.published ?? '') || (a.file < b.file ? -1 : 1),
  );
  const last = Math.max(0, Math.ceil(articles.length / SOURCES_PAGE) - 1);
  const at = within(page, last);
  const lines = articles
    .slice(at * SOURCES_PAGE, (at + 1) * SOURCES_PAGE)
    .map((article) => `**${nameOf(article)}**\n-# ${detailsOf(article).join(' · ')}`);
  return message([
    text([
      `### Sources`,
      `-# ${count(articles.length, 'article')} · ${count(index.passageCount, 'passage')}${pageNote(at, last)}`,
    ]),
    ...(lines.length === 0 ? [] : [text(lines)]),
    ...pager('sources', index.revision, at, last),
    text(['-# /source shows one of them.']),
  ]);
}

/** A page that there is: a list may have shrunk since the button was made, and a custom id can be forged. */
function within(page: number, last: number): number {
  return Number.isInteger(page) ? Math.min(last, Math.max(0, page)) : 0;
}

/** The buttons that turn pages; none where there is one page. */
function pager(kind: Kind, key: string, at: number, last: number): APIMessageTopLevelComponent[] {
  // A button that leads nowhere is off; its page is one that there is not, as no two buttons may share an id.
  const turn = (to: number, label: string) => {
    const leads = to >= 0 && to <= last;
    return { ...button(buttonId(kind, key, leads ? to : last + 1), label), disabled: !leads };
  };
  return last === 0 ? [] : [row([turn(at - 1, 'Back'), turn(at + 1, 'Next')])];
}

function pageNote(at: number, last: number): string {
  return last === 0 ? '' : ` · page ${at + 1} of ${last + 1}`;
}

/** Who speaks in the index, those who speak most first. */
export function renderVoices({ speakers }: SpeakerDirectory, revision: string, page: number): Payload {
  if (speakers.length === 0) return renderNotice('Nobody is named as speaking in the articles.');
  const last = Math.max(0, Math.ceil(speakers.length / SOURCES_PAGE) - 1);
  const at = within(page, last);
  const lines = speakers
    .slice(at * SOURCES_PAGE, (at + 1) * SOURCES_PAGE)
    .map(
      ({ name, sentences, quoted, articles }) =>
        `**${escapeName(name, SPEAKER)}**\n-# ${[
          count(sentences, 'statement'),
          ...(quoted === 0 ? [] : [`${quoted} in quotation marks`]),
          outlets(articles),
        ].join(' · ')}`,
    );
  return message([
    text(['### Voices', `-# ${count(speakers.length, 'speaker')}${pageNote(at, last)}`]),
    text(lines),
    ...pager('voices', revision, at, last),
    text(['-# /voice shows what one of them says.']),
  ]);
}

/** Where somebody speaks: the first three outlets, by name. */
function outlets(articles: IndexSpeaker['articles']): string {
  const names = [...new Set(articles.map(({ article }) => article.publisher ?? UNKNOWN))];
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${names
    .slice(0, 3)
    .map((name) => escapeName(name, 40))
    .join(', ')}${more}`;
}

/** Quotes on a page of a list, where they are short. */
const LIST_PAGE = 5;

/** A page of a list of quotes. */
export function renderList({ title, quotes, labels }: QuoteList, key: string, page: number): Payload {
  const lengths = quotes.map((quote) => lengthOf(quote));
  const pages: number[][] = [];
  let rest = [...quotes.keys()].filter((number) => (lengths[number] as number) <= QUOTES_ROOM);
  while (rest.length > 0) {
    const shown = fitting(rest, lengths).slice(0, LIST_PAGE);
    pages.push(shown);
    rest = rest.slice(shown.length);
  }
  const unshown = quotes.filter((_, number) => (lengths[number] as number) > QUOTES_ROOM);
  const last = Math.max(0, pages.length - 1);
  const at = within(page, last);
  return message([
    text([`### ${title}`, `-# ${count(quotes.length, 'quote')}${pageNote(at, last)}`]),
    ...(pages[at] ?? []).map((number) =>
      text([...labels.slice(number, number + 1), quoteText(quotes[number] as Quote, true)]),
    ),
    ...(at === last && unshown.length > 0 ? [text([tooLong(unshown.slice(0, 3))])] : []),
    ...pager('list', key, at, last),
  ]);
}

/** Titles that are named of what has changed. */
const NAMED = 3;

/** One line on what has changed in the articles. `titles` are those added or changed, by file. */
export function renderChange(change: SourcesChange, titles: ReadonlyMap<string, string | null>): Payload {
  const part = (files: readonly string[], what: string) => {
    if (files.length === 0) return [];
    const names = files.slice(0, NAMED).map((file) => `“${escapeName(titles.get(file) ?? file, 80)}”`);
    const more = files.length > NAMED ? ' and others' : '';
    return [`${files.length} ${what} (${names.join(', ')}${more})`];
  };
  const parts = [
    ...part(change.added, 'added'),
    ...part(change.changed, 'changed'),
    ...part(change.removed, 'removed'),
  ];
  return renderNotice(`Articles: ${parts.join('; ')}.`);
}

function nameOf(article: ArticleMeta): string {
  return escapeName(article.title ?? article.file, TITLE) || 'Untitled';
}

function detailsOf(article: IndexedArticle): string[] {
  return [
    escapeName(article.publisher ?? UNKNOWN, PUBLISHER),
    article.published === null ? 'undated' : escapeName(article.published, 20),
    count(article.passages, 'passage'),
    escapeName(article.language ?? 'language not stated', 30),
  ];
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** One article: what is known of it, and how it begins. */
export function renderSource(article: IndexedArticle, builtAt: string): Payload {
  const link = linkTarget(article.url);
  const first = article.paragraphs[0];
  const begins = first === undefined ? null : stretch(article, first, 'start', 900);
  return message([
    text([
      `### ${nameOf(article)}`,
      detailsOf(article).join(' · '),
      ...(article.author === null ? [] : [`by ${escapeName(article.author, PUBLISHER)}`]),
      `-# ${escapeName(article.file, TITLE)} · ${indexedAt(builtAt)}`,
      ...(link === null ? [] : [`[Open the article](<${link}>)`]),
    ]),
    text([
      begins === null
        ? '-# Its first sentence is too long to be shown.'
        : `It begins:\n${blockQuote(article.text.slice(begins.start, begins.end), null)}`,
    ]),
  ]);
}

/** What this is, what it answers from, and how it treats what people write. */
export function renderAbout(
  live: LiveSources,
  models: { embedding: string; reader: string | null },
): Payload {
  const { index } = live.current;
  const dates = index.articles.flatMap(({ published }) => (published === null ? [] : [published])).sort();
  const [oldest, newest] = [dates[0], dates.at(-1)];
  const undated = index.articles.length - dates.length;
  return message([
    text([
      '### Verbatim',
      'I answer questions with exact quotes from the articles below, each with who said it and where it stands. I write no sentence of my own about their subject: where they do not say, I say that.',
      'Sources can be wrong or one-sided. A quote shows that something was said, not that it is so.',
    ]),
    text([
      '**What I answer from**',
      `${count(index.articles.length, 'article')}, ${count(index.passageCount, 'passage')}`,
      oldest === undefined || newest === undefined
        ? 'all undated'
        : `dated ${escapeName(oldest, 20)} to ${escapeName(newest, 20)}${undated === 0 ? '' : `, ${undated} undated`}`,
      `-# index ${escapeName(index.revision, 40)} · ${indexedAt(index.builtAt)}`,
      `-# embedding model ${escapeName(models.embedding, 100)} · reader ${models.reader === null ? 'none' : escapeName(models.reader, 100)}`,
      ...(live.problem === null ? [] : [`-# ${escapeName(live.problem, 500)}`]),
    ]),
    text([
      '**What you write**',
      'I read what you send me by command, in a direct message, or by mentioning me; no other message. Questions are answered on the machine that I run on and are sent to no other service. They are not written to logs. The latest answers stay in memory for their buttons.',
    ]),
  ]);
}

/** How to ask, with examples to copy. */
export function renderHelp(): Payload {
  return message([
    text([
      '### How to ask',
      'Ask in your own words with **/ask**, by mentioning me in a channel, or in a direct message. Reply to an answer to ask on from there.',
      '```\nWho takes part in the talks?\n```',
      '```\nHas a withdrawal been requested?\n```',
      '```\nWhat do officials say about a timeline?\n```',
    ]),
    text([
      '**/ask** has two choices: *source* answers from one article alone, *private* shows the answer to you alone.',
      'To look up what somebody wrote: **Apps → Find in the sources** in the menu of their message.',
      '**/sources** lists the articles, **/source** shows one. **/voices** lists who speaks in them, **/voice** shows what one of them says, **/timeline** what the articles date, **/brief** what they come down to. **/about** says what I am.',
    ]),
    text([
      '**Context** shows what stands around a quote. **Verify** reads the file again. **More quotes** shows the rest.',
      '-# **Name**, quoted: their words, in quotation marks. *Name*, as reported: what the outlet says that they said.',
    ]),
  ]);
}

/** One of our own sentences, which may hold markup: names in it go through escapeName. Cut at a message's length. */
export function renderNotice(sentence: string): Payload {
  return message([text([[...sentence.slice(0, MAX_TEXT * 2)].slice(0, MAX_TEXT).join('')])]);
}

function message(components: APIMessageTopLevelComponent[]): Payload {
  return {
    components,
    flags: MessageFlags.IsComponentsV2,
    allowedMentions: { parse: [], repliedUser: false },
  };
}

function text(lines: readonly string[]): APIMessageTopLevelComponent {
  return { type: ComponentType.TextDisplay, content: lines.join('\n') };
}

function row(components: APIButtonComponentWithCustomId[]): APIMessageTopLevelComponent {
  return { type: ComponentType.ActionRow, components };
}

function button(
  custom_id: string,
  label: string,
  style: APIButtonComponentWithCustomId['style'] = ButtonStyle.Secondary,
): APIButtonComponentWithCustomId {
  return { type: ComponentType.Button, style, label, custom_id };
}
