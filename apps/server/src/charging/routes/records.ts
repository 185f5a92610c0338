import { z } from 'zod';
import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import { assert } from '../../kit/assert.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import { type ExportColumn, exportedList } from '../../kit/export/index.ts';
import type { Http } from '../../kit/http/app.ts';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { type RouteSpec, route } from '../../kit/http/route.ts';
import {
  Amount,
  amount,
  Currency,
  idOf,
  idParams,
  NetBytes,
  NetCount,
  named,
  reply,
  Timestamp,
} from '../../kit/http/schemas.ts';
import { refuse } from '../../kit/refusal.ts';
import * as periods from '../../periods/index.ts';
import * as usage from '../../usage/index.ts';
import { Source } from './intake.ts';

const service = z.enum(usage.services);

const UsageRecordReply = reply('UsageRecord', {
  id: usage.UsageRecordId,
  occurredAt: Timestamp,
  receivedAt: Timestamp,
  service,
  bytesUp: NetBytes,
  bytesDown: NetBytes,
  messages: NetCount.meta({ description: 'Of sms; 0 for the others.' }),
  seconds: NetCount.meta({ description: 'Of voice; 0 for the others.' }),
  plmn: z.string().nullable(),
  networkName: z.string().nullable(),
  unknownNetwork: z
    .boolean()
    .meta({ description: 'The plan has zones, and the network did not tell which: the default rate served.' }),
  source: z.string().meta({ description: 'The network access server, or where the record was handed in from.' }),
  charge: Amount.meta({ description: 'What the total of the period costs more by this record.' }),
  currency: Currency,
  late: z.boolean().meta({ description: 'Came after its period had closed.' }),
  periodId: idOf('period'),
  poolPeriodId: idOf('pool_period').nullable().meta({ description: 'The month of the pool that its data belongs to.' }),
  sessionId: idOf('session').nullable(),
  batchId: idOf('batch').meta({ description: 'Booked together; names the transfer in the ledger.' }),
});

const UsageRecordOfSim = named(
  'UsageRecordOfSim',
  z.object({ ...UsageRecordReply.shape, sim: z.object({ id: idOf('sim'), iccid: z.string() }) }),
);
type UsageRecordOfSim = z.output<typeof UsageRecordOfSim>;

const columns: readonly ExportColumn<UsageRecordOfSim>[] = [
  { id: 'iccid', label: 'ICCID', value: (row) => row.sim.iccid },
  { id: 'occurred', label: 'Happened', value: (row) => row.occurredAt },
  { id: 'service', label: 'Service', value: (row) => row.service },
  {
    id: 'used',
    label: 'Bytes, messages or seconds',
    value: ({ bytesUp, bytesDown, messages, seconds }) => bytesUp + bytesDown + messages + seconds,
  },
  { id: 'up', label: 'Bytes up', value: (row) => row.bytesUp },
  { id: 'down', label: 'Bytes down', value: (row) => row.bytesDown },
  { id: 'messages', label: 'Messages', value: (row) => row.messages },
  { id: 'seconds', label: 'Seconds', value: (row) => row.seconds },
  { id: 'plmn', label: 'PLMN', value: (row) => row.plmn },
  { id: 'network', label: 'Network', value: (row) => row.networkName },
  { id: 'unknownNetwork', label: 'Network unknown', value: (row) => row.unknownNetwork },
  { id: 'charge', label: 'Charge', value: (row) => row.charge },
  { id: 'currency', label: 'Currency', value: (row) => row.currency },
  { id: 'late', label: 'Late', value: (row) => row.late },
  { id: 'source', label: 'From', value: (row) => row.source },
  { id: 'period', label: 'Billing period', value: (row) => row.periodId },
  { id: 'received', label: 'Received', value: (row) => row.receivedAt },
];

const dayMs = 86_400_000;
/** The longest window of the list of all lines, in days. */
const longestWindow = 31;
const usualWindow = 7;

const filters = {
  sim: idOf('sim').optional(),
  service: service.optional(),
  source: Source.optional().meta({ description: 'Only what was handed in from there over HTTP.' }),
  unknownNetwork: z
    .stringbool({ truthy: ['true'], falsy: ['false'] })
    .optional()
    .meta({ description: 'Charged at the default rate, because the network did not tell the zone.' }),
  from: Timestamp.optional().meta({ description: `Seven days before the end, unless told otherwise.` }),
  to: Timestamp.optional(),
};
const Page = pageQuery(filters);
const UsageRecordPage = pageOf(UsageRecordOfSim, 'UsageRecordOfSimPage');

