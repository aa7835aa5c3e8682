import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findProse, isProse } from '../../src/articles/clean.ts';

/** The paragraphs of a text, as they stand there. */
function paragraphsOf(text: string, title: string | null = null): string[] {
  return findProse(text, 0, 'article.txt', title).paragraphs.map(({ start, end }) => text.slice(start, end));
}

const FIRST = 'The harbour authority closed the northern quay on Monday after a storm damaged two cranes.';
const SECOND = 'Repairs will take at least six weeks, its director told reporters in the port.';

describe('the prose of an article', () => {
  it('is found among the furniture of a page', () => {
    const page = `
logo
Home
World News
• Politics
• Sport
• May 2, 2021
Storm closes the northern quay of Sandhaven
Storm closes the northern quay of Sandhaven
Harbour Times May 3, 2021 World
Share on Facebook, Twitter or WhatsApp.
Photo: a crane lies across the quay.

${FIRST}

Read more about the storm.
## The repairs
${SECOND}

Subscribe to our newsletter for more stories like this one.
© 2021 Harbour Times. All rights reserved.
Top
`;
    expect(paragraphsOf(page)).toEqual([FIRST, SECOND]);
  });

  it('keeps what only speaks of the things that furniture is made of', () => {
    const reports = [
      'The company was fined because its cookie banner offered no way to refuse, and it must now ask every visitor for consent before it stores anything, a court in the capital decided on Friday.',
      'Shares of the shipping line fell by a tenth.',
      'Top officials of both ministries met on the island.',
      'Sources in the ministry denied the report.',
      'Related talks on fishing rights begin in June.',
    ];
    expect(paragraphsOf(reports.join('\n\n'))).toEqual(reports);
  });

  it('holds a paragraph once, however often the page prints it', () => {
    expect(paragraphsOf(`${FIRST}\n\n${SECOND}\n\n${FIRST}`)).toEqual([FIRST, SECOND]);
  });

  it('does not hold the title that the front matter states', () => {
    const title = 'Where will the ferry go now?';
    expect(paragraphsOf(`${title}\n\n${FIRST}`, title)).toEqual([FIRST]);
    expect(paragraphsOf(`WHERE WILL THE FERRY GO, NOW?\n\n${FIRST}`, title)).toEqual([FIRST]);
  });

  it('passes over code fences, tables, images, comments and dividers', () => {
    const page = [
      '```\nlet x = 1; // This looks like a sentence, but is code.\n```',
      '~~~ts\nSo does this line in another fence, does it not.\n~~~',
      '| One cell of a table | and another cell with a sentence. |',
      '![A picture of the harbour that was taken at night.](a.png)',
      '<!-- A note of the editor that must not be quoted. -->',
      '----------',
      '***',
      FIRST,
    ];
    expect(paragraphsOf(page.join('\n\n'))).toEqual([FIRST]);
  });

  it('joins the lines of a hard-wrapped paragraph', () => {
    const wrapped = `The harbour authority closed the northern quay on
Monday after a storm damaged two cranes. Nobody
was hurt, and the ferries now leave from the old
fishing port.`;
    expect(paragraphsOf(`${wrapped}\n\n${SECOND}`)).toEqual([wrapped, SECOND]);
    const crlf = wrapped.replaceAll('\n', '\r\n');
    expect(paragraphsOf(`${crlf}\r\n\r\n${SECOND}`)).toEqual([crlf, SECOND]);
  });

  it('keeps paragraphs apart that stand on one line each', () => {
    expect(paragraphsOf(`${FIRST}\n${SECOND}`)).toEqual([FIRST, SECOND]);
  });

  it('begins behind the mark of a list item or block quotation', () => {
    expect(paragraphsOf(`- ${FIRST}\n* ${SECOND}\n> ${FIRST.replace('Monday', 'Friday')}`)).toEqual([
      FIRST,
      SECOND,
      FIRST.replace('Monday', 'Friday'),
    ]);
  });

  it('keeps a line that leads into a quotation, but no label', () => {
    const lead = 'The director of the port said in a statement on Monday:';
    expect(paragraphsOf(`Our topics:\n\n${lead}\n\n“${FIRST}”`)).toEqual([lead, `“${FIRST}”`]);
  });

  it.each([
    ['CRLF', '\r\n\r\n'],
    ['CR', '\r\r'],
    ['line separators', '\u2028\u2028'],
    ['form feeds', '\f'],
  ])('is found with lines that end in %s', (_, gap) => {
    expect(paragraphsOf(`${FIRST}${gap}${SECOND}${gap}`)).toEqual([FIRST, SECOND]);
  });

  it('does not begin or end with a byte-order mark, zero-width or direction mark', () => {
    expect(paragraphsOf(`\ufeff\u200b  ${FIRST}\u200b\u200f \n\n\u202b${SECOND}\u2069`)).toEqual([
      FIRST,
      SECOND,
    ]);
  });

  it('keeps zero-width characters inside, because a quote is what stands there', () => {
    const inside = FIRST.replace('northern', 'north\u200bern');
    expect(paragraphsOf(inside)).toEqual([inside]);
  });

  it('is found in right-to-left and in unspaced scripts', () => {
    const arabic = 'أعلنت هيئة الميناء إغلاق الرصيف الشمالي بعد العاصفة.';
    const urdu = 'بندرگاہ کے حکام نے شمالی گھاٹ کو بند کر دیا ہے۔';
    const chinese = '港务局周一关闭了北码头。';
    expect(paragraphsOf([arabic, urdu, chinese].join('\n\n'))).toEqual([arabic, urdu, chinese]);
  });

  it('is nothing where there are no sentences', () => {
    expect(paragraphsOf('')).toEqual([]);
    expect(paragraphsOf('😀 😀\n\n12 13 14\n\nMenu\nHome\nContact')).toEqual([]);
  });

  it('lies in order, inside the text, without overlap, and holds no line break at its ends', () => {
    const line = fc.oneof(
      fc.constantFrom(
        FIRST,
        SECOND,
        '',
        '```',
        '# A heading of the page',
        '- item',
        '• May 2, 2021',
        '> Said a man of the port.',
      ),
      fc.string({ unit: 'binary', maxLength: 60 }),
    );
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 12 }),
        fc.constantFrom('\n', '\r\n', '\n\n', '\r'),
        (lines, end) => {
          const text = lines.join(end);
          let previous = 0;
          for (const { start, end: stop } of findProse(text, 0, 'a.txt', null).paragraphs) {
            expect(start).toBeGreaterThanOrEqual(previous);
            expect(stop).toBeGreaterThan(start);
            expect(stop).toBeLessThanOrEqual(text.length);
            const paragraph = text.slice(start, stop);
            expect(paragraph).toBe(paragraph.trim());
            expect(isProse(paragraph)).toBe(true);
            previous = stop;
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ['a line of white space', `a${' '.repeat(400_000)}b`],
    ['a line of zero-width characters', `a${'\u200b'.repeat(400_000)}b`],
    ['many short lines', 'one two three four five\n'.repeat(150_000)],
    [
      'many different headlines',
      Array.from({ length: 40_000 }, (_, i) => `headline number ${i} of the page\n\n`).join(''),
    ],
    ['one line of brackets', `. ${')'.repeat(400_000)}x`],
    ['one line of bullets', '• '.repeat(400_000)],
    ['one line of full stops', '. '.repeat(400_000)],
    ['one line of stars', '*'.repeat(400_000)],
  ])('is looked for in time in proportion to the text: %s', (_, text) => {
    // A quadratic search would run into the test's time limit.
    expect(findProse(text, 0, 'a.txt', null).paragraphs.length).toBeLessThanOrEqual(1);
  });
});

