/** npm run ask: answers questions in the terminal. */
import { watchSources } from '../src/answer/live.ts';
import { openSources } from '../src/answer/open.ts';
import { readConfig } from '../src/config.ts';
import { UsageError } from '../src/errors.ts';
import { answerLines, answerOnce, converse } from '../src/terminal/ask.ts';
import { unknownCommand } from '../src/terminal/commands.ts';
import { printable } from '../src/terminal/printable.ts';
import { program, run } from '../src/terminal/program.ts';
import { ProgressDisplay } from '../src/terminal/progress.ts';

await run(async () => {
  const command = program(
    'ask',
    'Answers questions about the articles in their own words. With a question: answers it. Without one: a conversation on a terminal, else one question a line from standard input. The index is built first where there is none.',
  )
    .argument('[question...]', 'the question; quotation marks are not needed')
    .option('--json', 'print one JSON object a line for each answer')
    .parse();
  const { json = false, ...folders } = command.opts<{ json?: true; articles?: string; index?: string }>();
  const question = command.args.length > 0 ? command.args.join(' ') : null;
  // Before an index is opened, or even built.
  const unknown = question === null ? null : unknownCommand(question);
  if (unknown !== null) throw new UsageError(unknown);
  const progress = new ProgressDisplay('passages');
  try {
    const config = readConfig(folders);
    const { sources, built } = await openSources(config, (step) => progress.update(step));
    progress.stop();
    for (const { file, reason } of built?.leftOut ?? [])
      process.stderr.write(`left out ${printable(file)}: ${printable(reason)}\n`);
    if (question !== null) return await answerOnce(question, sources, json);
    const conversation = process.stdin.isTTY && !json;
    // A conversation says itself that the articles have changed, and /sources why they have not.
    const live = await watchSources(config.indexFolder, sources, (line) => {
      if (!conversation) process.stderr.write(`${printable(line)}\n`);
    });
    try {
      if (conversation) await converse(live);
      else await answerLines(process.stdin, live, json);
    } finally {
      await live.close();
    }
  } finally {
    progress.stop();
  }
});
