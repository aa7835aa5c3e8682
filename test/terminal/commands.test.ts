import { describe, expect, it } from 'vitest';
import { unknownCommand } from '../../src/terminal/commands.ts';

describe('a text with a slash before it', () => {
  it.each(['/voices', '/voice Lee', '/timeline about: the dock', ' /brief\n'])('is a command: %s', (text) => {
    expect(unknownCommand(text)).toBe(null);
  });

  it.each([
    ['/foo', '/foo'],
    ['/Voices', '/Voices'],
    ['/voicesof Lee', '/voicesof'],
    ['/toString', '/toString'],
    ['/', '/'],
    [' /foo who said so?', '/foo'],
  ])('is no command: %s', (text, name) => {
    expect(unknownCommand(text)).toMatch(/^There is no command \S+; there are \/voices, .*\.$/);
    expect(unknownCommand(text)).toContain(`no command ${name};`);
  });

  it('shows no control characters of a name that is none', () => {
    expect(unknownCommand('/\u001b[31mfoo')).not.toContain('\u001b');
  });

  it.each(['Who spoke?', '', 'What does /voices do?'])('is a question without one: %s', (text) => {
    expect(unknownCommand(text)).toBe(null);
  });
});
