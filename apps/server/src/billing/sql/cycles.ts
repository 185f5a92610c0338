import { uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { nothing, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Payer } from './payers.ts';

/** A month over · a month to come, of plans on Pre-Billing · a month just begun, of plans on Advanced Billing. */
export const cycleKinds = ['cycle', 'pre_billing', 'advanced_billing'] as const;
export type CycleKind = (typeof cycleKinds)[number];

/** A payer whose month is to be billed. `month` is its first day, the boundaries are instants in the payer's zone. */
export type Due = Payer & { month: string; startsAt: Date; endsAt: Date };

/** An account that is due, but of which a period that has ended since then is not rolled over: what follows it is not charged. */
export type HeldUp = Due & { since: Date };

/**
 * Payers of which a month is to be billed and was not yet, in the order of their ids; whose periods have not rolled over are left out, unless it is by hand. Of months that are over the next one of each payer, from the
 * month of its first charge on; in advance, the one that begins next, or has just begun.
 *
 * @param filter.byHand does not wait for grace days
 * @param filter.until months up to this one
 * @param filter.month this one alone
 */
export async function listDue(
  ctx: Ctx,
  kind: CycleKind,
  filter: { after?: Id; ids?: Id[]; byHand?: boolean; until?: string; month?: string; limit: number },
): Promise<Due[]> {
  return rows<Due>(
    ctx,
    sql`/* billing.list_due */ select d.id, d.owner_id, d.owner_name, d.currency, d.zone as time_zone, d.month, d.starts_at, d.ends_at
          from (${dueOf(ctx, kind, filter.byHand ?? false)}) d
         where ${filter.byHand ? sql`true` : sql`d.since is null`} ${filter.after ? sql`and d.id > ${filter.after}` : nothing}
           ${filter.ids ? sql`and d.id = any(${uuids(filter.ids)}::uuid[])` : nothing}
           ${filter.until ? sql`and d.month <= ${filter.until}::date` : nothing}
           ${filter.month ? sql`and d.month = ${filter.month}::date` : nothing}
         order by d.id limit ${filter.limit}`,
  );
}

/** The earliest month of which somebody is to be billed, and can be; null: of none. */
export async function firstDue(ctx: Ctx, kind: CycleKind): Promise<string | null> {
  const [found] = await rows<{ month: string }>(
    ctx,
    sql`/* billing.first_due */ select d.month from (${dueOf(ctx, kind, false)}) d where d.since is null order by d.month limit 1`,
  );
  return found?.month ?? null;
}

/** Accounts that are held up, whose oldest period ended last first. */
export async function listHeldUp(ctx: Ctx, kind: CycleKind, limit: number): Promise<HeldUp[]> {
  return rows<HeldUp>(
    ctx,
    sql`/* billing.list_held_up */ select d.id, d.owner_id, d.owner_name, d.currency, d.zone as time_zone, d.month, d.starts_at, d.ends_at, d.since
          from (${dueOf(ctx, kind, false)}) d where d.since is not null order by d.since desc, d.id limit ${limit}`,
  );
}

function dueOf(ctx: Ctx, kind: CycleKind, byHand: boolean): Sql {
  const { id: org, timeZone } = ctx.organization;
  const local = sql`(${ctx.now}::timestamptz at time zone p.zone)`;
  const month =
    kind === 'cycle'
      ? sql`coalesce((select max(k.month) + interval '1 month' from bill_cycles k
                       where k.organization_id = ${org} and k.payer_id = p.id and k.kind = 'cycle'), date_trunc('month', p.opened))`
      : sql`date_trunc('month', ${local} + ${kind === 'pre_billing' ? sql`p.pre_days` : sql`0`} * interval '1 day')`;
  const isDue =
    kind === 'cycle'
      ? sql`m.month + interval '1 month' + ${byHand ? sql`0` : sql`p.grace_days`} * interval '1 day' <= ${local}`
      : // Who came in the middle of a month is billed for the rest of it with the next.
        sql`p.opened < m.month and not exists (select from bill_cycles k
              where k.organization_id = ${org} and k.payer_id = p.id and k.kind = ${kind} and k.month = m.month)`;
  // An account is billed from the month on in which its ledger account was opened: the time is in the id.
  return sql`
    select p.*, m.month::date as month, m.month at time zone p.zone as starts_at, (m.month + interval '1 month') at time zone p.zone as ends_at,
           case when b.since <= (${kind === 'cycle' ? sql`m.month + interval '1 month'` : sql`m.month`}) at time zone p.zone then b.since end as since
      from (select a.id, a.owner_id, c.name as owner_name, a.currency, z.zone,
                   to_timestamp(('x' || left(replace(a.id::text, '-', ''), 12))::bit(48)::bigint / 1000.0) at time zone z.zone as opened,
                   coalesce(s.grace_days, o.grace_days, 0) as grace_days, coalesce(s.pre_days, o.pre_days, 7) as pre_days
              from ledger_accounts a
              join companies c on c.organization_id = ${org} and c.id = a.owner_id
              left join billing_settings s on s.organization_id = ${org} and s.owner_id = a.owner_id
              left join billing_settings o on o.organization_id = ${org} and o.owner_id = ${org}
             cross join lateral (select coalesce(c.time_zone, ${timeZone}) as zone) z
             where a.organization_id = ${org} and a.kind = 'unbilled') p
     cross join lateral (select ${month}::timestamp as month) m
      left join (select payer_id, min(ends_at) as since
                   from (select payer_id, ends_at from billing_periods where organization_id = ${org} and state = 'open' and ends_at <= ${ctx.now}
                          union all
                         select payer_id, ends_at from pool_periods where organization_id = ${org} and state = 'open' and ends_at <= ${ctx.now}) o
                  group by payer_id) b on b.payer_id = p.id
     where ${isDue}`;
}

/** Whether anybody pays in advance in this way: few organizations do, and the others look no further. */
export async function isAnySoldBy(ctx: Ctx, kind: Exclude<CycleKind, 'cycle'>): Promise<boolean> {
  const { id: org } = ctx.organization;
  const [found] = await rows<{ sold: boolean }>(
    ctx,
    sql`/* billing.is_any_sold_by */ select exists (select from plan_versions where organization_id = ${org} and payment_type = ${kind})
          or exists (select from pool_versions where organization_id = ${org} and payment_type = ${kind})
          or exists (select from billing_settings where organization_id = ${org} and payment_type = ${kind}) as sold`,
  );
  return found!.sold;
}

/** Notes that months are billed, with their pre-bills; also where there was nothing to bill. */
export async function insertCycles(
  ctx: Ctx,
  kind: CycleKind,
  done: { payerId: Id; month: string; preBillId: Id | null }[],
): Promise<void> {
  await run(
    ctx,
    sql`/* billing.insert_cycles */ insert into bill_cycles (organization_id, payer_id, kind, month, pre_bill_id, done_at)
        select ${ctx.organization.id}, u.payer_id, ${kind}, u.month, u.pre_bill_id, ${ctx.now}::timestamptz
          from unnest(${uuids(done.map((d) => d.payerId))}::uuid[], ${done.map((d) => d.month)}::date[],
                      ${uuids(done.map((d) => d.preBillId))}::uuid[]) as u(payer_id, month, pre_bill_id)`,
  );
}
