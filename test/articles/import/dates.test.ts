import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statedDate } from '../../../src/articles/import/dates.ts';

describe('a stated date', () => {
  it.each([
    ['2024-01-27', null, '2024-01-27'],
    // The day where it was written, whatever day it was in Greenwich.
    ['2024-01-27T23:30:00-08:00', null, '2024-01-27'],
    ['2024-01-27T00:30:00+03:00', null, '2024-01-27'],
    ['20240127', null, '2024-01-27'],
    ['2024/1/7', null, '2024-01-07'],
    ['Sat, 27 Jan 2024 10:00:00 GMT', null, '2024-01-27'],
    ['January 27, 2024', null, '2024-01-27'],
    ['Jan. 27, 2024 at 9.15 p.m.', null, '2024-01-27'],
    ['27th of January 2024', 'en', '2024-01-27'],
    ['1er mai 2024', 'fr', '2024-05-01'],
    ['27 de enero de 2024', 'es', '2024-01-27'],
    ['27. Januar 2024', 'de', '2024-01-27'],
    ['٢٧ يناير ٢٠٢٤', 'ar', '2024-01-27'],
    ['27 كانون الثاني 2024', 'ar-IQ', '2024-01-27'],
    ['2024年1月27日', 'zh', '2024-01-27'],
  ])('%s (%s) is %s', (text, language, date) => {
    expect(statedDate(text, language)).toBe(date);
  });

  it.each([
    // Could be two days.
    '03/04/2021',
    '3 May 2021, corrected 4 May 2021',
    'last Tuesday',
    'May 2021',
    'Mayor 3, 2021',
    // No such day, and what empty fields hold.
    '2024-02-30',
    '31 February 2024',
    '1970-01-01T00:00:00Z',
    '0001-01-01',
    '0000-00-00',
    '12345678901',
    '',
  ])('%j is none', (text) => {
    expect(statedDate(text, 'en')).toBeNull();
  });

  it('is read back from every way of writing it', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1971-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }),
        fc.constantFrom('en-GB', 'en-US', 'fr', 'de', 'es', 'it', 'pt', 'tr'),
        (date, language) => {
          const iso = date.toISOString().slice(0, 10);
          const long = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(date);
          expect([long, statedDate(long, language)]).toEqual([long, iso]);
          expect(statedDate(date.toUTCString())).toBe(iso);
        },
      ),
    );
  });

  it('is a real day or none, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(null, 'ar', 'no such language!'),
        (text, language) => {
          const date = statedDate(text, language);
          if (date !== null) expect(new Date(date).toISOString().slice(0, 10)).toBe(date);
        },
      ),
    );
  });
});
