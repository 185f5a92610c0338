import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import {
  Amount,
  Bytes,
  Count,
  Currency,
  idOf,
  idParams,
  listOf,
  NetBytes,
  NetCount,
  reply,
  Timestamp,
  TimeZone,
} from '../../kit/http/schemas.ts';
import type { Happening, HistoryPlace } from '../../tenancy/index.ts';
import { actionKinds, verdicts } from '../diagnosis.ts';
import { dataLimitOf, diagnosisOf } from '../explain.ts';
import { BlockReply } from '../schemas.ts';
import { showHappening, timelineOf } from '../timeline.ts';
import { timelineKinds } from '../titles.ts';
import { usageOf } from '../usage.ts';

const DiagnosisReply = reply('Diagnosis', {
  verdict: z.enum(verdicts),
  title: z.string(),
  explanation: z.string(),
  since: Timestamp.nullable(),
  action: z.object({ kind: z.enum(actionKinds), label: z.string() }).meta({ description: 'The next step.' }),
  checks: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean().nullable().meta({ description: 'Null: unknown.' }),
      detail: z.string(),
    }),
  ),
});
const DataLimitReply = reply('DataLimit', {
  usedBytes: NetBytes.meta({
    description:
      'What counts for the limit: in the running active period, without usage that came late; of a pool, that of all its members.',
  }),
  limitBytes: Bytes.nullable().meta({
    description:
      'The lowest of the limits of the SIM, its fleet and its plan, or that of its pool. Null: there is none.',
  }),
  percentage: z.string().nullable().meta({
    description: 'Used of limit, one decimal, cut off: 100.0 means reached. Null: there is no limit.',
    example: '41.7',
  }),
  limitFrom: z.enum(['sim', 'fleet', 'plan', 'pool']).nullable().meta({ description: 'Whose limit it is.' }),
  resetsAt: Timestamp.nullable().meta({
    description: 'The end of the period, when counting begins anew. Null: no active period runs, and nothing counts.',
  }),
  reached: z.boolean(),
  blocked: z.boolean().meta({ description: 'Whether any block keeps it from using data now.' }),
  blocks: z.array(BlockReply).max(10).meta({
    description: 'The open ones. Of a data limit, `detail` says whose limit was reached, and at how many bytes.',
  }),
});
const SimUsageReply = reply('SimUsage', {
  unit: z.enum(['hour', 'day']),
  from: Timestamp,
  to: Timestamp,
  timeZone: TimeZone,
  currency: Currency,
  points: z.array(
    z.object({
      startsAt: Timestamp,
      plmn: z.string().nullable(),
      networkName: z.string().nullable(),
      country: z.string().nullable(),
      bytesUp: NetBytes,
      bytesDown: NetBytes,
      messages: NetCount,
      seconds: NetCount.meta({ description: 'Of calls.' }),
      charge: Amount,
    }),
  ),
  totalBytes: NetBytes,
  totalMessages: NetCount,
  totalSeconds: NetCount,
  totalCharge: Amount,
});
const TimelineEntryReply = reply('TimelineEntry', {
  id: z.string(),
  at: Timestamp,
  kind: z.enum(timelineKinds),
  name: z.string().meta({ description: 'Of the event, or of the change in the audit log.' }),
  title: z.string(),
  detail: z.record(z.string(), z.unknown()),
  actor: z.string().nullable(),
});

/** One SIM explained: why no usage, how far from the limit, what it used, what happened to it. */
export function explainRoutes(http: Http): void {
  const one = { tags: ['SIMs'], scope: 'company' as const, params: idParams('sim') };
  const url = '/api/v1/sims/:id';
  route(http, {
    ...one,
    method: 'GET',
    url: `${url}/diagnosis`,
    name: 'diagnoseSim',
    summary: 'Why is there no usage? The first cause that holds, and the next step',
    permission: 'inventory.sim.view',
    reply: { 200: DiagnosisReply },
    handler: (ctx, { params }) => diagnosisOf(ctx, params.id),
  });
  route(http, {
    ...one,
    method: 'GET',
    url: `${url}/data-limit`,
    name: 'getDataLimit',
    summary: 'Usage of the current period against the lowest limit, and whether anything blocks the SIM',
    permission: 'inventory.sim.view',
    reply: { 200: DataLimitReply },
    handler: (ctx, { params }) => dataLimitOf(ctx, params.id),
  });
  route(http, {
    ...one,
    method: 'GET',
    url: `${url}/usage`,
    name: 'getSimUsage',
    summary: 'Usage over time by network; days are those of the organization’s time zone',
    permission: 'usage.record.view',
    query: z.strictObject({
      unit: z.enum(['hour', 'day']).default('day'),
      from: Timestamp.optional(),
      to: Timestamp.optional(),
    }),
    reply: { 200: SimUsageReply },
    handler: (ctx, { params, query }) => usageOf(ctx, params.id, query),
  });
  const cursor = cursorOf(
    'timeline',
    z.union([z.tuple([z.literal('event'), Timestamp, Count]), z.tuple([z.literal('audit'), Timestamp, idOf('audit')])]),
  );
  route(http, {
    ...one,
    method: 'GET',
    url: `${url}/timeline`,
    name: 'listTimeline',
    summary: 'Everything that happened to a SIM, newest first',
    permission: 'inventory.sim.view',
    query: pageQuery({ kind: listOf(z.enum(timelineKinds)).optional() }),
    reply: { 200: pageOf(TimelineEntryReply, 'TimelinePage') },
    handler: async (ctx, { params, query }) => {
      const after = placeOf(cursor.read(query.cursor));
      const found = await timelineOf(ctx, params.id, { kinds: query.kind, after, limit: query.limit + 1 });
      const page = pageFrom(found, query.limit, (last) => cursor.write(cursorTo(last)));
      return { ...page, items: page.items.map((happening) => showHappening(ctx, happening)) };
    },
  });
}

type Seen = ['event', Date, bigint] | ['audit', Date, string];

function placeOf(seen: Seen | null): HistoryPlace | undefined {
  if (!seen) return undefined;
  const [source, at, last] = seen;
  return source === 'event' ? { source, at, sequence: last } : { source, at, id: last };
}

function cursorTo(last: Happening): Seen {
  return last.source === 'event' ? ['event', last.at, last.sequence] : ['audit', last.at, last.id];
}
