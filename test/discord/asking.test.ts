import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { APPLICATION, CHANNEL, OTHER_CHANNEL, SILENT_CHANNEL, THREAD } from '../discord-server/server.ts';
import {
  ANSWERED_WITH,
  ASKED,
  buttonOf,
  flag,
  type Harness,
  hasButton,
  read,
  startHarness,
  text,
  UNANSWERABLE,
} from './harness.ts';

const PERSON = '700000000000000001';
const SOMEBODY_ELSE = '700000000000000002';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

// Whatever a test does, nothing that the bot sends may be refused, ping anybody or unfold a link.
let seen = 0;
afterEach(() => {
  const { refusals, messages } = harness.discord;
  const fresh = messages.slice(seen);
  seen = messages.length;
  expect(refusals.splice(0)).toEqual([]);
  expect(fresh.flatMap(({ pings, unfurls }) => [...pings, ...unfurls])).toEqual([]);
});

async function askedWith(...options: Parameters<typeof harness.discord.command>) {
  const caused = harness.discord.command(...options);
  return { caused, reply: await harness.discord.reply(caused) };
}

describe('/ask', () => {
  it('defers for everybody to see, then answers with a quote', async () => {
    const { caused, reply } = await askedWith('ask', [text('question', ASKED)]);
    expect(caused.acknowledgedAs).toBe(5);
    expect(caused.acknowledgements).toBe(1);
    expect(reply.onlyFor).toBeNull();
    expect(reply.fillings).toBe(1);
    expect(read(reply)).toContain(ANSWERED_WITH);
    expect(hasButton(reply, 'share')).toBe(false);
  });

  it('is acknowledged before any answering begins', async () => {
    const open = harness.hold();
    const caused = harness.discord.command('ask', [text('question', ASKED)]);
    await harness.discord.until('an acknowledgement', () => caused.acknowledgedAfter !== null);
    expect(caused.reply?.thinking).toBe(true);
    open();
    expect(read(await harness.discord.reply(caused))).toContain(ANSWERED_WITH);
  });

  it('searches the chosen article alone', async () => {
    const { reply } = await askedWith('ask', [text('question', ASKED), text('source', 'ferry.md')]);
    expect(read(reply)).not.toContain(ANSWERED_WITH);
    const chosen = await askedWith('ask', [text('question', ASKED), text('source', 'harbour.md')]);
    expect(read(chosen.reply)).toContain(ANSWERED_WITH);
  });

  it('takes a typed title that only one article has, and says so when there is none', async () => {
    const typed = await askedWith('ask', [text('question', ASKED), text('source', 'harbour talks')]);
    expect(read(typed.reply)).toContain(ANSWERED_WITH);
    const none = await askedWith('ask', [text('question', ASKED), text('source', 'no such thing')]);
    expect(read(none.reply)).toContain('There is no such article');
    expect(none.reply.onlyFor).toBe(PERSON);
  });

  it('answers the asker alone when asked to, and shares once with a button', async () => {
    const { reply } = await askedWith('ask', [text('question', ASKED), flag('private', true)]);
    expect(reply.onlyFor).toBe(PERSON);
    const share = buttonOf(reply, 'share');
    const pressed = harness.discord.press(reply, share);
    const [shared] = await harness.discord.until('the shared answer', () =>
      pressed.followUps.length > 0 ? pressed.followUps : null,
    );
    expect(shared?.onlyFor).toBeNull();
    expect(shared && read(shared)).toContain(ANSWERED_WITH);
    await harness.discord.until('the button to go', () => !hasButton(reply, 'share'));
    const again = harness.discord.press(reply, share);
    await harness.discord.until('an acknowledgement', () => again.acknowledgedAfter !== null);
    await askedWith('help');
    expect(again.followUps).toEqual([]);
  });

  it('says plainly that the articles do not say, with the nearest passages behind a button', async () => {
    const { reply } = await askedWith('ask', [text('question', UNANSWERABLE)]);
    const pressed = harness.discord.press(reply, buttonOf(reply, 'nearest'), { by: SOMEBODY_ELSE });
    const nearest = await harness.discord.reply(pressed);
    expect(nearest.onlyFor).toBe(SOMEBODY_ELSE);
    const quoted = harness.sources.index.articles.some(({ text: article }) =>
      read(nearest).includes(article.slice(article.indexOf('\n\n') + 2).split('. ')[0] ?? '?'),
    );
    expect(quoted).toBe(true);
  });

  it('works in direct messages and where only a person has installed it', async () => {
    for (const where of [{ direct: true }, { userInstall: true }, { direct: true, userInstall: true }]) {
      const { reply } = await askedWith('ask', [text('question', ASKED)], where);
      expect(read(reply)).toContain(ANSWERED_WITH);
    }
  });

  it('completes articles by title, publisher and nothing, at most 25', async () => {
    const { discord } = harness;
    const choices = async (typed: string) => {
      const caused = discord.autocomplete('ask', 'source', typed);
      return discord.until('choices', () => caused.choices);
    };
    expect((await choices('HARBOUR')).map(({ value }) => value)).toEqual(['harbour.md']);
    expect((await choices('coast gaz'))[0]?.name).toContain('Ferry fares rise');
    expect(await choices('')).toHaveLength(13);
    expect(await choices('zzz')).toEqual([]);
  });
});

