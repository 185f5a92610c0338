-- Every statement of billing. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- billing.add_series
insert into bill_series (organization_id, kind, prefix, digits)
  select :ctx.organization.id, u.* from unnest(:{series.map((s) => s.kind)}::text[], :{series.map((s) => s.prefix)}::text[],
         :{series.map((s) => s.digits)}::int[]) as u
  on conflict do nothing;

-- billing.claim
insert into billed_sources
    (organization_id, bill_id, source_kind, source_id, item_kind, line_id, pool_id, plan_version_id, at, micros)
  select :ctx.organization.id, s.* from (:{openSources(ctx, these(ctx, billIds), 'claimed too')}) s
  on conflict (organization_id, source_kind, source_id) do nothing;

-- billing.credit_items
:{writing(ctx, noteId, wanted)};

-- billing.credit_whole
[select l.*, l.left_micros as micros from (:{leftOf(ctx, invoiceId)}) l];

-- billing.credited_before
select i.net_micros, coalesce(sum(n.net_micros), 0)::bigint as credited_micros,
        coalesce(sum(n.vat_micros), 0)::bigint as vat_micros
   from invoices i left join invoices n on n.organization_id = :org and n.credits_id = i.id
  where i.organization_id = :org and i.id = :invoiceId group by i.net_micros;

-- billing.drop_claims
delete from billed_sources
  where organization_id = :ctx.organization.id and bill_id = any(:{uuids(billIds)}::uuid[]);

-- billing.drop_items
delete from bill_items where organization_id = :org and bill_id = any(:ours::uuid[]);

-- billing.drop_overdue
delete from billed_sources
  where organization_id = :ctx.organization.id and bill_id = :billId and source_kind = 'coming' and at <= :ctx.now;

-- billing.drop_pre_bills
delete from pre_bills where organization_id = :ctx.organization.id and id = any(:{uuids(ids)}::uuid[])
  and state = 'pending';

-- billing.drop_staff_items
delete from bill_items where organization_id = :org and bill_id = :billId and origin = 'staff';

-- billing.first_due
select d.month from (:{dueOf(ctx, kind, false)}) d where d.since is null order by d.month limit 1;

-- billing.insert_cycles
insert into bill_cycles (organization_id, payer_id, kind, month, pre_bill_id, done_at)
  select :ctx.organization.id, u.payer_id, :kind, u.month, u.pre_bill_id, :ctx.now::timestamptz
    from unnest(:{uuids(done.map((d) => d.payerId))}::uuid[], :{done.map((d) => d.month)}::date[],
                :{uuids(done.map((d) => d.preBillId))}::uuid[]) as u(payer_id, month, pre_bill_id);

-- billing.insert_invoice
insert into invoices (organization_id, :columns)
  values (:ctx.organization.id, :i.id, :i.kind, :i.series, :i.sequence, :i.number, :i.ownerId, :i.creditsId, :i.issuedAt, :i.dueAt,
          :i.currency, :i.netMicros, :i.vatMicros, :i.grossMicros, :i.items, :{JSON.stringify(i.document)}, :i.issuedBy, :i.paidMicros,
          :i.creditedMicros, :i.state);

-- billing.insert_pre_bills
insert into pre_bills
    (organization_id, id, number, owner_id, payer_id, kind, state, payment_type, currency, time_zone, period_from, period_until, cut_at,
     horizon_at, buyer_reference, operation_id, created_at, collected_at)
  select :ctx.organization.id, u.*, :ctx.now::timestamptz, :ctx.now::timestamptz
    from unnest(:{uuids(of('id'))}::uuid[], :{of('number')}::text[], :{uuids(of('ownerId'))}::uuid[], :{uuids(of('payerId'))}::uuid[],
                :{of('kind')}::text[], :{of('state')}::text[], :{of('paymentType')}::text[], :{of('currency')}::text[], :{of('timeZone')}::text[],
                :{of('periodFrom')}::date[], :{of('periodUntil')}::date[], :{of('cutAt')}::timestamptz[], :{of('horizonAt')}::timestamptz[], :{of('buyerReference')}::text[],
                :{uuids(of('operationId'))}::uuid[]) as u;

-- billing.invoice_periods
:{closing(ctx, preBill, linePeriods)};

-- billing.invoice_pool_periods
:{closing(ctx, preBill, poolMonths)};

-- billing.is_any_sold_by
select exists (select from plan_versions where organization_id = :org and payment_type = :kind)
  or exists (select from pool_versions where organization_id = :org and payment_type = :kind)
  or exists (select from billing_settings where organization_id = :org and payment_type = :kind) as sold;

-- billing.keep_to_keys
select set_config('enable_seqscan', 'off', true), set_config('enable_material', 'off', true),
  set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true);

