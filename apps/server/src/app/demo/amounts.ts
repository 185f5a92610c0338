import { type Decimal, parseAmount, parseDecimal } from '@simwright/measure';
import { assert } from '../../kit/assert.ts';

export function money(text: string, currency: string): bigint {
  const parsed = parseAmount(text, currency);
  assert(parsed.ok, `${text} is an amount`);
  return parsed.value;
}

export function decimal(text: string): Decimal {
  const parsed = parseDecimal(text);
  assert(parsed.ok, `${text} is a decimal`);
  return parsed.value;
}
