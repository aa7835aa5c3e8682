/** What an article, or all of them, comes down to: the few sentences that carry it, as they stand there. */
import type { PassageIndex, StoredPassage } from '../index/store.ts';
import { termsOf } from '../index/terms.ts';
import { dot } from '../models/embedder.ts';
import type { Quote, Sentence } from '../values.ts';
import { quoteAt } from './quotes.ts';

/** A brief has three to five sentences, by how many there are to choose from; fewer only where there are fewer. */
const FEWEST = 3;
const MOST = 5;
/** One more sentence for so many to choose from. */
const SENTENCES_A_STEP = 12;

/** Words. Shorter ones carry little, longer ones too much to be read at a glance. */
const SHORTEST = 6;
const LONGEST = 60;

/** Weights beside the similarity to what the article is about, which is 0 to 1. */
const NEW_VOICE = 0.1;
const SAME_ARTICLE = 0.15;
const LIKE_CHOSEN = 0.5;
const FIRST_SENTENCE = 0.2;

/** So many of each article's most central sentences are compared with each other. */
const COMPARED = 12;

/** Leans on what stands before it, or asks: it does not stand alone. */
const LEANS =
  /^["“‘'(]*(?:he|she|it|they|his|her|its|their|this|that|these|those|such|however|but|and|so|yet|also|instead|therefore|thus|both|neither|in contrast|by contrast|meanwhile|despite|similarly)\b|\?["”’)]*$/i;

interface Candidate {
  passage: StoredPassage;
  sentence: Sentence;
  vector: Float32Array;
  centrality: number;
}

/**
 * The sentences that carry an article, or all articles, in the order of the text, articles by date: those most like
 * the rest of their article, that say something new beside each other, and of as many voices and articles as can be.
 * @param file the article; all of them where left out. An unknown one gives an empty brief.
 */
export async function brief(index: PassageIndex, file?: string): Promise<Quote[]> {
  const { candidates, sentences } = await readCandidates(index, file);
  const wanted = Math.min(MOST, FEWEST + Math.floor(sentences / SENTENCES_A_STEP));
  const chosen: Candidate[] = [];
  while (chosen.length < wanted) {
    let best: Candidate | undefined;
    let highest = Number.NEGATIVE_INFINITY;
    for (const candidate of candidates) {
      if (chosen.includes(candidate)) continue;
      const score = worth(candidate, chosen);
      if (score > highest) [best, highest] = [candidate, score];
    }
    if (best === undefined) break;
    chosen.push(best);
  }
  const date = ({ passage }: Candidate) => index.articles[passage.article]?.published ?? '9999';
  chosen.sort(
    (a, b) =>
      (date(a) < date(b) ? -1 : date(a) > date(b) ? 1 : 0) ||
      a.passage.article - b.passage.article ||
      a.sentence.start - b.sentence.start,
  );
  return chosen.map(({ passage, sentence, centrality }) => ({
    ...quoteAt(index, passage.article, passage.paragraph, sentence),
    voice: sentence.voice,
    score: Math.min(1, Math.max(0, centrality)),
  }));
}

/** What a sentence adds to those chosen. An article that has one already stands back for those that have none. */
function worth(candidate: Candidate, chosen: readonly Candidate[]): number {
  const { passage, sentence, vector, centrality } = candidate;
  const alike = Math.max(0, ...chosen.map((other) => dot(vector, other.vector)));
  const sameVoice = chosen.some(
    (other) =>
      other.passage.article === passage.article && other.sentence.voice.speaker === sentence.voice.speaker,
  );
  const sameArticle = chosen.filter((other) => other.passage.article === passage.article).length;
  return centrality + (sameVoice ? 0 : NEW_VOICE) - LIKE_CHOSEN * alike - SAME_ARTICLE * sameArticle;
}

