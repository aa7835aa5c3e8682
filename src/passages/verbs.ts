/**
 * Whether a verb of saying attributes where it stands. "The minister noted that …" does; "the minister noted the time"
 * and "conflicting reports of …" do not: what a verb needs behind it is told by its class (Needs in speech.ts).
 */
import {
  AUXILIARIES,
  CLAIMED_THINGS,
  CONJUNCTIONS,
  DETERMINERS,
  NAME_WITH_AS,
  PHRASAL,
  PREPOSITIONS,
  PRONOUNS,
  TAKE_ANY_OBJECT,
  TAKE_BARE_CLAUSE,
  TAKE_GERUND,
  TAKE_INFINITIVE,
  TAKE_OBJECT,
  VERBS,
  type Verb,
} from './speech.ts';
import { isAdverb, isOpen, isPossessive, type Token } from './tokens.ts';

/** "point out" and the like, or null. */
export function phrasal(tokens: readonly Token[], i: number): Verb | null {
  const entry = PHRASAL.get((tokens[i] as Token).lower);
  if (entry === undefined) return null;
  const one = tokens[i + 1]?.lower ?? '';
  const two = `${one} ${tokens[i + 2]?.lower ?? ''}`;
  return entry.behind.some((words) => words === one || words === two) ? entry.verb : null;
}

/** "the claims that", "conflicting reports of": a noun and no verb. */
export function standsAsNoun(tokens: readonly Token[], i: number): boolean {
  const previous = tokens[i - 1];
  if (previous === undefined) return true;
  const next = tokens[i + 1]?.lower ?? '';
  if (/^(?:of|from|by|about|between)$/.test(next) || VERBS.get(next)?.form === 'ing') return true;
  if (DETERMINERS.has(previous.lower) || isPossessive(previous))
    return !/^(?:that|this|these|those|most|some|many|all|both|others?|few)$/.test(previous.lower);
  if (PREPOSITIONS.has(previous.lower) || AUXILIARIES.has(previous.lower)) return true;
  return /(?:ing|ed)$/.test(previous.lower) && /^\p{Ll}/u.test(previous.text);
}

/** Whether what follows a verb is what it needs to attribute. */
export function complemented(tokens: readonly Token[], i: number, verb: Verb): boolean {
  const particles = phrasal(tokens, i) === null ? 0 : tokens[i + 1]?.lower === 'it' ? 2 : 1;
  const rest = tokens.slice(i + 1 + particles, i + 14 + particles);
  const next = rest[0];
  if (verb.lemma === 'claim' && rest.slice(0, 5).some(({ lower }) => CLAIMED_THINGS.has(lower))) return false;
  if (verb.needs === 'says') return verb.lemma !== 'tell' || next !== undefined;
  const quoteWithin = (count: number) => rest.slice(0, count).some(({ kind }) => kind === 'quote');
  if (verb.needs === 'names') {
    if (verb.lemma === 'call') {
      if (/^(?:for|on|upon)$/.test(next?.lower ?? '')) return true;
      return quoteWithin(9) || calledSomething(rest);
    }
    // "put the crowd at 30,000"
    if (verb.lemma === 'put')
      return rest.some(({ lower }, at) => lower === 'at' && /^\p{N}/u.test(rest[at + 1]?.text ?? ''));
    if (NAME_WITH_AS.has(verb.lemma))
      return rest.some(({ lower }) => lower === 'as') || quoteWithin(9) || verb.lemma === 'describe';
    return next !== undefined && (next.kind === 'word' || next.kind === 'quote');
  }
  if (verb.needs === 'act') {
    if (verb.lemma === 'appeal') return /^(?:to|for|on)$/.test(next?.lower ?? '');
    if (TAKE_ANY_OBJECT.has(verb.lemma))
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
  // Much goes on that says nothing: "the talks continued in a room that was cold".
  if (verb.lemma === 'continue')
    return next?.kind === 'quote' || /^(?:that|:)$/.test(next?.lower ?? '') || rest[1]?.kind === 'quote';
  // A clause: at once, or behind an adverb, a listener or a point in time.
  let k = 0;
  while (k < rest.length && k < 9) {
    const token = rest[k] as Token;
    if (token.kind === 'quote') return true;
    if (/^(?:that|whether|how|why|what|where|when|if)$/.test(token.lower))
      return k > 0 || token.lower === 'that' || verb.lemma !== 'show';
    if (token.lower === ':') return true;
    if (k === 0 && token.kind === 'mark')
      return !/^(?:show|find)$/.test(verb.lemma) && /^[,.!?;—–]$/.test(token.lower);
    // "reported seeing smoke"
    if (k === 0 && TAKE_GERUND.has(verb.lemma) && /.ing$/.test(token.lower)) return true;
    if (k === 0 && token.lower === 'to') return TAKE_INFINITIVE.has(verb.lemma);
    if (k === 0 && verb.lemma === 'ask') return true;
    if (
      k === 0 &&
      TAKE_OBJECT.has(verb.lemma) &&
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
  if (!TAKE_BARE_CLAUSE.has(verb.lemma)) return false;
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
  // "called that a mistake"
  if (/^(?:that|these|those)$/.test(rest[0]?.lower ?? '') && /^(?:a|an|the)$/.test(rest[1]?.lower ?? ''))
    return true;
  // A second article without a preposition before it: "the law an insult".
  for (let k = 2; k < rest.length; k++) {
    const token = rest[k] as Token;
    if (token.kind !== 'word') return false;
    if (/^(?:a|an|the)$/.test(token.lower))
      return !PREPOSITIONS.has(rest[k - 1]?.lower ?? '') && !CONJUNCTIONS.has(rest[k - 1]?.lower ?? '');
  }
  return false;
}
