/** An index narrowed to one article. */

import { dot } from '../models/embedder.ts';
import { bm25 } from './lexical.ts';
import type { Hit, PassageIndex } from './store.ts';
import { termsOf } from './terms.ts';

/**
 * The same index, whose searches bring passages of one article alone. They compare the question with every passage
 * of it, which for one article takes less time than a search, and misses nothing.
 * @param article its place in `index.articles`
 */
export function withinArticle(index: PassageIndex, article: number): PassageIndex {
  let first = 0;
  for (const { passages } of index.articles.slice(0, article)) first += passages;
  const ids = Array.from({ length: index.articles[article]?.passages ?? 0 }, (_, i) => first + i);
  const passages = () => index.passages(ids);
  return {
    revision: index.revision,
    builtAt: index.builtAt,
    articles: index.articles,
    passageCount: index.passageCount,
    meanLength: index.meanLength,
    passages: (wanted) => index.passages(wanted),
    idf: (term) => index.idf(term),
    documentFrequency: (term) => index.documentFrequency(term),
    nearestTerm: (term) => index.nearestTerm(term),
    async densePassages(vector, k) {
      return best(
        (await passages()).map((passage) => ({ id: passage.id, score: dot(vector, passage.vector) })),
        k,
      );
    },
    async denseSentences(vector, k) {
      return best(
        (await passages()).map(({ id, sentenceVectors }) => ({
          id,
          score: Math.max(...sentenceVectors.map((sentence) => dot(vector, sentence))),
        })),
        k,
      );
    },
    async lexical(terms, k) {
      const text = index.articles[article]?.text ?? '';
      const hits = (await passages()).map(({ id, start, end }) => {
        const own = termsOf(text.slice(start, end));
        let score = 0;
        for (const term of new Set(terms)) {
          const frequency = own.filter((other) => other === term).length;
          if (frequency > 0) score += bm25(index.idf(term), frequency, own.length, index.meanLength);
        }
        return { id, score };
      });
      return best(
        hits.filter(({ score }) => score > 0),
        k,
      );
    },
  };
}

function best(hits: Hit[], k: number): Hit[] {
  return hits.sort((a, b) => b.score - a.score || a.id - b.id).slice(0, k);
}
