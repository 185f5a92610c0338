import { formatAmount, type Micros } from '@simwright/measure';
import * as billing from '../billing/index.ts';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, inOrder, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import * as ledger from '../ledger/index.ts';
import * as payments from '../payments/index.ts';
import { getCompany } from '../tenancy/index.ts';
import { creditOf, type Receipt, shareOut } from './model.ts';
import * as store from './sql.ts';

/** Invoices that one payment, or one new invoice, is shared with: more are left to people. */
const mostInvoices = 100;
/** Rows taken back for one refund. */
const mostUndone = 200;

/**
 * Invoices as something that can be paid: of one company, in one currency, with what is left of them unless an amount is given. Refuses
 * `invoice.not_found`, `invoice.not_open`, `invoice.several_accounts`, `payment.nothing_due`, `payment.amount_too_fine`.
 */
export async function purchaseOf(ctx: Ctx, asked: payments.AskedInvoices): Promise<payments.Purchase> {
  if (asked.companyId !== undefined) return purchaseOfCompany(ctx, asked.companyId, asked);
  const ids = [...new Set(asked.invoiceIds)];
  const found = await billing.listInvoices(ctx, { ids }, { limit: ids.length });
  const byId = new Map(found.map((invoice) => [invoice.id, invoice]));
  const invoices = ids.map((id) => {
    const invoice = byId.get(id);
    if (invoice?.kind !== 'invoice') throw refuse.notFound('invoice', publicId('invoice', id));
    return invoice;
  });
  const closed = invoices.find(({ state }) => state !== 'open');
  if (closed) throw refuse.conflict('invoice.not_open', `Nothing is left to be paid of ${closed.number}.`);
  const { ownerId, currency } = invoices[0]!;
  if (invoices.some((one) => one.ownerId !== ownerId || one.currency !== currency)) {
    throw refuse.invalid('invoice.several_accounts', 'One payment is for invoices of one company, in one currency.', {
      ...{ field: 'body.invoicePayment.invoices', expected: 'invoices of one company' },
    });
  }
  return purchase(asked, { subjectId: ids[0]!, ids, ownerId, currency, invoices });
}

/** What a company has open, without naming it: what is open when the money comes is paid, the oldest first. */
async function purchaseOfCompany(ctx: Ctx, id: Id, asked: payments.AskedInvoices): Promise<payments.Purchase> {
  const company = await getCompany(ctx, id);
  const { currency } = company;
  const invoices = await billing.listOpen(ctx, company.id, currency, mostInvoices);
  if (invoices.length === 0 && asked.amount === undefined) {
    throw refuse.conflict('payment.nothing_due', `${company.name} has no open invoice. Say how much it pays.`, {
      field: 'body.invoicePayment.amount',
    });
  }
  return purchase(asked, { subjectId: company.id, ids: [], ownerId: company.id, currency, invoices });
}

type Due = { subjectId: Id; ids: Id[]; ownerId: Id; currency: string; invoices: billing.Invoice[] };

function purchase(asked: payments.AskedInvoices, due: Due): payments.Purchase {
  const { subjectId, ids, ownerId, currency, invoices } = due;
  const dueMicros = sumLeft(invoices);
  // What is paid ahead pays whatever is issued.
  const asksVat = invoices.length === 0 || invoices.some(({ vatMicros }) => vatMicros > 0n);
  const priceMicros =
    asked.amount === undefined ? dueMicros : payments.readPayable(asked.amount, currency, 'body.invoicePayment.amount');
  return {
    ...{ purpose: 'invoice', subjectId, detail: { invoices: ids, debtor: ownerId } },
    ...{ ownerId, currency, priceMicros, asksVat, ...(!asked.overpay && { dueMicros }) },
    gets: { amountMicros: null, bytes: null, validUntil: null },
  };
}

function sumLeft(invoices: billing.Invoice[]): Micros {
  return invoices.reduce((sum, invoice) => sum + billing.leftOf(invoice), 0n);
}

