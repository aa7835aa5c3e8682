/** Builds an index, in a process of its own that a test can kill. Arguments: the articles and the index folder. */
import { buildIndex } from '../../src/index/build.ts';
import { deterministicEmbedder } from '../deterministic-embedder.ts';

const [articles = '', index = ''] = process.argv.slice(2);
process.stdout.write('begins\n');
buildIndex(articles, index, deterministicEmbedder()).then(
  () => process.stdout.write('done\n'),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
