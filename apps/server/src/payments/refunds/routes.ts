import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { Amount, amount, Currency, idOf, idParams, reply, request, Timestamp, text } from '../../kit/http/schemas.ts';
import { getPayment } from '../service.ts';
import type { Refund } from './model.ts';
import { listRefunds, lookAgain, startRefund } from './service.ts';

const NewRefund = request('NewRefund', {
  amount: Amount.optional().meta({ description: 'Of what was paid, VAT within; all that is left, unless given.' }),
  reason: text(1000).meta({ description: 'Why; kept beside its transfers.' }),
});

const RefundReply = reply('Refund', {
  id: idOf('refund'),
  payment: idOf('payment'),
  state: z.enum(['created', 'pending', 'succeeded', 'failed']).meta({
    description:
      'created: the provider will be asked at once. pending: nobody knows yet. succeeded and failed are over; what failed is given back by new transfers.',
  }),
  currency: Currency,
  amount: Amount.meta({ description: 'What goes back: net and VAT.' }),
  net: Amount,
  vat: Amount,
  posted: z.boolean().meta({
    description: 'False: its payment was undelivered, whose money stands at the provider and in no ledger account.',
  }),
  reason: z.string(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  reference: z.string().nullable().meta({ description: 'What the provider calls it.' }),
  unansweredSince: Timestamp.nullable().meta({
    description: 'Nobody can tell what became of it, and it is looked up no more.',
  }),
  createdAt: Timestamp,
  settledAt: Timestamp.nullable(),
  madeBy: z.string(),
});
const RefundPage = pageOf(RefundReply, 'RefundPage');

/** Refunds of a payment. */
export function refundRoutes(http: Http): void {
  const tags = ['Payments'];
  const url = '/api/v1/payments/:id/refunds';
  const params = idParams('payment');
  route(http, {
    ...{ tags, url, params, permission: 'payments.refund.create', scope: 'organization' },
    method: 'POST',
    name: 'refundPayment',
    summary: 'Give back what was paid, or a part of it; data that a SIM got for it stays',
    body: NewRefund,
    reply: { 201: RefundReply },
    handler: async (ctx, { params, body }) => shownRefund(await startRefund(ctx, params.id, body)),
  });
  const all = '/api/v1/refunds';
  const every = idCursor('all_refunds');
  route(http, {
    ...{ tags, permission: 'payments.payment.view', scope: 'company' },
    method: 'GET',
    url: all,
    name: 'listAllRefunds',
    summary: 'Refunds, newest first',
    query: pageQuery({
      unanswered: z
        .literal('true')
        .optional()
        .meta({ description: 'Looked up no more: somebody asks at the provider.' }),
    }),
    reply: { 200: RefundPage },
    handler: async (ctx, { query: { limit, cursor: from, unanswered } }) => {
      const page = { after: every.read(from) ?? undefined, limit: limit + 1 };
      const found = await listRefunds(ctx, { unanswered: unanswered && (true as const) }, page);
      return pageFrom(found.map(shownRefund), limit, (last) => every.write(last.id));
    },
  });
  route(http, {
    ...{ tags, permission: 'payments.refund.create', scope: 'organization' },
    method: 'POST',
    url: `${all}/:id/look`,
    name: 'lookRefund',
    summary: 'Ask the provider once more what became of a refund',
    params: idParams('refund'),
    reply: { 200: RefundReply },
    handler: async (ctx, { params }) => shownRefund(await lookAgain(ctx, params.id)),
  });
  const cursor = idCursor('refunds');
  route(http, {
    ...{ tags, url, params, permission: 'payments.payment.view', scope: 'company' },
    method: 'GET',
    name: 'listRefunds',
    summary: 'Refunds of a payment, newest first',
    query: pageQuery({}),
    reply: { 200: RefundPage },
    handler: async (ctx, { params, query }) => {
      const { id: paymentId } = await getPayment(ctx, params.id);
      const page = { after: cursor.read(query.cursor) ?? undefined, limit: query.limit + 1 };
      const found = await listRefunds(ctx, { paymentId }, page);
      return pageFrom(found.map(shownRefund), query.limit, (last) => cursor.write(last.id));
    },
  });
}

function shownRefund(r: Refund) {
  const show = (micros: bigint) => amount(micros, r.currency);
  return {
    ...{ id: r.id, payment: r.paymentId, state: r.state, currency: r.currency, posted: r.posted, reason: r.reason },
    ...{ amount: show(r.grossMicros), net: show(r.netMicros), vat: show(r.vatMicros), reference: r.reference },
    failure: r.failureCode ? { code: r.failureCode, message: r.failureMessage ?? '' } : null,
    ...{ unansweredSince: r.unansweredSince, createdAt: r.createdAt, settledAt: r.settledAt, madeBy: r.madeBy },
  };
}
