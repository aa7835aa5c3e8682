/** Keeps the bot usable for everybody: limits for each person and each server, and one bounded queue. */
import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { DiscordConfig } from '../config.ts';

/** The limits count questions within this many seconds. */
const WINDOW_SECONDS = 60;

/** When the queue is full, people are asked to come back after this many seconds: by then some of it is done. */
const QUEUE_SECONDS = 30;

/** Work waits so long for acknowledgements: Discord takes none after three seconds. */
const ACKNOWLEDGING_MS = 3000;

/** Why a question is not taken, and when the same person may ask again. */
export interface TryAgain {
  because: 'person' | 'server' | 'queue';
  at: Date;
  /** The first refusal of this person in the window: what cannot be said in private is then said once. */
  first: boolean;
}

/** A question that was taken: it holds a place in the queue until it is answered or given up. */
export interface Place {
  /**
   * Does the work when its turn comes: one at a time, because the models use every core for one already.
   * @param signal takes it out of the queue again
   */
  inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
  /** Gives the place to somebody else. */
  leave(): void;
}

export class FairUse {
  readonly #persons: RateLimiterMemory;
  readonly #servers: RateLimiterMemory;
  readonly #queue = new PQueue({ concurrency: 1 });
  readonly #waiting: number;
  /** Counted from when a question is taken, not from when its work is queued: it is acknowledged in between. */
  #taken = 0;
  /** Questions taken whose work is not queued yet: they are being acknowledged. */
  #acknowledging = 0;

  constructor({ perPerson, perServer, waiting }: Pick<DiscordConfig, 'perPerson' | 'perServer' | 'waiting'>) {
    this.#persons = new RateLimiterMemory({ points: perPerson, duration: WINDOW_SECONDS });
    this.#servers = new RateLimiterMemory({ points: perServer, duration: WINDOW_SECONDS });
    this.#waiting = waiting;
  }

  /** Counts a question, and gives it a place or says why not. Waits for no other question. */
  async take(person: string, server: string | null): Promise<Place | TryAgain> {
    const byPerson = await consume(this.#persons, person);
    if (byPerson !== null) return { because: 'person', ...byPerson };
    const byServer = server === null ? null : await consume(this.#servers, server);
    if (byServer !== null) {
      await this.#persons.reward(person, 1);
      return { because: 'server', ...byServer };
    }
    // One is at work while the others wait.
    if (this.#taken > this.#waiting)
      return { because: 'queue', at: new Date(Date.now() + QUEUE_SECONDS * 1000), first: true };
    this.#taken++;
    this.#acknowledging++;
    let acknowledging = true;
    let left = false;
    const acknowledged = () => {
      if (acknowledging) this.#acknowledging--;
      acknowledging = false;
    };
    return {
      inTurn: (work, signal) => {
        acknowledged();
        return this.#queue.add(() => this.#afterAcknowledging(work), { signal });
      },
      leave: () => {
        acknowledged();
        if (!left) this.#taken--;
        left = true;
      },
    };
  }

  /**
   * Answering takes the event loop, on which five hundred questions at once would be acknowledged at twenty a second
   * while one is answered, far too late. So acknowledgements come first, and work begins when there is none.
   */
  async #afterAcknowledging<T>(work: () => Promise<T>): Promise<T> {
    const latest = performance.now() + ACKNOWLEDGING_MS;
    while (this.#acknowledging > 0 && performance.now() < latest) await sleep(5);
    return work();
  }
}

async function consume(
  limiter: RateLimiterMemory,
  key: string,
): Promise<{ at: Date; first: boolean } | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    return {
      at: new Date(Date.now() + refused.msBeforeNext),
      first: refused.consumedPoints === limiter.points + 1,
    };
  }
}
