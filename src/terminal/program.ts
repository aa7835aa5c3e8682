/** What every script has in common: its options, its exit codes, and how it says that something is wrong. */
import { Command, CommanderError } from 'commander';
import { reasonOf, UsageError, VerbatimError } from '../errors.ts';
import { printable } from './printable.ts';

/** A command with the options that every script takes. */
export function program(name: string, description: string): Command {
  return new Command(`npm run ${name} --`)
    .description(description)
    .option('--articles <dir>', 'folder of the articles (or ARTICLES_DIR; default: data/articles)')
    .option('--index <dir>', 'folder of the index (or INDEX_DIR; default: data/index)')
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(--help shows what it takes)')
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage. All settings: .env.example.')
    .exitOverride();
}

/**
 * Runs a script to its end and sets the exit code: 0 done, 1 failed, 2 wrong usage. Errors that are meant for
 * a person are printed as their sentence alone; any other is a defect and is printed whole.
 */
export async function run(main: () => Promise<void>): Promise<void> {
  // `npm run ask | head`: the reader is gone, and that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    await main();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else if (error instanceof VerbatimError) {
      // It may name files and folders, which may be called anything.
      process.stderr.write(`${printable(error.message)}\n`);
      process.exitCode = error instanceof UsageError ? 2 : 1;
    } else {
      process.stderr.write(`Unexpected error (${reasonOf(error)}); please report it.\n`);
      if (error instanceof Error && error.stack) process.stderr.write(`${error.stack}\n`);
      process.exitCode = 1;
    }
  }
}