/** Charged usage, record by record: what every amount is explained with. */
export function recordRoutes(http: Http): void {
  const common = { tags: ['Usage'], permission: 'usage.record.view', scope: 'company' as const };
  const place = z.tuple([Timestamp, z.int().min(0), idOf('usage')]);
  const cursor = cursorOf('usage_records', place);
  const afterOf = (text: string | undefined) => {
    const seen = cursor.read(text);
    return seen ? { occurredAt: seen[0], position: seen[1], sourceKey: seen[2] } : undefined;
  };
  const cursorTo = (last: usage.RecordPlace) => cursor.write([last.occurredAt, last.position, last.sourceKey]);

  const find = async (ctx: Ctx, { limit, cursor: text, ...query }: z.output<typeof Page>) => {
    const { from, to } = windowOf(ctx, query);
    const { sim: lineId, service, source, unknownNetwork } = query;
    const filter = { lineId, service, source, unknownNetwork, from, to, after: afterOf(text), limit: limit + 1 };
    return pageFrom(await usage.listAllRecords(ctx, filter), limit, cursorTo);
  };
  const list: RouteSpec<typeof Page, z.ZodUndefined, z.ZodUndefined, { 200: typeof UsageRecordPage }> = {
    ...common,
    method: 'GET',
    url: '/api/v1/usage-records',
    name: 'listAllUsageRecords',
    summary: 'The usage records of all SIMs with their charges, newest first; at most 31 days at once',
    query: Page,
    reply: { 200: UsageRecordPage },
    handler: async (ctx, { query }) => {
      const page = await find(ctx, query);
      return { ...page, items: await showWithSims(ctx, page.items) };
    },
  };
  exportedList(http, list, 'Usage records', columns, { find, show: showWithSims });

  route(http, {
    ...common,
    method: 'GET',
    url: '/api/v1/sims/:id/usage-records',
    name: 'listUsageRecords',
    summary: 'The usage records of a SIM with their charges, newest first',
    params: idParams('sim'),
    query: pageQuery({ period: idOf('period').optional(), service: service.optional() }),
    reply: { 200: pageOf(UsageRecordReply, 'UsageRecordPage') },
    handler: async (ctx, { params, query }) => {
      const { id: lineId } = await inventory.getSim(ctx, params.id);
      const { period: periodId, service, limit } = query;
      const found = await usage.listRecords(ctx, {
        ...{ lineId, periodId, service },
        ...{ after: afterOf(query.cursor), limit: limit + 1 },
      });
      const page = pageFrom(found, limit, cursorTo);
      return { ...page, items: await show(ctx, page.items) };
    },
  });
}

function windowOf(ctx: Ctx, query: { from?: Date; to?: Date }): { from: Date; to: Date } {
  // What happened in this very millisecond is in it.
  const { from, to = new Date(ctx.now.getTime() + 1) } = query;
  const window = { from: from ?? new Date(to.getTime() - usualWindow * dayMs), to };
  const days = (to.getTime() - window.from.getTime()) / dayMs;
  if (days > 0 && days <= longestWindow) return window;
  const expected = `a time before the end, by at most ${longestWindow} days`;
  throw refuse.invalid('usage.window_invalid', `query.from must be ${expected}.`, { field: 'query.from', expected });
}

async function showWithSims(ctx: Ctx, records: usage.StoredRecord[]): Promise<UsageRecordOfSim[]> {
  return reading(ctx, async (ctx) => {
    const ids = [...new Set(records.map((record) => record.lineId))];
    const sims = new Map((await inventory.listSims(ctx, { ids }, { limit: ids.length })).map((sim) => [sim.id, sim]));
    const shown = await show(ctx, records);
    return shown.map((record, i) => {
      const id = records[i]!.lineId;
      return { ...record, sim: { id, iccid: sims.get(id)?.iccid ?? '' } };
    });
  });
}

async function show(ctx: Ctx, records: usage.StoredRecord[]) {
  return reading(ctx, async (ctx) => {
    const owners = await periods.periodsOf(ctx, [...new Set(records.map((record) => record.periodId))]);
    const versions = await catalog.getVersions(ctx, [...new Set([...owners.values()].map((p) => p.planVersionId))]);
    const sources = await usage.namesOfSources(
      ctx,
      records.map((record) => record.sourceId),
    );
    return records.map(({ chargeMicros, plmn, service, units, sourceId, ...record }) => {
      const version = versions.get(owners.get(record.periodId)?.planVersionId ?? '');
      assert(version, 'a record belongs to a period, and that to a plan version');
      return {
        ...record,
        id: usage.recordId(record),
        service,
        messages: service === 'sms' ? units : 0n,
        seconds: service === 'voice' ? units : 0n,
        plmn: plmn || null,
        networkName: plmn ? catalog.networkOf(plmn).name : null,
        source: sources.get(sourceId) ?? '',
        charge: amount(chargeMicros, version.currency),
        currency: version.currency,
      };
    });
  });
}
