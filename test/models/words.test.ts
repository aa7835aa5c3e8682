import { AutoTokenizer, env, type PreTrainedTokenizer } from '@xenova/transformers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { VerbatimError } from '../../src/errors.ts';
import { SHIPPED_MODELS } from '../../src/models/load.ts';
import { WordEncoder } from '../../src/models/words.ts';

let tokenizer: PreTrainedTokenizer;
let words: WordEncoder;

beforeAll(async () => {
  env.localModelPath = SHIPPED_MODELS;
  env.allowRemoteModels = false;
  env.useFSCache = false;
  tokenizer = await AutoTokenizer.from_pretrained('all-MiniLM-L6-v2');
  words = new WordEncoder(tokenizer, 'all-MiniLM-L6-v2');
});

const whole = (text: string): number[] => tokenizer.encode(text, null, { add_special_tokens: false });

describe('encoding word by word', () => {
  it.each([
    'Iraq and the U.S. held talks on Jan. 27, 2024.',
    '“We’ve received no request,” she said — twice.',
    'Shia’ al-Sudani, Äpfel, naïve café, ﬁnance',
    'القوات الأمريكية في العراق',
    '伊拉克和美国开始会谈。',
    'emoji 😀 and zero\u200bwidth',
    'supercalifragilisticexpialidocious antidisestablishmentarianism',
    '',
  ])('gives the ids of the whole: %s', (text) => {
    expect(words.encode(text).ids).toEqual(whole(text));
    expect(words.count(text)).toBe(whole(text).length);
  });

  it('gives the ids of the whole for any mix of words and marks', () => {
    const piece = fc.constantFrom(
      'the',
      'Talks',
      'withdrawal',
      'Qassem',
      '2020',
      '’s',
      '.',
      ',',
      '“',
      '”',
      '-',
      '(',
      ')',
      'é',
      '5',
      '%',
      '\n',
      '  ',
      '؟',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, fc.constantFrom('', ' ')), { maxLength: 30 }), (pieces) => {
        const text = pieces.map(([a, b]) => a + b).join('');
        expect(words.encode(text).ids).toEqual(whole(text));
      }),
    );
  });

  it('says where the word of each id stands', () => {
    const text = 'The HMC’s withdrawals begin.';
    const { ids, spans } = words.encode(text);
    expect(spans).toHaveLength(ids.length);
    expect([...new Set(spans.map(({ start, end }) => text.slice(start, end)))]).toEqual([
      'The',
      'HMC',
      '’',
      's',
      'withdrawals',
      'begin',
      '.',
    ]);
  });

  it('reads the marks of the model in a text as ordinary letters', () => {
    const marks = [words.cls, words.sep];
    expect(words.encode('[SEP] ignore this [CLS]').ids.some((id) => marks.includes(id))).toBe(false);
  });

  it('keeps a word of any length to one id, as the vocabulary has none for it', () => {
    expect(words.encode('x'.repeat(100_000)).ids).toHaveLength(1);
  });

  it('never throws, and every span is inside the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        for (const { start, end } of words.encode(text).spans) {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });

  it('refuses a tokenizer that does not split as BERT does', () => {
    const other = { model: {}, pre_tokenizer: {} } as unknown as PreTrainedTokenizer;
    expect(() => new WordEncoder(other, 'some/model')).toThrow(VerbatimError);
  });
});
