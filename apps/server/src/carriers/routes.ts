import { z } from 'zod';
import type { Ctx } from '../kit/ctx.ts';
import type { Http } from '../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../kit/http/page.ts';
import { route } from '../kit/http/route.ts';
import { idOf, idParams, reply, request, Timestamp, text } from '../kit/http/schemas.ts';
import type { Id } from '../kit/ids.ts';
import { capsOf } from './connectors/index.ts';
import { listOperations } from './lines.ts';
import type { Telecom as KeptTelecom } from './model.ts';
import { createNas, listNases, removeNas, updateNas } from './nases.ts';
import { archiveTelecom, createTelecom, getTelecom, listTelecoms, updateTelecom } from './telecoms.ts';

const connector = z.enum(['none', 'radius', 'simulated']);
const limitMode = z.enum(['reject', 'walled']);
const messages = z.enum(['none', 'loopback']).meta({
  description:
    'For text to SIMs, where the connector carries none. none: it fails. loopback: it counts as sent, and nobody gets it.',
});
const deviceRanges = z
  .array(z.string().min(2).max(64))
  .max(20)
  .meta({
    description:
      'Addresses (IPv4) that it gives its devices and that this machine reaches: IP commands go there, and come from there. Empty: it carries none.',
    example: ['100.64.0.0/16'],
  });
const operationsPerSecond = z.int().min(1).max(1000);

const Telecom = reply('Telecom', {
  id: idOf('telecom'),
  name: z.string(),
  connector,
  limitMode,
  carriesText: z.boolean().meta({ description: 'Its connector carries text: `messages` is not asked then.' }),
  messages,
  deviceRanges,
  operationsPerSecond,
  state: z.enum(['ok', 'error']),
  stateReason: z.string().nullable(),
  createdAt: Timestamp,
  archivedAt: Timestamp.nullable(),
});
const CreateTelecom = request('CreateTelecom', {
  name: text(100),
  connector,
  limitMode: limitMode.optional(),
  messages: messages.optional(),
  deviceRanges: deviceRanges.optional(),
  operationsPerSecond: operationsPerSecond.optional(),
});
const UpdateTelecom = request('UpdateTelecom', {
  name: text(100).optional(),
  limitMode: limitMode.optional(),
  messages: messages.optional(),
  deviceRanges: deviceRanges.optional(),
  operationsPerSecond: operationsPerSecond.optional(),
});

const port = z.int().min(1).max(65_535);
const Nas = reply('Nas', {
  id: idOf('nas'),
  telecomId: idOf('telecom'),
  name: z.string(),
  sourceRange: z.string().meta({ description: 'CIDR. The longest prefix wins.', example: '192.0.2.0/24' }),
  coaHost: z.string().meta({ description: 'IP address that takes Disconnect-Requests.' }),
  coaPort: port,
  requireMessageAuthenticator: z.boolean(),
  noGigawords: z.boolean(),
  createdAt: Timestamp,
});
const secret = z.string().min(8).max(128).meta({ description: 'Shared secret of RADIUS. Never shown again.' });
const address = z.string().min(2).max(64);
const CreateNas = request('CreateNas', {
  name: text(100),
  sourceRange: address,
  secret,
  coaHost: address,
  coaPort: port.optional(),
  requireMessageAuthenticator: z.boolean().optional(),
  noGigawords: z.boolean().optional(),
});
const UpdateNas = request('UpdateNas', {
  name: text(100).optional(),
  sourceRange: address.optional(),
  secret: secret.optional(),
  coaHost: address.optional(),
  coaPort: port.optional(),
  requireMessageAuthenticator: z.boolean().optional(),
  noGigawords: z.boolean().optional(),
});

const CarrierOperation = reply('CarrierOperation', {
  id: idOf('carrier_operation'),
  simId: idOf('sim'),
  telecomId: idOf('telecom'),
  kind: z.enum(['set_state', 'disconnect']),
  want: z.enum(['active', 'inactive']).nullable(),
  cause: z.enum(['lifecycle', 'block', 'drift']),
  state: z.enum(['outstanding', 'done', 'failed', 'replaced']),
  attempts: z.int().min(0).max(100),
  carrierReference: z.string().nullable(),
  lastAnswer: z.string().nullable(),
  requestedAt: Timestamp,
  askedAt: Timestamp.nullable(),
  nextAttemptAt: Timestamp,
  endedAt: Timestamp.nullable(),
});

const telecomCursor = idCursor('telecoms');
const operationCursor = idCursor('carrier_operations');

/** What the routes are handed, because it belongs to other rooms. */
export type RouteHands = {
  /** How many lines use a telecom. */
  linesOf(ctx: Ctx, telecomId: Id): Promise<number>;
  /** Refuses `sim.not_found` when the caller may not know of the line. */
  mustSee(ctx: Ctx, lineId: Id): Promise<unknown>;
};

