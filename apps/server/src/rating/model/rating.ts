import type { Decimal } from '@simwright/measure';
import { ceilDiv, divideHalfEven, isCurrency, type Micros } from '@simwright/measure';
import type { PlanType, Pricing, Rate, Service } from '../../catalog/index.ts';
import type { Id } from '../../kit/ids.ts';
import { type Part, partOf, pricesOf, scaleOf, type Tier } from './price.ts';

/** What rating needs of a plan version. Bytes are bytes: the unit base was applied when the version was saved. */
export type Terms = {
  type: PlanType;
  /** ISO 4217; the amounts below and the charge are in it. */
  currency: string;
  /** One MB of the price: 1_000_000n or 1_048_576n. */
  mbBytes: bigint;
  /** Default data rate. Major units per MB, up to 12 decimals. */
  pricePerMb: Decimal | null;
  /** Default data rate, graduated: each slice of the period's total at its own price, the last one open. Absent: flat. */
  tiers?: readonly Tier[];
  allowanceBytes: bigint | null;
  /** Overage is sold in blocks, every started block counts. Both null: usage beyond the allowance costs nothing. */
  overageSizeBytes: bigint | null;
  overagePriceMicros: Micros | null;
  /** Default data rate: the period's total, not each record, is rounded up to this step. */
  incrementBytes: bigint | null;
  /** Rates by zone, of messages and calls, of other price models. */
  rates?: readonly Rate[];
};

/** Why terms cannot be rated. Usage on them is unrated, never free. */
export type TermsProblem =
  | 'currency'
  | 'mb_bytes'
  | 'price_missing'
  | 'tiers'
  | 'overage'
  | 'allowance'
  | 'increment'
  | 'rates';

/** Quantities of a period by component, beside its bytes: `data:<zone>`, `sms`, `sms:<zone>`, `voice`, `voice:<zone>`. */
export type Totals = Readonly<Record<string, bigint>>;

/** The component of a rate: a service, wherever no zone says another, or in one zone. */
export function componentOf(service: Service, zoneId: Id | null): string {
  return zoneId === null ? service : `${service}:${zoneId}`;
}

/**
 * The price of a period as a function of its totals: f(totals), in micro-minor units, rounded half-even once.
 *
 * Because the bill depends on the totals alone, the order, the batching and the repetition of records cannot
 * change it. `allowance` is the period's own where it differs from the plan's (prorated). A total below zero, left
 * by corrections, costs nothing.
 *
 * @throws RangeError for terms that `findTermsProblem` refuses.
 */
export function chargeOf(terms: Terms, totalBytes: bigint, allowance?: bigint, totals: Totals | null = null): Micros {
  return priceOf(terms)(totalBytes, allowance ?? null, totals);
}

/**
 * What a record costs that takes a period from one total to another: f(after) − f(before). A charge can be below zero,
 * after a correction or where the price falls. The total of a period counts everything booked in it, free or late too.
 */
