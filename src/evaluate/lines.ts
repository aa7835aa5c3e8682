/** Reads files with a JSON object a line. */
import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { reasonOf, VerbatimError } from '../errors.ts';

/**
 * The objects of a file, in order. Empty lines are passed over.
 * @param wanted what each line has to be, as the end of "Line 3 of questions.jsonl is not …"
 * @throws VerbatimError naming the line that is wrong
 */
export async function readLines<T>(file: string, form: z.ZodType<T>, wanted: string): Promise<T[]> {
  const content = await readFile(file, 'utf8').catch((error) => {
    throw new VerbatimError(`The file ${file} cannot be read: ${reasonOf(error)}.`, { cause: error });
  });
  return content.split('\n').flatMap((line, number) => {
    if (line.trim() === '') return [];
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      value = undefined;
    }
    const parsed = form.safeParse(value);
    if (!parsed.success) throw new VerbatimError(`Line ${number + 1} of ${file} is not ${wanted}.`);
    return [parsed.data];
  });
}
