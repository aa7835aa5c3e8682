import { describe, expect, it } from 'vitest';
import { violations } from '../../src/discord/limits.ts';

const quiet = { allowedMentions: { parse: [] } };
const button = (custom_id: string, label = 'A') => ({ type: 2, style: 2, label, custom_id });
const row = (...components: unknown[]) => ({ type: 1, components });
const text = (content: string) => ({ type: 10, content });
const v2 = (...components: unknown[]) => ({ ...quiet, flags: 1 << 15, components });
const select = (options: unknown[]) => ({ type: 3, custom_id: 's', options });
const option = (value: string) => ({ label: 'a', value });

describe('a message that Discord takes', () => {
  it.each([
    ['text', { ...quiet, content: 'a' }],
    [
      'text as long as it may be, counted in characters and not in code units',
      { ...quiet, content: '😀'.repeat(2000) },
    ],
    ['text with a row of buttons', { ...quiet, content: 'a', components: [row(button('1'), button('2'))] }],
    ['an embed', { ...quiet, embeds: [{ title: 'a'.repeat(256), description: 'b'.repeat(4096) }] }],
    ['text displays of 4000 characters', v2(text('a'.repeat(3999)), text('😀'))],
    ['40 components', v2(...Array.from({ length: 40 }, () => text('a')))],
    [
      'a section in a container',
      v2({ type: 17, components: [{ type: 9, components: [text('a')], accessory: button('1') }] }),
    ],
    ['a select menu', v2(row(select([option('1'), option('2')])))],
    ['the form of the REST interface', { allowed_mentions: { parse: [] }, content: 'a' }],
  ])('has no violations: %s', (_, payload) => {
    expect(violations(payload)).toEqual([]);
  });
});

describe('a message that Discord refuses', () => {
  it.each([
    ['nothing', null, 'not an object'],
    ['no text and no component', { ...quiet }, 'empty'],
    ['long text', { ...quiet, content: 'a'.repeat(2001) }, '2001 characters, at most 2000'],
    ['half a character', { ...quiet, content: 'a\ud83d' }, 'half a character'],
    ['mentions not set', { content: 'a' }, 'allowed mentions are not set'],
    ['mentions parsed', { content: 'a', allowedMentions: { parse: ['everyone'] } }, 'parse is not empty'],
    ['mentions named', { content: 'a', allowedMentions: { parse: [], users: ['1'] } }, 'users are named'],
    [
      'six rows',
      { ...quiet, content: 'a', components: Array.from({ length: 6 }, (_, i) => row(button(`${i}`))) },
      '6 action rows',
    ],
    [
      'a text display without the flag',
      { ...quiet, components: [text('a')] },
      'type 10 does not belong there',
    ],
    ['content with the flag', { ...v2(text('a')), content: 'a' }, 'content stands beside'],
    ['embeds with the flag', { ...v2(text('a')), embeds: [{}] }, 'embeds stand beside'],
    ['the flag alone', v2(), 'hold no component'],
    [
      '4001 characters in text displays',
      v2(text('a'.repeat(4000)), text('b')),
      '4001 characters in text displays',
    ],
    ['an empty text display', v2(text(' \n ')), 'is empty'],
    ['41 components', v2(...Array.from({ length: 41 }, () => text('a'))), '41 components'],
    [
      '41 components, nested ones counted',
      v2(...Array.from({ length: 14 }, (_, i) => row(button(`${i}`), button(`b${i}`)))),
      '42 components',
    ],
    ['an empty row', v2(row()), '0, 1 to 5'],
    ['six buttons in a row', v2(row(...'123456'.split('').map((id) => button(id)))), '6, 1 to 5'],
    ['a select menu beside a button', v2(row(select([option('1')]), button('1'))), 'not alone'],
    ['a button at the top', v2(button('1')), 'type 2 does not belong there'],
    [
      'a container in a container',
      v2({ type: 17, components: [{ type: 17, components: [text('a')] }] }),
      'type 17',
    ],
    ['a section without an accessory', v2({ type: 9, components: [text('a')] }), 'accessory'],
    [
      'a colour that is none',
      v2({ type: 17, accent_color: 0x1000000, components: [text('a')] }),
      'no colour',
    ],
    ['a long custom id', v2(row(button('1'.repeat(101)))), '101 characters, at most 100'],
    ['a custom id used twice', v2(row(button('1')), row(button('1'))), 'used twice'],
    ['a long label', v2(row(button('1', 'a'.repeat(81)))), '81 characters, at most 80'],
    ['a button without a label', v2(row({ type: 2, style: 2, custom_id: '1' })), 'neither label nor emoji'],
    ['a button of no style', v2(row({ ...button('1'), style: 7 })), 'style'],
    [
      'a link with a custom id',
      v2(row({ ...button('1'), style: 5, url: 'https://example.test' })),
      'an address and a custom id',
    ],
    ['a link to a script', v2(row({ type: 2, style: 5, label: 'a', url: 'javascript:1' })), 'may open'],
    ['26 options', v2(row(select(Array.from({ length: 26 }, (_, i) => option(`${i}`))))), '26, 1 to 25'],
    ['an option used twice', v2(row(select([option('1'), option('1')]))), 'used twice'],
    ['a long option', v2(row(select([option('1'.repeat(101))]))), 'at most 100'],
    ['eleven embeds', { ...quiet, embeds: Array.from({ length: 11 }, () => ({ title: 'a' })) }, '11 embeds'],
    [
      '6001 characters in embeds',
      { ...quiet, embeds: [{ description: 'a'.repeat(4000) }, { description: 'a'.repeat(2001) }] },
      '6001 characters',
    ],
    ['a long title', { ...quiet, embeds: [{ title: 'a'.repeat(257) }] }, 'at most 256'],
    [
      '26 fields',
      { ...quiet, embeds: [{ fields: Array.from({ length: 26 }, () => ({ name: 'a', value: 'b' })) }] },
      '26, at most 25',
    ],
    ['a field without a value', { ...quiet, embeds: [{ fields: [{ name: 'a' }] }] }, 'is missing'],
  ])('has a violation that says so: %s', (_, payload, reason) => {
    expect(violations(payload).join('\n')).toContain(reason);
  });
});
