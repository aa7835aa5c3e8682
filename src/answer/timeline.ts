/** What the sources date, in order: each date with the sentence that states it. */
import { casual as chrono } from 'chrono-node';
import type { PassageIndex } from '../index/store.ts';
import { termsOf } from '../index/terms.ts';
import type { Quote, Span } from '../values.ts';
import { quoteAt } from './quotes.ts';

/** Calendar days (YYYY-MM-DD), both included: 2020-01-03 to 2020-01-03 is a day, 2020-01-01 to 2020-01-31 a month. */
export interface Days {
  from: string;
  to: string;
}

/** A date in a text, as it is written there. */
export interface StatedDate extends Span {
  text: string;
  /** What it means; null where that cannot be known: "last summer" in an article without a date. */
  days: Days | null;
}

/** One date of one sentence. The quote is the sentence, its highlight the date. */
export interface TimelineEntry {
  date: StatedDate;
  quote: Quote;
}

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const MONTH = `(?:${MONTHS.join('|')}|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\\b\\.?)`;
const WEEKDAY = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day';
const SEASON = '(?:spring|summer|autumn|winter)';
const YEAR = '(?:19|20)\\d\\d';
const DAY = '(?:[12]\\d|3[01]|0?[1-9])(?:st|nd|rd|th)?';
const COUNT = '(?:\\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)';

/**
 * The forms that count as dates, the longer before the shorter. Written strictly, with capitals where English has
 * them: "may", "march" and "second" are words first, and a bare number is a number. Each only finds; what it means
 * is worked out by `resolve`.
 */
const FORMS: readonly string[] = [
  `${YEAR}-\\d\\d-\\d\\d`,
  `(?:${WEEKDAY},? )?${MONTH} ${DAY}(?:,? ${YEAR})?(?![\\d:%]|[.,]\\d)`,
  `(?:${WEEKDAY},? )?${DAY} (?:of )?${MONTH}(?:,? ${YEAR})?`,
  `\\d{1,2}[./]\\d{1,2}[./]${YEAR}`,
  `${MONTH},? (?:of )?${YEAR}`,
  `(?:last|this|next) (?:${MONTH}|${WEEKDAY})`,
  `(?<=\\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Dd]uring|[Ll]ate|[Ee]arly|mid) |mid-)${MONTH}`,
  WEEKDAY,
  `${COUNT} (?:day|week|month|year)s? ago`,
  `(?:several|some|a few|many) (?:days|weeks|months|years) ago`,
  `(?<!\\b(?:the|past) )(?:[Ll]ast|[Tt]his|[Nn]ext) (?:week|month|year|${SEASON})`,
  `${SEASON} (?:of )?${YEAR}`,
  `(?<=\\b(?:[Ii]n|[Ss]ince|[Uu]ntil|[Dd]uring|[Bb]efore|[Aa]fter) (?:early |late |mid-)?)${YEAR}(?! (?:people|men|women|percent)\\b|[,.]\\d|-)`,
  // "by 2000 troops": a number, not a year.
  `(?<=\\b(?:[Bb]y|[Tt]hrough|[Ff]rom|of) )(?!\\d\\d00)${YEAR}(?! \\p{Ll}+s\\b|[,.]\\d|-)`,
  `(?<=\\b[Tt]he )(?!\\d\\d00)${YEAR}(?= \\p{L})`,
  '[Yy]esterday|[Tt]omorrow',
  "(?<!\\b[Oo]f )[Tt]oday(?!['’])",
];
const DATE = new RegExp(
  FORMS.map((form) => `(?<![\\p{L}\\p{N}.,/$€£-])(?:${form})(?![\\p{L}\\p{N}])`).join('|'),
  'gu',
);

/** Speaks of what is to come: a weekday in such a sentence is the next one, otherwise the last one. */
const TO_COME = /\b(?:will|shall|is to|are to|due|scheduled|plans? to|expected|next|upcoming)\b/i;

/**
 * Finds the dates in a text, in its order.
 * @param published the day of the text (YYYY-MM-DD) that "yesterday" and "January 5" count from; with null, only dates
 *   with a year of their own are resolved
 */
