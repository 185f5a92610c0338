import { z } from 'zod';
import { getInvoice } from '../billing/index.ts';
import type { Http } from '../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../kit/http/page.ts';
import { route } from '../kit/http/route.ts';
import { Amount, amount, Currency, idOf, idParams, reply, request, Timestamp } from '../kit/http/schemas.ts';
import { getCompany } from '../tenancy/index.ts';
import { linkRoutes } from './links/routes.ts';
import { creditOf, type Receipt } from './model.ts';
import { allocateByHand, creditsOf, listAllocations, listReceipts, undo } from './service.ts';
import type { Allocation } from './sql.ts';

const ReceiptReply = reply('Receipt', {
  payment: idOf('payment'),
  company: idOf('company'),
  currency: Currency,
  gross: Amount,
  refunded: Amount,
  allocated: Amount,
  credit: Amount.meta({ description: 'What is left of it: credit on account.' }),
  at: Timestamp,
});
const AllocationReply = reply('Allocation', {
  id: idOf('allocation'),
  payment: idOf('payment'),
  invoice: idOf('invoice'),
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
    summary: 'Which money paid an invoice, and what was taken back, newest first',
    handler: async (ctx, { params, query }) => {
      const { id: invoiceId } = await getInvoice(ctx, params.id);
      const page = { after: allocations.read(query.cursor) ?? undefined, limit: query.limit + 1 };
      const found = await listAllocations(ctx, { invoiceId }, page);
      return pageFrom(found.map(shownAllocation), query.limit, (last) => allocations.write(last.id));
    },
  });
  const receipts = idCursor('receipts');
  route(http, {
    ...{ ...seen, method: 'GET', url: '/api/v1/companies/:id/receipts', name: 'listReceipts' },
    params: idParams('company'),
    query: pageQuery({ credit: z.literal('true').optional().meta({ description: 'Those with something left.' }) }),
    reply: { 200: pageOf(ReceiptReply, 'ReceiptPage') },
    summary: 'Money that came for invoices of a company, newest first',
    handler: async (ctx, { params, query }) => {
      const { id: ownerId } = await getCompany(ctx, params.id);
      const page = { after: receipts.read(query.cursor) ?? undefined, limit: query.limit + 1 };
      const found = await listReceipts(ctx, { ownerId, credit: query.credit === 'true' }, page);
      return pageFrom(found.map(shownReceipt), query.limit, (last) => receipts.write(last.payment));
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
    summary: 'What a company has on account: money that paid no invoice yet',
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
        await allocateByHand(ctx, params.id, { invoiceId: body.invoice, amount: body.amount, reason: body.reason }),
      ),
  });
  route(http, {
    ...{ ...edited, method: 'POST', url: '/api/v1/allocations/:id/undo', name: 'undoAllocation' },
    ...{ params: idParams('allocation'), body: UndoAllocation, reply: { 201: ReceiptReply } },
    summary: 'Take an allocation back: its money is credit on account again, its invoice open',
    handler: async (ctx, { params, body }) => shownReceipt(await undo(ctx, params.id, body.reason)),
  });
  linkRoutes(http);
}

function shownReceipt(r: Receipt) {
  const show = (micros: bigint) => amount(micros, r.currency);
  return {
    ...{ payment: r.paymentId, company: r.ownerId, currency: r.currency, gross: show(r.grossMicros), at: r.at },
    ...{ refunded: show(r.refundedMicros), allocated: show(r.allocatedMicros), credit: show(creditOf(r)) },
  };
}

function shownAllocation(a: Allocation) {
  return {
    ...{ id: a.id, payment: a.paymentId, invoice: a.invoiceId, amount: amount(a.amountMicros, a.currency) },
    ...{ currency: a.currency, undoes: a.undoesId, reason: a.reason, at: a.at, madeBy: a.madeBy },
  };
}