export function chargeBetween(price: Price, before: bigint, after: bigint, periodAllowance: bigint | null): Micros {
  return price(after, periodAllowance, null) - price(before, periodAllowance, null);
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
 * A record of nothing is not usage: it activates nothing. Messages and calls end a ready period that the first usage ends.
 */
export function decideReadyExit(terms: ReadyTerms, usedBefore: bigint, delta: bigint, units = 0n): boolean {
  if (delta <= 0n && units <= 0n) return false;
  return terms.readyExitBytes === null || (delta > 0n && usedBefore + delta >= terms.readyExitBytes);
}

/** The first reason for which nothing can be rated on these terms, or null. Ask before a plan version is saved. */
export function findTermsProblem(terms: Terms): TermsProblem | null {
  if (!isCurrency(terms.currency)) return 'currency';
  if (terms.mbBytes <= 0n) return 'mb_bytes';
  if (terms.incrementBytes !== null && terms.incrementBytes <= 0n) return 'increment';
  if (terms.tiers !== undefined && !areSteps(terms.tiers.map((tier) => tier.upToBytes))) return 'tiers';
  if ((terms.overageSizeBytes === null) !== (terms.overagePriceMicros === null)) return 'overage';
  if (terms.overageSizeBytes !== null && terms.overageSizeBytes <= 0n) return 'overage';
  if (terms.allowanceBytes !== null && terms.allowanceBytes < 0n) return 'allowance';
  if (terms.rates?.some((rate) => !isPriced(rate.pricing))) return 'rates';
  if (chargesEachUnit(terms.type)) {
    const data = terms.rates?.some((rate) => rate.service === 'data') ?? false;
    return terms.pricePerMb === null && terms.tiers === undefined && !data ? 'price_missing' : null;
  }
  return terms.type === 'monthly_bundle' && terms.allowanceBytes === null ? 'allowance' : null;
}

/** The types that charge data by the megabyte. On the others data costs nothing but overage. */
export function chargesEachUnit(type: PlanType): boolean {
  return type === 'super_sim' || type === 'pay_per_mb' || type === 'paygo';
}

/** What a period of so many bytes and so many of other components costs; `periodAllowance` null means the plan's. */
export type Price = (totalBytes: bigint, periodAllowance: bigint | null, totals?: Totals | null) => Micros;

/** One summand of a price, exact: `numerator ÷ divisor` micro-minor units. */
export type PricedPart = { component: string; quantity: bigint; numerator: bigint; divisor: bigint };

/**
 * f of these terms, with everything worked out that does not depend on the totals.
 *
 * @throws RangeError for terms that `findTermsProblem` refuses.
 */
export function priceOf(terms: Terms): Price {
  const { parts, divisor, overage } = partsOfTerms(terms);
  const data = parts.get('data');
  return (totalBytes, periodAllowance, totals = null) => {
    let sum = overage(totalBytes, periodAllowance);
    let unzoned = totalBytes;
    if (totals !== null) {
      for (const component in totals) {
        const quantity = totals[component]!;
        if (component.startsWith('data:')) unzoned -= quantity;
        sum += parts.get(component)?.(quantity) ?? 0n;
      }
    }
    if (data !== undefined) sum += data(unzoned);
    return divideHalfEven(sum, divisor);
  };
}

/** The summands of the same price, for whoever explains it. Their sum, rounded half-even once, is the price. */
export function pricedParts(
  terms: Terms,
  totalBytes: bigint,
  periodAllowance: bigint | null,
  totals: Totals | null,
): PricedPart[] {
  const { parts, divisor, overage } = partsOfTerms(terms);
  const zoned = Object.entries(totals ?? {});
  const unzoned = zoned.reduce((rest, [name, q]) => (name.startsWith('data:') ? rest - q : rest), totalBytes);
  const all: PricedPart[] = [['data', unzoned] as const, ...zoned].flatMap(([component, quantity]) => {
    const part = parts.get(component);
    return part ? [{ component, quantity, numerator: part(quantity), divisor }] : [];
  });
  const beyond = overage(totalBytes, periodAllowance);
  if (beyond !== 0n) all.push({ component: 'overage', quantity: totalBytes, numerator: beyond, divisor });
  return all;
}

function partsOfTerms(terms: Terms): {
  parts: Map<string, Part>;
  divisor: bigint;
  overage: (totalBytes: bigint, periodAllowance: bigint | null) => bigint;
} {
  const problem = findTermsProblem(terms);
  if (problem !== null) throw new RangeError(`These terms cannot be rated: ${problem}`);
  const rates = ratesOf(terms);
  const scale = scaleOf(
    rates.flatMap((rate) => pricesOf(rate.pricing)),
    terms.mbBytes,
    terms.currency,
  );
  const { overageSizeBytes: size, overagePriceMicros: each, allowanceBytes } = terms;
  return {
    parts: new Map(
      rates.map((rate) => [componentOf(rate.service, rate.zoneId), partOf(rate.service, rate.pricing, scale)]),
    ),
    divisor: scale.divisor,
    overage(totalBytes, periodAllowance) {
      if (size === null || each === null) return 0n;
      const beyond = (totalBytes > 0n ? totalBytes : 0n) - (periodAllowance ?? allowanceBytes ?? 0n);
      return beyond > 0n ? ceilDiv(beyond, size) * each * scale.divisor : 0n;
    },
  };
}

/** Every rate of the terms, the default data rate among them. */
export function ratesOf(terms: Terms): Rate[] {
  const rates = [...(terms.rates ?? [])];
  if (!chargesEachUnit(terms.type)) return rates;
  const { tiers, pricePerMb, incrementBytes: increment } = terms;
  if (tiers !== undefined) {
    const steps = tiers.map(({ upToBytes, pricePerMb }) => ({ upTo: upToBytes, price: pricePerMb }));
    rates.push({ service: 'data', zoneId: null, pricing: { model: 'graduated', steps, increment } });
  } else if (pricePerMb !== null) {
    rates.push({ service: 'data', zoneId: null, pricing: { model: 'per_unit', price: pricePerMb, increment } });
  }
  return rates;
}

function isPriced(pricing: Pricing): boolean {
  switch (pricing.model) {
    case 'flat':
      return pricing.amountMicros >= 0n;
    case 'package':
      return pricing.size > 0n && pricing.priceMicros >= 0n;
    case 'per_unit':
      return pricing.increment === null || pricing.increment > 0n;
    default:
      return (pricing.increment === null || pricing.increment > 0n) && areSteps(pricing.steps.map((step) => step.upTo));
  }
}

/** Bounds ascend, and only the last step is open: so every quantity has exactly one price. */
function areSteps(bounds: readonly (bigint | null)[]): boolean {
  let previous = 0n;
  for (const [index, bound] of bounds.entries()) {
    const last = index === bounds.length - 1;
    if ((bound === null) !== last) return false;
    if (bound !== null && bound <= previous) return false;
    previous = bound ?? previous;
  }
  return bounds.length > 0;
}
