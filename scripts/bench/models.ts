/** The models bare: runs of the ONNX sessions over ids prepared before, to compare our own times with. */
import { AutoModel, AutoModelForQuestionAnswering, type PreTrainedModel, Tensor } from '@xenova/transformers';
import { loadModel } from '../../src/models/load.ts';
import { MAX_QUESTION, windows } from '../../src/models/reader.ts';
import { WordEncoder } from '../../src/models/words.ts';

/** One run of a session, with its inputs made. */
export type Run = () => Promise<void>;

export interface BareModels {
  /** The run that embeds a text. */
  embedding(text: string): Run;
  /** The runs that read a passage with a question. */
  reading(question: string, passage: string): Run[];
}

export async function loadBare(embedding: string, reader: string): Promise<BareModels> {
  // Taken as they are made: what loadModel gives back lets the event loop have its turn before each run.
  let embedder: PreTrainedModel | undefined;
  let answering: PreTrainedModel | undefined;
  const { tokenizer } = await loadModel(embedding, async (id, options) => {
    embedder = await AutoModel.from_pretrained(id, options);
    return embedder;
  });
  await loadModel(reader, async (id, options) => {
    answering = await AutoModelForQuestionAnswering.from_pretrained(id, options);
    return answering;
  });
  const words = new WordEncoder(tokenizer, embedding);
  return {
    embedding: (text) => run(embedder, [words.cls, ...words.encode(text).ids, words.sep], 0),
    reading(question, passage) {
      const asked = words.encode(question).ids.slice(0, MAX_QUESTION);
      const { ids } = words.encode(passage);
      return windows(asked.length, ids.length).map(({ from, to }) =>
        run(answering, [words.cls, ...asked, words.sep, ...ids.slice(from, to), words.sep], asked.length + 2),
      );
    },
  };
}

/** A run of a model's session; the library's types do not show it. */
function run(model: PreTrainedModel | undefined, ids: readonly number[], passageFrom: number): Run {
  const { session } = model as unknown as {
    session: { run(feeds: Record<string, Tensor>): Promise<unknown> };
  };
  const shape = [1, ids.length];
  const feeds = {
    input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
    attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
    token_type_ids: new Tensor(
      'int64',
      new BigInt64Array(ids.length).fill(passageFrom > 0 ? 1n : 0n, passageFrom),
      shape,
    ),
  };
  return async () => {
    await session.run(feeds);
  };
}
