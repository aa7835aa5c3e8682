/**
 * Finds who is said to say what in one sentence: the word that attributes, and the words that name the speaker.
 * There is no parser here: the subject of a verb of saying is read backwards from the verb over closed classes
 * of words (articles, prepositions, auxiliaries), which news prose makes safe, and which takes linear time.
 * The order to read in: speech.ts (the words), tokens.ts, phrases.ts, verbs.ts, subjects.ts, then this.
 */
import type { Span } from '../values.ts';
import {
  firstSubject,
  holderOf,
  isPlural,
  outletAt,
  phraseFrom,
  rangeSpan,
  skipDeterminer,
  speaks,
  type TokenRange,
} from './phrases.ts';
import { BODIES, DOCUMENTS, HEARERS, LISTENERS, NOUNS_TOO, VERBS, type Verb, VIEWS } from './speech.ts';
import { beforeVerb, speakerBehind, subjectBefore } from './subjects.ts';
import { isAdverb, isKnown, isOpen, isPause, isPossessive, spanOf, type Token } from './tokens.ts';
import { complemented, phrasal, standsAsNoun } from './verbs.ts';

/** Somebody is said to say something. */
export interface Frame {
  /** The speaker's words in the sentence, as a stretch of tokens; null where nobody is named. */
  speaker: TokenRange | null;
  /** The word that attributes: "said", "according to". */
  cue: Span;
  /** The outlet that carried it; null where none is named. */
  via: Span | null;
  /** Attributes a part of the sentence only: "which officials say is unsafe". */
  aside: boolean;
  /** Index of the cue's token. */
  at: number;
}

/** The frames of a sentence, in text order. */
export function framesOf(tokens: readonly Token[]): Frame[] {
  const frames: Frame[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const frame = prepositional(tokens, i) ?? verbal(tokens, i, frames);
    if (frame !== null) frames.push(frame);
  }
  return frames;
}

/** "according to X", "in X's view", "citing X". */
function prepositional(tokens: readonly Token[], i: number): Frame | null {
  const token = tokens[i] as Token;
  const next = tokens[i + 1];
  if (token.lower === 'according' && next?.lower === 'to') {
    const speaker = phraseFrom(tokens, i + 2);
    if (speaker === null) return null;
    return {
      speaker: holderOf(tokens, speaker),
      via: interviewOf(tokens),
      cue: { start: token.start, end: next.end },
      aside: false,
      at: i,
    };
  }
  if (token.lower === 'citing' || token.lower === 'quoting') {
    const speaker = phraseFrom(tokens, i + 1);
    if (speaker === null) return null;
    return { speaker: holderOf(tokens, speaker), via: null, cue: spanOf(token), aside: false, at: i };
  }
  if (token.lower === 'in' || token.lower === 'for') {
    // "in the minister's view"
    for (let k = i + 2; k < Math.min(tokens.length, i + 8); k++) {
      const word = tokens[k] as Token;
      if (word.kind !== 'word') break;
      if (VIEWS.has(word.lower)) {
        const owner = tokens[k - 1] as Token;
        if (isPossessive(owner) || /^(?:his|her|their|its)$/.test(owner.lower)) {
          return {
            speaker: { from: skipDeterminer(tokens, i + 1, k - 1), to: k - 1 },
            via: null,
            cue: { start: token.start, end: word.end },
            aside: false,
            at: k,
          };
        }
        if (tokens[k + 1]?.lower === 'of') {
          const speaker = phraseFrom(tokens, k + 2);
          if (speaker !== null)
            return {
              speaker,
              via: null,
              cue: { start: token.start, end: (tokens[k + 1] as Token).end },
              aside: false,
              at: k,
            };
        }
        break;
      }
    }
  }
  return null;
}

// Verbs of those who are told, so that it is open who spoke: they are read on their own.
const HEAR: Verb = { lemma: 'hear', needs: 'says', form: 'past' };
const UNDERSTAND: Verb = { lemma: 'understand', needs: 'clause', form: 'past' };

