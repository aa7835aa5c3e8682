/**
 * Finds who is said to say what in one sentence: the word that attributes, and the words that name the speaker.
 * There is no parser here: the subject of a verb of saying is read backwards from the verb over closed classes
 * of words (articles, prepositions, auxiliaries), which news prose makes safe, and which takes linear time.
 */
import type { Span } from '../values.ts';
import type { Quotation } from './quotations.ts';
import {
  ADVERBS,
  AUXILIARIES,
  BODIES,
  CONJUNCTIONS,
  DETERMINERS,
  DOCUMENTS,
  HONORIFICS,
  LISTENERS,
  NOUNS_TOO,
  OUTLETS,
  PHRASAL,
  PREPOSITIONS,
  PRESS_NAME,
  PRONOUNS,
  ROLES,
  TIMES,
  VERBS,
  type Verb,
} from './speech.ts';

/** A word, a mark of punctuation, or, with `quotation`, everything inside quotation marks as one. */
export interface Token extends Span {
  text: string;
  lower: string;
  kind: 'word' | 'mark' | 'quote';
  quotation?: Quotation;
}

/** Somebody is said to say something. */
export interface Frame {
  /** The speaker's words in the sentence, as a stretch of tokens; null where nobody is named. */
  speaker: TokenRange | null;
  cue: Span;
  via: Span | null;
  /** Attributes a part of the sentence only: "which officials say is unsafe". */
  aside: boolean;
  /** Index of the cue's token. */
  at: number;
}

/** Tokens from `from` up to `to`, which is the last one. */
export interface TokenRange {
  from: number;
  to: number;
}

/** A sentence of more tokens is no sentence; what lies beyond is not looked at. */
const MOST_TOKENS = 400;

const TOKEN =
  /(?:\p{Lu}\.){2,}|\p{Lu}\.(?=\s\p{Lu})|(?:Mr|Mrs|Ms|Dr|Prof|Gen|Col|Maj|Capt|Lt|Sgt|Adm|Sen|Rep|Gov|Rev|St|Hon|Sir|Fr|Cmdr|Cpl)\.(?=\s)|[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}]|[’'‘`.\-‑/](?=[\p{L}\p{N}])|,(?=\p{N}{3}))*(?:(?<=s)['’](?=\s)|’(?=\s+al-))?|[^\s\p{L}\p{N}]/gu;

/** Acronyms that would be pronouns in small letters. */
const ACRONYMS: ReadonlyMap<string, string> = new Map([
  ['US', 'u.s.'],
  ['WHO', 'w.h.o.'],
]);

