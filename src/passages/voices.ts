/**
 * Gives each sentence of an article its voice: whether it is quoted, reported, or the outlet's own, and who says
 * it, as the article itself attributes it. Works on the article as a whole, since a speaker is named once and
 * then goes on as "she", and a quotation runs over sentences and paragraphs.
 */
import type { Article, Span, Voice } from '../values.ts';
import { type Frame, framesOf } from './frames.ts';
import { firstSubject, namesDocument, namesOutlet, phraseFrom, rangeSpan } from './phrases.ts';
import { type Quotation, quotationsOf } from './quotations.ts';
import { splitSentences } from './sentences.ts';
import { Cast, type Speaker } from './speakers.ts';
import { isName, type Token, tokensOf } from './tokens.ts';

/** A sentence with its voice. */
export interface VoicedSentence extends Span {
  voice: Voice;
}

export const ARTICLE_VOICE: Voice = {
  kind: 'article',
  speaker: null,
  start: null,
  end: null,
  cue: null,
  via: null,
};

/** What is known of a sentence before its speaker is looked for in its neighbours. */
interface Draft extends Span {
  paragraph: number;
  tokens: Token[];
  frames: Frame[];
  kind: Voice['kind'];
  speaker: Speaker | null;
  cue: Span | null;
  via: Span | null;
  /** The speeches that are the sentence, or part of it. */
  speeches: number[];
  /** A quotation without words around it, or whose frame names nobody: its speaker stands nearby. */
  open: boolean;
  /** Whom the article spoke of last, behind this sentence. */
  focus: Speaker | null;
}

/** The sentences of an article, every one, in text order, with their voices. Linear in the length of the text. */
export function voicesOf(article: Pick<Article, 'text' | 'paragraphs'>): VoicedSentence[] {
  const { text, paragraphs } = article;
  const quotations = quotationsOf(text, paragraphs);
  const labels = transcriptLabels(text, paragraphs);
  const drafts: Draft[] = [];
  let q = 0;
  for (const [paragraph, span] of paragraphs.entries()) {
    for (const sentence of splitSentences(text, span)) {
      while (q < quotations.length && (quotations[q] as Quotation).end <= sentence.start) q++;
      const here: Quotation[] = [];
      for (let k = q; k < quotations.length && (quotations[k] as Quotation).start < sentence.end; k++)
        here.push(quotations[k] as Quotation);
      const tokens = tokensOf(text, sentence, here);
      drafts.push({
        ...sentence,
        paragraph,
        tokens,
        frames: framesOf(tokens),
        kind: 'article',
        speaker: null,
        cue: null,
        via: null,
        speeches: [],
        open: false,
        focus: null,
      });
    }
  }
  const cast = new Cast(
    text,
    drafts.map(({ tokens }) => tokens),
  );
  let labelled = -1;
  let label: Speaker | null = null;
  let labelCue: Span | null = null;
  for (const [at, draft] of drafts.entries()) {
    if (labels?.has(draft.paragraph)) {
      if (labelled !== draft.paragraph) {
        labelled = draft.paragraph;
        const range = phraseFrom(draft.tokens, 0);
        label = range && cast.resolve(draft.tokens, range, at);
        labelCue = range && rangeSpan(draft.tokens, range);
      }
      draft.kind = 'quoted';
      draft.speaker = label;
      draft.cue = labelCue;
      continue;
    }
    draftVoice(draft, at, cast);
    draft.focus = cast.inFocus;
  }
  attributeOpen(drafts);
  return drafts.map(({ start, end, ...draft }) => ({ start, end, voice: voiceOf(draft, text) }));
}

/** The voice at a stretch of the article: of the sentence that it has most in common with. */
export function voiceAt(voiced: readonly VoicedSentence[], { start, end }: Span): Voice {
  let low = 0;
  let high = voiced.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((voiced[middle] as VoicedSentence).end <= start) low = middle + 1;
    else high = middle;
  }
  const found = voiced[low];
  return found !== undefined && found.start < end ? found.voice : ARTICLE_VOICE;
}

function voiceOf({ kind, speaker, cue, via }: Omit<Draft, 'start' | 'end'>, text: string): Voice {
  if (kind === 'article') return ARTICLE_VOICE;
  return {
    kind,
    speaker: speaker && text.slice(speaker.start, speaker.end),
    start: speaker?.start ?? null,
    end: speaker?.end ?? null,
    cue: cue && { start: cue.start, end: cue.end },
    via: via && { start: via.start, end: via.end, text: text.slice(via.start, via.end) },
  };
}

