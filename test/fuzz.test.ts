import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { generator } from '../scripts/bench/synthetic.ts';
import { answerQuestion, type Sources } from '../src/answer/answer.ts';
import { readWeights } from '../src/answer/rank.ts';
import { parseArticle } from '../src/articles/read.ts';
import { violations } from '../src/discord/limits.ts';
import * as discord from '../src/discord/render.ts';
import { VerbatimError } from '../src/errors.ts';
import { embedArticles } from '../src/index/build.ts';
import { LoadedIndex, rowsOf } from '../src/index/revision.ts';
import { passagesOf } from '../src/passages/passages.ts';
import { splitSentences } from '../src/passages/sentences.ts';
import { renderAnswer } from '../src/terminal/render.ts';
import type { Answer, Article, Voice } from '../src/values.ts';
import { deterministicEmbedder, deterministicReader } from './deterministic-embedder.ts';

/** Articles in all, each with a question of its own; so many of them share an index at a time. */
const ARTICLES = 20_000;
const TOGETHER = 200;

const WORDS =
  'the The a of to envoy harbour council said that Mr. Dr. U.S. Inc. No. 5 2024 1,000 3.5 al-Sadr van "Yes," “No.” he she It but however naïve İstanbul ﬁne 東京 の です。 مرحبا بالعالم؟ नमस्ते। ไทย 😀 👩‍👩‍👧 e\u0301 - — … ... ! ? ?! . , ; : ( ) [1] [ ] { } < > * _ ` ~ # | \\ @ https://example.org/a?b=c <@123> \u200b \u202e \u2066 \u00a0 \ufeff \u0085 \u2028 \u0001 \u001b[31m'.split(
    ' ',
  );
const SEPARATORS = ['\n\n', '\n', '\r\n', '\r\n\r\n', '\r', ' \n \n', '\u2029', '\t'];
const FURNITURE = [
  '# Title',
  '* * *',
  '```',
  '> quoted',
  '- item',
  '| a | b |',
  'Share this',
  'Photo: X',
  '====',
];
const FRONT = [
  '---\ntitle: A title\npublished: 2024-01-27\n---\n',
  '---\ntitle: "broken\n---\n',
  '---\npublished: 27 January\n---\n',
  '---\n',
  '---\nurl: javascript:alert(1)\n---\n',
  '\ufeff---\r\ntitle: With a mark\r\n---\r\n',
  '\ufeff',
];

function fuzzer(seed: number) {
  const random = generator(seed);
  const below = (n: number) => Math.floor(random() * n);
  const one = <T>(of: readonly T[]): T => of[below(of.length)] as T;
  const noise = () =>
    String.fromCodePoint(
      ...Array.from({ length: 1 + below(6) }, () =>
        one([below(0x80), below(0xd800), 0x1f300 + below(0x300)]),
      ),
    );
  const words = (n: number) =>
    Array.from({ length: n }, () => (random() < 0.03 ? noise() : one(WORDS))).join(
      random() < 0.05 ? '' : ' ',
    );
  const speaker = () =>
    one([
      'Mr. Alder',
      'the envoy',
      'al-Sadr',
      'Ana Brook, the minister,',
      'She',
      'İsmet “Pa” Oğuz',
      words(2),
    ]);
  const speech = () =>
    one([
      () => `“${words(2 + below(9))},” ${speaker()} ${one(['said', 'told Coast Radio', 'added'])}.`,
      () =>
        `${speaker()} ${one(['said', 'denied', 'told reporters', 'warned'])} that ${words(2 + below(9))}.`,
      () => `According to ${speaker()}, ${words(2 + below(9))}.`,
      () => `${speaker()} said: "${words(2 + below(9))}${one(['."', '".', '.', '', '”'])}`,
    ])();
  const sentence = () =>
    random() < 0.2
      ? speech()
      : random() < 0.5
        ? `The ${one(['envoy', 'council', 'harbour', 'minister'])} ${one(['said', 'denied', 'closed'])} ${words(2 + below(12))}${one(['.', '!', '?', '…', '', '."'])}`
        : words(1 + below(14));
  return {
    random,
    article(): string {
      const front = random() < 0.15 ? one(FRONT) : '';
      const parts = Array.from({ length: 1 + below(6) }, () =>
        random() < 0.15 ? one(FURNITURE) : Array.from({ length: 1 + below(5) }, sentence).join(' '),
      );
      return front + parts.join(one(SEPARATORS));
    },
    question: () =>
      one([
        () => `${one(['Who', 'What', 'When did', 'How many', 'Is'])} ${words(1 + below(8))}?`,
        () => words(below(12)),
        noise,
        () => words(3).repeat(below(60)),
      ])(),
    broken(bytes: Buffer): Buffer {
      const at = below(bytes.length + 1);
      return random() < 0.5
        ? bytes.subarray(0, at)
        : Buffer.concat([bytes.subarray(0, at), Buffer.from([below(256)]), bytes.subarray(at)]);
    },
  };
}

/** Speaker, cue and outlet are the article's own words. */
function expectVoice(voice: Voice | null, text: string): void {
  if (voice === null) return;
  const { kind, speaker, start, end, cue, via } = voice;
  expect(speaker).toBe(start === null || end === null ? null : text.slice(start, end));
  if (speaker !== null) expect(speaker.trim()).not.toBe('');
  if (cue !== null) expect(text.slice(cue.start, cue.end).trim()).not.toBe('');
  if (via !== null) expect(via.text).toBe(text.slice(via.start, via.end));
  if (kind === 'article') expect([speaker, cue, via]).toEqual([null, null, null]);
}

