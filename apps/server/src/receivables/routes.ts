import { z } from 'zod';
import { getInvoice, listInvoices } from '../billing/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import type { Http } from '../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../kit/http/page.ts';
import { route } from '../kit/http/route.ts';
import { Amount, amount, Currency, idOf, idParams, reply, request, Timestamp } from '../kit/http/schemas.ts';
import type { Id } from '../kit/ids.ts';
import { getCompany } from '../tenancy/index.ts';
import { allocateByHand, undo } from './allocate.ts';
import { linkRoutes } from './links/routes.ts';
import { creditOf, type Receipt } from './model.ts';
import { listPayouts, type Payout, payOut } from './payouts.ts';
import { creditsOf, getReceipt, listAllocations, listReceipts } from './reads.ts';
import type { Allocation } from './sql.ts';

const CreditNote = z
  .object({ id: idOf('invoice'), number: z.string() })
  .nullable()
  .meta({ description: 'The credit note that it is of, where it is of one: of a bill below zero.' });
const Payment = idOf('payment').nullable().meta({ description: 'The payment that it is of, where it is of one.' });
const ReceiptReply = reply('Receipt', {
  payment: Payment,
  creditNote: CreditNote,
  company: idOf('company'),
  currency: Currency,
  gross: Amount,
  refunded: Amount.meta({ description: 'What of it went back.' }),
  allocated: Amount,
  credit: Amount.meta({ description: 'What is left of it: credit on account.' }),
  at: Timestamp,
});
const AllocationReply = reply('Allocation', {
  id: idOf('allocation'),
  payment: Payment,
  creditNote: CreditNote,
  invoice: idOf('invoice'),
  invoiceNumber: z.string(),
  amount: Amount.meta({ description: 'Below zero: it takes another one back.' }),
  currency: Currency,
  undoes: idOf('allocation').nullable(),
  reason: z.string(),
  at: Timestamp,
  madeBy: z.string(),
});
const reason = z.string().max(1000).default('');
const Allocate = request('Allocate', {
  invoice: idOf('invoice'),
  amount: Amount.optional().meta({ description: 'As much as fits, unless given.' }),
  reason,
});
const UndoAllocation = request('UndoAllocation', { reason });
const PayOut = request('PayOut', {
  amount: Amount.optional().meta({ description: 'All that is left, unless given.' }),
  reason,
});
const PayoutReply = reply('Payout', {
  ...{ id: idOf('payout'), creditNote: idOf('invoice'), company: idOf('company') },
  ...{ amount: Amount, currency: Currency, reason: z.string(), at: Timestamp, madeBy: z.string() },
});
const Credit = reply('AccountCredit', {
  items: z.array(z.object({ currency: Currency, credit: Amount })).max(200),
});

/** Which money paid which invoice. */
export function receivableRoutes(http: Http): void {
  const tags = ['Invoices'];
  const seen = { tags, permission: 'receivables.allocation.view', scope: 'company' as const };
  const edited = { tags, permission: 'receivables.allocation.edit', scope: 'organization' as const };
  const allocations = idCursor('allocations');
  route(http, {
    ...{ ...seen, method: 'GET', url: '/api/v1/invoices/:id/allocations', name: 'listInvoiceAllocations' },
    ...{ params: idParams('invoice'), query: pageQuery({}), reply: { 200: pageOf(AllocationReply, 'AllocationPage') } },
    summary: 'What paid an invoice, or what a credit note paid, and what was taken back, newest first',
    handler: async (ctx, { params, query }) => {
      const { id, kind } = await getInvoice(ctx, params.id);
      const page = { after: allocations.read(query.cursor) ?? undefined, limit: query.limit + 1 };
      const of = kind === 'invoice' ? { invoiceId: id } : { receiptId: id };
      const shown = await shownAllocations(ctx, await listAllocations(ctx, of, page));
      return pageFrom(shown, query.limit, (last) => allocations.write(last.id));
    },
  });
  const receipts = idCursor('receipts');
  route(http, {
    ...{ ...seen, method: 'GET', url: '/api/v1/companies/:id/receipts', name: 'listReceipts' },
    params: idParams('company'),
    query: pageQuery({ credit: z.literal('true').optional().meta({ description: 'Those with something left.' }) }),
    reply: { 200: pageOf(ReceiptReply, 'ReceiptPage') },
    summary: 'What gave a company credit, newest first: money that came for its invoices, and bills below zero',
    handler: async (ctx, { params, query }) => {
      const { id: ownerId } = await getCompany(ctx, params.id);
      const page = { after: receipts.read(query.cursor) ?? undefined, limit: query.limit + 1 };
      const found = await listReceipts(ctx, { ownerId, credit: query.credit === 'true' }, page);
      const shown = await shownReceipts(ctx, found);
      return pageFrom(shown, query.limit, (last) => receipts.write((last.payment ?? last.creditNote?.id)!));
    },
  });
  route(http, {
    ...{
      ...seen,
      method: 'GET',
      url: '/api/v1/companies/:id/credit',
      name: 'getAccountCredit',
      reply: { 200: Credit },
    },
    params: idParams('company'),
    summary: 'What a company has on account: money and credit notes that paid no invoice yet',
    handler: async (ctx, { params }) => {
      const { id } = await getCompany(ctx, params.id);
      const items = await creditsOf(ctx, id);
      return {
        items: items.map(({ currency, creditMicros }) => ({ currency, credit: amount(creditMicros, currency) })),
      };
    },
  });
  route(http, {
    ...{ ...edited, method: 'POST', url: '/api/v1/payments/:id/allocations', name: 'allocatePayment' },
    ...{ params: idParams('payment'), body: Allocate, reply: { 201: ReceiptReply } },
    summary: 'Pay an invoice with what is left of a payment',
    handler: async (ctx, { params, body }) =>
      shownReceipt(
        ctx,
        await allocateByHand(ctx, params.id, { invoiceId: body.invoice, amount: body.amount, reason: body.reason }),
      ),
  });
  route(http, {
    ...{ ...edited, method: 'POST', url: '/api/v1/invoices/:id/allocations', name: 'allocateCreditNote' },
    ...{ params: idParams('invoice'), body: Allocate, reply: { 201: ReceiptReply } },
    summary: 'Pay an invoice with what is left of a credit note of a bill below zero',
    handler: async (ctx, { params, body }) =>
      shownReceipt(
        ctx,
        await allocateByHand(ctx, params.id, { invoiceId: body.invoice, amount: body.amount, reason: body.reason }),
      ),
  });
  route(http, {
    ...{ ...edited, method: 'POST', url: '/api/v1/allocations/:id/undo', name: 'undoAllocation' },
    ...{ params: idParams('allocation'), body: UndoAllocation, reply: { 201: ReceiptReply } },
    summary: 'Take an allocation back: its money is credit on account again, its invoice open',
    handler: async (ctx, { params, body }) => shownReceipt(ctx, await undo(ctx, params.id, body.reason)),
  });
  payoutRoutes(http);
  linkRoutes(http);
}