/**
 * Money for invoices has come: it is on the account of its company, and pays the invoices that it was for, in their order; where none was
 * named, those that are open, the oldest first. What they do not take
 * stays as credit on account. It is never refused.
 */
export async function receive(ctx: Ctx, payment: payments.Payment): Promise<null> {
  const { debtor } = payment.detail;
  const invoices = await namedBy(ctx, payment);
  const receipt: Receipt = {
    ...{ paymentId: payment.id, ownerId: debtor!, currency: payment.currency, grossMicros: payment.grossMicros },
    ...{ refundedMicros: 0n, allocatedMicros: 0n, at: ctx.now },
  };
  await store.insertReceipt(ctx, receipt);
  await allocateTo(ctx, receipt, invoices, '');
  await ledger.post(ctx, [await payments.receivableTransfer(ctx, payment)]);
  return null;
}

/** The invoices that a payment is for, in the order in which it pays them. */
async function namedBy(ctx: Ctx, { detail: { invoices = [], debtor }, currency }: payments.Payment): Promise<Id[]> {
  if (invoices.length > 0) return invoices;
  const open = await billing.listOpen(ctx, debtor!, currency, mostInvoices);
  return open.map(({ id }) => id);
}

/** Pays these invoices with what a receipt has left, in this order. Those of another company or currency are left out. */
async function allocateTo(ctx: Ctx, receipt: Receipt, invoiceIds: Id[], reason: string): Promise<Receipt> {
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
  return allocate(ctx, receipt, shareOut(creditOf(receipt), open), reason);
}

async function allocate(
  ctx: Ctx,
  receipt: Receipt,
  shares: { invoiceId: Id; amountMicros: Micros }[],
  reason: string,
): Promise<Receipt> {
  const { paymentId, ownerId, currency } = receipt;
  let { allocatedMicros } = receipt;
  // In the order in which they were paid, though they are made at one instant: the last of them is the newest.
  const inTurn = { ...ctx, random: inOrder(ctx.random) };
  for (const { invoiceId, amountMicros } of shares) {
    const id = newId(inTurn);
    const made = { undoesId: null, reason, at: ctx.now, madeBy: ctx.actor.name };
    await store.insertAllocation(ctx, { id, paymentId, invoiceId, ownerId, currency, amountMicros, ...made });
    await billing.notePaid(ctx, invoiceId, amountMicros);
    allocatedMicros += amountMicros;
    await tell(ctx, 'allocation.made', { id, paymentId, invoiceId, ownerId, amountMicros, currency });
  }
  const now = { ...receipt, allocatedMicros };
  if (shares.length > 0) await store.saveReceipt(ctx, now);
  return now;
}

/**
 * Allocates credit of a payment to an invoice: an amount, or as much as fits. Refuses `receipt.not_found`, `invoice.not_found`,
 * `allocation.of_another`, `allocation.nothing_left`, `allocation.too_much`, `invoice.paid_too_much`, `payment.amount_too_fine`.
 */
export async function allocateByHand(
  ctx: Ctx,
  paymentId: Id,
  asked: { invoiceId: Id; amount?: string; reason: string },
): Promise<Receipt> {
  return atomically(ctx, async (ctx) => {
    await getReceipt(ctx, paymentId);
    const receipt = (await store.lockReceipt(ctx, paymentId))!;
    const invoice = await billing.getInvoice(ctx, asked.invoiceId);
    if (invoice.ownerId !== receipt.ownerId || invoice.currency !== receipt.currency) {
      throw refuse.conflict('allocation.of_another', 'This invoice is of another company, or in another currency.');
    }
    const credit = creditOf(receipt);
    const left = billing.leftOf(invoice);
    if (credit <= 0n || left <= 0n) {
      throw refuse.conflict(
        'allocation.nothing_left',
        credit <= 0n ? 'Nothing of this payment is left.' : 'Nothing is left to be paid of this invoice.',
      );
    }
    const fits = credit < left ? credit : left;
    const amountMicros = asked.amount === undefined ? fits : payments.readPayable(asked.amount, receipt.currency);
    if (amountMicros > credit) {
      const shown = formatAmount(credit, receipt.currency);
      throw refuse.conflict('allocation.too_much', `Of this payment ${shown} ${receipt.currency} is left.`, {
        ...{ field: 'body.amount', left: shown },
      });
    }
    return allocate(ctx, receipt, [{ invoiceId: invoice.id, amountMicros }], asked.reason);
  });
}

