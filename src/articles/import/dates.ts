/** Reads the calendar date that somebody wrote down. What could be read in two ways is not read. */

/** Before the web there were no pages; zero and the start of the Unix clock are what an unset field holds. */
const EARLIEST = '1970-01-02';

/**
 * The calendar date of a stated time, as stated: 23:30 in Baghdad is that day there, whatever the day was in
 * Greenwich. Understands ISO 8601, RFC 822, and days with the name of a month in the given language or in English.
 * @param language a BCP 47 tag, for names of months
 * @returns YYYY-MM-DD, or null where there is none, or one such as 03/04/2021 that could be two
 */
export function statedDate(text: string, language: string | null = null): string | null {
  const plain = westernDigits(text).trim();
  const iso = /^(\d{4})-?(\d{2})-?(\d{2})(?!\d)/.exec(plain);
  if (iso !== null) return date(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const slashed = /^(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})(?!\d)/.exec(plain);
  if (slashed !== null) return date(Number(slashed[1]), Number(slashed[2]), Number(slashed[3]));

  const found = new Set<string>();
  const folded = fold(plain);
  for (const [name, month] of monthNames(language)) {
    for (let at = folded.indexOf(name); at >= 0; at = folded.indexOf(name, at + 1)) {
      const before = folded.slice(Math.max(0, at - 12), at);
      const after = folded.slice(at + name.length, at + name.length + 24);
      // Letters right beside the name make it another word.
      if (/\p{L}$/u.test(before) || /^\p{L}/u.test(after)) continue;
      const dayFirst = /(?:^|[^\d])(\d{1,2})(?:st|nd|rd|th|er|\.|ª|º)?[\s,-]+(?:de |of )?$/u.exec(before);
      const yearBehind = /^[.,]?[\s-]+(?:de |,\s*)?(\d{4})(?!\d)/u.exec(after);
      const monthFirst = /^\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)/u.exec(after);
      const [day, year] =
        dayFirst !== null && yearBehind !== null
          ? [dayFirst[1], yearBehind[1]]
          : monthFirst !== null
            ? [monthFirst[1], monthFirst[2]]
            : [undefined, undefined];
      const value = date(Number(year), month, Number(day));
      if (value !== null) found.add(value);
    }
  }
  return found.size === 1 ? ([...found][0] ?? null) : null;
}

function date(year: number, month: number, day: number): string | null {
  const value = new Date(Date.UTC(year, month - 1, day));
  if (Number.isNaN(value.getTime()) || value.getUTCMonth() !== month - 1 || value.getUTCDate() !== day)
    return null;
  const iso = value.toISOString().slice(0, 10);
  return iso >= EARLIEST && year <= 9999 ? iso : null;
}

const namesByLanguage = new Map<string, [string, number][]>();

/** Names of months, long and short, in a language and in English; those of one language that differ by region too. */
function monthNames(language: string | null): [string, number][] {
  const base = language?.split('-')[0] ?? 'en';
  const key = language ?? 'en';
  const known = namesByLanguage.get(key);
  if (known !== undefined) return known;
  const names = new Map<string, number>();
  for (const locale of new Set(['en', base, language ?? base])) {
    for (const style of ['long', 'short'] as const) {
      for (let month = 1; month <= 12; month++) {
        let name: string;
        try {
          name = new Intl.DateTimeFormat(locale, {
            day: 'numeric',
            month: style,
            timeZone: 'UTC',
            calendar: 'gregory',
          })
            .formatToParts(Date.UTC(2021, month - 1, 15))
            .filter(({ type }) => type === 'month')
            .map(({ value }) => value)
            .join('');
        } catch {
          continue; // Not a language that is known here.
        }
        const folded = fold(name).replace(/\.$/, '');
        if (/\p{L}{2}/u.test(folded)) names.set(folded, month);
      }
    }
  }
  // The longest first, so that "janvier" is not read as "jan" and something.
  const list = [...names].sort(([a], [b]) => b.length - a.length);
  namesByLanguage.set(key, list);
  return list;
}

function fold(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s\u200e\u200f]+/g, ' ');
}

/** Arabic-Indic, Persian, Devanagari and other decimal digits as 0 to 9. */
function westernDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => {
    let zero = digit.codePointAt(0) as number;
    const code = zero;
    // Every script's ten digits stand in a row that begins at zero.
    while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
    return String(code - zero);
  });
}
