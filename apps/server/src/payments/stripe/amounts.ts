import { currencyExponent } from '@simwright/measure';

/**
 * Decimals of an amount in Stripe's API, where they are not those of ISO 4217: the ariary has none there, the króna and the Ugandan
 * shilling have two that are always zero (docs.stripe.com/currencies, zero-decimal and special cases).
 */
const decimalsThere: Readonly<Record<string, number>> = { MGA: 0, ISK: 2, UGX: 2 };

/** Of currencies with three decimals the last digit is zero there. */
function stepOf(currency: string): bigint {
  return currencyExponent(currency) === 3 ? 10n : 1n;
}

function shiftOf(currency: string): number {
  return (decimalsThere[currency] ?? currencyExponent(currency)) - currencyExponent(currency);
}

/** Our smallest units as Stripe counts them. Null: no such amount can be charged there. */
export function toStripe(amountMinor: bigint, currency: string): number | null {
  const shift = shiftOf(currency);
  const factor = 10n ** BigInt(Math.abs(shift));
  if (shift < 0 && amountMinor % factor !== 0n) return null;
  const amount = shift < 0 ? amountMinor / factor : amountMinor * factor;
  if (amount % stepOf(currency) !== 0n || amount > 99_999_999n) return null;
  return Number(amount);
}

/** Stripe's amount in our smallest units. What we cannot write (half a króna) is rounded down. */
export function fromStripe(amount: number, currency: string): bigint {
  const shift = shiftOf(currency);
  const factor = 10n ** BigInt(Math.abs(shift));
  return shift < 0 ? BigInt(amount) * factor : BigInt(amount) / factor;
}

/**
 * The least that Stripe charges, in our smallest units, where it says so for the currency itself (docs.stripe.com/currencies, minimum
 * charge amounts). Elsewhere it is what half a dollar is worth that day, and Stripe's own refusal says so.
 */
const least: Readonly<Record<string, bigint>> = {
  ...{ USD: 50n, EUR: 50n, GBP: 30n, CHF: 50n, AUD: 50n, CAD: 50n, NZD: 50n, SGD: 50n, BRL: 50n, INR: 50n },
  ...{ AED: 200n, BGN: 100n, CZK: 1500n, DKK: 250n, HKD: 400n, HUF: 17500n, JPY: 50n, MXN: 1000n, MYR: 200n },
  ...{ NOK: 300n, PLN: 200n, RON: 200n, SEK: 300n, THB: 1000n },
};

export function leastOfStripe(currency: string): bigint {
  return least[currency] ?? 1n;
}
