import { describe, expect, it } from 'vitest';
import { readPdf } from '../../../src/articles/import/pdf.ts';

interface Drawn {
  text: string;
  y: number;
  size?: number;
}

/** A PDF file of pages with lines of text, each drawn at its height. */
function pdf(pages: Drawn[][], info = ''): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${pages.map((_, i) => `${5 + i * 2} 0 R`).join(' ')}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    `<< ${info} >>`,
  ];
  for (const [i, lines] of pages.entries()) {
    const content = lines
      .map(({ text, y, size = 11 }) => `BT /F1 ${size} Tf 1 0 0 1 60 ${y} Tm (${text}) Tj ET`)
      .join('\n');
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${6 + i * 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  }
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const offset = file.length;
    file += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const size = objects.length + 1;
  return Buffer.from(
    `${file}xref\n0 ${size}\n0000000000 65535 f \n${offsets.join('')}trailer << /Size ${size} /Root 1 0 R /Info 4 0 R >>\nstartxref\n${file.length}\n%%EOF`,
    'latin1',
  );
}

/** Paragraphs of lines, the lines 14 points apart and the paragraphs 26. */
function drawn(paragraphs: string[][], top = 700): Drawn[] {
  let y = top + 12;
  return paragraphs.flatMap((lines) => {
    y -= 12;
    return lines.map((text) => {
      y -= 14;
      return { text, y };
    });
  });
}

const FARES = [
  'The harbour office said on Monday that fares for the night ferry would rise by four per cent',
  'in May, and that the money would pay for the boats that the islands are now waiting for.',
];
const BOATS = [
  '"We have no other way to pay for the two boats that the islands are waiting for," it told',
  'all those who had asked for a reason, in a letter that hangs at the door of the office.',
];
const VOTE = [
  'The unions said that they would ask the council for a vote on it before the summer, and that',
  'crews would go on working until then.',
];

describe('the text of a PDF file', () => {
  it('has its paragraphs, however few lines they have', async () => {
    const headline = { text: 'Fares to rise for the night ferry', y: 740, size: 20 };
    const { text } = await readPdf(pdf([[headline, ...drawn([FARES, BOATS, VOTE])]]));
    const paragraphs = [FARES, BOATS, VOTE].map((lines) => lines.join(' '));
    expect(text).toBe(`${[headline.text, ...paragraphs].join('\n\n')}\n`);
  });

  it('goes on over the end of a page, without what stands at the top and the foot of every page', async () => {
    const around = (page: number): [Drawn, Drawn] => [
      { text: 'Port Post, evening edition', y: 760, size: 9 },
      { text: `Page ${page} of 2`, y: 30, size: 9 },
    ];
    const [head1, foot1] = around(1);
    const [head2, foot2] = around(2);
    const pages = [
      [head1, ...drawn([FARES, [VOTE[0] as string]]), foot1],
      [head2, ...drawn([[VOTE[1] as string], BOATS]), foot2],
    ];
    const { text, leftOut } = await readPdf(pdf(pages));
    expect(text).toBe(`${[FARES, VOTE, BOATS].map((lines) => lines.join(' ')).join('\n\n')}\n`);
    expect(leftOut).toContain('Port Post, evening edition');
  });

  it('joins words parted at the end of a line', async () => {
    const { text } = await readPdf(
      pdf([
        drawn([
          ['The council of the islands is to vote on the fares for its har-', 'bour before the summer.'],
        ]),
      ]),
    );
    expect(text).toBe(
      'The council of the islands is to vote on the fares for its harbour before the summer.\n',
    );
  });
});

describe('what a PDF file states', () => {
  it('is its title and author; the day on which the file was made is no day of publication', async () => {
    const info = '/Title (Fares report) /Author (Ada Brook) /CreationDate (D:20310509101010Z)';
    const { known } = await readPdf(pdf([drawn([FARES])], info));
    expect(known).toMatchObject({ title: 'Fares report', author: 'Ada Brook', published: null });
  });

  it('is not the name that a program gave the file', async () => {
    const { known } = await readPdf(pdf([drawn([FARES])], '/Title (Microsoft Word - fares.docx)'));
    expect(known.title).toBeNull();
  });
});

describe('a PDF file', () => {
  it('without text, or cut off, is refused in a sentence', async () => {
    await expect(readPdf(pdf([[]]))).rejects.toThrow('it holds no text, only pictures of it');
    await expect(readPdf(Buffer.from('%PDF-1.4\nnothing'))).rejects.toThrow('it is not a whole PDF file');
  });
});