-- billing.list_due
select d.id, d.owner_id, d.owner_name, d.currency, d.zone as time_zone, d.month, d.starts_at, d.ends_at
   from (:{dueOf(ctx, kind, filter.byHand ?? false)}) d
  where [true | d.since is null] [and d.id > :filter.after]
    [and d.id = any(:{uuids(filter.ids)}::uuid[])]
    [and d.month <= :filter.until::date]
    [and d.month = :filter.month::date]
  order by d.id limit :filter.limit;

-- billing.list_held_up
select d.id, d.owner_id, d.owner_name, d.currency, d.zone as time_zone, d.month, d.starts_at, d.ends_at, d.since
  from (:{dueOf(ctx, kind, false)}) d where d.since is not null order by d.since desc, d.id limit :limit;

-- billing.list_invoices
select :columns from invoices where :{join(conditions)}
  order by [issued_at desc, id desc | id desc] limit :page.limit;

-- billing.list_items
select :itemColumns from bill_items
  where organization_id = :ctx.organization.id and bill_id = :billId and position > :{page.after ?? 0}
    [and (position(:page.search in label) > 0 or detail ilike '%' || :page.search || '%')]
  order by position limit :page.limit;

-- billing.list_open
select :columns from invoices
  where organization_id = :ctx.organization.id and owner_id = :ownerId and currency = :currency and kind = 'invoice' and state = 'open'
  order by id limit :limit;

-- billing.list_pre_bills
select :columns from pre_bills where :{join(conditions)}
  order by id [desc] limit :page.limit;

-- billing.list_series
select kind, prefix, digits, next_number from bill_series where organization_id = :ctx.organization.id;

-- billing.list_settings
select :columns from billing_settings
  where organization_id = :ctx.organization.id and owner_id = any(:{uuids(ownerIds)}::uuid[]);

-- billing.list_usage
select i.id, i.line_id, i.pool_id, i.label, coalesce(n.name, o.name, i.plan_name) as plan_name, coalesce(p.starts_at, m.starts_at) as starts_at,
        coalesce(p.ends_at, m.ends_at) as ends_at, coalesce(p.used_bytes, m.used_bytes, 0) as used_bytes,
        coalesce(p.allowance_bytes, m.allowance_bytes) as allowance_bytes, p.totals as units,
        coalesce(p.charge_micros, m.charge_micros, 0) as charge_micros, i.billed_micros
   from (select coalesce(line_id, pool_id) as id, line_id, pool_id, label, sum(exact_micros)::bigint as billed_micros, max(detail) as plan_name from bill_items
          where organization_id = :org and bill_id = :billId and coalesce(line_id, pool_id) is not null
            [and position(:page.search in label) > 0]
            [and (label, coalesce(line_id, pool_id)) > (:page.after.label, :page.after.id::uuid)]
          group by 1, 2, 3, 4 order by label, 1 limit :page.limit) i
   left join lateral (select * from billing_periods b
          where b.organization_id = :org and b.line_id = i.line_id and b.kind = 'active' and b.ends_at > :span.from and b.ends_at <= :span.until
          order by b.ends_at desc limit 1) p on true
   left join lateral (select * from pool_periods b
          where b.organization_id = :org and b.pool_id = i.pool_id and b.ends_at > :span.from and b.ends_at <= :span.until
          order by b.ends_at desc limit 1) m on true
   left join plan_versions v on v.organization_id = :org and v.id = p.plan_version_id
   left join plans n on n.organization_id = :org and n.id = v.plan_id
   left join pools o on o.organization_id = :org and o.id = i.pool_id
  order by i.label, i.id;

-- billing.lock_invoice
select :columns from invoices where organization_id = :ctx.organization.id and id = :id for no key update;

-- billing.lock_payers
select pg_advisory_xact_lock(hashtextextended('billing ' || p.id, 0))
  from (select id from unnest(:{uuids(payerIds)}::uuid[]) as u(id) order by id) as p;

-- billing.lock_pre_bill
select :columns from pre_bills where organization_id = :ctx.organization.id and id = :id for no key update;

-- billing.look_at_credit
select position, (min(left_micros) - sum(micros))::bigint as left_micros from (:wanted) w group by position;

