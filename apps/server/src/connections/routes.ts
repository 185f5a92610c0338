import { z } from 'zod';
import { standingsOf } from '../deliveries/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import type { Http } from '../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../kit/http/page.ts';
import { route } from '../kit/http/route.ts';
import { Bytes, idOf, idParams, reply, request, Timestamp, text } from '../kit/http/schemas.ts';
import { companyNamesOf } from '../tenancy/index.ts';
import { type ConnectionEvent, connectionTypes, type Sink } from './model.ts';
import { sendTest, type Wire } from './sender.ts';
import { createSink, deleteSink, getSink, listSinks, updateSink } from './sinks.ts';
import { type EventFilter, listEvents } from './sql/events.ts';

const type = z.enum(connectionTypes);
const types = z.array(type).min(1).max(connectionTypes.length).meta({ description: 'What it hears of.' });
const url = text(2048).meta({
  description: 'Takes POST with a JSON array of CloudEvents.',
  example: 'https://example.com/events',
});
const description = z.string().max(200);

const EventSink = reply('EventSink', {
  id: idOf('event_sink'),
  company: idOf('company').nullable().meta({ description: 'Whose SIMs it hears of; null: all of the organization.' }),
  companyName: z.string().nullable(),
  url: z.string(),
  description,
  types: z.array(type).max(connectionTypes.length),
  state: z.enum(['active', 'paused']),
  pausedBecause: z.enum(['staff', 'gone']).nullable().meta({ description: 'gone: its receiver answered 410.' }),
  lastDelivery: z
    .object({
      id: idOf('delivery'),
      state: z.enum(['waiting', 'delivered', 'failed']),
      attempts: z.int().min(0).max(100),
      lastStatus: z.int().min(0).max(999).nullable(),
    })
    .nullable()
    .meta({ description: 'What became of the batch that was sent last.' }),
  lastSentAt: Timestamp.nullable(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
const CreateEventSink = request('CreateEventSink', {
  url,
  types,
  description: description.optional(),
  company: idOf('company').optional().meta({ description: 'Hears of the SIMs of this company alone.' }),
});
const UpdateEventSink = request('UpdateEventSink', {
  url: url.optional(),
  types: types.optional(),
  description: description.optional(),
  paused: z.boolean().optional(),
});
const TestedEventSink = reply('TestedEventSink', { delivery: idOf('delivery') });

const words = z.string().nullable();
const ShownEvent = reply('ConnectionEvent', {
  id: idOf('connection_event'),
  type,
  at: Timestamp.meta({ description: 'When it happened, by the network’s clock.' }),
  sim: idOf('sim'),
  iccid: z.string(),
  uniqueName: words,
  company: idOf('company').nullable(),
  fleet: idOf('fleet').nullable(),
  reason: words.meta({ description: 'Why it was rejected, or failed.' }),
  blocked: z.boolean().meta({ description: 'Data of the SIM was blocked.' }),
  imsi: words,
  imei: words,
  plmn: words,
  rat: words,
  apn: words,
  ipAddress: words,
  area: words.meta({ description: 'LAC or TAC, hexadecimal.' }),
  cell: words.meta({ description: 'Cell, hexadecimal.' }),
  session: z
    .object({
      id: idOf('session'),
      startedAt: Timestamp,
      endedAt: Timestamp.nullable(),
      bytesUp: Bytes,
      bytesDown: Bytes,
      stretch: z
        .object({ from: Timestamp, to: Timestamp, bytesUp: Bytes, bytesDown: Bytes })
        .nullable()
        .meta({ description: 'Since the event before.' }),
    })
    .nullable(),
});

const sinkCursor = idCursor('event_sinks');
const eventCursor = idCursor('connection_events');

export function connectionRoutes(http: Http, wire: Wire): void {
  sinkRoutes(http, wire);
  route(http, {
    method: 'GET',
    url: '/api/v1/connection-events',
    name: 'listConnectionEvents',
    summary: 'List what devices did on the network, newest first; a week of what event sinks wanted',
    tags: ['Connection events'],
    permission: 'usage.record.view',
    scope: 'company',
    query: pageQuery({
      sim: idOf('sim').optional(),
      type: type.optional(),
      from: Timestamp.optional().meta({ description: 'Written at this instant or later.' }),
      to: Timestamp.optional().meta({ description: 'Written before this instant.' }),
      search: text(100).optional().meta({ description: 'Part of ICCID, IMSI, MSISDN, EID, IMEI or name of SIMs.' }),
    }),
    reply: { 200: pageOf(ShownEvent, 'ConnectionEventPage') },
    handler: async (ctx, { query }) => {
      const { limit, cursor, sim, type, search, from, to } = query;
      const found = await reading(ctx, async (ctx) => {
        const lineIds = sim ? [sim] : search ? await namedLines(ctx, search) : undefined;
        const filter: EventFilter = { lineIds, type, from, to, ...ownCompany(ctx) };
        return listEvents(ctx, filter, { after: eventCursor.read(cursor) ?? undefined, limit: limit + 1 });
      });
      return pageFrom(found.map(shownEvent), limit, (last) => eventCursor.write(last.id));
    },
  });
}

/** SIMs that a search of events looks at. */
const mostNamed = 200;

async function namedLines(ctx: Ctx, search: string) {
  return (await inventory.listSims(ctx, { search }, { limit: mostNamed })).map((sim) => sim.id);
}

function ownCompany({ actor: { scope } }: Ctx): Pick<EventFilter, 'companyId'> {
  return scope.kind === 'company' ? { companyId: scope.companyId } : {};
}

function shownEvent({ lineId, companyId, fleetId, session, ...event }: ConnectionEvent) {
  const bytes = ({ up: bytesUp, down: bytesDown }: { up: bigint; down: bigint }) => ({ bytesUp, bytesDown });
  return {
    ...{ ...event, sim: lineId, company: companyId, fleet: fleetId },
    session: session && {
      ...{ id: session.id, startedAt: session.startedAt, endedAt: session.endedAt, ...bytes(session) },
      stretch: session.stretch && { from: session.stretch.from, to: session.stretch.to, ...bytes(session.stretch) },
    },
  };
}

async function shownSinks(ctx: Ctx, sinks: Sink[]) {
  return reading(ctx, async (ctx) => {
    const ids = (field: 'companyId' | 'lastDeliveryId') => sinks.flatMap((sink) => sink[field] ?? []);
    const names = await companyNamesOf(ctx, ids('companyId'));
    const sent = await standingsOf(ctx, ids('lastDeliveryId'));
    return sinks.map(({ companyId, lastDeliveryId, ...sink }) => ({
      ...{ ...sink, company: companyId, companyName: names.get(companyId ?? '') ?? null },
      lastDelivery: sent.get(lastDeliveryId ?? '') ?? null,
    }));
  });
}

async function shownSink(ctx: Ctx, sink: Sink) {
  return (await shownSinks(ctx, [sink]))[0]!;
}

function sinkRoutes(http: Http, wire: Wire): void {
  const all = { url: '/api/v1/event-sinks', tags: ['Connection events'], scope: 'company' as const };
  const one = { ...all, url: `${all.url}/:id`, params: idParams('event_sink') };
  route(http, {
    ...all,
    method: 'GET',
    name: 'listEventSinks',
    summary: 'List the addresses that hear of connections, newest first',
    permission: 'developers.event_sink.view',
    query: pageQuery({
      state: z.enum(['active', 'paused']).optional(),
      company: idOf('company').optional(),
      search: text(200).optional().meta({ description: 'A part of the address or the description.' }),
    }),
    reply: { 200: pageOf(EventSink, 'EventSinkPage') },
    handler: async (ctx, { query: { limit, cursor, company: companyId, ...filter } }) => {
      const after = sinkCursor.read(cursor) ?? undefined;
      const found = await listSinks(ctx, { ...filter, companyId }, { after, limit: limit + 1 });
      return pageFrom(await shownSinks(ctx, found), limit, (last) => sinkCursor.write(last.id));
    },
  });
  route(http, {
    ...all,
    method: 'POST',
    name: 'createEventSink',
    summary: 'Name an address that hears of connections from now on',
    permission: 'developers.event_sink.add',
    body: CreateEventSink,
    reply: { 201: EventSink },
    handler: async (ctx, { body: { company: companyId, ...sink } }) =>
      shownSink(ctx, await createSink(ctx, { ...sink, companyId })),
  });
  route(http, {
    ...one,
    method: 'GET',
    name: 'getEventSink',
    summary: 'One event sink',
    permission: 'developers.event_sink.view',
    reply: { 200: EventSink },
    handler: async (ctx, { params }) => shownSink(ctx, await getSink(ctx, params.id)),
  });
  route(http, {
    ...one,
    method: 'PATCH',
    name: 'updateEventSink',
    summary: 'Change, pause or resume an event sink',
    permission: 'developers.event_sink.edit',
    body: UpdateEventSink,
    reply: { 200: EventSink },
    handler: async (ctx, { params, body }) => shownSink(ctx, await updateSink(ctx, params.id, body)),
  });
  route(http, {
    ...one,
    method: 'DELETE',
    name: 'deleteEventSink',
    summary: 'Delete an event sink and what waits for it',
    permission: 'developers.event_sink.delete',
    reply: { 204: null },
    handler: async (ctx, { params }) => deleteSink(ctx, params.id),
  });
  route(http, {
    ...one,
    method: 'POST',
    url: `${one.url}/test`,
    name: 'testEventSink',
    summary: 'Send a test event; what became of it is in its delivery',
    permission: 'developers.event_sink.edit',
    reply: { 200: TestedEventSink },
    handler: async (ctx, { params }) => ({ delivery: await sendTest(ctx, params.id, wire) }),
  });
}
