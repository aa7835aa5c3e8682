import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VerbatimError } from '../../src/errors.ts';
import { questionFiles, readQuestions, readSquad, type Shown } from '../../src/evaluate/sets.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verbatim-sets-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function put(name: string, content: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

const shown = (text: string, file = 'a.md', start = 0, end = start + text.length): Shown => ({
  text,
  start,
  end,
  article: { file },
});

describe('questions, a JSON object a line', () => {
  it('have an id, and the quotes expected or no answer', async () => {
    const lines = [
      { id: 'a', question: 'Who?', quotes: ['the mayor left', 'Reyl'] },
      { id: 'b', question: 'Why?', unanswerable: true, note: 'further fields are passed over' },
    ].map((line) => JSON.stringify(line));
    const questions = await readQuestions(await put('a.jsonl', `${lines.join('\r\n')}\r\n\r\n`));
    expect(questions).toMatchObject([
      { id: 'a', question: 'Who?', unanswerable: false, expected: ['the mayor left', 'Reyl'] },
      { id: 'b', question: 'Why?', unanswerable: true, expected: [] },
    ]);
    const [who, why] = questions;
    expect(who?.isRight(shown('On Monday the mayor left the hall.'))).toBe(true);
    expect(who?.isRight(shown('mayor left'))).toBe(true);
    expect(who?.isRight(shown('The mayor left'))).toBe(false);
    expect(why?.isRight(shown('anything'))).toBe(false);
  });

  it.each([
    ['no JSON', '{'],
    ['neither quotes nor unanswerable', '{"id":"b","question":"Q"}'],
    ['no quotes in it', '{"id":"b","question":"Q","quotes":[]}'],
    ['an empty quote, which every text holds', '{"id":"b","question":"Q","quotes":[""]}'],
    ['no id', '{"question":"Q","unanswerable":true}'],
  ])('are refused with the number of the line that has %s', async (_, line) => {
    const file = await put('bad.jsonl', `{"id":"a","question":"Q","unanswerable":true}\n${line}\n`);
    await expect(readQuestions(file)).rejects.toThrow(VerbatimError);
    await expect(readQuestions(file)).rejects.toThrow(`Line 2 of ${file} is not a question: give it`);
  });

  it('are refused when there is no file', async () => {
    await expect(readQuestions(path.join(folder, 'none'))).rejects.toThrow(
      /cannot be read: it does not exist\.$/,
    );
    await expect(questionFiles(path.join(folder, 'none'))).rejects.toThrow(
      /cannot be read: it does not exist\.$/,
    );
  });

  it('come from every .jsonl file of a folder', async () => {
    await put('notes.txt', '');
    expect((await questionFiles(folder)).map((file) => path.basename(file))).toEqual([
      'a.jsonl',
      'bad.jsonl',
    ]);
  });
});

describe('questions in SQuAD’s form', () => {
  // 😀 is one character to SQuAD, whose offsets are Python's, and two code units to us.
  const contexts = ['The quay is closed. It opens in June.', '😀 The ferry left at noon. It rained.'];
  const at = (context: string, answer: string) => [...context.slice(0, context.indexOf(answer))].length;
  const squad = {
    version: 'v2.0',
    data: [
      {
        title: 'Quay/../and more',
        paragraphs: contexts.map((context, i) => ({
          context,
          qas: [
            {
              id: `a${i}`,
              question: 'When?',
              answers: [
                { text: ['June', 'noon'][i], answer_start: at(context, ['June', 'noon'][i] as string) },
              ],
            },
            { id: `b${i}`, question: 'Who?', is_impossible: true, answers: [] },
          ],
        })),
      },
    ],
  };

  it('become one article a title, and a quote is right that holds the beginning of an answer', async () => {
    const articles = path.join(folder, 'squad');
    const questions = await readSquad(await put('squad.json', JSON.stringify(squad)), articles);
    const name = '1-Quay_and_more.txt';
    const text = await readFile(path.join(articles, name), 'utf8');
    expect(text).toBe(`${contexts[0]}\n\n${contexts[1]}\n\n`);
    expect(questions.map(({ id, unanswerable }) => [id, unanswerable])).toEqual([
      ['a0', false],
      ['b0', true],
      ['a1', false],
      ['b1', true],
    ]);
    const sentence = (words: string, file = name) => shown(words, file, text.indexOf(words));
    expect(questions[0]?.isRight(sentence('It opens in June.'))).toBe(true);
    expect(questions[0]?.isRight(sentence('The quay is closed.'))).toBe(false);
    expect(questions[0]?.isRight(sentence('It opens in June.', '2-Other.txt'))).toBe(false);
    expect(questions[2]?.isRight(sentence('noon'))).toBe(true);
    expect(questions[1]?.isRight(sentence(text))).toBe(false);
  });

  it('are refused when the file has another form', async () => {
    const file = await put('other.json', '{"data":[{"title":1}]}');
    await expect(readSquad(file, folder)).rejects.toThrow(
      `${file} is not in SQuAD 2.0's form; check the file.`,
    );
  });
});
