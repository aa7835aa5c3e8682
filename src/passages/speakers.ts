/**
 * Who is meant by a name, a role or a pronoun: the people and bodies of one article, each under the fullest form
 * that the article gives. Filled in text order, so that "she" is whoever was spoken of last.
 */
import type { Span } from '../values.ts';
import { rangeSpan, type TokenRange } from './phrases.ts';
import {
  ADVERBS,
  AUXILIARIES,
  BODIES,
  CONJUNCTIONS,
  DETERMINERS,
  DOCUMENTS,
  FEMALE,
  MALE,
  PREPOSITIONS,
  ROLES,
  VERBS,
} from './speech.ts';
import { bare, isClosed, isHonorific, isName, isSpeakerNoun, singular, type Token } from './tokens.ts';

type Gender = 'male' | 'female';

/** Somebody who may speak. */
export interface Speaker extends Span {
  kind: 'person' | 'body' | 'group';
  gender: Gender | null;
}

interface Person extends Speaker {
  /** Parts of the name in small letters, in order. */
  name: string[];
  /** How full the form at start..end is. */
  fullness: number;
  /** Words that describe: of titles and appositions, in the singular. */
  words: Set<string>;
  /** Whether anything but two capitals says that this is a person. */
  sure: boolean;
  /** The sentence that named the person first, and the one that did last. */
  first: number;
  last: number;
}

/** A name in a sentence with what stands before it. */
interface Mention {
  range: TokenRange;
  title: Token[];
  name: string[];
  appositions: string[];
}

/** How many of one surname, of one role, or of what was said last are kept: a list of names is no story. */
const KEPT = 24;
const PARTICLES =
  /^(?:de|da|das|del|della|der|den|di|dos|du|la|le|van|von|ten|ter|zu|af|av|al|el|bin|ibn|bint|ben|abu|ul|y)$/;

/** The people and bodies of an article. */
export class Cast {
  readonly #bySurname = new Map<string, Person[]>();
  readonly #byRole = new Map<string, Person[]>();
  readonly #acronyms = new Map<string, Speaker>();
  readonly #bodies = new Map<string, { speaker: Speaker; words: Set<string>; at: number }[]>();
  readonly #spoken: { speaker: Speaker; words: Set<string> }[] = [];
  readonly #focus: Speaker[] = [];
  readonly #text: string;

  constructor(text: string, sentences: readonly (readonly Token[])[]) {
    this.#text = text;
    for (const [at, tokens] of sentences.entries()) this.#collect(tokens, at);
  }

