import { divideHalfEven, type Micros } from '@simwright/measure';
import type { Id } from '../kit/ids.ts';

/**
 * Why VAT is asked for or not, as EN 16931 tells them apart (UNCL5305): standard, zero rated, exempt, reverse charge, inside the
 * EU, export, outside the scope.
 */
export const categories = ['S', 'Z', 'E', 'AE', 'K', 'G', 'O'] as const;
export type Category = (typeof categories)[number];

/** A rate from a day on. `category` null: what applies to the account above it. */
export type TaxRate = {
  id: Id;
  ownerId: Id;
  /** `2026-03-01`, in the organization's time zone. */
  validFrom: string;
  category: Category | null;
  /** Parts of a million: 21 % is 210,000. */
  ratePpm: number | null;
  /** Why nothing is asked for (EN 16931 BT-120). */
  reason: string;
  setAt: Date;
  setBy: string;
};

export type TaxNumber = {
  ownerId: Id;
  /** Two letters; EL is Greece and XI Northern Ireland, as VIES has them. */
  country: string;
  number: string;
  /** Null: not checked. */
  valid: boolean | null;
  checkedAt: Date | null;
  checkedHow: 'vies' | 'manual' | null;
  checkedBy: string | null;
  reference: string;
};

/** What applies to an account on a day, and whose rate that is. `from` null: nobody has set one, so nothing is asked for. */
export type Tax = { category: Category; ratePpm: number; reason: string; from: Id | null };

export const noTax: Tax = { category: 'O', ratePpm: 0, reason: '', from: null };

/** Micro-minor units of the smallest unit that a card can be charged. */
const minor = 1_000_000n;
const million = 1_000_000n;

/**
 * What applies on a day: of the account itself, else of the one above it, and so on.
 *
 * @param chain the account, and those above it: an end user, its company, the organization
 * @param rates of all of them, in any order
 */
export function taxOn(day: string, chain: readonly Id[], rates: readonly TaxRate[]): Tax {
  for (const ownerId of chain) {
    const last = rates
      .filter((rate) => rate.ownerId === ownerId && rate.validFrom <= day)
      .reduce<TaxRate | null>((latest, rate) => (latest && isLater(latest, rate) ? latest : rate), null);
    if (last?.category) return { category: last.category, ratePpm: last.ratePpm!, reason: last.reason, from: ownerId };
  }
  return noTax;
}

/** Of two from the same day, the one that was set last. */
function isLater(a: TaxRate, b: TaxRate): boolean {
  return a.validFrom === b.validFrom ? a.id > b.id : a.validFrom > b.validFrom;
}

/** An amount rounded half-even to what can be paid: whole smallest units. */
export function toMinor(micros: Micros): Micros {
  return divideHalfEven(micros, minor) * minor;
}

/** VAT on a net amount, rounded half-even to the smallest unit: once, on the sum that bears it. */
export function vatOf(netMicros: Micros, ratePpm: number): Micros {
  return divideHalfEven(netMicros * BigInt(ratePpm), million * minor) * minor;
}

/** A gross amount taken apart: the VAT in it, rounded half-even, and the rest. */
export function splitGross(grossMicros: Micros, ratePpm: number): { netMicros: Micros; vatMicros: Micros } {
  const vatMicros = divideHalfEven(grossMicros * BigInt(ratePpm), (million + BigInt(ratePpm)) * minor) * minor;
  return { netMicros: grossMicros - vatMicros, vatMicros };
}

/** 210000 is "21", 77000 "7.7". */
export function percentOf(ppm: number): string {
  const [whole, decimals] = [
    Math.floor(ppm / 10_000),
    String(ppm % 10_000)
      .padStart(4, '0')
      .replace(/0+$/, ''),
  ];
  return decimals ? `${whole}.${decimals}` : `${whole}`;
}
