import type { Micros } from '@simwright/measure';
import { instants, uuids } from '../kit/arrays.ts';
import type { Ctx } from '../kit/ctx.ts';
import { rows, type Sql, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { Anchor } from './model/calendar.ts';

/** A stretch in which a line was in service, as one of its billing periods tells. */
export type ServiceSpan = {
  lineId: Id;
  kind: 'ready' | 'active';
  startsAt: Date;
  endsAt: Date | null;
  anchor: Anchor;
  /** The pool that its data belonged to. */
  poolId: Id | null;
};

/** The billing periods of these lines that touch a window, the first of each line first. */
export async function listService(ctx: Ctx, lineIds: Id[], from: Date, to: Date): Promise<ServiceSpan[]> {
  const found = await rows<Omit<ServiceSpan, 'anchor'> & { anchorLocal: string; anchorZone: string }>(
    ctx,
    sql`/* periods.list_service */ select line_id, kind, starts_at, ends_at, anchor_local, anchor_zone, pool_id
          from billing_periods
         where organization_id = ${ctx.organization.id} and line_id = any(${uuids(lineIds)}::uuid[])
           and starts_at < ${to} and (ends_at is null or ends_at > ${from})
         order by line_id, starts_at, kind desc`,
  );
  return found.map(({ anchorLocal, anchorZone, ...span }) => ({
    ...span,
    anchor: { local: anchorLocal, zone: anchorZone },
  }));
}

/** Money of one kind that fell due for a line in one stretch of a window. */
export type Costs = {
  lineId: Id;
  kind: 'recurring' | 'activation' | 'adjustment' | 'refill';
  /** The place of the stretch among the cuts that were asked for. */
  cut: number;
  currency: string;
  micros: Micros;
};

/** Fees, adjustments and refills of these lines, added up in stretches of time; `cuts` are their beginnings. */
export async function listCosts(ctx: Ctx, lineIds: Id[], cuts: Date[], to: Date): Promise<Costs[]> {
  const of = (table: Sql, kind: Sql, amount: Sql) => sql`
    select line_id, ${kind} as kind, width_bucket(at, ${instants(cuts)}::timestamptz[]) - 1 as cut, currency, ${amount} as micros
      from ${table} where organization_id = ${ctx.organization.id} and line_id = any(${uuids(lineIds)}::uuid[])
       and at >= ${cuts[0]} and at < ${to}`;
  return rows<Costs>(
    ctx,
    sql`/* periods.list_costs */ select line_id, kind, cut, currency, sum(micros)::bigint as micros from (
          ${of(sql`fees`, sql`kind`, sql`amount_micros`)}
          union all ${of(sql`adjustments`, sql`'adjustment'`, sql`amount_micros`)}
          union all ${of(sql`refills`, sql`'refill'`, sql`price_micros`)}) c
         group by 1, 2, 3, 4`,
  );
}

/** What these pools cost beside their members' own costs, added up in the same way. */
export async function listPoolCosts(ctx: Ctx, poolIds: Id[], cuts: Date[], to: Date): Promise<Omit<Costs, 'lineId'>[]> {
  if (poolIds.length === 0) return [];
  const of = (table: Sql, kind: Sql) => sql`
    select ${kind} as kind, width_bucket(at, ${instants(cuts)}::timestamptz[]) - 1 as cut, currency, amount_micros as micros
      from ${table} where organization_id = ${ctx.organization.id} and pool_id = any(${uuids(poolIds)}::uuid[]) and line_id is null
       and at >= ${cuts[0]} and at < ${to}`;
  return rows(
    ctx,
    sql`/* periods.list_pool_costs */ select kind, cut, currency, sum(micros)::bigint as micros from (
          ${of(sql`fees`, sql`kind`)} union all ${of(sql`adjustments`, sql`'adjustment'`)}) c
         group by 1, 2, 3`,
  );
}
