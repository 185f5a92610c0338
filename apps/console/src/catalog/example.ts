import {
  ceilDiv,
  currencyExponent,
  divideHalfEven,
  formatAmount,
  isCurrency,
  parseAmount,
  parseDecimal,
} from '@simwright/measure';
import type { PlanTerms, PlanType } from '../api/plans.ts';

/**
 * What a month on a plan would cost, worked out while it is being written: the same arithmetic as the rating of real
 * usage, on exact numbers. Null where a field is not a number yet.
 */
export type Example = { lines: { what: string; amount: string }[]; total: string };

export function example(type: PlanType, terms: PlanTerms, usedMb: bigint, unitBase: 1000 | 1024): Example | null {
  const { currency } = terms;
  if (!isCurrency(currency)) return null;
  const mbBytes = BigInt(unitBase) ** 2n;
  const fee = micros(terms.fee, currency);
  const usage = type === 'super_sim' ? perMb(terms, usedMb * mbBytes, mbBytes) : overage(terms, usedMb);
  if (fee === null || usage === null) return null;
  const lines = [
    { what: 'Monthly fee', amount: formatAmount(fee, currency) },
    { what: usage.what, amount: formatAmount(usage.micros, currency) },
  ];
  return { lines, total: formatAmount(fee + usage.micros, currency) };
}

function micros(text: string, currency: string): bigint | null {
  const read = parseAmount(text.trim() === '' ? '0' : text, currency);
  return read.ok ? read.value : null;
}

type Usage = { what: string; micros: bigint };

/** Each slice of the total at its own price, rounded half-even once at the end. */
function perMb(terms: PlanTerms, used: bigint, mbBytes: bigint): Usage | null {
  const step = terms.incrementBytes ? BigInt(terms.incrementBytes) : 1n;
  const total = ceilDiv(used, step) * step;
  const tiers = terms.tiers ?? [{ upToMb: null, pricePerMb: terms.pricePerMb ?? '0' }];
  // Prices have at most 12 decimals: every product is a whole number of 10^-12 of a major unit times a byte.
  let sum = 0n;
  let from = 0n;
  for (const tier of tiers) {
    const price = parseDecimal(tier.pricePerMb);
    if (!price.ok) return null;
    const to = tier.upToMb === null || tier.upToMb === '' ? total : min(total, BigInt(tier.upToMb) * mbBytes);
    if (to > from) sum += (to - from) * price.value.digits * 10n ** BigInt(12 - price.value.scale);
    if (to > from) from = to;
  }
  const scale = 10n ** BigInt(12 - (currencyExponent(terms.currency) + 6));
  return { what: 'Usage', micros: divideHalfEven(sum, mbBytes * scale) };
}

/** Overage in blocks: every started one counts. */
function overage(terms: PlanTerms, usedMb: bigint): Usage | null {
  const allowance = BigInt(terms.allowanceMb ?? '0');
  const beyond = usedMb - allowance;
  if (beyond <= 0n || !terms.overageSizeMb || !terms.overagePrice) return { what: 'Overage: none', micros: 0n };
  const price = micros(terms.overagePrice, terms.currency);
  if (price === null || BigInt(terms.overageSizeMb) === 0n) return null;
  const blocks = ceilDiv(beyond, BigInt(terms.overageSizeMb));
  return {
    what: `Overage: ${blocks} ${blocks === 1n ? 'block' : 'blocks'} of ${terms.overageSizeMb} MB`,
    micros: blocks * price,
  };
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
