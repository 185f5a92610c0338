import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import * as catalog from '../../catalog/index.ts';
import { assert } from '../../kit/assert.ts';
import { lookAtHead } from '../../kit/csv/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import { type ExportColumn, exportedList } from '../../kit/export/index.ts';
import type { Http } from '../../kit/http/app.ts';
import { cursorOf, pageOf, pageQuery } from '../../kit/http/page.ts';
import { type RouteSpec, route } from '../../kit/http/route.ts';
import {
  Amount,
  amount,
  Bytes,
  Count,
  Currency,
  idOf,
  NetBytes,
  NetCount,
  named,
  reply,
  request,
  Timestamp,
  TimeZone,
} from '../../kit/http/schemas.ts';
import { Refusal } from '../../kit/refusal.ts';
import * as operations from '../../operations/index.ts';
import * as periods from '../../periods/index.ts';
import * as usage from '../../usage/index.ts';
import type { RecordIntake } from '../charger.ts';
import { type DayTold, listDaysTold } from '../day-totals.ts';
import type { Totals } from '../model/restating.ts';
import { beginRestatements, restatementTable } from '../restatement-file.ts';
import { Day, type RestatementResult, restatementsBound, takeInRestatements } from '../restatement-intake.ts';
import { Source } from './intake.ts';

const service = z.enum(usage.services);
const outcomes = ['booked', 'equal', 'unrated', 'outdated', 'accepted', 'rejected'] as const;
const tally = z.int().min(0).max(restatementsBound);

const Difference = z.object({ bytesUp: NetBytes, bytesDown: NetBytes, messages: NetCount, seconds: NetCount });
const Told = z.object({ bytesUp: Bytes, bytesDown: Bytes, messages: Count, seconds: Count });

const RestatementsTaken = reply('UsageRestatementsTaken', {
  counts: z.object(Object.fromEntries(outcomes.map((outcome) => [outcome, tally])) as Record<Outcome, typeof tally>),
  results: z.array(
    z.object({
      index: z.int().min(0).max(restatementsBound).meta({ description: 'Its place in the request, from 0.' }),
      outcome: z.enum(outcomes).meta({
        description:
          'booked: the difference was charged · equal: the day is booked as told · unrated: the difference is kept, see /unrated · outdated: a later total of this source stands · accepted: stored, and booked soon · rejected: not taken.',
      }),
      simId: idOf('sim').nullable(),
      periodId: idOf('period').nullable(),
      difference: Difference.nullable(),
      charge: Amount.nullable(),
      currency: Currency.nullable(),
      reason: z.enum(usage.unratedReasons).nullable(),
      code: z.string().nullable(),
      field: z.string().nullable(),
      message: z.string().nullable(),
      retry: z.boolean().meta({ description: 'Sending the same total again can help.' }),
    }),
  ),
});
type Outcome = (typeof outcomes)[number];

const DayTotalReply = named(
  'UsageDayTotal',
  z.object({
    sim: z.object({ id: idOf('sim'), iccid: z.string() }),
    source: z.string(),
    day: Day,
    timeZone: TimeZone.meta({ description: 'Of the carrier’s days.' }),
    service,
    told: Told,
    booked: Difference.meta({ description: 'Of that day now, from every source; what waits to be charged is in it.' }),
    difference: Difference.meta({ description: 'Told, and not booked; below zero where more is booked.' }),
    revision: z
      .int()
      .min(1)
      .max(2_147_483_647)
      .meta({ description: 'How often a telling has booked something, at least 1.' }),
    lastBooked: Difference.meta({ description: 'What the last telling booked.' }),
    toldAt: Timestamp,
  }),
);
type DayTotalReply = z.output<typeof DayTotalReply>;