/** Kind and speaker of a sentence as far as it says itself. */
function draftVoice(draft: Draft, at: number, cast: Cast): void {
  const { tokens, frames } = draft;
  const main = frames.filter(({ aside }) => !aside);
  const quotes = tokens.flatMap((token, k) => (token.kind === 'quote' ? [k] : []));
  const speeches = quotes.filter((k) => isSpeech(tokens, k, main));
  const subject = firstSubject(tokens, tokens.length);
  if (speeches.length > 0) {
    draft.kind = 'quoted';
    draft.speeches = speeches.map((k) => (tokens[k] as Token).quotation?.speech ?? -1);
    cast.follow(tokens, at, subject);
    const frame = nearestFrame(main, speeches[0] as number);
    if (frame !== null) {
      attribute(draft, frame, at, cast);
      return;
    }
    const label = labelBefore(tokens, speeches[0] as number);
    if (label !== null) draft.speaker = cast.resolve(tokens, label, at);
    draft.open = draft.speaker === null;
    return;
  }
  cast.follow(tokens, at, subject);
  const outer = outermost(main, tokens);
  if (outer === null) return;
  draft.kind = 'reported';
  const inner = carried(main, outer, tokens);
  attribute(draft, inner ?? outer, at, cast);
  const carrier = (
    inner === null ? main.find((frame) => frame !== outer && frame.speaker !== outer.speaker) : outer
  )?.speaker;
  if (carrier && namesOutlet(tokens, carrier)) draft.via ??= rangeSpan(tokens, carrier);
}

function attribute(draft: Draft, frame: Frame, at: number, cast: Cast): void {
  draft.cue = frame.cue;
  draft.via = frame.via;
  draft.speaker = frame.speaker && cast.resolve(draft.tokens, frame.speaker, at);
  draft.open = draft.kind === 'quoted' && draft.speaker === null;
}

/**
 * Whether a quotation is what its sentence is there for, and not a word or a title in quotation marks: it stands
 * alone, or opens the sentence and ends as a clause does, or stands behind a colon, or behind "said,".
 */
