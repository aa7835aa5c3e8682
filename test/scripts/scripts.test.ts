import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../src/values.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FIXTURES = path.join(ROOT, 'test/fixtures/articles');

let scratch: string;
let index: string;
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'verbatim-scripts-'));
  index = path.join(scratch, 'index');
});
afterAll(() => rm(scratch, { recursive: true }));

interface Result {
  code: number | null;
  out: string;
  err: string;
}

// Settings of the machine that runs the tests must not reach the scripts.
const ENVIRONMENT: NodeJS.ProcessEnv = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  TERM: 'xterm',
  ARTICLES_DIR: FIXTURES,
};

const argumentsOf = (script: string, args: string[]) => [
  '--import',
  'tsx',
  path.join(ROOT, 'scripts', script),
  ...args,
];

function ended(child: ChildProcess): Promise<Result> {
  return new Promise((resolve, reject) => {
    let [out, err] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk;
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      err += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

/** Runs a script to its end. */
function run(script: string, args: string[], input = ''): Promise<Result> {
  const child = spawn(process.execPath, argumentsOf(script, args), { cwd: ROOT, env: ENVIRONMENT });
  child.stdin.end(input);
  return ended(child);
}

const SCRIPTS = (await readdir(path.join(ROOT, 'scripts'))).filter((name) => name.endsWith('.ts'));
const ESCAPE = '\u001b';

describe('every script', () => {
  it.each(SCRIPTS)('explains itself with --help: %s', async (script) => {
    const { code, out, err } = await run(script, ['--help']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Usage: npm run [\w-]+ -- /);
    // A picture is made of what it is given: it reads neither articles nor index.
    const folders = ['--articles <dir>', '--index <dir>', 'ARTICLES_DIR', 'INDEX_DIR', 'Exit codes: 0'];
    for (const option of ['--help', ...(script === 'show.ts' ? [] : folders)]) expect(out).toContain(option);
    // Every option has an explanation.
    for (const line of out.split('\n').filter((text) => /^ {2}-/.test(text)))
      expect(line).toMatch(/\S {2,}\S/);
  });
});

describe('npm run ask', () => {
  it('builds an index where there is none, answers, and is plain where nothing is a terminal', async () => {
    const { code, out, err } = await run('ask.ts', [
      '--index',
      index,
      'When',
      'will the new lighthouse open?',
    ]);
    expect(code).toBe(0);
    expect(out).toContain('will open on September 14');
    expect(out).toContain(
      'Harbour Times, “Sandhaven’s new lighthouse to open in September”, 2031-05-12, paragraph 1',
    );
    expect(out + err).not.toContain(ESCAPE);
    expect((await readdir(index)).sort()).toHaveLength(2);
  });

  it('answers a question a line from standard input, one JSON object a line', async () => {
    const questions = [
      'How many grey seals were counted on Gull Rock in March?',
      '😀',
      'x'.repeat(6000),
      'متى؟',
      '\u0000\u001b[31m',
    ];
    const { code, out, err } = await run(
      'ask.ts',
      ['--index', index, '--json'],
      `${questions.join('\n')}\r\n\n  \n`,
    );
    expect([code, err]).toEqual([0, '']);
    const answers = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Answer);
    expect(answers.map(({ question }) => question)).toEqual(questions);
    expect(answers.map(({ refusal }) => refusal).slice(0, 3)).toEqual([null, 'empty', 'too long']);
    expect(answers[0]?.quotes[0]?.text).toContain('1,214');
  });

  it('says that there is no such command, and in a stream goes on behind it', async () => {
    const once = await run('ask.ts', ['--index', index, '/nonesuch', 'who?']);
    expect([once.code, once.out]).toEqual([2, '']);
    expect(once.err).toMatch(/^There is no command \/nonesuch; [^\n]+\n$/);
    const { code, out } = await run('ask.ts', ['--index', index, '--json'], '/nonesuch\n/voices\n');
    expect(code).toBe(0);
    const [unknown, voices] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(unknown.message).toContain('There is no command /nonesuch');
    expect(voices).toBeInstanceOf(Array);
  });

  it('ends well when its reader has gone', async () => {
    const ask = argumentsOf('ask.ts', ['--index', index, '--json'])
      .map((part) => `'${part}'`)
      .join(' ');
    const line = 'hello there\\n';
    const command = `(for i in $(seq 3000); do printf '${line}'; done) | '${process.execPath}' ${ask} | head -n 1; echo "\${PIPESTATUS[1]}"`;
    const { out, err } = await ended(spawn('bash', ['-c', command], { cwd: ROOT, env: ENVIRONMENT }));
    expect(out.trimEnd().split('\n').at(-1)).toBe('0');
    expect(err).toBe('');
  });

  it.each([
    ['an option that there is not', ['--colour'], 2, /unknown option '--colour'/],
    [
      'a folder that is not there',
      ['--articles', '/no/such/folder', 'Who?'],
      1,
      /^The articles folder \/no\/such\/folder cannot be read: it does not exist; create it, or name another with --articles\.\n$/,
    ],
  ])('says in words what is wrong: %s', async (_, args, code, message) => {
    const result = await run('ask.ts', ['--index', path.join(scratch, 'none'), ...args]);
    expect([result.code, result.out]).toEqual([code, '']);
    expect(result.err).toMatch(message);
    expect(result.err).not.toContain('    at ');
  });

  it('says how to mend a damaged index, and does not replace it unasked', async () => {
    const damaged = path.join(scratch, 'damaged');
    await cp(index, damaged, { recursive: true });
    const [revision] = (await readdir(damaged)).filter((name) => name !== 'current');
    await writeFile(path.join(damaged, revision as string, 'passages.hnsw'), 'damaged');
    const { code, out, err } = await run('ask.ts', ['--index', damaged, 'Who?']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^The index at \S+ cannot be used \(.+\): run npm run index to build it anew\.\n$/);
  });
});

describe('npm run index', () => {
  it('closes with a table, and names what it left out without letting it reach the terminal', async () => {
    const articles = path.join(scratch, 'articles');
    await cp(FIXTURES, articles, { recursive: true });
    await writeFile(path.join(articles, `evil${ESCAPE}[31m.md`), '');
    const { code, out, err } = await run('index.ts', [
      '--articles',
      articles,
      '--index',
      path.join(scratch, 'table'),
    ]);
    expect(code).toBe(0);
    expect(out).toMatch(/^articles +5\npassages +\d+\nsentences +\d+\nadded +5\n/);
    for (const row of ['unchanged', 'left out', 'seconds', 'size on disk', 'revision'])
      expect(out).toContain(row);
    expect(out).toContain('left out evil\ufffd[31m.md: it is empty');
    expect(out + err).not.toContain(ESCAPE);
  });

  it('fails with one sentence where there is no article', async () => {
    const empty = await mkdtemp(path.join(scratch, `empty${ESCAPE}-`));
    const { code, out, err } = await run('index.ts', [
      '--articles',
      empty,
      '--index',
      path.join(scratch, 'none'),
    ]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(
      /^There is no article to index in .+ \(it holds no \.md or \.txt file\); put .+\.\n$/,
    );
    expect(err).not.toContain(ESCAPE);
  });
});

describe('npm run add and npm run remove', () => {
  it('add a file and take it away again, with the exit codes that they promise', async () => {
    const articles = path.join(scratch, 'added');
    const source = path.join(scratch, 'quay.txt');
    await writeFile(
      source,
      'Old quay to be mended before the summer\n\nThe harbour office said on Friday that the old quay would be mended before the summer.\n',
    );
    const file = 'undated-old-quay-to-be-mended-before-the-summer.md';

    const added = await run('add.ts', ['--articles', articles, source]);
    expect([added.code, added.out.split('\n')[0], added.err]).toEqual([0, `added ${file}`, '']);
    const again = await run('add.ts', ['--articles', articles, source]);
    expect([again.code, again.err]).toEqual([
      1,
      `not added ${source}: it is already in ${file} (the same text); --update replaces it.\n`,
    ]);
    const wrong = await run('add.ts', ['--articles', articles, '--published', '31/12/2030', source]);
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('a date such as 2024-01-27')]);

    // Without a terminal nobody can be asked, whatever stands on standard input.
    const unasked = await run(
      'remove.ts',
      ['--articles', articles, 'old quay to be mended before the summer'],
      'y\n',
    );
    expect([unasked.code, unasked.err]).toEqual([
      2,
      expect.stringMatching(/^Add --yes to remove undated-old-quay/),
    ]);
    expect(await readdir(articles)).toEqual([file]);
    const removed = await run('remove.ts', ['--articles', articles, '--yes', file]);
    expect([removed.code, removed.err]).toEqual([0, '']);
    expect(await readdir(articles)).toEqual([]);
  }, 120_000);
});

describe('npm run evaluate', () => {
  it('scores a file of questions as JSON', async () => {
    const file = path.join(scratch, 'questions.jsonl');
    const lines = [
      { id: 'a', question: 'When will the new lighthouse open?', quotes: ['September 14'] },
      { id: 'b', question: 'Which French minister visited the submarine factory?', unanswerable: true },
    ];
    await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'));
    const { code, out } = await run('evaluate.ts', ['--questions', file, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ first: 1, refused: 1, quotesNotInFile: 0, misses: [] });
  });
});

const hasScript = (() => {
  try {
    execFileSync('script', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** A conversation on a pseudo terminal: types each line once what it waits for has been shown. */
async function converse(steps: [waitFor: string, type: string][]): Promise<Result> {
  const command = ['exec', process.execPath, ...argumentsOf('ask.ts', ['--index', index])].map(
    (part) => `'${part}'`,
  );
  const line = command.join(' ').replace("'exec'", 'exec');
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    cwd: ROOT,
    env: { ...ENVIRONMENT, SHELL: '/bin/bash' },
  });
  let shown = '';
  let next = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString('utf8');
    const step = steps[next];
    if (step === undefined || !shown.includes(step[0])) return;
    next++;
    shown = '';
    child.stdin.write(step[1]);
  });
  return ended(child);
}

/** What stands on the terminal when a line can be typed. */
const PROMPT = `> ${ESCAPE}[3G`;

describe.skipIf(!hasScript)('a conversation', () => {
  it('helps, lists the sources, answers, and leaves at Ctrl-C', async () => {
    const { code, out } = await converse([
      [PROMPT, '/help\r'],
      ['leave (or Ctrl-C', '/sources\r'],
      ['oysters.txt', '/nonsense\r'],
      ['There is no /nonsense here', 'When will the new lighthouse open?\r'],
      ['confidence', '\u0003'],
    ]);
    expect(code).toBe(0);
    expect(out).toContain('5 articles');
    expect(out).toMatch(
      /2031-06-02 +Northport Courier +4 passages +Ferry crews end their strike +ferry-strike\.md/,
    );
    expect(out).toMatch(/undated +publisher unknown/);
    // The answering words are bold, and several words stand on a line.
    expect(out).toContain(`${ESCAPE}[1mSeptember`);
    expect(out).toMatch(/│ Sandhaven’s new lighthouse will open on/);
  });

  it('leaves at Ctrl-D and at /quit', async () => {
    expect((await converse([[PROMPT, '\u0004']])).code).toBe(0);
    expect((await converse([[PROMPT, '/quit\r']])).code).toBe(0);
  });
});