-- billing.make_items
insert into bill_items
    (organization_id, bill_id, position, origin, kind, line_id, pool_id, label, detail, quantity, unit_price_micros, exact_micros, net_micros)
  select :org, i.bill_id,
         row_number() over (partition by i.bill_id order by array_position(:kindOrder::text[], i.item_kind), label, i.line_id, i.pool_id),
         'collected', i.item_kind, i.line_id, i.pool_id, label, detail,
         case when i.alike then i.things else 1 end * sign(i.micros),
         abs(case when i.alike then i.micros / i.things else i.micros end), i.micros, to_minor(i.micros)
    from (select bill_id, item_kind, line_id, pool_id, sum(micros)::bigint as micros, count(*) as things,
                 min(micros) = max(micros) as alike, max(plan_version_id::text)::uuid as version_id
            from billed_sources where organization_id = :org and bill_id = any(:ours::uuid[])
           group by bill_id, item_kind, line_id, pool_id having sum(micros) <> 0) i
    left join sims s on s.organization_id = :org and s.id = i.line_id
    left join pools o on o.organization_id = :org and o.id = i.pool_id
    left join plan_versions v on v.organization_id = :org and v.id = i.version_id
    left join plans n on n.organization_id = :org and n.id = v.plan_id
   cross join lateral (select coalesce(s.iccid, o.name, '') as label, coalesce(n.name, '') as detail) named;

-- billing.payers_of
select a.id, a.owner_id, c.name as owner_name, a.currency, coalesce(c.time_zone, :ctx.organization.timeZone) as time_zone
   from ledger_accounts a
   join companies c on c.organization_id = a.organization_id and c.id = a.owner_id
  where a.organization_id = :ctx.organization.id and a.kind = 'unbilled'
    and (:{filter.ownerIds ? uuids(filter.ownerIds) : null}::uuid[] is null or a.owner_id = any(:{filter.ownerIds ? uuids(filter.ownerIds) : null}::uuid[]))
    and (:{filter.ids ? uuids(filter.ids) : null}::uuid[] is null or a.id = any(:{filter.ids ? uuids(filter.ids) : null}::uuid[]))
  order by a.id;

-- billing.preview
select item_kind as kind, count(*) as things, sum(micros)::bigint as micros
  from (:{openSources(ctx, asked, 'unclaimed')}) s group by item_kind order by item_kind;

-- billing.preview_running
select 'usage' as kind, count(*) as things, sum(p.charge_micros)::bigint as micros
    from sims s join billing_periods p on p.organization_id = :org and p.line_id = s.id and p.state = 'open'
   where s.organization_id = :org and s.company_id = :payer.ownerId and p.payer_id = :payer.id and p.charge_micros <> 0
  having count(*) > 0
  union all
  select 'pool_overage', count(*), sum(charge_micros)::bigint from pool_periods
   where organization_id = :org and payer_id = :payer.id and state = 'open' and charge_micros <> 0 having count(*) > 0;

-- billing.refresh_claims
update billed_sources s set micros = p.charge_micros from billing_periods p
  where s.organization_id = :org and s.bill_id = any(:{uuids(billIds)}::uuid[]) and s.source_kind = 'period'
    and p.organization_id = :org and p.id = s.source_id and s.micros <> p.charge_micros;

-- billing.refresh_pool_claims
update billed_sources s set micros = p.charge_micros from pool_periods p
  where s.organization_id = :org and s.bill_id = any(:{uuids(billIds)}::uuid[]) and s.source_kind = 'pool_period'
    and p.organization_id = :org and p.id = s.source_id and s.micros <> p.charge_micros;

-- billing.save_invoice
update invoices set paid_micros = :i.paidMicros, credited_micros = :i.creditedMicros, state = :i.state
  where organization_id = :ctx.organization.id and id = :i.id;

-- billing.save_numbers
update pre_bills p set number = u.number
   from unnest(:{uuids(preBills.map((p) => p.id))}::uuid[], :{preBills.map((p) => p.number)}::text[]) as u(id, number)
  where p.organization_id = :ctx.organization.id and p.id = u.id;

-- billing.save_pre_bill
update pre_bills
    set state = :p.state, edits = :{JSON.stringify(p.edits, bigintAsText)}::jsonb, note = :p.note, buyer_reference = :p.buyerReference,
        items = :p.items, collected_micros = :p.collectedMicros, net_micros = :p.netMicros, version = :p.version,
        reason = :p.reason, collected_at = :p.collectedAt, settled_at = :p.settledAt, settled_by = :p.settledBy
  where organization_id = :ctx.organization.id and id = :p.id;

-- billing.save_series
update bill_series set prefix = :series.prefix, digits = :series.digits
  where organization_id = :ctx.organization.id and kind = :series.kind;

-- billing.save_settings
insert into billing_settings (organization_id, :columns, set_at, set_by)
  values (:ctx.organization.id, :s.ownerId, :s.paymentType, :s.preDays, :s.approval, :s.graceDays, :s.termsDays,
          :ctx.now, :ctx.actor.name)
  on conflict (organization_id, owner_id) do update
     set payment_type = excluded.payment_type, pre_days = excluded.pre_days, approval = excluded.approval, grace_days = excluded.grace_days,
         terms_days = excluded.terms_days, set_at = excluded.set_at, set_by = excluded.set_by;

