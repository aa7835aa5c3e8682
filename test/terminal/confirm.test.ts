import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { confirm } from '../../src/terminal/confirm.ts';

function answered(typed: string | null): { yes: Promise<boolean>; shown: () => string } {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const yes = confirm('Remove a.md?', input, output);
  if (typed === null) input.end();
  else input.write(typed);
  return { yes, shown: () => String(output.read() ?? '') };
}

describe('a question at a terminal', () => {
  it.each(['y\r', 'Y\r', ' yes \r', 'YES\r'])('%j is yes', async (typed) => {
    const { yes, shown } = answered(typed);
    expect(await yes).toBe(true);
    expect(shown()).toContain('Remove a.md? [y/N] ');
  });

  it.each([
    ['n', 'n\r'],
    ['nothing', '\r'],
    ['another word', 'yesterday\r'],
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
    ['Ctrl-C behind the word', 'y\u0003'],
    ['a closed terminal', null],
  ])('%s is no', async (_what, typed) => {
    expect(await answered(typed).yes).toBe(false);
  });
});
