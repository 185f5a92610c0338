import type { Parsed } from './parsed.ts';

/** An exact decimal number, digits × 10^-scale. Unit prices are decimals; amounts of money are `Micros`. */
export type Decimal = { digits: bigint; scale: number };

/** `format`: not a plain decimal number. `precision`: more decimals than allowed. `range`: too many digits. */
export type DecimalProblem = 'format' | 'precision' | 'range';

/** Most decimals of a unit price: a price per MB of 10^-12 is the finest we keep. */
export const maxScale = 12;

const maxWholeDigits = 18;

/**
 * Reads an exact decimal such as `12.34` or `-0.000001`, in the form PostgreSQL prints NUMERIC.
 *
 * No exponent, no thousands separator, no plus sign, no space. Zeros at the end do not count, so the result is
 * the shortest form of the number: `0.10` and `0.1` are equal field by field.
 */
export function parseDecimal(text: string, scale: number = maxScale): Parsed<Decimal, DecimalProblem> {
  // The length is looked at first, so that no regular expression ever meets a text of megabytes.
  if (text.length > 64) return { ok: false, problem: 'range' };
  const match = /^(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?$/.exec(text);
  if (!match) return { ok: false, problem: 'format' };
  const [, sign = '', whole = '', written = ''] = match;
  if (whole.length > maxWholeDigits) return { ok: false, problem: 'range' };
  const fraction = written.replace(/0+$/, '');
  if (fraction.length > scale) return { ok: false, problem: 'precision' };
  const digits = BigInt(whole + fraction);
  return { ok: true, value: { digits: sign === '-' ? -digits : digits, scale: fraction.length } };
}

/** Writes a decimal with all its digits and at least `decimals` of them after the point. */
export function formatDecimal(value: Decimal, decimals = 0): string {
  const sign = value.digits < 0n ? '-' : '';
  const magnitude = value.digits < 0n ? -value.digits : value.digits;
  const padded = magnitude.toString().padStart(value.scale + 1, '0');
  const whole = padded.slice(0, padded.length - value.scale);
  const fraction = padded
    .slice(padded.length - value.scale)
    .replace(/0+$/, '')
    .padEnd(decimals, '0');
  return fraction === '' ? sign + whole : `${sign}${whole}.${fraction}`;
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const left = a.digits * 10n ** BigInt(scale - a.scale);
  const right = b.digits * 10n ** BigInt(scale - b.scale);
  return left < right ? -1 : left > right ? 1 : 0;
}