describe('20,000 random articles and questions', () => {
  it('give no error, and every quote is a slice of its file', async () => {
    const fuzz = fuzzer(20_000);
    const embedder = deterministicEmbedder('deterministic', 40);
    const weights = readWeights();
    const plain = pc.createColors(false);
    let read = 0;
    let shown = 0;
    let answered = 0;
    let voices = 0;
    let speakers = 0;
    for (let batch = 0; batch < ARTICLES / TOGETHER; batch++) {
      const files = new Map<string, string>();
      const articles: Article[] = [];
      for (let n = 0; n < TOGETHER; n++) {
        const file = `${batch}/${n}.md`;
        let bytes: Buffer = Buffer.from(fuzz.article());
        if (fuzz.random() < 0.05) bytes = fuzz.broken(bytes);
        try {
          articles.push(parseArticle(bytes, file));
          files.set(file, bytes.toString('utf8'));
        } catch (error) {
          // Not an article: the reason ends a sentence that names the file.
          if (!(error instanceof VerbatimError))
            throw new Error(`${file}: ${JSON.stringify(String(bytes))}`, { cause: error });
          expect(error.message).toMatch(/^it[ s]\S*[^\n]*[^.\n]$/);
        }
      }
      read += articles.length;
      const passages = articles.flatMap((article, a) => passagesOf(article, a, embedder));
      for (const { text, paragraphs } of articles) {
        let end = 0;
        for (const paragraph of paragraphs) {
          expect(paragraph.start).toBeGreaterThanOrEqual(end);
          end = paragraph.end;
          for (const sentence of splitSentences(text, paragraph)) {
            expect(text.slice(sentence.start, sentence.end).trim()).toBe(
              text.slice(sentence.start, sentence.end),
            );
          }
        }
      }
      for (const { article, start, end, sentences } of passages) {
        expect(start).toBe(sentences[0]?.start);
        expect(end).toBe(sentences.at(-1)?.end);
        const { text } = articles[article] as Article;
        for (const { voice } of sentences) {
          if (voice.kind !== 'article') voices++;
          if (voice.speaker !== null) speakers++;
          expectVoice(voice, text);
        }
      }
      const { content } = await embedArticles(
        articles,
        (_, a) => passages.filter(({ article }) => article === a),
        embedder,
      );
      embedder.embedded.length = 0;
      const manifest = { revision: 'fuzz', builtAt: '2024-01-27T00:00:00.000Z' } as never;
      // Through the bytes on disk, as every index goes.
      const rows = JSON.parse(JSON.stringify(rowsOf(articles, passages)));
      const index = new LoadedIndex(
        manifest,
        rows,
        content.passageVectors,
        content.sentenceVectors,
        content.lexical,
      );
      for (let n = 0; n < TOGETHER; n++) {
        const sources: Sources = {
          index,
          embedder,
          reader: n % 2 === 0 ? deterministicReader : null,
          entailment: null,
        };
        const question = fuzz.question();
        let answer: Answer;
        let text: string;
        let payloads: discord.Payload[];
        try {
          answer = await answerQuestion(question, sources, weights);
          text = renderAnswer(answer, 20 + (n % 100), plain);
          const options = { id: `k${n}`, shareable: n % 3 === 0 };
          payloads = [
            discord.renderAnswer(answer, options),
            discord.renderAnswer(answer, { ...options, more: true }),
            discord.renderNearest(answer),
            ...[...answer.quotes, ...answer.nearest]
              .slice(0, 1)
              .map((quote) => discord.renderContext(quote, index)),
          ];
        } catch (error) {
          throw new Error(`${batch}: ${JSON.stringify(question)}`, { cause: error });
        }
        for (const payload of payloads)
          expect(violations(payload), `${batch}: ${JSON.stringify(question)}`).toEqual([]);
        if (answer.answered) answered++;
        expect(answer.answered).toBe(answer.quotes.length > 0);
        for (const quote of [...answer.quotes, ...answer.nearest]) {
          shown++;
          expect(quote.text).toBe(files.get(quote.article.file)?.slice(quote.start, quote.end));
          expect(quote.text.trim()).not.toBe('');
          // Never half of a character.
          expect(quote.text).not.toMatch(/\p{Surrogate}/u);
          expectVoice(quote.voice, files.get(quote.article.file) as string);
          if (quote.highlight !== null) {
            expect(quote.highlight.start).toBeGreaterThanOrEqual(quote.start);
            expect(quote.highlight.end).toBeLessThanOrEqual(quote.end);
          }
        }
        // Nothing that moves the cursor, changes colours or turns the direction of reading.
        expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
      }
    }
    // The random articles must be such that all of this was put to the test.
    expect(read).toBeGreaterThan(ARTICLES / 2);
    expect(shown).toBeGreaterThan(ARTICLES);
    expect(answered).toBeGreaterThan(ARTICLES / 20);
    expect(voices).toBeGreaterThan(ARTICLES / 4);
    expect(speakers).toBeGreaterThan(ARTICLES / 10);
  }, 1_200_000);
});
