import type { Micros } from '@simwright/measure';
import type { Id } from '../kit/ids.ts';

export type Share = { invoiceId: Id; amountMicros: Micros };

/**
 * Shares money out over what is left of invoices, in the order given: each whole before the next gets any. Pure. What no invoice takes stays
 * as credit on account.
 */
export function shareOut(moneyMicros: Micros, invoices: { id: Id; leftMicros: Micros }[]): Share[] {
  const shares: Share[] = [];
  let rest = moneyMicros;
  for (const { id, leftMicros } of invoices) {
    if (rest <= 0n) break;
    const amountMicros = leftMicros < rest ? leftMicros : rest;
    if (amountMicros <= 0n) continue;
    shares.push({ invoiceId: id, amountMicros });
    rest -= amountMicros;
  }
  return shares;
}

/** What gives a company credit: a payment for invoices, or a bill below zero, which became a credit note. */
export type Source = 'payment' | 'credit_note';

export type Receipt = {
  /** That of its source. */
  id: Id;
  source: Source;
  /** The company whose invoices are paid. */
  ownerId: Id;
  currency: string;
  grossMicros: Micros;
  /** What went back: of a payment by refunds, of a credit note by payouts. */
  refundedMicros: Micros;
  allocatedMicros: Micros;
  at: Date;
};

/** Credit on account: what is neither allocated nor gone back. */
export function creditOf({ grossMicros, refundedMicros, allocatedMicros }: Receipt): Micros {
  return grossMicros - refundedMicros - allocatedMicros;
}

/** What a receipt is called in a sentence. */
export const sourceNames: Record<Source, string> = { payment: 'payment', credit_note: 'credit note' };
