/** From a question somebody asks in Discord to the answer, in turn and within the limits. */
import { answerQuestion, MAX_QUESTION_LENGTH } from '../answer/answer.ts';
import { withPrevious } from '../answer/follow-up.ts';
import type { LiveSources } from '../answer/live.ts';
import type { Config } from '../config.ts';
import { VerbatimError } from '../errors.ts';
import { withinArticle } from '../index/within.ts';
import type { Log } from '../log.ts';
import type { Answer } from '../values.ts';
import type { FairUse, Place, TryAgain } from './fair-use.ts';
import type { Remembered } from './remembered.ts';
import type { SettingsStore } from './settings.ts';

/** All that the handlers of commands, buttons and messages work with. */
export interface Bot {
  readonly config: Config;
  readonly live: LiveSources;
  readonly settings: SettingsStore;
  readonly fairUse: FairUse;
  readonly remembered: Remembered;
  readonly log: Log;
  /** Whether it is shutting down: nothing new is begun. */
  readonly closing: boolean;
}

export interface AskedQuestion {
  text: string;
  askedBy: string;
  private: boolean;
  /** The message that it replies to, or null. */
  replyTo: string | null;
  /** Where one question follows the other, see conversationOf; or null. */
  conversation: string | null;
  /** SHA-256 of the one article to search, or null for all. */
  article: string | null;
}

/** The token of an interaction lives 15 minutes; one less is left for delivering. */
const ANSWER_WITHIN_MS = 14 * 60_000;

/**
 * Answers a question when its turn comes, and remembers the answer for its buttons.
 * @returns the answer and its key
 * @throws VerbatimError when the time is up before
 */
export async function ask(
  bot: Bot,
  place: Place,
  { text, askedBy, replyTo, conversation, article, ...asked }: AskedQuestion,
): Promise<{ answer: Answer; id: string }> {
  const started = performance.now();
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const work = async () => {
    const sources = bot.live.current;
    const { index } = sources;
    const number = article === null ? -1 : index.articles.findIndex(({ sha256 }) => sha256 === article);
    if (article !== null && number === -1)
      throw new VerbatimError('This article has just been changed or removed. Please choose it again.');
    // Looked up in turn: somebody may go on asking before the question before is answered.
    const previous = bot.remembered.questionAt(replyTo, conversation);
    const question = withPrevious(text, previous, MAX_QUESTION_LENGTH);
    const answer = await answerQuestion(
      question,
      number === -1 ? sources : { ...sources, index: withinArticle(index, number) },
    );
    if (conversation !== null) bot.remembered.asked(answer.question, conversation);
    return { answer, index };
  };
  const { answer, index } = await place
    .inTurn(work, signal)
    .catch((error) => {
      if (!signal.aborted) throw error;
      throw new VerbatimError('This question waited too long for its turn. Please ask it again.');
    })
    .finally(() => place.leave());
  const files = new Set([...answer.quotes, ...answer.nearest].map((quote) => quote.article.file));
  const id = bot.remembered.add({
    answer,
    askedBy,
    private: asked.private,
    shared: false,
    indexed: {
      at: index.builtAt,
      sha256: new Map(
        index.articles.filter(({ file }) => files.has(file)).map(({ file, sha256 }) => [file, sha256]),
      ),
    },
  });
  bot.log.info(
    {
      answered: answer.answered,
      refusal: answer.refusal,
      quotes: answer.quotes.length,
      followUp: answer.question !== text,
      ms: Math.round(performance.now() - started),
    },
    'question',
  );
  return { answer, id };
}

/** What is said to somebody whose question is not taken now. */
export function tryAgain({ because, at }: TryAgain): string {
  const when = `<t:${Math.ceil(at.getTime() / 1000)}:R>`;
  switch (because) {
    case 'person':
      return `That were many questions at once. Please try again ${when}.`;
    case 'server':
      return `This server has asked many questions at once. Please try again ${when}.`;
    case 'queue':
      return `Many questions are waiting for their turn. Please try again ${when}.`;
  }
}

export const CLOSING = 'The bot is being restarted. Please ask again in a minute.';
export const NOT_HERE = 'The bot does not answer in this channel.';
export const FAILED =
  'Something went wrong on our side, and your question is not answered. Please ask it again.';
