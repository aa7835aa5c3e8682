/**
 * BM25 over the passages (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009), on typed
 * arrays that are written and read as they are.
 */
import { distance } from 'fastest-levenshtein';
import { VerbatimError } from '../errors.ts';
import type { Hit } from './store.ts';

/** The usual parameters; b = 0.75 and k1 = 1.2 are those of the paper and of most search engines. */
const K1 = 1.2;
const B = 0.75;

/** BM25's weight of a term that stands `frequency` times in a text of `length` terms. */
export function bm25(idf: number, frequency: number, length: number, meanLength: number): number {
  return (idf * frequency * (K1 + 1)) / (frequency + K1 * (1 - B + (B * length) / Math.max(1, meanLength)));
}

/** Shorter words are one letter away from too many others: "Iran" is no misspelt "Iraq". */
const MISSPELT_FROM = 5;

/** A lexical index in memory. Documents are numbered from 0 in the order in which they were added. */
export class LexicalIndex {
  readonly #terms: readonly string[];
  readonly #number: ReadonlyMap<string, number>;
  readonly #lengths: Uint32Array;
  /** Postings of term t are at [offsets[t], offsets[t + 1]). */
  readonly #offsets: Uint32Array;
  readonly #documents: Uint32Array;
  readonly #frequencies: Uint32Array;
  readonly meanLength: number;

  private constructor(terms: readonly string[], data: LexicalData) {
    this.#terms = terms;
    this.#number = new Map(terms.map((term, i) => [term, i]));
    this.#lengths = data.lengths;
    this.#offsets = data.offsets;
    this.#documents = data.documents;
    this.#frequencies = data.frequencies;
    let total = 0;
    for (const length of data.lengths) total += length;
    this.meanLength = total / Math.max(1, data.lengths.length);
  }

  /** Indexes documents given as their terms. */
  static build(documents: Iterable<readonly string[]>): LexicalIndex {
    const postings = new Map<string, number[]>();
    const lengths: number[] = [];
    for (const terms of documents) {
      const document = lengths.length;
      lengths.push(terms.length);
      for (const term of terms) {
        let list = postings.get(term);
        if (list === undefined) {
          list = [];
          postings.set(term, list);
        }
        // Pairs of document and frequency; a document's pair is always the last one while it is being added.
        if (list.at(-2) === document) list[list.length - 1] = (list.at(-1) as number) + 1;
        else list.push(document, 1);
      }
    }
    const terms = [...postings.keys()].sort((a, b) => (a < b ? -1 : 1));
    const offsets = new Uint32Array(terms.length + 1);
    for (const [t, term] of terms.entries()) {
      offsets[t + 1] = (offsets[t] as number) + (postings.get(term) as number[]).length / 2;
    }
    const count = offsets[terms.length] as number;
    const data: LexicalData = {
      lengths: Uint32Array.from(lengths),
      offsets,
      documents: new Uint32Array(count),
      frequencies: new Uint32Array(count),
    };
    let at = 0;
    for (const term of terms) {
      const list = postings.get(term) as number[];
      for (let i = 0; i < list.length; i += 2, at++) {
        data.documents[at] = list[i] as number;
        data.frequencies[at] = list[i + 1] as number;
      }
    }
    return new LexicalIndex(terms, data);
  }

  /** How many documents hold a term. */
  documentFrequency(term: string): number {
    const t = this.#number.get(term);
    return t === undefined ? 0 : (this.#offsets[t + 1] as number) - (this.#offsets[t] as number);
  }

  /** Robertson and Spärck Jones' weight, kept above 0; a term that no document holds weighs most. */
  idf(term: string): number {
    const n = this.documentFrequency(term);
    return Math.log(1 + (this.#lengths.length - n + 0.5) / (n + 0.5));
  }

  /** The `k` documents with the highest BM25 score for a bag of terms, best first; those that hold none are left out. */
  search(terms: readonly string[], k: number): Hit[] {
    const scores = new Float64Array(this.#lengths.length);
    for (const term of new Set(terms)) {
      const t = this.#number.get(term);
      if (t === undefined) continue;
      const idf = this.idf(term);
      for (let p = this.#offsets[t] as number; p < (this.#offsets[t + 1] as number); p++) {
        const document = this.#documents[p] as number;
        const weight = bm25(
          idf,
          this.#frequencies[p] as number,
          this.#lengths[document] as number,
          this.meanLength,
        );
        scores[document] = (scores[document] as number) + weight;
      }
    }
    return best(scores, k);
  }

  /**
   * The term of the vocabulary that a misspelt one most likely means: at most one edit away (two from eight
   * letters on), with the same first letter; the more frequent one of several. Null where there is none.
   */
  nearestTerm(term: string): string | null {
    if (term.length < MISSPELT_FROM || this.#number.has(term)) return null;
    const allowed = term.length >= 8 ? 2 : 1;
    let found: { term: string; edits: number; frequency: number } | null = null;
    for (const candidate of this.#terms) {
      if (candidate[0] !== term[0] || Math.abs(candidate.length - term.length) > allowed) continue;
      const edits = distance(candidate, term);
      if (edits > allowed) continue;
      const frequency = this.documentFrequency(candidate);
      if (found === null || edits < found.edits || (edits === found.edits && frequency > found.frequency)) {
        found = { term: candidate, edits, frequency };
      }
    }
    return found?.term ?? null;
  }

  /** The index as bytes: four counts, then lengths, offsets, documents and frequencies as 32-bit little-endian. */
  serialize(): { terms: string; postings: Buffer } {
    const parts = [this.#lengths, this.#offsets, this.#documents, this.#frequencies];
    const header = Uint32Array.from(parts, (part) => part.length);
    const postings = Buffer.concat(
      [header, ...parts].map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)),
    );
    return { terms: this.#terms.join('\n'), postings };
  }

  /**
   * Reads what `serialize` wrote.
   * @throws VerbatimError when the counts do not agree with the bytes
   */
  static deserialize(terms: string, postings: Buffer): LexicalIndex {
    // A copy: typed arrays need an offset that is a multiple of four.
    const all = new Uint32Array(
      postings.buffer.slice(postings.byteOffset, postings.byteOffset + (postings.byteLength & ~3)),
    );
    const sizes = [...all.subarray(0, 4)];
    let at = 4;
    const [lengths, offsets, documents, frequencies] = sizes.map((size) => {
      at += size;
      return all.subarray(at - size, at);
    });
    const list = terms === '' ? [] : terms.split('\n');
    if (
      !lengths ||
      !offsets ||
      !documents ||
      !frequencies ||
      at !== all.length ||
      offsets.length !== list.length + 1
    ) {
      throw new VerbatimError('the lexical index is damaged');
    }
    return new LexicalIndex(list, { lengths, offsets, documents, frequencies });
  }
}

interface LexicalData {
  lengths: Uint32Array;
  offsets: Uint32Array;
  documents: Uint32Array;
  frequencies: Uint32Array;
}

/** The indices of the k highest scores above 0, best first; equal scores in order of their index. */
function best(scores: Float64Array, k: number): Hit[] {
  const top: Hit[] = [];
  let floor = 0;
  for (let id = 0; id < scores.length; id++) {
    const score = scores[id] as number;
    if (score <= floor) continue;
    let at = top.length;
    while (at > 0 && (top[at - 1] as Hit).score < score) at--;
    top.splice(at, 0, { id, score });
    if (top.length > k) top.pop();
    if (top.length === k) floor = (top[k - 1] as Hit).score;
  }
  return top;
}
