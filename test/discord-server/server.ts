/**
 * A stand-in of Discord on loopback: its REST interface and its gateway, with one server, people, and what they do.
 * It refuses what Discord refuses, keeps Discord's clock (three seconds to acknowledge, fifteen minutes to answer),
 * and can fail the way Discord fails. The bot meets it through the real discord.js.
 */
import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Gateway, INTENT } from './gateway.ts';
import {
  type Breach,
  breachesOfBody,
  breachesOfChoices,
  breachesOfCommands,
  breachesOfMessage,
  FLAGS,
  type Json,
} from './rules.ts';

export const TOKEN = 'MTAwMDAwMDAwMDAwMDAwMDAx.stand-in.not-a-real-token';
export const APPLICATION = '100000000000000001';
export const SERVER = '200000000000000001';
/** Channels of the server: one with a thread in it, one where the bot may not write. */
export const CHANNEL = '300000000000000001';
export const OTHER_CHANNEL = '300000000000000002';
export const THREAD = '300000000000000003';
export const SILENT_CHANNEL = '300000000000000004';

const ACKNOWLEDGE_WITHIN_MS = 3000;
const TOKEN_LIVES_MS = 15 * 60_000;
const MANAGE_GUILD = 1n << 5n;
const ORDINARY = (1n << 10n) | (1n << 11n) | (1n << 16n) | (1n << 31n);

/** A message as it stands in a channel. */
export interface Sent {
  id: string;
  channel: string;
  /** The person who alone sees it, or null. */
  onlyFor: string | null;
  /** Shown as "thinking" until it is filled in. */
  thinking: boolean;
  body: Json;
  /** How often its text was set. */
  fillings: number;
  /** The message that it replies to. */
  replyTo: string | null;
  /** Whom it made a sound for, and the links that Discord shows a preview of. */
  pings: string[];
  unfurls: string[];
}

/** Something refused: what was asked for, and why. */
export interface Refusal {
  request: string;
  status: number;
  code: number;
  breaches: Breach[];
}

/** An interaction as somebody caused it. */
export interface Caused {
  id: string;
  token: string;
  kind: 'command' | 'button' | 'autocomplete';
  by: string;
  channel: string;
  at: number;
  /** Milliseconds until it was acknowledged, or null. */
  acknowledgedAfter: number | null;
  /** How often the bot tried. */
  acknowledgements: number;
  acknowledgedAs: number | null;
  /** Its first reply, and those that followed. */
  reply: Sent | null;
  followUps: Sent[];
  choices: { name: string; value: string }[] | null;
  /** The message whose button was pressed. */
  source: Sent | null;
}

/** Where something happens and who does it. */
export interface Where {
  by?: string;
  channel?: string;
  /** In the bot's direct messages instead of the server. */
  direct?: boolean;
  /** In a private channel, or a server without the bot, by a person who installed it. */
  userInstall?: boolean;
  admin?: boolean;
}

/** How a request is made to fail. */
interface Fault {
  matches: RegExp;
  left: number;
  status: number | 'drop';
  body: Json;
  headers: Record<string, string>;
  /** Do what was asked for, and say that it failed. */
  done: boolean;
}

export class DiscordServer {
  readonly api: string;
  readonly gateway: Gateway;
  readonly requests: string[] = [];
  readonly refusals: Refusal[] = [];
  readonly messages: Sent[] = [];
  readonly interactions = new Map<string, Caused>();
  commands: Json[] = [];
  serverCommands: Json[] = [];
  /** How often the commands were written. */
  registrations = 0;
  typing = 0;
  /** People who take no direct messages. */
  readonly closedToMessages = new Set<string>();
  /** Every request fails with this status while it is set. */
  outage: number | null = null;

  readonly #server: Server;
  readonly #changed = new EventEmitter().setMaxListeners(0);
  readonly #faults: Fault[] = [];
  readonly #tokens = new Map<string, Caused>();
  readonly #nonces = new Map<string, Sent>();
  #last = 0n;

