import { formatAmount, type Micros } from '@simwright/measure';
import * as billing from '../billing/index.ts';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { type Id, inOrder, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import * as payments from '../payments/index.ts';
import { creditOf, type Receipt, type Share, type Source, shareOut, sourceNames } from './model.ts';
import { getReceipt, listAllocations } from './reads.ts';
import * as store from './sql.ts';

/** Invoices that one receipt, or one new invoice, is shared with: more are left to people. */
export const mostInvoices = 100;

/** Why an allocation is made or taken back, and whether a person said so. */
export type Why = { reason: string; byHand?: boolean };

/** Invoices of a company that are open, the oldest first; ours until the database transaction ends. */
export async function lockOpen(ctx: Ctx, ownerId: Id, currency: string, alsoId?: Id): Promise<Id[]> {
  const open = await billing.listOpen(ctx, ownerId, currency, mostInvoices);
  const ids = open.map(({ id }) => id).filter((id) => id !== alsoId);
  for (const id of [...ids, ...(alsoId ? [alsoId] : [])].sort()) await billing.lockInvoice(ctx, id);
  return ids;
}

/**
 * Pays these invoices with what a receipt has left, or with so much of it, in this order. Those of another company or currency, and those that are
 * not open, are left out.
 */
export async function allocateTo(
  ctx: Ctx,
  receipt: Receipt,
  invoiceIds: Id[],
  why: Why,
  mostMicros: Micros = creditOf(receipt),
): Promise<Receipt> {
  const open: { id: Id; leftMicros: Micros }[] = [];
  // Invoices are locked in the order of their ids, and paid in the order that was asked for.
  const locked = new Map<Id, billing.Invoice>();
  for (const id of [...invoiceIds].sort()) {
    const invoice = await billing.lockInvoice(ctx, id);
    if (invoice) locked.set(id, invoice);
  }
  for (const id of invoiceIds) {
    const invoice = locked.get(id);
    const fits = invoice?.kind === 'invoice' && invoice.state === 'open' && invoice.currency === receipt.currency;
    if (fits && invoice.ownerId === receipt.ownerId) open.push({ id, leftMicros: billing.leftOf(invoice) });
  }
  const credit = creditOf(receipt);
  return allocate(ctx, receipt, shareOut(mostMicros < credit ? mostMicros : credit, open), why);
}

/** The same, but for invoices from which people took money of this receipt. */
export async function allocateAgain(
  ctx: Ctx,
  receipt: Receipt,
  invoiceIds: Id[],
  why: Why,
  mostMicros: Micros,
): Promise<Receipt> {
  const apart = new Set(await store.listApart(ctx, receipt.id));
  const wanted = [...new Set(invoiceIds)].filter((id) => !apart.has(id));
  return allocateTo(ctx, receipt, wanted, why, mostMicros);
}

/** Gives so much of a receipt to invoices that are ours. */
export async function allocate(ctx: Ctx, receipt: Receipt, shares: Share[], why: Why): Promise<Receipt> {
  const { id: receiptId, source, ownerId, currency } = receipt;
  let { allocatedMicros } = receipt;
  // In the order in which they were paid, though they are made at one instant: the last of them is the newest.
  const inTurn = { ...ctx, random: inOrder(ctx.random) };
  for (const { invoiceId, amountMicros } of shares) {
    const id = newId(inTurn);
    const made = { undoesId: null, ...said(why), at: ctx.now, madeBy: ctx.actor.name };
    await store.insertAllocation(ctx, { id, receiptId, invoiceId, ownerId, currency, amountMicros, ...made });
    await billing.notePaid(ctx, invoiceId, amountMicros);
    allocatedMicros += amountMicros;
    await tell(ctx, 'allocation.made', source, { id, receiptId, invoiceId, ownerId, amountMicros, currency });
  }
  const now = { ...receipt, allocatedMicros };
  if (shares.length > 0) await store.saveReceipt(ctx, now);
  return now;
}

const said = ({ reason, byHand = false }: Why) => ({ reason, byHand });

/**
 * Allocates credit of a payment, or of a credit note, to an invoice: an amount, or as much as fits. Refuses `receipt.not_found`, `invoice.not_found`,
 * `allocation.of_another`, `allocation.nothing_left`, `allocation.too_much`, `invoice.paid_too_much`, `payment.amount_too_fine`.
 */
export async function allocateByHand(
  ctx: Ctx,
  receiptId: Id,
  asked: { invoiceId: Id; amount?: string; reason: string },
): Promise<Receipt> {
  return atomically(ctx, async (ctx) => {
    await getReceipt(ctx, receiptId);
    const receipt = (await store.lockReceipt(ctx, receiptId))!;
    const invoice = await billing.getInvoice(ctx, asked.invoiceId);
    if (invoice.ownerId !== receipt.ownerId || invoice.currency !== receipt.currency) {
      throw refuse.conflict('allocation.of_another', 'This invoice is of another company, or in another currency.');
    }
    const credit = creditOf(receipt);
    const left = billing.leftOf(invoice);
    const what = sourceNames[receipt.source];
    if (credit <= 0n || left <= 0n) {
      throw refuse.conflict(
        'allocation.nothing_left',
        credit <= 0n ? `Nothing of this ${what} is left.` : 'Nothing is left to be paid of this invoice.',
      );
    }
    const fits = credit < left ? credit : left;
    const amountMicros = asked.amount === undefined ? fits : payments.readPayable(asked.amount, receipt.currency);
    if (amountMicros > credit) {
      const shown = formatAmount(credit, receipt.currency);
      throw refuse.conflict('allocation.too_much', `Of this ${what} ${shown} ${receipt.currency} is left.`, {
        ...{ field: 'body.amount', left: shown },
      });
    }
    return allocate(ctx, receipt, [{ invoiceId: invoice.id, amountMicros }], { reason: asked.reason, byHand: true });
  });
}

/**
 * Takes an allocation back: its money is credit on account again, its invoice open. It stays there until people give it to an invoice, or the next is
 * issued. Refuses `allocation.not_found`, `allocation.undone`.
 */
export async function undo(ctx: Ctx, id: Id, reason: string): Promise<Receipt> {
  return atomically(ctx, async (ctx) => {
    const [found] = await listAllocations(ctx, { ids: [id] }, { limit: 1 });
    if (!found || found.undoesId) throw refuse.notFound('allocation');
    const receipt = (await store.lockReceipt(ctx, found.receiptId))!;
    const now = await undoOne(ctx, receipt, found, { reason, byHand: true });
    if (!now) throw refuse.conflict('allocation.undone', 'This was taken back already.');
    return now;
  });
}

/** Takes one back of a receipt that is ours. Null: it was taken back already. */
export async function undoOne(ctx: Ctx, receipt: Receipt, of: store.Allocation, why: Why): Promise<Receipt | null> {
  const { receiptId, invoiceId, ownerId, currency } = of;
  const amountMicros = -of.amountMicros;
  const id = newId(ctx);
  const made = { undoesId: of.id, ...said(why), at: ctx.now, madeBy: ctx.actor.name };
  if (!(await store.insertAllocation(ctx, { id, receiptId, invoiceId, ownerId, currency, amountMicros, ...made }))) {
    return null;
  }
  await billing.notePaid(ctx, invoiceId, amountMicros);
  const now = { ...receipt, allocatedMicros: receipt.allocatedMicros + amountMicros };
  await store.saveReceipt(ctx, now);
  const told = { id: of.id, receiptId, invoiceId, ownerId, amountMicros: of.amountMicros, currency };
  await tell(ctx, 'allocation.undone', receipt.source, told);
  return now;
}

async function tell(
  ctx: Ctx,
  name: string,
  source: Source,
  a: Pick<store.Allocation, 'id' | 'receiptId' | 'invoiceId' | 'ownerId' | 'amountMicros' | 'currency'>,
): Promise<void> {
  const objectId = publicId('allocation', a.id);
  const amount = formatAmount(a.amountMicros, a.currency);
  const invoice = publicId('invoice', a.invoiceId);
  await audit(ctx, [
    { action: name, objectType: 'allocation', objectId, changes: [{ field: 'amount', old: null, new: amount }] },
  ]);
  const by = {
    payment: source === 'payment' ? publicId('payment', a.receiptId) : null,
    creditNote: source === 'credit_note' ? publicId('invoice', a.receiptId) : null,
  };
  await emit(ctx, [
    {
      name,
      subject: { type: 'invoice', id: a.invoiceId },
      data: {
        ...{ allocation: objectId, ...by, invoice, amount, currency: a.currency },
        companyId: publicId('company', a.ownerId),
      },
    },
  ]);
}