export function datesIn(text: string, published: string | null): StatedDate[] {
  return [...text.matchAll(DATE)].map((match) => ({
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
    days: resolve(match[0], published, TO_COME.test(text)),
  }));
}

/**
 * The dated sentences of an index, the earliest first; those whose date could not be resolved at the end, as given.
 * @param about keeps the sentences that share a word with it
 */
export async function timeline(index: PassageIndex, about?: string): Promise<TimelineEntry[]> {
  const terms = new Set(termsOf(about ?? ''));
  const entries: TimelineEntry[] = [];
  for (let id = 0; id < index.passageCount; id++) {
    const [passage] = await index.passages([id]);
    const source = passage && index.articles[passage.article];
    if (passage === undefined || source === undefined) continue;
    for (const span of passage.sentences) {
      const quote = { ...quoteAt(index, passage.article, passage.paragraph, span), voice: span.voice };
      if (terms.size > 0 && !termsOf(quote.text).some((term) => terms.has(term))) continue;
      const seen = new Set<string>();
      for (const date of datesIn(quote.text, source.published)) {
        if (seen.has(date.text)) continue;
        seen.add(date.text);
        const [start, end] = [span.start + date.start, span.start + date.end];
        entries.push({ date: { ...date, start, end }, quote: { ...quote, highlight: { start, end } } });
      }
    }
  }
  // Stable: what has the same date, or none, stays in the order of the index.
  return entries.sort((a, b) => compare(a.date.days, b.date.days));
}

function compare(a: Days | null, b: Days | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a.from < b.from ? -1 : a.from > b.from ? 1 : a.to < b.to ? -1 : a.to > b.to ? 1 : 0;
}

/** The days that a date means, or null where it has no year and the article no date, or there is no such day. */
function resolve(stated: string, published: string | null, toCome: boolean): Days | null {
  const year = new RegExp(`\\b${YEAR}\\b`).exec(stated)?.[0];
  if (year === undefined && published === null) return null;
  const season = new RegExp(SEASON, 'i').exec(stated)?.[0]?.toLowerCase();
  if (season !== undefined) return seasonDays(season, stated, year, published);
  if (stated === year) return { from: `${year}-01-01`, to: `${year}-12-31` };
  const numbers = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(stated);
  if (numbers !== null) return numericDay(Number(numbers[1]), Number(numbers[2]), String(numbers[3]));
  const reference = new Date(`${published ?? `${year}-01-01`}T12:00:00Z`);
  if (Number.isNaN(reference.getTime())) return null;
  const unit = /\b(week|month|year)s?(?: ago)?$/i.exec(stated)?.[1]?.toLowerCase();
  if (unit !== undefined) return unitDays(stated, unit, reference);
  // "several days ago" counts no days.
  if (/^(?:several|some|a few|many) /i.test(stated)) return null;
  const relative = ['yesterday', 'today', 'tomorrow'].indexOf(stated.toLowerCase());
  if (relative >= 0) return dayAfter(reference, relative - 1);
  const counted = / days? ago$/i.test(stated) ? countOf(stated) : null;
  if (counted !== null) return dayAfter(reference, -counted);
  const [, which = '', name = ''] = /^(?:(last|this|next) )?(.+)$/i.exec(stated) ?? [];
  if (new RegExp(`^${WEEKDAY}$`).test(name))
    return weekdayDay(name, reference, which === 'next' || (which === '' && toCome));
  if (new RegExp(`^${MONTH}$`).test(name))
    return namedMonth(
      MONTHS.findIndex((month) => month.startsWith(name.slice(0, 3))),
      which,
      reference,
      toCome,
    );
  if (new RegExp(`^${MONTH},? (?:of )?${YEAR}$`).test(stated))
    return monthDays(Number(year), MONTHS.findIndex((month) => month.startsWith(stated.slice(0, 3))) + 1);
  const found = chrono.parse(stated, { instant: reference, timezone: 0 })[0]?.start;
  const [m, d] = [found?.get('month') ?? 0, found?.get('day') ?? 0];
  // A month and day without a year are those nearest to the article's day.
  return found === undefined ? null : day(Number(year ?? found.get('year')), m, d);
}

function dayAfter(reference: Date, days: number): Days {
  const at = iso(reference.getTime() + days * 86_400_000);
  return { from: at, to: at };
}

