/**
 * What answering needs of an index. The first implementation keeps a revision's files in memory
 * (revision.ts); one in a database would implement the same.
 */
import type { Article, Passage } from '../values.ts';

/** A passage or sentence by its number, with how well it matches: higher is better. */
export interface Hit {
  id: number;
  score: number;
}

/** An article as the index holds it: its text is the one that was indexed. */
export interface IndexedArticle extends Article {
  /** Number of passages and of sentences. */
  passages: number;
  sentences: number;
}

/** A passage with the vectors of itself and of each of its sentences. */
export interface StoredPassage extends Passage {
  id: number;
  vector: Float32Array;
  sentenceVectors: Float32Array[];
}

/** One revision of the index, loaded and verified. It never changes. */
export interface PassageIndex {
  /** Names the content: the same articles and model give the same revision. */
  readonly revision: string;
  /** ISO 8601 time at which it was built. */
  readonly builtAt: string;
  readonly articles: readonly IndexedArticle[];
  readonly passageCount: number;
  /** The passages whose vectors are most similar to a question's, by dot product. */
  densePassages(vector: Float32Array, k: number): Promise<Hit[]>;
  /** The passages that hold the sentences most similar to a question, each with its best sentence's dot product. */
  denseSentences(vector: Float32Array, k: number): Promise<Hit[]>;
  /** The passages with the highest BM25 score. */
  lexical(terms: readonly string[], k: number): Promise<Hit[]>;
  /** Passages by number, in the order asked for. */
  passages(ids: readonly number[]): Promise<StoredPassage[]>;
  /** The weight of a term, by how few passages hold it. */
  idf(term: string): number;
  /** Number of passages that hold a term. */
  documentFrequency(term: string): number;
  /** The known term that an unknown one most likely misspells, or null. */
  nearestTerm(term: string): string | null;
  /** Mean number of terms of a passage, for BM25. */
  readonly meanLength: number;
}
