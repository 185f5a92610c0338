import { type Decimal, type Micros, parseAmount, parseDecimal } from '@simwright/measure';
import { type Refusal, refuse } from '../../kit/refusal.ts';

/** What PostgreSQL's bigint holds. */
const mostBytes = 2n ** 63n - 1n;

/** Reads what people write into exact numbers, and collects what could not be read: the first is what they are told. */
export type Reader = {
  problems: Refusal[];
  wrong(field: string, expected: string): void;
  amount(field: string, text: string): Micros;
  price(field: string, text: string): Decimal;
  /** Whole units (MB, minutes) of so many bytes or seconds each. */
  whole(field: string, count: bigint, each: bigint, least?: bigint): bigint;
};

export function openReader(currency: string): Reader {
  const problems: Refusal[] = [];
  function wrong(field: string, expected: string): void {
    problems.push(refuse.invalid('plan.terms_invalid', `${field} must be ${expected}.`, { field, expected }));
  }
  return {
    problems,
    wrong,
    amount(field, text) {
      const read = parseAmount(text, currency);
      if (!read.ok && read.problem === 'currency') wrong('currency', 'an ISO 4217 currency code in use, like EUR');
      else if (!read.ok) wrong(field, `an amount in ${currency}, like "2.00"`);
      else if (read.value < 0n) wrong(field, 'zero or more');
      return read.ok ? read.value : 0n;
    },
    price(field, text) {
      const read = parseDecimal(text);
      if (!read.ok) wrong(field, 'a price with at most 12 decimals, like "0.0125"');
      else if (read.value.digits < 0n) wrong(field, 'zero or more');
      return read.ok ? read.value : { digits: 0n, scale: 0 };
    },
    whole(field, count, each, least = 1n) {
      if (count < least) wrong(field, least === 1n ? 'more than zero' : 'zero or more');
      else if (count * each > mostBytes) wrong(field, `at most ${mostBytes / each}`);
      return count * each;
    },
  };
}

/** Bounds of steps ascend, and only the last one is open: so every quantity has one price. */
export function checkSteps(
  bounds: readonly (bigint | null)[],
  fieldOf: (i: number) => string,
  { wrong }: Reader,
): void {
  let previous = 0n;
  for (const [i, upTo] of bounds.entries()) {
    const last = i === bounds.length - 1;
    if ((upTo === null) !== last) wrong(fieldOf(i), last ? 'empty: the last step is open' : 'given');
    else if (upTo !== null && upTo <= previous) wrong(fieldOf(i), 'above the step before');
    previous = upTo ?? previous;
  }
}
