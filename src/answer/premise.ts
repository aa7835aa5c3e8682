/**
 * What a question takes for granted, and whether the sources bear it out. "When does the agreed withdrawal begin?" holds
 * that a withdrawal is agreed; "Why did the council close the pier?" that the council closed it. A premise fails where a
 * statement contradicts it (differ.ts), or, for one that says a thing is settled, where no statement says so.
 */
import type { Span } from '../values.ts';
import { difference, readStatement, type Statement } from './differ.ts';

/** What a question takes for granted. */
export interface Premise {
  /** The words of the question that do so. */
  span: Span;
  /** The same as a statement. */
  claim: Statement;
  /** Words that say that a thing is settled, any of which bears the premise out; null where contradiction decides. */
  settledBy: RegExp | null;
  /** The thing that is settled: what statements on the premise speak of. */
  thing: ReadonlySet<string>;
}

/**
 * Participles that say that a thing is settled, each with the words in which a source may say so. Others ("armed",
 * "damaged") describe things in too many other words for silence to mean anything.
 */
const SETTLED: readonly [said: RegExp, by: RegExp][] = [
  [
    /^(?:agreed|approved|accepted|signed|ratified|adopted|endorsed|decided|granted)$/iu,
    /(?<!\b(?:to|let['’]s|should|must|could|would|can|not|never|and) )\b(?:agree[ds]?|agreed|approv(?:ed|es)|accept(?:ed|s)|sign(?:ed|s)|ratif(?:ied|ies)|adopt(?:ed|s)|pass(?:ed|es)|endors(?:ed|es)|decid(?:ed|es)|grant(?:ed|s)|come to an agreement|reached an? (?:\p{L}+ )?(?:agreement|deal|accord))\b/iu,
  ],
  [
    /^(?:planned|scheduled|announced|promised|expected|intended)$/iu,
    /\b(?<!\b(?:no|not|without) (?:\p{L}+ )?)(?:plan\p{L}*|schedul\p{L}*|announc\p{L}*|promis\p{L}*|expect\p{L}*|intend\p{L}*|will|set for|is to|are to|agreed|due)\b/iu,
  ],
  [
    /^(?:requested|demanded)$/iu,
    /(?<!\b(?:not|never|no) (?:\p{L}+ )?)\b(?:request\p{L}*|demand\p{L}*|ask(?:ed|s)|call(?:ed|s) (?:for|on)|urg(?:ed|es))\b/iu,
  ],
  [
    /^(?:completed|finished|confirmed|cancelled|canceled|abandoned)$/iu,
    /(?<!\b(?:to|not|never) )\b(?:complet(?:ed|ion)|finish(?:ed|es)|confirm(?:ed|s)|cancel\p{L}*|call(?:ed|s) off|abandon(?:ed|s)|scrap(?:ped|s))\b/iu,
  ],
];

const SETTLED_THING =
  /\b(?:the|its|their|his|her|this|that|[\p{L}]+['’]s) (?:(?!of\b)[\p{L}-]+ )?(?<said>\p{L}+ed) (?<thing>[\p{L}-]+)(?! (?:that|which|who)\b)/giu;

/** "Why did X …", "When will X …": the question word, and the auxiliary that a statement does without. */
const TAKES_FOR_GRANTED = /^\s*(?:why|when) (?:did|does|do|will|has|have|is|are|was|were) /iu;

/** What the question takes for granted; null where it is nothing that can be told from its words. */
export function premiseOf(question: string): Premise | null {
  for (const match of question.matchAll(SETTLED_THING)) {
    const { said = '', thing = '' } = match.groups ?? {};
    const settled = SETTLED.find(([word]) => word.test(said));
    const concepts = readStatement(thing).concepts;
    if (settled === undefined || concepts.size === 0) continue;
    const span = { start: match.index, end: match.index + match[0].length };
    return { span, claim: readStatement(match[0]), settledBy: settled[1], thing: concepts };
  }
  const asked = TAKES_FOR_GRANTED.exec(question);
  if (asked === null) return null;
  const start = asked[0].length;
  const end = question.replace(/[\s?!.]+$/u, '').length;
  const claim = readStatement(question.slice(start, end));
  if (end <= start || claim.concepts.size < 2) return null;
  return { span: { start, end }, claim, settledBy: null, thing: claim.concepts };
}

/**
 * Whether the sources dispute a premise or do not hold it.
 * @param statements the likeliest ones to the question, the best first
 */
export function fails(premise: Premise, question: string, statements: readonly Statement[]): boolean {
  if (premise.settledBy !== null) {
    const onThing = statements.filter((statement) => speaksOf(statement, premise));
    return onThing.length > 0 && !onThing.some((statement) => settles(statement, premise.settledBy));
  }
  const [best] = statements;
  if (best === undefined || holds(best, premise)) return false;
  return statements.some((statement) => contradicts(statement, premise, question));
}

/** Whether a statement says something about the premise. */
export function speaksOf({ concepts }: Statement, { thing, settledBy }: Premise): boolean {
  const shared = [...thing].filter((concept) => concepts.has(concept)).length;
  return settledBy === null ? shared >= 2 : shared === thing.size;
}

function contradicts(statement: Statement, { claim }: Premise, question: string): boolean {
  const how = difference(question, claim, statement);
  return how === 'polarity' || how === 'opposed';
}

/** Says all that the premise says, in no opposed word, and denies nothing. */
function holds({ clauses }: Statement, { claim }: Premise): boolean {
  const claimed = claim.clauses.flatMap(({ words }) => words).filter(({ concept }) => concept !== null);
  return clauses.some(
    ({ words }) =>
      words.every(({ negations }) => negations === 0) &&
      claimed.every((one) => words.some(({ concept, sign }) => concept === one.concept && sign === one.sign)),
  );
}

function settles({ text, clauses }: Statement, by: RegExp | null): boolean {
  return by?.test(text) === true && clauses.some(({ hypothetical }) => !hypothetical);
}
