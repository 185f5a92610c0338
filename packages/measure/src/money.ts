import { currencyExponent, isCurrency } from './currencies.ts';
import { formatDecimal, parseDecimal } from './decimal.ts';
import type { Parsed } from './parsed.ts';

/**
 * An amount of money in micro-minor units: 10^-6 of the currency's smallest unit. EUR 12.34 is 1_234_000_000n.
 *
 * The currency stands beside it, never in it. Stored as PostgreSQL `bigint`, so it must fit 64 bits.
 */
export type Micros = bigint;

/** Decimals that an amount keeps below the currency's smallest unit. */
export const microsExponent = 6;

export const minMicros: Micros = -(2n ** 63n);
export const maxMicros: Micros = 2n ** 63n - 1n;

/** `currency`: unknown code. `format`: not a plain decimal. `precision`: too many decimals. `range`: over 64 bits. */
export type AmountProblem = 'currency' | 'format' | 'precision' | 'range';

/**
 * Reads an amount in major units, such as `12.34`, exactly.
 *
 * At most six decimals more than the currency has; a longer one is refused, never rounded.
 */
export function parseAmount(text: string, currency: string): Parsed<Micros, AmountProblem> {
  if (!isCurrency(currency)) return { ok: false, problem: 'currency' };
  const scale = currencyExponent(currency) + microsExponent;
  const parsed = parseDecimal(text, scale);
  if (!parsed.ok) return parsed;
  const value = parsed.value.digits * 10n ** BigInt(scale - parsed.value.scale);
  if (value < minMicros || value > maxMicros) return { ok: false, problem: 'range' };
  return { ok: true, value };
}

/**
 * Writes an amount in major units: the currency's decimals always, further ones only when they are not zero.
 * `12.34`, `0.0123456`.
 *
 * @throws RangeError for an unknown currency.
 */
export function formatAmount(micros: Micros, currency: string): string {
  const exponent = currencyExponent(currency);
  return formatDecimal({ digits: micros, scale: exponent + microsExponent }, exponent);
}