describe('the buttons of an answer', () => {
  it('show the context, the check of the file and more quotes to whoever presses', async () => {
    const { reply } = await askedWith('ask', [text('question', ASKED)]);
    const press = async (customId: string) => {
      const caused = harness.discord.press(reply, customId, { by: SOMEBODY_ELSE });
      const shown = await harness.discord.reply(caused);
      expect(shown.onlyFor).toBe(SOMEBODY_ELSE);
      return read(shown);
    };
    expect(await press(buttonOf(reply, 'context', 0))).not.toBe('');
    expect(await press(buttonOf(reply, 'verify', 0))).not.toBe('');
    if (hasButton(reply, 'more')) expect(await press(buttonOf(reply, 'more'))).not.toBe('');
    expect(reply.fillings).toBe(1);
  });

  it('read the file anew', async () => {
    const { reply } = await askedWith('ask', [text('question', ASKED)]);
    const verify = buttonOf(reply, 'verify', 0);
    const before = read(await harness.discord.reply(harness.discord.press(reply, verify)));
    const file = path.join(harness.config.articlesFolder, 'harbour.md');
    const original =
      harness.sources.index.articles.find((article) => article.file === 'harbour.md')?.text ?? '';
    await writeFile(file, original.replace('twelve ships', 'nine ships'));
    try {
      const after = read(await harness.discord.reply(harness.discord.press(reply, verify)));
      expect(after).not.toBe(before);
    } finally {
      await writeFile(file, original);
    }
  });

  it.each([
    'more:',
    'more:unknown',
    'context:../../etc/passwd:0',
    'verify:unknown:999999999999999999999',
    'drop:table',
    '',
    ' ',
    'sources:x:-1',
    'share:unknown',
    'x'.repeat(100),
  ])('does nothing for the forged id "%s" but say so', async (forged) => {
    const { reply } = await askedWith('sources');
    const shown = await harness.discord.reply(harness.discord.press(reply, forged));
    expect(shown.onlyFor).toBe(PERSON);
    expect(read(shown)).toMatch(/does not belong|too old/);
  });

  it('know no quote beyond the last', async () => {
    const { reply } = await askedWith('ask', [text('question', ASKED)]);
    const forged = buttonOf(reply, 'context', 0).replace(/0$/, '9');
    const shown = await harness.discord.reply(harness.discord.press(reply, forged));
    expect(read(shown)).toContain('does not belong');
  });

  it('of a private answer are for the asker alone', async () => {
    const { reply } = await askedWith('ask', [text('question', ASKED), flag('private', true)]);
    for (const kind of ['share', 'context', 'verify']) {
      const caused = harness.discord.press(reply, buttonOf(reply, kind), { by: SOMEBODY_ELSE });
      const shown = await harness.discord.reply(caused);
      expect(read(shown)).toContain('somebody else');
      expect(shown.onlyFor).toBe(SOMEBODY_ELSE);
      expect(caused.followUps).toEqual([]);
    }
  });
});

