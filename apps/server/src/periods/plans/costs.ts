import { formatAmount, type Micros, parseAmount } from '@simwright/measure';
import { assert } from '../../kit/assert.ts';
import type { Preview } from './preview.ts';

/** Money of many changes of plan in one currency, in major units: due at once, given back at once, due when periods end. */
export type CostSum = { currency: string; due: string; returned: string; later: string };

type Sum = Record<'due' | 'returned' | 'later', Micros>;

/** Adds what these would cost to what was found before. */
export function addCosts(before: readonly CostSum[], previews: Preview[]): CostSum[] {
  const sums = new Map(before.map(({ currency, ...sum }) => [currency, read(sum, currency)]));
  for (const { effect, costs } of previews) {
    for (const { currency, amountMicros } of costs) {
      const sum = sums.get(currency) ?? { due: 0n, returned: 0n, later: 0n };
      const part = effect === 'waits' ? 'later' : amountMicros < 0n ? 'returned' : 'due';
      sums.set(currency, { ...sum, [part]: sum[part] + amountMicros });
    }
  }
  return [...sums].map(([currency, sum]) => ({
    currency,
    due: formatAmount(sum.due, currency),
    returned: formatAmount(sum.returned, currency),
    later: formatAmount(sum.later, currency),
  }));
}

function read({ due, returned, later }: Omit<CostSum, 'currency'>, currency: string): Sum {
  const micros = (text: string) => {
    const parsed = parseAmount(text, currency);
    assert(parsed.ok, 'an amount of our own is one');
    return parsed.value;
  };
  return { due: micros(due), returned: micros(returned), later: micros(later) };
}
