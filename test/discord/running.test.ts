import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { buildIndex } from '../../src/index/build.ts';
import { APPLICATION, CHANNEL, OTHER_CHANNEL, person, THREAD } from '../discord-server/server.ts';
import {
  ANSWERED_WITH,
  ASKED,
  buttonOf,
  flag,
  type Harness,
  read,
  setting,
  startHarness,
  text,
} from './harness.ts';

const ADMIN = { admin: true };
const MENTION = `<@${APPLICATION}>`;
const QUESTION = [text('question', ASKED)];

let harness: Harness;
afterEach(() => harness.stop());

async function askedWith(...options: Parameters<typeof harness.discord.command>) {
  const caused = harness.discord.command(...options);
  return { caused, reply: await harness.discord.reply(caused) };
}

describe('fair use', () => {
  it('tells a person and a server privately when to try again', async () => {
    harness = await startHarness({ perPerson: 2, perServer: 3 });
    for (let i = 0; i < 2; i++)
      expect(read((await askedWith('ask', QUESTION)).reply)).toContain(ANSWERED_WITH);
    const third = await askedWith('ask', QUESTION);
    expect(third.reply.onlyFor).toBe(person().id);
    const seconds = Number(/<t:(\d+):R>/.exec(read(third.reply))?.[1]);
    expect(seconds).toBeGreaterThan(Date.now() / 1000);
    expect(seconds).toBeLessThan(Date.now() / 1000 + 62);
    harness.discord.say(`${MENTION} ${ASKED}`, { by: '700000000000000002' });
    await harness.discord.until('the answer', () =>
      harness.discord.messages.some(({ replyTo }) => replyTo !== null),
    );
    const refused = await askedWith('ask', QUESTION, { by: '700000000000000003' });
    expect(read(refused.reply)).toMatch(/server.*<t:\d+:R>/);
    // Direct messages belong to no server.
    const direct = await askedWith('ask', QUESTION, { by: '700000000000000004', direct: true });
    expect(read(direct.reply)).toContain(ANSWERED_WITH);
  });

  it('tells somebody who mentions the bot too often so in a direct message, once', async () => {
    harness = await startHarness({ perPerson: 1 });
    const { discord } = harness;
    await discord.replyTo(discord.say(`${MENTION} ${ASKED}`));
    for (let i = 0; i < 3; i++) discord.say(`${MENTION} ${ASKED}`);
    const told = await discord.until('the direct message', () => discord.messages[1]);
    await askedWith('help');
    expect(told.channel).toBe('900000000000000001');
    expect(read(told)).toMatch(/<t:\d+:R>/);
    expect(discord.messages.filter(({ replyTo }) => replyTo !== null)).toHaveLength(1);
    expect(discord.messages.filter(({ channel }) => channel === told.channel)).toHaveLength(1);
    // Somebody who takes no direct messages is not told, and nothing fails.
    const closed = '700000000000000006';
    discord.closedToMessages.add(closed);
    await discord.replyTo(discord.say(`${MENTION} ${ASKED}`, { by: closed }));
    discord.say(`${MENTION} ${ASKED}`, { by: closed });
    await discord.until('the log', () => harness.logged().includes('could not be told'));
    expect(harness.logged()).not.toContain('"level":"error"');
  });

  it('acknowledges a flood at once and refuses what the queue has no room for', async () => {
    harness = await startHarness({ waiting: 5 });
    const open = harness.hold();
    const flood = Array.from({ length: 60 }, (_, i) =>
      harness.discord.command('ask', QUESTION, { by: `7000000000000001${String(i).padStart(2, '0')}` }),
    );
    await harness.discord.until('all acknowledgements', () =>
      flood.every(({ acknowledgedAfter }) => acknowledgedAfter !== null),
    );
    const help = harness.discord.command('help');
    await harness.discord.reply(help);
    open();
    const replies = await Promise.all(flood.map((caused) => harness.discord.reply(caused)));
    const answered = replies.filter((reply) => read(reply).includes(ANSWERED_WITH));
    const later = replies.filter((reply) => /<t:\d+:R>/.test(read(reply)));
    expect(answered).toHaveLength(6);
    expect(answered.length + later.length).toBe(60);
    expect(later.every(({ onlyFor }) => onlyFor !== null)).toBe(true);
    expect(flood.every(({ acknowledgements }) => acknowledgements === 1)).toBe(true);
    expect(harness.discord.refusals).toEqual([]);
  });

  it('lets answers leave, and others be heard, while many questions wait', async () => {
    harness = await startHarness({ waiting: 200 });
    const { discord } = harness;
    const flood = Array.from({ length: 200 }, () => discord.command('ask', QUESTION));
    const waiting = () => flood.filter(({ reply }) => reply === null || reply.thinking).length;
    await discord.until('the first answer', () => waiting() < flood.length, 20_000);
    expect(waiting()).toBeGreaterThan(0);
    const help = discord.command('help');
    await discord.reply(help);
    expect(waiting()).toBeGreaterThan(0);
    await discord.until('every answer', () => waiting() === 0, 60_000);
    expect(flood.every(({ reply }) => reply?.fillings === 1)).toBe(true);
    expect(discord.refusals).toEqual([]);
  });
});