/** A month without a year: the last one that has begun, in a sentence on what is to come the next one. */
function namedMonth(month: number, which: string, reference: Date, toCome: boolean): Days {
  const [y, now] = [reference.getUTCFullYear(), reference.getUTCMonth()];
  if (which === 'this') return monthDays(y, month + 1);
  if (which === 'last') return monthDays(month >= now ? y - 1 : y, month + 1);
  if (which === 'next') return monthDays(month <= now ? y + 1 : y, month + 1);
  if (toCome) return monthDays(month < now ? y + 1 : y, month + 1);
  return monthDays(month > now ? y - 1 : y, month + 1);
}

/** "this", "last" and "next" week, month or year, and so many of them ago. */
function unitDays(stated: string, unit: string, reference: Date): Days | null {
  let y = reference.getUTCFullYear();
  let m = reference.getUTCMonth();
  const d = reference.getUTCDate();
  const ago = / ago$/.test(stated);
  const counted = ago ? countOf(stated) : null;
  if (ago && counted === null) return null;
  const step = counted !== null ? -counted : /^last/i.test(stated) ? -1 : /^next/i.test(stated) ? 1 : 0;
  if (unit === 'year') {
    y += step;
    return { from: `${y}-01-01`, to: `${y}-12-31` };
  }
  if (unit === 'month') {
    m += step;
    const first = new Date(Date.UTC(y, m, 1));
    return monthDays(first.getUTCFullYear(), first.getUTCMonth() + 1);
  }
  const monday = d - ((reference.getUTCDay() + 6) % 7) + step * 7;
  return { from: iso(Date.UTC(y, m, monday)), to: iso(Date.UTC(y, m, monday + 6)) };
}

const NUMBERS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');

function countOf(stated: string): number | null {
  const word = stated.split(' ')[0]?.toLowerCase() ?? '';
  if (/^\d+$/.test(word)) return Number(word);
  if (word === 'a' && / few /.test(stated)) return null;
  if (word === 'a' || word === 'an') return 1;
  const at = NUMBERS.indexOf(word);
  return at < 0 ? null : at + 1;
}

/** Seasons of the northern half of the earth: from the first of March, June, September and December. */
function seasonDays(
  season: string,
  stated: string,
  year: string | undefined,
  published: string | null,
): Days | null {
  const first = ['spring', 'summer', 'autumn', 'winter'].indexOf(season) * 3 + 2;
  const inYear = (y: number) => ({
    from: iso(Date.UTC(y, first, 1)),
    to: iso(Date.UTC(y, first + 3, 0)),
  });
  if (year !== undefined) return inYear(Number(year));
  if (published === null) return null;
  const now = Number(published.slice(0, 4));
  const around = [now - 2, now - 1, now, now + 1, now + 2].map(inYear);
  if (/^last/i.test(stated)) return around.filter(({ to }) => to < published).at(-1) ?? null;
  if (/^next/i.test(stated)) return around.find(({ from }) => from > published) ?? null;
  return around.find(({ to }) => to >= published) ?? null;
}

/** 13/02/2020 is clear; 02/03/2020 is one day in London and another in New York: it stays as given. */
function numericDay(a: number, b: number, year: string): Days | null {
  if (a > 12) return day(Number(year), b, a);
  if (b > 12 || a === b) return day(Number(year), a, b);
  return null;
}

function weekdayDay(name: string, reference: Date, later: boolean): Days {
  const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
  const distance = (days.indexOf(name) - reference.getUTCDay() + 7) % 7;
  const shift = later ? distance || 7 : distance === 0 ? 0 : distance - 7;
  const at = iso(
    Date.UTC(reference.getUTCFullYear(), reference.getUTCMonth(), reference.getUTCDate() + shift),
  );
  return { from: at, to: at };
}

function monthDays(year: number, month: number): Days {
  return { from: iso(Date.UTC(year, month - 1, 1)), to: iso(Date.UTC(year, month, 0)) };
}

function day(year: number, month: number, date: number): Days | null {
  const at = new Date(Date.UTC(year, month - 1, date));
  if (at.getUTCMonth() !== month - 1 || at.getUTCDate() !== date) return null;
  return { from: iso(at.getTime()), to: iso(at.getTime()) };
}

function iso(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
