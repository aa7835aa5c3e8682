/** Keeps the bot usable for everybody: limits for each person and each server, and one bounded queue. */
import PQueue from 'p-queue';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { DiscordConfig } from '../config.ts';

/** The limits count questions within this many seconds. */
const WINDOW_SECONDS = 60;

/** When the queue is full, people are asked to come back after this many seconds: by then some of it is done. */
const QUEUE_SECONDS = 30;

/** Why a question is not taken, and when the same person may ask again. */
export interface TryAgain {
  because: 'person' | 'server' | 'queue';
  at: Date;
  /** The first refusal of this person in the window: what cannot be said in private is then said once. */
  first: boolean;
}

export class FairUse {
  readonly #persons: RateLimiterMemory;
  readonly #servers: RateLimiterMemory;
  readonly #queue = new PQueue({ concurrency: 1 });
  readonly #waiting: number;

  constructor({ perPerson, perServer, waiting }: Pick<DiscordConfig, 'perPerson' | 'perServer' | 'waiting'>) {
    this.#persons = new RateLimiterMemory({ points: perPerson, duration: WINDOW_SECONDS });
    this.#servers = new RateLimiterMemory({ points: perServer, duration: WINDOW_SECONDS });
    this.#waiting = waiting;
  }

  /** Counts a question; null when it is taken. Waits for nothing. */
  async refuse(person: string, server: string | null): Promise<TryAgain | null> {
    const byPerson = await consume(this.#persons, person);
    if (byPerson !== null) return { because: 'person', ...byPerson };
    if (this.#queue.size >= this.#waiting) {
      return { because: 'queue', at: new Date(Date.now() + QUEUE_SECONDS * 1000), first: true };
    }
    const byServer = server === null ? null : await consume(this.#servers, server);
    if (byServer === null) return null;
    await this.#persons.reward(person, 1);
    return { because: 'server', ...byServer };
  }

  /**
   * Does the work when its turn comes: one at a time, because the models use every core for one already.
   * @param signal takes it out of the queue again
   */
  inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#queue.add(() => work(), { signal });
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