const columns: readonly ExportColumn<DayTotalReply>[] = [
  { id: 'iccid', label: 'ICCID', value: (row) => row.sim.iccid },
  { id: 'source', label: 'From', value: (row) => row.source },
  { id: 'day', label: 'Day', value: (row) => row.day },
  { id: 'timeZone', label: 'Time zone', value: (row) => row.timeZone },
  { id: 'service', label: 'Service', value: (row) => row.service },
  ...(['told', 'booked', 'difference'] as const).flatMap((which): ExportColumn<DayTotalReply>[] => [
    { id: which, label: `Bytes, messages or seconds, ${which}`, value: (row) => sumOf(row[which]) },
    { id: `${which}Up`, label: `Bytes up, ${which}`, value: (row) => row[which].bytesUp },
    { id: `${which}Down`, label: `Bytes down, ${which}`, value: (row) => row[which].bytesDown },
    { id: `${which}Messages`, label: `Messages, ${which}`, value: (row) => row[which].messages },
    { id: `${which}Seconds`, label: `Seconds, ${which}`, value: (row) => row[which].seconds },
  ]),
  { id: 'revision', label: 'Revision', value: (row) => row.revision },
  { id: 'toldAt', label: 'Told', value: (row) => row.toldAt },
];

function sumOf({ bytesUp, bytesDown, messages, seconds }: z.output<typeof Difference>): bigint {
  return bytesUp + bytesDown + messages + seconds;
}

const Page = pageQuery({
  sim: idOf('sim').optional(),
  source: Source.optional(),
  service: service.optional(),
  from: Day.optional(),
  to: Day.optional(),
  differs: z
    .stringbool({ truthy: ['true'], falsy: ['false'] })
    .optional()
    .meta({ description: 'Only days that are not booked as told. A page may be short; go on by its cursor.' }),
});
const DayTotalPage = pageOf(DayTotalReply, 'UsageDayTotalPage');

const RestatementFile = named('UsageRestatementFile', z.string(), {
  description:
    'CSV, as text/csv or application/octet-stream. A header row with line (our id, an ICCID, or an IMSI of `telecom`), day, and any of ' +
    'service (data, sms, voice), bytes_up, bytes_down, units (messages or seconds); other columns are passed over.',
});

/** A file of 2,000,000 rows. */
const largestFile = 200_000_000;

/** Carriers' totals of days: handed in, and held against what is booked. */
export function restatementRoutes(http: Http, charger: RecordIntake): void {
  const url = '/api/v1/usage-restatements';
  const common = { tags: ['Usage'], scope: 'organization' as const, permission: 'usage.restatement.create' };
  route(http, {
    ...common,
    method: 'POST',
    url,
    name: 'takeInUsageRestatements',
    summary: 'Hand in up to 1,000 daily totals of carriers; what differs from what is booked is booked',
    query: z.strictObject({ source: Source.default('carrier').meta({ description: 'Whose totals these are.' }) }),
    body: request('UsageRestatements', {
      timeZone: TimeZone.meta({ description: 'Of the carrier’s days.' }),
      restatements: z
        .array(z.unknown().meta({ description: 'A day of a line; each is checked by itself, and answered by itself.' }))
        .min(1)
        .max(restatementsBound),
    }),
    repeatable: true,
    reply: { 200: RestatementsTaken },
    handler: async (ctx, { query, body }) => {
      const given = { source: query.source, zone: body.timeZone };
      const results = await takeInRestatements(ctx, charger, given, body.restatements);
      if (results.every((result) => 'retry' in result && result.retry)) {
        throw new Refusal('unavailable', 'usage.unavailable', 'Nothing was stored. Send the totals again in a moment.');
      }
      return show(ctx, body.restatements, results);
    },
  });

  const cursor = cursorOf('usage_day_totals', z.tuple([Day, idOf('sim'), idOf('usage'), service]));
  const list: RouteSpec<typeof Page, z.ZodUndefined, z.ZodUndefined, { 200: typeof DayTotalPage }> = {
    tags: ['Usage'],
    permission: 'usage.record.view',
    scope: 'company',
    method: 'GET',
    url,
    name: 'listUsageDayTotals',
    summary: 'Daily totals that carriers told, beside what is booked, the last day first',
    query: Page,
    reply: { 200: DayTotalPage },
    handler: async (ctx, { query }) => {
      const { limit, cursor: text, sim: lineId, ...filter } = query;
      const seen = cursor.read(text);
      const after = seen ? { day: seen[0], lineId: seen[1], sourceId: seen[2], service: seen[3] } : undefined;
      const { days, next } = await listDaysTold(ctx, { ...filter, lineId }, { after, limit });
      return {
        items: days.map(showDay),
        nextCursor: next && cursor.write([next.day, next.lineId, next.sourceId, next.service]),
      };
    },
  };
  exportedList(http, list, 'Daily totals', columns);

  const uploads = new WeakMap<FastifyRequest, { upload: operations.Upload; head: ReturnType<typeof lookAtHead> }>();
  route(http, {
    ...common,
    method: 'POST',
    url: '/api/v1/operations/usage-restatements',
    name: 'createUsageRestatement',
    summary: 'Take daily totals of carriers in from a CSV file, as an operation',
    tags: ['Operations'],
    query: z.strictObject({
      timeZone: TimeZone,
      source: Source.default('carrier'),
      telecom: idOf('telecom').optional().meta({ description: 'Whose IMSIs the file names.' }),
      dryRun: z
        .stringbool({ truthy: ['true'], falsy: ['false'] })
        .default(true)
        .meta({ description: 'Only check; `start` books what is good. With false it books at once.' }),
      name: z.string().max(255).default('').meta({ description: 'Name of the file.' }),
    }),
    consumes: 'text/csv',
    body: RestatementFile,
    reply: { 202: operations.OperationReply },
    receive: async (fresh, { query }, request) => {
      let head: ReturnType<typeof lookAtHead> | null = null;
      const upload = await operations.receive(fresh, operations.bodyOf(request), {
        name: query.name,
        maxBytes: largestFile,
        look: (bytes, last) => {
          head = lookAtHead(restatementTable, bytes, last);
        },
      });
      assert(head, 'a stored file was looked at');
      uploads.set(request, { upload, head });
      return upload.sha256.toString('hex');
    },
    handler: async (ctx, { query }, { request }) => {
      const received = uploads.get(request);
      assert(received, 'the file was received before');
      const { timeZone: zone, telecom: telecomId = null, ...rest } = query;
      return operations.operationView(await beginRestatements(ctx, { ...received, ...rest, zone, telecomId }));
    },
  });
}

