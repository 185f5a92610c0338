import { type Decimal, parseAmount, parseDecimal } from '@simwright/measure';
import * as catalog from '../../catalog/index.ts';
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

/** Terms that sell messages at 0.05 and nothing else yet: devices answer texts, and without a price those would be unrated. */
export function demoTerms(
  type: catalog.PlanType,
  { currency, unitBase }: { currency: string; unitBase: 1000 | 1024 },
): catalog.PlanTerms {
  const messages = { model: 'per_unit', price: decimal('0.05'), increment: null } as const;
  return {
    ...catalog.emptyTerms(type, currency, unitBase),
    rates: [{ service: 'sms', zoneId: null, pricing: messages }],
  };
}
