/**
 * The values that pass between the steps, in the order in which the path of the data makes them. All are
 * plain data. Every offset is in UTF-16 code units into `Article.text`, which is the file's text as decoded
 * from UTF-8 with a byte-order mark kept, so that `text.slice(start, end)` is what stands there.
 */

/** A stretch of an article's text: `text.slice(start, end)`. */
export interface Span {
  start: number;
  end: number;
}

/** What an article's front matter, or the article itself, says about it. What is not stated is null. */
export interface ArticleMeta {
  /** Path below the articles folder, with forward slashes: the article's identity. */
  file: string;
  title: string | null;
  publisher: string | null;
  author: string | null;
  /** ISO 8601 calendar date (YYYY-MM-DD), or null where the article does not state one. */
  published: string | null;
  url: string | null;
  /** BCP 47 tag as stated in the front matter. */
  language: string | null;
}

/** An article as read from disk, with the paragraphs of it that may be quoted. */
export interface Article extends ArticleMeta {
  text: string;
  /** Lower-case hex SHA-256 of the file's bytes. */
  sha256: string;
  /** Prose only: page furniture, headings and front matter are outside every paragraph. In text order. */
  paragraphs: Span[];
}

/**
 * Who says a sentence, as the article itself attributes it. Speaker, cue and outlet are spans of the same article,
 * so that what is shown of a speaker is the article's own words.
 */
export interface Voice {
  /**
   * `quoted`: the sentence stands inside quotation marks, or is made of such words. `reported`: somebody is said
   * to have said it ("X said that …", "according to X"). `article`: the outlet's own voice.
   */
  kind: 'quoted' | 'reported' | 'article';
  /** The fullest form of the speaker's name that the article gives; null for `article`, and where it is unknown. */
  speaker: string | null;
  /** Where that form stands: `text.slice(start, end) === speaker`. Null with the speaker. */
  start: number | null;
  end: number | null;
  /** The word that attributes: "said", "according to". Null for `article`, and where there is none. */
  cue: Span | null;
  /** The outlet that the article names as having carried the statement ("told Reuters"), or null. */
  via: (Span & { text: string }) | null;
}

/** One sentence that may be quoted. Sentences of a paragraph may leave gaps: fragments are passed over. */
export interface Sentence extends Span {
  voice: Voice;
}

/** What is embedded and read as one: a paragraph, or some sentences of one, under the token limit. */
export interface Passage extends Span {
  /** Index into the index's list of articles. */
  article: number;
  /** Index into that article's paragraphs. */
  paragraph: number;
  sentences: Sentence[];
}

/** A stretch of an article, shown to a person as it stands there. */
export interface Quote extends Span {
  article: ArticleMeta;
  /** Always `article text.slice(start, end)`. */
  text: string;
  /** The answering words, inside start..end, or null where the reader marked none. */
  highlight: Span | null;
  /** 0 to 1: how likely this quote answers, on the scale of `Answer.confidence`. */
  score: number;
  /** 1-based, counted over the article's quotable paragraphs. */
  paragraph: number;
  /** Who says it; null while unknown. */
  voice: Voice | null;
  /** Where other articles carry the same statement: further citations, not further voices. */
  also: Citation[];
}

/** Where a statement stands. */
export interface Citation extends Span {
  article: ArticleMeta;
  /** 1-based, counted over the article's quotable paragraphs. */
  paragraph: number;
}

/** Why there is no answer; null when there is one. */
export type Refusal =
  /** Nothing in the question to search for: empty, emoji only, punctuation only. */
  | 'empty'
  /** Longer than the question limit. */
  | 'too long'
  /** A greeting or an instruction to the bot, not a question about the articles. */
  | 'not a question'
  /** The articles do not say, as far as can be found. */
  | 'not in the articles';

/** The answer to one question. */
export interface Answer {
  question: string;
  answered: boolean;
  /** 0 to 1: the estimated probability that the first quote answers. */
  confidence: number;
  refusal: Refusal | null;
  /** The revision of the index the answer comes from. */
  revision: string;
  /** The best first; at most five; empty when not answered. */
  quotes: Quote[];
  /** When not answered: up to three passages nearest to the question, which are not answers. */
  nearest: Quote[];
  /** Whether the quotes contradict each other on the question: "The sources differ". */
  differ: boolean;
  /** Whether no article but the one quoted speaks of it. */
  onlySource: boolean;
  /**
   * The words of the question that take for granted what the sources dispute or do not hold, as a span of
   * `question`; the quotes are then statements on that. Null where there is none.
   */
  premise: Span | null;
}

/** What reading an article's file again says about a quote of it. */
export interface Verification {
  /**
   * `same`: the file is the one that was indexed, and the quote stands where it stood. `moved`: the file has changed, the
   * quote stands elsewhere in it. `changed`: the file has changed and does not hold the quote any more. `gone`: there is no
   * such file. `unreadable`: it could not be read.
   */
  state: 'same' | 'moved' | 'changed' | 'gone' | 'unreadable';
  /** Where the quote stands in the file now, and its 1-based line; absent where it does not. */
  start?: number;
  end?: number;
  line?: number;
  /** ISO 8601 time at which the article was indexed. */
  indexed: string;
}
