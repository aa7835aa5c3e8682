import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Node, readMarkdown } from '../../scripts/show/markdown.ts';
import type { LiveSources } from '../../src/answer/live.ts';
import { linkTarget } from '../../src/discord/escape.ts';
import { violations } from '../../src/discord/limits.ts';
import {
  buttonId,
  type Payload,
  parseId,
  renderAbout,
  renderAnswer,
  renderContext,
  renderHelp,
  renderNearest,
  renderNotice,
  renderSource,
  renderSources,
  renderVerification,
} from '../../src/discord/render.ts';
import type { Answer, ArticleMeta, Quote, Voice } from '../../src/values.ts';
import {
  articleOf,
  buttonsOf,
  hostileAnswer,
  hostileMeta,
  hostileQuote,
  hostileText,
  indexOf,
  textsOf,
} from './hostile.ts';
import { unescapeQuote } from './unescape.ts';

const META: ArticleMeta = {
  file: 'harbour.md',
  title: 'Harbour closed',
  publisher: 'Example News',
  author: null,
  published: '2024-01-27',
  url: 'https://news.example/harbour',
  language: 'en',
};

function quote(overrides: Partial<Quote> = {}): Quote {
  const text = overrides.text ?? 'The envoy said that the harbour would stay closed.';
  return {
    text,
    start: 100,
    end: 100 + text.length,
    highlight: null,
    score: 0.9,
    paragraph: 4,
    voice: null,
    also: [],
    article: META,
    ...overrides,
  };
}

function voice(kind: Voice['kind'], speaker: string | null): Voice {
  return {
    kind,
    speaker,
    start: speaker === null ? null : 0,
    end: speaker === null ? null : speaker.length,
    cue: null,
    via: null,
  };
}

