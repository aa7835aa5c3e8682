/** Scores the voices of sentences against labelled ones. */
import { z } from 'zod';
import { type VoicedSentence, voicesOf } from '../passages/voices.ts';
import type { Article, Voice } from '../values.ts';
import { readLines } from './lines.ts';

const Line = z.object({
  sentence: z.string().min(1),
  speaker: z.string().min(1).nullable(),
  kind: z.enum(['quoted', 'reported', 'article']),
  file: z.string().optional(),
});

/** A labelled sentence: how it begins, or a part of it, and the words that its speaker must hold. */
export type LabelledSentence = z.infer<typeof Line>;

export interface VoiceMiss {
  sentence: string;
  file: string | null;
  expected: { kind: Voice['kind']; speaker: string | null };
  /** Null where no article holds the sentence. */
  got: { kind: Voice['kind']; speaker: string | null } | null;
}

/** Right kinds and speakers among the labelled sentences. */
export interface VoiceScores {
  sentences: number;
  kinds: number;
  speakers: number;
  misses: VoiceMiss[];
}

/**
 * Reads labelled sentences: a JSON object a line, with `sentence`, `kind`, `speaker` (null where there is none),
 * and `file` where the sentence stands in more than one article.
 * @throws VerbatimError naming the line that is wrong
 */
export function readLabelledSentences(file: string): Promise<LabelledSentence[]> {
  return readLines(
    file,
    Line,
    'a labelled sentence: give it sentence, kind (quoted, reported or article) and speaker (or null)',
  );
}

/** Finds each labelled sentence in the articles and compares its voice. */
export function scoreVoices(
  labelled: readonly LabelledSentence[],
  articles: readonly Article[],
): VoiceScores {
  const voiced = new Map<Article, VoicedSentence[]>();
  const voicesIn = (article: Article) => {
    const known = voiced.get(article) ?? voicesOf(article);
    voiced.set(article, known);
    return known;
  };
  const scores: VoiceScores = { sentences: labelled.length, kinds: 0, speakers: 0, misses: [] };
  for (const { sentence, speaker, kind, file } of labelled) {
    const article = articles.find(
      (other) => (file === undefined || other.file === file) && other.text.includes(sentence),
    );
    const others = labelled.flatMap((other) => (other.file === file && other.speaker ? [other.speaker] : []));
    const voice = article && voiceOfPart(voicesIn(article), article.text, sentence);
    const rightKind = voice?.kind === kind;
    const rightSpeaker = voice !== undefined && isRightSpeaker(voice.speaker, speaker, others);
    if (rightKind) scores.kinds++;
    if (rightSpeaker) scores.speakers++;
    if (rightKind && rightSpeaker) continue;
    scores.misses.push({
      sentence,
      file: article?.file ?? file ?? null,
      expected: { kind, speaker },
      got: voice === undefined ? null : { kind: voice.kind, speaker: voice.speaker },
    });
  }
  return scores;
}

/** The voice of the sentence that holds most of a part of the text. */
function voiceOfPart(voiced: readonly VoicedSentence[], text: string, part: string): Voice | undefined {
  const start = text.indexOf(part);
  const end = start + part.length;
  const shared = (other: VoicedSentence) => Math.min(end, other.end) - Math.max(start, other.start);
  let best: VoicedSentence | undefined;
  for (const sentence of voiced) {
    if (shared(sentence) > (best === undefined ? 0 : shared(best))) best = sentence;
  }
  return best?.voice;
}

/** A speaker is right when it holds the expected words, and none of another of the expected speakers. */
export function isRightSpeaker(
  got: string | null,
  expected: string | null,
  others: readonly string[] = [],
): boolean {
  if (got === null || expected === null) return got === expected;
  const [shown, wanted] = [fold(got), fold(expected)];
  if (!shown.includes(wanted)) return false;
  return !others.some((other) => {
    const name = fold(other);
    return shown.includes(name) && !wanted.includes(name) && shown.replace(wanted, ' ').includes(name);
  });
}

function fold(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[’‘`´ʼ]/g, "'")
    .replace(/\s+/g, ' ');
}
