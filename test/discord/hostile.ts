/** Values whose texts try everything that markup, mentions, directions and lengths can do. */
import fc from 'fast-check';
import type { IndexedArticle, PassageIndex } from '../../src/index/store.ts';
import type { Answer, ArticleMeta, Citation, Quote, Voice } from '../../src/values.ts';

const NASTY = [
  ...'\\*_~`|<>@#:[]()-+.!"\'“”/&=1a9 é',
  '**',
  '***',
  '__',
  '~~',
  '||',
  '```',
  '```js\n',
  '\\\\',
  '\\*',
  '> ',
  '>>> ',
  '# ',
  '### ',
  '-# ',
  '- ',
  '* ',
  '+ ',
  '1. ',
  '12.',
  '\n',
  '\r\n',
  '\r',
  '\t',
  '\v',
  '\f',
  '\u0085',
  '\u2028',
  '\u2029',
  '\n\n',
  '@everyone',
  '@here',
  '<@123456789012345678>',
  '<@!1>',
  '<@&1>',
  '<#1>',
  '</ask:123>',
  '<t:1700000000:R>',
  '<a:wave:12345>',
  ':smile:',
  ':skull::skull:',
  '<id:customize>',
  '[click](https://example.test)',
  '[a](<https://example.test> "t")',
  'https://example.test/a_b_c',
  '<https://example.test>',
  'discord.gg/abc',
  'mailto:a@example.test',
  '<a@example.test>',
  'www.example.test',
  '¯\\_(ツ)_/¯',
  '¯_(ツ)_/¯',
  '\u200b',
  '\u200d',
  '\u202e',
  '\u202c',
  '\u2066',
  '\u2068',
  '\u2069',
  '\u200f',
  '\ufeff',
  'שלום',
  'مرحبا بالعالم',
  '👩‍👩‍👧',
  '😀',
  '\u0301',
  '\u0000',
  '\u001b[31m',
  'Word',
  ' and more. ',
];

/** Up to some hundred pieces, so that quotes of every length up to far too long come about. */
export const hostileText = fc
  .oneof(
    { weight: 6, arbitrary: fc.array(fc.constantFrom(...NASTY), { minLength: 1, maxLength: 60 }) },
    { weight: 1, arbitrary: fc.array(fc.constantFrom(...NASTY), { minLength: 200, maxLength: 900 }) },
    { weight: 1, arbitrary: fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 20 }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...NASTY), fc.integer({ min: 1, max: 6000 }))
        .map(([piece, times]) => [piece.repeat(times)]),
    },
  )
  .map((pieces) => pieces.join(''));

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

export const hostileMeta: fc.Arbitrary<ArticleMeta> = fc.record({
  file: hostileText,
  title: maybe(hostileText),
  publisher: maybe(hostileText),
  author: maybe(hostileText),
  published: maybe(fc.oneof(fc.constant('2024-01-27'), hostileText)),
  url: maybe(
    fc.oneof(
      fc.webUrl(),
      hostileText.map((text) => `https://example.test/${text}`),
      fc.constantFrom(
        'javascript:alert(1)',
        'https://a:b@example.test/',
        'ftp://example.test',
        'HTTP://EXAMPLE.TEST/)**x**',
      ),
      hostileText,
    ),
  ),
  language: maybe(hostileText),
});

const span = (length: number) =>
  fc.tuple(fc.nat(length), fc.nat(length)).map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));

const hostileCitation: fc.Arbitrary<Citation> = fc.record({
  article: hostileMeta,
  start: fc.nat(100_000),
  end: fc.nat(100_000),
  paragraph: fc.integer({ min: 1, max: 999_999 }),
});

export const hostileQuote: fc.Arbitrary<Quote> = fc
  .record({
    article: hostileMeta,
    text: hostileText,
    start: fc.nat(100_000),
    paragraph: fc.integer({ min: 1, max: 999_999 }),
    speaker: maybe(hostileText),
    kind: fc.constantFrom(null, 'quoted', 'reported', 'article'),
  })
  .chain(({ article, text, start, paragraph, speaker, kind }) =>
    fc
      .record({
        highlight: maybe(span(text.length)),
        via: maybe(hostileText),
        also: fc.array(hostileCitation, { maxLength: 3 }),
      })
      .map(({ highlight, via, also }) => {
        const at = (inside: { start: number; end: number } | null) =>
          inside && { start: inside.start + start, end: inside.end + start };
        const voice: Voice | null = kind && {
          kind,
          speaker,
          start: speaker === null ? null : 0,
          end: speaker === null ? null : speaker.length,
          cue: null,
          via: via === null ? null : { start: 0, end: via.length, text: via },
        };
        return {
          article,
          text,
          start,
          end: start + text.length,
          highlight: at(highlight),
          score: 0.5,
          paragraph,
          voice,
          also,
        };
      }),
  );

export const hostileAnswer: fc.Arbitrary<Answer> = fc
  .record({
    question: hostileText,
    quotes: fc.array(hostileQuote, { maxLength: 5 }),
    nearest: fc.array(hostileQuote, { maxLength: 3 }),
    refusal: fc.constantFrom('empty', 'too long', 'not a question', 'not in the articles'),
    differ: fc.boolean(),
    onlySource: fc.boolean(),
  })
  .chain((parts) =>
    maybe(span(parts.question.length)).map((premise): Answer => {
      const answered = parts.quotes.length > 0;
      return {
        ...parts,
        premise,
        answered,
        confidence: 0.7,
        revision: 'abcdef0123456789',
        refusal: answered ? null : (parts.refusal as Answer['refusal']),
        nearest: answered ? [] : parts.nearest,
      };
    }),
  );

/** An article of these paragraphs, two lines apart. */
export function articleOf(meta: ArticleMeta, paragraphs: readonly string[]): IndexedArticle {
  let text = '';
  const spans = paragraphs.map((paragraph) => {
    const start = text.length;
    text += `${paragraph}\n\n`;
    return { start, end: start + paragraph.length };
  });
  return {
    ...meta,
    text,
    sha256: '0'.repeat(64),
    paragraphs: spans,
    passages: spans.length,
    sentences: spans.length,
  };
}

/** An index that holds articles and finds nothing: rendering never searches. */
export function indexOf(articles: readonly IndexedArticle[]): PassageIndex {
  const none = async () => [];
  return {
    revision: 'abcdef0123456789',
    builtAt: '2024-02-03T04:05:06.000Z',
    articles,
    passageCount: articles.reduce((sum, { passages }) => sum + passages, 0),
    densePassages: none,
    denseSentences: none,
    lexical: none,
    passages: none,
    idf: () => 0,
    documentFrequency: () => 0,
    nearestTerm: () => null,
    meanLength: 1,
  };
}

/** Every text display of a message, in order. */
export function textsOf(payload: { components?: unknown[] }): string[] {
  return (payload.components ?? []).flatMap((component) => {
    const { type, content } = component as { type: number; content?: string };
    return type === 10 && content !== undefined ? [content] : [];
  });
}

/** Every button of a message, in order. */
export function buttonsOf(payload: {
  components?: unknown[];
}): { label: string; custom_id: string; disabled?: boolean }[] {
  return (payload.components ?? []).flatMap((component) => {
    const { type, components } = component as { type: number; components?: [] };
    return type === 1 && components !== undefined ? components : [];
  });
}