  private constructor(server: Server) {
    this.#server = server;
    this.api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
    this.gateway = new Gateway(server, TOKEN, (session) => [
      {
        t: 'READY',
        d: {
          v: 10,
          user: BOT_USER,
          guilds: [{ id: SERVER, unavailable: true }],
          session_id: session,
          resume_gateway_url: this.#gatewayUrl,
          shard: [0, 1],
          application: { id: APPLICATION, flags: 0 },
        },
      },
      { t: 'GUILD_CREATE', d: guild() },
    ]);
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  static async start(): Promise<DiscordServer> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new DiscordServer(server);
  }

  async close(): Promise<void> {
    this.gateway.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  // What people do.

  /** Somebody uses a slash command. */
  command(name: string, options: Json[] = [], where: Where = {}): Caused {
    const data = { id: this.#id(), name, type: 1, options, ...inServer(where) };
    const channels = channelsIn(options);
    return this.#cause('command', 2, { ...data, ...(channels && { resolved: { channels } }) }, where);
  }

  /** Somebody uses a command in the menu of a message. */
  menu(name: string, content: string, where: Where = {}): Caused {
    const target = this.#id();
    const author = person('800000000000000001');
    const message = { ...emptyMessage(target, where.channel ?? CHANNEL, author), content };
    return this.#cause(
      'command',
      2,
      { id: this.#id(), name, type: 3, target_id: target, resolved: { messages: { [target]: message } } },
      where,
    );
  }

  /** Somebody types an option that is completed. */
  autocomplete(name: string, option: string, typed: string, where: Where = {}): Caused {
    const options = [{ name: option, type: 3, value: typed, focused: true }];
    return this.#cause('autocomplete', 4, { id: this.#id(), name, type: 1, options }, where);
  }

  /** Somebody presses a button of a message, or makes their client say so. */
  press(source: Sent, customId: string, where: Where = {}): Caused {
    return this.#cause(
      'button',
      3,
      { custom_id: customId, component_type: 2 },
      { channel: source.channel, ...where },
      source,
    );
  }

  /**
   * Somebody writes a message. The bot gets the text only as Discord gives it to a bot without the privileged
   * intent: in direct messages, and where it is mentioned.
   * @param replyTo a message of the bot; replying mentions its author
   * @returns the message's id
   */
  say(
    content: string,
    { by = person().id, channel = CHANNEL, direct = false }: Where = {},
    { replyTo = null as Sent | null, mentionAuthor = true, bot = false } = {},
  ): string {
    const id = this.#id();
    const at = direct ? directChannel(by) : channel;
    const mentions = [...content.matchAll(/<@!?(\d+)>/g)].map(([, mentioned]) => mentioned as string);
    if (replyTo !== null && mentionAuthor) mentions.push(APPLICATION);
    const visible = direct || mentions.includes(APPLICATION);
    const message = {
      ...emptyMessage(id, at, { ...person(by), ...(bot && { bot: true }) }),
      channel_type: channelType(at),
      content: visible ? content : '',
      mentions: mentions.map((mentioned) => (mentioned === APPLICATION ? BOT_USER : person(mentioned))),
      mention_everyone: /@(?:everyone|here)\b/.test(content),
      ...(!direct && { guild_id: SERVER, member: member() }),
      ...(replyTo !== null && {
        type: 19,
        message_reference: { message_id: replyTo.id, channel_id: at },
        referenced_message: { ...emptyMessage(replyTo.id, at, BOT_USER), ...replyTo.body },
      }),
    };
    this.gateway.dispatch('MESSAGE_CREATE', message, direct ? INTENT.directMessages : INTENT.guildMessages);
    return id;
  }

  /** The server is left, or an outage takes it away for a while. */
  takeServerAway(how: 'left' | 'outage'): void {
    this.gateway.dispatch(
      'GUILD_DELETE',
      { id: SERVER, ...(how === 'outage' && { unavailable: true }) },
      INTENT.guilds,
    );
  }

  /** Forgets what was sent and caused so far. */
  forget(): void {
    this.requests.length = 0;
    this.refusals.length = 0;
    this.messages.length = 0;
    this.interactions.clear();
    this.#tokens.clear();
    this.#nonces.clear();
  }

  // How Discord fails.

  /** Makes the next requests that match ("POST /channels/1/messages") fail. */
  fail(
    matches: RegExp,
    status: Fault['status'],
    { times = 1, body = { message: 'failed', code: 0 } as Json, headers = {}, done = false } = {},
  ): void {
    this.#faults.push({ matches, left: times, status, body, headers, done });
  }

  // What there is to see.

  /** Waits until something is so. */
  async until<T>(what: string, look: () => T | null | undefined | false, withinMs = 6000): Promise<T> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const found = look();
      if (found !== null && found !== undefined && found !== false) return found;
      const left = deadline - Date.now();
      if (left <= 0)
        throw new Error(`waited in vain for ${what}; refused so far: ${JSON.stringify(this.refusals)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, Math.min(left, 50));
        const changed = this.#changed;
        function done() {
          clearTimeout(timer);
          changed.off('change', done);
          resolve();
        }
        changed.once('change', done);
      });
    }
  }

  /** The first reply to an interaction, once it is filled in. */
  reply(caused: Caused): Promise<Sent> {
    return this.until('a reply', () => caused.reply !== null && !caused.reply.thinking && caused.reply);
  }

  /** The bot's reply to a message. */
  replyTo(message: string): Promise<Sent> {
    return this.until('a reply to a message', () => this.messages.find(({ replyTo }) => replyTo === message));
  }

  // The REST interface.

  get #gatewayUrl(): string {
    return `${this.api.replace(/^http/, 'ws').replace(/\/api$/, '')}/gateway`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let raw = '';
    for await (const chunk of request) raw += chunk;
    const path = decodeURIComponent(request.url ?? '')
      .replace(/\?.*$/s, '')
      .replace(/^\/api\/v10/, '');
    const what = `${request.method} ${path}`;
    this.requests.push(what);
    const fault = this.#faults.find(({ matches, left }) => left > 0 && matches.test(what));
    if (fault !== undefined) fault.left--;
    const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => {
      if (fault !== undefined && fault.status === 'drop') {
        response.destroy();
        return;
      }
      response.writeHead(status, {
        ...(body !== null && { 'content-type': 'application/json' }),
        ...headers,
      });
      response.end(body === null ? undefined : JSON.stringify(body));
      this.#changed.emit('change');
    };
    if (this.outage !== null) {
      answer(this.outage, { message: `${this.outage}: failed`, code: 0 });
      return;
    }
    if (fault !== undefined && !fault.done) {
      answer(Number(fault.status), fault.body, fault.headers);
      return;
    }
    const isPublic = /^\/(?:interactions|webhooks)\//.test(path);
    if (!isPublic && request.headers.authorization !== `Bot ${TOKEN}`) {
      answer(401, { message: '401: Unauthorized', code: 0 });
      return;
    }
    try {
      const body = (raw === '' ? {} : JSON.parse(raw)) as Json;
      const result = this.#route(request.method ?? '', path, body, what);
      if (fault !== undefined) answer(Number(fault.status), fault.body, fault.headers);
      else answer(result === null ? 204 : 200, result);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.refusals.push({ request: what, status: error.status, code: error.code, breaches: error.breaches });
      answer(error.status, error.body);
    }
  }

  #route(method: string, path: string, body: Json, what: string): unknown {
    const parts = path.split('/').slice(1);
    const [first = '', second = '', third = '', fourth = '', fifth = ''] = parts;
    if (what === 'GET /gateway/bot') {
      return {
        url: this.#gatewayUrl,
        shards: 1,
        session_start_limit: {
          total: 1000,
          remaining: 1000 - this.gateway.identified,
          reset_after: 14_400_000,
          max_concurrency: 1,
        },
      };
    }
    if (what === 'GET /applications/@me') return { id: APPLICATION, name: 'Verbatim', flags: 0 };
    if (first === 'applications' && second === APPLICATION && parts.at(-1) === 'commands') {
      const key = third === 'guilds' ? 'serverCommands' : 'commands';
      if (method === 'PUT') {
        const wanted = body as unknown as Json[];
        refuseIf(breachesOfCommands(wanted));
        this[key] = wanted.map((command) => asRegistered(command, this.#id()));
        this.registrations++;
      }
      return this[key];
    }
    if (first === 'interactions' && fourth === 'callback') return this.#callback(second, third, body);
    if (first === 'webhooks' && second === APPLICATION) {
      const caused = this.#tokens.get(third);
      if (caused === undefined || Date.now() - caused.at > TOKEN_LIVES_MS)
        throw new Refused(401, 50027, 'Invalid Webhook Token');
      if (method === 'POST') return this.#followUp(caused, body);
      if (method === 'PATCH' && fourth === 'messages') return this.#edit(caused, fifth, body);
    }
    if (what === 'POST /users/@me/channels') {
      const recipient = String(body.recipient_id);
      return { id: directChannel(recipient), type: 1, recipients: [person(recipient)] };
    }
    if (first === 'channels' && third === 'typing' && method === 'POST') {
      this.typing++;
      return null;
    }
    if (first === 'channels' && third === 'messages' && method === 'POST') return this.#send(second, body);
    throw new Refused(404, 0, '404: Not Found');
  }

  #callback(id: string, token: string, body: Json): unknown {
    const caused = this.interactions.get(id);
    if (caused === undefined || caused.token !== token) throw new Refused(404, 10062, 'Unknown interaction');
    caused.acknowledgements++;
    const after = Date.now() - caused.at;
    if (caused.acknowledgedAfter !== null)
      throw new Refused(400, 40060, 'Interaction has already been acknowledged.');
    if (after > ACKNOWLEDGE_WITHIN_MS) throw new Refused(404, 10062, 'Unknown interaction');
    const type = Number(body.type);
    const allowed = { command: [4, 5], button: [4, 5, 6, 7], autocomplete: [8] }[caused.kind];
    if (!allowed.includes(type)) throw new Refused(400, 50035, 'Invalid Form Body');
    const data = (body.data ?? {}) as Json;
    const onlyFor = (Number(data.flags ?? 0) & FLAGS.ephemeral) !== 0 ? caused.by : null;
    if (type === 4) {
      refuseIf([...breachesOfBody(data, 'send'), ...breachesOfMessage(data)]);
      caused.reply = this.#store(caused.channel, data, onlyFor, null);
    } else if (type === 5) {
      if ((Number(data.flags ?? 0) & ~FLAGS.ephemeral) !== 0)
        throw new Refused(400, 50035, 'Invalid Form Body');
      caused.reply = this.#store(caused.channel, {}, onlyFor, null);
    } else if (type === 8) {
      refuseIf(breachesOfChoices(data.choices));
      caused.choices = data.choices as Caused['choices'];
    } else {
      caused.reply = caused.source;
      if (type === 7 && caused.source !== null) this.#fill(caused.source, data);
    }
    caused.acknowledgedAs = type;
    caused.acknowledgedAfter = after;
    return null;
  }

  #edit(caused: Caused, which: string, body: Json): unknown {
    const message =
      which === '@original' ? caused.reply : this.messages.find(({ id }) => id === which && id !== '');
    if (!message) throw new Refused(404, 10008, 'Unknown Message');
    this.#fill(message, body);
    return this.#shown(message);
  }

  #followUp(caused: Caused, body: Json): unknown {
    if (caused.acknowledgedAfter === null) throw new Refused(404, 10015, 'Unknown Webhook');
    refuseIf([...breachesOfBody(body, 'send'), ...breachesOfMessage(body)]);
    const onlyFor = (Number(body.flags ?? 0) & FLAGS.ephemeral) !== 0 ? caused.by : null;
    const message = this.#store(caused.channel, body, onlyFor, null);
    caused.followUps.push(message);
    return this.#shown(message);
  }

  #send(channel: string, body: Json): unknown {
    if (channel === SILENT_CHANNEL) throw new Refused(403, 50013, 'Missing Permissions');
    if (channel.startsWith('9') && this.closedToMessages.has(`7${channel.slice(1)}`))
      throw new Refused(403, 50007, 'Cannot send messages to this user');
    refuseIf([...breachesOfBody(body, 'send'), ...breachesOfMessage(body)]);
    const known = body.enforce_nonce ? this.#nonces.get(String(body.nonce)) : undefined;
    if (known !== undefined) return this.#shown(known);
    const reference = (body.message_reference as Json | undefined)?.message_id;
    const message = this.#store(channel, body, null, reference === undefined ? null : String(reference));
    if (body.enforce_nonce) this.#nonces.set(String(body.nonce), message);
    this.gateway.dispatch(
      'MESSAGE_CREATE',
      { ...this.#shown(message), channel_type: channelType(channel) },
      channel.startsWith('9') ? INTENT.directMessages : INTENT.guildMessages,
    );
    return this.#shown(message);
  }

  #store(channel: string, body: Json, onlyFor: string | null, replyTo: string | null): Sent {
    const thinking = Object.keys(body).every((key) => key === 'flags');
    const message: Sent = {
      id: this.#id(),
      channel,
      onlyFor,
      thinking,
      body: {},
      fillings: 0,
      replyTo,
      pings: [],
      unfurls: [],
    };
    if (!thinking) this.#note(message, body);
    this.messages.push(message);
    return message;
  }

  #fill(message: Sent, body: Json): void {
    const after = { ...message.body, ...body };
    // A message of components V2 stays one.
    after.flags = Number(message.body.flags ?? 0) | Number(body.flags ?? 0);
    refuseIf([...breachesOfBody(body, 'edit'), ...breachesOfMessage(after)]);
    this.#note(message, after);
    message.thinking = false;
  }

  #note(message: Sent, body: Json): void {
    message.body = body;
    message.fillings++;
    const text = visibleText(body);
    const allowed = body.allowed_mentions as { parse: string[]; users?: string[]; replied_user?: boolean };
    const users = [...text.matchAll(/<@!?(\d+)>/g)].map(([, id]) => id as string);
    message.pings.push(
      ...(allowed.parse.includes('everyone') ? (text.match(/@(?:everyone|here)\b/g) ?? []) : []),
      ...users.filter((id) => allowed.parse.includes('users') || allowed.users?.includes(id)),
      ...(allowed.replied_user === true && message.replyTo !== null ? ['the person replied to'] : []),
    );
    const flags = Number(body.flags ?? 0);
    if ((flags & (FLAGS.suppressEmbeds | FLAGS.componentsV2)) === 0)
      message.unfurls.push(...(String(body.content ?? '').match(/(?<!<)\bhttps?:\/\/[^\s>)]+/g) ?? []));
  }

  #shown(message: Sent): Json {
    return {
      ...emptyMessage(message.id, message.channel, BOT_USER),
      content: message.body.content ?? '',
      embeds: message.body.embeds ?? [],
      components: message.body.components ?? [],
      flags: Number(message.body.flags ?? 0) | (message.onlyFor === null ? 0 : FLAGS.ephemeral),
      ...(message.replyTo !== null && {
        type: 19,
        message_reference: { message_id: message.replyTo, channel_id: message.channel },
      }),
    };
  }

  #cause(
    kind: Caused['kind'],
    type: number,
    data: Json,
    { by = person().id, channel, direct = false, userInstall = false, admin = false }: Where,
    source: Sent | null = null,
  ): Caused {
    const id = this.#id();
    const at = channel ?? (direct ? directChannel(by) : CHANNEL);
    const token = `interaction-token-${id}`;
    const caused: Caused = {
      id,
      token,
      kind,
      by,
      channel: at,
      at: Date.now(),
      acknowledgedAfter: null,
      acknowledgements: 0,
      acknowledgedAs: null,
      reply: null,
      followUps: [],
      choices: null,
      source,
    };
    this.interactions.set(id, caused);
    this.#tokens.set(token, caused);
    const user = person(by);
    const permissions = String(admin ? ORDINARY | MANAGE_GUILD : ORDINARY);
    this.gateway.dispatch('INTERACTION_CREATE', {
      id,
      application_id: APPLICATION,
      type,
      token,
      version: 1,
      data,
      channel_id: at,
      channel: direct
        ? { id: at, type: 1, recipients: [user], last_message_id: null }
        : { id: at, type: at === THREAD ? 11 : 0, name: 'channel', guild_id: SERVER, permissions },
      ...(direct
        ? { user }
        : {
            guild_id: SERVER,
            guild: { id: SERVER, locale: 'en-US', features: [] },
            member: { ...member(), user, permissions },
          }),
      locale: 'en-US',
      app_permissions: permissions,
      entitlements: [],
      authorizing_integration_owners: userInstall ? { 1: by } : { 0: direct ? '0' : SERVER },
      context: direct ? (userInstall ? 2 : 1) : 0,
      attachment_size_limit: 10_485_760,
      ...(source !== null && { message: this.#shown(source) }),
    });
    return caused;
  }

  /** The next snowflake: its upper bits tell the time. */
  #id(): string {
    const now = BigInt(Date.now() - 1_420_070_400_000) << 22n;
    this.#last = now > this.#last ? now : this.#last + 1n;
    return String(this.#last);
  }
}

/** All text of a message that people see, in order. */
export function visibleText(body: Json): string {
  const parts: string[] = [];
  const walk = (value: unknown, key: string) => {
    if (typeof value === 'string') {
      if (['content', 'title', 'description', 'name', 'value', 'text', 'label'].includes(key))
        parts.push(value);
    } else if (Array.isArray(value)) {
      for (const one of value) walk(one, key);
    } else if (typeof value === 'object' && value !== null) {
      for (const [inner, one] of Object.entries(value)) walk(one, inner);
    }
  };
  walk([{ content: body.content }, body.embeds ?? [], body.components ?? []], '');
  return parts.join('\n');
}

/** The buttons of a message that send something, wherever they stand in it. */
export function buttonsOf({ body }: Sent): { label: string; customId: string }[] {
  const found: { label: string; customId: string }[] = [];
  const walk = (value: unknown) => {
    if (Array.isArray(value)) for (const one of value) walk(one);
    else if (typeof value === 'object' && value !== null) {
      const one = value as Json;
      if (one.type === 2 && typeof one.custom_id === 'string')
        found.push({ label: String(one.label ?? ''), customId: one.custom_id });
      for (const inner of Object.values(one)) walk(inner);
    }
  };
  walk(body.components);
  return found;
}

/** A person by id, which for the bench and for limits there may be many of. */
export function person(id = '700000000000000001') {
  return { id, username: `person${id.slice(-3)}`, discriminator: '0', global_name: null, avatar: null };
}

const BOT_USER = { ...person(APPLICATION), username: 'verbatim', bot: true };

/** People's ids begin with 7, their direct channels' with 9. */
function directChannel(by: string): string {
  return `9${by.slice(1)}`;
}

function channelType(channel: string): number {
  return channel.startsWith('9') ? 1 : channel === THREAD ? 11 : 0;
}

function member() {
  return { roles: [], joined_at: '2024-01-01T00:00:00.000Z', deaf: false, mute: false, flags: 0, nick: null };
}

/** The channels that options name, as Discord resolves them. */
function channelsIn(options: readonly Json[]): Json | null {
  const named = options.flatMap((option) => [option, ...((option.options ?? []) as Json[])]);
  const ids = named.filter(({ type }) => type === 7).map(({ value }) => String(value));
  if (ids.length === 0) return null;
  return Object.fromEntries(
    ids.map((id) => [id, { id, type: 0, name: 'channel', permissions: String(ORDINARY), parent_id: null }]),
  );
}

function inServer(where: Where): Json {
  return where.direct ? {} : { guild_id: SERVER };
}

function emptyMessage(id: string, channel: string, author: object): Json {
  return {
    id,
    channel_id: channel,
    author,
    content: '',
    timestamp: new Date().toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    pinned: false,
    type: 0,
    flags: 0,
  };
}

function guild(): Json {
  const channel = (id: string, name: string) => ({
    id,
    type: 0,
    name,
    position: 0,
    permission_overwrites: [],
    parent_id: null,
    nsfw: false,
  });
  return {
    id: SERVER,
    name: 'Stand-in',
    owner_id: '700000000000000009',
    unavailable: false,
    member_count: 2,
    large: false,
    joined_at: '2024-01-01T00:00:00.000Z',
    preferred_locale: 'en-US',
    premium_tier: 0,
    verification_level: 0,
    nsfw_level: 0,
    system_channel_flags: 0,
    features: [],
    emojis: [],
    stickers: [],
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    roles: [
      {
        id: SERVER,
        name: '@everyone',
        permissions: String(ORDINARY),
        position: 0,
        color: 0,
        hoist: false,
        managed: false,
        mentionable: false,
        flags: 0,
      },
    ],
    members: [{ ...member(), user: BOT_USER }],
    channels: [channel(CHANNEL, 'talks'), channel(OTHER_CHANNEL, 'other'), channel(SILENT_CHANNEL, 'silent')],
    threads: [
      {
        id: THREAD,
        type: 11,
        name: 'thread',
        guild_id: SERVER,
        parent_id: CHANNEL,
        owner_id: person().id,
        member_count: 1,
        message_count: 1,
        thread_metadata: {
          archived: false,
          auto_archive_duration: 60,
          archive_timestamp: '2024-01-01T00:00:00.000Z',
          locked: false,
        },
      },
    ],
  };
}

/** A command as Discord gives it back: with an id, a version, and defaults written out. */
function asRegistered(command: Json, id: string): Json {
  return {
    id,
    application_id: APPLICATION,
    version: id,
    type: 1,
    default_member_permissions: null,
    nsfw: false,
    description: '',
    name_localizations: null,
    description_localizations: null,
    dm_permission: true,
    ...command,
  };
}

function refuseIf(breaches: Breach[]): void {
  if (breaches.some(({ rule }) => rule === 'an empty message'))
    throw new Refused(400, 50006, 'Cannot send an empty message', breaches);
  if (breaches.length > 0) throw new Refused(400, 50035, 'Invalid Form Body', breaches);
}

class Refused extends Error {
  readonly status: number;
  readonly code: number;
  readonly breaches: Breach[];

  constructor(status: number, code: number, message: string, breaches: Breach[] = []) {
    super(message);
    this.status = status;
    this.code = code;
    this.breaches = breaches;
  }

  /** As Discord words it: errors under the path of what is wrong. */
  get body(): Json {
    const errors = Object.fromEntries(
      this.breaches.map(({ at, rule }) => [
        at || 'message',
        { _errors: [{ code: 'BASE_TYPE', message: rule }] },
      ]),
    );
    return { message: this.message, code: this.code, ...(this.breaches.length > 0 && { errors }) };
  }
}
