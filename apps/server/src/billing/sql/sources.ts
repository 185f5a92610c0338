import type { Ctx } from '../../kit/ctx.ts';
import { type Sql, sql } from '../../kit/db.ts';

/**
 * Everything that these bills are to take: one row for each fee, period, month of a pool and adjustment, with
 * the item it goes into. Amounts are exact. Reads the tables of other rooms, since a hundred thousand of them become claims without
 * passing through the process. Each payer's are looked up by themselves (`offset 0` keeps the planner from joining all payers' at once).
 *
 * In advance, a fee that follows a running period is claimed by that period (`coming`). What was billed so comes back (`ahead`) on the next
 * bill after that fee was charged, or was not: the period it followed is closed by then.
 *
 * @param bills a relation of `id, owner_id, payer_id, kind, cut_at, horizon_at, payment_type`
 * @param which without what a bill has taken already; or with it, for a caller to whom their key says so
 */
export function openSources(ctx: Ctx, bills: Sql, which: 'unclaimed' | 'claimed too'): Sql {
  const org = sql`${ctx.organization.id}::uuid`;
  // With an offset it is asked row by row, by the key. As a join it read all claims for each row, where statistics had none.
  const unclaimed = (kind: Sql, id: Sql) =>
    which === 'claimed too'
      ? sql`true`
      : sql`not exists (select from billed_sources x
          where x.organization_id = ${org} and x.source_kind = ${kind} and x.source_id = ${id} offset 0)`;
  // In advance, also what was charged until now and should have been on the bill before.
  const charged = sql`case when b.kind = 'advance' then least(b.horizon_at, ${ctx.now}) else b.cut_at end`;
  // Of what is paid on demand only a bill that was asked for takes something.
  const taken = (type: Sql) => sql`(b.kind = 'manual' or ${type} <> 'manual')`;
  return sql`
    select b.id as bill_id, 'fee' as source_kind, f.id as source_id,
           case when f.line_id is null then 'pool_fee' else f.kind end as item_kind,
           f.line_id, case when f.line_id is null then f.pool_id end as pool_id, f.plan_version_id, f.at, f.amount_micros as micros
      from (${bills}) b
      cross join lateral (select * from fees where organization_id = ${org} and payer_id = b.payer_id and at < ${charged} offset 0) f
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
      cross join lateral (select * from billing_periods where organization_id = ${org} and payer_id = b.payer_id and state = 'closed' and invoiced_at is null
             and ends_at <= b.cut_at offset 0) p
      join plan_versions v on v.organization_id = ${org} and v.id = p.plan_version_id
     where b.kind <> 'advance' and p.charge_micros <> 0 and ${taken(sql`coalesce(b.payment_type, v.payment_type)`)}
       and ${unclaimed(sql`'period'`, sql`p.id`)}
    union all
    select b.id, 'pool_period', p.id, 'pool_overage', null, p.pool_id, p.pool_version_id, p.ends_at, p.charge_micros
      from (${bills}) b
      cross join lateral (select * from pool_periods where organization_id = ${org} and payer_id = b.payer_id and state = 'closed' and invoiced_at is null
             and ends_at <= b.cut_at offset 0) p
      join pool_versions v on v.organization_id = ${org} and v.id = p.pool_version_id
     where b.kind <> 'advance' and p.charge_micros <> 0 and ${taken(sql`coalesce(b.payment_type, v.payment_type)`)}
       and ${unclaimed(sql`'pool_period'`, sql`p.id`)}
    union all
    select b.id, 'adjustment', a.id, case when a.amount_micros < 0 then 'credit' else 'adjustment' end,
           a.line_id, case when a.line_id is null then a.pool_id end, null, a.at, a.amount_micros
      from (${bills}) b
      cross join lateral (select * from adjustments where organization_id = ${org} and payer_id = b.payer_id and at < b.cut_at offset 0) a
     where b.kind <> 'advance' and ${unclaimed(sql`'adjustment'`, sql`a.id`)}
    union all
    select b.id, 'coming', p.id, 'recurring', p.line_id, null, v.id, p.ends_at, v.fee_micros
      from (${bills}) b
      cross join lateral (select * from sims where organization_id = ${org} and company_id = b.owner_id offset 0) s
      join billing_periods p on p.organization_id = ${org} and p.line_id = s.id and p.state = 'open' and p.payer_id = b.payer_id
       and p.ends_at > ${ctx.now} and p.ends_at < b.horizon_at
      join plan_assignments a on a.organization_id = ${org} and a.line_id = s.id and a.ends_at is null
      left join plan_changes c on c.organization_id = ${org} and c.line_id = s.id and c.state = 'waiting'
      join plan_versions v on v.organization_id = ${org} and v.id = case when c.id is null then a.plan_version_id else c.plan_version_id end
     where b.kind = 'advance' and coalesce(b.payment_type, v.payment_type) = 'pre_billing' and v.fee_micros > 0
       and v.type not in ('prepaid', 'static_pool', 'paygo')
       and (s.lifecycle = 'active' or (s.lifecycle = 'suspended'
            and (v.type = 'dynamic_pool' or (v.type = 'pay_per_mb' and v.recurring_scope = 'all'))))
       and ${unclaimed(sql`'coming'`, sql`p.id`)}
    union all
    select b.id, 'coming', p.id, 'pool_fee', null, p.pool_id, v.id, p.ends_at, v.fee_micros
      from (${bills}) b
      cross join lateral (select * from pool_periods where organization_id = ${org} and payer_id = b.payer_id and state = 'open'
             and ends_at > ${ctx.now} and ends_at < b.horizon_at offset 0) p
      join pools o on o.organization_id = ${org} and o.id = p.pool_id and o.type = 'static' and o.archived_at is null
     cross join lateral (select w.id, w.fee_micros, w.payment_type from pool_versions w
                          where w.organization_id = ${org} and w.pool_id = p.pool_id order by w.version desc limit 1) v
     where b.kind = 'advance' and coalesce(b.payment_type, v.payment_type) = 'pre_billing' and v.fee_micros > 0
       and ${unclaimed(sql`'coming'`, sql`p.id`)}
    union all
    select b.id, 'ahead', x.source_id, x.item_kind, x.line_id, x.pool_id, x.plan_version_id, x.at, -x.micros
      from (${bills}) b
      join pre_bills q on q.organization_id = ${org} and q.owner_id = b.owner_id and q.payer_id = b.payer_id and q.kind = 'advance'
       and q.state = 'approved'
      join billed_sources x on x.organization_id = ${org} and x.bill_id = q.id and x.source_kind = 'coming'
       and x.at < ${charged}
      left join billing_periods p on p.organization_id = ${org} and p.id = x.source_id and x.line_id is not null
      left join pool_periods o on o.organization_id = ${org} and o.id = x.source_id and x.line_id is null
     where coalesce(p.state, o.state) = 'closed' and ${unclaimed(sql`'ahead'`, sql`x.source_id`)}`;
}