/** Takes an allocation back: its money is credit on account again, its invoice open. Refuses `allocation.not_found`, `allocation.undone`. */
export async function undo(ctx: Ctx, id: Id, reason: string): Promise<Receipt> {
  return atomically(ctx, async (ctx) => {
    const [found] = await listAllocations(ctx, { ids: [id] }, { limit: 1 });
    if (!found || found.undoesId) throw refuse.notFound('allocation');
    const receipt = (await store.lockReceipt(ctx, found.paymentId))!;
    const now = await undoOne(ctx, receipt, found, reason);
    if (!now) throw refuse.conflict('allocation.undone', 'This was taken back already.');
    return now;
  });
}

async function undoOne(ctx: Ctx, receipt: Receipt, of: store.Allocation, reason: string): Promise<Receipt | null> {
  const { paymentId, invoiceId, ownerId, currency } = of;
  const amountMicros = -of.amountMicros;
  const id = newId(ctx);
  const made = { undoesId: of.id, reason, at: ctx.now, madeBy: ctx.actor.name };
  if (!(await store.insertAllocation(ctx, { id, paymentId, invoiceId, ownerId, currency, amountMicros, ...made }))) {
    return null;
  }
  await billing.notePaid(ctx, invoiceId, amountMicros);
  const now = { ...receipt, allocatedMicros: receipt.allocatedMicros + amountMicros };
  await store.saveReceipt(ctx, now);
  await tell(ctx, 'allocation.undone', {
    id: of.id,
    paymentId,
    invoiceId,
    ownerId,
    amountMicros: of.amountMicros,
    currency,
  });
  return now;
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
    const freed = { ...receipt, refundedMicros };
    await store.saveReceipt(ctx, freed);
    await allocateTo(ctx, freed, await namedBy(ctx, payment), 'The refund has failed.');
    return;
  }
  let now = receipt;
  const standing = await store.listAllocations(ctx, { paymentId, standing: true }, { limit: mostUndone });
  for (const id of [...new Set(standing.map(({ invoiceId }) => invoiceId))].sort()) await billing.lockInvoice(ctx, id);
  for (const one of standing) {
    if (now.allocatedMicros <= keeps) break;
    const over = now.allocatedMicros - keeps;
    now = (await undoOne(ctx, now, one, 'Money of this payment goes back.')) ?? now;
    if (one.amountMicros > over) {
      const share = { invoiceId: one.invoiceId, amountMicros: one.amountMicros - over };
      now = await allocate(ctx, now, [share], 'What is left of it after a refund.');
    }
  }
  await store.saveReceipt(ctx, { ...now, refundedMicros });
}

/**
 * A credit note took back what is paid: that money pays this invoice no more and is credit on account. The newest allocations are taken
 * back, and what is too much of the last is allocated anew.
 */
export async function invoiceCredited(ctx: Ctx, invoiceId: Id): Promise<void> {
  const standing = await store.listAllocations(ctx, { invoiceId, standing: true }, { limit: mostUndone });
  // Receipts come before the invoice, in the order of their ids as everywhere.
  const receipts = new Map<Id, Receipt>();
  for (const id of [...new Set(standing.map(({ paymentId }) => paymentId))].sort()) {
    receipts.set(id, (await store.lockReceipt(ctx, id))!);
  }
  for (const one of standing) {
    const over = -billing.leftOf((await billing.lockInvoice(ctx, invoiceId))!);
    if (over <= 0n) return;
    const freed = await undoOne(ctx, receipts.get(one.paymentId)!, one, 'A credit note took it back.');
    if (!freed) continue;
    const rest = one.amountMicros - over;
    const share = { invoiceId, amountMicros: rest };
    const now = rest > 0n ? await allocate(ctx, freed, [share], 'What is left of it after a credit note.') : freed;
    receipts.set(one.paymentId, now);
  }
}

