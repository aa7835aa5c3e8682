/** Reads a question with the one that it follows, when it cannot be understood alone. */

/** Opens a question that goes on from the last one: "And the Pentagon?", "What about Syria?", "Why?" */
const GOES_ON =
  /^\W*(?:and|but|or|so|then|also|plus|ok(?:ay)?|what about|how about|what of|which ones?|who else|what else|where else|why so|how so|since when|says who|really|is that|was that|and what)\b/i;

/** Words that stand for something named before. */
const STANDS_FOR =
  /\b(?:he|him|his|she|her|hers|they|them|their|theirs|it|its|this|that|these|those|there|then|the same|such|both|either|neither|one|ones|the former|the latter)\b/i;

/** "that" and "there" that stand for nothing: "Who says that the …?", "Is there a …?", "Does it say …?" */
const STANDS_FOR_NOTHING =
  /\b(?:say|says|said|think|thinks|claim|claims|claimed|true|know|mean|means|report|reports|reported) that\b|\b(?:is|are|was|were|will|be|been) there\b|\bthere (?:is|are|was|were|will|has|have)\b|\b(?:is|was) it (?:true|possible|known)\b|\bit is\b|\bone of\b|\b(?:this|that|these|those) (?:\p{L}+ )*(?:month|year|week|day)s?\b/giu;

/** A question of so few words has no subject of its own: "Why?", "When exactly?" */
const FEW_WORDS = 2;

/** A question that names something by two or more capitals after its first word stands alone despite a pronoun. */
const NAMES = /(?<=\S\s+)\p{Lu}\p{L}+/gu;

/** Whether a question leans on the one before it. */
export function leansOnPrevious(question: string): boolean {
  const words = question.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*/gu) ?? [];
  if (words.length === 0) return false;
  if (GOES_ON.test(question) || words.length <= FEW_WORDS) return true;
  const rest = question.replace(STANDS_FOR_NOTHING, ' ');
  const stands = STANDS_FOR.exec(rest);
  if (stands === null) return false;
  // What is named before the pronoun may be what it stands for: "Has Kareem Adel said what he wants?"
  return (rest.slice(0, stands.index).match(NAMES) ?? []).length === 0;
}

/**
 * The question to answer when one question follows another.
 * @param previous the question before as it was answered, or null where there is none
 * @param limit characters that a question may have
 */
export function withPrevious(question: string, previous: string | null, limit: number): string {
  if (previous === null || !leansOnPrevious(question)) return question;
  const both = `${previous.trim()} ${question.trim()}`;
  return both.length <= limit ? both : question;
}
