/** Asks somebody at a terminal whether to go on. */
import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';

/** Whether the answer is yes. Any other is no, and so are Ctrl-C, Ctrl-D and a terminal that is closed. */
export async function confirm(question: string, input: Readable, output: Writable): Promise<boolean> {
  const prompt = createInterface({ input, output, terminal: true });
  const closed = new AbortController();
  prompt.once('close', () => closed.abort());
  try {
    const answer = await prompt.question(`${question} [y/N] `, { signal: closed.signal });
    return /^y(?:es)?$/i.test(answer.trim());
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
    return false;
  } finally {
    prompt.close();
  }
}