/** What was paid before an invoice is issued: credit on account, the oldest money first. The document says it, and it pays the invoice at once. */
export const onAccount: billing.OnAccount = {
  async prepaid(ctx, { ownerId, currency, asksMicros }) {
    const credits = await store.lockCredits(ctx, ownerId, currency, mostInvoices);
    const sum = credits.reduce((all, receipt) => all + creditOf(receipt), 0n);
    return sum < asksMicros ? sum : asksMicros;
  },
  async pay(ctx, invoiceId, amountMicros) {
    const { ownerId, currency } = await billing.getInvoice(ctx, invoiceId);
    let left = amountMicros;
    for (const receipt of await store.lockCredits(ctx, ownerId, currency, mostInvoices)) {
      const [share] = shareOut(creditOf(receipt), [{ id: invoiceId, leftMicros: left }]);
      if (!share) break;
      await allocate(ctx, receipt, [share], 'Credit on account.');
      left -= share.amountMicros;
    }
  },
};

/**
 * An invoice was issued: credit on account pays it, the oldest money first, where it did not when it was issued. Money that paid it, and was
 * taken back since, does not come again by itself.
 */
export async function invoiceIssued(ctx: Ctx, invoiceId: Id): Promise<void> {
  const [found] = await billing.listInvoices(ctx, { ids: [invoiceId] }, { limit: 1 });
  if (found?.kind !== 'invoice') return;
  const { ownerId, currency } = found;
  const credits = await store.lockCredits(ctx, ownerId, currency, mostInvoices);
  const known = await store.listAllocations(ctx, { invoiceId }, { limit: mostUndone });
  const paidIt = new Set(known.map(({ paymentId }) => paymentId));
  for (const receipt of credits) {
    if (!paidIt.has(receipt.paymentId)) await allocateTo(ctx, receipt, [invoiceId], 'Credit on account.');
  }
}

/** What a company has on account, by currency. */
export async function creditsOf(ctx: Ctx, ownerId: Id): Promise<{ currency: string; creditMicros: Micros }[]> {
  return reading(ctx, (ctx) => store.creditsOf(ctx, ownerId));
}

/** Money that came for invoices, of those that the caller may see, newest first. */
export async function listReceipts(
  ctx: Ctx,
  filter: Parameters<typeof store.listReceipts>[1],
  page: { after?: Id; limit: number },
): Promise<Receipt[]> {
  return reading(ctx, (ctx) => store.listReceipts(ctx, filter, page));
}

async function getReceipt(ctx: Ctx, paymentId: Id): Promise<Receipt> {
  const [receipt] = await listReceipts(ctx, { paymentIds: [paymentId] }, { limit: 1 });
  if (!receipt) throw refuse.notFound('receipt');
  return receipt;
}

/** Which money paid which invoice, of those that the caller may see, newest first. */
export async function listAllocations(
  ctx: Ctx,
  filter: Parameters<typeof store.listAllocations>[1],
  page: { after?: Id; limit: number },
): Promise<store.Allocation[]> {
  return reading(ctx, (ctx) => store.listAllocations(ctx, filter, page));
}

async function tell(
  ctx: Ctx,
  name: string,
  a: Pick<store.Allocation, 'id' | 'paymentId' | 'invoiceId' | 'ownerId' | 'amountMicros' | 'currency'>,
): Promise<void> {
  const objectId = publicId('allocation', a.id);
  const amount = formatAmount(a.amountMicros, a.currency);
  const invoice = publicId('invoice', a.invoiceId);
  await audit(ctx, [
    { action: name, objectType: 'allocation', objectId, changes: [{ field: 'amount', old: null, new: amount }] },
  ]);
  await emit(ctx, [
    {
      name,
      subject: { type: 'invoice', id: a.invoiceId },
      data: {
        ...{ allocation: objectId, payment: publicId('payment', a.paymentId), invoice, amount, currency: a.currency },
        companyId: publicId('company', a.ownerId),
      },
    },
  ]);
}
