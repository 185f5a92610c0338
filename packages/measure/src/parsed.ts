/** Outcome of reading text: the value, or the one word that says what is wrong with the text. */
export type Parsed<Value, Problem extends string> = { ok: true; value: Value } | { ok: false; problem: Problem };
