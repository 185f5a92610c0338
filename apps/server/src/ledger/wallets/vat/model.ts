import { divideHalfEven, type Micros } from '@simwright/measure';
import type { Id } from '../../../kit/ids.ts';
import { type Category, vatOf } from '../../../tax/index.ts';

/** When money of a wallet bears VAT: when it comes in, or when it is spent. */
export const vatTimes = ['refill', 'spending'] as const;
export type VatAt = (typeof vatTimes)[number];

/** VAT of what a wallet spent in a month at one category and rate. */
export type VatLine = {
  id: Id;
  walletId: Id;
  /** Its first day, in the organization's time zone: `2026-11-01`. */
  month: string;
  category: Category;
  ratePpm: number;
  /** Why nothing is asked for. */
  reason: string;
  netMicros: Micros;
  /** Posted so far; when the month is over, whole smallest units. */
  vatMicros: Micros;
  /** What was posted beyond that, and stands in the rounding account. */
  roundingMicros: Micros;
  closedAt: Date | null;
};

const million = 1_000_000n;

/**
 * Adds what was spent, or came back, to a month. VAT is that of the whole month, rounded half-even to a micro, less what is posted: so it
 * does not depend on the pieces in which usage came.
 *
 * @returns the line as it is then, and what is posted now; below zero it comes back
 */
export function addNet(line: VatLine, netMicros: Micros): { line: VatLine; vatMicros: Micros } {
  const net = line.netMicros + netMicros;
  const vat = divideHalfEven(net * BigInt(line.ratePpm), million);
  return { line: { ...line, netMicros: net, vatMicros: vat }, vatMicros: vat - line.vatMicros };
}

/** The month is over: VAT in whole smallest units, rounded once from its net; what was posted beyond that is rounding. */
export function closeLine(line: VatLine, at: Date): VatLine {
  const vatMicros = vatOf(line.netMicros, line.ratePpm);
  return { ...line, vatMicros, roundingMicros: line.vatMicros - vatMicros, closedAt: at };
}

/** The first day of the month of a day. */
export function monthOf(day: string): string {
  return `${day.slice(0, 7)}-01`;
}
