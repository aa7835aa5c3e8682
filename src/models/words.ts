/**
 * Words with their offsets, and their BERT word pieces. The tokenizer of transformers.js returns ids without
 * offsets. BERT splits a text on white space and around every punctuation mark before anything else, so
 * encoding word by word gives the ids of the whole, and each id can carry the offsets of its word. Splitting
 * first also means that a text which contains "[SEP]" is read as brackets and letters, never as the mark.
 */
import type { PreTrainedTokenizer } from '@xenova/transformers';
import { VerbatimError } from '../errors.ts';
import type { Span } from '../values.ts';

/** BERT's own split: runs without white space and punctuation, and every punctuation mark by itself. */
const WORD =
  /[^\s\p{P}\u0021-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u007E]+|[\p{P}\u0021-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u007E]/gu;

/** Words met before keep their ids; beyond this many the cache starts anew, so that it stays below ~30 MB. */
const CACHED_WORDS = 100_000;

/** BERT gives up on longer words and says [UNK]; cutting there keeps a hostile "word" from costing more. */
const LONGEST_WORD = 100;

/** Token ids of a text, each with the span of the word it belongs to. */
export interface Encoding {
  ids: number[];
  /** For each id, its word's offsets into the encoded text. */
  spans: Span[];
}

/** Encodes texts into the word pieces of a BERT vocabulary, without [CLS] and [SEP]. */
export class WordEncoder {
  readonly cls: number;
  readonly sep: number;
  readonly #unknown: number;
  readonly #tokenizer: PreTrainedTokenizer;
  readonly #cache = new Map<string, readonly number[]>();

  /** @throws VerbatimError when the tokenizer is not of BERT's kind (WordPiece). */
  constructor(tokenizer: PreTrainedTokenizer, model: string) {
    const { type, pre } = kindOf(tokenizer);
    if (type !== 'WordPieceTokenizer' || pre !== 'BertPreTokenizer') {
      throw new VerbatimError(
        `The model ${model} cannot be used: its tokenizer is not BERT WordPiece; name a BERT, DistilBERT, MiniLM, bge or e5 (English) model instead.`,
      );
    }
    this.#tokenizer = tokenizer;
    const [cls, sep, unknown] = tokenizer.model.convert_tokens_to_ids(['[CLS]', '[SEP]', '[UNK]']);
    if (cls === undefined || sep === undefined || unknown === undefined) {
      throw new VerbatimError(
        `The model ${model} cannot be used: its vocabulary has no [CLS], [SEP] or [UNK].`,
      );
    }
    this.cls = cls;
    this.sep = sep;
    this.#unknown = unknown;
  }

  /** The ids of a text and where each one's word stands. */
  encode(text: string): Encoding {
    const ids: number[] = [];
    const spans: Span[] = [];
    for (const match of text.matchAll(WORD)) {
      const word = match[0];
      const span = { start: match.index, end: match.index + word.length };
      for (const id of this.#idsOf(word)) {
        ids.push(id);
        spans.push(span);
      }
    }
    return { ids, spans };
  }

  /** How many ids a text has, without [CLS] and [SEP]. */
  count(text: string): number {
    let count = 0;
    for (const match of text.matchAll(WORD)) count += this.#idsOf(match[0]).length;
    return count;
  }

  #idsOf(word: string): readonly number[] {
    if (word.length > LONGEST_WORD) return [this.#unknown];
    let ids = this.#cache.get(word);
    if (ids === undefined) {
      ids = this.#tokenizer.encode(word, null, { add_special_tokens: false });
      if (this.#cache.size >= CACHED_WORDS) this.#cache.clear();
      this.#cache.set(word, ids);
    }
    return ids;
  }
}

/** The class names of a tokenizer's parts: the library's types do not carry them. */
function kindOf(tokenizer: PreTrainedTokenizer): { type: string; pre: string } {
  const { model, pre_tokenizer } = tokenizer as unknown as {
    model?: { constructor: { name: string } };
    pre_tokenizer?: { constructor: { name: string } };
  };
  return { type: model?.constructor.name ?? '', pre: pre_tokenizer?.constructor.name ?? '' };
}