/** A verb of saying with its speaker; `before` are the frames that stand before it in the sentence. */
function verbal(tokens: readonly Token[], i: number, before: readonly Frame[]): Frame | null {
  const token = tokens[i] as Token;
  if (token.kind !== 'word') return null;
  const heard = /^(?:heard|hears)$/.test(token.lower);
  const verb = heard
    ? HEAR
    : token.lower === 'understood'
      ? UNDERSTAND
      : (phrasal(tokens, i) ?? VERBS.get(token.lower));
  if (verb === undefined) return null;
  if (/^\p{Lu}/u.test(token.text) && i > 0 && tokens[i - 1]?.kind !== 'quote' && verb.form !== 'ing')
    return null;
  if (verb.form === 'ing') return gerund(tokens, i, verb, before);
  if (NOUNS_TOO.has(token.lower) && standsAsNoun(tokens, i)) return null;
  const cue = spanOf(token);
  const found = (speaker: TokenRange | null, aside = false): Frame => {
    const holder = speaker && holderOf(tokens, speaker);
    return { speaker: holder, via: viaOf(tokens, i, verb), cue, aside, at: i };
  };

  const back = beforeVerb(tokens, i);
  if (back.denied) return null;
  if (back.passive) {
    if (verb.form !== 'past') return null;
    return passive(tokens, i, back.at, verb);
  }
  if (heard) {
    const subject = subjectBefore(tokens, back.at, before.at(-1)?.speaker ?? null);
    const head = subject === null ? undefined : tokens[subject.range.to];
    return head && HEARERS.has(head.lower) && !isOpen(tokens[i + 1]) && tokens[i + 1]?.lower !== 'the'
      ? found(null)
      : null;
  }
  const inverted = speakerBehind(tokens, i, verb, back);
  if (inverted !== null) return found(inverted);
  if (verb === UNDERSTAND) return null;
  const subject = subjectBefore(tokens, back.at, before.at(-1)?.speaker ?? null);
  if (subject === null || tokens[subject.range.from]?.lower === 'no') return null;
  // Behind a quotation any verb of saying attributes: “…,” the official added to the paper.
  const follows =
    tokens[subject.range.from - 1]?.kind === 'quote' ||
    (isPause(tokens[subject.range.from - 1]) && tokens[subject.range.from - 2]?.kind === 'quote');
  if (!(follows && verb.needs === 'clause') && !complemented(tokens, i, verb)) return null;
  if (verb.lemma === 'read' && !isKnown(tokens[subject.range.to], DOCUMENTS)) return null;
  if (/^(?:estimate|put)$/.test(verb.lemma) && !speaks(tokens, subject.range)) return null;
  if (verb.form === 'base' && !isPlural(tokens, subject.range)) return null;
  if (
    verb.form === 's' &&
    isPlural(tokens, subject.range) &&
    tokens[subject.range.to]?.text === (tokens[subject.range.to]?.lower ?? '')
  ) {
    if (!/^(?:media|police|news|he|she|it|who|one)$/.test(tokens[subject.range.to]?.lower ?? '')) return null;
  }
  return found(subject.range, subject.aside);
}

/** "the court was told that", "it is understood that", "X was quoted as saying". */
function passive(tokens: readonly Token[], i: number, at: number, verb: Verb): Frame | null {
  const subject = tokens[at];
  const next = tokens[i + 1];
  const cue = spanOf(tokens[i] as Token);
  const none = { speaker: null, cue, via: null, aside: false, at: i };
  if (subject?.lower === 'it' && verb.needs !== 'act') {
    return next === undefined || next.lower === 'that' || next.kind === 'mark' ? none : null;
  }
  if (verb.lemma === 'tell') {
    const final = next === undefined || next.kind === 'mark';
    if ((next?.lower === 'that' || final || next?.lower === 'how') && isKnown(subject, LISTENERS, BODIES))
      return none;
  }
  return null;
}