describe('channels and settings', () => {
  it('of the operator bind every server', async () => {
    harness = await startHarness({ channels: { allowed: [CHANNEL], denied: [] } });
    expect(read((await askedWith('ask', QUESTION)).reply)).toContain(ANSWERED_WITH);
    expect(read((await askedWith('ask', QUESTION, { channel: THREAD })).reply)).toContain(ANSWERED_WITH);
    const { reply } = await askedWith('ask', QUESTION, { channel: OTHER_CHANNEL });
    expect(read(reply)).toContain('does not answer in this channel');
    expect(reply.onlyFor).toBe(person().id);
    const before = harness.discord.messages.length;
    harness.discord.say(`${MENTION} ${ASKED}`, { channel: OTHER_CHANNEL });
    await harness.discord.replyTo(harness.discord.say(`${MENTION} ${ASKED}`));
    expect(harness.discord.messages.length).toBe(before + 1);
  });

  it('are for those with Manage Server, last across restarts and go with the server', async () => {
    harness = await startHarness();
    const refused = await askedWith('settings', [setting('show')]);
    expect(read(refused.reply)).toContain('Manage Server');
    await askedWith('settings', [setting('private', { on: true })], ADMIN);
    const denied = await askedWith('settings', [setting('deny', { channel: OTHER_CHANNEL })], ADMIN);
    expect(read(denied.reply)).toContain(`not in <#${OTHER_CHANNEL}>`);
    expect((await askedWith('ask', QUESTION)).reply.onlyFor).toBe(person().id);
    expect((await askedWith('ask', [...QUESTION, flag('private', false)])).reply.onlyFor).toBeNull();

    await harness.restart();
    expect((await askedWith('ask', QUESTION)).reply.onlyFor).toBe(person().id);
    const elsewhere = await askedWith('ask', QUESTION, { channel: OTHER_CHANNEL });
    expect(read(elsewhere.reply)).toContain('does not answer in this channel');
    const cleared = await askedWith('settings', [setting('clear', { channel: OTHER_CHANNEL })], ADMIN);
    expect(read(cleared.reply)).not.toContain(OTHER_CHANNEL);

    harness.discord.takeServerAway('outage');
    expect((await askedWith('ask', QUESTION)).reply.onlyFor).toBe(person().id);
    harness.discord.takeServerAway('left');
    // Events come in order: once this is answered, the bot knows that it left.
    await askedWith('help', [], { direct: true });
    await harness.restart();
    expect((await askedWith('ask', QUESTION)).reply.onlyFor).toBeNull();
  });

  it('name a channel that is told of changed articles; older answers say that theirs has changed', async () => {
    harness = await startHarness();
    const { discord, config, sources } = harness;
    const set = await askedWith('settings', [setting('news', { channel: OTHER_CHANNEL })], ADMIN);
    expect(read(set.reply)).toContain(`<#${OTHER_CHANNEL}> is told`);
    const { reply } = await askedWith('ask', QUESTION);
    const file = path.join(config.articlesFolder, 'harbour.md');
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('navy', 'coast guard'));
    await writeFile(
      path.join(config.articlesFolder, 'new.md'),
      '---\ntitle: "A @everyone *title*"\n---\n\nThe mill of Port Varn opened again in the spring of the year.\n',
    );
    await buildIndex(config.articlesFolder, config.indexFolder, sources.embedder);
    const news = await discord.until('the news', () =>
      discord.messages.find(({ channel }) => channel === OTHER_CHANNEL),
    );
    expect(read(news)).toBe('Articles: 1 added (“A @everyone title”); 1 changed (“Harbour talks go on”).');
    expect(news.pings).toEqual([]);
    const context = await discord.reply(discord.press(reply, buttonOf(reply, 'context', 0)));
    expect(read(context)).toContain('has changed');
    const verified = await discord.reply(discord.press(reply, buttonOf(reply, 'verify', 0)));
    expect(read(verified)).toContain('The file has changed');
    // A revision that cannot be used is named in /about, and the one before goes on.
    await writeFile(path.join(config.indexFolder, 'current'), 'no such revision');
    await expect
      .poll(async () => read((await askedWith('about')).reply), { timeout: 10_000, interval: 200 })
      .toContain('npm run index');
    expect(
      read((await askedWith('ask', [text('question', 'When did the mill open again?')])).reply),
    ).toContain('spring');
    expect(discord.refusals).toEqual([]);
  });
});

