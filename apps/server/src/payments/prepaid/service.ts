import { formatAmount, type Micros } from '@simwright/measure';
import type { Ctx } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import type { Payment } from '../model.ts';
import type { Parts } from '../refunds/model.ts';
import { freeUses, plain, plus, stillUsed, type Use, useRefills } from './model.ts';
import * as store from './sql.ts';

/** Refills that one payment uses. */
const mostRefills = 100;

/** What a wallet gives for a gross amount: net is what leaves it, VAT what was prepaid on that. */
export type Prepaid = { uses: Use[]; parts: Parts };

/**
 * What a wallet pays an invoice with: what was paid into it, with the VAT that was charged then, the newest refill first; what spending has left of
 * a wallet is what came last. Where no VAT is asked for, money that bore none pays the rest.
 *
 * Refuses `payment.wallet_pays_no_vat` where VAT is asked for and the refills are not enough.
 */
export async function prepaidFor(
  ctx: Ctx,
  of: { walletId: Id; grossMicros: Micros; currency: string; asksVat: boolean },
  lock: 'lock' | 'look',
): Promise<Prepaid> {
  const { walletId, grossMicros, currency, asksVat } = of;
  const refills = await store.listUsable(ctx, walletId, grossMicros, mostRefills, lock);
  const { uses, restMicros } = useRefills(refills, grossMicros);
  if (asksVat && restMicros > 0n) {
    const possible = formatAmount(grossMicros - restMicros, currency);
    throw refuse.conflict(
      'payment.wallet_pays_no_vat',
      `An invoice with VAT is paid with what was paid into the wallet, VAT and all: ${possible} ${currency} at most.`,
      { field: 'body.method', expected: 'card or manual, or a smaller amount', possible, currency },
    );
  }
  return { uses, parts: uses.reduce((sum, { parts }) => plus(sum, parts), plain(restMicros)) };
}

/** Writes down what a payment uses. The refills are locked. */
export async function keepUses(ctx: Ctx, paymentId: Id, uses: Use[]): Promise<void> {
  for (const [position, use] of uses.entries()) {
    await store.insertUse(ctx, paymentId, use, position);
    await store.addUsed(ctx, use.refillId, use.parts.grossMicros);
  }
}

/** Whether a payment is made of refills: then it is paid with what was paid in, and with nothing that was given. */
export async function usesRefills(ctx: Ctx, paymentId: Id): Promise<boolean> {
  return (await store.listUses(ctx, paymentId)).length > 0;
}

/** Gives back a gross amount of what a payment used. @returns what goes into the wallet again, and the VAT that is prepaid again */
export async function giveBack(ctx: Ctx, payment: Payment, grossMicros: Micros): Promise<Parts> {
  const uses = await store.listUses(ctx, payment.id);
  const used = uses.reduce((sum, { parts }) => sum + parts.grossMicros, 0n);
  const { freed, parts } = freeUses(uses, payment.grossMicros - payment.refundedMicros - used, grossMicros);
  for (const { refillId, parts } of freed) {
    const use = uses.find((one) => one.refillId === refillId)!;
    await store.saveUse(ctx, payment.id, stillUsed(use, parts));
    await store.addUsed(ctx, refillId, -parts.grossMicros);
  }
  return parts;
}

/** What of a payment is gone: back to its payer, or to invoices. */
export const goneOf = store.goneOf;
