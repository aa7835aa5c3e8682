/** An article taken out of a page or file, before it is written. */
export interface Draft {
  title: string | null;
  publisher: string | null;
  author: string | null;
  /** YYYY-MM-DD. */
  published: string | null;
  url: string | null;
  language: string | null;
  /** The day it was fetched, YYYY-MM-DD; null for a file. */
  retrieved: string | null;
  /** The text as the article's file is to hold it, below the front matter. */
  body: string;
  /** What stood beside the article and was not taken, in the order of the page. */
  leftOut: string[];
  /** Sentences on what somebody should look at. */
  notes: string[];
}

/** What can be read of a source's metadata before its text; every part of it may be unknown. */
export type Known = Partial<Pick<Draft, 'title' | 'publisher' | 'author' | 'published' | 'url' | 'language'>>;

/** Marks that Markdown, and with it clean.ts, would take for the start of a heading, a table, code or a divider. */
const MARKDOWN_MARK =
  /^(?:(?:#{1,6}(?=\s)|\||`{3,}|~{3,}|<!--|!(?=\[)|[-*+•·–—>](?=\s)|={3,}|-{3,}|\*{3,}|_{3,})\s*)+/u;

/**
 * A paragraph of a page as a line of the file. A mark at its start is left out, because it would change what the
 * line is; the rest stands as it stood.
 */
export function paragraphLine(text: string): string {
  return text.replace(MARKDOWN_MARK, '').replace(/^\[([^\]]*)\]:(?=\s)/, '$1:');
}
