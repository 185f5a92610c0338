import { z } from 'zod';
import type { Http } from '../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../kit/http/page.ts';
import { route } from '../kit/http/route.ts';
import { idOf, idParams, reply, Timestamp, text } from '../kit/http/schemas.ts';
import { type IdKind, parsePublicId, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import type { Delivery } from './model.ts';
import { getDelivery, listDeliveries, redeliver } from './service.ts';
import type { Listed, LoggedTry } from './sql.ts';

const count = z.int().min(0).max(100);
const httpStatus = z.int().min(0).max(999);
const state = z.enum(['waiting', 'delivered', 'failed']);
const kind = z.enum(['callback', 'events']);

const fields = {
  id: idOf('delivery'),
  kind,
  company: idOf('company').nullable(),
  about: z
    .string()
    .nullable()
    .meta({ description: 'Id of what it tells of.', example: 'sim_01980000000070008000000000000000' }),
  method: z.enum(['GET', 'POST']),
  url: z.string(),
  state,
  attempts: count.meta({ description: 'Tries since it was made, or since it was last asked to be sent again.' }),
  nextAttemptAt: Timestamp.nullable(),
  createdAt: Timestamp,
  settledAt: Timestamp.nullable(),
  lastStatus: httpStatus.nullable().meta({ description: 'HTTP status of the last answer; null: there was none.' }),
  lastAnswer: z.string().nullable().meta({ description: 'The beginning of the last answer, or why there was none.' }),
};
const ShownDelivery = reply('Delivery', fields);
const DeliveryDetail = reply('DeliveryDetail', {
  ...fields,
  contentType: z.string().nullable(),
  body: z.string().nullable(),
  tries: z.array(
    z.object({ at: Timestamp, tookMs: z.int().min(0).max(600_000), status: httpStatus.nullable(), answer: z.string() }),
  ),
});

const cursor = idCursor('deliveries');

export function deliveryRoutes(http: Http): void {
  const one = {
    url: '/api/v1/deliveries/:id',
    params: idParams('delivery'),
    tags: ['Deliveries'],
    scope: 'company' as const,
  };
  route(http, {
    method: 'GET',
    url: '/api/v1/deliveries',
    name: 'listDeliveries',
    summary: 'List the requests that were sent to addresses you named, newest first',
    tags: ['Deliveries'],
    permission: 'developers.delivery.view',
    scope: 'company',
    query: pageQuery({
      state: state.optional(),
      kind: kind.optional(),
      about: z.string().max(40).optional().meta({ description: 'Id of what they tell of.' }),
      search: text(200).optional().meta({ description: 'A part of the address.' }),
    }),
    reply: { 200: pageOf(ShownDelivery, 'DeliveryPage') },
    handler: async (ctx, { query }) => {
      const { limit, about, cursor: from, ...filter } = query;
      const aboutId = about === undefined ? undefined : idOfAnything(about);
      const after = cursor.read(from) ?? undefined;
      const found = await listDeliveries(ctx, { ...filter, aboutId }, { limit: limit + 1, after });
      return pageFrom(found.map(shown), limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    ...one,
    method: 'GET',
    name: 'getDelivery',
    summary: 'One request: what was sent, and what came of each try',
    permission: 'developers.delivery.view',
    reply: { 200: DeliveryDetail },
    handler: async (ctx, { params }) => detail(await getDelivery(ctx, params.id)),
  });
  route(http, {
    ...one,
    method: 'POST',
    url: `${one.url}/replay`,
    name: 'replayDelivery',
    summary: 'Send a request that was delivered, or given up, once more',
    permission: 'developers.delivery.replay',
    reply: { 200: DeliveryDetail },
    handler: async (ctx, { params }) => detail(await redeliver(ctx, params.id)),
  });
}

function idOfAnything(about: string) {
  for (const kind of [
    'sim',
    'sms_command',
    'ip_command',
    'esim_profile',
    'session',
    'event',
    'event_sink',
    'fleet',
  ] satisfies IdKind[]) {
    const id = parsePublicId(kind, about);
    if (id) return id;
  }
  throw refuse.invalid('delivery.about_unknown', 'This is no id of anything that deliveries tell of.', {
    field: 'query.about',
    expected: 'the id of a SIM, a command, an event or an event sink',
  });
}

function shown({ companyId, about, nextAttemptAt, ...delivery }: Listed) {
  return {
    ...delivery,
    company: companyId,
    about: about && publicId(about.type as IdKind, about.id),
    nextAttemptAt: delivery.state === 'waiting' ? nextAttemptAt : null,
  };
}

function detail({ tries, ...delivery }: Delivery & { tries: LoggedTry[] }) {
  const { contentType, body } = delivery;
  return { ...shown(delivery), contentType, body, tries };
}
