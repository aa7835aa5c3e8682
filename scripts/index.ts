/** npm run index: builds the index of the articles, or brings it up to date. */
import { readConfig } from '../src/config.ts';
import { buildIndex } from '../src/index/build.ts';
import { loadEmbedder } from '../src/models/embedder.ts';
import { program, run } from '../src/terminal/program.ts';
import { ProgressDisplay } from '../src/terminal/progress.ts';
import { buildTable } from '../src/terminal/tables.ts';

await run(async () => {
  const command = program(
    'index',
    'Builds the index of the articles, or brings it up to date. Passages that have not changed keep their vectors. The index in use until then answers until the new one is whole.',
  );
  command.allowExcessArguments(false).parse();
  const config = readConfig(command.opts());
  const embedder = await loadEmbedder(config.embeddingModel, config.embeddingStyle);
  const progress = new ProgressDisplay('passages');
  try {
    const report = await buildIndex(config.articlesFolder, config.indexFolder, embedder, (p) =>
      progress.update(p),
    );
    progress.stop();
    process.stdout.write(buildTable(report, config.indexFolder));
  } finally {
    progress.stop();
  }
});