function answer(overrides: Partial<Answer> = {}): Answer {
  return {
    question: 'Will the harbour open?',
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

const options = { id: 'k1', shareable: false };
const whole = (payload: Payload) => textsOf(payload).join('\n');
const quoteLines = (payload: Payload) =>
  textsOf(payload).flatMap((text) => text.split('\n').filter((line) => line.startsWith('> ')));
const labels = (payload: Payload) => buttonsOf(payload).map(({ label }) => label);

/** Every node of a message's texts, at every depth. */
function allNodes(payload: Payload): Node[] {
  const walk = (nodes: Node[]): Node[] =>
    nodes.flatMap((node) => ('children' in node ? [node, ...walk(node.children)] : [node]));
  return textsOf(payload).flatMap((text) => walk(readMarkdown(text)));
}

/** What may act in a message: our own headings, marks, and links to stored addresses. */
/** Of the articles that quotes cite. */
function metasOf(quotes: readonly Quote[]): ArticleMeta[] {
  return quotes.flatMap(({ article, also }) => [article, ...also.map((other) => other.article)]);
}

function expectNothingElseActs(payload: Payload, metas: readonly ArticleMeta[]): void {
  const targets = metas.map(({ url }) => linkTarget(url));
  for (const node of allNodes(payload)) {
    expect(['text', 'strong', 'em', 'quote', 'subtext', 'heading', 'item', 'link', 'timestamp']).toContain(
      node.type,
    );
    if (node.type === 'link') {
      expect(targets).toContain(node.url);
      expect(node.children).toEqual([{ type: 'text', text: 'Open the article' }]);
    }
    if (node.type === 'quote') {
      const inside = node.children.map(({ type }) => type).filter((type) => type !== 'text');
      expect(['', 'strong']).toContain(inside.join());
      for (const child of node.children) {
        if (child.type === 'strong') expect(child.children.map(({ type }) => type)).toEqual(['text']);
      }
    }
  }
}

describe('an answer', () => {
  it('shows each quote as a block quote, the answering words in bold, and under it who, when and where', () => {
    const shown = answer({
      quotes: [quote({ highlight: { start: 124, end: 149 }, voice: voice('reported', 'The envoy') })],
    });
    expect(textsOf(renderAnswer(shown, options))).toEqual([
      '-# Will the harbour open?',
      '> The envoy said that the **harbour would stay closed**.\n*The envoy*, as reported by Example News\n-# 2024-01-27 · paragraph 4 · “Harbour closed” · [Open the article](<https://news.example/harbour>)',
    ]);
  });

  it('says what is not known instead of leaving it out', () => {
    const bare = quote({ article: { ...META, title: null, publisher: null, published: null, url: null } });
    expect(textsOf(renderAnswer(answer({ quotes: [bare] }), options))[1]).toContain(
      '**Unknown publisher**\n-# undated · paragraph 4 · harbour.md',
    );
  });

  it.each([
    [voice('quoted', 'A. Envoy'), '**A. Envoy**, quoted by Example News'],
    [voice('reported', 'A. Envoy'), '*A. Envoy*, as reported by Example News'],
    [voice('article', null), '**Example News**, in its own words'],
    [voice('quoted', null), '**A speaker who is not named**, quoted by Example News'],
    [voice('reported', null), '*Somebody who is not named*, as reported by Example News'],
    [
      { ...voice('quoted', 'A. Envoy'), via: { start: 104, end: 109, text: 'The *Wire*' } },
      '**A. Envoy**, quoted by Example News, which cites The \\*Wire\\*',
    ],
  ])('names the speaker first, and how the words are theirs', (spoken, line) => {
    expect(whole(renderAnswer(answer({ quotes: [quote({ voice: spoken })] }), options))).toContain(
      `\n${line}`,
    );
  });

  it.each([
    ['harbour', 'The **harbour**'],
    ['arbo', 'The h**arbo**ur'],
    [' harbour ', 'The **harbour** '],
    ['closed.', 'stay **closed.**'],
    ['*st', 'harbour **\\*st**ay\\*'],
    ['stay*', 'harbour \\***stay\\*** closed'],
  ])('sets exactly %j in bold, inside words and beside punctuation', (words, line) => {
    const text = 'The harbour *stay* closed. The harbour stay closed.';
    const at = words === 'closed.' ? text.lastIndexOf(words) : text.indexOf(words);
    const marked = quote({ text, highlight: { start: 100 + at, end: 100 + at + words.length } });
    const payload = renderAnswer(answer({ quotes: [marked] }), options);
    expect(quoteLines(payload)[0]).toContain(line);
    const bold = readMarkdown(quoteLines(payload)[0] as string).flatMap((node) =>
      node.type === 'quote' ? node.children : [],
    );
    expect(bold.find(({ type }) => type === 'strong')).toEqual({
      type: 'strong',
      children: [{ type: 'text', text: words.trim() }],
    });
  });

  it('says over the quotes that the sources differ, and then shows all of them', () => {
    const five = ['One.', 'Two.', 'Three.', 'Four.', 'Five.'].map((text) => quote({ text }));
    const payload = renderAnswer(answer({ quotes: five, differ: true }), options);
    expect(textsOf(payload)[0]).toContain('### The sources differ');
    expect(quoteLines(payload)).toEqual(['> One.', '> Two.', '> Three.', '> Four.', '> Five.']);
    expect(labels(payload)).not.toContain('More quotes (2)');
  });

  it('shows three quotes where they do not, and the others behind "More quotes"', () => {
    const five = ['One.', 'Two.', 'Three.', 'Four.', 'Five.'].map((text) => quote({ text }));
    const first = renderAnswer(answer({ quotes: five }), { id: 'k1', shareable: true });
    expect(quoteLines(first)).toEqual(['> One.', '> Two.', '> Three.']);
    expect(labels(first).slice(-2)).toEqual(['More quotes (2)', 'Share']);
    expect(whole(first)).not.toContain('differ');
    const more = renderAnswer(answer({ quotes: five }), { id: 'k1', shareable: true, more: true });
    expect(quoteLines(more)).toEqual(['> Four.', '> Five.']);
    expect(buttonsOf(more).map(({ custom_id }) => custom_id)).toEqual([
      'context:k1:3',
      'verify:k1:3',
      'context:k1:4',
      'verify:k1:4',
    ]);
  });

  it('heads the quotes as statements on a premise that the question takes for granted', () => {
    const payload = renderAnswer(
      answer({ question: 'When will the *agreed* opening be?', premise: { start: 14, end: 30 } }),
      options,
    );
    expect(textsOf(payload)[0]).toContain('takes “\\*agreed\\* opening” for granted');
  });

  it('says that only one source speaks of it', () => {
    expect(whole(renderAnswer(answer({ onlySource: true }), options))).toContain(
      'Only this source speaks of it.',
    );
    expect(whole(renderAnswer(answer(), options))).not.toContain('Only this source');
  });

  it('never cuts a quote: one that is too long for a message is named instead', () => {
    const long = quote({ text: `${'word '.repeat(900)}end.` });
    const payload = renderAnswer(answer({ quotes: [long, quote()] }), options);
    expect(quoteLines(payload)).toEqual(['> The envoy said that the harbour would stay closed.']);
    expect(whole(payload)).toContain(
      'Too long for a message, and never cut: paragraph 4 of “Harbour closed”.',
    );
  });

  it('keeps text from right to left in its own direction', () => {
    const payload = renderAnswer(
      answer({ quotes: [quote({ text: 'قال المبعوث إن الميناء مغلق.' })] }),
      options,
    );
    expect(quoteLines(payload)).toEqual(['> \u2068قال المبعوث إن الميناء مغلق.\u2069']);
  });
});

describe('no answer', () => {
  const none = answer({
    answered: false,
    refusal: 'not in the articles',
    quotes: [],
    nearest: [quote(), quote({ article: { ...META, title: '# The *fleet*' } }), quote()],
  });

  it('says so, names what the nearest articles are about, and shows no passage before it is asked for', () => {
    const payload = renderAnswer(none, options);
    expect(whole(payload)).toContain('**The articles do not say.**');
    expect(whole(payload)).toContain('- Harbour closed\n- \\# The \\*fleet\\*\n');
    expect(quoteLines(payload)).toEqual([]);
    expect(buttonsOf(payload).map(({ custom_id }) => custom_id)).toEqual(['nearest:k1']);
  });

  it('shows the nearest passages as such', () => {
    const payload = renderNearest(none);
    expect(textsOf(payload)[0]).toContain('They do not answer the question.');
    expect(quoteLines(payload)).toHaveLength(3);
  });

  it.each(['empty', 'too long', 'not a question'] as const)(
    'has a sentence of its own when it is %s',
    (refusal) => {
      const payload = renderAnswer({ ...none, refusal, nearest: [] }, options);
      expect(whole(payload)).not.toContain('do not say');
      expect(labels(payload)).toEqual([]);
    },
  );
});

describe('whatever an answer holds', () => {
  it('fits every limit, and nothing of it acts', () => {
    fc.assert(
      fc.property(hostileAnswer, fc.boolean(), fc.boolean(), (held, shareable, more) => {
        const metas = metasOf([...held.quotes, ...held.nearest]);
        for (const payload of [
          renderAnswer(held, { id: 'k'.repeat(80), shareable, more }),
          renderNearest(held),
        ]) {
          expect(violations(payload)).toEqual([]);
          expectNothingElseActs(payload, metas);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('sends each quote so that it can be read back to the letter, once, on its pages or named as too long', () => {
    fc.assert(
      fc.property(hostileAnswer, (held) => {
        const pages = [false, true].map((more) => renderAnswer(held, { id: 'k1', shareable: false, more }));
        const numbers = pages.flatMap((payload) =>
          buttonsOf(payload).flatMap(({ custom_id }) => {
            const id = parseId(custom_id);
            return id?.kind === 'context' && id.number !== null ? [id.number] : [];
          }),
        );
        expect(new Set(numbers).size).toBe(numbers.length);
        if (!held.answered) return;
        const sent = pages.flatMap(quoteLines).map(unescapeQuote);
        expect(sent).toEqual(numbers.map((number) => held.quotes[number]?.text));
        const named = pages.map(whole).join('\n').includes('Too long for a message');
        expect(named).toBe(numbers.length < held.quotes.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the context of a quote', () => {
  const article = articleOf(META, [
    'Before it. *Stood* this.',
    'One. The quote stands here. Three.',
    'After it.',
  ]);
  const start = article.text.indexOf('The quote');
  const quoted = quote({ text: 'The quote stands here.', start, end: start + 22, paragraph: 2 });

  it('is the paragraph before and after, with the quote in bold', () => {
    expect(quoteLines(renderContext(quoted, indexOf([article])))).toEqual([
      '> Before it. \\*Stood\\* this.',
      '> One. **The quote stands here.** Three.',
      '> After it.',
    ]);
  });

  it('is not shown of an article that has changed since', () => {
    const changed = articleOf(META, ['Another text. '.repeat(20)]);
    for (const index of [indexOf([]), indexOf([changed])]) {
      expect(quoteLines(renderContext(quoted, index))).toEqual([]);
      expect(whole(renderContext(quoted, index))).toContain('changed or been removed');
    }
  });

  it('is cut at the ends of sentences where paragraphs are long, and says so', () => {
    const many = (word: string) =>
      Array.from({ length: 200 }, (_, i) => `${word} number ${i} is here.`).join(' ');
    const long = articleOf(META, [
      many('Alpha'),
      `${many('Beta')} The quote stands here. ${many('Gamma')}`,
      many('Delta'),
    ]);
    const at = long.text.indexOf('The quote');
    const payload = renderContext({ ...quoted, start: at, end: at + 22 }, indexOf([long]));
    expect(violations(payload)).toEqual([]);
    const lines = quoteLines(payload).map((line) => line.slice(2).replaceAll('**', ''));
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      expect(line).toMatch(/^(?:Alpha|Beta|Delta) number \d+ is here\. .*\.$/);
      expect(long.text).toContain(line);
    }
    expect(lines[0]).toMatch(/Alpha number 199 is here\.$/);
    expect(lines[2]).toMatch(/^Delta number 0 is here\./);
    expect(whole(payload).match(/, in part/g)).toHaveLength(3);
  });

  it('fits every limit, can be read back, and nothing of it acts, whatever the article holds', () => {
    fc.assert(
      fc.property(
        hostileMeta,
        fc.array(hostileText, { minLength: 1, maxLength: 4 }),
        fc.nat(3),
        fc.nat(),
        fc.nat(),
        (meta, texts, at, a, b) => {
          const held = articleOf(meta, texts);
          const own = held.paragraphs[at % texts.length] as { start: number; end: number };
          const length = own.end - own.start;
          const [from, to] = [own.start + (a % length), own.start + (b % length)].sort((x, y) => x - y) as [
            number,
            number,
          ];
          const part = {
            ...quote(),
            article: meta,
            start: from,
            end: to + 1,
            text: held.text.slice(from, to + 1),
          };
          const payload = renderContext(part, indexOf([held]));
          // A quote of whole sentences splits no character; this one may, and that alone is forgiven.
          expect(violations(payload).filter((reason) => !reason.includes('half a character'))).toEqual([]);
          expectNothingElseActs(payload, [meta]);
          for (const line of quoteLines(payload)) expect(held.text).toContain(unescapeQuote(line));
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('a verification', () => {
  const indexed = '2024-02-03T04:05:06.000Z';

  it('says where in the file the quote stands and whether the file is the one that was indexed', () => {
    const payload = renderVerification(quote(), { state: 'same', start: 100, end: 150, line: 9, indexed });
    expect(textsOf(payload)[0]).toBe(
      '**Verified.** The file is the one that was indexed, and the quote stands in it letter for letter.\nIt stands in line 9, from character 100 to 150 of harbour.md.\n-# indexed <t:1706933106:f>',
    );
  });

  it('has a different sentence for each state and fits, whatever the quote holds', () => {
    const states = ['same', 'moved', 'changed', 'gone', 'unreadable'] as const;
    const sentences = states.map((state) => textsOf(renderVerification(quote(), { state, indexed }))[0]);
    expect(new Set(sentences).size).toBe(states.length);
    fc.assert(
      fc.property(hostileQuote, fc.constantFrom(...states), hostileText, (held, state, time) => {
        const payload = renderVerification(held, { state, start: 5, end: 9, indexed: time });
        expect(violations(payload)).toEqual([]);
        expectNothingElseActs(payload, metasOf([held]));
      }),
    );
  });
});

describe('the sources', () => {
  const many = indexOf(
    Array.from({ length: 23 }, (_, i) =>
      articleOf(
        { ...META, file: `${i}.md`, title: `Title ${i}`, published: i < 20 ? `2024-01-${10 + i}` : null },
        ['A.'],
      ),
    ),
  );

  it('are listed ten a page, newest first and undated ones last', () => {
    const first = renderSources(many, 0);
    expect(textsOf(first)[1]?.split('\n').slice(0, 2)).toEqual([
      '**Title 19**',
      '-# Example News · 2024-01-29 · 1 passage · en',
    ]);
    expect(textsOf(first)[1]?.match(/^\*\*/gm)).toHaveLength(10);
    expect(textsOf(renderSources(many, 2))[1]).toContain('**Title 22**\n-# Example News · undated');
  });

  it('turn pages with buttons, which lead nowhere at the ends', () => {
    const turns = (page: number) =>
      buttonsOf(renderSources(many, page)).map(({ custom_id, disabled }) =>
        disabled ? null : parseId(custom_id)?.number,
      );
    expect([0, 1, 2].map(turns)).toEqual([
      [null, 1],
      [0, 2],
      [1, null],
    ]);
    expect(buttonsOf(renderSources(indexOf([articleOf(META, ['A.'])]), 0))).toEqual([]);
  });

  it.each([-1, 99, 1.5, Number.NaN])('show a page that there is for page %s', (page) => {
    expect(violations(renderSources(many, page))).toEqual([]);
    expect(textsOf(renderSources(many, page))[1]).toMatch(/^\*\*Title/);
  });

  it('fit every limit and nothing of them acts, whatever they hold', () => {
    fc.assert(
      fc.property(
        fc.array(hostileMeta, { maxLength: 25 }),
        fc.nat(3),
        fc.array(hostileText, { minLength: 1, maxLength: 3 }),
        (metas, page, texts) => {
          const articles = metas.map((meta) => articleOf(meta, texts));
          const payloads = [
            renderSources(indexOf(articles), page),
            ...articles.slice(0, 3).map((article) => renderSource(article, '2024-02-03T04:05:06.000Z')),
          ];
          for (const payload of payloads) {
            expect(violations(payload)).toEqual([]);
            expectNothingElseActs(payload, metas);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('show one article with what is known of it and its first sentences to the letter', () => {
    const payload = renderSource(
      articleOf(META, ['The first line.\nThe *second* one.', 'More.']),
      '2024-02-03T04:05:06.000Z',
    );
    expect(textsOf(payload)[0]).toBe(
      '### Harbour closed\nExample News · 2024-01-27 · 2 passages · en\n-# harbour.md · indexed <t:1706933106:f>\n[Open the article](<https://news.example/harbour>)',
    );
    expect(quoteLines(payload).map(unescapeQuote)).toEqual(['The first line.\nThe *second* one.']);
  });
});

describe('what the bot says of itself', () => {
  const index = indexOf([articleOf(META, ['A.']), articleOf({ ...META, published: null }, ['B.'])]);
  const live = (problem: string | null): LiveSources => ({
    current: { index, embedder: null as never, reader: null, entailment: null },
    problem,
    onChange: () => () => {},
    close: async () => {},
  });

  it('names the articles, the revision and the models, and what is wrong with the newest revision', () => {
    const shown = whole(renderAbout(live(null), { embedding: 'some_model', reader: null }));
    expect(shown).toContain('2 articles, 2 passages\ndated 2024-01-27 to 2024-01-27, 1 undated');
    expect(shown).toContain('abcdef0123456789');
    expect(shown).toContain('embedding model some\\_model · reader none');
    expect(
      whole(renderAbout(live('The newest revision is damaged.'), { embedding: 'a', reader: 'b' })),
    ).toContain('The newest revision is damaged.');
  });

  it('fits every limit', () => {
    for (const payload of [
      renderHelp(),
      renderAbout(live('a'.repeat(9000)), { embedding: '*'.repeat(900), reader: 'b' }),
      renderNotice('😀'.repeat(5000)),
    ]) {
      expect(violations(payload)).toEqual([]);
    }
  });
});

describe('the id of a button', () => {
  it('is read back as it was made', () => {
    expect(parseId(buttonId('context', 'a-B_9.z', 3))).toEqual({
      kind: 'context',
      key: 'a-B_9.z',
      number: 3,
    });
    expect(parseId(buttonId('more', 'k'))).toEqual({ kind: 'more', key: 'k', number: null });
  });

  it.each([
    '',
    'context',
    'context:',
    'other:k',
    'context:k:',
    'context:k:-1',
    'context:k:01',
    'context:k:1e3',
    'context:k:1:2',
    'context:k k',
    'context:k\n',
    'CONTEXT:k',
    'constructor:k',
    `context:${'k'.repeat(81)}`,
    'context:k:1234567',
  ])('is refused when it is forged: %j', (id) => {
    expect(parseId(id)).toBeNull();
  });

  it('cannot be made of a key that would not be read back', () => {
    expect(() => buttonId('more', 'a:b')).toThrow(RangeError);
    expect(() => buttonId('more', 'k'.repeat(81))).toThrow(RangeError);
  });

  it('is read or refused without failing, whatever is sent', () => {
    fc.assert(
      fc.property(fc.oneof(hostileText, fc.string()), (id) => {
        const parsed = parseId(id);
        if (parsed !== null) expect(buttonId(parsed.kind, parsed.key, parsed.number ?? undefined)).toBe(id);
      }),
    );
  });
});
