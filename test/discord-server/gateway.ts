/** Discord's gateway, as far as a bot with few intents meets it. */
import type { Server } from 'node:http';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Json } from './rules.ts';

const OP = {
  dispatch: 0,
  heartbeat: 1,
  identify: 2,
  resume: 6,
  reconnect: 7,
  invalidSession: 9,
  hello: 10,
  heartbeatAck: 11,
} as const;

export const INTENT = { guilds: 1, guildMessages: 1 << 9, directMessages: 1 << 12, messageContent: 1 << 15 };

/** Guild members, presences, message content: for bots that were approved for them. */
const PRIVILEGED = (1 << 1) | (1 << 8) | INTENT.messageContent;

interface Session {
  id: string;
  intents: number;
  sent: { op: number; t: string; s: number; d: unknown }[];
  socket: WebSocket | null;
}

export class Gateway {
  /** How often a bot identified, and resumed. */
  identified = 0;
  resumed = 0;
  /** The code with which the next connections are closed when they identify, or null. */
  refuseWith: number | null = null;
  /** Whether connections are taken at all. */
  reachable = true;
  readonly #sockets: WebSocketServer;
  readonly #sessions = new Map<string, Session>();
  readonly #token: string;
  readonly #greet: (session: string) => { t: string; d: unknown }[];
  #lastSession = 0;

  /** @param greet makes the events that follow an identification */
  constructor(server: Server, token: string, greet: (session: string) => { t: string; d: unknown }[]) {
    this.#token = token;
    this.#greet = greet;
    this.#sockets = new WebSocketServer({ noServer: true });
    server.on('upgrade', (request, socket, head) => {
      if (!this.reachable) {
        socket.destroy();
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#connected(ws));
    });
  }

  /** Sends an event to every session that has the intent for it; one without a connection gets it when it resumes. */
  dispatch(t: string, d: unknown, intent = 0): void {
    for (const session of this.#sessions.values()) {
      if (intent === 0 || (session.intents & intent) !== 0) this.#send(session, t, d);
    }
  }

  /** Breaks every connection: with a close code of Discord's, or without a word. */
  drop(code: number | null): void {
    for (const { socket } of this.#sessions.values()) {
      if (code === null) socket?.terminate();
      else socket?.close(code);
    }
  }

  /** Asks every session to connect anew and resume. */
  askToReconnect(): void {
    for (const { socket } of this.#sessions.values())
      socket?.send(JSON.stringify({ op: OP.reconnect, d: null }));
  }

  /** Ends every session, so that the bot must identify again. */
  invalidate(): void {
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const { socket } of sessions) socket?.send(JSON.stringify({ op: OP.invalidSession, d: false }));
  }

  get connected(): boolean {
    return [...this.#sessions.values()].some(({ socket }) => socket !== null);
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
  }

  #connected(socket: WebSocket): void {
    let session: Session | null = null;
    socket.send(JSON.stringify({ op: OP.hello, d: { heartbeat_interval: 41_250 } }));
    socket.on('message', (raw: RawData) => {
      const { op, d } = JSON.parse(String(raw)) as { op: number; d: Json };
      if (op === OP.heartbeat) socket.send(JSON.stringify({ op: OP.heartbeatAck }));
      else if (op === OP.identify) session = this.#identify(socket, d);
      else if (op === OP.resume) session = this.#resume(socket, d);
      else if (session === null) socket.close(4003);
    });
    socket.on('close', (code) => {
      if (session?.socket !== socket) return;
      session.socket = null;
      // A client that closes with 1000 or 1001 gives its session up.
      if (code === 1000 || code === 1001) this.#sessions.delete(session.id);
    });
  }

  #identify(socket: WebSocket, d: Json): Session | null {
    this.identified++;
    const intents = Number(d.intents);
    const code =
      this.refuseWith ?? (d.token !== this.#token ? 4004 : (intents & PRIVILEGED) !== 0 ? 4014 : null);
    if (code !== null) {
      socket.close(code);
      return null;
    }
    const session: Session = { id: `session-${++this.#lastSession}`, intents, sent: [], socket };
    this.#sessions.set(session.id, session);
    for (const { t, d: data } of this.#greet(session.id)) this.#send(session, t, data);
    return session;
  }

  #resume(socket: WebSocket, { token, session_id, seq }: Json): Session | null {
    const session = this.#sessions.get(String(session_id));
    if (token !== this.#token || session === undefined) {
      socket.send(JSON.stringify({ op: OP.invalidSession, d: false }));
      return null;
    }
    this.resumed++;
    session.socket = socket;
    for (const event of session.sent) if (event.s > Number(seq)) socket.send(JSON.stringify(event));
    this.#send(session, 'RESUMED', {});
    return session;
  }

  #send(session: Session, t: string, d: unknown): void {
    const event = { op: OP.dispatch, t, s: (session.sent.at(-1)?.s ?? 0) + 1, d };
    session.sent.push(event);
    // Discord, too, forgets: a session of thousands of events does not hold them all.
    if (session.sent.length > 1000) session.sent.splice(0, 500);
    session.socket?.send(JSON.stringify(event));
  }
}
