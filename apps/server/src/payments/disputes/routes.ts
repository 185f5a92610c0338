import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { Amount, amount, Currency, idOf, idParams, reply, request, Timestamp } from '../../kit/http/schemas.ts';
import { type Dispute, fundsSteps } from './model.ts';
import { getDispute, getOnDispute, listDisputes, setOnDispute } from './service.ts';

const state = z.enum(['open', 'won', 'lost']);
const DisputeReply = reply('Dispute', {
  id: idOf('dispute'),
  payment: idOf('payment'),
  provider: idOf('payment_provider'),
  reference: z.string().meta({ description: 'What the provider calls it; it is answered there, with evidence.' }),
  state,
  funds: z.enum(fundsSteps).meta({ description: 'none: the bank has taken nothing yet.' }),
  amount: Amount,
  fee: Amount.meta({ description: 'What the provider takes for it, as far as it has told.' }),
  currency: Currency,
  reason: z.string(),
  posted: z.boolean().meta({ description: 'False: its payment stood in no ledger account, and so does this.' }),
  evidenceDueAt: Timestamp.nullable(),
  openedAt: Timestamp,
  settledAt: Timestamp.nullable(),
});
const DisputePage = pageOf(DisputeReply, 'DisputePage');
const Settings = { onDispute: z.enum(['tell', 'block']) };
const SettingsReply = reply('PaymentSettings', Settings);
const SetSettings = request('SetPaymentSettings', {
  onDispute: Settings.onDispute.meta({
    description:
      'block: the SIM that was refilled, or all SIMs of whose wallet it was, are blocked as by hand; staff lift that.',
  }),
});

/** Disputes: told by providers, answered there; and what they do here. */
export function disputeRoutes(http: Http): void {
  const tags = ['Disputes'];
  const url = '/api/v1/disputes';
  const seen = { tags, permission: 'payments.dispute.view', scope: 'company' as const };
  const cursor = idCursor('disputes');
  route(http, {
    ...seen,
    method: 'GET',
    url,
    name: 'listDisputes',
    summary: 'Disputes of payments, newest first',
    query: pageQuery({
      payment: idOf('payment').optional(),
      company: idOf('company').optional(),
      state: state.optional(),
    }),
    reply: { 200: DisputePage },
    handler: async (ctx, { query: { limit, cursor: from, payment: paymentId, company: companyId, state } }) => {
      const page = { after: cursor.read(from) ?? undefined, limit: limit + 1 };
      const found = await listDisputes(ctx, { paymentId, companyId, state }, page);
      return pageFrom(found.map(shown), limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    ...seen,
    method: 'GET',
    url: `${url}/:id`,
    name: 'getDispute',
    summary: 'A dispute: what became of it, and of its money',
    params: idParams('dispute'),
    reply: { 200: DisputeReply },
    handler: async (ctx, { params }) => shown(await getDispute(ctx, params.id)),
  });
  const settings = '/api/v1/payment-settings';
  route(http, {
    tags,
    ...{ permission: 'payments.provider.view', scope: 'organization' },
    method: 'GET',
    url: settings,
    name: 'getPaymentSettings',
    summary: 'What happens when a payment is disputed',
    reply: { 200: SettingsReply },
    handler: async (ctx) => ({ onDispute: await getOnDispute(ctx) }),
  });
  route(http, {
    tags,
    ...{ permission: 'payments.provider.edit', scope: 'organization' },
    method: 'PUT',
    url: settings,
    name: 'setPaymentSettings',
    summary: 'Decide what happens when a payment is disputed',
    body: SetSettings,
    reply: { 200: SettingsReply },
    handler: async (ctx, { body }) => {
      await setOnDispute(ctx, body.onDispute);
      return { onDispute: body.onDispute };
    },
  });
}

function shown(d: Dispute) {
  return {
    ...{ id: d.id, payment: d.paymentId, provider: d.providerId, reference: d.reference, state: d.state },
    ...{ funds: d.funds, amount: amount(d.amountMicros, d.currency), fee: amount(d.feeMicros, d.currency) },
    ...{ currency: d.currency, reason: d.reason, posted: d.posted, evidenceDueAt: d.evidenceDueAt },
    ...{ openedAt: d.openedAt, settledAt: d.settledAt },
  };
}
