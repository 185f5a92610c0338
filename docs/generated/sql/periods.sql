-- Every statement of periods. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- periods.add_usage
update billing_periods t
    set used_bytes = d.used, limit_used_bytes = d.limit_used, charge_micros = d.charge, version = t.version + 1,
        updated_at = :ctx.now
   from (select * from unnest(:{uuids(updates.map((u) => u.id))}::uuid[], :{bigints(updates.map((u) => u.version))}::bigint[],
               :{bigints(updates.map((u) => u.usedBytes))}::bigint[], :{bigints(updates.map((u) => u.limitUsedBytes))}::bigint[],
               :{bigints(updates.map((u) => u.chargeMicros))}::bigint[]) as u(id, version, used, limit_used, charge)
          order by u.id :{allOf(updates)}) as d
  where t.organization_id = :ctx.organization.id and t.id = d.id and t.version = d.version;

-- periods.charge_fees
insert into fees
    (organization_id, batch_id, id, line_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency, prorated_days,
     whole_days, at)
  select :ctx.organization.id, :batchId, u.*
    from unnest(:{uuids(fees.map((f) => f.id))}::uuid[], :{uuids(fees.map((f) => f.lineId))}::uuid[],
                :{uuids(fees.map((f) => f.periodId))}::uuid[], :{uuids(fees.map((f) => f.planVersionId))}::uuid[],
                :{uuids(fees.map((f) => f.payerId))}::uuid[], :{texts(fees.map((f) => f.kind))}::text[],
                :{bigints(fees.map((f) => f.amountMicros))}::bigint[], :{texts(fees.map((f) => f.currency))}::text[],
                :{ints(fees.map((f) => f.proratedDays))}::int[], :{ints(fees.map((f) => f.wholeDays))}::int[],
                :{instants(fees.map((f) => f.at))}::timestamptz[]) as u;

-- periods.close
update billing_periods p
    set state = 'closed', ends_at = u.at, version = p.version + 1, updated_at = :ctx.now
   from unnest(:{uuids(closes.map((c) => c.id))}::uuid[], :{bigints(closes.map((c) => c.version))}::bigint[],
               :{instants(closes.map((c) => c.at))}::timestamptz[]) as u(id, version, at)
  where p.organization_id = :ctx.organization.id and p.id = u.id and p.version = u.version and p.state = 'open';

-- periods.is_any_due
select 1 as one from billing_periods p
  where p.organization_id = :ctx.organization.id and p.state = 'open' and p.ends_at <= :ctx.now limit 1;

-- periods.keep_plans
select set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
  set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true);

-- periods.list
select :columns, p.created_at, p.updated_at from billing_periods p
  where :{join(conditions)} order by p.starts_at desc, p.id desc limit :filter.limit;

-- periods.list_at
select distinct on (p.id) :columns
  from (select * from unnest(:{uuids(moments.map((m) => m.lineId))}::uuid[], :{instants(moments.map((m) => m.at))}::timestamptz[])
               as a(line_id, at) :{allOf(moments)}) as m
  join billing_periods p on p.organization_id = :ctx.organization.id and p.line_id = m.line_id
   and (p.state = 'open' or (p.starts_at <= m.at and m.at < p.ends_at));

-- periods.list_fees
select id, line_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency,
  prorated_days, whole_days, at from fees where :{join(conditions)} order by at desc, id desc limit :filter.limit;

-- periods.list_latest
select distinct on (p.line_id) :columns, p.created_at, p.updated_at from billing_periods p
  where p.organization_id = :ctx.organization.id and p.line_id = any(:lineIds::uuid[])
  order by p.line_id, p.starts_at desc, p.kind;

-- periods.list_open
select :columns from billing_periods p
  where p.organization_id = :ctx.organization.id and p.line_id = any(:lineIds::uuid[]) and p.state = 'open'
  order by p.line_id [for no key update];

-- periods.lock_due
select p.id, p.line_id, p.kind, p.starts_at, p.ends_at, p.anchor_local, p.anchor_zone, p.version
   from billing_periods p
  where p.organization_id = :ctx.organization.id and p.state = 'open' and p.ends_at <= :ctx.now
    [and p.line_id = any(:{uuids(lineIds)}::uuid[])]
    [and (p.ends_at, p.id) > (:after.endsAt::timestamptz, :after.id::uuid)]
  order by p.ends_at, p.id limit :limit for no key update [skip locked];

-- periods.open
insert into billing_periods
    (organization_id, id, line_id, kind, starts_at, ends_at, planned_ends_at, anchor_local, anchor_zone, plan_version_id,
     payer_id, allowance_bytes, created_at, updated_at)
  select :ctx.organization.id, u.id, u.line_id, u.kind, u.starts_at, u.ends_at, u.ends_at, u.anchor_local::timestamp, u.anchor_zone,
         u.plan_version_id, u.payer_id, u.allowance_bytes, :ctx.now::timestamptz, :ctx.now::timestamptz
    from unnest(:{uuids(periods.map((p) => p.id))}::uuid[], :{uuids(periods.map((p) => p.lineId))}::uuid[],
                :{texts(periods.map((p) => p.kind))}::text[], :{instants(periods.map((p) => p.startsAt))}::timestamptz[],
                :{instants(periods.map((p) => p.endsAt))}::timestamptz[], :{texts(periods.map((p) => p.anchor.local))}::text[],
                :{texts(periods.map((p) => p.anchor.zone))}::text[], :{uuids(periods.map((p) => p.planVersionId))}::uuid[],
                :{uuids(periods.map((p) => p.payerId))}::uuid[], :{bigints(periods.map((p) => p.allowanceBytes))}::bigint[])
         as u(id, line_id, kind, starts_at, ends_at, anchor_local, anchor_zone, plan_version_id, payer_id, allowance_bytes);

-- periods.patience
select set_config('lock_timeout', :patience, true);

-- periods.patience_over
select set_config('lock_timeout', '0', true);

-- periods.sum_fees
select currency, sum(amount_micros)::text as amount_micros from fees
  where organization_id = :ctx.organization.id and at >= :from and at < :to
    [and payer_id = any(:payerIds::uuid[])] group by currency;

-- Pieces that the statements above name.

-- :columns (sql.ts)
p.id, p.line_id, p.kind, p.starts_at, p.ends_at, p.anchor_local, p.anchor_zone, p.state, p.plan_version_id,
  p.payer_id, p.allowance_bytes, p.used_bytes, p.limit_used_bytes, p.charge_micros, p.version
