import { formatAmount, type Micros, parseAmount } from '@simwright/measure';
import type { z } from 'zod';
import type { Ctx } from '../kit/ctx.ts';
import type { Http } from '../kit/http/app.ts';
import { idCursor, pageFrom, pageQuery } from '../kit/http/page.ts';
import { route } from '../kit/http/route.ts';
import { idParams } from '../kit/http/schemas.ts';
import { refuse } from '../kit/refusal.ts';
import { minorOf } from '../tax/index.ts';
import { ownersOf } from '../tenancy/index.ts';
import { amountRoutes } from './amount-routes.ts';
import { cardRoutes } from './cards/routes.ts';
import { disputeRoutes } from './disputes/routes.ts';
import type { Doors } from './kinds.ts';
import { minor, mostMicros, type Payment } from './model.ts';
import { noticeRoutes } from './notice-routes.ts';
import { payerOf } from './payer.ts';
import { providerRoutes } from './provider-routes.ts';
import { refundRoutes } from './refunds/routes.ts';
import {
  NewPayment,
  NewQuote,
  PaymentPage,
  PaymentQuery,
  PaymentReply,
  QuoteReply,
  SettlePayment,
  shownPayment,
  shownWholeQuote,
} from './schemas.ts';
import { type Asked, deliverAgain, getPayment, type Hands, listPayments, quote, startPayment } from './service.ts';
import { settleDifferent } from './settle.ts';

