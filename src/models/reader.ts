/** The extractive question-answering model: reads a question with a passage and scores answer spans. */
import { AutoModelForQuestionAnswering, Tensor } from '@xenova/transformers';
import type { Span } from '../values.ts';
import { loadModel } from './load.ts';
import { WordEncoder } from './words.ts';

/** What the reader makes of one stretch of a passage (a sentence). */
export interface Reading {
  /** The best answer span in the stretch, in the passage's own offsets; whole words. */
  span: Span;
  /**
   * Start + end logit of the span less those of "no answer" (position 0), of the window that holds it:
   * above 0 the reader holds that the passage answers, and the span is how.
   */
  margin: number;
}

export interface Reader {
  readonly name: string;
  /**
   * Reads one passage and reports the best span in each of its sentences.
   * @param sentences offsets into `passage`, in order, not overlapping
   * @returns one entry for each sentence; null where the sentence holds no token
   */
  read(question: string, passage: string, sentences: readonly Span[]): Promise<(Reading | null)[]>;
}

/** The reader was trained on at most 224 tokens of question and passage together; longer ones go in windows. */
const WINDOW = 224;

/** Tokens that neighbouring windows share, so that an answer at a window's edge is whole in one of them. */
const OVERLAP = 64;

/** A question is read up to this many tokens (about 50 words), which leaves most of the window to the passage. */
export const MAX_QUESTION = 72;

/** The longest answer span, in tokens. SQuAD's answers are rarely longer; what is marked should be the point. */
const MAX_SPAN = 30;

/**
 * Loads a reader.
 * @throws VerbatimError when it cannot be loaded
 */
export async function loadReader(name: string): Promise<Reader> {
  const { tokenizer, run } = await loadModel(name, (id, options) =>
    AutoModelForQuestionAnswering.from_pretrained(id, options),
  );
  const words = new WordEncoder(tokenizer, name);

  async function logits(question: readonly number[], passage: readonly number[]) {
    const ids = [words.cls, ...question, words.sep, ...passage, words.sep];
    const shape = [1, ids.length];
    const types = new BigInt64Array(ids.length).fill(1n, question.length + 2);
    const output = await run<'start_logits' | 'end_logits'>({
      input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
      attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
      token_type_ids: new Tensor('int64', types, shape),
    });
    return { start: output.start_logits.data as Float32Array, end: output.end_logits.data as Float32Array };
  }

  return {
    name,
    async read(question, passage, sentences) {
      const asked = words.encode(question).ids.slice(0, MAX_QUESTION);
      const { ids, spans } = words.encode(passage);
      const best: (Reading | null)[] = sentences.map(() => null);
      for (const { from, to } of windows(asked.length, ids.length)) {
        const { start, end } = await logits(asked, ids.slice(from, to));
        const first = asked.length + 2;
        const none = (start[0] as number) + (end[0] as number);
        for (const [s, sentence] of sentences.entries()) {
          const [low, high] = tokensWithin(spans, sentence, from, to);
          const found = bestSpan(start, end, low - from + first, high - from + first);
          if (found === null) continue;
          const margin = found.score - none;
          const previous = best[s];
          if (previous && previous.margin >= margin) continue;
          const a = spans[found.start - first + from] as Span;
          const b = spans[found.end - first + from] as Span;
          best[s] = { span: { start: a.start, end: b.end }, margin };
        }
      }
      return best;
    },
  };
}

/** The stretches [from, to) of a passage's tokens that are read with a question, each as one run of the model. */
export function windows(questionTokens: number, passageTokens: number): { from: number; to: number }[] {
  // [CLS], and [SEP] behind the question and behind the passage.
  const room = WINDOW - Math.min(questionTokens, MAX_QUESTION) - 3;
  const result = [];
  for (let from = 0; from < passageTokens; from += room - OVERLAP) {
    const to = Math.min(passageTokens, from + room);
    result.push({ from, to });
    if (to === passageTokens) break;
  }
  return result;
}

/** The tokens [low, high) of a window [from, to) whose words lie inside a sentence. */
function tokensWithin(spans: readonly Span[], sentence: Span, from: number, to: number): [number, number] {
  let low = from;
  while (low < to && (spans[low] as Span).start < sentence.start) low++;
  let high = low;
  while (high < to && (spans[high] as Span).end <= sentence.end) high++;
  return [low, high];
}

/** The span with the highest start + end logit among positions [low, high), at most MAX_SPAN long. */
export function bestSpan(
  start: Float32Array,
  end: Float32Array,
  low: number,
  high: number,
): { start: number; end: number; score: number } | null {
  let best: { start: number; end: number; score: number } | null = null;
  for (let i = low; i < high; i++) {
    for (let j = i; j < Math.min(i + MAX_SPAN, high); j++) {
      const score = (start[i] as number) + (end[j] as number);
      if (best === null || score > best.score) best = { start: i, end: j, score };
    }
  }
  return best;
}
