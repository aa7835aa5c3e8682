/** An embedder and a reader without models: loaded at once, fast, the same on every machine, and near where words are shared. */
import type { Embedder } from '../src/models/embedder.ts';
import type { Reader, Reading } from '../src/models/reader.ts';
import type { Span } from '../src/values.ts';

const DIMENSION = 64;

/**
 * Embeds a text as the sum of its words' vectors, each made of the word's hash. Tokens are words; a passage has
 * at most `maxTokens` of them.
 * @param name makes embedders of another name give other vectors, as other models do
 */
export function deterministicEmbedder(
  name = 'deterministic',
  maxTokens = 60,
): Embedder & { embedded: string[] } {
  const embedded: string[] = [];
  const embed = (text: string) => {
    const sum = new Float32Array(DIMENSION);
    // A text without words has a direction too: that of its name.
    for (const word of [name, ...(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])]) {
      let state = hash(`${name} ${word}`);
      for (let i = 0; i < DIMENSION; i++) {
        state = hash(String(state + i));
        sum[i] = (sum[i] as number) + state / 2 ** 31 - 1;
      }
    }
    const length = Math.hypot(...sum);
    return sum.map((value) => value / length);
  };
  return {
    fingerprint: name,
    dimension: DIMENSION,
    maxTokens,
    countTokens: (text) => text.match(/[^\s\p{P}]+|\p{P}/gu)?.length ?? 0,
    embedQuestion: async (text) => embed(text),
    async embedPassage(text) {
      embedded.push(text);
      return embed(text);
    },
    /** The passages and sentences that were embedded, in order: what was reused is not among them. */
    embedded,
  };
}

/** A reader that marks the words a sentence shares with the question: the more of them, the higher the margin. */
export const deterministicReader: Reader = {
  name: 'deterministic',
  async read(question, passage, sentences) {
    const asked = new Set(wordsOf(question, { start: 0, end: question.length }).map(({ word }) => word));
    return sentences.map((sentence): Reading | null => {
      const words = wordsOf(passage, sentence);
      const shared = words.filter(({ word }) => asked.has(word));
      const first = shared[0] ?? words[0];
      const last = shared.at(-1) ?? words[0];
      if (first === undefined || last === undefined) return null;
      return { span: { start: first.start, end: last.end }, margin: shared.length * 4 - 6 };
    });
  },
};

function wordsOf(text: string, { start, end }: Span): (Span & { word: string })[] {
  return [...text.slice(start, end).matchAll(/[\p{L}\p{N}]+/gu)].map((match) => ({
    word: match[0].toLowerCase(),
    start: start + match.index,
    end: start + match.index + match[0].length,
  }));
}

/** FNV-1a, as an unsigned 32-bit number. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  return state >>> 0;
}