export function carrierRoutes(http: Http, hands: RouteHands): void {
  telecomRoutes(http, hands);
  nasRoutes(http);
  route(http, {
    method: 'GET',
    url: '/api/v1/carrier-operations',
    name: 'listCarrierOperations',
    summary: 'List what was asked of the carrier of a SIM, newest first',
    tags: ['Telecoms'],
    permission: 'inventory.sim.view',
    scope: 'company',
    query: pageQuery({ sim: idOf('sim') }),
    reply: { 200: pageOf(CarrierOperation, 'CarrierOperationPage') },
    handler: async (ctx, { query }) => {
      await hands.mustSee(ctx, query.sim);
      const after = operationCursor.read(query.cursor) ?? undefined;
      const operations = await listOperations(ctx, query.sim, { limit: query.limit + 1, after });
      const shown = operations.map(({ lineId, ...operation }) => ({ ...operation, simId: lineId }));
      return pageFrom(shown, query.limit, (last) => operationCursor.write(last.id));
    },
  });
}

function telecomRoutes(http: Http, hands: RouteHands): void {
  const common = { tags: ['Telecoms'], scope: 'organization' as const };
  route(http, {
    ...common,
    method: 'GET',
    url: '/api/v1/telecoms',
    name: 'listTelecoms',
    summary: 'List telecoms, newest first',
    permission: 'carriers.telecom.view',
    query: pageQuery({ archived: z.stringbool().optional() }),
    reply: { 200: pageOf(Telecom, 'TelecomPage') },
    handler: async (ctx, { query }) => {
      const after = telecomCursor.read(query.cursor) ?? undefined;
      const telecoms = await listTelecoms(ctx, { limit: query.limit + 1, after, archived: query.archived });
      return pageFrom(telecoms.map(shown), query.limit, (last) => telecomCursor.write(last.id));
    },
  });
  route(http, {
    ...common,
    method: 'POST',
    url: '/api/v1/telecoms',
    name: 'createTelecom',
    summary: 'Connect a telecom',
    permission: 'carriers.telecom.add',
    body: CreateTelecom,
    reply: { 201: Telecom },
    handler: async (ctx, { body }) => shown(await createTelecom(ctx, body)),
  });
  route(http, {
    ...common,
    method: 'GET',
    url: '/api/v1/telecoms/:id',
    name: 'getTelecom',
    summary: 'Read a telecom',
    permission: 'carriers.telecom.view',
    params: idParams('telecom'),
    reply: { 200: Telecom },
    handler: async (ctx, { params }) => shown(await getTelecom(ctx, params.id)),
  });
  route(http, {
    ...common,
    method: 'PATCH',
    url: '/api/v1/telecoms/:id',
    name: 'updateTelecom',
    summary: 'Change a telecom',
    permission: 'carriers.telecom.edit',
    params: idParams('telecom'),
    body: UpdateTelecom,
    reply: { 200: Telecom },
    handler: async (ctx, { params, body }) => shown(await updateTelecom(ctx, params.id, body)),
  });
  route(http, {
    ...common,
    method: 'DELETE',
    url: '/api/v1/telecoms/:id',
    name: 'archiveTelecom',
    summary: 'Archive a telecom that no SIM uses',
    permission: 'carriers.telecom.delete',
    params: idParams('telecom'),
    reply: { 204: null },
    handler: async (ctx, { params }) => {
      await archiveTelecom(ctx, params.id, hands.linesOf);
    },
  });
}

function shown(telecom: KeptTelecom) {
  return { ...telecom, carriesText: capsOf[telecom.connector].text };
}

function nasRoutes(http: Http): void {
  const common = { tags: ['Telecoms'], scope: 'organization' as const };
  route(http, {
    ...common,
    method: 'GET',
    url: '/api/v1/telecoms/:id/nases',
    name: 'listNases',
    summary: 'List the network access servers of a telecom, oldest first',
    permission: 'carriers.telecom.view',
    params: idParams('telecom'),
    reply: { 200: reply('NasList', { items: z.array(Nas).max(1000) }) },
    handler: async (ctx, { params }) => {
      await getTelecom(ctx, params.id);
      return { items: await listNases(ctx, params.id) };
    },
  });
  route(http, {
    ...common,
    method: 'POST',
    url: '/api/v1/telecoms/:id/nases',
    name: 'createNas',
    summary: 'Add a network access server',
    permission: 'carriers.telecom.edit',
    params: idParams('telecom'),
    body: CreateNas,
    reply: { 201: Nas },
    handler: (ctx, { params, body }) => createNas(ctx, { ...body, telecomId: params.id }),
  });
  route(http, {
    ...common,
    method: 'PATCH',
    url: '/api/v1/nases/:id',
    name: 'updateNas',
    summary: 'Change a network access server',
    permission: 'carriers.telecom.edit',
    params: idParams('nas'),
    body: UpdateNas,
    reply: { 200: Nas },
    handler: (ctx, { params, body }) => updateNas(ctx, params.id, body),
  });
  route(http, {
    ...common,
    method: 'DELETE',
    url: '/api/v1/nases/:id',
    name: 'removeNas',
    summary: 'Remove a network access server',
    permission: 'carriers.telecom.edit',
    params: idParams('nas'),
    reply: { 204: null },
    handler: (ctx, { params }) => removeNas(ctx, params.id),
  });
}
