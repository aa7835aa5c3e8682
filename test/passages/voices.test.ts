import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArticles } from '../../src/articles/read.ts';
import { readLabelledSentences, scoreVoices } from '../../src/evaluate/voices.ts';
import { voicesOf } from '../../src/passages/voices.ts';

const FIXTURES = path.resolve(import.meta.dirname, '../fixtures');

describe('the labelled sentences', () => {
  it.each([
    ['voices', 0.97, 0.97],
    ['voices-press', 0.95, 0.95],
  ])('of %s have the right kind and speaker', async (folder, kinds, speakers) => {
    const { articles } = await readArticles(path.join(FIXTURES, folder, 'articles'));
    const labelled = await readLabelledSentences(path.join(FIXTURES, folder, 'sentences.jsonl'));
    const scores = scoreVoices(labelled, articles);
    expect(scores.sentences).toBeGreaterThan(50);
    expect(scores.kinds / scores.sentences).toBeGreaterThanOrEqual(kinds);
    expect(scores.speakers / scores.sentences).toBeGreaterThanOrEqual(speakers);
  });
});

/** Kind, speaker and cited outlet of each sentence of a text whose paragraphs stand between blank lines. */
function voicesIn(text: string) {
  let at = 0;
  const paragraphs = text.split('\n\n').map((part) => {
    const span = { start: at, end: at + part.length };
    at = span.end + 2;
    return span;
  });
  return voicesOf({ text, paragraphs });
}
const shown = (text: string) => voicesIn(text).map(({ voice }) => [voice.kind, voice.speaker]);

describe('a speaker', () => {
  it('is the fullest form that was named before', () => {
    const text =
      'Harbour Minister Ilse Brandt said the dock was safe. Brandt added that it would open in June. She said the cranes were new.';
    expect(shown(text)).toEqual([
      ['reported', 'Harbour Minister Ilse Brandt'],
      ['reported', 'Harbour Minister Ilse Brandt'],
      ['reported', 'Harbour Minister Ilse Brandt'],
    ]);
  });

  it('stays the same through a quotation of several sentences', () => {
    const text = '“We are not leaving,” Ilse Brandt said. “The dock is ours. It always was.”';
    const voices = shown(text);
    expect(voices.length).toBeGreaterThanOrEqual(2);
    for (const voice of voices) expect(voice).toEqual(['quoted', 'Ilse Brandt']);
  });

  it('stays the same through a quotation of several paragraphs, whose last alone is closed', () => {
    const text = [
      'Ilse Brandt said: “We are not leaving.',
      '“The dock is ours. It always was.',
      '“And it will be ours tomorrow.”',
      'The dock was built in 1902.',
    ].join('\n\n');
    expect(shown(text)).toEqual([
      ['quoted', 'Ilse Brandt'],
      ['quoted', 'Ilse Brandt'],
      ['quoted', 'Ilse Brandt'],
      ['quoted', 'Ilse Brandt'],
      ['article', null],
    ]);
  });

  it('that is unnamed stays unnamed, though somebody is named beside it', () => {
    expect(shown('Two officials said the dock was unsafe.')).toEqual([['reported', 'Two officials']]);
    const text =
      'Ilse Brandt visited the dock. A senior official, who asked not to be named, said it was unsafe. Sources said that it would close.';
    expect(shown(text)).toEqual([
      ['article', null],
      ['reported', 'senior official'],
      ['reported', 'Sources'],
    ]);
  });

  it('that nothing tells stays unknown', () => {
    expect(shown('It was said that the dock was unsafe.')).toEqual([['reported', null]]);
    expect(shown('“The dock is ours.”\n\nThe cranes were built in 1902.')).toEqual([
      ['quoted', null],
      ['article', null],
    ]);
    expect(shown('She said that the dock was unsafe.')).toEqual([['reported', null]]);
  });

  it('is whom the cited outlet names, and the outlet itself where it names nobody', () => {
    const [alone] = voicesIn('According to the Island Post, the dock is unsafe.');
    expect(alone?.voice).toMatchObject({ kind: 'reported', speaker: 'Island Post' });
    const [cited] = voicesIn('According to the Island Post, Ilse Brandt said the dock was unsafe.');
    expect(cited?.voice).toMatchObject({ kind: 'reported', speaker: 'Ilse Brandt' });
    expect(cited?.voice.via?.text).toBe('Island Post');
    const [told] = voicesIn('According to a port official who spoke to the Island Post, the dock is unsafe.');
    expect(told?.voice).toMatchObject({ kind: 'reported', speaker: 'port official' });
    expect(told?.voice.via?.text).toBe('Island Post');
  });

  it('is nobody where the outlet speaks itself', () => {
    expect(shown('The dock was built in 1902. It has two cranes.')).toEqual([
      ['article', null],
      ['article', null],
    ]);
  });

  it.each([
    'The talks continued in a room that was cold.',
    'Heavy rain continued, and the dock was closed.',
    'The cost estimates rose again.',
    'The storm claimed nine lives.',
  ])('is nobody where a verb of saying says nothing: %s', (sentence) => {
    expect(shown(sentence)).toEqual([['article', null]]);
  });

  it('keeps the outlet that carried the words apart', () => {
    const [only] = voicesIn('A port official told the Island Post that the dock was unsafe.');
    expect(only?.voice.speaker).toMatch(/port official$/);
    expect(only?.voice.via?.text).toMatch(/Island Post$/);
  });
});

describe('voices of any text', () => {
  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])('take %s for a word', (word) => {
    const text = `The ${word} was said to be new. Mr ${word} said that it was old. The ${word} said so.`;
    expect(voicesIn(text)).toHaveLength(3);
  });

  it('are slices of it, and every sentence has one', () => {
    const piece = fc.constantFrom(
      ...[
        '“',
        '”',
        '"',
        "'",
        'said',
        'She',
        'Lee',
        'told',
        'the Post',
        'that',
        '.',
        '\n\n',
        ',',
        '\ud800',
        'according to',
      ],
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((pieces) => pieces.join(' ')),
    );
    fc.assert(
      fc.property(text, (content) => {
        for (const { voice } of voicesIn(content)) {
          const { kind, speaker, start, end, via } = voice;
          if (speaker !== null) expect(content.slice(start ?? 0, end ?? 0)).toBe(speaker);
          else expect([start, end]).toEqual([null, null]);
          if (kind === 'article') expect(speaker).toBe(null);
          if (via !== null) expect(content.slice(via.start, via.end)).toBe(via.text);
        }
      }),
    );
  });
});
