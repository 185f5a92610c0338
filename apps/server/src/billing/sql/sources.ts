import type { Ctx } from '../../kit/ctx.ts';
import { type Sql, sql } from '../../kit/db.ts';

/**
 * Everything that these bills are to take and no bill has taken: one row for each fee, period, month of a pool and adjustment, with
 * the item it goes into. Amounts are exact. Reads the tables of other rooms, since a hundred thousand of them become claims without
 * passing through the process.
 *
 * @param bills a relation of `id, payer_id, kind, cut_at, payment_type` and `horizon`, the end of the month billed in advance
 */
export function openSources(ctx: Ctx, bills: Sql): Sql {
  const org = sql`${ctx.organization.id}::uuid`;
  const unclaimed = (kind: Sql, id: Sql) => sql`not exists (select from billed_sources x
    where x.organization_id = ${org} and x.source_kind = ${kind} and x.source_id = ${id})`;
  // Of what is paid on demand only a bill that was asked for takes something.
  const taken = (type: Sql) => sql`(b.kind = 'manual' or ${type} <> 'manual')`;
  return sql`
    select b.id as bill_id, 'fee' as source_kind, f.id as source_id,
           case when f.line_id is null then 'pool_fee' else f.kind end as item_kind,
           f.line_id, case when f.line_id is null then f.pool_id end as pool_id, f.plan_version_id, f.at, f.amount_micros as micros
      from (${bills}) b
      join fees f on f.organization_id = ${org} and f.payer_id = b.payer_id and f.at < b.cut_at
      left join plan_versions v on v.organization_id = ${org} and v.id = f.plan_version_id
      left join pool_versions w on w.organization_id = ${org} and w.id = f.plan_version_id
     where f.amount_micros <> 0 and ${taken(sql`coalesce(b.payment_type, v.payment_type, w.payment_type)`)}
       and (b.kind <> 'advance' or (f.kind = 'recurring'
            and coalesce(b.payment_type, v.payment_type, w.payment_type) in ('pre_billing', 'advanced_billing')))
       and ${unclaimed(sql`'fee'`, sql`f.id`)}
    union all
    select b.id, 'period', p.id, case when v.overage_size_bytes is null then 'usage' else 'overage' end,
           p.line_id, null, p.plan_version_id, p.ends_at, p.charge_micros
      from (${bills}) b
      join billing_periods p on p.organization_id = ${org} and p.payer_id = b.payer_id and p.state = 'closed' and p.invoiced_at is null
       and p.ends_at <= b.cut_at
      join plan_versions v on v.organization_id = ${org} and v.id = p.plan_version_id
     where b.kind <> 'advance' and p.charge_micros <> 0 and ${taken(sql`coalesce(b.payment_type, v.payment_type)`)}
       and ${unclaimed(sql`'period'`, sql`p.id`)}
    union all
    select b.id, 'pool_period', p.id, 'pool_overage', null, p.pool_id, p.pool_version_id, p.ends_at, p.charge_micros
      from (${bills}) b
      join pool_periods p on p.organization_id = ${org} and p.payer_id = b.payer_id and p.state = 'closed' and p.invoiced_at is null
       and p.ends_at <= b.cut_at
      join pool_versions v on v.organization_id = ${org} and v.id = p.pool_version_id
     where b.kind <> 'advance' and p.charge_micros <> 0 and ${taken(sql`coalesce(b.payment_type, v.payment_type)`)}
       and ${unclaimed(sql`'pool_period'`, sql`p.id`)}
    union all
    select b.id, 'adjustment', a.id, case when a.amount_micros < 0 then 'credit' else 'adjustment' end,
           a.line_id, case when a.line_id is null then a.pool_id end, null, a.at, a.amount_micros
      from (${bills}) b
      join adjustments a on a.organization_id = ${org} and a.payer_id = b.payer_id and a.at < b.cut_at
     where b.kind <> 'advance' and ${unclaimed(sql`'adjustment'`, sql`a.id`)}`;
}
