/** Asking in the terminal: once, a question a line, or as a conversation. */
import { clearLine, createInterface, cursorTo } from 'node:readline';
import { createInterface as createPrompt } from 'node:readline/promises';
import pc from 'picocolors';
import { answerQuestion, type Sources } from '../answer/answer.ts';
import type { LiveSources } from '../answer/live.ts';
import { readWeights, type Weights } from '../answer/rank.ts';
import { type CommandResult, runCommand, unknownCommand } from './commands.ts';
import { printable } from './printable.ts';
import { renderAnswer } from './render.ts';
import { columns } from './tables.ts';

/** Colours where standard output is a terminal that wants them (NO_COLOR and the like are respected). */
const colors = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);

/** Columns of the terminal. A pseudo terminal whose size nobody has set says 0. */
const width = () => process.stdout.columns || 80;

/** Answers one question, or runs one command with a slash, on standard output. */
export async function answerOnce(question: string, sources: Sources, json: boolean): Promise<void> {
  const given = await answerLine(question, sources, readWeights());
  process.stdout.write(json ? `${JSON.stringify(given.json)}\n` : given.text);
}

/**
 * Answers every line of a stream, in order, each from the sources that are current then. Lines without anything
 * on them are passed over.
 */
export async function answerLines(
  input: NodeJS.ReadableStream,
  live: Pick<LiveSources, 'current'>,
  json: boolean,
): Promise<void> {
  const weights = readWeights();
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const given = await answerLine(line, live.current, weights);
    const text = json
      ? `${JSON.stringify(given.json)}\n`
      : `${colors.bold(printable(line))}\n\n${given.text}\n`;
    // Wait for a slow reader instead of keeping its answers in memory.
    if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}

/** The answer to a question, or what a command gives, if only that there is no such command. */
async function answerLine(line: string, sources: Sources, weights: Weights): Promise<CommandResult> {
  const message = unknownCommand(line);
  if (message !== null) return { text: `${message}\n`, json: { message } };
  const result = await runCommand(line, sources.index, width(), colors);
  if (result !== null) return result;
  const answer = await answerQuestion(line, sources, weights);
  return { text: renderAnswer(answer, width(), colors), json: answer };
}

const HELP = `Ask a question in your own words, for example:
  Who takes part in the talks?
  What does the Pentagon say about a withdrawal?

/voices             who speaks in the articles, and how often
/voice NAME         all that one of them says, by date; /voice NAME about: WORDS for what they say on something
/timeline           what the articles date, in order; /timeline about: WORDS for the dates of something
/brief              the sentences that carry the articles; /brief SOURCE for those of one, by its title or publisher
/sources            the articles that answers come from
/help               this help
/quit               leave (or Ctrl-C, Ctrl-D)
`;

/**
 * A conversation: questions with history (arrow keys), commands with a slash. Ctrl-C and Ctrl-D leave. Says so
 * when the articles change, and goes on with the new ones.
 */
export async function converse(
  live: LiveSources,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream & { columns?: number } = process.stdout,
): Promise<void> {
  const { index } = live.current;
  const weights = readWeights();
  output.write(
    `${index.articles.length} articles, ${index.passageCount} passages, index ${index.revision}. /help shows what you can do.\n\n`,
  );
  const prompt = createPrompt({ input, output, historySize: 200, removeHistoryDuplicates: true });
  let open = true;
  let answering = false;
  prompt.on('close', () => {
    open = false;
  });
  prompt.on('SIGINT', () => prompt.close());
  prompt.setPrompt('> ');
  const stopNotices = live.onChange(({ revision, added, changed, removed }) => {
    const notice = `The articles have changed: ${added.length} added, ${changed.length} changed, ${removed.length} removed (index ${revision}).\n`;
    // Over the line that is being typed, which is then shown again below.
    if (!answering) {
      clearLine(output, 0);
      cursorTo(output, 0);
    }
    output.write(notice);
    if (open && !answering) prompt.prompt(true);
  });
  prompt.prompt();
  for await (const line of prompt) {
    const text = line.trim();
    if (text === '/quit' || text === '/exit') break;
    answering = true;
    if (text === '/help' || text === '/?') output.write(`${HELP}\n`);
    else if (text === '/sources') {
      output.write(`${sourcesTable(live.current)}\n`);
      if (live.problem !== null) output.write(`${printable(live.problem)}\n\n`);
    } else if (text.startsWith('/')) {
      const result = await runCommand(text, live.current.index, output.columns || 80, colors);
      const unknown = `There is no ${printable(text.split(/\s/)[0] ?? '')} here; /help shows what there is.\n`;
      output.write(result === null ? `${unknown}\n` : `\n${result.text}\n`);
    } else if (text !== '') {
      const answer = await answerQuestion(text, live.current, weights);
      output.write(`\n${renderAnswer(answer, output.columns || 80, colors)}\n`);
    }
    answering = false;
    if (open) prompt.prompt();
  }
  stopNotices();
  prompt.close();
  output.write('\n');
}

/** The articles, a line each: date, publisher, title, passages, file. */
export function sourcesTable({ index }: Pick<Sources, 'index'>): string {
  const rows = [...index.articles]
    .sort((a, b) => (b.published ?? '').localeCompare(a.published ?? '') || (a.file < b.file ? -1 : 1))
    .map(({ published, publisher, title, passages, file }) => [
      published ?? 'undated',
      printable(publisher ?? 'publisher unknown'),
      `${passages} passages`,
      printable(title ?? file),
      title === null ? '' : printable(file),
    ]);
  return `${columns(rows).join('\n')}\n`;
}
