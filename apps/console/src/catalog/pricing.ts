import { ceilDiv, currencyExponent, divideHalfEven, parseAmount, parseDecimal } from '@simwright/measure';
import type { PlanTerms, Pricing, Rate, Service } from '../api/plans.ts';

/**
 * What quantities cost, worked out while a plan is being written: the same arithmetic as the rating of real usage, on
 * exact numbers. Parts are numerators over one denominator, so that a month is rounded once.
 */
export type Scale = { currency: string; mbBytes: bigint; microsPerMajor: bigint; divisor: bigint };

/** Prices have at most 12 decimals. */
const finest = 12;
const minute = 60n;

/** @throws RangeError for an unknown currency */
export function scaleOf(currency: string, unitBase: 1000 | 1024): Scale {
  const mbBytes = BigInt(unitBase) ** 2n;
  return {
    ...{ currency, mbBytes, microsPerMajor: 10n ** BigInt(currencyExponent(currency) + 6) },
    divisor: 10n ** BigInt(finest) * mbBytes * minute,
  };
}

/** In micro-minor units, ties to even. */
export function rounded(numerator: bigint, { divisor }: Scale): bigint {
  return divideHalfEven(numerator, divisor);
}

/** What is written is no number yet. */
export class NotYet extends Error {}

/** An amount in micro-minor units; nothing written is nothing. */
export function micros(text: string | null, currency: string): bigint {
  const read = parseAmount(text?.trim() || '0', currency);
  if (!read.ok || read.value < 0n) throw new NotYet('an amount');
  return read.value;
}

/** A whole number, more than zero. */
export function whole(text: string): bigint {
  if (!/^\d{1,18}$/.test(text) || BigInt(text) === 0n) throw new NotYet('a number');
  return BigInt(text);
}

/** Every rate of the terms, the shorthands among them. */
export function ratesOf(terms: PlanTerms): Rate[] {
  const rates: Rate[] = [];
  const perUnit = (service: Service, price: string, increment: string | null) =>
    rates.push({ service, zone: null, model: 'per_unit', price, increment });
  if (terms.tiers) {
    const steps = terms.tiers.map(({ upToMb, pricePerMb }) => ({ upTo: upToMb, price: pricePerMb }));
    rates.push({ service: 'data', zone: null, model: 'graduated', steps, increment: terms.incrementBytes });
  } else if (terms.pricePerMb !== null) perUnit('data', terms.pricePerMb, terms.incrementBytes);
  if (terms.smsPrice !== null) perUnit('sms', terms.smsPrice, null);
  if (terms.voicePrice !== null) perUnit('voice', terms.voicePrice, terms.voiceIncrementSeconds?.toString() ?? null);
  return [...rates, ...terms.rates].sort((a, b) => rank(a) - rank(b));
}

/** Data, messages, calls; each first for everywhere. */
const rank = ({ service, zone }: Rate) => 2 * ['data', 'sms', 'voice'].indexOf(service) + (zone === null ? 0 : 1);

/** The rate by which usage of a service in a zone goes (null: in none): the zone's own, or the one for everywhere else. */
export function rateIn(rates: readonly Rate[], service: Service, zone: string | null): Rate | null {
  const own = rates.filter((rate) => rate.service === service);
  return own.find((rate) => rate.zone === zone) ?? own.find((rate) => rate.zone === null) ?? null;
}

/** So many bytes, messages or seconds in what a price is for. */
export function unitOf(service: Service, mbBytes: bigint): bigint {
  return service === 'data' ? mbBytes : service === 'voice' ? minute : 1n;
}

/** What bytes, messages or seconds cost by a pricing, as a numerator of the scale. An increment rounds the total up. */
export function partOf(service: Service, pricing: Pricing, quantity: bigint, scale: Scale): bigint {
  const { currency, divisor, mbBytes } = scale;
  const unit = unitOf(service, mbBytes);
  const each = (price: string) => perQuantity(price, scale, unit);
  switch (pricing.model) {
    case 'flat':
      return quantity > 0n ? micros(pricing.amount, currency) * divisor : 0n;
    case 'package':
      return ceilDiv(quantity, whole(pricing.size) * unit) * micros(pricing.price, currency) * divisor;
    case 'per_unit':
      return each(pricing.price) * stepped(quantity, pricing.increment);
    case 'graduated': {
      const counted = stepped(quantity, pricing.increment);
      let from = 0n;
      let sum = 0n;
      for (const { upTo, price } of pricing.steps) {
        const to = upTo === null ? counted : least(counted, whole(upTo) * unit);
        sum += each(price) * most(to - from, 0n);
        from = most(from, to);
      }
      return sum;
    }
    case 'volume': {
      const counted = stepped(quantity, pricing.increment);
      const step = pricing.steps.find(({ upTo }) => upTo === null || counted <= whole(upTo) * unit);
      if (!step) throw new NotYet('an open step');
      return each(step.price) * counted;
    }
  }
}

/** A byte, a message or a second in the scale's numerator. */
function perQuantity(price: string, scale: Scale, unit: bigint): bigint {
  const read = parseDecimal(price.trim());
  if (!read.ok || read.value.digits < 0n) throw new NotYet('a price');
  return (
    (read.value.digits * 10n ** BigInt(finest - read.value.scale) * scale.microsPerMajor * scale.mbBytes * minute) /
    unit
  );
}

function stepped(quantity: bigint, increment: string | null): bigint {
  return increment === null ? quantity : ceilDiv(quantity, whole(increment)) * whole(increment);
}

const least = (a: bigint, b: bigint) => (a < b ? a : b);
const most = (a: bigint, b: bigint) => (a > b ? a : b);
