import { z } from 'zod';
import type { Http } from '../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../kit/http/page.ts';
import { route } from '../kit/http/route.ts';
import { idOf, idParams, reply, request, Timestamp, text } from '../kit/http/schemas.ts';
import type { Doors } from './kinds.ts';
import { dismissNotice, getNotice, listNotices, replayNotice } from './notices.ts';
import type { Hands } from './service.ts';
import { noticeStates, payloadInList, type StoredNotice } from './sql.ts';

const state = z.enum(noticeStates).meta({
  description:
    'waiting: it is applied at once. ignored: known already, or of no payment. unplaced: it fits no payment, or another amount. dismissed: put aside by somebody.',
});
const NoticeReply = reply('PaymentNotice', {
  id: idOf('payment_notice'),
  provider: idOf('payment_provider'),
  key: z.string().meta({ description: 'What the provider calls it; told again, it is kept once.' }),
  state,
  reason: z.string(),
  payment: idOf('payment').nullable(),
  payload: z.string().meta({ description: `As it came. In a list, its first ${payloadInList} characters.` }),
  receivedAt: Timestamp,
  settledAt: Timestamp.nullable(),
});
const NoticePage = pageOf(NoticeReply, 'PaymentNoticePage');
const Dismissal = request('DismissPaymentNotice', { reason: text(500) });

/** The inbox: what providers told, and what became of it. */
export function noticeRoutes(http: Http, hands: Hands, doors: Doors): void {
  const tags = ['Payment notices'];
  const url = '/api/v1/payment-notices';
  const params = idParams('payment_notice');
  const seen = { tags, permission: 'payments.notice.view', scope: 'organization' as const };
  const settled = { tags, params, permission: 'payments.notice.settle', scope: 'organization' as const };
  const cursor = idCursor('payment_notices');
  route(http, {
    ...seen,
    method: 'GET',
    url,
    name: 'listPaymentNotices',
    summary: 'What payment providers told, newest first',
    query: pageQuery({ state: state.optional() }),
    reply: { 200: NoticePage },
    handler: async (ctx, { query: { limit, cursor: from, state } }) => {
      const page = { after: cursor.read(from) ?? undefined, limit: limit + 1 };
      return pageFrom((await listNotices(ctx, { state }, page)).map(shown), limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    ...{ ...seen, params },
    method: 'GET',
    url: `${url}/:id`,
    name: 'getPaymentNotice',
    summary: 'A notice of a payment provider, whole',
    reply: { 200: NoticeReply },
    handler: async (ctx, { params }) => shown(await getNotice(ctx, params.id)),
  });
  route(http, {
    ...settled,
    method: 'POST',
    url: `${url}/:id/apply`,
    name: 'applyPaymentNotice',
    summary: 'Apply a notice once more',
    reply: { 200: NoticeReply },
    handler: async (ctx, { params }) => shown(await replayNotice(ctx, hands, doors, params.id)),
  });
  route(http, {
    ...settled,
    method: 'POST',
    url: `${url}/:id/dismiss`,
    name: 'dismissPaymentNotice',
    summary: 'Put a notice aside that concerns no payment here',
    body: Dismissal,
    reply: { 200: NoticeReply },
    handler: async (ctx, { params, body }) => shown(await dismissNotice(ctx, params.id, body.reason)),
  });
}

function shown(n: StoredNotice) {
  return {
    ...{ id: n.id, provider: n.providerId, key: n.key, state: n.state, reason: n.reason, payment: n.paymentId },
    ...{ payload: n.payload, receivedAt: n.receivedAt, settledAt: n.appliedAt },
  };
}
