/** Asking in the terminal: once, a question a line, or as a conversation. */
import { createInterface } from 'node:readline';
import { createInterface as createPrompt } from 'node:readline/promises';
import pc from 'picocolors';
import { answerQuestion, type Sources } from '../answer/answer.ts';
import { readWeights } from '../answer/rank.ts';
import { listSpeakers } from '../answer/speakers.ts';
import { printable } from './printable.ts';
import { renderAnswer } from './render.ts';
import { columns } from './tables.ts';
import { readVoiceCommand, renderVoice, speakersTable } from './voices.ts';

/** Colours where standard output is a terminal that wants them (NO_COLOR and the like are respected). */
const colors = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);

/** Columns of the terminal. A pseudo terminal whose size nobody has set says 0. */
const width = () => process.stdout.columns || 80;

/** Answers one question on standard output. */
export async function answerOnce(question: string, sources: Sources, json: boolean): Promise<void> {
  const answer = await answerQuestion(question, sources);
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : renderAnswer(answer, width(), colors));
}

/** Answers every line of a stream, in order. Lines without anything on them are passed over. */
export async function answerLines(
  input: NodeJS.ReadableStream,
  sources: Sources,
  json: boolean,
): Promise<void> {
  const weights = readWeights();
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    const answer = await answerQuestion(line, sources, weights);
    const text = json
      ? `${JSON.stringify(answer)}\n`
      : `${colors.bold(printable(line))}\n\n${renderAnswer(answer, width(), colors)}\n`;
    // Wait for a slow reader instead of keeping its answers in memory.
    if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  }
}

const HELP = `Ask a question in your own words, for example:
  Who takes part in the talks?
  What does the Pentagon say about a withdrawal?

/voices             who speaks in the articles, and how often
/voice NAME         all that one of them says, by date; /voice NAME about: WORDS for what they say on something
/sources            the articles that answers come from
/help               this help
/quit               leave (or Ctrl-C, Ctrl-D)
`;

/** A conversation: questions with history (arrow keys), commands with a slash. Ctrl-C and Ctrl-D leave. */
export async function converse(sources: Sources): Promise<void> {
  const { index } = sources;
  const weights = readWeights();
  process.stdout.write(
    `${index.articles.length} articles, ${index.passageCount} passages, index ${index.revision}. /help shows what you can do.\n\n`,
  );
  const prompt = createPrompt({
    input: process.stdin,
    output: process.stdout,
    historySize: 200,
    removeHistoryDuplicates: true,
  });
  let open = true;
  prompt.on('close', () => {
    open = false;
  });
  prompt.on('SIGINT', () => prompt.close());
  prompt.setPrompt('> ');
  prompt.prompt();
  for await (const line of prompt) {
    const text = line.trim();
    if (text === '/quit' || text === '/exit') break;
    if (text === '/help' || text === '/?') process.stdout.write(`${HELP}\n`);
    else if (text === '/sources') process.stdout.write(`${sourcesTable(sources)}\n`);
    else if (text === '/voices') process.stdout.write(`${speakersTable(await listSpeakers(index))}\n`);
    else if (/^\/voice(?:\s|$)/.test(text)) {
      const wanted = readVoiceCommand(text.slice('/voice'.length));
      const said = renderVoice(await listSpeakers(index), wanted, process.stdout.columns ?? 80, colors);
      process.stdout.write(`\n${said}\n`);
    } else if (text.startsWith('/'))
      process.stdout.write(
        `There is no ${printable(text.split(/\s/)[0] ?? '')} here; /help shows what there is.\n\n`,
      );
    else if (text !== '') {
      const answer = await answerQuestion(text, sources, weights);
      process.stdout.write(`\n${renderAnswer(answer, width(), colors)}\n`);
    }
    if (open) prompt.prompt();
  }
  prompt.close();
  process.stdout.write('\n');
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
