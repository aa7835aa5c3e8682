/** npm run bench: speed and memory, as ratios within one run, because machines differ. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { answerQuestion, find, PASSAGES_READ, type Sources } from '../src/answer/answer.ts';
import { loadModels } from '../src/answer/open.ts';
import { readWeights } from '../src/answer/rank.ts';
import { ROOT, readConfig } from '../src/config.ts';
import { UsageError } from '../src/errors.ts';
import { readQuestions } from '../src/evaluate/sets.ts';
import { buildIndex } from '../src/index/build.ts';
import { type LoadedIndex, openIndex } from '../src/index/revision.ts';
import { type Embedder, unit } from '../src/models/embedder.ts';
import { program, run } from '../src/terminal/program.ts';
import { ProgressDisplay } from '../src/terminal/progress.ts';
import { columns } from '../src/terminal/tables.ts';
import { type BareModels, loadBare, type Run } from './bench/models.ts';
import { measureProcess } from './bench/processes.ts';
import { clusteredEmbedder, generator, writeArticles } from './bench/synthetic.ts';

/** A figure with what it should be. */
interface Figure {
  name: string;
  value: number;
  unit: string;
  bound: { atLeast: number } | { atMost: number };
}

const PARTS = ['startup', 'indexing', 'refresh', 'articles', 'large', 'discord'] as const;
type Part = (typeof PARTS)[number];

