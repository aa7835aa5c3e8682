/** npm run remove: removes an article. */
import { removeFile } from '../src/articles/import/write.ts';
import { findArticle } from '../src/articles/remove.ts';
import { readConfig } from '../src/config.ts';
import { UsageError } from '../src/errors.ts';
import { confirm } from '../src/terminal/confirm.ts';
import { printable } from '../src/terminal/printable.ts';
import { program, run } from '../src/terminal/program.ts';

await run(async () => {
  const command = program('remove', 'Removes one article from the articles folder, after asking.')
    .argument('<article...>', 'its file, or its title; quotation marks are not needed')
    .option('-y, --yes', 'do not ask')
    .parse();
  const { yes = false, ...folders } = command.opts<{ yes?: true; articles?: string; index?: string }>();
  const { articlesFolder } = readConfig(folders);
  const { file, title } = await findArticle(articlesFolder, command.args.join(' '));
  const what = title === null ? printable(file) : `${printable(file)} (“${printable(title)}”)`;
  if (!yes) {
    if (!process.stdin.isTTY) {
      throw new UsageError(`Add --yes to remove ${what}: there is no terminal here to ask on.`);
    }
    if (!(await confirm(`Remove ${what}?`, process.stdin, process.stderr))) {
      process.stdout.write('Nothing was removed.\n');
      return;
    }
  }
  await removeFile(articlesFolder, file);
  process.stdout.write(`removed ${what}. npm run index takes it out of the answers.\n`);
});
