import { bigints, instants, ints, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { UsageRecord } from './records.ts';

const hourMs = 3_600_000;

type Hour = { poolPeriodId: Id; hour: Date; bytes: bigint; records: number };

/** Adds what a batch used of pools to the hours of their months, kept apart per writer. */
export async function addToPoolHours(ctx: Ctx, records: UsageRecord[], shard: number): Promise<void> {
  const hours = new Map<string, Hour>();
  for (const { poolPeriodId, occurredAt, bytesUp, bytesDown } of records) {
    if (!poolPeriodId) continue;
    const at = Math.floor(occurredAt.getTime() / hourMs) * hourMs;
    const key = `${poolPeriodId} ${at}`;
    const known = hours.get(key);
    if (known) {
      known.bytes += bytesUp + bytesDown;
      known.records += 1;
    } else hours.set(key, { poolPeriodId, hour: new Date(at), bytes: bytesUp + bytesDown, records: 1 });
  }
  if (hours.size === 0) return;
  // Sorted by key, so that whoever writes for the same shard takes these rows in the same order.
  const sorted = [...hours].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, hour]) => hour);
  await run(
    ctx,
    sql`/* usage.add_to_pool_hours */ insert into usage_hourly_pools as h (organization_id, pool_period_id, hour, shard, bytes, records)
        select ${ctx.organization.id}, u.pool_period_id, u.hour, ${shard}::smallint, u.bytes, u.records
          from unnest(${uuids(sorted.map((h) => h.poolPeriodId))}::uuid[], ${instants(sorted.map((h) => h.hour))}::timestamptz[],
                      ${bigints(sorted.map((h) => h.bytes))}::bigint[], ${ints(sorted.map((h) => h.records))}::int[])
               as u(pool_period_id, hour, bytes, records)
        on conflict (organization_id, pool_period_id, hour, shard) do update
           set bytes = h.bytes + excluded.bytes, records = h.records + excluded.records`,
  );
}

/**
 * Bytes of a month of a pool in a stretch of 24 hours counted back from an instant: 0 is the last before it, -1 what came after.
 * `firstHour` is the first of the whole month with any use.
 */
export type PoolStretch = { poolPeriodId: Id; stretch: number; bytes: bigint; firstHour: Date };

/** @param end a full hour */
export async function listPoolStretches(
  ctx: Ctx,
  poolPeriodIds: Id[],
  { end, stretches }: { end: Date; stretches: number },
): Promise<PoolStretch[]> {
  if (poolPeriodIds.length === 0) return [];
  const from = new Date(end.getTime() - stretches * 24 * hourMs);
  const found = await rows<{ poolPeriodId: Id; stretch: number; bytes: string; firstHour: Date }>(
    ctx,
    sql`/* usage.pool_stretches */ select m.id as pool_period_id, s.stretch, s.bytes, f.first_hour
          from unnest(${uuids(poolPeriodIds)}::uuid[]) as m(id)
          cross join lateral (
            select min(hour) as first_hour from usage_hourly_pools
             where organization_id = ${ctx.organization.id} and pool_period_id = m.id) f
          cross join lateral (
            select floor((extract(epoch from ${end}::timestamptz - hour) - 1) / 86400)::int as stretch, sum(bytes)::text as bytes
              from usage_hourly_pools
             where organization_id = ${ctx.organization.id} and pool_period_id = m.id and hour >= ${from}
             group by 1) s
         order by 1, 2`,
  );
  return found.map((one) => ({ ...one, bytes: BigInt(one.bytes) }));
}

/** Bytes of one month of a pool, by local day. */
export async function listPoolDays(
  ctx: Ctx,
  poolPeriodId: Id,
  zone: string,
): Promise<{ startsAt: Date; bytes: bigint }[]> {
  const found = await rows<{ startsAt: Date; bytes: string }>(
    ctx,
    sql`/* usage.pool_days */ select date_trunc('day', hour, ${zone}) as starts_at, sum(bytes)::text as bytes
          from usage_hourly_pools
         where organization_id = ${ctx.organization.id} and pool_period_id = ${poolPeriodId}
         group by 1 order by 1`,
  );
  return found.map((one) => ({ startsAt: one.startsAt, bytes: BigInt(one.bytes) }));
}
