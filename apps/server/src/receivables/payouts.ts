import { formatAmount, type Micros } from '@simwright/measure';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import * as ledger from '../ledger/index.ts';
import { readPayable } from '../payments/index.ts';
import { tellTransactions } from '../transactions/index.ts';
import { creditOf } from './model.ts';
import { getReceipt } from './reads.ts';
import * as store from './sql.ts';

/** Credit of a credit note that went back to its company by bank. */
export type Payout = {
  id: Id;
  /** The receipt of its credit note. */
  receiptId: Id;
  ownerId: Id;
  currency: string;
  amountMicros: Micros;
  reason: string;
  at: Date;
  madeBy: string;
};

/**
 * Notes that credit of a credit note was sent back by bank: all that is left of it, or so much. The ledger moves clearing → what the company owes, as
 * the refund of a payment does. What the bank sends back again is noted as a payment of the company.
 *
 * Refuses `receipt.not_found`, `payout.nothing_left`, `payout.too_much`, `payment.amount_too_fine`.
 */
export async function payOut(ctx: Ctx, noteId: Id, asked: { amount?: string; reason: string }): Promise<Payout> {
  return atomically(ctx, async (ctx) => {
    const { source } = await getReceipt(ctx, noteId);
    if (source !== 'credit_note') throw refuse.notFound('receipt');
    const receipt = (await store.lockReceipt(ctx, noteId))!;
    const { ownerId, currency } = receipt;
    const credit = creditOf(receipt);
    if (credit <= 0n) {
      throw refuse.conflict(
        'payout.nothing_left',
        'Nothing of this credit note is left. Take back what it pays, where its credit is to go out by bank.',
      );
    }
    const amountMicros = asked.amount === undefined ? credit : readPayable(asked.amount, currency);
    if (amountMicros > credit) {
      const left = formatAmount(credit, currency);
      throw refuse.conflict('payout.too_much', `Of this credit note ${left} ${currency} is left.`, {
        ...{ field: 'body.amount', left },
      });
    }
    const { name: madeBy } = ctx.actor;
    const payout: Payout = {
      ...{
        id: newId(ctx),
        receiptId: noteId,
        ownerId,
        currency,
        amountMicros,
        reason: asked.reason,
        at: ctx.now,
        madeBy,
      },
    };
    await store.insertPayout(ctx, payout);
    await store.saveReceipt(ctx, { ...receipt, refundedMicros: receipt.refundedMicros + amountMicros });
    await post(ctx, payout);
    await tell(ctx, payout);
    return payout;
  });
}

async function post(ctx: Ctx, { id, ownerId, currency, amountMicros, reason }: Payout): Promise<void> {
  const receivable = { kind: 'receivable' as const, ownerId, currency };
  const clearing = { kind: 'clearing' as const, ownerId: ctx.organization.id, currency };
  const accounts = await ledger.openAccounts(ctx, [receivable, clearing]);
  const [to, from] = [receivable, clearing].map((account) => accounts.get(ledger.accountKey(account))!);
  await ledger.post(ctx, [
    {
      key: `payout:${id}`,
      kind: 'refund',
      at: ctx.now,
      to: to!,
      from: from!,
      amountMicros,
      ...(reason && { note: reason }),
    },
  ]);
}

async function tell(ctx: Ctx, payout: Payout): Promise<void> {
  const { id, receiptId, ownerId, currency, amountMicros, reason, at } = payout;
  await tellTransactions(ctx, [
    {
      ...{
        id,
        key: `payout:${id}`,
        type: 'refund',
        status: 'completed',
        method: 'manual',
        reference: '',
        note: reason,
      },
      destination: { kind: 'invoice', id: receiptId },
      ...{ amountMicros: -amountMicros, vatMicros: 0n, currency, payerId: ownerId, companyId: ownerId },
      ...{ endUserId: null, undelivered: false, at, settledAt: at },
    },
  ]);
  const amount = formatAmount(amountMicros, currency);
  const objectId = publicId('payout', id);
  await audit(ctx, [
    {
      ...{ action: 'credit_note.paid_out', objectType: 'payout', objectId },
      changes: [
        { field: 'amount', old: null, new: amount },
        { field: 'reason', old: null, new: reason },
      ],
    },
  ]);
  const about = {
    payout: objectId,
    creditNote: publicId('invoice', receiptId),
    companyId: publicId('company', ownerId),
  };
  await emit(ctx, [
    { name: 'credit_note.paid_out', subject: { type: 'invoice', id: receiptId }, data: { ...about, amount, currency } },
  ]);
}

/** What of a credit note went back by bank, of those that the caller may see, newest first. */
export async function listPayouts(
  ctx: Ctx,
  filter: { receiptId?: Id; ids?: Id[] },
  page: { after?: Id; limit: number },
): Promise<Payout[]> {
  return reading(ctx, (ctx) => store.listPayouts(ctx, filter, page));
}
