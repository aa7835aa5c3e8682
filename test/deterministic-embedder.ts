/** An embedder for tests in which the model does not matter: the same text always has the same vector. */
import { createHash } from 'node:crypto';
import { type Embedder, unit } from '../src/models/embedder.ts';

const DIMENSION = 64;

/** Hashes words to places of a unit vector, so that texts with the same words are similar; a word is a token. */
export function deterministicEmbedder(): Embedder {
  const words = (text: string) =>
    [...text.toLowerCase().matchAll(/[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu)].map(([word]) => word);
  const embed = async (text: string) => {
    const vector = new Float32Array(DIMENSION);
    // A text without words has a direction too.
    for (const word of [...words(text), '']) {
      const hash = createHash('sha256').update(word).digest();
      const place = hash.readUInt8(0) % DIMENSION;
      vector[place] = (vector[place] as number) + 0.5 + hash.readUInt8(1) / 256;
    }
    return unit(vector);
  };
  return {
    fingerprint: 'deterministic|words|64',
    dimension: DIMENSION,
    maxTokens: 60,
    countTokens: (text) => words(text).length,
    embedQuestion: embed,
    embedPassage: embed,
  };
}
