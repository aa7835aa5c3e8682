import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotable, splitSentences } from '../../src/passages/sentences.ts';

const whole = (text: string) => ({ start: 0, end: text.length });
const split = (text: string) =>
  splitSentences(text, whole(text)).map(({ start, end }) => text.slice(start, end));

describe('sentences', () => {
  // Each line is one text; "|" marks where its sentences meet.
  it.each([
    'The ferry left. | It came back at noon. | Nobody was aboard!',
    'Is the quay open? | Yes, it is.',
    // Titles, ranks and initials.
    'Mr. Example met Mrs. Sample and Dr. Bo. | They spoke for an hour.',
    'Gen. Ada Example and Lt. Col. Sample inspected the port. | Sen. Bo agreed.',
    'J. R. Example wrote it with A. Sample. | The book sold well.',
    'The bridge was built by John F. Example in 1901.',
    'St. Example’s harbour lies below Mt. Sample.',
    // Abbreviations with dots.
    'The U.S. Embassy on the island was closed. | Staff left.',
    'U.S.-led forces trained in the port. | The exercise ended.',
    'He moved to the U.S. | The family followed.',
    'The U.S. and the U.K. signed. | So did the E.U. Commission.',
    'The meeting begins at 9 a.m. on Friday. | It ends at 5 p.m. sharp.',
    'Ports, e.g. Sandhaven, and ships, i.e. ferries, are exempt.',
    'It is Sandhaven vs. Northport tonight. | Kick-off is at eight.',
    'Harbour Works Inc. shares rose. | It belongs to Example Corp. | The firm denied it.',
    // Dates and numbers.
    'They met on Jan. 27 in the town hall. | On Feb. 3, 2024, they met again.',
    'The price rose by 3.5 percent to $1.20. | It had been stable.',
    'Section No. 5 applies. | See pp. 3 and 4.',
    'The law passed in 2019. | In 2020 it was repealed.',
    'It cost 40 million. | 12 people paid.',
    // Quotation marks and brackets.
    '“The quay is closed.” | The director said so on Monday.',
    '"The quay is closed." | The director said so.',
    '“The quay is closed,” the director said. | “It opens in June.”',
    '“Why now?” he asked. | “Because of the storm!” she said.',
    'He called it “a shame.” | Others disagreed.',
    'The director said: “We will repair it. | It will take weeks. | Then we open.” | She left.',
    'The port (built in 1901.) | It is closed.',
    'The report is public.[12] | It names no one.',
    'She asked: ‘Who pays?’ | Nobody knew.',
    // Ellipses.
    'Well … perhaps not. | We will see.',
    'They waited... | Nobody came.',
    'The talks... are going on.',
    // Full stops inside words.
    'See example.com for details. | Write to port@example.com today.',
    'Version 2.5 of the file a.txt is current.',
    // Names with a small first letter.
    'The premier spoke. | al-Example answered him.',
    // Other scripts.
    'هل أغلق الميناء؟ | نعم، أغلق اليوم.',
    '港务局关闭了码头。|它六月开放。',
    'بندرگاہ بند ہے۔ | یہ جون میں کھلے گی۔',
  ])('meet where a reader would say: %s', (marked) => {
    const text = marked.replaceAll(' | ', ' ').replaceAll('|', '');
    expect(split(text)).toEqual(marked.split('|').map((sentence) => sentence.trim()));
  });

  it('meet at a full stop without a space behind it', () => {
    expect(split('It ended the visit.The talks went on.')).toEqual([
      'It ended the visit.',
      'The talks went on.',
    ]);
    expect(split('The envoy left.“We are done,” he said.')).toEqual([
      'The envoy left.',
      '“We are done,” he said.',
    ]);
    expect(split('He said “no.”The talks ended.')).toEqual(['He said “no.”', 'The talks ended.']);
  });

  it('lie inside the paragraph asked for', () => {
    const text = 'Before. The ferry left. It came back. After.';
    const [start, end] = [text.indexOf('The'), text.indexOf(' After')];
    expect(splitSentences(text, { start, end }).map((s) => text.slice(s.start, s.end))).toEqual([
      'The ferry left.',
      'It came back.',
    ]);
  });

  it('are in order, apart, trimmed, and lose nothing but white space and marks', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'The',
        'ferry',
        'left',
        'Mr',
        'U.S',
        'Jan',
        '27',
        '.',
        '. ',
        '...',
        '?',
        '! ',
        '”',
        '“',
        '"',
        ')',
        '[1]',
        ' ',
        '\n',
        '。',
        '؟',
        '\u200f',
        'a',
        'A',
        '😀',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(5), (pieces, skip) => {
        const text = pieces.join('');
        const within = { start: Math.min(skip, text.length), end: text.length };
        let at = within.start;
        const between: string[] = [];
        for (const { start, end } of splitSentences(text, within)) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          between.push(text.slice(at, start));
          expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
          at = end;
        }
        between.push(text.slice(at, within.end));
        expect(at).toBeLessThanOrEqual(within.end);
        expect(between.join('')).not.toMatch(/[\p{L}\p{N}]/u);
      }),
      { numRuns: 300 },
    );
  });

  it('are found in time in proportion to the text', () => {
    // A quadratic search would run into the test's time limit.
    expect(split('. '.repeat(100_000))).toEqual([]);
    expect(split('A.'.repeat(100_000)).length).toBeGreaterThan(0);
    expect(split(`a${'.'.repeat(100_000)}`)).toHaveLength(1);
    expect(split(`“${'Yes.” “'.repeat(50_000)}`).length).toBeGreaterThan(1000);
  });
});

describe('what may be quoted of a sentence', () => {
  const kept = (text: string) => {
    const span = quotable(text, whole(text));
    return span && text.slice(span.start, span.end);
  };

  it.each([
    'The quay was closed on Monday.',
    '“We will not leave,” the captain said.',
    '... and the talks went on for days.',
    '(the port was built in 1901)',
    'al-Example answered the premier in the hall.',
    'van Example painted the harbour twice.',
    'iPhones were handed out to the crew.',
    '12 people were hurt in the storm.',
    '港务局周一关闭了码头。',
    'هل أغلق الميناء الشمالي اليوم؟',
  ])('is all of it: %s', (text) => {
    expect(kept(text)).toBe(text);
  });

  it.each([
    'Read more.',
    'Of the country.',
    'the port of the island',
    'and its forces in the region.',
    'The minister said that the.',
    'He spoke of an.',
    '“No.”',
    '2.',
    '…',
  ])('is nothing of a fragment: %s', (text) => {
    expect(kept(text)).toBeNull();
  });

  it('is the sentence that begins behind the rest of another', () => {
    expect(kept('of the country The ministry closed the port on Monday.')).toBe(
      'The ministry closed the port on Monday.',
    );
  });

  it('is a part of it, trimmed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const trimmed = text.trim();
        const span = quotable(trimmed, whole(trimmed));
        if (span === null) return;
        expect(span.start).toBeGreaterThanOrEqual(0);
        expect(span.end).toBe(trimmed.length);
      }),
    );
  });
});
