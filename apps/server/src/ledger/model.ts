import type { Micros } from '@simwright/measure';
import { assert } from '../kit/assert.ts';
import type { Id } from '../kit/ids.ts';

export const ledgerAccountKinds = [
  'unbilled', // an asset: what the owner has used and an invoice will ask for
  'deferred', // below zero: what an invoice asked for before it was charged
  'receivable', // an asset: what invoices have asked for
  'wallet',
  'grant', // what money costs that was given away
  'usage_revenue',
  'fee_revenue',
  'refill_revenue',
  'other_revenue', // what people write onto a bill by hand
  'clearing',
  'dispute', // what banks have taken back of payments, and what providers take for it
  'vat',
  'rounding',
] as const;
export type LedgerAccountKind = (typeof ledgerAccountKinds)[number];

export type LedgerAccount = { id: Id; kind: LedgerAccountKind; ownerId: Id; currency: string };

export const transferKinds = [
  'usage',
  'fee',
  'adjustment',
  'refill',
  'payment',
  'refund',
  'dispute',
  'grant',
  'expiry',
  'invoice',
  'credit_note',
  'vat',
] as const;
export type TransferKind = (typeof transferKinds)[number];

/** One movement of money, balanced by construction: what one ledger account gains, the other gives. */
export type NewTransfer = {
  /** Same key, same transfer: a repeat does nothing. */
  key: string;
  kind: TransferKind;
  at: Date;
  /** Debited: grows by the amount. */
  to: Id;
  /** Credited: shrinks by the amount. */
  from: Id;
  amountMicros: Micros;
  /** It corrects what was spent: wallets that bear VAT when they are spent bear it on this, too. */
  corrects?: true;
  /** What a person wrote beside it; with it goes who that was. */
  note?: string;
};

/** The kinds that keep a running balance. The others are contra accounts of every batch, and would be one hot row. */
export function keepsBalance(kind: LedgerAccountKind): boolean {
  return kind === 'unbilled' || kind === 'deferred' || kind === 'receivable' || kind === 'wallet';
}

/** The entries of transfers, and the sum for each ledger account. Every transfer sums to zero. */
export function entriesOf(transfers: NewTransfer[]): { key: string; account: Id; amount: Micros }[] {
  return transfers.flatMap((transfer) => {
    assert(transfer.amountMicros !== 0n, 'a transfer moves something');
    assert(transfer.to !== transfer.from, 'a transfer has two sides');
    return [
      { key: transfer.key, account: transfer.to, amount: transfer.amountMicros },
      { key: transfer.key, account: transfer.from, amount: -transfer.amountMicros },
    ];
  });
}
