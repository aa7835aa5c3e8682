/** Cuts an article's paragraphs into passages: what is embedded and read as one. */
import type { Article, Passage, Sentence, Span } from '../values.ts';
import { quotable, splitSentences } from './sentences.ts';
import { voiceAt, voicesOf } from './voices.ts';

/** A paragraph that does not fit is cut into passages of at most this many sentences. */
const MAX_SENTENCES = 4;

/** What counting needs of an embedder. */
export interface TokenLimit {
  countTokens(text: string): number;
  maxTokens: number;
}

/**
 * The passages of an article, in text order. Every quotable sentence is in exactly one passage and no passage
 * has more than `limit.maxTokens` tokens: a paragraph where it fits, else 1 to 4 of its sentences. A single
 * sentence over the limit becomes several pieces, cut behind a clause where there is one.
 * @param articleIndex becomes `Passage.article`
 */
export function passagesOf(
  article: Pick<Article, 'text' | 'paragraphs'>,
  articleIndex: number,
  limit: TokenLimit,
): Passage[] {
  const passages: Passage[] = [];
  const voiced = voicesOf(article);
  for (const [paragraph, span] of article.paragraphs.entries()) {
    const sentences: Sentence[] = [];
    for (const sentence of splitSentences(article.text, span)) {
      const kept = quotable(article.text, sentence);
      if (kept === null) continue;
      // The pieces of a sentence are said by whoever says the whole.
      const voice = voiceAt(voiced, sentence);
      for (const piece of pieces(article.text, kept, limit)) sentences.push({ ...piece, voice });
    }
    for (const group of groups(article.text, sentences, limit)) {
      passages.push({ article: articleIndex, paragraph, ...extent(group), sentences: group });
    }
  }
  return passages;
}

function extent(sentences: readonly Span[]): Span {
  return { start: sentences[0]?.start ?? 0, end: sentences.at(-1)?.end ?? 0 };
}

/** The whole paragraph where it fits, else its sentences in runs of about equal length that fit. */
function groups(text: string, sentences: Sentence[], limit: TokenLimit): Sentence[][] {
  if (sentences.length === 0) return [];
  const fits = (group: readonly Span[]) => {
    const { start, end } = extent(group);
    return limit.countTokens(text.slice(start, end)) <= limit.maxTokens;
  };
  // A token has at least one character, so anything short fits without counting; a very long run never does.
  if (extent(sentences).end - extent(sentences).start < limit.maxTokens * 100 && fits(sentences))
    return [sentences];
  const result: Sentence[][] = [];
  let group: Sentence[] = [];
  for (const sentence of sentences) {
    const grown = [...group, sentence];
    if (group.length > 0 && (grown.length > MAX_SENTENCES || !fits(grown))) {
      result.push(group);
      group = [sentence];
    } else {
      group = grown;
    }
  }
  if (group.length > 0) result.push(group);
  return result;
}

/** A sentence as it is, or, over the limit, in pieces that fit. */
function pieces(text: string, sentence: Span, limit: TokenLimit): Span[] {
  // More characters than any text of this many tokens has: spares counting a million of them again and again.
  const most = limit.maxTokens * 16;
  const result: Span[] = [];
  let start = sentence.start;
  while (start < sentence.end) {
    let end = Math.min(sentence.end, start + most);
    if (end === sentence.end && limit.countTokens(text.slice(start, end)) <= limit.maxTokens) {
      result.push({ start, end });
      break;
    }
    // Halving finds an end that fits; the break is then moved back to the nearest clause or word.
    while (limit.countTokens(text.slice(start, end)) > limit.maxTokens)
      end = start + Math.ceil((end - start) / 2);
    end = start + breakBefore(text.slice(start, end));
    result.push({ start, end: start + text.slice(start, end).trimEnd().length });
    start = end + (/^\s*/u.exec(text.slice(end, end + 1000))?.[0].length ?? 0);
  }
  return result.filter((piece) => piece.end > piece.start);
}

/** Where to end a piece: behind the last clause of its second half, else behind the last word, else anywhere. */
function breakBefore(slice: string): number {
  const half = Math.floor(slice.length / 2);
  const clause = Math.max(
    ...[...slice.matchAll(/[;:,،、，—–](?=\s|$)|[、，]/gu)].map((match) => match.index + 1),
    0,
  );
  if (clause > half) return clause;
  const space = slice.search(/\s\S*$/u);
  if (space > half) return space;
  // Never between the halves of a surrogate pair.
  const last = slice.charCodeAt(slice.length - 1);
  return last >= 0xd800 && last <= 0xdbff && slice.length > 1 ? slice.length - 1 : slice.length;
}