describe('what an article says of itself above its prose', () => {
  const read = (head: string, file = 'article.txt', stated: string | null = null) => {
    const { title, publisher, published } = findProse(`${head}\n\n${FIRST}\n\n${SECOND}`, 0, file, stated);
    return { title, publisher, published };
  };

  it('is its headline, its outlet and its date', () => {
    expect(read('Storm closes the northern quay\nHarbour Times May 3, 2021 World')).toEqual({
      title: 'Storm closes the northern quay',
      publisher: 'Harbour Times',
      published: '2021-05-03',
    });
  });

  it('takes the headline that is printed twice', () => {
    expect(
      read(
        'Weather forecast for the coming weekend\nStorm closes the northern quay\nStorm closes the northern quay',
      ).title,
    ).toBe('Storm closes the northern quay');
  });

  it.each([
    ['3 May 2021', '2021-05-03'],
    ['May 3rd, 2021', '2021-05-03'],
    ['2021-05-03', '2021-05-03'],
    ['Sept 3, 2021', null],
    ['03/04/2021', null],
    ['May 2021', null],
    ['February 30, 2021', null],
    ['Updated yesterday', null],
    ['May 3, 2021 - May 5, 2021', null],
  ])('reads the by-line "%s" as %s', (line, published) => {
    expect(read(`Storm closes the northern quay\n${line}`).published).toBe(published);
  });

  it('does not take a date above the headline, or in a menu, for the date of the article', () => {
    expect(read('Monday, June 7, 2021\nStorm closes the northern quay').published).toBeNull();
    expect(read('Storm closes the northern quay\n• June 7, 2021').published).toBeNull();
  });

  it('does not take a person for the outlet', () => {
    expect(read('Storm closes the northern quay\nAda Example May 3, 2021').publisher).toBeNull();
    expect(read('Storm closes the northern quay\nBy Harbour Times May 3, 2021').publisher).toBeNull();
  });

  it('takes a name for the outlet that the file is named after', () => {
    expect(
      read('Storm closes the northern quay\nSandhaven May 3, 2021', 'sandhaven-2021.txt').publisher,
    ).toBe('Sandhaven');
  });

  it('is unknown where there is nothing above the prose', () => {
    expect(read('')).toEqual({ title: null, publisher: null, published: null });
  });
});