/** Payments: asked for, looked at, listed; and who takes them. */
export function paymentRoutes(http: Http, hands: Hands, doors: Doors): void {
  const tags = ['Payments'];
  const url = '/api/v1/payments';
  const seen = { tags, permission: 'payments.payment.view', scope: 'company' as const };
  const made = { tags, permission: 'payments.payment.create', scope: 'company' as const };
  route(http, {
    ...made,
    method: 'POST',
    url: `${url}/quotes`,
    name: 'quotePayment',
    endUsers: true,
    summary: 'What something comes to before it is paid: net, VAT, gross',
    body: NewQuote,
    reply: { 200: QuoteReply },
    handler: async (ctx, { body }) => {
      const purchase = await hands.purchaseOf(ctx, asked(body));
      const payer = await payerOf(ctx, purchase, body.method, body);
      const quoted = await quote(ctx, { ...purchase, ownerId: payer.payerId ?? purchase.ownerId }, payer);
      return shownWholeQuote(quoted, payer.method, purchase.gets);
    },
  });
  route(http, {
    ...made,
    method: 'POST',
    url,
    name: 'createPayment',
    endUsers: true,
    summary: 'Pay for a refill of a wallet or of a SIM, or pay invoices: by card, from a wallet, or noted by hand',
    body: NewPayment,
    reply: { 201: PaymentReply },
    handler: async (ctx, { body }) => {
      if (body.method === 'manual' && ctx.actor.scope.kind === 'company') {
        throw refuse.forbidden('payment.manual_is_ours', 'Money that came by hand is noted by the organization.');
      }
      const purchase = await hands.purchaseOf(ctx, asked(body));
      const payer = await payerOf(ctx, purchase, body.method, body);
      const by = { ...payer, note: body.note };
      return shownOne(ctx, await startPayment(ctx, hands, purchase, by));
    },
  });
  const cursor = idCursor('payments');
  route(http, {
    ...seen,
    method: 'GET',
    url,
    name: 'listPayments',
    endUsers: true,
    summary: 'Payments, newest first',
    query: pageQuery(PaymentQuery),
    reply: { 200: PaymentPage },
    handler: async (ctx, { query }) => {
      const {
        limit,
        cursor: from,
        owner: ownerId,
        company: companyId,
        sim,
        wallet,
        invoice,
        state: states,
        ...rest
      } = query;
      const filter = { ...rest, undelivered: rest.undelivered && (true as const) };
      const subjectId = sim ?? wallet ?? invoice;
      const page = { after: cursor.read(from) ?? undefined, limit: limit + 1 };
      const found = await listPayments(ctx, { ...filter, states, ownerId, companyId, subjectId }, page);
      return pageFrom(await shownAll(ctx, found), limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    ...seen,
    method: 'GET',
    url: `${url}/:id`,
    name: 'getPayment',
    endUsers: true,
    summary: 'A payment, and where its payer has something to do',
    params: idParams('payment'),
    reply: { 200: PaymentReply },
    handler: async (ctx, { params }) => shownOne(ctx, await getPayment(ctx, params.id)),
  });
  route(http, {
    tags,
    ...{ permission: 'payments.payment.deliver', scope: 'organization' },
    method: 'POST',
    url: `${url}/:id/deliver`,
    name: 'deliverPayment',
    summary: 'Give what is paid and could not be given when it was paid',
    params: idParams('payment'),
    reply: { 200: PaymentReply },
    handler: async (ctx, { params }) => shownOne(ctx, await deliverAgain(ctx, hands, params.id)),
  });
  route(http, {
    tags,
    ...{ permission: 'payments.payment.settle', scope: 'organization' },
    method: 'POST',
    url: `${url}/:id/settle`,
    name: 'settlePayment',
    summary: 'Settle a payment that came to another amount than was asked for',
    params: idParams('payment'),
    body: SettlePayment,
    reply: { 200: PaymentReply },
    handler: async (ctx, { params, body: { as, wallet: walletId, reason } }) =>
      shownOne(ctx, await settleDifferent(ctx, hands, params.id, { as, walletId, reason })),
  });
  refundRoutes(http);
  cardRoutes(http);
  disputeRoutes(http);
  noticeRoutes(http, hands, doors);
  amountRoutes(http);
  providerRoutes(http);
}

function asked({ walletRefill, simRefill, invoicePayment }: z.output<typeof NewQuote>): Asked {
  const things = [walletRefill, simRefill, invoicePayment].filter((thing) => thing !== undefined);
  if (things.length !== 1) {
    throw refuse.invalid('payment.one_purpose', 'A payment is for one thing.', {
      field: 'body',
      expected: 'one of walletRefill, simRefill, invoicePayment',
    });
  }
  if (walletRefill) {
    const { wallet: walletId, amount, bonus } = walletRefill;
    const given = bonus && { bonus: { amount: bonus.amount, expiresAt: bonus.expiresAt ?? null } };
    return { purpose: 'wallet_refill', walletId, amount, ...given };
  }
  if (simRefill) {
    return { purpose: 'line_refill', simId: simRefill.sim, refill: simRefill.refill, times: simRefill.times };
  }
  const { invoices, company, amount, overpay } = invoicePayment!;
  if ((invoices === undefined) === (company === undefined)) {
    throw refuse.invalid('payment.invoices_or_company', 'Name the invoices, or the company whose invoices they are.', {
      field: 'body.invoicePayment',
      expected: 'one of invoices, company',
    });
  }
  return { purpose: 'invoice', invoiceIds: invoices ?? [], companyId: company, amount, overpay };
}

async function shownAll(ctx: Ctx, payments: Payment[]) {
  const owners = await ownersOf(ctx, [...new Set(payments.map(({ ownerId }) => ownerId))]);
  return payments.map((payment) => shownPayment(payment, owners.get(payment.ownerId)?.name ?? ''));
}

async function shownOne(ctx: Ctx, payment: Payment) {
  return (await shownAll(ctx, [payment]))[0]!;
}

/**
 * An amount of more than nothing, as a person writes it, in whole smallest units: that is what can be paid. Refuses `payment.amount_invalid`,
 * `payment.amount_too_fine`, `payment.amount_too_large`.
 */
export function readPayable(text: string, currency: string, field = 'body.amount'): Micros {
  const micros = readAmount(text, currency, field);
  if (micros > mostMicros) {
    const most = formatAmount(mostMicros, currency);
    throw refuse.invalid('payment.amount_too_large', `A payment is ${most} ${currency} at most.`, {
      ...{ field, expected: `${most} at most`, maximum: most, currency },
    });
  }
  const whole = minorOf(micros);
  if (micros === whole) return micros;
  throw refuse.invalid(
    'payment.amount_too_fine',
    `An amount that can be paid has no smaller parts than ${formatAmount(minor, currency)}.`,
    { field, expected: formatAmount(whole > 0n ? whole : minor, currency) },
  );
}

/** An amount of more than nothing, as a person writes it. Refuses `payment.amount_invalid`. */
export function readAmount(text: string, currency: string, field = 'body.amount'): Micros {
  const parsed = parseAmount(text, currency);
  if (parsed.ok && parsed.value > 0n) return parsed.value;
  throw refuse.invalid('payment.amount_invalid', `This is no amount in ${currency} that could be paid.`, {
    field,
    expected: `more than zero, like "${formatAmount(25_000_000n, currency)}"`,
  });
}
