import type { Micros } from '@simwright/measure';
import type { Ctx } from '../../kit/ctx.ts';
import { nothing, rows, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';

/** What one SIM, or one pool, used in a period that is on a bill. */
export type BilledUsage = {
  lineId: Id | null;
  poolId: Id | null;
  label: string;
  planName: string;
  startsAt: Date | null;
  endsAt: Date | null;
  usedBytes: bigint;
  /** null: the plan includes nothing, or the pool does. */
  allowanceBytes: bigint | null;
  /** Messages and seconds of calls, where they have a price of their own. */
  units: Record<string, string> | null;
  chargeMicros: Micros;
  /** Fees, adjustments and usage of it on this bill, exactly. */
  billedMicros: Micros;
};

/**
 * The usage behind a bill: of each line and pool that is on it, with the period that ended in its days. In the order of their labels.
 *
 * @param page.after the label and id of the last one seen
 */
export async function listUsage(
  ctx: Ctx,
  billId: Id,
  span: { from: Date; until: Date },
  page: { after?: { label: string; id: Id }; search?: string; limit: number },
): Promise<(BilledUsage & { id: Id })[]> {
  const org = sql`${ctx.organization.id}::uuid`;
  return rows(
    ctx,
    sql`/* billing.list_usage */ select i.id, i.line_id, i.pool_id, i.label, coalesce(n.name, o.name, i.plan_name) as plan_name, coalesce(p.starts_at, m.starts_at) as starts_at,
               coalesce(p.ends_at, m.ends_at) as ends_at, coalesce(p.used_bytes, m.used_bytes, 0) as used_bytes,
               coalesce(p.allowance_bytes, m.allowance_bytes) as allowance_bytes, p.totals as units,
               coalesce(p.charge_micros, m.charge_micros, 0) as charge_micros, i.billed_micros
          from (select coalesce(line_id, pool_id) as id, line_id, pool_id, label, sum(exact_micros)::bigint as billed_micros, max(detail) as plan_name from bill_items
                 where organization_id = ${org} and bill_id = ${billId} and coalesce(line_id, pool_id) is not null
                   ${page.search ? sql`and position(${page.search} in label) > 0` : nothing}
                   ${page.after ? sql`and (label, coalesce(line_id, pool_id)) > (${page.after.label}, ${page.after.id}::uuid)` : nothing}
                 group by 1, 2, 3, 4 order by label, 1 limit ${page.limit}) i
          left join lateral (select * from billing_periods b
                 where b.organization_id = ${org} and b.line_id = i.line_id and b.kind = 'active' and b.ends_at > ${span.from} and b.ends_at <= ${span.until}
                 order by b.ends_at desc limit 1) p on true
          left join lateral (select * from pool_periods b
                 where b.organization_id = ${org} and b.pool_id = i.pool_id and b.ends_at > ${span.from} and b.ends_at <= ${span.until}
                 order by b.ends_at desc limit 1) m on true
          left join plan_versions v on v.organization_id = ${org} and v.id = p.plan_version_id
          left join plans n on n.organization_id = ${org} and n.id = v.plan_id
          left join pools o on o.organization_id = ${org} and o.id = i.pool_id
         order by i.label, i.id`,
  );
}
