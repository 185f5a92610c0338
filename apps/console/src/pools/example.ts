import { ceilDiv, currencyExponent, formatAmount, isCurrency, parseAmount } from '@simwright/measure';
import type { PoolTermsForm } from '../api/pools.ts';

/** The fee and the started blocks beyond the balance; null while a field is no number. */
export function monthOf(terms: PoolTermsForm, usedMb: bigint, currency: string): string | null {
  const fee = readable(terms.fee, currency);
  if (fee === null || !isWhole(terms.allowanceMb)) return null;
  const beyond = usedMb - BigInt(terms.allowanceMb!);
  if (beyond <= 0n || (terms.overageSizeMb === null && terms.overagePrice === null)) return formatAmount(fee, currency);
  const block = readable(terms.overagePrice, currency);
  if (block === null || !isWhole(terms.overageSizeMb)) return null;
  return formatAmount(fee + ceilDiv(beyond, BigInt(terms.overageSizeMb!)) * block, currency);
}

/** An amount in micro-minor units; null while it is none. */
export function readable(text: string | null, currency: string): bigint | null {
  if (text === null || !isCurrency(currency) || currencyExponent(currency) === null) return null;
  const read = parseAmount(text, currency);
  return read.ok && read.value >= 0n ? read.value : null;
}

/** A number of megabytes above zero. */
export function isWhole(text: string | null): boolean {
  return text !== null && /^[1-9]\d{0,14}$/.test(text);
}
