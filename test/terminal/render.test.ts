import fc from 'fast-check';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { printable } from '../../src/terminal/printable.ts';
import { renderAnswer } from '../../src/terminal/render.ts';
import type { Answer, Quote } from '../../src/values.ts';

const plain = pc.createColors(false);
const marked = {
  bold: (text: string | number | null | undefined) => `[${text}]`,
  dim: (text: string | number | null | undefined) => String(text),
};

function quote(overrides: Partial<Quote> = {}): Quote {
  return {
    text: 'The envoy said that the harbour would stay closed.',
    start: 100,
    end: 150,
    highlight: { start: 124, end: 149 },
    score: 0.9,
    paragraph: 4,
    voice: null,
    also: [],
    article: {
      file: 'harbour.md',
      title: 'Harbour closed',
      publisher: 'Example News',
      author: null,
      published: '2024-01-27',
      url: null,
      language: null,
    },
    ...overrides,
  };
}

function answer(overrides: Partial<Answer> = {}): Answer {
  return {
    question: 'Q?',
    answered: true,
    confidence: 0.9,
    refusal: null,
    revision: 'abc',
    quotes: [quote()],
    nearest: [],
    differ: false,
    onlySource: false,
    premise: null,
    ...overrides,
  };
}

describe('the sides of an answer', () => {
  it('are headed when they differ, and not otherwise', () => {
    const text = renderAnswer(answer({ differ: true }), 100, plain);
    expect(text.indexOf('The sources differ.')).toBe(0);
    expect(renderAnswer(answer(), 100, plain)).not.toContain('The sources differ');
  });

  it('are headed with the premise that fails', () => {
    const question = 'When does the agreed closure begin?';
    const text = renderAnswer(answer({ question, premise: { start: 10, end: 28 } }), 100, plain);
    expect(text).toContain('The question takes “the agreed closure” for granted.');
  });

  it('say that no other source speaks of it', () => {
    expect(renderAnswer(answer({ onlySource: true }), 100, plain)).toContain(
      'Only this source speaks of it.',
    );
    expect(renderAnswer(answer(), 100, plain)).not.toContain('Only this source');
  });

  it('name where else a statement stands', () => {
    const { article } = quote();
    const also = [{ article: { ...article, file: 'other.md' }, paragraph: 2, start: 5, end: 20 }];
    expect(renderAnswer(answer({ quotes: [quote({ also })] }), 100, plain)).toContain('(other.md:5-20)');
  });
});

describe('an answer in the terminal', () => {
  it('shows the quote, its outlet, date, paragraph, file and offsets', () => {
    const text = renderAnswer(answer(), 100, plain);
    expect(text).toContain('│ The envoy said that the harbour would stay closed.');
    expect(text).toContain('Example News, “Harbour closed”, 2024-01-27, paragraph 4 (harbour.md:100-150)');
    expect(text).toContain('confidence 0.90');
  });

  it('marks the answering words and nothing else', () => {
    expect(renderAnswer(answer(), 100, marked)).toContain(
      '│ The envoy said that the [harbour] [would] [stay] [closed].',
    );
  });

  it('says what is not known instead of leaving it out', () => {
    const bare = quote({ article: { ...quote().article, title: null, publisher: null, published: null } });
    expect(renderAnswer(answer({ quotes: [bare] }), 100, plain)).toContain(
      'publisher unknown, undated, paragraph 4',
    );
  });

  it('says that the articles do not say, and shows the nearest passages as such', () => {
    const text = renderAnswer(
      answer({ answered: false, refusal: 'not in the articles', quotes: [], nearest: [quote()] }),
      100,
      plain,
    );
    expect(text).toContain('The articles do not say.');
    expect(text.indexOf('do not answer')).toBeLessThan(text.indexOf('The envoy'));
    expect(text).not.toContain('confidence');
  });

  it.each(['empty', 'too long', 'not a question'] as const)(
    'has a sentence of its own when the question is %s',
    (refusal) => {
      const text = renderAnswer(answer({ answered: false, refusal, quotes: [] }), 100, plain);
      expect(text.split('\n')[0]).toMatch(/^[A-Z].+\.$|\?$/);
      expect(text).not.toContain('do not say');
    },
  );

  it('wraps to the width of the terminal without losing or adding a word', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[A-Za-z]{1,12}$/), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 30, max: 120 }),
        fc.nat(),
        fc.nat(),
        (words, width, a, b) => {
          const text = words.join(' ');
          const [from, to] = [a % text.length, b % text.length].sort((x, y) => x - y) as [number, number];
          const shown = renderAnswer(
            answer({
              quotes: [
                quote({
                  text,
                  start: 7,
                  end: 7 + text.length,
                  highlight: { start: 7 + from, end: 7 + to + 1 },
                }),
              ],
            }),
            width,
            plain,
          );
          const lines = shown.split('\n').filter((line) => line.startsWith('  │'));
          expect(lines.map((line) => line.slice(4)).join(' ')).toBe(text);
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(Math.min(width, 100));
        },
      ),
    );
  });
});

describe('text of others on a terminal', () => {
  it('cannot move the cursor, colour, ring or turn the reading direction', () => {
    expect(printable('a\u001b[31mred\u0007\u202egnp.exe\u0000')).toBe(
      'a\ufffd[31mred\ufffd\ufffdgnp.exe\ufffd',
    );
  });

  it('holds no control character, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});
