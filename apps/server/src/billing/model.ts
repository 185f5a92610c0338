import { divideHalfEven, type Micros } from '@simwright/measure';
import type { Id } from '../kit/ids.ts';

export const paymentTypes = ['pre_billing', 'advanced_billing', 'post_billing', 'manual'] as const;
export type PaymentType = (typeof paymentTypes)[number];

/** `cycle`: a month that is over · `advance`: fixed fees of a month to come or just begun · `manual`: somebody asked. */
export const preBillKinds = ['cycle', 'advance', 'manual'] as const;
export type PreBillKind = (typeof preBillKinds)[number];

/** A rejected one is over: what was on it is open again, and on the next. */
export const preBillStates = ['pending', 'approved', 'rejected'] as const;
export type PreBillState = (typeof preBillStates)[number];

/** What staff wrote onto a pre-bill: a line with its price, or a discount on what was collected. */
export type Edit =
  | { kind: 'line'; name: string; quantity: string; unitPriceMicros: Micros; amountMicros: Micros }
  | { kind: 'discount'; name: string; percentPpm: number | null; amountMicros: Micros | null };

export type PreBill = {
  id: Id;
  number: string;
  ownerId: Id;
  /** The ledger account of what the owner has not been billed. */
  payerId: Id;
  kind: PreBillKind;
  state: PreBillState;
  paymentType: PaymentType | null;
  currency: string;
  timeZone: string;
  /** Days in that zone; from null: whatever is older too. */
  periodFrom: string | null;
  periodUntil: string;
  /** Fees charged and periods ended before it are on the bill. */
  cutAt: Date;
  /** Of `advance`: fees before it are billed ahead. */
  horizonAt: Date | null;
  edits: Edit[];
  note: string;
  buyerReference: string;
  items: number;
  collectedMicros: Micros;
  netMicros: Micros;
  /** Another one whenever its sum may have changed. */
  version: number;
  operationId: Id | null;
  reason: string;
  createdAt: Date;
  collectedAt: Date;
  settledAt: Date | null;
  settledBy: string | null;
};

export const itemKinds = [
  'recurring',
  'activation',
  'usage',
  'overage',
  'sms',
  'voice',
  'pool_fee',
  'pool_overage',
  'adjustment',
  'credit',
  'line',
  'discount',
] as const;
export type ItemKind = (typeof itemKinds)[number];

export type BillItem = {
  position: number;
  origin: 'collected' | 'staff';
  kind: ItemKind;
  lineId: Id | null;
  poolId: Id | null;
  /** ICCID, or the name of the pool. */
  label: string;
  detail: string;
  /** A decimal; below zero where the item lowers the bill: its price never is. */
  quantity: string;
  unitPriceMicros: Micros;
  exactMicros: Micros;
  netMicros: Micros;
};

export type InvoiceState = 'open' | 'paid' | 'credited';

const minor = 1_000_000n;

/** A whole smallest unit, half-even: each item once. */
export function toMinor(micros: Micros): Micros {
  return divideHalfEven(micros, minor) * minor;
}

export type StaffItem = Pick<
  BillItem,
  'kind' | 'detail' | 'quantity' | 'unitPriceMicros' | 'exactMicros' | 'netMicros'
>;

/**
 * The items that staff's edits make. A percentage is of what was collected, rounded once; discounts do not discount each other.
 *
 * @param collectedMicros the sum of the collected items, each rounded
 */
export function itemsOfEdits(edits: readonly Edit[], collectedMicros: Micros): StaffItem[] {
  return edits.map((edit): StaffItem => {
    if (edit.kind === 'line') {
      const { name, quantity, unitPriceMicros, amountMicros } = edit;
      const netMicros = toMinor(amountMicros);
      return { kind: 'line', detail: name, quantity, unitPriceMicros, exactMicros: netMicros, netMicros };
    }
    const off =
      edit.percentPpm === null
        ? edit.amountMicros!
        : divideHalfEven(collectedMicros * BigInt(edit.percentPpm), minor * minor) * minor;
    const sign = off < 0n ? '1' : '-1';
    return {
      ...{ kind: 'discount', detail: edit.name, quantity: sign },
      ...{ unitPriceMicros: off < 0n ? -off : off, exactMicros: -off, netMicros: -off },
    };
  });
}

/** `INV-{year}-` and 42 with five digits: `INV-2026-00042`. */
export function numberOf(prefix: string, year: number, digits: number, sequence: bigint): string {
  return prefix.replaceAll('{year}', String(year)) + sequence.toString().padStart(digits, '0');
}

/** What a bill is moved by in the ledger: by part, what receivable gains from which account. */
export type Parts = {
  /** Exactly what was charged: receivable gains it, unbilled gives it. */
  unbilledMicros: Micros;
  /** Billed before it is charged, less what was billed ahead and is charged now. */
  deferredMicros: Micros;
  /** What staff wrote, discounts within. */
  otherMicros: Micros;
  netMicros: Micros;
  vatMicros: Micros;
};

/** What rounding each item has made of the exact sum: goes to the rounding account. */
export function residueOf({ unbilledMicros, deferredMicros, otherMicros, netMicros }: Parts): Micros {
  return netMicros - unbilledMicros - deferredMicros - otherMicros;
}
