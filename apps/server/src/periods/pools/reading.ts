import type { Micros } from '@simwright/measure';
import { uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { nothing, reading, rows, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { countPools } from '../../pools/index.ts';
import type { PoolPeriod } from '../model/period.ts';
import * as store from './sql.ts';

/** What is asked of the months of pools by people who look; nothing is locked. */

/** Months of pools, newest first. */
export async function poolMonths(ctx: Ctx, filter: Parameters<typeof store.listPoolPeriods>[1]): Promise<PoolPeriod[]> {
  return reading(ctx, (ctx) => store.listPoolPeriods(ctx, filter));
}

/** What a month costs before any overage, and how many members brought something to it. */
export type PoolCosts = { recurringMicros: Micros; activationMicros: Micros; contributions: number };

/** Costs of each of these months; one without fees and contributions has zeros. */
export async function poolCosts(ctx: Ctx, poolPeriodIds: Id[]): Promise<Map<Id, PoolCosts>> {
  if (poolPeriodIds.length === 0) return new Map();
  const found = await reading(ctx, (ctx) =>
    rows<{ id: Id; recurring: string; activation: string; contributions: number }>(
      ctx,
      sql`/* periods.pool_costs */ select m.id, coalesce(f.recurring, 0)::text as recurring, coalesce(f.activation, 0)::text as activation,
                 coalesce(c.contributions, 0)::int as contributions
            from unnest(${uuids(poolPeriodIds)}::uuid[]) as m(id)
            left join lateral (
              select sum(amount_micros) filter (where kind = 'recurring') as recurring,
                     sum(amount_micros) filter (where kind = 'activation') as activation
                from fees where organization_id = ${ctx.organization.id} and period_id = m.id) f on true
            left join lateral (
              select count(*) as contributions from pool_contributions
               where organization_id = ${ctx.organization.id} and pool_period_id = m.id) c on true`,
    ),
  );
  return new Map(
    found.map(({ id, recurring, activation, contributions }) => [
      id,
      { recurringMicros: BigInt(recurring), activationMicros: BigInt(activation), contributions },
    ]),
  );
}

/** A condition for lists of pools: four fifths of the running month's balance are used, or more. */
export function runningOut(ctx: Ctx): Sql {
  return sql`id in (select low.pool_id from pool_periods low where low.organization_id = ${ctx.organization.id}
    and low.state = 'open' and low.used_bytes > 0 and low.used_bytes >= low.allowance_bytes / 5 * 4)`;
}

/** How many pools of the caller's scope are running out. */
export async function countPoolsRunningOut(ctx: Ctx): Promise<number> {
  return reading(ctx, (ctx) => countPools(ctx, { archived: false, also: runningOut(ctx) }));
}

/** How the balance of a dynamic pool's month grew: what was brought to it, by the hour. */
export async function allowanceSteps(ctx: Ctx, poolPeriodId: Id): Promise<{ hour: Date; bytes: bigint }[]> {
  const found = await reading(ctx, (ctx) =>
    rows<{ hour: Date; bytes: string }>(
      ctx,
      sql`/* periods.allowance_steps */ select date_trunc('hour', at, 'UTC') as hour, sum(allowance_bytes)::text as bytes
            from pool_contributions
           where organization_id = ${ctx.organization.id} and pool_period_id = ${poolPeriodId} group by 1 order by 1`,
    ),
  );
  return found.map(({ hour, bytes }) => ({ hour, bytes: BigInt(bytes) }));
}

/** What these members brought to a month. */
export async function contributionsOf(
  ctx: Ctx,
  poolPeriodId: Id,
  lineIds: Id[],
): Promise<Map<Id, store.StoredContribution>> {
  if (lineIds.length === 0) return new Map();
  const found = await reading(ctx, (ctx) =>
    store.listContributions(ctx, poolPeriodId, { lineIds, limit: lineIds.length }),
  );
  return new Map(found.map((contribution) => [contribution.lineId, contribution]));
}

/** A line in a pool, with what it used of the pool's month. */
export type Member = { lineId: Id; planId: Id; startsAt: Date; usedBytes: bigint };

type Span = { startsAt: Date; endsAt: Date };

/** What lines used as members of a pool in a month of it: in one period or, who left and came back, in several. */
const usedIn = (ctx: Ctx, poolId: Id, month: Span, line: Sql) => sql`(
  select coalesce(sum(p.used_bytes), 0)::bigint from billing_periods p
   where p.organization_id = ${ctx.organization.id} and p.line_id = ${line} and p.pool_id = ${poolId} and p.kind = 'active'
     and p.starts_at < ${month.endsAt} and (p.ends_at > ${month.startsAt} or p.starts_at >= ${month.startsAt}))`;

/** The members of a pool now, whoever used most of the month first. `search` is a part of an ICCID. */
export async function membersByUse(
  ctx: Ctx,
  poolId: Id,
  month: Span,
  page: { search?: string; after?: { usedBytes: bigint; lineId: Id }; limit: number },
): Promise<Member[]> {
  const { search, after, limit } = page;
  return reading(ctx, (ctx) =>
    rows<Member>(
      ctx,
      sql`/* periods.members_by_use */ select * from (
            select a.line_id, a.plan_id, a.starts_at, ${usedIn(ctx, poolId, month, sql`a.line_id`)} as used_bytes
              from plan_assignments a
              ${search ? sql`join sims s on s.organization_id = a.organization_id and s.id = a.line_id and position(${search} in s.iccid) > 0` : nothing}
             where a.organization_id = ${ctx.organization.id} and a.pool_id = ${poolId} and a.ends_at is null) members
          ${after ? sql`where (used_bytes, line_id) < (${after.usedBytes}::bigint, ${after.lineId}::uuid)` : nothing}
          order by used_bytes desc, line_id desc limit ${limit}`,
    ),
  );
}

/** What each of these lines used of a month of the pool. */
export async function usedOfMonth(ctx: Ctx, poolId: Id, month: Span, lineIds: Id[]): Promise<Map<Id, bigint>> {
  if (lineIds.length === 0) return new Map();
  const found = await reading(ctx, (ctx) =>
    rows<{ lineId: Id; usedBytes: bigint }>(
      ctx,
      sql`/* periods.used_of_month */ select m.line_id, ${usedIn(ctx, poolId, month, sql`m.line_id`)} as used_bytes
            from unnest(${uuids(lineIds)}::uuid[]) as m(line_id)`,
    ),
  );
  return new Map(found.map(({ lineId, usedBytes }) => [lineId, usedBytes]));
}
