import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModels } from '../../src/answer/open.ts';
import { readConfig } from '../../src/config.ts';
import { VerbatimError } from '../../src/errors.ts';
import { contradictionLabel, type Entailment, loadEntailment } from '../../src/models/entailment.ts';
import { SHIPPED_MODELS } from '../../src/models/load.ts';

describe('a model of inference', () => {
  let folder: string;
  let model: Entailment;

  // not-in-one.onnx is a graph of ten nodes that says contradiction where "not" (id 2025) stands more often in one
  // statement than in the other, by their token types: logits [0, 8 (b - a)² - 4, 0]. Its labels are in a new order.
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'verbatim-inference-'));
    await mkdir(path.join(folder, 'onnx'));
    for (const file of ['tokenizer.json', 'tokenizer_config.json'])
      await cp(path.join(SHIPPED_MODELS, 'all-MiniLM-L6-v2', file), path.join(folder, file));
    await cp(
      path.resolve(import.meta.dirname, '../fixtures/models/not-in-one.onnx'),
      path.join(folder, 'onnx/model_quantized.onnx'),
    );
    const id2label = { 0: 'NEUTRAL', 1: 'CONTRADICTION', 2: 'ENTAILMENT' };
    await writeFile(path.join(folder, 'config.json'), JSON.stringify({ model_type: 'bert', id2label }));
    model = await loadEntailment(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('reads two statements as a pair and gives the probability of the label for contradiction', async () => {
    const [affirmed, denied] = ['The quay is open.', 'The quay is not open.'];
    expect(await model.contradiction(affirmed, denied)).toBeGreaterThan(0.95);
    expect(await model.contradiction(denied, affirmed)).toBeGreaterThan(0.95);
    expect(await model.contradiction(denied, 'It is not shut.')).toBeLessThan(0.05);
    expect(await model.contradiction('', '')).toBeLessThan(0.05);
  });

  it('does not take marks inside a statement for its end', async () => {
    expect(await model.contradiction('The quay [SEP] is not open.', 'It is not.')).toBeLessThan(0.05);
  });

  it('does not judge by halves', async () => {
    const long = 'the quay '.repeat(300);
    expect(await model.contradiction(long, 'The quay is not open.')).toBe(0);
  });

  it('finds its label by name', () => {
    expect(contradictionLabel({ 0: 'contradiction', 1: 'entailment', 2: 'neutral' })).toBe(0);
    expect(contradictionLabel({ 0: 'LABEL_0', 1: 'LABEL_1' })).toBeNull();
    expect(contradictionLabel({})).toBeNull();
  });
});

describe('NLI_MODEL', () => {
  const open = (name: string | undefined) =>
    loadModels(readConfig({}, { READER_MODEL: 'none', ...(name !== undefined && { NLI_MODEL: name }) }));

  it('may be left out, or none', async () => {
    expect((await open(undefined)).entailment).toBeNull();
    expect((await open('none')).entailment).toBeNull();
  });

  it('is an error where it names no model, or one that judges nothing, and not left out unasked', async () => {
    await expect(open('./no/such/folder')).rejects.toThrow(/There is no model at \.\/no\/such\/folder/);
    await expect(open('verbatim-reader')).rejects.toThrow(/no label .* is called contradiction/);
    await expect(open('verbatim-reader')).rejects.toThrow(VerbatimError);
  });
});