/** The most central sentences of each article that stand alone, by similarity to the mean of its sentences. */
async function readCandidates(
  index: PassageIndex,
  file: string | undefined,
): Promise<{ candidates: Candidate[]; sentences: number }> {
  const candidates: Candidate[] = [];
  let sentences = 0;
  let article: Candidate[] = [];
  const closeArticle = () => {
    const mean = meanOf(article.map(({ vector }) => vector));
    for (const [i, candidate] of article.entries())
      candidate.centrality = dot(candidate.vector, mean) + (i === 0 ? FIRST_SENTENCE : 0);
    const alone = article.filter(({ passage, sentence }) => standsAlone(index, passage, sentence));
    // A text of nothing but leaning sentences still has a brief.
    const kept = alone.length > 0 ? alone : article;
    candidates.push(...kept.sort((a, b) => b.centrality - a.centrality).slice(0, COMPARED));
    article = [];
  };
  for (let id = 0; id < index.passageCount; id++) {
    const [passage] = await index.passages([id]);
    if (passage === undefined) continue;
    if (file !== undefined && index.articles[passage.article]?.file !== file) continue;
    if (article[0] !== undefined && article[0].passage.article !== passage.article) closeArticle();
    for (const [i, sentence] of passage.sentences.entries()) {
      sentences++;
      const vector = passage.sentenceVectors[i];
      if (vector !== undefined) article.push({ passage, sentence, vector, centrality: 0 });
    }
  }
  closeArticle();
  return { candidates, sentences };
}

function standsAlone(index: PassageIndex, { article }: StoredPassage, { start, end }: Sentence): boolean {
  const text = index.articles[article]?.text.slice(start, end) ?? '';
  const words = text.split(/\s+/u).length;
  return words >= SHORTEST && words <= LONGEST && !LEANS.test(text);
}

function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) for (const [i, value] of vector.entries()) sum[i] = (sum[i] ?? 0) + value;
  const length = Math.sqrt(dot(sum, sum)) || 1;
  return sum.map((value) => value / length);
}

/** Asks for the whole in few words. */
const ASKS_FOR_BRIEF =
  /\b(?:summar(?:y|ies|i[sz]e[ds]?|i[sz]ing)|in (?:short|brief|a nutshell|a few (?:words|sentences))|briefly|tl;?dr|overview|gist|(?:main|key) points?|boils? down|comes? down to|sum (?:it |this |that |them |everything )?up)\b|\bwhat(?:['’]?s| is| are| was| were) .{1,80} about\W*$/i;

/** Asks for one thing in few words: "In short, who …?" */
const ASKS_ELSE = /\b(?:who|whom|whose|when|where|why|which|how)\b/i;

/** Words for a text that is read. */
const TEXT = /\b(?:articles?|reports?|stor(?:y|ies)|pieces?|sources?|texts?|news|documents?)\b/i;

/** What "What is … about?" may be asked of without naming a text. */
const ALL_THIS = /\b(?:this|it|all|that|everything)\b(?! \p{L}+ about)/iu;

/** The stems that such a request is made of, beside the name of a source. */
const REQUEST = new Set(
  termsOf(
    'summary summaries summarise summarize summarising short brief briefly nutshell few words sentences tldr tl dr overview gist main key point points boil boils down come comes sum article articles report reports story stories piece pieces source sources text texts news document documents say says said tell give show please what whole everything want need like get let make write one two three four five quick quickly short hi hello hey thanks',
  ),
);

/**
 * Whether a text asks for a brief rather than a question: nothing in it but the request and, where one source is
 * meant, words of its publisher or title. "Summarise what the minister says on tolls" is a question.
 * @returns the file of the source, or null for all of them; undefined where it is something else
 */
export function briefRequest(
  text: string,
  articles: readonly { file: string; title: string | null; publisher: string | null }[],
): string | null | undefined {
  if (text.length > 300 || !ASKS_FOR_BRIEF.test(text) || ASKS_ELSE.test(text)) return undefined;
  const rest = termsOf(text).filter((term) => !REQUEST.has(term));
  const readable = TEXT.test(text) || ALL_THIS.test(text) || !/ about\W*$/i.test(text);
  if (rest.length === 0) return readable ? null : undefined;
  const named = articles.filter(({ publisher, title, file }) => {
    const name = new Set(termsOf(`${publisher ?? ''} ${file.replace(/[^\p{L}\p{N}]+/gu, ' ')}`));
    const known = new Set([...name, ...termsOf(title ?? '')]);
    return rest.every((term) => known.has(term)) && (TEXT.test(text) || rest.some((term) => name.has(term)));
  });
  const [one] = named;
  return named.length === 1 && one !== undefined ? one.file : undefined;
}
