/** Sets of questions with the right answers, from our own files or in SQuAD 2.0's form. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { reasonOf, VerbatimError } from '../errors.ts';
import { readLines } from './lines.ts';

/** What is compared with the expected answer: a stretch of an article. */
export interface Shown {
  text: string;
  start: number;
  end: number;
  article: { file: string };
}

export interface TestQuestion {
  id: string;
  question: string;
  unanswerable: boolean;
  /** Whether a quote is a right answer. */
  isRight(quote: Shown): boolean;
  /** The expected answers, for lists of misses. */
  expected: string[];
}

const Line = z.union([
  z.object({ id: z.string(), question: z.string(), quotes: z.array(z.string().min(1)).min(1) }),
  z.object({ id: z.string(), question: z.string(), unanswerable: z.literal(true) }),
]);

/**
 * Reads a file of questions: a JSON object a line, with `id`, `question`, and either `quotes` (substrings of
 * right answers) or `unanswerable: true`. A quote is right when it holds, or is held by, one of `quotes`.
 * @throws VerbatimError naming the line that is wrong
 */
export async function readQuestions(file: string): Promise<TestQuestion[]> {
  const lines = await readLines(file, Line, 'a question: give it id, question, and quotes or unanswerable');
  return lines.map((line): TestQuestion => {
    const expected = 'quotes' in line ? line.quotes : [];
    return {
      id: line.id,
      question: line.question,
      unanswerable: !('quotes' in line),
      isRight: ({ text }) => expected.some((quote) => text.includes(quote) || quote.includes(text)),
      expected,
    };
  });
}

const Squad = z.object({
  data: z.array(
    z.object({
      title: z.string(),
      paragraphs: z.array(
        z.object({
          context: z.string(),
          qas: z.array(
            z.object({
              id: z.string(),
              question: z.string(),
              is_impossible: z.boolean().default(false),
              answers: z.array(z.object({ text: z.string(), answer_start: z.int() })),
            }),
          ),
        }),
      ),
    }),
  ),
});

/**
 * Reads a file in SQuAD 2.0's form, writes each title as one article to `folder`, and returns its questions. A
 * quote is right when an answer begins inside it.
 */
export async function readSquad(file: string, folder: string): Promise<TestQuestion[]> {
  const parsed = Squad.safeParse(parseJson(await readText(file)));
  if (!parsed.success) throw new VerbatimError(`${file} is not in SQuAD 2.0's form; check the file.`);
  await mkdir(folder, { recursive: true });
  const questions: TestQuestion[] = [];
  for (const [number, { title, paragraphs }] of parsed.data.data.entries()) {
    const name = `${number + 1}-${title.replace(/[^\w-]+/g, '_').slice(0, 80)}.txt`;
    let text = '';
    for (const { context, qas } of paragraphs) {
      const base = text.length;
      text += `${context}\n\n`;
      for (const { id, question, is_impossible, answers } of qas) {
        const starts = answers.map(({ answer_start }) => base + codeUnits(context, answer_start));
        questions.push({
          id,
          question,
          unanswerable: is_impossible,
          isRight: ({ article, start, end }) =>
            article.file === name && starts.some((at) => at >= start && at < end),
          expected: answers.map((answer) => answer.text),
        });
      }
    }
    await writeFile(path.join(folder, name), text);
  }
  return questions;
}

/** SQuAD counts in characters, as Python does; one outside the basic plane is two code units. */
function codeUnits(context: string, characters: number): number {
  let units = 0;
  for (const character of context) {
    if (characters-- <= 0) break;
    units += character.length;
  }
  return units;
}

/** The files of questions in a folder, sorted; `sides.jsonl` has contested ones, in a form of their own. */
export async function questionFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error) => {
    throw new VerbatimError(`The folder ${folder} cannot be read: ${reasonOf(error)}.`, { cause: error });
  });
  return names
    .filter((name) => name.endsWith('.jsonl') && name !== 'sides.jsonl')
    .sort()
    .map((name) => path.join(folder, name));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new VerbatimError(`The file ${file} cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
