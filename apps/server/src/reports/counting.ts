import type { Ctx } from '../kit/ctx.ts';
import { atomically, run, type Sql, sql } from '../kit/db.ts';
import { firstIdAt } from '../kit/ids.ts';
import { boundsOf, monthAt, monthsAfter, nextCount, nobody } from './model.ts';
import * as store from './sql.ts';

/** Months that are counted when an organization is counted for the first time. */
const monthsBack = 24;

/**
 * Counts the months that are due, each in a database transaction of its own, and returns how many. What was charged is added up in the
 * database, one statement for each kind: the rows of a month may be millions.
 *
 * A fee counts in the month for which it was charged, usage in that in which its billing period began, an adjustment, a refill and what
 * staff wrote onto a bill in that in which they were posted. All months together are what the ledger's revenue accounts hold.
 */
export async function countDueMonths(ctx: Ctx, atMost: number): Promise<number> {
  const thisMonth = monthAt(ctx.now, ctx.organization.timeZone);
  let counted = 0;
  while (counted < atMost) {
    const worked = await atomically(ctx, async (ctx) => {
      await store.beginMonths(ctx, [thisMonth]);
      const month = await store.takeDueMonth(ctx, (month) => nextCount(month, thisMonth, ctx.now));
      if (month === null) return false;
      if (month === thisMonth) await beginBefore(ctx, thisMonth);
      await countMonth(ctx, month);
      return true;
    });
    if (!worked) break;
    counted += 1;
  }
  return counted;
}

async function beginBefore(ctx: Ctx, thisMonth: string): Promise<void> {
  const before = Array.from({ length: monthsBack }, (_, i) => monthsAfter(thisMonth, -1 - i));
  await store.beginMonths(ctx, before);
}

async function countMonth(ctx: Ctx, month: string): Promise<void> {
  const { from, to } = boundsOf(month, ctx.organization.timeZone);
  await store.forgetMonth(ctx, month);
  const org = ctx.organization.id;
  const firstDay = `${month}-01`;
  const company = sql`case when a.owner_id = ${org} then ${nobody}::uuid else coalesce(u.company_id, a.owner_id) end`;
  const payer = sql`join ledger_accounts a on a.organization_id = x.organization_id and a.id = x.payer_id
          left join end_users u on u.organization_id = a.organization_id and u.id = a.owner_id`;
  const line = sql`left join sims s on s.organization_id = x.organization_id and s.id = x.line_id`;
  const insert = sql`insert into revenue_months
          (organization_id, month, type, plan_id, telecom_id, company_id, currency, net_micros, bytes, lines)
        select ${org}::uuid, ${firstDay}::date,`;
  const of = (type: Sql, plan: Sql) =>
    sql`${type}, coalesce(${plan}, ${nobody}), coalesce(s.telecom_id, ${nobody}), ${company}`;
  const within = (at: Sql) => sql`x.organization_id = ${org} and ${at} >= ${from} and ${at} < ${to}`;

  await run(
    ctx,
    sql`/* reports.count_fees */ ${insert} ${of(sql`x.kind`, sql`v.plan_id`)}, x.currency, sum(x.amount_micros)::bigint, 0, 0
          from fees x left join plan_versions v on v.organization_id = x.organization_id and v.id = x.plan_version_id ${line} ${payer}
         where ${within(sql`x.at`)} group by 3, 4, 5, 6, 7`,
  );
  await run(
    ctx,
    sql`/* reports.count_usage */ ${insert} ${of(sql`'usage'`, sql`v.plan_id`)}, v.currency, sum(x.charge_micros)::bigint,
               sum(greatest(x.used_bytes, 0))::bigint, count(distinct x.line_id)
          from billing_periods x join plan_versions v on v.organization_id = x.organization_id and v.id = x.plan_version_id ${line} ${payer}
         where ${within(sql`x.starts_at`)} and x.kind = 'active' group by 4, 5, 6, 7`,
  );
  // Data of pools is charged as one: of no plan and no telecom, and its bytes are with the members already.
  await run(
    ctx,
    sql`/* reports.count_pools */ ${insert} 'usage', ${nobody}::uuid, ${nobody}::uuid, ${company}, a.currency, sum(x.charge_micros)::bigint, 0, 0
          from pool_periods x ${payer} where ${within(sql`x.starts_at`)} group by 6, 7
        on conflict (organization_id, month, type, plan_id, telecom_id, company_id, currency)
        do update set net_micros = revenue_months.net_micros + excluded.net_micros`,
  );
  await run(
    ctx,
    sql`/* reports.count_adjustments */ ${insert} ${of(sql`'adjustment'`, sql`v.plan_id`)}, x.currency, sum(x.amount_micros)::bigint, 0, 0
          from adjustments x
          left join billing_periods p on p.organization_id = x.organization_id and p.id = x.period_id
          left join plan_versions v on v.organization_id = p.organization_id and v.id = p.plan_version_id ${line} ${payer}
         where ${within(sql`x.at`)} group by 4, 5, 6, 7`,
  );
  // Entries of revenue that no period explains, by their transfers: ids begin with the instant of posting.
  const posted = sql`from ledger_accounts r
          join entries e on e.organization_id = r.organization_id and e.ledger_account_id = r.id
           and e.transfer_id >= ${firstIdAt(from)} and e.transfer_id < ${firstIdAt(to)}
          join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id`;
  const ofAccount = (kind: string) => sql`r.organization_id = ${org} and r.kind = ${kind}`;
  await run(
    ctx,
    sql`/* reports.count_refills */ ${insert} 'refill', coalesce(n.plan_id, ${nobody}), coalesce(s.telecom_id, ${nobody}), coalesce(x.company_id, ${nobody}),
               r.currency, sum(-e.amount_micros)::bigint, 0, 0
          ${posted}
          left join payment_refunds b on b.organization_id = t.organization_id
           and b.id = case when t.idempotency_key like 'refund:%' then split_part(t.idempotency_key, ':', 2)::uuid end
          left join payments x on x.organization_id = t.organization_id
           and x.id = coalesce(b.payment_id, case when t.idempotency_key like 'payment:%' then split_part(t.idempotency_key, ':', 2)::uuid end)
          left join sims s on s.organization_id = x.organization_id and s.id = x.subject_id
          left join lateral (select n.plan_id from plan_assignments n where n.organization_id = s.organization_id and n.line_id = s.id
                              and n.starts_at <= t.at order by n.starts_at desc limit 1) n on true
         where ${ofAccount('refill_revenue')} group by 4, 5, 6, 7`,
  );
  await run(
    ctx,
    sql`/* reports.count_other */ ${insert} 'other', ${nobody}::uuid, ${nobody}::uuid, coalesce(i.owner_id, ${nobody}), r.currency,
               sum(-e.amount_micros)::bigint, 0, 0
          ${posted}
          left join invoices i on i.organization_id = t.organization_id
           and i.id = case when t.idempotency_key ~ '^(invoice|credit_note):' then split_part(t.idempotency_key, ':', 2)::uuid end
         where ${ofAccount('other_revenue')} group by 6, 7`,
  );
}
