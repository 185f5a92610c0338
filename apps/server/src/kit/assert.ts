/** Raised when the program itself is wrong: the unit of work is aborted and the fault is logged with its stack. */
export class AssertionFault extends Error {
  override name = 'AssertionFault';
}

/** Checks an invariant. A failure is our fault, never the caller's: it becomes a 500 and an alert, not a refusal. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionFault(message);
}

/** Makes the compiler prove that a switch has a branch for every case. */
export function never(value: never): never {
  throw new AssertionFault(`unexpected value ${JSON.stringify(value)}`);
}
