/** The natural-language-inference model: how likely a statement contradicts another. */
import { AutoModelForSequenceClassification, type PreTrainedTokenizer } from '@xenova/transformers';
import { VerbatimError } from '../errors.ts';
import { loadModel } from './load.ts';

export interface Entailment {
  readonly name: string;
  /**
   * The probability that one statement contradicts another, read in this order. Models do not judge both orders
   * alike. 0 where the two are too long to be read whole: a half is no statement.
   */
  contradiction(premise: string, hypothesis: string): Promise<number>;
}

/** Every model of the kind has at least so many positions; the tokenizer may name fewer. */
const MAX_POSITIONS = 512;

/**
 * Loads a model that tells entailment, neutrality and contradiction apart.
 * @throws VerbatimError when it cannot be loaded, or its labels name no contradiction
 */
export async function loadEntailment(name: string): Promise<Entailment> {
  const { tokenizer, config, run } = await loadModel(name, (id, options) =>
    AutoModelForSequenceClassification.from_pretrained(id, options),
  );
  const label = contradictionLabel((config.id2label ?? {}) as Record<string, string>);
  if (label === null) {
    throw new VerbatimError(
      `The model ${name} cannot be used as NLI_MODEL: no label in its config.json is called contradiction; name a natural-language-inference model.`,
    );
  }
  const most = Math.min(
    MAX_POSITIONS,
    (tokenizer as unknown as { model_max_length?: number }).model_max_length ?? MAX_POSITIONS,
  );
  return {
    name,
    async contradiction(premise, hypothesis) {
      const [text, text_pair] = [withoutMarks(premise, tokenizer), withoutMarks(hypothesis, tokenizer)];
      const inputs = tokenizer(text, { text_pair });
      if (inputs.input_ids.data.length > most) return 0;
      const { logits } = await run<'logits'>(inputs);
      return softmax(logits.data as Float32Array)[label] ?? 0;
    },
  };
}

/** Which of a model's labels says contradiction, by the names in its config; null where none does. */
export function contradictionLabel(id2label: Readonly<Record<string, string>>): number | null {
  const found = Object.entries(id2label).find(([, label]) => /^contradict/i.test(label));
  return found === undefined ? null : Number(found[0]);
}

/** A text that holds "[SEP]" must not end the statement there. */
function withoutMarks(text: string, tokenizer: PreTrainedTokenizer): string {
  const { special_tokens } = tokenizer as unknown as { special_tokens: readonly string[] };
  return special_tokens.reduce((rest, mark) => rest.replaceAll(mark, ' '), text);
}

function softmax(logits: Float32Array): number[] {
  const highest = Math.max(...logits);
  const powers = [...logits].map((logit) => Math.exp(logit - highest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