async function show(ctx: Ctx, bodies: unknown[], results: RestatementResult[]) {
  const currencies = await currenciesOf(
    ctx,
    results.flatMap((result) => (result.outcome === 'booked' ? result.periodId : [])),
  );
  const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  for (const { outcome } of results) if (outcome !== 'unknown_line') counts[outcome] += 1;
  return {
    counts,
    results: results.map((result) => {
      const { index, outcome } = result;
      assert(outcome !== 'unknown_line', 'a line that nobody knows is a rejection');
      const booked = outcome === 'booked' ? result : null;
      const currency = (booked && currencies.get(booked.periodId)) ?? null;
      const service = 'difference' in result ? (bodies[index] as { service?: usage.Service }).service : undefined;
      return {
        index,
        outcome,
        simId: 'lineId' in result ? result.lineId : null,
        periodId: booked?.periodId ?? null,
        difference: 'difference' in result ? showTotals(service ?? 'data', result.difference) : null,
        charge: booked && currency ? amount(booked.chargeMicros, currency) : null,
        currency,
        reason: outcome === 'unrated' ? result.reason : null,
        code: outcome === 'rejected' ? result.code : null,
        field: (outcome === 'rejected' && result.field) || null,
        message: outcome === 'rejected' ? result.message : null,
        retry: outcome === 'rejected' && result.retry,
      };
    }),
  };
}

async function currenciesOf(ctx: Ctx, periodIds: string[]): Promise<Map<string, string>> {
  return reading(ctx, async (ctx) => {
    const owners = await periods.periodsOf(ctx, [...new Set(periodIds)]);
    const versions = await catalog.getVersions(ctx, [...new Set([...owners.values()].map((p) => p.planVersionId))]);
    return new Map([...owners].map(([id, { planVersionId }]) => [id, versions.get(planVersionId)!.currency]));
  });
}

function showTotals(service: usage.Service, { bytesUp, bytesDown, units }: Totals) {
  return {
    bytesUp,
    bytesDown,
    messages: service === 'sms' ? units : 0n,
    seconds: service === 'voice' ? units : 0n,
  };
}

function showDay({ total, source, sim, booked, difference }: DayTold): DayTotalReply {
  const { day, zone, service, revision, toldAt, differenceUp, differenceDown, differenceUnits } = total;
  const last = { bytesUp: differenceUp, bytesDown: differenceDown, units: differenceUnits };
  return {
    ...{ sim, source, day, timeZone: zone, service, revision, toldAt },
    told: showTotals(service, total),
    booked: showTotals(service, booked),
    difference: showTotals(service, difference),
    lastBooked: showTotals(service, last),
  };
}
