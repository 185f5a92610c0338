import type { Micros } from '@simwright/measure';
import { texts } from '../kit/arrays.ts';
import type { Ctx } from '../kit/ctx.ts';
import { join, raw, row, rows, run, type Sql, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { CarrierCost, Grouping, RevenueType } from './model.ts';

export async function beginMonths(ctx: Ctx, months: string[]): Promise<void> {
  await run(
    ctx,
    sql`/* reports.begin_months */ insert into revenue_counts (organization_id, month, due_at)
        select ${ctx.organization.id}, (m || '-01')::date, ${ctx.now} from unnest(${texts(months)}::text[]) as m
        on conflict do nothing`,
  );
}

/** The month that waits longest to be counted, ours until the database transaction ends; the newest of those that never were. */
export async function takeDueMonth(ctx: Ctx, next: (month: string) => Date): Promise<string | null> {
  const due = await row<{ month: string }>(
    ctx,
    sql`/* reports.take_month */ select to_char(month, 'YYYY-MM') as month from revenue_counts
         where organization_id = ${ctx.organization.id} and due_at <= ${ctx.now}
         order by due_at, month desc limit 1 for no key update skip locked`,
  );
  if (!due) return null;
  await run(
    ctx,
    sql`/* reports.month_counted */ update revenue_counts set counted_at = ${ctx.now}, due_at = ${next(due.month)}
         where organization_id = ${ctx.organization.id} and month = ${`${due.month}-01`}`,
  );
  return due.month;
}

export async function forgetMonth(ctx: Ctx, month: string): Promise<void> {
  await run(
    ctx,
    sql`/* reports.forget_month */ delete from revenue_months where organization_id = ${ctx.organization.id} and month = ${`${month}-01`}`,
  );
}

export type MonthSum = {
  month: string;
  type: RevenueType;
  currency: string;
  netMicros: Micros;
};

export type Months = { from: string; to: string };

/** Revenue of months, by type. Both months belong to it. */
export async function sumMonths(ctx: Ctx, { from, to }: Months): Promise<MonthSum[]> {
  return rows<MonthSum>(
    ctx,
    sql`/* reports.sum_months */ select to_char(month, 'YYYY-MM') as month, type, currency, sum(net_micros)::bigint as net_micros
          from revenue_months where organization_id = ${ctx.organization.id} and month between ${`${from}-01`} and ${`${to}-01`}
         group by 1, 2, 3 order by 1, 3, 2`,
  );
}

export async function countedAt(ctx: Ctx, { from, to }: Months): Promise<{ month: string; countedAt: Date | null }[]> {
  return rows(
    ctx,
    sql`/* reports.counted_at */ select to_char(month, 'YYYY-MM') as month, counted_at from revenue_counts
         where organization_id = ${ctx.organization.id} and month between ${`${from}-01`} and ${`${to}-01`}`,
  );
}

const keys: Record<Grouping, string> = { type: 'type', plan: 'plan_id', telecom: 'telecom_id', company: 'company_id' };

export type RevenueRow = {
  month: string;
  /** The type, or the id of the plan, the telecom, the company. */
  key: string;
  currency: string;
  netMicros: Micros;
  bytes: bigint;
  lines: number;
};

/** Revenue by month and by one other thing, the newest month first. */
export async function listRevenue(
  ctx: Ctx,
  by: Grouping,
  { from, to }: Months,
  page: { after?: { month: string; key: string; currency: string }; limit: number },
): Promise<RevenueRow[]> {
  const key = sql`${raw(keys[by])}::text`;
  const { after } = page;
  const conditions: Sql[] = [
    sql`organization_id = ${ctx.organization.id} and month between ${`${from}-01`} and ${`${to}-01`}`,
  ];
  if (after) {
    conditions.push(
      sql`(month < ${`${after.month}-01`} or (month = ${`${after.month}-01`} and (${key}, currency::text) > (${after.key}, ${after.currency})))`,
    );
  }
  const found = await rows<Omit<RevenueRow, 'lines'> & { lines: bigint }>(
    ctx,
    sql`/* reports.list_revenue */ select to_char(month, 'YYYY-MM') as month, ${key} as key, currency, sum(net_micros)::bigint as net_micros,
               sum(bytes)::bigint as bytes, sum(lines)::bigint as lines
          from revenue_months where ${join(conditions)}
         group by revenue_months.month, 2, 3 order by revenue_months.month desc, 2, currency::text limit ${page.limit}`,
  );
  return found.map((one) => ({ ...one, lines: Number(one.lines) }));
}

/** What data and lines of each telecom came to in each month: costs are worked out of that. */
export async function usedOfTelecoms(
  ctx: Ctx,
  { from, to }: Months,
): Promise<{ month: string; telecomId: Id; bytes: bigint; lines: bigint }[]> {
  return rows(
    ctx,
    sql`/* reports.used_of_telecoms */ select to_char(month, 'YYYY-MM') as month, telecom_id, sum(bytes)::bigint as bytes, sum(lines)::bigint as lines
          from revenue_months where organization_id = ${ctx.organization.id} and month between ${`${from}-01`} and ${`${to}-01`}
           and type = 'usage' and bytes + lines > 0 group by 1, 2`,
  );
}

const costColumns = sql`id, telecom_id, to_char(from_month, 'YYYY-MM') as from_month, per_mb::text as per_mb, per_line_micros, set_at, set_by`;

/** Costs of all telecoms, or of one, the latest first. */
export async function listCosts(ctx: Ctx, telecomId?: Id): Promise<CarrierCost[]> {
  const one = telecomId ? sql`and telecom_id = ${telecomId}` : sql``;
  return rows<CarrierCost>(
    ctx,
    sql`/* reports.list_costs */ select ${costColumns} from carrier_costs where organization_id = ${ctx.organization.id} ${one}
         order by from_month desc, id desc limit 2000`,
  );
}

export async function insertCost(ctx: Ctx, cost: CarrierCost): Promise<void> {
  await run(
    ctx,
    sql`/* reports.insert_cost */ insert into carrier_costs (organization_id, id, telecom_id, from_month, per_mb, per_line_micros, set_at, set_by)
        values (${ctx.organization.id}, ${cost.id}, ${cost.telecomId}, ${`${cost.fromMonth}-01`}, ${cost.perMb}::numeric, ${cost.perLineMicros},
                ${cost.setAt}, ${cost.setBy})`,
  );
}

export type AgeRow = { ownerId: Id; currency: string; invoices: number; days: bigint[]; creditsMicros: Micros };

/**
 * What accounts owe by invoices that are open, in the order of their ids: not due yet, and due for 1 to 30, 31 to 60, 61 to 90, and more days.
 * Beside it what they have on account: money, and credit notes of bills below zero, that paid no invoice yet.
 */
export async function listReceivables(
  ctx: Ctx,
  filter: { ownerId?: Id },
  page: { after?: { ownerId: Id; currency: string }; limit: number },
): Promise<AgeRow[]> {
  const overdue = sql`(due_at is not null and due_at <= ${ctx.now})`;
  const days = sql`extract(epoch from ${ctx.now}::timestamptz - due_at) / 86400`;
  const within = (more: Sql) => sql`coalesce(sum(left_micros) filter (where invoice and ${more}), 0)::bigint`;
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  const { scope } = ctx.actor;
  if (scope.kind === 'company') conditions.push(sql`owner_id = ${scope.companyId}`);
  if (filter.ownerId) conditions.push(sql`owner_id = ${filter.ownerId}`);
  if (page.after)
    conditions.push(sql`(owner_id, currency::text) > (${page.after.ownerId}::uuid, ${page.after.currency})`);
  const found = await rows<Omit<AgeRow, 'days'> & Record<'a' | 'b' | 'c' | 'd' | 'e', bigint>>(
    ctx,
    sql`/* reports.list_receivables */ select owner_id, currency, count(*) filter (where invoice)::int as invoices,
               ${within(sql`not ${overdue}`)} as a, ${within(sql`${overdue} and ${days} < 30`)} as b,
               ${within(sql`${overdue} and ${days} >= 30 and ${days} < 60`)} as c, ${within(sql`${overdue} and ${days} >= 60 and ${days} < 90`)} as d,
               ${within(sql`${overdue} and ${days} >= 90`)} as e,
               coalesce(sum(left_micros) filter (where not invoice), 0)::bigint as credits_micros
          from (select owner_id, currency, due_at, gross_micros - paid_micros - credited_micros as left_micros, true as invoice
                  from invoices where ${join(conditions)} and state = 'open' and kind = 'invoice'
                 union all
                select owner_id, currency, null, gross_micros - refunded_micros - allocated_micros, false
                  from receipts where ${join(conditions)} and refunded_micros + allocated_micros < gross_micros) open
         group by owner_id, currency order by owner_id, currency::text limit ${page.limit}`,
  );
  return found.map(({ a, b, c, d, e, ...rest }) => ({ ...rest, days: [a, b, c, d, e] }));
}

/** What is due and not paid, by currency. */
export async function sumOverdue(ctx: Ctx): Promise<{ currency: string; invoices: number; micros: Micros }[]> {
  return rows(
    ctx,
    sql`/* reports.sum_overdue */ select currency, count(*)::int as invoices, sum(gross_micros - paid_micros - credited_micros)::bigint as micros
          from invoices where organization_id = ${ctx.organization.id} and state = 'open' and kind = 'invoice' and due_at <= ${ctx.now}
         group by currency order by currency`,
  );
}

/** Pre-bills that wait for somebody; a thousand say enough. */
export async function countPendingBills(ctx: Ctx): Promise<number> {
  const found = await row<{ bills: number }>(
    ctx,
    sql`/* reports.count_pending_bills */ select count(*)::int as bills from (
          select from pre_bills where organization_id = ${ctx.organization.id} and state = 'pending' limit 1000) p`,
  );
  return found!.bills;
}
