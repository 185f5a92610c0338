import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { Count, idOf, idParams, listOf, reply, request, Timestamp, text } from '../../kit/http/schemas.ts';
import { dismissMissed, listMissed, type Missed, missedStates, retryMissed } from '../../kit/missed.ts';
import { eventOnTheWire } from '../live.ts';

const state = z.enum(missedStates).meta({
  description:
    'waiting: it is tried again by itself. failed: three days of tries are over, and somebody has to look. done: it was made up for. dismissed: put aside by somebody.',
});
const MissedReply = reply('MissedReaction', {
  event: idOf('event').meta({ description: 'The event that should have set something off.' }),
  name: z.string().meta({ example: 'payment.succeeded' }),
  subject: z.object({ type: z.string(), id: z.string() }),
  position: Count.meta({ description: 'Place of the event in the organization’s order.' }),
  at: Timestamp,
  data: z.record(z.string(), z.unknown()),
  state,
  problem: z.string().meta({ description: 'Why the last try failed.' }),
  reason: z.string().nullable().meta({ description: 'Why somebody put it aside.' }),
  attempts: z.int().min(0).max(1000),
  nextAttemptAt: Timestamp.nullable(),
  missedAt: Timestamp,
  settledAt: Timestamp.nullable(),
});
const MissedPage = pageOf(MissedReply, 'MissedReactionPage');
const Dismissal = request('DismissMissedReaction', { reason: text(500) });

/** What events should have set off and did not: seen, tried again, put aside. */
export function missedRoutes(http: Http): void {
  const tags = ['Events'];
  const url = '/api/v1/missed-reactions';
  const params = idParams('event');
  const cursor = cursorOf('missed_reactions', Count);
  const settled = { tags, params, permission: 'developers.event.settle', scope: 'organization' as const };
  route(http, {
    ...{ tags, permission: 'developers.event.view', scope: 'organization' as const },
    method: 'GET',
    url,
    name: 'listMissedReactions',
    summary: 'What events should have set off and did not, newest first',
    query: pageQuery({
      search: z
        .string()
        .max(100)
        .optional()
        .meta({ description: 'The beginning of a name, or a part of the problem.' }),
      state: listOf(state).optional(),
      name: z.string().max(100).optional(),
    }),
    reply: { 200: MissedPage },
    handler: async (ctx, { query: { limit, cursor: from, search, state, name } }) => {
      const page = { before: cursor.read(from), limit: limit + 1 };
      const found = await listMissed(ctx, { search, states: state, name }, page);
      return pageFrom(found.map(shown), limit, (last) => cursor.write(last.position));
    },
  });
  route(http, {
    ...settled,
    method: 'POST',
    url: `${url}/:id/retry`,
    name: 'retryMissedReaction',
    summary: 'Try a missed reaction again, within seconds',
    reply: { 200: MissedReply },
    handler: async (ctx, { params }) => shown(await retryMissed(ctx, params.id)),
  });
  route(http, {
    ...settled,
    method: 'POST',
    url: `${url}/:id/dismiss`,
    name: 'dismissMissedReaction',
    summary: 'Put a missed reaction aside',
    body: Dismissal,
    reply: { 200: MissedReply },
    handler: async (ctx, { params, body }) => shown(await dismissMissed(ctx, params.id, body.reason)),
  });
}

function shown(missed: Missed) {
  const { id, sequence: _, depth: _depth, subjectType, subjectId, ...rest } = missed;
  return { ...rest, event: id, subject: eventOnTheWire(missed).subject };
}
