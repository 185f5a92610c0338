import { ceilDiv, type Decimal, isCurrency, type Micros } from '@simwright/measure';
import { graduatedPrice, type Tier } from './price.ts';

/** What rating needs of a plan version. Bytes are bytes: the unit base was applied when the version was saved. */
export type Terms = {
  type: 'super_sim' | 'monthly_bundle' | 'pay_per_mb';
  /** ISO 4217; the amounts below and the charge are in it. */
  currency: string;
  /** One MB of the price: 1_000_000n or 1_048_576n. */
  mbBytes: bigint;
  /** Major units per MB, up to 12 decimals. */
  pricePerMb: Decimal | null;
  /** Graduated price: each slice of the period's total at its own price, the last one open. Absent: flat. */
  tiers?: readonly Tier[];
  allowanceBytes: bigint | null;
  /** Overage is sold in blocks, every started block counts. Both null: usage beyond the allowance costs nothing. */
  overageSizeBytes: bigint | null;
  overagePriceMicros: Micros | null;
  /** Price per MB only: the period's total, not each record, is rounded up to this step. */
  incrementBytes: bigint | null;
};

/** Why terms cannot be rated. Usage on them is unrated, never free. */
export type TermsProblem = 'currency' | 'mb_bytes' | 'price_missing' | 'tiers' | 'overage' | 'allowance' | 'increment';

/**
 * The price of a period as a function of its total: f(total), in micro-minor units, rounded half-even once.
 *
 * Because the bill depends on the total alone, the order, the batching and the repetition of records cannot
 * change it. `allowance` is the period's own where it differs from the plan's (prorated). A total below zero, left
 * by corrections, costs nothing.
 *
 * @throws RangeError for terms that `findTermsProblem` refuses.
 */
export function chargeOf(terms: Terms, totalBytes: bigint, allowance?: bigint): Micros {
  return priceOf(terms)(totalBytes, allowance ?? null);
}

/**
 * What a record costs that takes a period from one total to another: f(after) − f(before). A charge can be below zero,
 * after a correction or where the price falls. The total of a period counts everything booked in it, free or late too.
 */
export function chargeBetween(price: Price, before: bigint, after: bigint, periodAllowance: bigint | null): Micros {
  return price(after, periodAllowance) - price(before, periodAllowance);
}

/**
 * Whether this step reaches the limit: before < limit ≤ after. True for exactly one record of a period, so that a
 * block and its event happen once. Give the totals that count for the limit: late usage does not.
 */
export function crossed(limit: bigint | null, before: bigint, after: bigint): boolean {
  return limit !== null && before < limit && limit <= after;
}

/** How usage ends a ready period: at this total, or at the first usage where it is null. */
export type ReadyTerms = { readyExitBytes: bigint | null };

/**
 * Whether this record ends the ready period and makes the line active. It then belongs to the active period whole.
 *
 * A record of zero bytes is not usage: it activates nothing.
 */
export function decideReadyExit(terms: ReadyTerms, usedBefore: bigint, delta: bigint): boolean {
  if (delta <= 0n) return false;
  return terms.readyExitBytes === null || usedBefore + delta >= terms.readyExitBytes;
}

/** The first reason for which nothing can be rated on these terms, or null. Ask before a plan version is saved. */
export function findTermsProblem(terms: Terms): TermsProblem | null {
  if (!isCurrency(terms.currency)) return 'currency';
  if (terms.mbBytes <= 0n) return 'mb_bytes';
  switch (terms.type) {
    case 'super_sim':
    case 'pay_per_mb':
      if (terms.incrementBytes !== null && terms.incrementBytes <= 0n) return 'increment';
      if (terms.tiers !== undefined) return areTiers(terms.tiers) ? null : 'tiers';
      return terms.pricePerMb === null ? 'price_missing' : null;
    case 'monthly_bundle':
      if (terms.allowanceBytes === null || terms.allowanceBytes < 0n) return 'allowance';
      if (terms.overageSizeBytes !== null && terms.overageSizeBytes <= 0n) return 'overage';
      return (terms.overageSizeBytes === null) === (terms.overagePriceMicros === null) ? null : 'overage';
    default:
      return unreachable(terms.type);
  }
}

/** What a period of so many bytes costs; `periodAllowance` null means the plan's. */
export type Price = (totalBytes: bigint, periodAllowance: bigint | null) => Micros;

/**
 * f of these terms, with everything worked out that does not depend on the total.
 *
 * @throws RangeError for terms that `findTermsProblem` refuses.
 */
export function priceOf(terms: Terms): Price {
  const problem = findTermsProblem(terms);
  if (problem !== null) throw new RangeError(`These terms cannot be rated: ${problem}`);
  switch (terms.type) {
    case 'super_sim':
    case 'pay_per_mb': {
      const { incrementBytes: step } = terms;
      const tiers = terms.tiers ?? [{ upToBytes: null, pricePerMb: terms.pricePerMb! }];
      const price = graduatedPrice(tiers, terms.mbBytes, terms.currency);
      return (total) => price(step === null ? positive(total) : ceilDiv(positive(total), step) * step);
    }
    case 'monthly_bundle': {
      const { overageSizeBytes: size, overagePriceMicros: each, allowanceBytes } = terms;
      if (size === null || each === null) return () => 0n;
      return (total, periodAllowance) => {
        const beyond = positive(total) - (periodAllowance ?? allowanceBytes ?? 0n);
        return beyond > 0n ? ceilDiv(beyond, size) * each : 0n;
      };
    }
    default:
      return unreachable(terms.type);
  }
}

function positive(bytes: bigint): bigint {
  return bytes > 0n ? bytes : 0n;
}

/** Bounds ascend, and only the last step is open: so every byte has exactly one price. */
function areTiers(tiers: readonly Tier[]): boolean {
  let previous = 0n;
  for (const [index, { upToBytes }] of tiers.entries()) {
    const last = index === tiers.length - 1;
    if ((upToBytes === null) !== last) return false;
    if (upToBytes !== null && upToBytes <= previous) return false;
    previous = upToBytes ?? previous;
  }
  return tiers.length > 0;
}

function unreachable(type: never): never {
  throw new RangeError(`No rating for plan type ${String(type)}`);
}
