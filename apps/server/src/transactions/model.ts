import type { Micros } from '@simwright/measure';
import type { Id } from '../kit/ids.ts';

export const types = [
  'line_refill',
  'wallet_refill',
  'esim_purchase',
  'fee',
  'invoice_payment',
  'refund',
  'adjustment',
] as const;
export const statuses = ['pending', 'failed', 'completed'] as const;
/** `card`: at a provider of the organization; `sandbox`: at the built-in one, which moves no money. */
export const methods = ['card', 'ideal', 'paypal', 'manual', 'wallet', 'company_wallet', 'sandbox'] as const;
export type TransactionType = (typeof types)[number];
export type Status = (typeof statuses)[number];
export type Method = (typeof methods)[number];

/** What money was for: a SIM, a pool, a wallet, an invoice, all invoices of a company, an order of the store. */
export type Destination = { kind: 'sim' | 'pool' | 'wallet' | 'invoice' | 'company' | 'order'; id: Id };

/** A customer-facing money event, as its cause tells it. */
export type Told = {
  id: Id;
  /** Of its cause: `payment:<id>`, `refund:<id>`, or the key of its transfer. The keys of its transfers begin with it. */
  key: string;
  type: TransactionType;
  status: Status;
  destination: Destination;
  /** VAT within. What went back, and what a correction took, is below zero. */
  amountMicros: Micros;
  vatMicros: Micros;
  currency: string;
  method: Method;
  payerId: Id;
  companyId: Id | null;
  endUserId: Id | null;
  /** What the provider calls it, or the bank. */
  reference: string;
  note: string;
  /** It is paid, and what it was for could not be given. */
  undelivered: boolean;
  at: Date;
  settledAt: Date | null;
};

export type Transaction = Told & { labels: string[] };

/** What a wallet moved, and is listed by itself: it is over at once and bears no VAT. */
export type WalletEvent = Pick<Told, 'key' | 'type' | 'destination' | 'amountMicros' | 'currency' | 'note'> & {
  walletOwnerId: Id;
  /** Null: by hand. */
  method: 'manual' | null;
  companyId: Id | null;
  endUserId: Id | null;
};

/** What a payment or a refund posts is listed as that; any other transfer of a wallet by itself. */
export function isPartOfPayment(transferKey: string): boolean {
  return transferKey.startsWith('payment:') || transferKey.startsWith('refund:');
}
