import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listSpeakers, type SpeakerDirectory } from '../../src/answer/speakers.ts';
import { buildIndex } from '../../src/index/build.ts';
import { openIndex } from '../../src/index/revision.ts';
import { deterministicEmbedder } from '../deterministic-embedder.ts';

let folder: string;
let directory: SpeakerDirectory;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verbatim-speakers-'));
  const embedder = deterministicEmbedder();
  await buildIndex(path.resolve(import.meta.dirname, '../fixtures/voices-press/articles'), folder, embedder);
  directory = await listSpeakers(await openIndex(folder, embedder.fingerprint));
});
afterAll(() => rm(folder, { recursive: true }));

it('lists those who speak most first, each with as many quotes as sentences', () => {
  const counts = directory.speakers.map(({ sentences }) => sentences);
  expect(counts.length).toBeGreaterThan(10);
  expect(counts).toEqual([...counts].sort((a, b) => b - a));
  for (const { name, sentences, articles } of directory.speakers) {
    expect(directory.saidBy(name)?.quotes).toHaveLength(sentences);
    expect(articles.reduce((sum, article) => sum + article.sentences, 0)).toBe(sentences);
  }
});

it('finds a speaker by part of the name, and keeps what is about a word', () => {
  const said = directory.saidBy('belleri', 'hospitals');
  expect(said?.speaker.name).toMatch(/Tomas Belleri$/);
  expect(said?.quotes.map(({ text }) => text)).toEqual([expect.stringContaining('hospitals')]);
  expect(directory.matching('belleri')).toHaveLength(1);
  expect(directory.saidBy('nobody at all')).toBe(null);
});
