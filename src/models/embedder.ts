/** Turns texts into unit vectors whose dot product is their similarity. */
import { AutoModel, Tensor } from '@xenova/transformers';
import { VerbatimError } from '../errors.ts';
import { loadModel } from './load.ts';
import { WordEncoder } from './words.ts';

/** How a model wants its input and gives its output: data that belongs to the model. */
export interface EmbeddingStyle {
  /** The mean of all tokens' vectors, or the first one's. */
  pooling: 'mean' | 'cls';
  /** Put before a question and before a passage. */
  queryPrefix: string;
  passagePrefix: string;
}

/** Embedding as the rest of Verbatim sees it; tests use a deterministic one. */
export interface Embedder {
  /** Names the model and its style: vectors of different fingerprints must not be compared. */
  readonly fingerprint: string;
  readonly dimension: number;
  /** Number of tokens the model would read, without its marks and prefix. */
  countTokens(text: string): number;
  /** The longest text, in tokens, that a passage may have. */
  readonly maxTokens: number;
  embedQuestion(text: string): Promise<Float32Array>;
  embedPassage(text: string): Promise<Float32Array>;
}

/**
 * Passages stay below 256 tokens with [CLS] and [SEP]: all-MiniLM-L6-v2 was trained on at most 256 word
 * pieces, says its model card.
 */
const MAX_TOKENS = 253;

/** BERT has 512 positions: more than that and the model fails. Only a question can be longer; it is cut. */
const MAX_POSITIONS = 512;

/**
 * Styles by a pattern of the model's name, first match wins. Sources: the model cards of
 * sentence-transformers/all-MiniLM-L6-v2, intfloat/e5-*, BAAI/bge-*-en-v1.5 and
 * mixedbread-ai/mxbai-embed-large-v1. EMBEDDING_POOLING, EMBEDDING_QUERY_PREFIX and
 * EMBEDDING_PASSAGE_PREFIX override them.
 */
const STYLES: readonly (readonly [RegExp, EmbeddingStyle])[] = [
  [/(^|\/)(multilingual-)?e5-/i, { pooling: 'mean', queryPrefix: 'query: ', passagePrefix: 'passage: ' }],
  [
    /(^|\/)(bge|mxbai-embed)-/i,
    {
      pooling: 'cls',
      queryPrefix: 'Represent this sentence for searching relevant passages: ',
      passagePrefix: '',
    },
  ],
  [/./, { pooling: 'mean', queryPrefix: '', passagePrefix: '' }],
];

/** The style of a model by its name, with what the operator has set in its place. */
export function styleOf(model: string, overrides: Partial<EmbeddingStyle> = {}): EmbeddingStyle {
  const known = STYLES.find(([pattern]) => pattern.test(model))?.[1];
  if (known === undefined)
    throw new VerbatimError('EMBEDDING_MODEL is empty: name a model or remove the setting.');
  return { ...known, ...overrides };
}

/**
 * Loads an embedding model.
 * @throws VerbatimError when it cannot be loaded
 */
export async function loadEmbedder(name: string, style: EmbeddingStyle = styleOf(name)): Promise<Embedder> {
  const { tokenizer, run } = await loadModel(name, (id, options) => AutoModel.from_pretrained(id, options));
  const words = new WordEncoder(tokenizer, name);

  // One text at a time: int8 activations are scaled over the whole batch, so what else is in it changes a
  // vector (worst cosine seen 0.987), and for short texts on a CPU a batch is not faster.
  async function embed(text: string): Promise<Float32Array> {
    const ids = [words.cls, ...words.encode(text).ids.slice(0, MAX_POSITIONS - 2), words.sep];
    const shape = [1, ids.length];
    const input_ids = new Tensor('int64', BigInt64Array.from(ids, BigInt), shape);
    const attention_mask = new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape);
    const { last_hidden_state } = await run<'last_hidden_state'>({ input_ids, attention_mask });
    const tokens = last_hidden_state.data as Float32Array;
    return unit(pool(tokens, style.pooling === 'cls' ? 1 : ids.length, tokens.length / ids.length));
  }

  const probe = await embed('dimension');
  return {
    fingerprint: [name, style.pooling, style.queryPrefix, style.passagePrefix].join('|'),
    dimension: probe.length,
    maxTokens: MAX_TOKENS - words.count(style.passagePrefix),
    countTokens: (text) => words.count(text),
    embedQuestion: (text) => embed(style.queryPrefix + text),
    embedPassage: (text) => embed(style.passagePrefix + text),
  };
}

/**
 * The mean of the first `count` token vectors. The library's own mean_pooling goes through a proxy for every
 * number and took a sixth of the time of indexing.
 */
export function pool(tokens: Float32Array, count: number, dimension: number): Float32Array {
  const mean = new Float32Array(dimension);
  for (let i = 0; i < dimension; i++) {
    let sum = 0;
    for (let at = i; at < count * dimension; at += dimension) sum += tokens[at] as number;
    mean[i] = sum / count;
  }
  return mean;
}

/** Dot product: of two unit vectors, their similarity. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** Scales a vector to length 1, in place. A vector of zeros or with a NaN is a defect of the model. */
export function unit(vector: Float32Array): Float32Array {
  let square = 0;
  for (const value of vector) square += value * value;
  const length = Math.sqrt(square);
  if (!(length > 0) || !Number.isFinite(length)) {
    throw new VerbatimError(
      'The embedding model gave a vector without direction; name another EMBEDDING_MODEL.',
    );
  }
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) / length;
  return vector;
}
