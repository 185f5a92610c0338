-- Every statement of reports. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- reports.begin_months
insert into revenue_counts (organization_id, month, due_at)
  select :ctx.organization.id, (m || '-01')::date, :ctx.now from unnest(:{texts(months)}::text[]) as m
  on conflict do nothing;

-- reports.count_adjustments
:insert ['adjustment' | v.plan_id], x.currency, sum(x.amount_micros)::bigint, 0, 0
   from adjustments x
   left join billing_periods p on p.organization_id = x.organization_id and p.id = x.period_id
   left join plan_versions v on v.organization_id = p.organization_id and v.id = p.plan_version_id :line :payer
  where [x.at] group by 4, 5, 6, 7;

-- reports.count_fees
:insert [x.kind | v.plan_id], x.currency, sum(x.amount_micros)::bigint, 0, 0
   from fees x left join plan_versions v on v.organization_id = x.organization_id and v.id = x.plan_version_id :line :payer
  where [x.at] group by 3, 4, 5, 6, 7;

-- reports.count_other
:insert 'other', :nobody::uuid, :nobody::uuid, coalesce(i.owner_id, :nobody), r.currency,
        sum(-e.amount_micros)::bigint, 0, 0
   :posted
   left join invoices i on i.organization_id = t.organization_id
    and i.id = case when t.idempotency_key ~ '^(invoice|credit_note):' then split_part(t.idempotency_key, ':', 2)::uuid end
  where :{ofAccount('other_revenue')} group by 6, 7;

-- reports.count_pending_bills
select count(*)::int as bills from (
  select from pre_bills where organization_id = :ctx.organization.id and state = 'pending' limit 1000) p;

-- reports.count_pools
:insert 'usage', :nobody::uuid, :nobody::uuid, :company, a.currency, sum(x.charge_micros)::bigint, 0, 0
    from pool_periods x :payer where [x.starts_at] group by 6, 7
  on conflict (organization_id, month, type, plan_id, telecom_id, company_id, currency)
  do update set net_micros = revenue_months.net_micros + excluded.net_micros;

-- reports.count_refills
:insert 'refill', coalesce(n.plan_id, :nobody), coalesce(s.telecom_id, :nobody), coalesce(x.company_id, :nobody),
        r.currency, sum(-e.amount_micros)::bigint, 0, 0
   :posted
   left join payment_refunds b on b.organization_id = t.organization_id
    and b.id = case when t.idempotency_key like 'refund:%' then split_part(t.idempotency_key, ':', 2)::uuid end
   left join payments x on x.organization_id = t.organization_id
    and x.id = coalesce(b.payment_id, case when t.idempotency_key like 'payment:%' then split_part(t.idempotency_key, ':', 2)::uuid end)
   left join sims s on s.organization_id = x.organization_id and s.id = x.subject_id
   left join lateral (select n.plan_id from plan_assignments n where n.organization_id = s.organization_id and n.line_id = s.id
                       and n.starts_at <= t.at order by n.starts_at desc limit 1) n on true
  where :{ofAccount('refill_revenue')} group by 4, 5, 6, 7;

-- reports.count_usage
:insert ['usage' | v.plan_id], v.currency, sum(x.charge_micros)::bigint,
        sum(greatest(x.used_bytes, 0))::bigint, count(distinct x.line_id)
   from billing_periods x join plan_versions v on v.organization_id = x.organization_id and v.id = x.plan_version_id :line :payer
  where [x.starts_at] and x.kind = 'active' group by 4, 5, 6, 7;

-- reports.counted_at
select to_char(month, 'YYYY-MM') as month, counted_at from revenue_counts
  where organization_id = :ctx.organization.id and month between :{`${from}-01`} and :{`${to}-01`};

-- reports.forget_month
delete from revenue_months where organization_id = :ctx.organization.id and month = :{`${month}-01`};

-- reports.insert_cost
insert into carrier_costs (organization_id, id, telecom_id, from_month, per_mb, per_line_micros, set_at, set_by)
  values (:ctx.organization.id, :cost.id, :cost.telecomId, :{`${cost.fromMonth}-01`}, :cost.perMb::numeric, :cost.perLineMicros,
          :cost.setAt, :cost.setBy);

-- reports.list_costs
select :costColumns from carrier_costs where organization_id = :ctx.organization.id :one
  order by from_month desc, id desc limit 2000;

-- reports.list_receivables
select owner_id, currency, count(*) filter (where invoice)::int as invoices,
        [not :overdue] as a, [:overdue and :days < 30] as b,
        [:overdue and :days >= 30 and :days < 60] as c, [:overdue and :days >= 60 and :days < 90] as d,
        [:overdue and :days >= 90] as e,
        coalesce(sum(left_micros) filter (where not invoice), 0)::bigint as credits_micros
   from (select owner_id, currency, due_at, gross_micros - paid_micros - credited_micros as left_micros, true as invoice
           from invoices where :{join(conditions)} and state = 'open' and kind = 'invoice'
          union all
         select owner_id, currency, null, gross_micros - refunded_micros - allocated_micros, false
           from receipts where :{join(conditions)} and refunded_micros + allocated_micros < gross_micros) open
  group by owner_id, currency order by owner_id, currency::text limit :page.limit;

-- reports.list_revenue
select to_char(month, 'YYYY-MM') as month, :key as key, currency, sum(net_micros)::bigint as net_micros,
        sum(bytes)::bigint as bytes, sum(lines)::bigint as lines
   from revenue_months where :{join(conditions)}
  group by revenue_months.month, 2, 3 order by revenue_months.month desc, 2, currency::text limit :page.limit;

-- reports.month_counted
update revenue_counts set counted_at = :ctx.now, due_at = :{next(due.month)}
  where organization_id = :ctx.organization.id and month = :{`${due.month}-01`};

-- reports.sum_months
select to_char(month, 'YYYY-MM') as month, type, currency, sum(net_micros)::bigint as net_micros
   from revenue_months where organization_id = :ctx.organization.id and month between :{`${from}-01`} and :{`${to}-01`}
  group by 1, 2, 3 order by 1, 3, 2;

-- reports.sum_overdue
select currency, count(*)::int as invoices, sum(gross_micros - paid_micros - credited_micros)::bigint as micros
   from invoices where organization_id = :ctx.organization.id and state = 'open' and kind = 'invoice' and due_at <= :ctx.now
  group by currency order by currency;

-- reports.take_month
select to_char(month, 'YYYY-MM') as month from revenue_counts
  where organization_id = :ctx.organization.id and due_at <= :ctx.now
  order by due_at, month desc limit 1 for no key update skip locked;

-- reports.used_of_telecoms
select to_char(month, 'YYYY-MM') as month, telecom_id, sum(bytes)::bigint as bytes, sum(lines)::bigint as lines
  from revenue_months where organization_id = :ctx.organization.id and month between :{`${from}-01`} and :{`${to}-01`}
   and type = 'usage' and bytes + lines > 0 group by 1, 2;

-- Pieces that the statements above name.

-- :costColumns (sql.ts)
id, telecom_id, to_char(from_month, 'YYYY-MM') as from_month, per_mb::text as per_mb, per_line_micros, set_at, set_by
