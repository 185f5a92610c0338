import { formatAmount, formatBytes, formatDecimal } from '@simwright/measure';
import type { PlanTerms, PlanType } from './model.ts';

const typeNames: Record<PlanType, string> = {
  prepaid: 'Prepaid',
  monthly_bundle: 'Monthly bundle',
  pay_per_mb: 'Pay per MB',
  unlimited: 'Unlimited',
  static_pool: 'Static pool',
  dynamic_pool: 'Dynamic pool',
  paygo: 'PAYGO',
  super_sim: 'Super SIM',
};

/** What a plan is called until somebody writes a name: `Monthly bundle 1 GB 5.00 EUR`. At most 200 characters. */
export function nameOfTerms(terms: PlanTerms): string {
  const { type, currency, feeMicros, allowanceBytes, validityDays } = terms;
  const price = priceOf(terms);
  const fee = feeMicros > 0n ? `${formatAmount(feeMicros, currency)} ${currency}${price ? ' a month' : ''}` : null;
  return [
    typeNames[type],
    validityDays === null ? null : validityDays === 1 ? '1 day' : `${validityDays} days`,
    allowanceBytes === null ? null : formatBytes(allowanceBytes, terms.mbBytes === 1_000_000n ? 1000 : 1024),
    [price, fee].filter(Boolean).join(' + '),
  ]
    .filter(Boolean)
    .join(' ');
}

/** The price of the first megabyte, where there is one for everywhere. */
function priceOf({ type, tiers, pricePerMb, currency }: PlanTerms): string | null {
  const price = tiers ? tiers[0]!.pricePerMb : pricePerMb;
  if (!price) return null;
  const words = `${tiers ? 'from ' : ''}${formatDecimal(price, 2)} ${currency}`;
  return type === 'pay_per_mb' ? words : `${words} per MB`;
}