-- billing.save_sums
update pre_bills p set items = u.items, collected_micros = u.micros, net_micros = u.micros
   from unnest(:{uuids(sums.map((s) => s.billId))}::uuid[], :{ints(sums.map((s) => s.items))}::int[],
               :{bigints(sums.map((s) => s.collectedMicros))}::bigint[]) as u(id, items, micros)
  where p.organization_id = :ctx.organization.id and p.id = u.id;

-- billing.settle
update pre_bills set kind = 'settlement', state = 'approved', horizon_at = null, settled_at = :ctx.now, settled_by = :ctx.actor.name
  where organization_id = :ctx.organization.id and id = :id;

-- billing.statistics
select count(*) filter (where state = 'pending')::int as pending, count(*) filter (where state = 'approved')::int as approved,
       count(*) filter (where state = 'rejected')::int as rejected, count(distinct owner_id)::int as companies,
       count(distinct date_trunc('month', period_until))::int as months
  from pre_bills where organization_id = :ctx.organization.id and kind <> 'settlement';

-- billing.sum_claims
select bill_id, coalesce(sum(micros) filter (where source_kind not in ('coming', 'ahead')), 0)::bigint as unbilled_micros,
       coalesce(sum(micros) filter (where source_kind in ('coming', 'ahead')), 0)::bigint as deferred_micros
  from billed_sources where organization_id = :ctx.organization.id and bill_id = any(:{uuids(billIds)}::uuid[]) group by bill_id;

-- billing.sum_credit
select kind, count(*)::int as items, -sum(net_micros)::bigint as net_micros from bill_items
  where organization_id = :org and bill_id = :noteId group by kind;

-- billing.sum_items
select bill_id, count(*)::int as items,
       coalesce(sum(net_micros) filter (where origin = 'collected'), 0)::bigint as collected_micros,
       coalesce(sum(net_micros) filter (where origin = 'staff'), 0)::bigint as staff_micros
  from bill_items where organization_id = :ctx.organization.id and bill_id = any(:{uuids(billIds)}::uuid[]) group by bill_id;

-- billing.sum_kinds
select kind, count(*)::int as items, sum(net_micros)::bigint as net_micros from bill_items
  where organization_id = :ctx.organization.id and bill_id = :billId group by kind order by min(position);

-- billing.sum_kinds_of
select bill_id, kind, count(*)::int as items, sum(net_micros)::bigint as net_micros from bill_items
  where organization_id = :ctx.organization.id and bill_id = any(:{uuids(billIds)}::uuid[]) group by bill_id, kind order by bill_id, min(position);

-- billing.take_numbers
update bill_series set next_number = next_number + :count
   where organization_id = :ctx.organization.id and kind = :kind
  returning kind, prefix, digits, next_number - :count as next_number;

-- billing.was_prefix_of_another
select exists (
  select from invoices where organization_id = :ctx.organization.id and series = :prefix and kind <> :kind) as was;

-- billing.write_staff_items
insert into bill_items
    (organization_id, bill_id, position, origin, kind, detail, quantity, unit_price_micros, exact_micros, net_micros)
  select :org, :billId, u.n + (select coalesce(max(position), 0) from bill_items where organization_id = :org and bill_id = :billId),
         'staff', u.kind, u.detail, u.quantity, u.price, u.exact, u.net
    from unnest(:{items.map((i) => i.kind)}::text[], :{items.map((i) => i.detail)}::text[], :{items.map((i) => i.quantity)}::numeric[],
                :{items.map((i) => i.unitPriceMicros)}::bigint[], :{items.map((i) => i.exactMicros)}::bigint[],
                :{items.map((i) => i.netMicros)}::bigint[]) with ordinality as u(kind, detail, quantity, price, exact, net, n);

-- Pieces that the statements above name.

-- :columns (sql/invoices.ts)
id, kind, series, sequence, number, owner_id, credits_id, issued_at, due_at, currency, net_micros, vat_micros, gross_micros, items,
  document, issued_by, paid_micros, credited_micros, state

-- :columns (sql/pre-bills.ts)
id, number, owner_id, payer_id, kind, state, payment_type, currency, time_zone, period_from, period_until, cut_at, horizon_at, edits, note,
  buyer_reference, items, collected_micros, net_micros, version, operation_id, reason, created_at, collected_at, settled_at, settled_by

-- :columns (sql/settings.ts)
owner_id, payment_type, pre_days, approval, grace_days, terms_days

-- :itemColumns (sql/pre-bills.ts)
position, origin, kind, line_id, pool_id, label, detail, quantity, unit_price_micros, exact_micros, net_micros