/** A gerund: "adding that", "calling it a “farce”", "labelling them a threat". */
function gerund(tokens: readonly Token[], i: number, verb: Verb, before: readonly Frame[]): Frame | null {
  const token = tokens[i] as Token;
  const previous = tokens[i - 1];
  const cue = spanOf(token);
  // "was quoted as saying", "quoted the minister as saying"
  if (previous?.lower === 'as' && /^(?:saying|telling|stating|claiming)$/.test(token.lower)) {
    for (let k = i - 2; k >= Math.max(0, i - 16); k--) {
      const word = tokens[k] as Token;
      if (!/^(?:quoted|cited|quotes|quoting|reported)$/.test(word.lower)) continue;
      const back = beforeVerb(tokens, k);
      const subject = subjectBefore(tokens, back.at, before.at(-1)?.speaker ?? null)?.range ?? null;
      if (back.passive) {
        const by = tokens[k + 1]?.lower === 'by' ? phraseFrom(tokens, k + 2) : null;
        return { speaker: subject, cue, via: by && rangeSpan(tokens, by), aside: false, at: i };
      }
      const object = phraseFrom(tokens, k + 1);
      if (object === null) return null;
      return { speaker: object, cue, via: subject && rangeSpan(tokens, subject), aside: false, at: i };
    }
    return null;
  }
  if (!complemented(tokens, i, verb)) return null;
  if (previous?.lower === 'worth') return null;
  const opens = previous === undefined;
  const afterPause =
    previous?.kind === 'mark' ||
    previous?.kind === 'quote' ||
    /^(?:and|while|by|but)$/.test(previous?.lower ?? '');
  const afterDocument = isKnown(previous, DOCUMENTS);
  const afterName = isOpen(previous) || isAdverb(previous ?? token);
  if (!opens && !afterPause && !afterDocument && !afterName) return null;
  if (NOUNS_TOO.has(token.lower) && !afterPause) return null;
  if (verb.needs === 'act' && !afterPause && !afterDocument) return null;
  if (verb.lemma === 'show' || verb.lemma === 'find' || verb.lemma === 'read' || verb.lemma === 'hold')
    if (!afterDocument) return null;
  const last = before.at(-1);
  if (last?.speaker) return { speaker: last.speaker, via: null, cue, aside: false, at: i };
  if (opens) {
    const comma = tokens.findIndex((other, k) => k > i && other.lower === ',');
    const speaker = comma < 0 ? null : phraseFrom(tokens, comma + 1);
    return speaker && { speaker, via: null, cue, aside: false, at: i };
  }
  const subject = firstSubject(tokens, i);
  if (subject === null) return null;
  return { speaker: holderOf(tokens, subject), via: null, cue, aside: false, at: i };
}

/** The outlet that carried it: "told Reuters", "in an interview with the Daily Post". */
function viaOf(tokens: readonly Token[], i: number, verb: Verb): Span | null {
  if (verb.lemma === 'tell' || verb.lemma === 'add' || verb.lemma === 'speak') {
    const from = tokens[i + 1]?.lower === 'to' ? i + 2 : verb.lemma === 'tell' ? i + 1 : -1;
    const outlet = from < 0 ? null : outletAt(tokens, from);
    if (outlet !== null) return outlet;
  }
  return interviewOf(tokens);
}

/** "in an interview with Reuters", "in a conversation with the newspaper", "quoted by Reuters". */
function interviewOf(tokens: readonly Token[]): Span | null {
  for (const [k, token] of tokens.entries()) {
    if (
      /^(?:interview|conversation|remarks|comments|statement|speaking|spoke)$/.test(token.lower) &&
      /^(?:with|to|for)$/.test(tokens[k + 1]?.lower ?? '')
    ) {
      const outlet = outletAt(tokens, k + 2);
      if (outlet !== null) return outlet;
    }
  }
  return null;
}
