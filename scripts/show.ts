/** npm run show: draws a message, or an answer as the message that it is sent as, close to Discord's look. */
import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Command, InvalidArgumentError } from 'commander';
import { violations } from '../src/discord/limits.ts';
import { renderAnswer } from '../src/discord/render.ts';
import { reasonOf, UsageError, VerbatimError } from '../src/errors.ts';
import { run } from '../src/terminal/program.ts';
import type { Answer } from '../src/values.ts';
import { takePicture } from './show/browser.ts';
import { type Message, pageOf } from './show/page.ts';
import { servePage } from './show/serve.ts';

await run(async () => {
  const command = new Command('npm run show --')
    .description(
      'Draws a message as a picture close to Discord’s look. Reads a payload, or an answer of npm run ask -- --json, from a file or standard input. Needs Chromium; nothing is loaded from the network.',
    )
    .argument('<picture>', 'the PNG file to write')
    .argument('[json]', 'the file to read (default: standard input)')
    .option('--width <pixels>', 'width of the window: 390 is a phone’s', pixels, 390)
    .option('--scale <factor>', 'pixels of the picture for each pixel of the window', Number, 2)
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError('(--help shows what it takes)')
    .exitOverride()
    .parse();
  const [picture, file] = command.args as [string, string | undefined];
  const { width, scale } = command.opts<{ width: number; scale: number }>();
  const value = parse(file === undefined ? await text(process.stdin) : await readJson(file));
  const message = 'quotes' in value ? renderAnswer(value, { id: 'shown', shareable: false }) : value;
  for (const violation of violations(message))
    process.stderr.write(`Discord would refuse this: ${violation}\n`);
  const page = await servePage(pageOf(message, '/ask'));
  try {
    await writeFile(picture, await takePicture(page.url, width, scale));
  } catch (error) {
    if (error instanceof VerbatimError) throw error;
    throw new VerbatimError(`The picture could not be written to ${picture}: ${reasonOf(error)}.`, {
      cause: error,
    });
  } finally {
    page.close();
  }
});

function pixels(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 200 || number > 4000)
    throw new InvalidArgumentError('give a number of pixels from 200 to 4000.');
  return number;
}

async function readJson(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error) => {
    throw new UsageError(`${file} cannot be read: ${reasonOf(error)}.`, { cause: error });
  });
}

function parse(json: string): Answer | Message {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new UsageError('This is not JSON: give one payload, or one line of npm run ask -- --json.', {
      cause: error,
    });
  }
  if (
    typeof value !== 'object' ||
    value === null ||
    !('quotes' in value || 'components' in value || 'content' in value)
  )
    throw new UsageError('This JSON is neither a message nor an answer.');
  return value as Answer | Message;
}
