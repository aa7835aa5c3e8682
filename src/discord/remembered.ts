/**
 * The answers given lately, for their buttons and for follow-up questions. Only in memory: what people ask is
 * written nowhere, so buttons older than the last restart say that the answer is forgotten.
 */
import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Answer, Quote } from '../values.ts';

/** An answer takes a few kilobytes. */
const ANSWERS = 2000;

export interface RememberedAnswer {
  answer: Answer;
  askedBy: string;
  /** Shown to the asker alone. */
  private: boolean;
  /** Posted to the channel since. */
  shared: boolean;
  /** SHA-256 of each article quoted, as it was indexed, by file; and when that was. */
  indexed: { sha256: ReadonlyMap<string, string>; at: string };
}

/** Quotes under a heading, of which a message shows a page. */
export interface QuoteList {
  /** As markup. */
  title: string;
  quotes: readonly Quote[];
  /** A line above each quote, as markup; none where it is empty. */
  labels: readonly string[];
}

/** A list holds up to some hundred quotes. */
const LISTS = 200;

export class Remembered {
  readonly #answers = new LRUCache<string, RememberedAnswer>({ max: ANSWERS });
  readonly #lists = new LRUCache<string, QuoteList>({ max: LISTS });
  /** The question asked last at a place: a message of the bot, or a person's side of a conversation. */
  readonly #questions = new LRUCache<string, string>({ max: 2 * ANSWERS });

  /** @returns the key for the answer's buttons, which nobody can guess */
  add(entry: RememberedAnswer): string {
    const key = randomBytes(12).toString('base64url');
    this.#answers.set(key, entry);
    return key;
  }

  /** @returns the key for the buttons that turn the list's pages */
  addList(list: QuoteList): string {
    const key = randomBytes(12).toString('base64url');
    this.#lists.set(key, list);
    return key;
  }

  list(key: string): QuoteList | null {
    return this.#lists.get(key) ?? null;
  }

  answer(key: string): RememberedAnswer | null {
    return this.#answers.get(key) ?? null;
  }

  /** Notes the question that a place stands for from now on. */
  asked(question: string, place: string): void {
    this.#questions.set(place, question);
  }

  /** The question that the first known of these places stands for, or null. */
  questionAt(...places: readonly (string | null)[]): string | null {
    for (const place of places) {
      const question = place === null ? undefined : this.#questions.get(place);
      if (question !== undefined) return question;
    }
    return null;
  }
}

/** The place of what one person says in one thread or direct message. */
export function conversationOf(channel: string, person: string): string {
  return `${channel}/${person}`;
}