function isSpeech(tokens: readonly Token[], k: number, frames: readonly Frame[]): boolean {
  const token = tokens[k] as Token;
  const words = (stretch: readonly Token[]) => stretch.filter(({ kind }) => kind === 'word').length;
  const outside = words(tokens);
  if (outside === 0) return true;
  const count = token.text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
  if (count === 0) return false;
  const clausal = /[,.!?…;—–-]["”“»«’'‘›‹\s]*$/u.test(token.text);
  const next = tokens[k + 1];
  const paused = clausal || next === undefined || /^[,—–-]$/u.test(next.lower);
  const lead = tokens.slice(0, k);
  const previous = tokens[k - 1];
  const framed = frames.some(({ at }) => at > k && words(tokens.slice(k + 1, at)) <= 12);
  const opens = words(lead) === 0 && !lead.some(({ kind }) => kind === 'quote');
  if (opens) {
    if (framed && paused) return true;
    // The speaker may follow in the next sentence.
    return clausal && count >= 3 && count > outside;
  }
  if (previous?.lower === ':') return count >= 2 || frames.length > 0;
  const cue = frames.find(({ at }) => at < k && k - at <= 8);
  const capital = /^["“”„‟«»‹›'‘’‚\s]*(?:\p{Lu}|\p{N})/u.test(token.text);
  if (cue !== undefined && previous?.lower === ',' && (capital || lead.some(({ kind }) => kind === 'quote')))
    return true;
  if (cue !== undefined && cue.at === k - 1 && capital && (clausal || next === undefined) && count >= 3)
    return true;
  // Opened anew, or the rest of a speech: “…,” she said. “…
  if (
    lead.some(({ kind, quotation }) => kind === 'quote' && quotation?.speech === token.quotation?.speech) &&
    words(lead) === 0
  )
    return true;
  return capital && paused && count >= 6 && count > 2 * outside;
}

/** The frame that goes with a quotation: the next one behind it, else the last one before. */
function nearestFrame(frames: readonly Frame[], quote: number): Frame | null {
  const behind = frames.find(({ at }) => at > quote);
  const before = frames.findLast(({ at }) => at < quote);
  if (before !== undefined && behind !== undefined) return quote - before.at <= 2 ? before : behind;
  return behind ?? before ?? null;
}

/** "General Secretary Ann Lee: “…”": who stands before the colon. */
function labelBefore(tokens: readonly Token[], quote: number): { from: number; to: number } | null {
  if (tokens[quote - 1]?.lower !== ':') return null;
  for (let k = 0; k < quote - 1; k++) {
    const token = tokens[k] as Token;
    if (token.lower === 'from') return phraseFrom(tokens, k + 1);
  }
  for (let k = 0; k < quote - 1; k++) {
    if (isName(tokens[k]) || /^(?:he|she|they)$/.test(tokens[k]?.lower ?? '')) return phraseFrom(tokens, k);
  }
  return phraseFrom(tokens, 0);
}

/** The frame of whoever an outlet reports to have spoken: "The council demanded …, the agency reports". */
function carried(frames: readonly Frame[], outer: Frame, tokens: readonly Token[]): Frame | null {
  if (outer.speaker === null) return null;
  if (!namesOutlet(tokens, outer.speaker) && !namesDocument(tokens, outer.speaker)) return null;
  return (
    frames.find((frame) => frame !== outer && frame.speaker !== null && frame.speaker !== outer.speaker) ??
    null
  );
}

/** The frame that attributes the whole sentence: the one that closes it, else the first. */
function outermost(frames: readonly Frame[], tokens: readonly Token[]): Frame | null {
  const last = frames.at(-1);
  if (last === undefined) return null;
  if (frames.length > 1 && last.speaker !== null) {
    const before = tokens[last.speaker.from - 1];
    const tail = tokens
      .slice(Math.max(last.at, last.speaker.to) + 1)
      .filter(({ kind }) => kind === 'word').length;
    if (before?.lower === ',' && last.speaker.from > (frames[0] as Frame).at && tail <= 6) return last;
  }
  return frames[0] ?? null;
}

/** Finds the speakers of quotations that stand by themselves, in what stands around them. */
function attributeOpen(drafts: readonly Draft[]): void {
  const known = new Map<number, Draft>();
  for (const draft of drafts) {
    if (draft.speaker === null) continue;
    for (const speech of draft.speeches) if (!known.has(speech)) known.set(speech, draft);
  }
  for (const [at, draft] of drafts.entries()) {
    if (!draft.open) continue;
    const same = draft.speeches.map((speech) => known.get(speech)).find((other) => other !== undefined);
    const previous = drafts[at - 1];
    const next = drafts[at + 1];
    if (same !== undefined) take(draft, same);
    else if (previous?.paragraph === draft.paragraph) {
      if (previous.kind !== 'article') take(draft, previous);
      else if (
        next?.paragraph === draft.paragraph &&
        next.kind === 'quoted' &&
        next.speaker !== null &&
        !next.open
      )
        take(draft, next);
      else draft.speaker = previous.focus;
    } else if (next?.paragraph === draft.paragraph && next.kind !== 'article' && next.speaker !== null)
      take(draft, next);
    else if (previous !== undefined && previous.paragraph === draft.paragraph - 1) {
      if (previous.kind !== 'article') take(draft, previous);
      else if (previous.tokens.at(-1)?.lower === ':') draft.speaker = previous.focus;
    }
    for (const speech of draft.speeches)
      if (draft.speaker !== null && !known.has(speech)) known.set(speech, draft);
  }
}

function take(draft: Draft, from: Draft): void {
  draft.speaker = from.speaker;
  draft.cue ??= from.cue;
  draft.via ??= from.via;
}

/**
 * The paragraphs of a transcript, "LEE: We did.", by number; null where the article is none: one label may be a
 * place, so three are needed, and two of them the same.
 */
function transcriptLabels(text: string, paragraphs: readonly Span[]): ReadonlySet<number> | null {
  const labels = new Map<number, string>();
  for (const [p, { start, end }] of paragraphs.entries()) {
    const label = /^(\p{Lu}[\p{Lu}\s.'’-]{1,40}?)(?:,[^:.]{1,60})?(?:\s*\([^)]{1,40}\))?:\s/u.exec(
      text.slice(start, Math.min(end, start + 140)),
    )?.[1];
    if (label !== undefined && !/\p{Ll}/u.test(label)) labels.set(p, label);
  }
  return labels.size >= 3 && new Set(labels.values()).size < labels.size ? new Set(labels.keys()) : null;
}