  /** Takes the names of a sentence into the cast. */
  #collect(tokens: readonly Token[], at: number): void {
    for (const mention of mentionsOf(tokens)) {
      const last = tokens[mention.range.to] as Token;
      if (isBodyName(tokens, mention)) this.#addBody(tokens, mention.range, at);
      else this.#addPerson(tokens, mention, at);
      const acronym = /^(?:['’]s)?\s*[([]\s*["“]?(\p{Lu}[\p{L}&-]{1,11})["”]?\s*[)\]]/u.exec(
        this.#text.slice(last.end, last.end + 24),
      )?.[1];
      if (acronym !== undefined && !this.#acronyms.has(acronym.toLowerCase()))
        this.#acronyms.set(acronym.toLowerCase(), {
          ...rangeSpan(tokens, mention.range),
          kind: 'body',
          gender: null,
        });
    }
  }

  #addBody(tokens: readonly Token[], range: TokenRange, at: number): void {
    const words = wordsIn(tokens, range);
    const speaker: Speaker = { ...rangeSpan(tokens, range), kind: 'body', gender: null };
    for (const word of words) {
      if (!BODIES.has(word)) continue;
      const list = this.#bodies.get(word) ?? [];
      this.#bodies.set(word, list);
      if (list.length < KEPT * 4) list.push({ speaker, words, at });
    }
  }

  #addPerson(tokens: readonly Token[], { range, title, name, appositions }: Mention, at: number): void {
    const surname = name.at(-1) ?? '';
    const known = this.#lookUp(name, at);
    if (known === undefined && name.length < 2 && title.length + appositions.length === 0) return;
    const words = [...title.map((token) => singular(token.lower.replace(/\.$/, ''))), ...appositions];
    const fullness =
      Math.min(name.length, 4) * 10 + Math.min(title.filter((token) => !isHonorific(token)).length, 5);
    const gender = genderOf(words);
    const span = rangeSpan(tokens, range);
    const person: Person = known ?? {
      ...span,
      kind: 'person',
      gender,
      name,
      fullness,
      words: new Set(),
      sure: false,
      first: at,
      last: -1,
    };
    if (known === undefined) {
      for (const key of new Set([surname, name[0] ?? surname])) {
        const list = this.#bySurname.get(key) ?? [];
        this.#bySurname.set(key, list);
        if (list.length < KEPT) list.push(person);
      }
    } else if (fullness > known.fullness) {
      Object.assign(known, span, { fullness });
      if (name.length > known.name.length) {
        known.name = name;
        for (const key of new Set([surname, name[0] ?? surname])) {
          const list = this.#bySurname.get(key) ?? [];
          this.#bySurname.set(key, list);
          if (!list.includes(known) && list.length < KEPT) list.push(known);
        }
      }
    }
    person.gender ??= gender;
    const before = tokens[range.from - 1]?.lower ?? '';
    const capitals = tokens.slice(range.from, range.to + 1).some(({ text }) => /^\p{Lu}{2,}$/u.test(text));
    if (
      words.length > 0 ||
      (name.length > 1 &&
        !capitals &&
        !/^(?:in|at|near|of|from|to|across|around|the|outside|on)$/.test(before))
    )
      person.sure = true;
    for (const word of words) {
      if (person.words.size > 40 || person.words.has(word)) continue;
      person.words.add(word);
      if (!ROLES.has(word.replace(/^.*-/, ''))) continue;
      const list = this.#byRole.get(word) ?? [];
      this.#byRole.set(word, list);
      if (list.length < KEPT) list.push(person);
    }
  }

  /** The person that a name means: the one named last up to sentence `at` among those it fits. */
  #lookUp(name: readonly string[], at: number): Person | undefined {
    const fits = (person: Person) => {
      const [shorter, longer] = name.length <= person.name.length ? [name, person.name] : [person.name, name];
      return (
        shorter.every((part) => longer.includes(part)) &&
        (shorter.length > 1 || shorter[0] === longer.at(-1) || shorter[0] === longer[0])
      );
    };
    const found = [
      ...(this.#bySurname.get(name.at(-1) ?? '') ?? []),
      ...(name.length > 1 ? (this.#bySurname.get(name[0] ?? '') ?? []) : []),
    ].filter(fits);
    const surname = found.filter((person) => person.name.at(-1) === name.at(-1));
    const list = surname.length > 0 ? surname : found;
    return list.sort((a, b) => near(b, at) - near(a, at))[0];
  }

  /** Notes whom a sentence is about, so that a pronoun behind it finds them. */
  follow(tokens: readonly Token[], at: number, subject: TokenRange | null): void {
    let fresh: Person | undefined;
    let about: Person | undefined;
    for (const mention of mentionsOf(tokens)) {
      if (isBodyName(tokens, mention)) continue;
      const person = this.#lookUp(mention.name, at);
      if (person === undefined || !person.sure) continue;
      person.last = at;
      if (person.first === at) fresh ??= person;
      if (subject !== null && mention.range.to >= subject.from && mention.range.from <= subject.to)
        about ??= person;
    }
    const head = subject === null ? undefined : tokens[subject.to];
    const opener = subject === null ? '' : (tokens[subject.from]?.lower ?? '');
    if (
      about === undefined &&
      subject !== null &&
      // "Its statement" is no one new.
      (isSpeakerNoun(head) || (isDocument(head) && !/^(?:his|her|its|their)$/.test(opener)))
    ) {
      const found = this.#find(tokens, subject, at);
      if (found !== null) this.#focusOn(found);
      if (fresh === undefined) return;
    }
    const next = about ?? fresh;
    if (next !== undefined) this.#focusOn(next);
  }

  #focusOn(speaker: Speaker): void {
    this.#focus.push(speaker);
    if (this.#focus.length > KEPT * 2) this.#focus.splice(0, KEPT);
  }

  /** The one spoken of last. */
  get inFocus(): Speaker | null {
    return this.#focus.at(-1) ?? null;
  }

  /** Whom a stretch of a sentence means; null where a pronoun has nobody to mean. */
  resolve(tokens: readonly Token[], range: TokenRange, at: number): Speaker | null {
    const found = this.#find(tokens, range, at);
    if (found === null) return null;
    this.#focusOn(found);
    this.#spoken.push({ speaker: found, words: wordsIn(tokens, range) });
    if (this.#spoken.length > KEPT * 2) this.#spoken.splice(0, KEPT);
    if ('last' in found) (found as Person).last = at;
    return found;
  }

  #find(tokens: readonly Token[], given: TokenRange, at: number): Speaker | null {
    const range = withoutEdges(tokens, given);
    const first = tokens[range.from] as Token;
    const last = tokens[range.to] as Token;
    if (range.from === range.to && /^(?:he|him|his|she|her|they|them|their|it|its)$/.test(first.lower))
      return this.#pronoun(first.lower);
    if (
      range.to === range.from + 1 &&
      /^(?:his|her)$/.test(first.lower) &&
      /^(?:excellency|majesty|highness|holiness|eminence|honour|honor|grace|lordship|ladyship)$/.test(
        last.lower,
      )
    ) {
      const addressed = this.#pronoun(first.lower);
      if (addressed !== null) return addressed;
    }

    const apposed = this.#apposed(tokens, range, at);
    if (apposed !== null) return apposed;

    const self: Speaker = { ...rangeSpan(tokens, range), ...kindOf(tokens, range) };
    const acronym = this.#acronyms.get(bare(last));
    if (acronym !== undefined && range.to - range.from <= 1) return acronym;
    const named = mentionsOf(tokens).find(
      (mention) => mention.range.to === range.to && !isBodyName(tokens, mention),
    );
    if (named !== undefined && isName(last) && !isSpeakerNoun(last)) {
      const person = this.#lookUp(named.name, at);
      if (person !== undefined) return person;
      // A name of one word by itself may be a country, an office or an outlet.
      return self;
    }
    if (this.#isDefinite(tokens, range)) return this.#definite(tokens, range, at) ?? self;
    return self;
  }

  /** "its trade commissioner, Ann Lee, said": the name behind the role. */
  #apposed(tokens: readonly Token[], range: TokenRange, at: number): Speaker | null {
    if (tokens[range.to + 1]?.lower !== ',' || kindOf(tokens, range).kind !== 'person') return null;
    if (
      isName(tokens[range.to]) &&
      !isSpeakerNoun(tokens[range.to]) &&
      !tokens.slice(range.from, range.to).some(isSpeakerNoun)
    )
      return null;
    const mention = mentionsOf(tokens).find(
      (other) => other.range.from === range.to + 2 && !isBodyName(tokens, other),
    );
    if (mention === undefined) return null;
    const behind = tokens[mention.range.to + 1];
    if (behind !== undefined && behind.kind === 'word') return null;
    return this.#lookUp(mention.name, at) ?? null;
  }

  #pronoun(word: string): Speaker | null {
    const gender: Gender | null = /^(?:he|him|his)$/.test(word)
      ? 'male'
      : /^(?:she|her)$/.test(word)
        ? 'female'
        : null;
    for (let k = this.#focus.length - 1; k >= 0; k--) {
      const speaker = this.#focus[k] as Speaker;
      if (gender !== null) {
        if (speaker.kind !== 'person' || (speaker.gender !== null && speaker.gender !== gender)) continue;
        speaker.gender = gender;
        return speaker;
      }
      if (/^it/.test(word) && speaker.kind !== 'body') continue;
      if (/^the/.test(word) && speaker.kind === 'person') continue;
      return speaker;
    }
    return null;
  }

  /** "the minister", "The Forum", "Prime Minister": may stand for somebody named before. */
  #isDefinite(tokens: readonly Token[], { from, to }: TokenRange): boolean {
    const first = tokens[from] as Token;
    const before = tokens[from - 1]?.lower ?? '';
    if (isPlural(tokens[to] as Token)) return false;
    return (
      first.lower === 'the' ||
      before === 'the' ||
      first.lower === 'this' ||
      (isName(first) && isSpeakerNoun(tokens[to]))
    );
  }

  #definite(tokens: readonly Token[], range: TokenRange, at: number): Speaker | null {
    const words = wordsIn(tokens, range);
    const all = [...words];
    const holds = (other: ReadonlySet<string>) => all.every((word) => other.has(word));
    const noun = singular(bare(tokens[range.to] as Token));
    const head = (Object.hasOwn(SYNONYMS, noun) ? SYNONYMS[noun] : undefined)?.at(-1) ?? noun;
    const people = [...(this.#byRole.get(head) ?? [])].filter(
      (person) => holds(person.words) && person.first <= at,
    );
    const person = people.sort((a, b) => near(b, at) - near(a, at))[0];
    const spoken = this.#spoken.findLast((entry) => holds(entry.words) && entry.words.size > words.size);
    if (person !== undefined && (spoken === undefined || person.last >= at - 6)) return person;
    if (spoken !== undefined) return spoken.speaker;
    const body = (this.#bodies.get(head) ?? []).findLast(
      (entry) => entry.at <= at && holds(entry.words) && entry.words.size > words.size,
    );
    if (body !== undefined) return body.speaker;
    // "The company", "the group": no part of the name.
    if (
      /^(?:company|firm|group|organisation|organization|body|agency|club|charity|movement|operator|outlet)$/.test(
        head,
      ) &&
      words.size === 1
    ) {
      const last = this.#spoken.findLast(({ speaker }) => speaker.kind === 'body');
      if (last !== undefined) return last.speaker;
    }
    return null;
  }
}