describe('the other commands', () => {
  it('list the sources ten a page and turn the pages in place', async () => {
    const { reply } = await askedWith('sources');
    expect(reply.onlyFor).toBe(PERSON);
    expect(hasButton(reply, 'sources')).toBe(true);
    const first = read(reply);
    const pressed = harness.discord.press(reply, buttonOf(reply, 'sources', 1));
    await harness.discord.until('the second page', () => read(reply) !== first);
    expect(pressed.acknowledgedAs).toBe(6);
    const beyond = harness.discord.press(reply, buttonOf(reply, 'sources').replace(/\d+$/, '999'));
    await harness.discord.until('an edit', () => reply.fillings === 3 && beyond.acknowledgedAfter !== null);
  });

  it('show one source, the bot itself and help, to the asker alone', async () => {
    const source = await askedWith('source', [text('name', 'harbour.md')]);
    expect(read(source.reply)).toContain('Harbour talks go on');
    const none = await askedWith('source', [text('name', 'nothing like it')]);
    expect(read(none.reply)).toContain('There is no such article');
    const about = await askedWith('about');
    expect(read(about.reply)).toContain(harness.sources.index.revision);
    const help = await askedWith('help');
    for (const { reply } of [source, none, about, help]) expect(reply.onlyFor).toBe(PERSON);
  });

  it('find a message in the sources, privately', async () => {
    const caused = harness.discord.menu(
      'Find in the sources',
      'The navy has <@123> twelve ships in the harbour',
    );
    const reply = await harness.discord.reply(caused);
    expect(reply.onlyFor).toBe(PERSON);
    expect(read(reply)).toContain(ANSWERED_WITH);
    expect(hasButton(reply, 'share')).toBe(true);
    const empty = await harness.discord.reply(harness.discord.menu('Find in the sources', ''));
    expect(read(empty)).not.toBe('');
  });
});

describe('voices', () => {
  it('are listed with how often and where they speak', async () => {
    const { reply } = await askedWith('voices');
    expect(reply.onlyFor).toBe(PERSON);
    expect(read(reply)).toContain('Mira Holt');
    expect(read(reply)).toMatch(/1 statement · 1 in quotation marks · Example News/);
  });

  it('are completed from part of a name, and shown with all that they say', async () => {
    const completed = harness.discord.autocomplete('voice', 'name', 'holt');
    const choices = await harness.discord.until('choices', () => completed.choices);
    expect(choices).toHaveLength(1);
    const name = text('name', choices[0]?.value ?? '');
    const { reply } = await askedWith('voice', [name]);
    expect(reply.onlyFor).toBe(PERSON);
    expect(read(reply)).toContain('We have not asked the navy to leave');
    const about = await askedWith('voice', [name, text('about', 'navy')]);
    expect(read(about.reply)).toContain('We have not asked the navy to leave');
    const nothing = await askedWith('voice', [name, text('about', 'beans')]);
    expect(read(nothing.reply)).toMatch(/Holt.* says nothing about beans/);
    const nobody = await askedWith('voice', [text('name', 'Nobody at all')]);
    expect(read(nobody.reply)).toContain('Nobody of that name');
  });
});

describe('timeline and brief', () => {
  it('quote what the articles date and come down to', async () => {
    const dated = await askedWith('timeline', [text('about', 'ships')]);
    expect(dated.reply.onlyFor).toBe(PERSON);
    expect(read(dated.reply)).toMatch(/2019.*twelve ships in the harbour since 2019/);
    const nothing = await askedWith('timeline', [text('about', 'zebras')]);
    expect(read(nothing.reply)).toContain('date nothing about zebras');
    const one = await askedWith('brief', [text('source', 'ferry.md')]);
    expect(read(one.reply)).toMatch(/In brief: Ferry fares rise.*Coast Gazette/);
    expect(read(one.reply)).not.toContain('Example News');
    expect(read((await askedWith('brief')).reply)).toContain('In brief');
    const unknown = await askedWith('brief', [text('source', 'no such thing')]);
    expect(read(unknown.reply)).toContain('There is no such article');
  });

  it('turn pages in place', async () => {
    const { reply } = await askedWith('timeline');
    const first = read(reply);
    harness.discord.press(reply, buttonOf(reply, 'list', 1));
    await harness.discord.until('the second page', () => read(reply) !== first);
  });
});

