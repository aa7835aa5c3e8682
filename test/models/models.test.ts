import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VerbatimError } from '../../src/errors.ts';
import { type Embedder, loadEmbedder, pool, styleOf, unit } from '../../src/models/embedder.ts';
import { SHIPPED_MODELS } from '../../src/models/load.ts';
import { bestSpan, loadReader, type Reader, windows } from '../../src/models/reader.ts';

const similarity = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

describe('the embedding model that ships', () => {
  let embedder: Embedder;
  beforeAll(async () => {
    embedder = await loadEmbedder('all-MiniLM-L6-v2');
  });

  it('gives unit vectors of 384 dimensions', async () => {
    const vector = await embedder.embedPassage('The commission met in spring.');
    expect(vector).toHaveLength(384);
    expect(embedder.dimension).toBe(384);
    expect(similarity(vector, vector)).toBeCloseTo(1, 5);
  });

  it('gives the same text the same vector, whatever was embedded before', async () => {
    const before = await embedder.embedPassage('The harbour was closed.');
    await embedder.embedPassage('Something else altogether, and longer than the first text was.');
    expect(await embedder.embedPassage('The harbour was closed.')).toEqual(before);
  });

  it('finds a paraphrase more similar than another topic', async () => {
    const question = await embedder.embedQuestion('When did the soldiers leave?');
    const near = await embedder.embedPassage('The troops withdrew in May.');
    const far = await embedder.embedPassage('Sourdough needs a warm place.');
    expect(similarity(question, near)).toBeGreaterThan(similarity(question, far) + 0.2);
  });

  it('embeds a question of any length, though the model has 512 positions', async () => {
    expect(await embedder.embedQuestion('why '.repeat(5000))).toHaveLength(384);
  });

  it('embeds what has no letters', async () => {
    expect(await embedder.embedQuestion('😀😀😀')).toHaveLength(384);
    expect(await embedder.embedQuestion('')).toHaveLength(384);
  });
});

describe('the reader that ships', () => {
  let reader: Reader;
  beforeAll(async () => {
    reader = await loadReader('verbatim-reader');
  });

  const passage =
    'The ministry opened the talks on Monday. The envoy said that the harbour would be closed until June.';
  const sentences = [
    { start: 0, end: 40 },
    { start: 41, end: passage.length },
  ];

  it('marks the answering words with offsets into the passage', async () => {
    const [first, second] = await reader.read('Until when is the harbour closed?', passage, sentences);
    expect(passage.slice(second?.span.start, second?.span.end)).toContain('June');
    expect(second?.margin).toBeGreaterThan(first?.margin ?? 0);
    expect(second?.margin).toBeGreaterThan(0);
  });

  it('holds below zero what the passage does not answer', async () => {
    const readings = await reader.read('How do I bake sourdough bread?', passage, sentences);
    for (const reading of readings) expect(reading?.margin).toBeLessThan(0);
  });

  it('keeps every span inside its sentence', async () => {
    const readings = await reader.read('What did the envoy say?', passage, sentences);
    for (const [i, reading] of readings.entries()) {
      expect(reading?.span.start).toBeGreaterThanOrEqual(sentences[i]?.start ?? 0);
      expect(reading?.span.end).toBeLessThanOrEqual(sentences[i]?.end ?? 0);
    }
  });

  it('finds an answer at the end of a passage longer than a window', async () => {
    const filler = 'The delegates spoke of many other things that day. '.repeat(40);
    const long = `${filler}The treaty was signed in Port Alder.`;
    const [reading] = await reader.read('Where was the treaty signed?', long, [
      { start: filler.length, end: long.length },
    ]);
    expect(long.slice(reading?.span.start, reading?.span.end)).toContain('Port Alder');
  });

  it('reports nothing for a sentence without a token', async () => {
    expect(await reader.read('Who?', 'Yes.   ', [{ start: 4, end: 7 }])).toEqual([null]);
  });

  it('takes a question of 6,000 emoji', async () => {
    const readings = await reader.read('😀'.repeat(6000), passage, sentences);
    expect(readings).toHaveLength(2);
  });
});

describe('windows over a long passage', () => {
  it.each([
    [10, 0],
    [10, 50],
    [10, 211],
    [10, 212],
    [72, 1000],
    [500, 1000],
  ])(
    'of a question of %i tokens and a passage of %i hold every token, overlap, and fit',
    (question, passage) => {
      const all = windows(question, passage);
      let covered = 0;
      for (const [i, { from, to }] of all.entries()) {
        expect(from).toBeLessThanOrEqual(covered);
        if (i > 0) expect(covered - from).toBe(64);
        expect(to - from + Math.min(question, 72) + 3).toBeLessThanOrEqual(224);
        covered = to;
      }
      expect(covered).toBe(passage);
    },
  );
});

describe('the best span', () => {
  it('is the pair with the highest sum, start before end, in reach', () => {
    const start = Float32Array.from([9, 1, 5, 0, 0]);
    const end = Float32Array.from([9, 7, 0, 4, 0]);
    expect(bestSpan(start, end, 1, 5)).toEqual({ start: 2, end: 3, score: 9 });
    expect(bestSpan(start, end, 3, 3)).toBeNull();
  });
});

describe('the style of a model', () => {
  it('is known for the common families, and can be overridden', () => {
    expect(styleOf('all-MiniLM-L6-v2')).toEqual({ pooling: 'mean', queryPrefix: '', passagePrefix: '' });
    expect(styleOf('Xenova/e5-small-v2').queryPrefix).toBe('query: ');
    expect(styleOf('Xenova/bge-small-en-v1.5').pooling).toBe('cls');
    expect(styleOf('Xenova/bge-small-en-v1.5', { pooling: 'mean' }).pooling).toBe('mean');
  });
});

describe('pooling', () => {
  it('takes the mean of the first vectors', () => {
    expect(pool(Float32Array.from([1, 2, 3, 4, 100, 100]), 2, 2)).toEqual(Float32Array.from([2, 3]));
    expect(pool(Float32Array.from([1, 2, 3, 4]), 1, 2)).toEqual(Float32Array.from([1, 2]));
  });

  it('refuses a vector without direction', () => {
    expect(() => unit(Float32Array.from([0, 0]))).toThrow(VerbatimError);
    expect(() => unit(Float32Array.from([Number.NaN, 1]))).toThrow(VerbatimError);
  });
});

describe('a model that cannot be used', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'verbatim-models-'));
    await cp(path.join(SHIPPED_MODELS, 'SHA256SUMS'), path.join(folder, 'SHA256SUMS'));
    await cp(path.join(SHIPPED_MODELS, 'verbatim-reader'), path.join(folder, 'verbatim-reader'), {
      recursive: true,
    });
    await writeFile(path.join(folder, 'verbatim-reader/onnx/model_quantized.onnx'), 'not a model');
    await mkdir(path.join(folder, 'empty'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is refused by its checksum when it is damaged, never replaced by another', async () => {
    await expect(loadReader(path.join(folder, 'verbatim-reader'))).rejects.toThrow(
      /does not match its checksum/,
    );
  });

  it('is refused with the name of the missing file', async () => {
    await expect(loadReader(path.join(folder, 'empty'))).rejects.toThrow(/config\.json is missing/);
  });

  it('is refused when there is no such folder and the name is no hub id', async () => {
    await expect(loadEmbedder('no such model')).rejects.toThrow(/There is no model at no such model/);
    await expect(loadEmbedder('../../etc')).rejects.toThrow(VerbatimError);
  });
});
