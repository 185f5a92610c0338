import { z } from 'zod';
import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import type { Http } from '../kit/http/app.ts';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../kit/http/page.ts';
import { route } from '../kit/http/route.ts';
import { Amount, amount, Bytes, Currency, idOf, idParams, reply, Timestamp } from '../kit/http/schemas.ts';
import * as periods from '../periods/index.ts';
import * as usage from '../usage/index.ts';

const UsageRecordReply = reply('UsageRecord', {
  occurredAt: Timestamp,
  receivedAt: Timestamp,
  bytesUp: Bytes,
  bytesDown: Bytes,
  plmn: z.string().nullable(),
  networkName: z.string().nullable(),
  charge: Amount.meta({ description: 'What the total of the period costs more by this record.' }),
  currency: Currency,
  late: z.boolean().meta({ description: 'Came after its period had closed.' }),
  periodId: idOf('period'),
  sessionId: idOf('session').nullable(),
  batchId: idOf('batch').meta({ description: 'Booked together; names the transfer in the ledger.' }),
});

/** Charged usage, record by record: what every amount is explained with. */
export function chargingRoutes(http: Http): void {
  const place = z.tuple([Timestamp, z.int().min(0), idOf('usage')]);
  const cursor = cursorOf('usage_records', place);
  route(http, {
    method: 'GET',
    url: '/api/v1/sims/:id/usage-records',
    name: 'listUsageRecords',
    summary: 'The usage records of a SIM with their charges, newest first',
    tags: ['Usage'],
    permission: 'usage.record.view',
    scope: 'company',
    params: idParams('sim'),
    query: pageQuery({ period: idOf('period').optional() }),
    reply: { 200: pageOf(UsageRecordReply, 'UsageRecordPage') },
    handler: async (ctx, { params, query }) => {
      const { id: lineId } = await inventory.getSim(ctx, params.id);
      const seen = cursor.read(query.cursor);
      const after = seen ? { occurredAt: seen[0], position: seen[1], sourceKey: seen[2] } : undefined;
      const filter = { lineId, periodId: query.period, after, limit: query.limit + 1 };
      const found = await usage.listRecords(ctx, filter);
      const page = pageFrom(found, query.limit, (last) =>
        cursor.write([last.occurredAt, last.position, last.sourceKey]),
      );
      return { ...page, items: await show(ctx, page.items) };
    },
  });
}

async function show(ctx: Ctx, records: usage.StoredRecord[]) {
  return reading(ctx, async (ctx) => {
    const owners = await periods.periodsOf(ctx, [...new Set(records.map((record) => record.periodId))]);
    const versions = await catalog.getVersions(ctx, [...new Set([...owners.values()].map((p) => p.planVersionId))]);
    return records.map(({ chargeMicros, plmn, ...record }) => {
      const version = versions.get(owners.get(record.periodId)?.planVersionId ?? '');
      assert(version, 'a record belongs to a period, and that to a plan version');
      return {
        ...record,
        plmn: plmn || null,
        networkName: plmn ? catalog.networkOf(plmn).name : null,
        charge: amount(chargeMicros, version.currency),
        currency: version.currency,
      };
    });
  });
}
