/**
 * Finds a model's files, verifies those that ship with Verbatim, and loads them with transformers.js. The
 * library's settings are global and its defaults unsafe here (a cache inside node_modules, downloads on a
 * misspelt name, a slow fallback engine when a file is damaged), so every load goes through this file.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  AutoTokenizer,
  env,
  type PreTrainedModel,
  type PreTrainedTokenizer,
  type Tensor,
} from '@xenova/transformers';
import { reasonOf, VerbatimError } from '../errors.ts';

/** The folder of the models that ship with Verbatim, with their SHA256SUMS. */
export const SHIPPED_MODELS = path.resolve(import.meta.dirname, '../../data/models');

/** Models downloaded from the hub are kept here; git-ignored and outside node_modules, so `npm ci` keeps them. */
const DOWNLOADS = path.join(SHIPPED_MODELS, 'cache');

/** Where a model's files are: a folder on this machine, or an id on the Hugging Face hub. */
type Location = { kind: 'folder'; folder: string } | { kind: 'hub'; id: string };

/** A model as it is used: one run of it. */
export interface LoadedModel {
  tokenizer: PreTrainedTokenizer;
  /** What the model's config.json holds. */
  config: Readonly<Record<string, unknown>>;
  /**
   * Runs the model, after the event loop has had a turn. A run holds the thread and resolves in the same turn, so
   * that without this a row of questions would let nothing else happen until the last is answered: no answer would
   * leave, nobody would be acknowledged, and the gateway would hear no heartbeat.
   */
  run<Output extends string>(inputs: Readonly<Record<string, unknown>>): Promise<Record<Output, Tensor>>;
}

/** What `from_pretrained` of any transformers.js model class looks like. */
type Loader = (id: string, options: { quantized: boolean }) => Promise<PreTrainedModel>;

/**
 * Loads a tokenizer and a model.
 *
 * @param name a folder of data/models, a path to a folder, or a hub id such as `Xenova/bge-small-en-v1.5`
 * @param loader `from_pretrained` of the model class wanted
 * @throws VerbatimError when the model is not there, does not match its checksum, or cannot be read
 */
export async function loadModel(name: string, loader: Loader): Promise<LoadedModel> {
  const location = locate(name);
  if (location.kind === 'folder') await verify(location.folder, name);
  const id = location.kind === 'folder' ? path.basename(location.folder) : location.id;
  env.allowLocalModels = location.kind === 'folder';
  env.allowRemoteModels = location.kind === 'hub';
  env.useFSCache = location.kind === 'hub';
  env.cacheDir = DOWNLOADS;
  if (location.kind === 'folder') env.localModelPath = path.dirname(location.folder);
  try {
    const tokenizer = await AutoTokenizer.from_pretrained(id);
    const model = await loader(id, { quantized: true });
    return {
      tokenizer,
      config: (model as unknown as Pick<LoadedModel, 'config'>).config,
      async run(inputs) {
        await nextTurn();
        return model(inputs);
      },
    };
  } catch (error) {
    const place = location.kind === 'hub' ? `from the Hugging Face hub` : `from ${location.folder}`;
    throw new VerbatimError(
      `The model ${name} cannot be loaded ${place} (${firstLine(reasonOf(error))}); name another, or restore its files.`,
      { cause: error },
    );
  }
}

function locate(name: string): Location {
  const shipped = path.join(SHIPPED_MODELS, name);
  if (!name.includes('..') && existsSync(shipped)) return { kind: 'folder', folder: shipped };
  if (existsSync(name)) return { kind: 'folder', folder: path.resolve(name) };
  if (/^[\w.-]+\/[\w.-]+$/.test(name) && !name.startsWith('.')) return { kind: 'hub', id: name };
  throw new VerbatimError(
    `There is no model at ${name}: give a folder of data/models, a path to a model's folder, or a hub id such as Xenova/bge-small-en-v1.5.`,
  );
}

/** The files that transformers.js needs of a quantised model. */
const NEEDED = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model_quantized.onnx'];

/** Checks a local model's files against SHA256SUMS beside its folder, where there is one. */
async function verify(folder: string, name: string): Promise<void> {
  for (const file of NEEDED) {
    if (!existsSync(path.join(folder, file))) {
      throw new VerbatimError(
        `The model ${name} is incomplete: ${path.join(folder, file)} is missing; restore it.`,
      );
    }
  }
  const sums = await readFile(path.join(path.dirname(folder), 'SHA256SUMS'), 'utf8').catch(() => '');
  for (const line of sums.split('\n')) {
    const [expected, file] = line.split(/\s+/);
    if (expected === undefined || file === undefined || !file.startsWith(`${path.basename(folder)}/`))
      continue;
    const target = path.join(path.dirname(folder), file);
    const actual = createHash('sha256')
      .update(await readFile(target))
      .digest('hex');
    if (actual !== expected) {
      throw new VerbatimError(
        `The model ${name} is damaged: ${target} does not match its checksum in SHA256SUMS; restore it with git checkout data/models.`,
      );
    }
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
