import * as billing from '../billing/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { allocate, allocateAgain, allocateTo, lockOpen, mostInvoices, undoOne } from './allocate.ts';
import { creditOf, type Receipt } from './model.ts';
import * as store from './sql.ts';

/** Rows looked at for one invoice, and taken back for one credit note. */
const mostUndone = 200;
const onAccountPays = { reason: 'Credit on account.' };

/**
 * What was paid before an invoice is issued: credit on account, the oldest first. The document says it, and it pays the invoice at once. What a credit
 * note of a bill below zero gives back is credit like any other: it pays what is open as it is issued, the oldest first.
 */
export const onAccount: billing.OnAccount = {
  async prepaid(ctx, { ownerId, currency, asksMicros }) {
    const parts: billing.Prepaid['parts'] = [];
    let left = asksMicros;
    for (const receipt of await store.lockCredits(ctx, ownerId, currency, mostInvoices)) {
      if (left <= 0n) break;
      const credit = creditOf(receipt);
      const amountMicros = credit < left ? credit : left;
      parts.push({ receiptId: receipt.id, amountMicros, isCreditNote: receipt.source === 'credit_note' });
      left -= amountMicros;
    }
    return { micros: asksMicros - left, parts };
  },
  async pay(ctx, invoiceId, { parts }) {
    for (const { receiptId, amountMicros } of parts) {
      const receipt = (await store.lockReceipt(ctx, receiptId))!;
      await allocate(ctx, receipt, [{ invoiceId, amountMicros }], onAccountPays);
    }
  },
  open: (ctx, { ownerId, currency }) => lockOpen(ctx, ownerId, currency),
  async credit(ctx, note, invoiceIds) {
    const receipt = receiptOf(note);
    await store.insertReceipt(ctx, receipt);
    await allocateTo(ctx, receipt, invoiceIds, onAccountPays);
  },
};

function receiptOf({ id, ownerId, currency, grossMicros, issuedAt: at }: billing.Invoice): Receipt {
  const none = { refundedMicros: 0n, allocatedMicros: 0n };
  return { id, source: 'credit_note', ownerId, currency, grossMicros, ...none, at };
}

/**
 * An invoice was issued: credit on account pays it, the oldest money first, where it did not when it was issued. Money that paid it, and was
 * taken back since, does not come again by itself; nor does what people took from any invoice since then.
 */
export async function invoiceIssued(ctx: Ctx, invoiceId: Id): Promise<void> {
  const [found] = await billing.listInvoices(ctx, { ids: [invoiceId] }, { limit: 1 });
  if (found?.kind !== 'invoice') return;
  const { ownerId, currency } = found;
  const credits = await store.lockCredits(ctx, ownerId, currency, mostInvoices);
  const known = await store.listAllocations(ctx, { invoiceId }, { limit: mostUndone });
  const paidIt = new Set(known.map(({ receiptId }) => receiptId));
  for (const receipt of credits) {
    if (paidIt.has(receipt.id) || (await store.wasTakenBackSince(ctx, receipt.id, found.issuedAt))) continue;
    await allocateTo(ctx, receipt, [invoiceId], onAccountPays);
  }
}

/**
 * A credit note was issued. One of an invoice: what was paid of that and is asked for no more is credit again. One of a bill below zero: its credit pays
 * what is open, where it did not when it was issued, since an invoice was issued in the same moment.
 */
export async function creditNoteIssued(ctx: Ctx, noteId: Id): Promise<void> {
  const [note] = await billing.listInvoices(ctx, { ids: [noteId] }, { limit: 1 });
  if (note?.kind !== 'credit_note') return;
  await atomically(ctx, (ctx) => (note.creditsId ? invoiceCredited(ctx, note.creditsId) : creditPays(ctx, note)));
}

async function creditPays(ctx: Ctx, note: billing.Invoice): Promise<void> {
  if (note.grossMicros === 0n) return;
  await store.insertReceipt(ctx, receiptOf(note));
  const receipt = (await store.lockReceipt(ctx, note.id))!;
  const made = await store.listAllocations(ctx, { receiptId: note.id }, { limit: 1 });
  // Once people have had it in their hands, it is theirs to place.
  if (made.some(({ byHand }) => byHand) || creditOf(receipt) <= 0n) return;
  const open = await lockOpen(ctx, note.ownerId, note.currency);
  await allocateAgain(ctx, receipt, open, onAccountPays, creditOf(receipt));
}

/**
 * A credit note took back what is paid: that money pays this invoice no more and is credit on account. The newest allocations are taken
 * back, and what is too much of the last is allocated anew. What is free then pays at once what else is open, the oldest first, but for invoices from
 * which people took it.
 */
async function invoiceCredited(ctx: Ctx, invoiceId: Id): Promise<void> {
  const standing = await store.listAllocations(ctx, { invoiceId, standing: true }, { limit: mostUndone });
  // Receipts come before invoices, in the order of their ids as everywhere.
  const before = new Map<Id, Receipt>();
  for (const id of [...new Set(standing.map(({ receiptId }) => receiptId))].sort()) {
    before.set(id, (await store.lockReceipt(ctx, id))!);
  }
  const [any] = standing;
  if (!any) return;
  const open = await lockOpen(ctx, any.ownerId, any.currency, invoiceId);
  const receipts = new Map(before);
  for (const one of standing) {
    const over = -billing.leftOf((await billing.lockInvoice(ctx, invoiceId))!);
    if (over <= 0n) break;
    const freed = await undoOne(ctx, receipts.get(one.receiptId)!, one, { reason: 'A credit note took it back.' });
    if (!freed) continue;
    const rest = one.amountMicros - over;
    const share = { invoiceId, amountMicros: rest };
    const why = { reason: 'What is left of it after a credit note.' };
    receipts.set(one.receiptId, rest > 0n ? await allocate(ctx, freed, [share], why) : freed);
  }
  for (const [id, receipt] of receipts) {
    const freedMicros = creditOf(receipt) - creditOf(before.get(id)!);
    if (freedMicros > 0n) await allocateAgain(ctx, receipt, open, { reason: 'Freed by a credit note.' }, freedMicros);
  }
}