/** The credit of a credit note, and how it goes back by bank. */
function payoutRoutes(http: Http): void {
  const tags = ['Invoices'];
  const params = idParams('invoice');
  const seen = { tags, params, permission: 'receivables.allocation.view', scope: 'company' as const };
  route(http, {
    ...{ ...seen, method: 'GET', url: '/api/v1/invoices/:id/receipt', name: 'getCreditOfNote' },
    reply: { 200: ReceiptReply },
    summary: 'What became of the credit of a credit note of a bill below zero',
    handler: async (ctx, { params }) => shownReceipt(ctx, await getReceipt(ctx, params.id)),
  });
  const url = '/api/v1/invoices/:id/payouts';
  const payouts = idCursor('payouts');
  route(http, {
    ...{ ...seen, method: 'GET', url, name: 'listPayouts', query: pageQuery({}) },
    reply: { 200: pageOf(PayoutReply, 'PayoutPage') },
    summary: 'What of a credit note went back by bank, newest first',
    handler: async (ctx, { params, query }) => {
      const { id: receiptId } = await getInvoice(ctx, params.id);
      const page = { after: payouts.read(query.cursor) ?? undefined, limit: query.limit + 1 };
      const found = await listPayouts(ctx, { receiptId }, page);
      return pageFrom(found.map(shownPayout), query.limit, (last) => payouts.write(last.id));
    },
  });
  route(http, {
    ...{ tags, params, permission: 'payments.refund.create', scope: 'organization' as const },
    ...{ method: 'POST', url, name: 'payOutCreditNote', body: PayOut, reply: { 201: PayoutReply } },
    summary: 'Note that what is left of a credit note was sent back by bank',
    handler: async (ctx, { params, body }) => shownPayout(await payOut(ctx, params.id, body)),
  });
}

async function shownReceipts(ctx: Ctx, receipts: Receipt[]) {
  const numbers = await numbersOf(
    ctx,
    receipts.filter(({ source }) => source === 'credit_note').map(({ id }) => id),
  );
  return receipts.map((r) => {
    const show = (micros: bigint) => amount(micros, r.currency);
    return {
      ...sourceOf(r.id, numbers),
      ...{ company: r.ownerId, currency: r.currency, gross: show(r.grossMicros), at: r.at },
      ...{ refunded: show(r.refundedMicros), allocated: show(r.allocatedMicros), credit: show(creditOf(r)) },
    };
  });
}

async function shownReceipt(ctx: Ctx, receipt: Receipt) {
  const [shown] = await shownReceipts(ctx, [receipt]);
  return shown!;
}

async function shownAllocations(ctx: Ctx, allocations: Allocation[]) {
  const numbers = await numbersOf(
    ctx,
    allocations.flatMap(({ receiptId, invoiceId }) => [receiptId, invoiceId]),
  );
  return allocations.map((a) => ({
    ...{ id: a.id, ...sourceOf(a.receiptId, numbers) },
    ...{
      invoice: a.invoiceId,
      invoiceNumber: numbers.get(a.invoiceId) ?? '',
      amount: amount(a.amountMicros, a.currency),
    },
    ...{ currency: a.currency, undoes: a.undoesId, reason: a.reason, at: a.at, madeBy: a.madeBy },
  }));
}

/** What has a number is a document: of receipts, a credit note. */
function sourceOf(id: Id, numbers: Map<Id, string>) {
  const number = numbers.get(id);
  return { payment: number === undefined ? id : null, creditNote: number === undefined ? null : { id, number } };
}

async function numbersOf(ctx: Ctx, ids: Id[]): Promise<Map<Id, string>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const found = await listInvoices(ctx, { ids: wanted }, { limit: wanted.length });
  return new Map(found.map(({ id, number }) => [id, number]));
}

function shownPayout(p: Payout) {
  return {
    ...{ id: p.id, creditNote: p.receiptId, company: p.ownerId, amount: amount(p.amountMicros, p.currency) },
    ...{ currency: p.currency, reason: p.reason, at: p.at, madeBy: p.madeBy },
  };
}
