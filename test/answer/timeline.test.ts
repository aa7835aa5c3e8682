import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { datesIn, timeline } from '../../src/answer/timeline.ts';
import { buildIndex } from '../../src/index/build.ts';
import { type LoadedIndex, openIndex } from '../../src/index/revision.ts';
import { deterministicEmbedder } from '../deterministic-embedder.ts';

/** A Wednesday. */
const PUBLISHED = '2023-03-15';

const found = (text: string, published: string | null = PUBLISHED) =>
  datesIn(text, published).map(({ text: stated, days }) => [
    stated,
    days && (days.from === days.to ? days.from : `${days.from}/${days.to}`),
  ]);

describe('a date in a text', () => {
  it.each([
    ['The bridge fell on January 3, 2020, at night.', 'January 3, 2020', '2020-01-03'],
    ['The bridge fell on 3 January 2020.', '3 January 2020', '2020-01-03'],
    ['It opened on the 3rd of May 2019.', '3rd of May 2019', '2019-05-03'],
    ['It opened on Tuesday, March 7, 2023.', 'Tuesday, March 7, 2023', '2023-03-07'],
    ['It was dated 2021-11-30.', '2021-11-30', '2021-11-30'],
    ['It was dated 30.11.2021 by hand.', '30.11.2021', '2021-11-30'],
    ['It was dated 02/03/2021 by hand.', '02/03/2021', null],
    ['The law, adopted in January 2020, stands.', 'January 2020', '2020-01-01/2020-01-31'],
    ['The harbour froze in February 2020.', 'February 2020', '2020-02-01/2020-02-29'],
    ['The ferries stopped in 2003.', '2003', '2003-01-01/2003-12-31'],
    ['The 2014 floods took the pier.', '2014', '2014-01-01/2014-12-31'],
    ['It was founded last summer.', 'last summer', '2022-06-01/2022-08-31'],
    ['It was founded last winter.', 'last winter', '2022-12-01/2023-02-28'],
    ['It was founded in the summer of 2014.', 'summer of 2014', '2014-06-01/2014-08-31'],
    ['She left yesterday.', 'yesterday', '2023-03-14'],
    ['She will leave tomorrow.', 'tomorrow', '2023-03-16'],
    ['She left on Friday.', 'Friday', '2023-03-10'],
    ['She will leave on Friday.', 'Friday', '2023-03-17'],
    ['She spoke on Wednesday.', 'Wednesday', '2023-03-15'],
    ['She left last week.', 'last week', '2023-03-06/2023-03-12'],
    ['She left last month.', 'last month', '2023-02-01/2023-02-28'],
    ['The port closed last year.', 'last year', '2022-01-01/2022-12-31'],
    ['The port closed last June.', 'last June', '2022-06-01/2022-06-30'],
    ['The port closed in December.', 'December', '2022-12-01/2022-12-31'],
    ['The port closed four years ago.', 'four years ago', '2019-01-01/2019-12-31'],
    ['The port closed on December 20.', 'December 20', '2022-12-20'],
    ['The port closed several years ago.', 'several years ago', null],
    ['There is no February 30, 2020.', 'February 30, 2020', null],
  ])('%s', (text, stated, days) => {
    expect(found(text)).toEqual([[stated, days]]);
  });

  it.each([
    'The council may 3 times refuse, and now it does.',
    'They march 5 kilometres in 20 minutes at 6 pm.',
    'By 2000 troops the camp had grown; 1999 of them stayed.',
    'The next steps of the talks take the last word.',
    'It cost 2,020 crowns, or $2020.',
    'The fishermen of today are today’s heroes.',
    'Section 12.3.4 of the plan, second reading.',
  ])('is not seen in: %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('stays as given where the article has no date and the words no year', () => {
    const text = 'On Friday, four years ago, last summer or in May, and on January 3, 2020, they met.';
    expect(found(text, null)).toEqual([
      ['Friday', null],
      ['four years ago', null],
      ['last summer', null],
      ['May', null],
      ['January 3, 2020', '2020-01-03'],
    ]);
  });

  it('is a slice of any text, in order, with days that follow each other', () => {
    const piece = fc.constantFrom(
      'May',
      '3',
      '2020',
      ',',
      ' ',
      'last',
      'summer',
      'Friday',
      'ago',
      '-',
      'a',
      '٣',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((p) => p.join(' ')),
        ),
        (text) => {
          let end = 0;
          for (const date of datesIn(text, PUBLISHED)) {
            expect(text.slice(date.start, date.end)).toBe(date.text);
            expect(date.start).toBeGreaterThanOrEqual(end);
            end = date.end;
            if (date.days !== null) expect(date.days.from <= date.days.to).toBe(true);
          }
        },
      ),
    );
  });
});

describe('the timeline of an index', () => {
  let folder: string;
  let index: LoadedIndex;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'verbatim-timeline-'));
    const articles = path.join(folder, 'articles');
    await mkdir(articles);
    await writeFile(
      path.join(articles, 'dated.md'),
      '---\ntitle: The pier\npublished: 2023-03-15\n---\n\nThe old pier was closed to all visitors yesterday. The harbour was dredged for the first time in 1998.\n',
    );
    await writeFile(
      path.join(articles, 'undated.txt'),
      'The lighthouse lost its lamp in a storm last summer. The keeper had left the island on 3 January 2020.\n',
    );
    const embedder = deterministicEmbedder();
    await buildIndex(articles, path.join(folder, 'index'), embedder);
    index = await openIndex(path.join(folder, 'index'), embedder.fingerprint);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('goes from the earliest date to the latest, and ends with what is only stated', async () => {
    const entries = await timeline(index);
    expect(entries.map(({ date }) => [date.text, date.days?.from ?? null])).toEqual([
      ['1998', '1998-01-01'],
      ['3 January 2020', '2020-01-03'],
      ['yesterday', '2023-03-14'],
      ['last summer', null],
    ]);
    for (const { date, quote } of entries) {
      const text = index.articles.find(({ file }) => file === quote.article.file)?.text ?? '';
      expect(text.slice(quote.start, quote.end)).toBe(quote.text);
      expect(text.slice(date.start, date.end)).toBe(date.text);
      expect(quote.highlight).toEqual({ start: date.start, end: date.end });
    }
  });

  it('keeps what is about a word', async () => {
    const entries = await timeline(index, 'the keepers');
    expect(entries.map(({ date }) => date.text)).toEqual(['3 January 2020']);
    expect(await timeline(index, 'oysters')).toEqual([]);
  });
});
