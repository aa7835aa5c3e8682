/** npm run evaluate: scores the answers to a set of questions. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Option } from 'commander';
import { loadModels } from '../src/answer/open.ts';
import { readArticles } from '../src/articles/read.ts';
import { ROOT, readConfig } from '../src/config.ts';
import { UsageError } from '../src/errors.ts';
import { score } from '../src/evaluate/score.ts';
import { questionFiles, readQuestions, readSquad } from '../src/evaluate/sets.ts';
import { readContested, readPairs, scorePairs, scoreSides } from '../src/evaluate/sides.ts';
import { readLabelledSentences, scoreVoices } from '../src/evaluate/voices.ts';
import { buildIndex } from '../src/index/build.ts';
import { openIndex } from '../src/index/revision.ts';
import { loadEntailment } from '../src/models/entailment.ts';
import { program, run } from '../src/terminal/program.ts';
import { ProgressDisplay } from '../src/terminal/progress.ts';
import { differTable, scoreTable, sidesTable, voiceTable } from '../src/terminal/tables.ts';

interface Options {
  articles?: string;
  index?: string;
  questions?: string;
  squad?: string;
  voices?: string;
  sides?: string;
  differ?: true;
  json?: true;
}

await run(async () => {
  const command = program(
    'evaluate',
    'Scores the answers to a set of questions and lists every miss. Without options: data/questions on data/articles. The articles are indexed anew, in a folder of their own unless --index names one.',
  )
    .option(
      '--questions <file>',
      'questions to ask: a JSON object a line, with id, question, and quotes or unanswerable',
    )
    .addOption(
      new Option('--squad <file>', 'a file in SQuAD 2.0 form instead: each title is one article').conflicts([
        'questions',
        'articles',
      ]),
    )
    .addOption(
      new Option(
        '--voices <file>',
        'labelled sentences instead of questions: a JSON object a line, with sentence, kind and speaker; scores who is found to say what',
      ).conflicts(['questions', 'squad', 'index']),
    )
    .addOption(
      new Option(
        '--sides <file>',
        'contested questions: a JSON object a line, with id, question and sides; scores whether every side is shown',
      ).conflicts(['questions', 'squad', 'voices']),
    )
    .addOption(
      new Option(
        '--differ',
        'pairs of statements (test/fixtures/differ): scores which are found to contradict each other, by the rules or by NLI_MODEL',
      ).conflicts(['questions', 'squad', 'voices', 'sides', 'articles', 'index']),
    )
    .option('--json', 'print one JSON object instead of a table')
    .allowExcessArguments(false)
    .parse();
  const options = command.opts<Options>();
  if (options.voices !== undefined) {
    const { articles } = await readArticles(readConfig({ articles: options.articles }).articlesFolder);
    const scores = scoreVoices(await readLabelledSentences(options.voices), articles);
    process.stdout.write(options.json ? `${JSON.stringify(scores)}\n` : voiceTable(scores));
    return;
  }
  if (options.differ) {
    const { nliModel } = readConfig();
    const entailment = nliModel === null ? null : await loadEntailment(nliModel);
    const folder = path.join(ROOT, 'test/fixtures/differ');
    const pairs = await readPairs(path.join(folder, 'pairs.jsonl'));
    const fresh = await readPairs(path.join(folder, 'fresh.jsonl'));
    const sets = {
      tune: await scorePairs(
        pairs.filter(({ half }) => half === 'tune'),
        entailment,
      ),
      test: await scorePairs(
        pairs.filter(({ half }) => half === 'test'),
        entailment,
      ),
      fresh: await scorePairs(fresh, entailment),
    };
    process.stdout.write(options.json ? `${JSON.stringify(sets)}\n` : differTable(sets));
    return;
  }
  const scratch = await mkdtemp(path.join(tmpdir(), 'verbatim-evaluate-'));
  try {
    const config = readConfig({
      articles: options.squad === undefined ? options.articles : path.join(scratch, 'articles'),
      index: options.index ?? path.join(scratch, 'index'),
    });
    const files =
      options.questions === undefined
        ? await questionFiles(path.join(ROOT, 'data/questions'))
        : [options.questions];
    const questions =
      options.squad === undefined
        ? (await Promise.all(files.map(readQuestions))).flat()
        : await readSquad(options.squad, config.articlesFolder);
    if (questions.length === 0)
      throw new UsageError('There are no questions in the file; see --help for its form.');
    const models = await loadModels(config);
    await withProgress('passages', (update) =>
      buildIndex(config.articlesFolder, config.indexFolder, models.embedder, update),
    );
    const index = await openIndex(config.indexFolder, models.embedder.fingerprint);
    if (options.sides !== undefined) {
      const contested = await readContested(options.sides);
      const scores = await withProgress('questions', (update) =>
        scoreSides(contested, { index, ...models }, update),
      );
      process.stdout.write(options.json ? `${JSON.stringify(scores)}\n` : sidesTable(scores));
      return;
    }
    const scores = await withProgress('questions', (update) =>
      score(questions, config.articlesFolder, { index, ...models }, update),
    );
    process.stdout.write(options.json ? `${JSON.stringify(scores)}\n` : scoreTable(scores));
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
});

async function withProgress<T>(
  what: string,
  work: (update: ProgressDisplay['update']) => Promise<T>,
): Promise<T> {
  const progress = new ProgressDisplay(what);
  try {
    return await work((step) => progress.update(step));
  } finally {
    progress.stop();
  }
}
