/** npm run add: adds articles from web addresses, files, folders and feeds. */
import { InvalidArgumentError } from 'commander';
import { readFrontMatter } from '../src/articles/front-matter.ts';
import { addArticles, type Outcome } from '../src/articles/import/import.ts';
import { readConfig } from '../src/config.ts';
import { reasonOf } from '../src/errors.ts';
import { closingText, hasFailed, outcomeText, refusalText } from '../src/terminal/add.ts';
import { program, run } from '../src/terminal/program.ts';
import { ProgressDisplay } from '../src/terminal/progress.ts';

interface Options {
  articles?: string;
  index?: string;
  title?: string;
  publisher?: string;
  published?: string;
  url?: string;
  update?: true;
  force?: true;
  dryRun?: true;
  allowPrivate?: true;
}

await run(async () => {
  const command = program(
    'add',
    'Adds articles to the articles folder. Title, publisher, author, address, language and date are taken from what the page itself states; what it does not state stays unknown.',
  )
    .argument(
      '<what...>',
      'web addresses, files (.html, .pdf, .md, .txt), folders of such files, RSS or Atom feeds',
    )
    .option(
      '--title <text>',
      'the title, in place of what the page states (for one article)',
      stated('title'),
    )
    .option('--publisher <name>', 'the publisher, in place of what the page states', stated('publisher'))
    .option('--published <date>', 'the day of publication, such as 2024-01-27', stated('published'))
    .option('--url <address>', 'the canonical address (for one article)', stated('url'))
    .option('--update', 'replace an article that is there already')
    .option('--force', 'replace it even where more than half of its text would be lost')
    .option('--dry-run', 'show what would be done, and write nothing')
    .option('--allow-private', 'fetch from addresses that are not on the public internet too')
    .addHelpText(
      'after',
      '\nLimits of a fetch: http and https, 5 redirects, 20 seconds, 5 MB unpacked. Examples:\n  npm run add -- https://news.example/2024/talks.html\n  npm run add -- saved/page.html --publisher "Example News" --published 2024-01-27',
    )
    .parse();
  const { title, publisher, published, url, articles, index, ...how } = command.opts<Options>();
  const options = {
    ...how,
    stated: {
      ...(title !== undefined && { title }),
      ...(publisher !== undefined && { publisher }),
      ...(published !== undefined && { published }),
      ...(url !== undefined && { url }),
    },
  };
  const { articlesFolder } = readConfig({ articles, index });
  const progress = new ProgressDisplay('sources');
  const outcomes: Outcome[] = [];
  try {
    for await (const outcome of addArticles(command.args, articlesFolder, options, (step) =>
      progress.update(step),
    )) {
      progress.stop();
      outcomes.push(outcome);
      const taken = outcomeText(outcome, options);
      if (taken !== null) process.stdout.write(`${taken}\n`);
      process.stderr.write(refusalText(outcome) ?? '');
    }
  } finally {
    progress.stop();
  }
  process.stdout.write(closingText(outcomes, options));
  if (hasFailed(outcomes)) process.exitCode = 1;
});

/** Checks what an operator states by the rules of front matter, where it is going to stand. */
function stated(name: 'title' | 'publisher' | 'published' | 'url'): (value: string) => string {
  return (value) => {
    try {
      const { fields } = readFrontMatter(
        `---\n${JSON.stringify({ [name]: value.replace(/\s+/gu, ' ') })}\n---\n`,
      );
      if (fields[name] === null) throw new InvalidArgumentError('It is empty.');
      return fields[name];
    } catch (error) {
      if (error instanceof InvalidArgumentError) throw error;
      throw new InvalidArgumentError(`${reasonOf(error).replace(/^its front matter's \S+ /, 'It ')}.`);
    }
  };
}
