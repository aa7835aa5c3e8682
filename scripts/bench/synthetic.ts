/** Articles and vectors made up for measuring at sizes that no collection of ours has. Seeded: every run is the same. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Embedder, unit } from '../../src/models/embedder.ts';

/** A small fast generator of numbers in [0, 1) (mulberry32, public domain, by Tommy Ettinger). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const SYLLABLES =
  'ba be bi bo bu da de di do du ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu ra re ri ro ru sa se si so su ta te ti to tu'.split(
    ' ',
  );

/** Word number `n`, always the same, always another. */
function word(n: number): string {
  let text = '';
  for (let rest = n + 40; rest > 0; rest = Math.floor(rest / SYLLABLES.length))
    text += SYLLABLES[rest % SYLLABLES.length];
  return text;
}

/**
 * Writes articles of made-up words, distributed as words are (Zipf), `perArticle` passages of one sentence each.
 * @returns some questions made of words of the articles
 */
export async function writeArticles(folder: string, passages: number, perArticle: number): Promise<string[]> {
  const random = generator(1);
  await mkdir(folder, { recursive: true });
  const VOCABULARY = 30_000;
  const draw = () => word(Math.floor(VOCABULARY ** random()) - 1);
  const questions: string[] = [];
  for (let article = 0; article * perArticle < passages; article++) {
    const paragraphs = Array.from({ length: Math.min(perArticle, passages - article * perArticle) }, () => {
      const words = Array.from({ length: 24 + Math.floor(random() * 24) }, draw);
      if (questions.length < 400 && random() < 400 / passages + 0.01) {
        questions.push(`What did ${words.filter(() => random() < 0.2).join(' ')} do?`);
      }
      return `The ${words.join(' ')}.`;
    });
    await writeFile(
      path.join(folder, `${String(article).padStart(6, '0')}.txt`),
      `${paragraphs.join('\n\n')}\n`,
    );
  }
  return questions;
}

/**
 * An embedder whose vectors fall into clusters, as those of texts do: a text's vector is its cluster's centre
 * with noise. Questions are embedded by the real model.
 */
export function clusteredEmbedder(real: Embedder): Embedder {
  const random = generator(2);
  const gauss = () => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random());
  const vector = () => Float32Array.from({ length: real.dimension }, gauss);
  const centres = Array.from({ length: 1000 }, vector);
  return {
    ...real,
    countTokens: (text) => text.length / 6,
    async embedPassage() {
      const centre = centres[Math.floor(random() * centres.length)] as Float32Array;
      return unit(vector().map((noise, i) => (centre[i] as number) + noise));
    },
  };
}