function isDocument(token: Token | undefined): boolean {
  return token !== undefined && (DOCUMENTS.has(singular(token.lower)) || DOCUMENTS.has(token.lower));
}

/** Closer before sentence `at` is nearer; what comes only later is farthest. */
function near(person: Person, at: number): number {
  if (person.last >= 0) return person.last + 1;
  return person.first <= at ? 0 : -person.first;
}

/** The names of a sentence. */
function mentionsOf(tokens: readonly Token[]): Mention[] {
  const cached = MENTIONS.get(tokens);
  if (cached !== undefined) return cached;
  const mentions: Mention[] = [];
  for (let k = 0; k < tokens.length; k++) {
    if (!isName(tokens[k])) continue;
    let to = k;
    while (to + 1 < tokens.length && to - k < 12) {
      const token = tokens[to] as Token;
      const next = tokens[to + 1] as Token;
      if (/'s$/.test(token.lower)) break;
      if (isName(next)) to++;
      else if (PARTICLES.test(next.lower) && isName(tokens[to + 2])) to += 2;
      else if (next.lower === '&' && isName(tokens[to + 2])) to += 2;
      else if (next.lower === 'of' && isBodyWord(token) && namesBehindOf(tokens, to + 2) !== null)
        to = namesBehindOf(tokens, to + 2) as number;
      else break;
    }
    mentions.push(mentionAt(tokens, k, to));
    k = to;
  }
  MENTIONS.set(tokens, mentions);
  return mentions;
}

const MENTIONS = new WeakMap<readonly Token[], Mention[]>();

/** "Ministry of the Interior", "Friends of Stanbury Pool": where the name behind "of" begins, or null. */
function namesBehindOf(tokens: readonly Token[], at: number): number | null {
  if (isName(tokens[at])) return at;
  return tokens[at]?.lower === 'the' && isName(tokens[at + 1]) ? at + 1 : null;
}

function isBodyWord(token: Token): boolean {
  return BODIES.has(singular(bare(token))) || /^friends$/.test(token.lower);
}

function mentionAt(tokens: readonly Token[], start: number, to: number): Mention {
  let from = start;
  // A role in small letters before the name, with its own adjectives: "swimming coach Ann Lee".
  const role = tokens[from - 1];
  if (role !== undefined && isRole(role) && !isName(role)) {
    from--;
    for (let k = 0; k < 4; k++) {
      const token = tokens[from - 1];
      if (
        token === undefined ||
        token.kind !== 'word' ||
        isClosed(token) ||
        /(?:ed|ly|'s)$/.test(token.lower) ||
        VERBS.has(token.lower)
      )
        break;
      from--;
    }
  }
  // "Special Envoy for Syria Ann Lee": what the office is for runs into the name.
  let nameFrom = start;
  const link = tokens[start - 1]?.lower ?? '';
  if (to - start >= 2 && /^(?:for|to|of)$/.test(link) && isRole(tokens[start - 2] as Token)) {
    let first = to - 1;
    while (first > start && PARTICLES.test((tokens[first] as Token).lower)) first--;
    nameFrom = first;
    from = start - 2;
    while (isName(tokens[from - 1]) && from > start - 8) from--;
  }
  for (let k = from; k <= to; k++) {
    const token = tokens[k] as Token;
    if (k < to && (isHonorific(token) || isSpeakerNoun(token))) nameFrom = k + 1;
  }
  const title = tokens.slice(from, nameFrom);
  const name = tokens
    .slice(nameFrom, to + 1)
    .map((token) => bare(token))
    .map((word) => word.replace(/^(?:al|el)-/, '').replace(/\.$/, ''))
    .filter((word) => !PARTICLES.test(word));
  return { range: { from, to }, title, name, appositions: appositionsOf(tokens, from, to) };
}

/** "coach", "vice-chairman", not "coaches". */
function isRole({ lower }: Token): boolean {
  return ROLES.has(lower) || ROLES.has(lower.replace(/^.*-/, ''));
}

/** Words of what is set beside a name by commas: "Ann Lee, the mayor of Norwick,", "the mayor, Ann Lee". */
function appositionsOf(tokens: readonly Token[], from: number, to: number): string[] {
  const words: string[] = [];
  const before = tokens[from - 1];
  if (tokens.slice(from, to + 1).every(({ text }) => /^\p{Lu}{2,}$/u.test(text))) return words;
  const describes = (segment: readonly Token[]) => {
    const opens = segment[0];
    return (
      opens !== undefined &&
      (DETERMINERS.has(opens.lower) || isSpeakerNoun(opens) || isName(opens) || opens.lower === 'former') &&
      segment.some((token) => isSpeakerNoun(token)) &&
      !segment.some(({ lower }) => VERBS.get(lower)?.form === 'past' || lower === 'according')
    );
  };
  const content = (segment: readonly Token[]) =>
    segment.filter((token) => !isClosed(token)).map((token) => singular(token.lower));
  if (tokens[to + 1]?.lower === ',' && !(before !== undefined && PREPOSITIONS.has(before.lower))) {
    const segment: Token[] = [];
    let k = to + 2;
    for (; k < tokens.length && k < to + 14; k++) {
      const token = tokens[k] as Token;
      if (token.kind !== 'word' || AUXILIARIES.has(token.lower) || CONJUNCTIONS.has(token.lower)) break;
      segment.push(token);
    }
    const end = tokens[k];
    if ((end === undefined || end.kind === 'mark' || end.lower === 'who') && describes(segment))
      words.push(...content(segment));
  }
  if (before?.lower === ',') {
    const segment: Token[] = [];
    for (let k = from - 2; k >= 0 && k > from - 12; k--) {
      const token = tokens[k] as Token;
      if (token.kind !== 'word' || AUXILIARIES.has(token.lower)) break;
      segment.unshift(token);
    }
    // "On Monday the mayor of Norwick, Ann Lee": the role begins at its article.
    const start = segment.findIndex(
      (token, k) => DETERMINERS.has(token.lower) && !PREPOSITIONS.has(segment[k - 1]?.lower ?? ''),
    );
    const role = start > 0 ? segment.slice(start) : segment;
    if (describes(role)) words.push(...content(role));
  }
  return words;
}

function isBodyName(tokens: readonly Token[], { range, title, name }: Mention): boolean {
  if (title.some((token) => isRole(token) || isHonorific(token)))
    return name.length === 0 || isBodyWord(tokens[range.to] as Token);
  return (
    name.length > 5 ||
    tokens
      .slice(range.from, range.to + 1)
      .some((token) => isBodyWord(token) || token.lower === '&' || token.lower === 'of')
  );
}

/** Short names of offices. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  pm: ['prime', 'minister'],
  premier: ['prime', 'minister'],
};

/** The words of a stretch that carry meaning, in the singular. */
function wordsIn(tokens: readonly Token[], { from, to }: TokenRange): Set<string> {
  const words = new Set<string>();
  for (const token of tokens.slice(from, to + 1)) {
    if (token.kind !== 'word' || isClosed(token)) continue;
    const word = singular(bare(token));
    for (const part of (Object.hasOwn(SYNONYMS, word) ? SYNONYMS[word] : undefined) ?? [word])
      words.add(part);
  }
  return words;
}

function withoutEdges(tokens: readonly Token[], { from, to }: TokenRange): TokenRange {
  let first = from;
  // "Meanwhile Berg", "But the ministry"
  while (
    first < to &&
    (ADVERBS.has(tokens[first]?.lower ?? '') || CONJUNCTIONS.has(tokens[first]?.lower ?? '')) &&
    DETERMINERS.has(tokens[first]?.lower ?? '') === false
  )
    first++;
  return { from: first, to };
}

function kindOf(tokens: readonly Token[], range: TokenRange): Pick<Speaker, 'kind' | 'gender'> {
  const words = tokens.slice(range.from, range.to + 1);
  const of = words.findIndex(({ lower }) => PREPOSITIONS.has(lower));
  const head = (of > 0 ? words[of - 1] : words.at(-1)) as Token;
  if (words.some(({ lower }) => lower === '&')) return { kind: 'body', gender: null };
  if (isPlural(head)) return { kind: 'group', gender: null };
  const one = singular(bare(head));
  if (ROLES.has(one) || ROLES.has(one.replace(/^.*-/, '')))
    return { kind: 'person', gender: genderOf([one]) };
  if (/^(?:one|another|somebody|someone)$/.test(head.lower)) return { kind: 'person', gender: null };
  if (isName(head) && words.length > 1 && isName(words.at(-2)) && !words.some(isBodyWord))
    return { kind: 'person', gender: null };
  return { kind: 'body', gender: null };
}

function isPlural(head: Token): boolean {
  return (
    /^(?:people|police|media|many|some|others|several|few|most|all|both)$/.test(head.lower) ||
    (/s$/.test(head.lower) &&
      !/(?:ss|us|'s)$/.test(head.lower) &&
      (!isName(head) || (isSpeakerNoun(head) && !isSpeakerNounAsIs(head))))
  );
}

/** "Press", "News": no plural. */
function isSpeakerNounAsIs({ lower }: Token): boolean {
  return ROLES.has(lower) || BODIES.has(lower);
}

function genderOf(words: readonly string[]): Gender | null {
  for (const word of words) {
    if (FEMALE.has(word)) return 'female';
    if (MALE.has(word)) return 'male';
  }
  return null;
}