await run(async () => {
  const command = program(
    'bench',
    'Measures speed and memory and prints each figure with its bound. Takes about fifteen minutes and 2 GB of memory.',
  )
    .argument('[parts...]', `what to measure: ${PARTS.join(', ')}; everything when none is named`)
    .option('--json', 'print one JSON object instead of a table')
    .option('--passages <number>', 'size of the large synthetic collection', '100000')
    .parse();
  const options = command.opts<{ json?: true; passages: string; articles?: string; index?: string }>();
  const scratch = await mkdtemp(path.join(tmpdir(), 'verbatim-bench-'));
  const figures: Figure[] = [];
  const note = (figure: Figure) => {
    figures.push(figure);
    process.stderr.write(`${line(figure).join('  ')}\n`);
  };
  try {
    const config = readConfig({ articles: options.articles, index: path.join(scratch, 'index') });
    if (config.readerModel === null)
      throw new UsageError('The bench measures the reader too: remove READER_MODEL=none.');
    if (!(Number(options.passages) >= 1000))
      throw new UsageError('--passages must be a number of at least 1000, such as 100000.');
    const named = command.args.length === 0 ? PARTS : command.args;
    const unknown = named.find((part) => !PARTS.includes(part as Part));
    if (unknown !== undefined)
      throw new UsageError(`There is no part "${unknown}" to measure: name some of ${PARTS.join(', ')}.`);
    const measures = (part: Part) => named.includes(part);
    const { embedder, reader } = await loadModels(config);
    const bare = await loadBare(config.embeddingModel, config.readerModel);

    if (measures('startup')) {
      note(await startup(path.join(scratch, 'started')));
      note(await memory(path.join(scratch, 'started')));
    }
    if (measures('indexing')) note(await indexing(path.join(ROOT, 'data/fit'), scratch, embedder, bare));
    if (measures('refresh')) note(await refreshing(path.join(scratch, 'refreshed'), embedder));
    if (measures('articles')) {
      const index = await openIndex(config.indexFolder, embedder.fingerprint).catch(async () => {
        await buildIndex(config.articlesFolder, config.indexFolder, embedder);
        return openIndex(config.indexFolder, embedder.fingerprint);
      });
      const questions = (await readQuestions(path.join(ROOT, 'data/questions/briefs.jsonl'))).map(
        ({ question }) => question,
      );
      const onArticles = await questionTimes(
        questions.slice(0, 60),
        { index, embedder, reader, entailment: null },
        bare,
      );
      note({
        name: 'question on the articles / its bare model runs',
        value: onArticles.ratio,
        unit: '',
        bound: { atMost: 1.2 },
      });
    }
    if (measures('discord')) {
      for (const figure of await discordLoad(config.articlesFolder, config.indexFolder, scratch))
        note(figure);
    }
    if (measures('large')) {
      const small = await synthetic(path.join(scratch, 'small'), 1000, embedder);
      const large = await synthetic(path.join(scratch, 'large'), Number(options.passages), embedder);
      const onSmall = await questionTimes(
        small.questions.slice(0, 60),
        { index: small.index, embedder, reader, entailment: null },
        bare,
      );
      const onLarge = await questionTimes(
        large.questions.slice(0, 60),
        { index: large.index, embedder, reader, entailment: null },
        bare,
      );
      note({
        name: `question on ${options.passages} passages / its bare model runs`,
        value: onLarge.ratio,
        unit: '',
        bound: { atMost: 1.2 },
      });
      note({
        name: `question on ${options.passages} passages / on 1000`,
        value: onLarge.median / onSmall.median,
        unit: '',
        bound: { atMost: 1.5 },
      });
      note(await recall(large.index, embedder.dimension));
    }
    process.stderr.write('\n');
    process.stdout.write(
      options.json ? `${JSON.stringify(figures)}\n` : `${columns(figures.map(line)).join('\n')}\n`,
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
});

function line({ name, value, unit: of, bound }: Figure): string[] {
  const [what, limit] = 'atLeast' in bound ? ['at least', bound.atLeast] : ['at most', bound.atMost];
  const holds = 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost;
  return [
    name,
    `${value.toFixed(of === 'MB' ? 0 : 3)} ${of}`.trim(),
    `${what} ${limit}`,
    holds ? 'holds' : 'MISSED',
  ];
}

/** From the start of the process to its first answer, against a process that loads the two models alone. */
async function startup(index: string): Promise<Figure> {
  const ask = ['--index', index, 'Has Iraq asked the United States to withdraw its troops?'];
  await measureProcess('scripts/ask.ts', ask); // Builds the index.
  const ratios: number[] = [];
  for (let round = 0; round < 5; round++) {
    const loading = await measureProcess('scripts/bench/bare-loading.ts', []);
    const asking = await measureProcess('scripts/ask.ts', ask);
    ratios.push(asking.seconds / loading.seconds);
  }
  return {
    name: 'start to first answer / loading the two models',
    value: median(ratios),
    unit: '',
    bound: { atMost: 2 },
  };
}

async function memory(index: string): Promise<Figure> {
  const { megabytes } = await measureProcess('scripts/ask.ts', [
    '--index',
    index,
    'Who takes part in the talks?',
  ]);
  return { name: 'peak memory of npm run ask', value: megabytes, unit: 'MB', bound: { atMost: 400 } };
}

/**
 * The bot through the stand-in of Discord: 500 questions from 50 people at once with both models, and the growth of
 * memory over 5000 without the reader, which has the same part in each of them and takes nine tenths of the time.
 */
async function discordLoad(articles: string, index: string, scratch: string): Promise<Figure[]> {
  const load = async (questions: number, reader: string) => {
    const args = [articles, index, scratch, String(questions), reader];
    const { output } = await measureProcess('scripts/bench/discord.ts', args);
    return JSON.parse(output) as { slowestAcknowledgement: number; lostOrDoubled: number; growth: number };
  };
  const read = await load(500, 'with-reader');
  const many = await load(5000, 'without-reader');
  return [
    {
      name: 'slowest acknowledgement of 500 questions at once in Discord',
      value: Math.max(read.slowestAcknowledgement, many.slowestAcknowledgement) / 1000,
      unit: 's',
      bound: { atMost: 3 },
    },
    {
      name: 'questions lost or doubled of 500 read and 5000 unread',
      value: read.lostOrDoubled + many.lostOrDoubled,
      unit: '',
      bound: { atMost: 0 },
    },
    {
      name: 'memory of the bot after 5000 questions (no reader) / after 500',
      value: many.growth,
      unit: '',
      bound: { atMost: 1.15 },
    },
  ];
}

/**
 * Building an index from nothing, against runs of the bare session over the same ids. Of the articles of data/fit, which
 * are eight times as many texts as data/articles: there the tenth of a second that any build takes is a fifth of it.
 */
async function indexing(
  articles: string,
  scratch: string,
  embedder: Embedder,
  bare: BareModels,
): Promise<Figure> {
  const texts: string[] = [];
  const recording: Embedder = {
    ...embedder,
    embedPassage(text) {
      texts.push(text);
      return embedder.embedPassage(text);
    },
  };
  await buildIndex(articles, path.join(scratch, 'recorded'), recording);
  const runs = texts.map((text) => bare.embedding(text));
  // The quickest rounds: what else the machine does only ever adds to them.
  let build = Number.POSITIVE_INFINITY;
  let alone = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const folder = path.join(scratch, `round-${round}`);
    build = Math.min(build, await time(() => buildIndex(articles, folder, embedder)));
    alone = Math.min(alone, await time(() => inTurn(runs)));
  }
  return {
    name: 'indexing speed / bare loop over the same ids',
    value: alone / build,
    unit: '',
    bound: { atLeast: 0.9 },
  };
}

/**
 * Bringing an index of 10,000 passages up to date after a hundred of them, in as many articles, have changed,
 * against building it from nothing with the real embedder.
 */
async function refreshing(folder: string, embedder: Embedder): Promise<Figure> {
  const articles = path.join(folder, 'articles');
  const index = path.join(folder, 'index');
  await writeArticles(articles, 10_000, 20);
  const progress = new ProgressDisplay('passages');
  const full = await time(() => buildIndex(articles, index, embedder, (step) => progress.update(step)));
  progress.stop();
  const files = (await readdir(articles)).sort();
  for (const [n, file] of files.entries()) {
    if (n % (files.length / 100) !== 0) continue;
    const text = await readFile(path.join(articles, file), 'utf8');
    await writeFile(path.join(articles, file), text.replace(/^The /, `The new ${n} `));
  }
  let embedded = 0;
  const refresh = await time(async () => {
    ({ embedded } = await buildIndex(articles, index, embedder));
  });
  if (embedded !== 100) throw new Error(`the refresh embedded ${embedded} texts, not 100`);
  return {
    name: 'refresh with 1 % of 10,000 passages changed / full build',
    value: refresh / full,
    unit: '',
    bound: { atMost: 0.1 },
  };
}

/** Median time of a warm question, and its median ratio to the model runs that it needs. */
async function questionTimes(
  questions: readonly string[],
  sources: Sources,
  bare: BareModels,
): Promise<{ median: number; ratio: number }> {
  const weights = readWeights();
  const times: number[] = [];
  const ratios: number[] = [];
  for (const [round, question] of questions.entries()) {
    const { ranked } = await find(question, sources, weights);
    const passages = [...new Set(ranked.map(({ candidate }) => candidate.text))].slice(0, PASSAGES_READ);
    const runs = [
      bare.embedding(question),
      ...passages.flatMap((passage) => bare.reading(question, passage)),
    ];
    const answering = await time(() => answerQuestion(question, sources, weights));
    const alone = await time(() => inTurn(runs));
    if (round < 10) continue; // Warming up.
    times.push(answering);
    ratios.push(answering / alone);
  }
  return { median: median(times), ratio: median(ratios) };
}

async function synthetic(
  folder: string,
  passages: number,
  embedder: Embedder,
): Promise<{ index: LoadedIndex; questions: string[] }> {
  const articles = path.join(folder, 'articles');
  const questions = await writeArticles(articles, passages, 20);
  const progress = new ProgressDisplay('synthetic passages');
  await buildIndex(articles, path.join(folder, 'index'), clusteredEmbedder(embedder), (step) =>
    progress.update(step),
  );
  progress.stop();
  return { index: await openIndex(path.join(folder, 'index'), embedder.fingerprint), questions };
}

/** How many of the ten exactly nearest passages the index finds, for passages' own vectors with noise. */
async function recall(index: LoadedIndex, dimension: number): Promise<Figure> {
  const random = generator(3);
  const all: Float32Array[] = [];
  for (let id = 0; id < index.passageCount; id++)
    all.push(((await index.passages([id]))[0] as { vector: Float32Array }).vector);
  let found = 0;
  const ROUNDS = 200;
  for (let round = 0; round < ROUNDS; round++) {
    const from = all[Math.floor(random() * all.length)] as Float32Array;
    const query = unit(from.map((value) => value + ((random() - 0.5) * 2) / Math.sqrt(dimension)));
    const exact = all
      .map((vector, id) => ({
        id,
        score: vector.reduce((sum, value, i) => sum + value * (query[i] as number), 0),
      }))
      .sort((a, b) => b.score - a.score)
      .slice(0, 10);
    const approximate = new Set((await index.densePassages(query, 10)).map(({ id }) => id));
    found += exact.filter(({ id }) => approximate.has(id)).length;
  }
  return {
    name: `HNSW recall@10 at ${all.length} passages`,
    value: found / (10 * ROUNDS),
    unit: '',
    bound: { atLeast: 0.98 },
  };
}

async function inTurn(runs: readonly Run[]): Promise<void> {
  for (const once of runs) await once();
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
