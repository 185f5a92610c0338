import { z } from 'zod';
import { reading } from '../../kit/db.ts';
import type { Http } from '../../kit/http/app.ts';
import { cursorOf, idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { may, route } from '../../kit/http/route.ts';
import { Count, idOf, listOf, reply, Timestamp } from '../../kit/http/schemas.ts';
import { lastEventId, openStream } from '../../kit/http/sse.ts';
import { fromHex } from '../../kit/ids.ts';
import type { LiveFeed } from '../../kit/live.ts';
import type { PlacedEvent } from '../../kit/relay.ts';
import { eventOnTheWire, followEvents, type VisibleLines } from '../live.ts';
import { listAudit, listEvents } from '../sql/log.ts';

const anything = z.unknown().meta({ description: 'Any JSON value.' });

const AuditEntry = reply('AuditEntry', {
  id: idOf('audit'),
  at: Timestamp,
  actor: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  fromAddress: z.string().nullable(),
  requestId: z.string().nullable(),
  action: z.string().meta({ example: 'company.updated' }),
  object: z.object({ type: z.string(), id: z.string() }),
  changes: z.array(
    z.object({ field: z.string(), old: anything.optional(), new: anything.optional() }).meta({
      description: 'Old and new value of a field.',
    }),
  ),
});
const AuditPage = pageOf(AuditEntry, 'AuditPage');

const EventReply = reply('Event', {
  id: idOf('event'),
  name: z.string().meta({ example: 'sim.blocked' }),
  subject: z.object({ type: z.string(), id: z.string() }),
  sequence: Count.meta({ description: 'Counts the events of this subject, without a gap.' }),
  position: Count.meta({ description: 'Place in the organization’s order of events.' }),
  at: Timestamp,
  data: z.record(z.string(), z.unknown()),
});
const EventPage = pageOf(EventReply, 'EventPage');
const EventStream = reply('EventStream', {
  event: EventReply.optional().meta({ description: 'Of `event: event`.' }),
  lines: z.array(idOf('sim')).nullable().optional().meta({
    description: 'Of `event: usage`: whose usage changed; null when they are too many to name.',
  }),
});

const publicIdText = z.string().regex(/^[a-z]{3}_[0-9a-f]{32}$/, { error: 'an id like sim_…' });

export function auditRoutes(http: Http): void {
  const cursor = idCursor('audit');
  route(http, {
    method: 'GET',
    url: '/api/v1/audit-log',
    name: 'listAuditLog',
    summary: 'Who changed what, newest first',
    tags: ['Audit log'],
    permission: 'audit.entry.view',
    scope: 'organization',
    query: pageQuery({
      search: z.string().max(100).optional(),
      objectType: z.string().max(50).optional(),
      objectId: z.string().max(100).optional(),
      action: z.string().max(100).optional(),
      from: Timestamp.optional(),
      to: Timestamp.optional(),
    }),
    reply: { 200: AuditPage },
    handler: async (ctx, { query }) => {
      const before = cursor.read(query.cursor);
      const found = await reading(ctx, (ctx) => listAudit(ctx, query, before, query.limit + 1));
      const shown = found.map(({ actor, actorName, objectType, objectId, ...entry }) => {
        const colon = actor.indexOf(':');
        return {
          ...entry,
          actor: { kind: actor.slice(0, colon), id: actor.slice(colon + 1), name: actorName },
          object: { type: objectType, id: objectId },
        };
      });
      return pageFrom(shown, query.limit, (last) => cursor.write(last.id));
    },
  });
}

/** @param live null: this process has no live feed, and the stream is not offered. */
export function eventRoutes(http: Http, live: LiveFeed | null, visibleLines: VisibleLines | null): void {
  const cursor = cursorOf('events', Count);
  const tags = ['Events'];
  const shown = ({ subjectType, subjectId, ...event }: PlacedEvent) => ({
    ...event,
    subject: eventOnTheWire({ ...event, subjectType, subjectId }).subject,
  });

  route(http, {
    method: 'GET',
    url: '/api/v1/events',
    name: 'listEvents',
    summary: 'Everything that happened, newest first or, to follow it, oldest first',
    tags,
    permission: 'developers.event.view',
    scope: 'company',
    query: pageQuery({
      order: z.enum(['newest', 'oldest']).default('newest'),
      after: Count.optional().meta({ description: 'Only events after this position.' }),
      name: listOf(z.string().max(100)).optional(),
      subject: publicIdText.optional(),
    }),
    reply: { 200: EventPage },
    handler: async (ctx, { query }) => {
      const seen = cursor.read(query.cursor);
      const filter = {
        names: query.name,
        subjectId: query.subject && fromHex(query.subject.slice(4)),
        after: query.order === 'oldest' && seen !== null ? seen : query.after,
        before: query.order === 'newest' ? seen : null,
      };
      const found = await reading(ctx, (ctx) => listEvents(ctx, filter, query.order, query.limit + 1));
      return pageFrom(found.map(shown), query.limit, (last) => cursor.write(last.position));
    },
  });

  if (!live) return;
  route(http, {
    method: 'GET',
    url: '/api/v1/events/stream',
    name: 'streamEvents',
    summary: 'New events and pokes of usage as server-sent events; Last-Event-ID goes on where a stream broke off',
    tags,
    permission: 'developers.event.view',
    scope: 'company',
    query: z.strictObject({ after: Count.optional() }),
    stream: EventStream,
    reply: { 200: null },
    handler: async (ctx, { query }, { request, reply }) => {
      const stream = openStream(http, request, reply);
      if (!stream) return;
      const allowed = async () => {
        const caller = await http.deps.authenticate(request).catch(() => null);
        return caller !== null && may(caller.actor, 'developers.event.view');
      };
      const after = lastEventId(request) ?? query.after ?? null;
      await followEvents(ctx, stream, live, { after, allowed, visibleLines });
    },
  });
}
