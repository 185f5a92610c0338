import { ceilDiv, currencyExponent, type Decimal, microsExponent } from '@simwright/measure';
import type { Pricing, Service } from '../../catalog/index.ts';

/** One step of a graduated price: the bytes up to the bound, from the step before, cost this much per MB. */
export type Tier = { upToBytes: bigint | null; pricePerMb: Decimal };

/** Price of a quantity as a numerator over the scale's divisor: nothing is rounded before everything is added up. */
export type Part = (quantity: bigint) => bigint;

/** The one denominator of all prices of a plan version. */
export type Scale = { decimals: number; mbBytes: bigint; microsPerMajor: bigint; divisor: bigint };

/** Seconds of the minute that a call's price is for. */
const minute = 60n;

/** A common denominator for these prices: their widest fraction, a megabyte and a minute. */
export function scaleOf(prices: readonly Decimal[], mbBytes: bigint, currency: string): Scale {
  const decimals = prices.reduce((widest, price) => Math.max(widest, price.scale), 0);
  return {
    decimals,
    mbBytes,
    microsPerMajor: 10n ** BigInt(currencyExponent(currency) + microsExponent),
    divisor: 10n ** BigInt(decimals) * mbBytes * minute,
  };
}

/** The unit prices that a pricing names. */
export function pricesOf(pricing: Pricing): Decimal[] {
  if (pricing.model === 'per_unit') return [pricing.price];
  return pricing.model === 'graduated' || pricing.model === 'volume' ? pricing.steps.map((step) => step.price) : [];
}

/**
 * What a quantity of a service costs: bytes at prices per MB, messages each, seconds at prices per minute. An increment
 * rounds the total of the period, not each record. A quantity below zero, left by corrections, costs nothing.
 */
export function partOf(service: Service, pricing: Pricing, scale: Scale): Part {
  switch (pricing.model) {
    case 'flat':
      return (quantity) => (quantity > 0n ? pricing.amountMicros * scale.divisor : 0n);
    case 'package':
      return (quantity) => (quantity > 0n ? ceilDiv(quantity, pricing.size) * pricing.priceMicros * scale.divisor : 0n);
    case 'per_unit': {
      const each = perQuantity(service, pricing.price, scale);
      return (quantity) => each * stepped(quantity, pricing.increment);
    }
    case 'graduated': {
      const steps = pricing.steps.map(({ upTo, price }) => ({ upTo, each: perQuantity(service, price, scale) }));
      return (quantity) => graduated(steps, stepped(quantity, pricing.increment));
    }
    case 'volume': {
      const steps = pricing.steps.map(({ upTo, price }) => ({ upTo, each: perQuantity(service, price, scale) }));
      return (quantity) => {
        const counted = stepped(quantity, pricing.increment);
        return steps.find(({ upTo }) => upTo === null || counted <= upTo)!.each * counted;
      };
    }
  }
}

type Step = { upTo: bigint | null; each: bigint };

function graduated(steps: readonly Step[], quantity: bigint): bigint {
  let sum = 0n;
  let from = 0n;
  for (const { upTo, each } of steps) {
    const to = upTo === null || upTo > quantity ? quantity : upTo;
    if (to > from) {
      sum += each * (to - from);
      from = to;
    }
  }
  return sum;
}

/** A byte, a message or a second in the scale's numerator. */
function perQuantity(service: Service, price: Decimal, scale: Scale): bigint {
  const micros = price.digits * 10n ** BigInt(scale.decimals - price.scale) * scale.microsPerMajor;
  if (service === 'data') return micros * minute;
  return service === 'sms' ? micros * scale.mbBytes * minute : micros * scale.mbBytes;
}

function stepped(quantity: bigint, increment: bigint | null): bigint {
  const counted = quantity > 0n ? quantity : 0n;
  return increment === null ? counted : ceilDiv(counted, increment) * increment;
}
