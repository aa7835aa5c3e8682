/** npm run index: builds the index of the articles, or brings it up to date. */
import { readConfig } from '../src/config.ts';
import { buildIndex } from '../src/index/build.ts';
import { watchArticles } from '../src/index/watch.ts';
import { loadEmbedder } from '../src/models/embedder.ts';
import { program, run } from '../src/terminal/program.ts';
import { ProgressDisplay } from '../src/terminal/progress.ts';
import { buildLines, buildTable } from '../src/terminal/tables.ts';

await run(async () => {
  const command = program(
    'index',
    'Builds the index of the articles, or brings it up to date. Passages that have not changed keep their vectors. The index in use until then answers until the new one is whole.',
  )
    .option('--watch', 'go on doing so whenever an article changes, until Ctrl-C')
    .allowExcessArguments(false)
    .parse();
  const { watch, ...folders } = command.opts<{ watch?: true; articles?: string; index?: string }>();
  const { articlesFolder, indexFolder, embeddingModel, embeddingStyle } = readConfig(folders);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const embedder = await loadEmbedder(embeddingModel, embeddingStyle);
  let progress = new ProgressDisplay('passages');
  try {
    if (watch !== true) {
      const update = progress.update.bind(progress);
      const report = await buildIndex(articlesFolder, indexFolder, embedder, update, stop.signal);
      progress.stop();
      process.stdout.write(buildTable(report, indexFolder));
      return;
    }
    let first = true;
    const events = {
      onProgress: (step: Parameters<ProgressDisplay['update']>[0]) => progress.update(step),
      onBuilt(report: Parameters<typeof buildTable>[0]) {
        progress.stop();
        progress = new ProgressDisplay('passages');
        process.stdout.write(first ? buildTable(report, indexFolder) : buildLines(report));
        if (first) process.stdout.write(`Watching ${articlesFolder}; Ctrl-C ends it.\n`);
        first = false;
      },
      onProblem(sentence: string) {
        progress.stop();
        process.stderr.write(`${sentence}\n`);
      },
    };
    await watchArticles(articlesFolder, indexFolder, embedder, events, stop.signal);
  } finally {
    progress.stop();
  }
});