describe('messages', () => {
  const MENTION = `<@${APPLICATION}>`;

  it('are answered where the bot is mentioned, as a reply', async () => {
    const id = harness.discord.say(`${MENTION} ${ASKED}`);
    const reply = await harness.discord.replyTo(id);
    expect(reply.channel).toBe(CHANNEL);
    expect(read(reply)).toContain(ANSWERED_WITH);
    expect(harness.discord.typing).toBeGreaterThan(0);
  });

  it('are answered in direct messages without a mention', async () => {
    const reply = await harness.discord.replyTo(harness.discord.say(ASKED, { direct: true }));
    expect(read(reply)).toContain(ANSWERED_WITH);
  });

  it('are passed over without a mention, from bots, and with @everyone alone', async () => {
    const before = harness.discord.messages.length;
    harness.discord.say(ASKED);
    harness.discord.say(`@everyone ${ASKED}`);
    harness.discord.say(`${MENTION} ${ASKED}`, { by: '700000000000000003' }, { bot: true });
    const last = harness.discord.say(`${MENTION} ${ASKED}`, { channel: OTHER_CHANNEL });
    await harness.discord.replyTo(last);
    expect(harness.discord.messages.length).toBe(before + 1);
  });

  it('that mention everybody make no sound in the answer', async () => {
    const question = `${MENTION} @everyone What did the lighthouse keeper write on the wall?`;
    const reply = await harness.discord.replyTo(harness.discord.say(question));
    expect(reply.pings).toEqual([]);
    expect(reply.unfurls).toEqual([]);
  });

  it('that follow an answer are read with its question', async () => {
    const { discord } = harness;
    const first = await discord.replyTo(
      discord.say(`${MENTION} Has the navy been asked to leave the harbour?`),
    );
    const followUp = 'And what does Admiral Reed say?';
    const reply = await discord.replyTo(discord.say(followUp, {}, { replyTo: first }));
    expect(read(reply)).toContain('no request to withdraw');
    // The same person's next message in a thread, and in direct messages.
    for (const where of [{ channel: THREAD }, { direct: true }]) {
      const start = 'Has the navy been asked to leave the harbour?';
      await discord.replyTo(discord.say(`${MENTION} ${start}`, where));
      const next = await discord.replyTo(discord.say(`${MENTION} ${followUp}`, where));
      expect(read(next)).toContain('no request to withdraw');
    }
    // Another person in the thread starts anew.
    const other = discord.say(`${MENTION} Why?`, { channel: THREAD, by: SOMEBODY_ELSE });
    expect(read(await discord.replyTo(other))).not.toContain('no request to withdraw');
  });

  it('in a channel where the bot may not write harm nothing', async () => {
    harness.discord.say(`${MENTION} ${ASKED}`, { channel: SILENT_CHANNEL });
    await harness.discord.until('the refusal', () => harness.discord.refusals.length > 0);
    expect(harness.discord.refusals.splice(0).map(({ code }) => code)).toEqual([50013]);
    await harness.discord.replyTo(harness.discord.say(`${MENTION} ${ASKED}`));
  });
});

describe('the log', () => {
  it('holds no question, no answer, no token and no URL of an interaction', () => {
    const logged = harness.logged();
    expect(logged).toContain('"msg":"question"');
    for (const secret of ['ships', 'harbour', 'lighthouse', 'chess', 'stand-in', 'interaction-token', 'Reed'])
      expect(logged.toLowerCase()).not.toContain(secret.toLowerCase());
  });
});
