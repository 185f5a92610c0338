import { bigints, instants, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { allOf, join, nothing, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { getPoolVersions, poolsOf } from '../../pools/index.ts';
import type { Contribution, PoolPeriod } from '../model/period.ts';

type Row = Omit<PoolPeriod, 'anchor' | 'terms' | 'dataLimitBytes'> & {
  anchorLocal: string;
  anchorZone: string;
  poolVersionId: Id;
};

const columns = sql`p.id, p.pool_id, p.pool_version_id, p.starts_at, p.ends_at, p.anchor_local, p.anchor_zone, p.state, p.payer_id,
  p.allowance_bytes, p.used_bytes, p.limit_used_bytes, p.charge_micros, p.invoiced_at, p.version`;

/** Rows with the terms they were opened on, and the pool's limit of today. */
async function whole(ctx: Ctx, found: Row[]): Promise<PoolPeriod[]> {
  if (found.length === 0) return [];
  const versions = await getPoolVersions(ctx, [...new Set(found.map((row) => row.poolVersionId))]);
  const pools = await poolsOf(ctx, [...new Set(found.map((row) => row.poolId))]);
  return found.map(({ anchorLocal, anchorZone, poolVersionId, ...row }) => ({
    ...row,
    anchor: { local: anchorLocal, zone: anchorZone },
    terms: versions.get(poolVersionId)!,
    dataLimitBytes: pools.get(row.poolId)?.pool.dataLimitBytes ?? null,
  }));
}

/** For each (pool, instant): the pool's open month and the one that contains the instant, ours until the commit. */
export async function lockPoolPeriodsAt(ctx: Ctx, moments: { poolId: Id; at: Date }[]): Promise<PoolPeriod[]> {
  const found = await rows<Row>(
    ctx,
    sql`/* periods.lock_pools_at */ select ${columns} from pool_periods p
         where p.organization_id = ${ctx.organization.id} and p.id in (
           select q.id from (select * from unnest(${uuids(moments.map((m) => m.poolId))}::uuid[], ${instants(moments.map((m) => m.at))}::timestamptz[])
                                    as a(pool_id, at) ${allOf(moments)}) as m
             join pool_periods q on q.organization_id = ${ctx.organization.id} and q.pool_id = m.pool_id
              and (q.state = 'open' or (q.starts_at <= m.at and m.at < q.ends_at)))
         order by p.id for no key update`,
  );
  return whole(ctx, found);
}

/** The open months of these pools, ours until the commit. */
export async function lockOpenPoolPeriods(ctx: Ctx, poolIds: Id[]): Promise<PoolPeriod[]> {
  const found = await rows<Row>(
    ctx,
    sql`/* periods.lock_open_pools */ select ${columns} from pool_periods p
         where p.organization_id = ${ctx.organization.id} and p.pool_id = any(${uuids(poolIds)}::uuid[]) and p.state = 'open'
         order by p.id for no key update`,
  );
  return whole(ctx, found);
}

/** Pools whose month has ended, the longest waiting first; what another worker holds is left to it. */
export async function lockDuePoolPeriods(ctx: Ctx, limit: number, poolIds?: Id[]): Promise<PoolPeriod[]> {
  const found = await rows<Row>(
    ctx,
    sql`/* periods.lock_due_pools */ select ${columns} from pool_periods p
         where p.organization_id = ${ctx.organization.id} and p.state = 'open' and p.ends_at <= ${ctx.now}
           ${poolIds ? sql`and p.pool_id = any(${uuids(poolIds)}::uuid[])` : nothing}
         order by p.ends_at, p.id limit ${limit} for no key update ${poolIds ? nothing : sql`skip locked`}`,
  );
  return whole(ctx, found);
}

/** Newest first. */
export async function listPoolPeriods(
  ctx: Ctx,
  filter: {
    poolId?: Id;
    poolIds?: Id[];
    ids?: Id[];
    open?: boolean;
    before?: Date;
    endingAfter?: Date;
    limit: number;
  },
): Promise<PoolPeriod[]> {
  const conditions: Sql[] = [sql`p.organization_id = ${ctx.organization.id}`];
  if (filter.poolId) conditions.push(sql`p.pool_id = ${filter.poolId}`);
  if (filter.poolIds) conditions.push(sql`p.pool_id = any(${filter.poolIds}::uuid[])`);
  if (filter.ids) conditions.push(sql`p.id = any(${filter.ids}::uuid[])`);
  if (filter.open) conditions.push(sql`p.state = 'open'`);
  if (filter.before) conditions.push(sql`p.starts_at < ${filter.before}`);
  if (filter.endingAfter) conditions.push(sql`p.ends_at > ${filter.endingAfter}`);
  const found = await rows<Row>(
    ctx,
    sql`/* periods.list_pool_periods */ select ${columns} from pool_periods p
         where ${join(conditions)} order by p.starts_at desc, p.id limit ${filter.limit}`,
  );
  return whole(ctx, found);
}

export async function insertPoolPeriods(ctx: Ctx, periods: PoolPeriod[]): Promise<void> {
  await run(
    ctx,
    sql`/* periods.open_pools */ insert into pool_periods
          (organization_id, id, pool_id, pool_version_id, starts_at, ends_at, anchor_local, anchor_zone, payer_id, allowance_bytes,
           created_at, updated_at)
        select ${ctx.organization.id}, u.id, u.pool_id, u.version_id, u.starts_at, u.ends_at, u.anchor_local::timestamp, u.anchor_zone,
               u.payer_id, u.allowance, ${ctx.now}::timestamptz, ${ctx.now}::timestamptz
          from unnest(${uuids(periods.map((p) => p.id))}::uuid[], ${uuids(periods.map((p) => p.poolId))}::uuid[],
                      ${uuids(periods.map((p) => p.terms.id))}::uuid[], ${instants(periods.map((p) => p.startsAt))}::timestamptz[],
                      ${instants(periods.map((p) => p.endsAt))}::timestamptz[], ${periods.map((p) => p.anchor.local)}::text[],
                      ${periods.map((p) => p.anchor.zone)}::text[], ${uuids(periods.map((p) => p.payerId))}::uuid[],
                      ${bigints(periods.map((p) => p.allowanceBytes))}::bigint[])
               as u(id, pool_id, version_id, starts_at, ends_at, anchor_local, anchor_zone, payer_id, allowance)`,
  );
}

export async function closePoolPeriods(ctx: Ctx, ids: Id[]): Promise<void> {
  await run(
    ctx,
    sql`/* periods.close_pools */ update pool_periods set state = 'closed', version = version + 1, updated_at = ${ctx.now}
         where organization_id = ${ctx.organization.id} and id = any(${uuids(ids)}::uuid[])`,
  );
}

/** Writes the counters of months that the caller has locked. */
export async function addPoolUsage(
  ctx: Ctx,
  updates: Pick<PoolPeriod, 'id' | 'usedBytes' | 'limitUsedBytes' | 'chargeMicros'>[],
): Promise<void> {
  if (updates.length === 0) return;
  await run(
    ctx,
    sql`/* periods.add_pool_usage */ update pool_periods t
           set used_bytes = u.used, limit_used_bytes = u.limit_used, charge_micros = u.charge, version = t.version + 1,
               updated_at = ${ctx.now}
          from unnest(${uuids(updates.map((u) => u.id))}::uuid[], ${bigints(updates.map((u) => u.usedBytes))}::bigint[],
                      ${bigints(updates.map((u) => u.limitUsedBytes))}::bigint[],
                      ${bigints(updates.map((u) => u.chargeMicros))}::bigint[]) as u(id, used, limit_used, charge)
         where t.organization_id = ${ctx.organization.id} and t.id = u.id`,
  );
}

/** Which of these members have brought their share to the open month of their pool already. */
export async function linesThatContributed(ctx: Ctx, members: { lineId: Id; poolId: Id }[]): Promise<Set<Id>> {
  if (members.length === 0) return new Set();
  const found = await rows<{ lineId: Id }>(
    ctx,
    sql`/* periods.lines_that_contributed */ select c.line_id
          from unnest(${uuids(members.map((m) => m.lineId))}::uuid[], ${uuids(members.map((m) => m.poolId))}::uuid[]) as m(line_id, pool_id)
          join pool_periods p on p.organization_id = ${ctx.organization.id} and p.pool_id = m.pool_id and p.state = 'open'
          join pool_contributions c on c.organization_id = p.organization_id and c.pool_period_id = p.id and c.line_id = m.line_id`,
  );
  return new Set(found.map((c) => c.lineId));
}

/** Keeps contributions to a month, each line's once. Returns the lines that had not brought theirs before. */
export async function insertContributions(
  ctx: Ctx,
  contributions: (Contribution & { poolPeriodId: Id })[],
): Promise<Set<Id>> {
  const found = await rows<{ lineId: Id }>(
    ctx,
    sql`/* periods.insert_contributions */ insert into pool_contributions
          (organization_id, pool_period_id, line_id, plan_version_id, allowance_bytes, fee_micros, at)
        select ${ctx.organization.id}, u.*
          from unnest(${uuids(contributions.map((c) => c.poolPeriodId))}::uuid[], ${uuids(contributions.map((c) => c.lineId))}::uuid[],
                      ${uuids(contributions.map((c) => c.planVersionId))}::uuid[], ${bigints(contributions.map((c) => c.allowanceBytes))}::bigint[],
                      ${bigints(contributions.map((c) => c.feeMicros))}::bigint[], ${instants(contributions.map((c) => c.at))}::timestamptz[]) as u
        on conflict do nothing returning line_id`,
  );
  return new Set(found.map((c) => c.lineId));
}

export async function addToAllowances(ctx: Ctx, sums: { poolPeriodId: Id; bytes: bigint }[]): Promise<void> {
  await run(
    ctx,
    sql`/* periods.add_to_allowances */ update pool_periods p set allowance_bytes = p.allowance_bytes + u.bytes, version = p.version + 1,
               updated_at = ${ctx.now}
          from unnest(${uuids(sums.map((s) => s.poolPeriodId))}::uuid[], ${bigints(sums.map((s) => s.bytes))}::bigint[]) as u(id, bytes)
         where p.organization_id = ${ctx.organization.id} and p.id = u.id`,
  );
}

export type StoredContribution = {
  lineId: Id;
  planVersionId: Id;
  allowanceBytes: bigint;
  feeMicros: bigint;
  at: Date;
};

export async function listContributions(
  ctx: Ctx,
  poolPeriodId: Id,
  filter: { lineIds?: Id[]; after?: Id; limit: number },
): Promise<StoredContribution[]> {
  return rows<StoredContribution>(
    ctx,
    sql`/* periods.list_contributions */ select line_id, plan_version_id, allowance_bytes, fee_micros, at from pool_contributions
         where organization_id = ${ctx.organization.id} and pool_period_id = ${poolPeriodId}
           ${filter.lineIds ? sql`and line_id = any(${uuids(filter.lineIds)}::uuid[])` : nothing}
           ${filter.after ? sql`and line_id > ${filter.after}::uuid` : nothing}
         order by line_id limit ${filter.limit}`,
  );
}

/**
 * Members that a change waits for, out of the pool or to another version, where it comes no later than an instant: one that waits
 * for the end of a later period is of no matter to a month that begins now.
 */
export async function membersThatLeave(ctx: Ctx, lineIds: Id[], by: Date): Promise<Set<Id>> {
  if (lineIds.length === 0) return new Set();
  const found = await rows<{ lineId: Id }>(
    ctx,
    sql`/* periods.members_that_leave */ select c.line_id from plan_changes c
         where c.organization_id = ${ctx.organization.id} and c.line_id = any(${uuids(lineIds)}::uuid[]) and c.state = 'waiting'
           and not exists (select from billing_periods p where p.organization_id = c.organization_id and p.line_id = c.line_id
                              and p.state = 'open' and p.ends_at > ${by}::timestamptz)`,
  );
  return new Set(found.map((change) => change.lineId));
}

export async function isAnyPoolDue(ctx: Ctx): Promise<boolean> {
  const found = await rows<{ one: number }>(
    ctx,
    sql`/* periods.is_any_pool_due */ select 1 as one from pool_periods p
         where p.organization_id = ${ctx.organization.id} and p.state = 'open' and p.ends_at <= ${ctx.now} limit 1`,
  );
  return found.length > 0;
}
