/** The sources that answers come from while the program runs: they change when a new revision of the index appears. */
import type { Sources } from './answer.ts';

/** What a new revision changed, as files of articles. */
export interface SourcesChange {
  revision: string;
  added: string[];
  changed: string[];
  removed: string[];
}

export interface LiveSources {
  /** Take it once a question: it never changes under an answer that is being made. */
  readonly current: Sources;
  /** One sentence that says why the newest revision is not in use, or null while it is. */
  readonly problem: string | null;
  /** Calls back after each change; returns what stops that. */
  onChange(listener: (change: SourcesChange) => void): () => void;
  /** Stops watching. */
  close(): Promise<void>;
}