/** The tokens of a sentence. What stands in quotation marks is one token; brackets are passed over. */
export function tokensOf(text: string, sentence: Span, quotations: readonly Quotation[]): Token[] {
  const tokens: Token[] = [];
  let at = sentence.start;
  const push = (from: number, to: number) => {
    let depth = 0;
    for (const match of text.slice(from, to).matchAll(TOKEN)) {
      const word = match[0];
      if (tokens.length >= MOST_TOKENS) return;
      if (word === '(' || word === '[') depth++;
      else if (word === ')' || word === ']') depth = Math.max(0, depth - 1);
      else if (depth === 0) {
        for (const [offset, part] of unglued(word)) {
          const start = from + match.index + offset;
          // Where a space was lost, so was the pause between two names.
          if (offset > 0) tokens.push({ start, end: start, text: '', lower: ',', kind: 'mark' });
          const kind = /[\p{L}\p{N}]/u.test(part) ? 'word' : 'mark';
          tokens.push({
            start,
            end: start + part.length,
            text: part,
            lower: ACRONYMS.get(part) ?? part.toLowerCase().replace(/[’`]/g, "'"),
            kind,
          });
        }
      }
    }
  };
  for (const quotation of quotations) {
    if (quotation.end <= sentence.start || quotation.start >= sentence.end) continue;
    if (quotation.start > at) push(at, quotation.start);
    const start = Math.max(quotation.start, sentence.start);
    const end = Math.min(quotation.end, sentence.end);
    if (tokens.length < MOST_TOKENS)
      tokens.push({ start, end, text: text.slice(start, end), lower: '', kind: 'quote', quotation });
    at = end;
  }
  if (at < sentence.end) push(at, sentence.end);
  return tokens;
}

/** "Examplenewsal-Name": a space was lost before a name that begins with a small particle. */
function unglued(word: string): [number, string][] {
  const match = /^(\p{Lu}\p{Ll}{3,})((?:al|el|bin|ibn)-\p{Lu}.*)$/u.exec(word);
  return match === null
    ? [[0, word]]
    : [
        [0, match[1] as string],
        [(match[1] as string).length, match[2] as string],
      ];
}

/** Whether a word has a capital where it matters. */
export function isName(token: Token | undefined): boolean {
  return (
    token?.kind === 'word' &&
    /^(?:\p{Lu}|(?:al|el|bin|ibn|d|l|o)[-'’]\p{Lu})/u.test(token.text) &&
    !isClosed(token)
  );
}

/** The word without a possessive ending. */
export function bare(token: Token): string {
  return token.lower.replace(/'s?$/, '');
}

function isPossessive(token: Token | undefined): boolean {
  return token?.kind === 'word' && /(?:'s|s')$/.test(token.lower);
}

function isClosed({ lower }: Token): boolean {
  return (
    PRONOUNS.has(lower.replace(/'(?:s|re|ve|ll|d|m)$/, '')) ||
    PREPOSITIONS.has(lower) ||
    AUXILIARIES.has(lower) ||
    CONJUNCTIONS.has(lower) ||
    PRONOUNS.has(lower) ||
    DETERMINERS.has(lower) ||
    ADVERBS.has(lower)
  );
}

/** A noun, adjective, name or number: what noun phrases are made of. */
function isOpen(token: Token | undefined): boolean {
  if (token?.kind !== 'word') return token?.lower === '&';
  return !isClosed(token) && !isAdverb(token);
}

function isAdverb({ lower, text }: Token): boolean {
  return (
    ADVERBS.has(lower) ||
    (/\p{Ll}ly$/u.test(text) &&
      !/^(?:\p{Lu}|family|ally|assembly|anomaly|bully|rally|reply|supply|july|elderly)/u.test(text))
  );
}

/** The singular of a noun, for look-up alone. */
export function singular(word: string): string {
  const noun = word.replace(/'s?$/, '');
  if (/[^aeiou]ies$/.test(noun)) return `${noun.slice(0, -3)}y`;
  if (/(?:men)$/.test(noun)) return `${noun.slice(0, -3)}man`;
  if (/(?:women)$/.test(noun)) return `${noun.slice(0, -5)}woman`;
  if (/(?:sses|shes|ches|xes)$/.test(noun)) return noun.slice(0, -2);
  return /[^s]s$/.test(noun) ? noun.slice(0, -1) : noun;
}

function isKnown(token: Token | undefined, ...sets: ReadonlySet<string>[]): boolean {
  if (token?.kind !== 'word') return false;
  const word = bare(token);
  const one = singular(token.lower);
  const last = /-([a-z]+)$/.exec(one)?.[1];
  return sets.some((set) => set.has(word) || set.has(one) || (last !== undefined && set.has(last)));
}

/** Those who speak, by their noun. */
export function isSpeakerNoun(token: Token | undefined): boolean {
  return isKnown(token, ROLES, BODIES);
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
      if (/^(?:view|opinion|words|telling|eyes|account|assessment|judgment|judgement)$/.test(word.lower)) {
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

function skipDeterminer(tokens: readonly Token[], from: number, to: number): number {
  return from < to && DETERMINERS.has(tokens[from]?.lower ?? '') ? from + 1 : from;
}

const HEAR: Verb = { lemma: 'hear', needs: 'says', form: 'past' };
const UNDERSTAND: Verb = { lemma: 'understand', needs: 'clause', form: 'past' };

/** "point out" and the like, or null. */
function phrasal(tokens: readonly Token[], i: number): Verb | null {
  const entry = PHRASAL.get((tokens[i] as Token).lower);
  if (entry === undefined) return null;
  const one = tokens[i + 1]?.lower ?? '';
  const two = `${one} ${tokens[i + 2]?.lower ?? ''}`;
  return entry.behind.some((words) => words === one || words === two) ? entry.verb : null;
}

/** A verb of saying with its speaker. */
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
    const subject = subjectBefore(tokens, back.at, before);
    const head = subject === null ? undefined : tokens[subject.range.to];
    return head &&
      /^(?:court|jury|jurors|inquest|tribunal|hearing|inquiry|committee|panel|meeting)$/.test(head.lower) &&
      !isOpen(tokens[i + 1]) &&
      tokens[i + 1]?.lower !== 'the'
      ? found(null)
      : null;
  }
  const inverted = speakerBehind(tokens, i, verb, back);
  if (inverted !== null) return found(inverted);
  if (verb === UNDERSTAND) return null;
  const subject = subjectBefore(tokens, back.at, before);
  if (subject === null || tokens[subject.range.from]?.lower === 'no') return null;
  // Behind a quotation any verb of saying attributes: “…,” the official added to the paper.
  const follows =
    tokens[subject.range.from - 1]?.kind === 'quote' ||
    (isPause(tokens[subject.range.from - 1]) && tokens[subject.range.from - 2]?.kind === 'quote');
  if (!(follows && verb.needs === 'clause') && !complemented(tokens, i, verb)) return null;
  if (verb.lemma === 'read' && !isKnown(tokens[subject.range.to], DOCUMENTS)) return null;
  if (verb.lemma === 'estimate' && !speaks(tokens, subject.range)) return null;
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

/** Whether a phrase is one of those who speak, by its name, its noun or as a pronoun: not "the cost". */
function speaks(tokens: readonly Token[], { from, to }: TokenRange): boolean {
  const words = tokens.slice(from, to + 1);
  return words.some((token) => isName(token) || isSpeakerNoun(token) || PRONOUNS.has(token.lower));
}

/** "the claims that", "conflicting reports of": a noun and no verb. */
function standsAsNoun(tokens: readonly Token[], i: number): boolean {
  const previous = tokens[i - 1];
  if (previous === undefined) return true;
  const next = tokens[i + 1]?.lower ?? '';
  if (/^(?:of|from|by|about|between)$/.test(next) || VERBS.get(next)?.form === 'ing') return true;
  if (DETERMINERS.has(previous.lower) || isPossessive(previous))
    return !/^(?:that|this|these|those|most|some|many|all|both|others?|few)$/.test(previous.lower);
  if (PREPOSITIONS.has(previous.lower) || AUXILIARIES.has(previous.lower)) return true;
  return /(?:ing|ed)$/.test(previous.lower) && /^\p{Ll}/u.test(previous.text);
}

/** What stands between subject and verb. */
interface Before {
  /** Index of the last token that is not auxiliary or adverb, or -1. */
  at: number;
  /** The verb is not asserted: "did not say", "could say", "to say". */
  denied: boolean;
  /** "was told". */
  passive: boolean;
}

function beforeVerb(tokens: readonly Token[], i: number): Before {
  let at = i - 1;
  let denied = false;
  let passive = false;
  while (at >= 0) {
    const token = tokens[at] as Token;
    if (token.kind !== 'word') break;
    const { lower } = token;
    if (lower === 'to') {
      const governor = tokens[at - 1]?.lower ?? '';
      // "went on to say", "continued to insist" do assert.
      if (
        !/^(?:on|continued|continues|continue|keen|quick|eager|back|moved|moves|sought|seeks|chose|chooses)$/.test(
          governor,
        )
      )
        denied = true;
      at--;
      if (!denied && governor !== 'on' && governor !== 'back') at--;
      else if (!denied) at -= 2;
      break;
    }
    if (/^(?:not|never|nor|neither)$|n't$|^cannot$/.test(lower)) denied = true;
    else if (/^(?:could|may|might|should|must|shall|can|would|will|do|did|does)$/.test(lower)) {
      // "did say" is rare; "will say" and "could say" have not been said.
      denied = true;
    } else if (/^(?:is|are|was|were|be|been|being)$/.test(lower)) passive = true;
    else if (
      /^(?:has|have|had)$/.test(lower) ||
      isAdverb(token) ||
      lower === 'both' ||
      lower === 'all' ||
      lower === 'himself' ||
      lower === 'herself'
    ) {
      if (/^(?:back|out|up|down)$/.test(lower)) break;
    } else if (
      TIMES.has(lower) &&
      (tokens[at - 1]?.lower === 'on' || tokens[at - 1]?.lower === 'last' || tokens[at - 1]?.lower === 'this')
    ) {
      // "the minister on Monday said"
      at--;
    } else if (
      /^(?:part|side)$/.test(lower) &&
      /^(?:his|her|its|their)$/.test(tokens[at - 1]?.lower ?? '') &&
      /^(?:for|from|on)$/.test(tokens[at - 2]?.lower ?? '')
    ) {
      // "the minister for his part said"
      at -= 2;
    } else break;
    at--;
  }
  return { at, denied, passive };
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
      const subject = subjectBefore(tokens, back.at, before)?.range ?? null;
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

/** Whether what follows a verb is what it needs to attribute. */
function complemented(tokens: readonly Token[], i: number, verb: Verb): boolean {
  const particles = phrasal(tokens, i) === null ? 0 : tokens[i + 1]?.lower === 'it' ? 2 : 1;
  const rest = tokens.slice(i + 1 + particles, i + 14 + particles);
  const next = rest[0];
  if (
    verb.lemma === 'claim' &&
    rest.slice(0, 5).some(({ lower }) => /^(?:life|lives|victory|title|place|spot|seat|seats)$/.test(lower))
  )
    return false;
  if (verb.needs === 'says') return verb.lemma !== 'tell' || next !== undefined;
  const quoteWithin = (count: number) => rest.slice(0, count).some(({ kind }) => kind === 'quote');
  if (verb.needs === 'names') {
    if (verb.lemma === 'call') {
      if (/^(?:for|on|upon)$/.test(next?.lower ?? '')) return true;
      return quoteWithin(9) || calledSomething(rest);
    }
    if (
      verb.lemma === 'describe' ||
      verb.lemma === 'characterise' ||
      verb.lemma === 'characterize' ||
      verb.lemma === 'portray' ||
      verb.lemma === 'hail'
    )
      return rest.some(({ lower }) => lower === 'as') || quoteWithin(9) || verb.lemma === 'describe';
    return next !== undefined && (next.kind === 'word' || next.kind === 'quote');
  }
  if (verb.needs === 'act') {
    if (verb.lemma === 'appeal') return /^(?:to|for|on)$/.test(next?.lower ?? '');
    if (
      verb.lemma === 'question' ||
      verb.lemma === 'express' ||
      verb.lemma === 'signal' ||
      verb.lemma === 'request' ||
      verb.lemma === 'echo'
    )
      return next !== undefined && next.kind !== 'mark' && !PREPOSITIONS.has(next.lower);
    return (
      next !== undefined &&
      next.kind !== 'mark' &&
      !(
        PREPOSITIONS.has(next.lower) &&
        !(
          next.lower === 'that' ||
          (/^(?:warn|remind|speaks?|spoke|talks?|talked)$/.test(verb.lemma) &&
            /^(?:against|of|about)$/.test(next.lower))
        )
      )
    );
  }
  // A clause: at once, or behind an adverb, a listener or a point in time.
  let k = 0;
  while (k < rest.length && k < 9) {
    const token = rest[k] as Token;
    if (token.kind === 'quote') return true;
    if (/^(?:that|whether|how|why|what|where|when|if)$/.test(token.lower))
      return k > 0 || token.lower === 'that' || verb.lemma !== 'show';
    if (token.lower === ':') return true;
    if (k === 0 && token.kind === 'mark')
      return !/^(?:show|find|continue)$/.test(verb.lemma) && /^[,.!?;—–]$/.test(token.lower);
    // "reported seeing smoke"
    if (k === 0 && /^(?:report|recall|recount|admit|mention)$/.test(verb.lemma) && /.ing$/.test(token.lower))
      return true;
    if (k === 0 && token.lower === 'to')
      return /^(?:claim|vow|swear|pledge|promise|threaten|agree|hope|expect|propose|decide|offer)$/.test(
        verb.lemma,
      );
    if (k === 0 && verb.lemma === 'ask') return true;
    if (
      k === 0 &&
      /^(?:promise|pledge|fear|confirm|acknowledge|admit|recommend|propose|predict|foresee|expect|suggest|advise|doubt|threaten|estimate)$/.test(
        verb.lemma,
      ) &&
      (isOpen(token) || DETERMINERS.has(token.lower) || PRONOUNS.has(token.lower))
    )
      return true;
    if (k === 0 && bareClause(rest, verb)) return true;
    if (token.kind === 'mark') return false;
    k++;
  }
  return rest.length === 0;
}

/** "believes the plan is dead": a clause without "that", told by a finite verb soon behind its subject. */
function bareClause(rest: readonly Token[], verb: Verb): boolean {
  if (
    !/^(?:note|warn|confirm|acknowledge|admit|suggest|indicate|report|think|believe|hope|fear|expect|feel|predict|reveal|estimate|mention|recall|repeat|add|conclude|reply|write|affirm|swear|vow|accept|remember|doubt|imagine|say|reckon|show|find)$/.test(
      verb.lemma,
    )
  )
    return false;
  const first = rest[0] as Token;
  if (
    PRONOUNS.has(first.lower) &&
    !/^(?:him|her|them|himself|herself|themselves|itself|us|me)$/.test(first.lower)
  )
    return true;
  for (const token of rest.slice(1, 9)) {
    if (token.kind !== 'word') return false;
    if (AUXILIARIES.has(token.lower)) return true;
  }
  return false;
}

/** "called it a disgrace", "called the decision wrong": an object and a name for it. */
function calledSomething(rest: readonly Token[]): boolean {
  if (/^(?:it|him|her|them|this|himself|herself)$/.test(rest[0]?.lower ?? '')) {
    return (
      rest[1] !== undefined &&
      rest[1].kind === 'word' &&
      !PREPOSITIONS.has(rest[1].lower) &&
      !AUXILIARIES.has(rest[1].lower) &&
      !isAdverb(rest[1])
    );
  }
  if (!DETERMINERS.has(rest[0]?.lower ?? '')) return false;
  // A second article without a preposition before it: "the law an insult".
  for (let k = 2; k < rest.length; k++) {
    const token = rest[k] as Token;
    if (token.kind !== 'word') return false;
    if (/^(?:a|an|the)$/.test(token.lower))
      return !PREPOSITIONS.has(rest[k - 1]?.lower ?? '') && !CONJUNCTIONS.has(rest[k - 1]?.lower ?? '');
  }
  return false;
}

/** "said the minister", behind a quotation or at the end of what was said. */
function speakerBehind(tokens: readonly Token[], i: number, verb: Verb, back: Before): TokenRange | null {
  if (verb.form === 'base' || verb.needs === 'names') return null;
  const previous = tokens[back.at];
  const afterQuote =
    previous?.kind === 'quote' || (isPause(previous) && tokens[back.at - 1]?.kind === 'quote');
  if (back.at !== i - 1 || quotesName(tokens, back.at)) return null;
  const next = tokens[i + 1];
  if (next === undefined || next.kind !== 'word') return null;
  if (PRONOUNS.has(next.lower)) {
    return afterQuote && /^(?:he|she|they)$/.test(next.lower) ? { from: i + 1, to: i + 1 } : null;
  }
  if (next.lower === 'that' || PREPOSITIONS.has(next.lower) || CONJUNCTIONS.has(next.lower)) return null;
  if (verb.lemma === 'tell' || (!afterQuote && !isPause(previous))) return null;
  // "The firms, in a letter, urged the council": what follows is the object. "It would burst, warned the engineer."
  if (!afterQuote && verb.needs === 'act' && verb.lemma !== 'warn') return null;
  const range = phraseFrom(tokens, i + 1);
  if (range === null) return null;
  const behind = tokens[range.to + 1];
  const ends =
    behind === undefined ||
    behind.kind !== 'word' ||
    PREPOSITIONS.has(behind.lower) ||
    isAdverb(behind) ||
    TIMES.has(behind.lower) ||
    /^(?:who|as|when|while|and)$/.test(behind.lower);
  if (!ends) return null;
  if (afterQuote) return range;
  // Without a quotation: nothing but the speaker may follow, or the comma closed an apposition.
  const stop = tokens.findIndex((token, k) => k > range.to && token.kind === 'mark');
  const tail = tokens.slice(range.to + 1, stop < 0 ? tokens.length : stop);
  const clause = tail.some(({ lower, kind }) => kind === 'quote' || AUXILIARIES.has(lower));
  const named =
    isName(tokens[range.to]) || isSpeakerNoun(tokens[range.to]) || isSpeakerNoun(tokens[range.from]);
  return clause || !named || stop < 0 || apposed(tokens, back.at) ? null : range;
}

/** The so-called “old guard” said: what stands in the marks is a name, and no speech. */
function quotesName(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1]?.lower ?? '';
  return (
    tokens[at]?.kind === 'quote' &&
    (DETERMINERS.has(before) || before === 'so-called') &&
    !/[,.!?…]["”“»«'’‘]*$/u.test(tokens[at]?.text ?? '')
  );
}

/** Whether the comma at `at` closes an apposition: "Berg, the mayor, said". */
function apposed(tokens: readonly Token[], at: number): boolean {
  for (let k = at - 1; k >= 0 && k > at - 24; k--) {
    if (tokens[k]?.lower === ',') {
      const opener = tokens[k + 1];
      const noun = !tokens.slice(k + 1, at).some(({ lower }) => AUXILIARIES.has(lower) && lower !== 'has');
      return (
        noun &&
        (DETERMINERS.has(opener?.lower ?? '') || isOpen(opener) || opener?.lower === 'who') &&
        isOpen(tokens[k - 1])
      );
    }
  }
  return false;
}

function isPause(token: Token | undefined): boolean {
  return token?.kind === 'mark' && /^[,—–;:!?…-]$/u.test(token.lower);
}

interface Subject {
  range: TokenRange;
  aside: boolean;
}

/** The subject that ends at `at`, read backwards. */
function subjectBefore(tokens: readonly Token[], at: number, before: readonly Frame[]): Subject | null {
  const end = tokens[at];
  if (end === undefined) {
    return null;
  }
  if (end.kind === 'quote') {
    const last = quotesName(tokens, at) ? null : before.at(-1)?.speaker;
    return last ? { range: last, aside: false } : quotedSubject(tokens, at);
  }
  if (end.kind === 'mark') {
    if (end.lower === '&' || end.lower === '.') return null;
    return behindPause(tokens, at, before);
  }
  if (/^(?:and|but|then|or)$/.test(end.lower)) {
    // "visited the site and said": the subject of the verb before.
    const last = before.at(-1)?.speaker ?? firstSubject(tokens, at);
    return last && { range: last, aside: false };
  }
  if (end.lower === 'who' || (end.lower === 'which' && isPause(tokens[at - 1]))) {
    let k = at - 1;
    if (isPause(tokens[k])) k--;
    const range = phraseBefore(tokens, k);
    return range && { range, aside: goesOn(tokens, at) };
  }
  if (/^(?:which|that|what|when|where|why|how)$/.test(end.lower)) return null;
  if (PRONOUNS.has(end.lower)) {
    if (!/^(?:he|she|they|it)$/.test(end.lower)) return null;
    const aside = isAside(tokens, at - 1);
    return { range: { from: at, to: at }, aside };
  }
  const range = phraseBefore(tokens, at);
  if (range === null) return null;
  return { range: withRelative(tokens, range) ?? range, aside: isAside(tokens, range.from - 1) };
}

/** "A member who spoke to our correspondent said": the one before "who", where the phrase ends what hangs on it. */
function withRelative(tokens: readonly Token[], { from }: TokenRange): TokenRange | null {
  for (let k = from - 1; k > 0 && k > from - 12; k--) {
    const token = tokens[k] as Token;
    if (token.kind !== 'word' || /^(?:and|but|that|which)$/.test(token.lower)) return null;
    if (token.lower !== 'who') continue;
    const range = k < from - 1 ? phraseBefore(tokens, k - 1) : null;
    return range !== null && speaks(tokens, range) ? range : null;
  }
  return null;
}

/** Whether a clause about to be read is not the sentence's own: "which officials", "if the minister", "after police". */
function isAside(tokens: readonly Token[], at: number): boolean {
  const word = tokens[at]?.lower ?? '';
  if (
    /^(?:which|whom|that|what|where|if|unless|whether|until|before|after|because|since|than|although|though)$/.test(
      word,
    )
  )
    return true;
  if (word === 'when' || word === 'once') return at > 0;
  return false;
}

/** Whether the main clause goes on behind a relative one: "the mayor, who said so, left". */
function goesOn(tokens: readonly Token[], who: number): boolean {
  const comma = tokens.findIndex((token, k) => k > who + 1 && token.lower === ',');
  if (comma < 0) return false;
  const next = tokens[comma + 1];
  return (
    next !== undefined &&
    next.kind === 'word' &&
    !/ing$/.test(next.lower) &&
    !/^(?:and|but|when|while|as)$/.test(next.lower)
  );
}

function quotedSubject(tokens: readonly Token[], at: number): Subject | null {
  // The “old guard” said: the marks are part of the name.
  const range = phraseBefore(tokens, at - 1);
  return range && { range: { from: range.from, to: at }, aside: false };
}

/** The subject before a comma: its apposition, relative clause or adverbial is passed over. */
function behindPause(tokens: readonly Token[], at: number, before: readonly Frame[]): Subject | null {
  // Segments between pauses, from the verb backwards.
  let end = at;
  let inner: TokenRange | null = null;
  for (let tries = 0; tries < 5 && end > 0; tries++) {
    let start = end - 1;
    while (start >= 0 && !isPause(tokens[start]) && tokens[start]?.kind !== 'quote') start--;
    const first = tokens[start + 1];
    const last = tokens[end - 1];
    const segment = { from: start + 1, to: end - 1 };
    if (first === undefined || segment.to < segment.from) break;
    const opensClause =
      PREPOSITIONS.has(first.lower) ||
      CONJUNCTIONS.has(first.lower) ||
      /(?:ing|ed)$/.test(first.lower) ||
      isAdverb(first) ||
      /^(?:\p{N}+)$/u.test(first.text) ||
      ROLES.has(singular(first.lower)) ||
      /^(?:a|an|the|former|one|himself|herself|whose|his|her|its|their)$/.test(first.lower);
    if (tries > 0 && last && (isOpen(last) || PRONOUNS.has(last.lower))) {
      const range =
        phraseBefore(tokens, segment.to) ??
        (/^(?:he|she|they|it)$/.test(last.lower) ? { from: segment.to, to: segment.to } : null);
      const named =
        range !== null &&
        (isName(tokens[range.to]) ||
          isSpeakerNoun(tokens[range.to]) ||
          range.from === segment.from ||
          /^(?:he|she|they)$/.test(last.lower));
      if (
        range !== null &&
        named &&
        !(
          opensClause &&
          range.from === segment.from &&
          start >= 0 &&
          tokens[start]?.kind === 'mark' &&
          !DETERMINERS.has(first.lower)
        )
      ) {
        // "the mayor, Ann Lee, said": the name is fuller than the role before it.
        const name =
          inner !== null &&
          isName(tokens[inner.from]) &&
          isName(tokens[inner.to]) &&
          !isName(tokens[range.to])
            ? inner
            : range;
        return { range: name, aside: isAside(tokens, range.from - 1) };
      }
    }
    if (tries === 0 && last && isOpen(last)) inner = phraseBefore(tokens, segment.to);
    if (inner !== null && inner.from !== segment.from && tries === 0) inner = null;
    if (start < 0 || tokens[start]?.kind === 'quote') break;
    end = start;
  }
  if (inner !== null) return { range: inner, aside: false };
  const speaker = before.at(-1)?.speaker ?? null;
  return speaker && { range: speaker, aside: false };
}

/** The noun phrase that ends at `to`, or null: articles, nouns, names, and what "of" or "for" hang on them. */
export function phraseBefore(tokens: readonly Token[], to: number): TokenRange | null {
  let end = to;
  for (let tries = 0; tries < 3; tries++) {
    const range = plainPhraseBefore(tokens, end);
    if (range === null) return null;
    const preposition = tokens[range.from - 1];
    const noun = tokens[range.from - 2];
    const head = tokens[range.to] as Token;
    // "Smith in a statement said", "the ministry on Monday evening said"
    const adjunct = preposition !== undefined && /^(?:in|on|at|during|by|with)$/.test(preposition.lower);
    if (
      adjunct &&
      (isName(noun) || isSpeakerNoun(noun)) &&
      (TIMES.has(head.lower) || isKnown(head, DOCUMENTS, LISTENERS))
    ) {
      end = range.from - 2;
      continue;
    }
    return TIMES.has(head.lower) && !isName(tokens[range.from]) ? null : range;
  }
  return null;
}

function plainPhraseBefore(tokens: readonly Token[], to: number): TokenRange | null {
  if (to < 0) return null;
  let from = to + 1;
  const last = tokens[to] as Token;
  if (/^(?:one|some|many|others|another|several|most|few|both|all|two|three)$/.test(last.lower))
    return { from: to, to };
  if (!isOpen(last)) return null;
  for (let k = to; k >= 0; k--) {
    const token = tokens[k] as Token;
    if (isOpen(token)) {
      // A capitalised adverbial at the start is not part of the phrase.
      from = k;
      continue;
    }
    if (
      token.kind === 'quote' &&
      tokens[k - 1] !== undefined &&
      from === k + 1 &&
      token.end - token.start < 40 &&
      DETERMINERS.has(tokens[k - 1]?.lower ?? '')
    ) {
      from = k;
      continue;
    }
    if (DETERMINERS.has(token.lower)) {
      if (from === to + 1) return null;
      // "one of the", "two of his"
      from = k;
      const link = tokens[k - 1];
      if (link?.kind === 'word' && links(tokens, k - 1)) {
        from = k - 1;
        k--;
        continue;
      }
      // "All three ministers", "the two officials"
      while (DETERMINERS.has(tokens[from - 1]?.lower ?? '') && from > 0) from--;
      break;
    }
    if (token.lower === 'and' && k > 0 && from <= to && isOpen(tokens[k - 1]) && joins(tokens, k, from)) {
      from = k;
      continue;
    }
    if (token.kind === 'word' && links(tokens, k)) {
      from = k;
      continue;
    }
    break;
  }
  // A link left at the front, with nothing before it.
  while (from <= to && (PREPOSITIONS.has(tokens[from]?.lower ?? '') || tokens[from]?.lower === 'and')) from++;
  return from > to ? null : { from, to };
}

/** "spokesman for the", "residents of", "officials in": a preposition that hangs on the noun before it. */
function links(tokens: readonly Token[], k: number): boolean {
  const token = tokens[k] as Token;
  const noun = tokens[k - 1];
  if (noun === undefined || token.kind !== 'word') return false;
  if (token.lower === 'of')
    return isOpen(noun) || /^(?:one|some|many|most|several|two|three|all|none|few)$/.test(noun.lower);
  if (token.lower === 'to' && noun.lower === 'close') return true;
  if (token.lower === 'familiar' || token.lower === 'close') return isSpeakerNoun(noun);
  if (/^(?:for|from|in|at|with|to|on|near|behind)$/.test(token.lower)) {
    return (
      isSpeakerNoun(noun) ||
      noun.lower === 'familiar' ||
      (token.lower === 'from' || token.lower === 'by' ? isKnown(noun, DOCUMENTS) : false)
    );
  }
  return token.lower === 'by' && isKnown(noun, DOCUMENTS);
}

/** "police and prosecutors", "Berg and Holt": one subject; "visited the site and officials" is not told apart. */
function joins(tokens: readonly Token[], and: number, from: number): boolean {
  const left = tokens[and - 1];
  const right = tokens[from];
  return (isName(left) && isName(right)) || (isSpeakerNoun(left) && (isSpeakerNoun(right) || isName(right)));
}

/** The noun phrase that begins at `from`, or null. */
export function phraseFrom(tokens: readonly Token[], from: number): TokenRange | null {
  let k = from;
  while (DETERMINERS.has(tokens[k]?.lower ?? '')) k++;
  if (k > from && !isOpen(tokens[k])) {
    // "joked one", "according to some"
    const only = tokens[from] as Token;
    if (/^(?:one|some|many|others|another|several|most|few|both|all)$/.test(only.lower)) {
      if (tokens[from + 1]?.lower === 'of') {
        const rest = phraseFrom(tokens, from + 2);
        return rest && { from, to: rest.to };
      }
      return { from, to: from };
    }
    return null;
  }
  if (PRONOUNS.has(tokens[k]?.lower ?? ''))
    return /^(?:he|she|they|him|her|them|it)$/.test(tokens[k]?.lower ?? '') ? { from: k, to: k } : null;
  if (!isOpen(tokens[k])) return null;
  let to = k;
  for (; k < tokens.length; k++) {
    const token = tokens[k] as Token;
    const next = tokens[k + 1];
    if (isOpen(token)) {
      if (
        to < k &&
        isName(tokens[to]) &&
        !isName(token) &&
        token.lower !== '&' &&
        !isPossessive(tokens[to])
      ) {
        // Behind a name a small word goes on only to another noun of speakers or a name: "Stanbury resident Jean Pask".
        const ahead = tokens.slice(k, k + 4);
        const stop = ahead.findIndex((word) => !isOpen(word));
        const within = stop < 0 ? ahead : ahead.slice(0, stop);
        if (!within.some((word) => isSpeakerNoun(word) || isName(word) || isKnown(word, DOCUMENTS))) break;
      }
      if (TIMES.has(token.lower) && to < k) break;
      if (VERBS.get(token.lower)?.form === 'past' && to < k) break;
      to = k;
      continue;
    }
    if (token.kind !== 'word' || next === undefined) break;
    const determined = DETERMINERS.has(next.lower) ? tokens[k + 2] : next;
    if (
      links(tokens, k) &&
      !personName(tokens, from, to) &&
      isOpen(determined) &&
      !TIMES.has(determined?.lower ?? '')
    ) {
      if (DETERMINERS.has(next.lower)) k++;
      continue;
    }
    if (token.lower === 'and' && isOpen(next) && joins(tokens, k, k + 1)) continue;
    break;
  }
  return { from, to };
}

/** Two names in a row at the end: a person; what follows with "of" is where they belong. */
function personName(tokens: readonly Token[], from: number, to: number): boolean {
  return (
    to > from &&
    isName(tokens[to]) &&
    isName(tokens[to - 1]) &&
    !isSpeakerNoun(tokens[to]) &&
    !isSpeakerNoun(tokens[to - 1])
  );
}

/** The first noun phrase of the clause that leads up to `before`: its subject, behind an opening adverbial. */
export function firstSubject(tokens: readonly Token[], before: number): TokenRange | null {
  let start = 0;
  const opener = tokens[0];
  if (
    opener &&
    (TIMES.has(opener.lower) ||
      PREPOSITIONS.has(opener.lower) ||
      CONJUNCTIONS.has(opener.lower) ||
      /(?:ing|ed)$/.test(opener.lower) ||
      isAdverb(opener))
  ) {
    const comma = tokens.findIndex(({ lower }) => lower === ',');
    if (comma >= 0 && comma < before) start = comma + 1;
    else if (isAdverb(opener)) start = 1;
  }
  while (
    start < before &&
    tokens[start] &&
    (isAdverb(tokens[start] as Token) || tokens[start]?.kind === 'mark' || tokens[start]?.lower === 'but')
  )
    start++;
  const range = phraseFrom(tokens, start);
  if (range === null || range.from >= before) return null;
  // The verb is open-class too: end at the noun before it, as far as that can be told.
  let to = range.from;
  for (let k = range.from; k <= Math.min(range.to, before - 1); k++) {
    const token = tokens[k] as Token;
    if (
      k > range.from &&
      !isName(token) &&
      /(?:ed|ing)$/.test(token.lower) &&
      !DETERMINERS.has(tokens[k - 1]?.lower ?? '')
    )
      break;
    if (VERBS.has(token.lower) && k > range.from && !isName(token)) break;
    to = k;
  }
  return { from: range.from, to };
}

/** "a statement from the council", "the council's statement": the council speaks. Keeps other phrases as they are. */
function holderOf(tokens: readonly Token[], range: TokenRange): TokenRange {
  for (let k = range.from; k < range.to; k++) {
    const token = tokens[k] as Token;
    if (
      isKnown(token, DOCUMENTS) &&
      !isPossessive(token) &&
      /^(?:from|by|of)$/.test(tokens[k + 1]?.lower ?? '') &&
      k + 2 <= range.to
    ) {
      const holder = { from: k + 2, to: range.to };
      // "a report of the flood" has no holder; "of" counts with one that speaks.
      if (tokens[k + 1]?.lower !== 'of' || isSpeakerNoun(tokens[range.to]) || isName(tokens[range.to]))
        return holder;
    }
  }
  if (isKnown(tokens[range.to], DOCUMENTS)) {
    for (let k = range.to - 1; k >= range.from; k--) {
      const token = tokens[k] as Token;
      if (isPossessive(token)) return { from: range.from, to: k };
      if (/^(?:his|her|their|its)$/.test(token.lower)) return { from: k, to: k };
    }
  }
  return range;
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

function outletAt(tokens: readonly Token[], from: number): Span | null {
  const range = phraseFrom(tokens, from);
  if (range === null) return null;
  const first = tokens[range.from] as Token;
  const head = tokens[range.to] as Token;
  if (LISTENERS.has(first.lower) || LISTENERS.has(head.lower)) return null;
  // A name goes on to its last capital: "the newspaper Voice of the Steppe".
  const words = tokens.slice(range.from, range.to + 1);
  const named = words.some((word) => isName(word) && PRESS_NAME.test(word.text));
  const acronym = range.from === range.to && /^\p{Lu}{2,6}$/u.test(first.text);
  const single = range.from === range.to && isName(first);
  const common = words.some((word) => OUTLETS.has(singular(word.lower)));
  if (!named && !acronym && !common && !single) return null;
  if ((single && !named && !acronym && !/^\p{Lu}\p{L}+$/u.test(first.text)) || isKnown(head, LISTENERS))
    return null;
  if (!common && !named && isSpeakerNoun(head)) return null;
  const skip = /^(?:the|a|an|this|his|her)$/.test(first.lower) && range.to > range.from ? 1 : 0;
  return { start: (tokens[range.from + skip] as Token).start, end: head.end };
}

/** Whether a speaker is a text by itself: "the statement". */
export function namesDocument(tokens: readonly Token[], { to }: TokenRange): boolean {
  return isKnown(tokens[to], DOCUMENTS);
}

/** Whether a speaker is an outlet by its name or noun: "the agency", "Example News". */
export function namesOutlet(tokens: readonly Token[], { from, to }: TokenRange): boolean {
  return tokens
    .slice(from, to + 1)
    .some(
      (token) =>
        OUTLETS.has(singular(token.lower)) ||
        (isName(token) && PRESS_NAME.test(token.text)) ||
        (/^\p{Lu}{2,5}$/u.test(token.text) && to - from < 1),
    );
}

function isPlural(tokens: readonly Token[], { from, to }: TokenRange): boolean {
  const head = tokens[to] as Token;
  if (/^(?:they|police|media|people|many|some|others|both|several|few|most|all)$/.test(head.lower))
    return true;
  const words = tokens.slice(from, to + 1);
  if (words.some(({ lower }) => lower === 'and')) return true;
  // The head of "officials in the capital" stands first.
  const of = words.findIndex(({ lower }) => PREPOSITIONS.has(lower));
  const hangs = /^(?:close|familiar)$/.test(words[of - 1]?.lower ?? '') ? of - 2 : of - 1;
  const noun = of > 0 ? (words[hangs] ?? head) : head;
  return /s$/.test(noun.lower) && !/(?:ss|us|'s)$/.test(noun.lower);
}

function spanOf({ start, end }: Span): Span {
  return { start, end };
}

/** Where a stretch of tokens stands in the article, without its article. */
export function rangeSpan(tokens: readonly Token[], { from, to }: TokenRange): Span {
  let first = from;
  while (first < to && /^(?:the|a|an|this|that|these|those)$/.test(tokens[first]?.lower ?? '')) first++;
  const start = (tokens[first] as Token).start;
  const last = tokens[to] as Token;
  const end = last.end - (/['’]s?$/.exec(last.text)?.[0].length ?? 0);
  return { start, end: Math.max(start + 1, end) };
}

/** Whether the first word is an honorific such as "Mr". */
export function isHonorific(token: Token | undefined): boolean {
  return token !== undefined && HONORIFICS.has(token.lower.replace(/\.$/, ''));
}
