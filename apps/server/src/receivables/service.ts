import * as billing from '../billing/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import * as ledger from '../ledger/index.ts';
import * as payments from '../payments/index.ts';
import { allocate, allocateAgain, allocateTo, mostInvoices, undoOne } from './allocate.ts';
import { type Receipt, shareOut } from './model.ts';
import * as store from './sql.ts';

/** Rows taken back for one refund. */
const mostUndone = 200;

/**
 * Money for invoices has come: it is on the account of its company, and pays the invoices that it was for, in their order; where none was
 * named, those that are open, the oldest first. What they do not take
 * stays as credit on account. It is never refused.
 */
export async function receive(ctx: Ctx, payment: payments.Payment): Promise<null> {
  const { debtor } = payment.detail;
  const invoices = await namedBy(ctx, payment);
  const receipt: Receipt = {
    ...{ id: payment.id, source: 'payment', ownerId: debtor!, currency: payment.currency },
    ...{ grossMicros: payment.grossMicros, refundedMicros: 0n, allocatedMicros: 0n, at: ctx.now },
  };
  await store.insertReceipt(ctx, receipt);
  await allocateTo(ctx, receipt, invoices, { reason: '' });
  await ledger.post(ctx, [await payments.receivableTransfer(ctx, payment)]);
  return null;
}

/** The invoices that a payment is for, in the order in which it pays them. */
async function namedBy(ctx: Ctx, { detail: { invoices = [], debtor }, currency }: payments.Payment): Promise<Id[]> {
  if (invoices.length > 0) return invoices;
  const open = await billing.listOpen(ctx, debtor!, currency, mostInvoices);
  return open.map(({ id }) => id);
}

/**
 * A refund of a payment was made, or has failed: what goes back pays no invoice any more. Credit goes first, then the newest allocations
 * are taken back, and what is too much of the last is allocated anew. After a refund that failed the invoices are paid again.
 */
export async function refundTold(ctx: Ctx, paymentId: Id): Promise<void> {
  const [payment] = await payments.listPayments(ctx, { ids: [paymentId] }, { limit: 1 });
  if (payment?.purpose !== 'invoice') return;
  const receipt = await store.lockReceipt(ctx, paymentId);
  if (!receipt || receipt.refundedMicros === payment.refundedMicros) return;
  const keeps = payment.grossMicros - payment.refundedMicros;
  const { refundedMicros } = payment;
  if (refundedMicros < receipt.refundedMicros) {
    const back = receipt.refundedMicros - refundedMicros;
    await store.saveReceipt(ctx, { ...receipt, refundedMicros });
    await payAgain(ctx, { ...receipt, refundedMicros }, payment, back);
    return;
  }
  let now = receipt;
  const standing = await store.listAllocations(ctx, { receiptId: paymentId, standing: true }, { limit: mostUndone });
  for (const id of [...new Set(standing.map(({ invoiceId }) => invoiceId))].sort()) await billing.lockInvoice(ctx, id);
  for (const one of standing) {
    if (now.allocatedMicros <= keeps) break;
    const over = now.allocatedMicros - keeps;
    now = (await undoOne(ctx, now, one, { reason: 'Money of this payment goes back.' })) ?? now;
    if (one.amountMicros > over) {
      // A credit note may ask for less by now, and be told only after this.
      const leftMicros = billing.leftOf((await billing.lockInvoice(ctx, one.invoiceId))!);
      const shares = shareOut(one.amountMicros - over, [{ id: one.invoiceId, leftMicros }]);
      now = await allocate(ctx, now, shares, { reason: 'What is left of it after a refund.' });
    }
  }
  await store.saveReceipt(ctx, { ...now, refundedMicros });
}

/** What did not go back after all pays what it was for, and what it paid before; not what people took it from. */
async function payAgain(ctx: Ctx, receipt: Receipt, payment: payments.Payment, micros: bigint): Promise<void> {
  const made = await store.listAllocations(ctx, { receiptId: receipt.id }, { limit: mostUndone });
  const paid = made.filter(({ undoesId }) => undoesId === null).map(({ invoiceId }) => invoiceId);
  const invoices = [...(await namedBy(ctx, payment)), ...paid.reverse()];
  await allocateAgain(ctx, receipt, invoices, { reason: 'The refund has failed.' }, micros);
}