describe('when Discord fails', () => {
  it('answers through 429, 500, 502 and broken connections, once', async () => {
    harness = await startHarness();
    const { discord } = harness;
    discord.fail(/PATCH .*@original/, 429, {
      headers: { 'retry-after': '0.2', 'x-ratelimit-scope': 'user' },
      body: { message: 'You are being rate limited.', retry_after: 0.2, global: false },
    });
    expect(read((await askedWith('ask', QUESTION)).reply)).toContain(ANSWERED_WITH);
    for (const status of [500, 502, 'drop'] as const) {
      discord.fail(/PATCH .*@original/, status, { times: 5, done: status !== 500 });
      const { reply } = await askedWith('ask', QUESTION);
      expect(read(reply)).toContain(ANSWERED_WITH);
    }
    discord.fail(/POST .*messages/, 502, { done: true });
    const id = discord.say(`${MENTION} ${ASKED}`);
    await discord.replyTo(id);
    await askedWith('ask', QUESTION);
    expect(discord.messages.filter(({ replyTo }) => replyTo === id)).toHaveLength(1);
    expect(discord.refusals).toEqual([]);
  });

  it('outlives an unknown interaction and a double acknowledgement', async () => {
    harness = await startHarness();
    const { discord } = harness;
    discord.fail(/callback/, 404, { body: { message: 'Unknown interaction', code: 10062 } });
    discord.command('ask', QUESTION);
    await discord.until('the log', () => harness.logged().includes('interaction expired'));
    discord.fail(/callback/, 400, {
      body: { message: 'Interaction has already been acknowledged.', code: 40060 },
      done: true,
    });
    const { reply, caused } = await askedWith('ask', QUESTION);
    expect(read(reply)).toContain(ANSWERED_WITH);
    expect(caused.acknowledgements).toBe(1);
    expect(harness.logged()).toContain('acknowledged already');
    expect(harness.logged()).not.toContain('"level":"error"');
  });

  it('resumes, and identifies anew when it must', async () => {
    harness = await startHarness();
    const { discord } = harness;
    const { gateway } = discord;
    for (const interrupt of [
      () => gateway.drop(null),
      () => gateway.drop(4000),
      () => gateway.askToReconnect(),
    ]) {
      const { resumed } = gateway;
      interrupt();
      // Asked while nobody is connected: Discord sends it after the resumption.
      const caused = discord.command('ask', QUESTION);
      expect(read(await discord.reply(caused))).toContain(ANSWERED_WITH);
      await discord.until('the resumption', () => gateway.resumed === resumed + 1, 15_000);
    }
    expect(gateway.identified).toBe(1);
    gateway.invalidate();
    await discord.until('a new session', () => gateway.identified === 2 && gateway.connected, 15_000);
    expect(read((await askedWith('ask', QUESTION)).reply)).toContain(ANSWERED_WITH);
    expect(discord.registrations).toBe(1);
  });
});

describe('connecting', () => {
  it.each([
    [4004, 'Discord does not accept DISCORD_TOKEN'],
    [4014, 'refuses the intents'],
  ])('says what is wrong when the gateway closes with %i, and tries once', async (code, sentence) => {
    harness = await startHarness();
    await harness.bot.stop();
    const { gateway } = harness.discord;
    gateway.refuseWith = code;
    const { identified } = gateway;
    await expect(harness.restart()).rejects.toThrow(sentence);
    expect(gateway.identified).toBe(identified + 1);
  });
});

describe('stopping', () => {
  it('finishes what is in flight, takes nothing new and closes the gateway', async () => {
    harness = await startHarness();
    const open = harness.hold();
    const asked = harness.discord.command('ask', QUESTION);
    await harness.discord.until('an acknowledgement', () => asked.acknowledgedAfter !== null);
    const stopped = harness.bot.stop();
    const late = await askedWith('ask', QUESTION);
    expect(read(late.reply)).toContain('restarted');
    open();
    await stopped;
    expect(read(await harness.discord.reply(asked))).toContain(ANSWERED_WITH);
    expect(harness.discord.gateway.connected).toBe(false);
    await harness.bot.ended;
  });
});
