/** Loads the two models with transformers.js and nothing else, to compare our start with. */
import path from 'node:path';
import { AutoModel, AutoModelForQuestionAnswering, AutoTokenizer, env } from '@xenova/transformers';

env.localModelPath = path.resolve(import.meta.dirname, '../../data/models');
env.allowRemoteModels = false;
env.useFSCache = false;
await AutoTokenizer.from_pretrained('all-MiniLM-L6-v2');
await AutoModel.from_pretrained('all-MiniLM-L6-v2', { quantized: true });
await AutoTokenizer.from_pretrained('verbatim-reader');
await AutoModelForQuestionAnswering.from_pretrained('verbatim-reader', { quantized: true });
process.stdout.write('loaded\n');
