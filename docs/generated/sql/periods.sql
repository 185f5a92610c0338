-- Every statement of periods. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- periods.add_usage
update billing_periods t
    set used_bytes = d.used, limit_used_bytes = d.limit_used, charge_micros = d.charge, version = t.version + 1,
        updated_at = :ctx.now
   from unnest(:{updates.map((u) => u.id)}::uuid[], :{updates.map((u) => u.version)}::bigint[],
               :{updates.map((u) => u.usedBytes)}::bigint[], :{updates.map((u) => u.limitUsedBytes)}::bigint[],
               :{updates.map((u) => u.chargeMicros)}::bigint[]) as d(id, version, used, limit_used, charge)
  where t.organization_id = :ctx.organization.id and t.id = d.id and t.version = d.version;

-- periods.charge_fees
insert into fees
    (organization_id, id, line_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency, prorated_days, whole_days, at)
  select :ctx.organization.id, u.*
    from unnest(:{fees.map(() => newId(ctx))}::uuid[], :{fees.map((f) => f.lineId)}::uuid[],
                :{fees.map((f) => f.periodId)}::uuid[], :{fees.map((f) => f.planVersionId)}::uuid[],
                :{fees.map((f) => f.payerId)}::uuid[], :{fees.map((f) => f.kind)}::text[],
                :{fees.map((f) => f.amountMicros)}::bigint[], :{fees.map((f) => f.currency)}::text[],
                :{fees.map((f) => f.proratedDays)}::int[], :{fees.map((f) => f.wholeDays)}::int[],
                :{fees.map((f) => f.at)}::timestamptz[]) as u
  on conflict do nothing
  returning id, line_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency, prorated_days, whole_days, at;

-- periods.close
update billing_periods p
    set state = 'closed', ends_at = u.at, version = p.version + 1, updated_at = :ctx.now
   from unnest(:{closes.map((c) => c.id)}::uuid[], :{closes.map((c) => c.version)}::bigint[],
               :{closes.map((c) => c.at)}::timestamptz[]) as u(id, version, at)
  where p.organization_id = :ctx.organization.id and p.id = u.id and p.version = u.version and p.state = 'open';

-- periods.is_any_due
select 1 as one from billing_periods p
  where p.organization_id = :ctx.organization.id and p.state = 'open' and p.ends_at <= :ctx.now limit 1;

-- periods.list
select :columns, p.created_at, p.updated_at from billing_periods p
  where :{join(conditions)} order by p.starts_at desc, p.id desc limit :filter.limit;

-- periods.list_at
select distinct on (p.id) :columns
  from unnest(:{moments.map((m) => m.lineId)}::uuid[], :{moments.map((m) => m.at)}::timestamptz[]) as m(line_id, at)
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
select :columns from billing_periods p
  where p.organization_id = :ctx.organization.id and p.state = 'open' and p.ends_at <= :ctx.now
    [and p.line_id = any(:lineIds::uuid[])]
  order by p.ends_at, p.id limit :limit for no key update skip locked;

-- periods.open
insert into billing_periods
    (organization_id, id, line_id, kind, starts_at, ends_at, planned_ends_at, anchor_local, anchor_zone, plan_version_id,
     payer_id, allowance_bytes, created_at, updated_at)
  select :ctx.organization.id, u.id, u.line_id, u.kind, u.starts_at, u.ends_at, u.ends_at, u.anchor_local, u.anchor_zone,
         u.plan_version_id, u.payer_id, u.allowance_bytes, :ctx.now::timestamptz, :ctx.now::timestamptz
    from unnest(:{periods.map((p) => p.id)}::uuid[], :{periods.map((p) => p.lineId)}::uuid[],
                :{periods.map((p) => p.kind)}::text[], :{periods.map((p) => p.startsAt)}::timestamptz[],
                :{periods.map((p) => p.endsAt)}::timestamptz[], :{periods.map((p) => p.anchor.local)}::timestamp[],
                :{periods.map((p) => p.anchor.zone)}::text[], :{periods.map((p) => p.planVersionId)}::uuid[],
                :{periods.map((p) => p.payerId)}::uuid[], :{periods.map((p) => p.allowanceBytes)}::bigint[])
         as u(id, line_id, kind, starts_at, ends_at, anchor_local, anchor_zone, plan_version_id, payer_id, allowance_bytes);

-- periods.sum_fees
select currency, sum(amount_micros)::text as amount_micros from fees
  where organization_id = :ctx.organization.id and at >= :from and at < :to
    [and payer_id = any(:payerIds::uuid[])] group by currency;

-- Pieces that the statements above name.

-- :columns (sql.ts)
p.id, p.line_id, p.kind, p.starts_at, p.ends_at, p.anchor_local, p.anchor_zone, p.state, p.plan_version_id,
  p.payer_id, p.allowance_bytes, p.used_bytes, p.limit_used_bytes, p.charge_micros, p.version
