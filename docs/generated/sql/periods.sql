-- Every statement of periods. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- due_fees.charge
with paid as (
    update due_fees set settled_at = :ctx.now::timestamptz, settled_as = 'paid'
     where organization_id = :ctx.organization.id and id = any(:{uuids(ids)}::uuid[]) and settled_at is null
    returning *
  )
  insert into fees (organization_id, id, line_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency,
                    prorated_days, whole_days, at)
  select organization_id, id, line_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency, prorated_days,
         whole_days, :ctx.now::timestamptz from paid
  returning id, line_id, pool_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency, prorated_days, whole_days, at;

-- due_fees.list
select :columns from due_fees where :{join(conditions)} order by at, id limit :filter.limit;

-- due_fees.oldest_of
select distinct on (line_id) :columns from due_fees
  where organization_id = :ctx.organization.id and settled_at is null
    and (line_id, payer_id) in (select * from unnest(:{uuids(lines.map((line) => line.lineId))}::uuid[],
                                                     :{uuids(lines.map((line) => line.payerId))}::uuid[]))
  order by line_id, at, id;

-- due_fees.sum
select coalesce(sum(amount_micros), 0)::text as amount_micros, count(*) as fees from due_fees
  where organization_id = :ctx.organization.id and payer_id = :payerId and settled_at is null;

-- due_fees.waive
update due_fees set settled_at = :ctx.now, settled_as = 'waived'
  where organization_id = :ctx.organization.id and id = :id and settled_at is null;

-- periods.add_pool_usage
update pool_periods t
    set used_bytes = u.used, limit_used_bytes = u.limit_used, charge_micros = u.charge, version = t.version + 1,
        updated_at = :ctx.now
   from unnest(:{uuids(updates.map((u) => u.id))}::uuid[], :{bigints(updates.map((u) => u.usedBytes))}::bigint[],
               :{bigints(updates.map((u) => u.limitUsedBytes))}::bigint[],
               :{bigints(updates.map((u) => u.chargeMicros))}::bigint[]) as u(id, used, limit_used, charge)
  where t.organization_id = :ctx.organization.id and t.id = u.id;

-- periods.add_to_allowances
update pool_periods p set allowance_bytes = p.allowance_bytes + u.bytes, version = p.version + 1,
        updated_at = :ctx.now
   from unnest(:{uuids(sums.map((s) => s.poolPeriodId))}::uuid[], :{bigints(sums.map((s) => s.bytes))}::bigint[]) as u(id, bytes)
  where p.organization_id = :ctx.organization.id and p.id = u.id;

-- periods.add_usage
update billing_periods t
    set used_bytes = d.used, limit_used_bytes = d.limit_used, charge_micros = d.charge, version = t.version + 1,
        [totals = d.totals::jsonb,] updated_at = :ctx.now
   from (select * from unnest(:{uuids(updates.map((u) => u.id))}::uuid[], :{bigints(updates.map((u) => u.version))}::bigint[],
               :{bigints(updates.map((u) => u.usedBytes))}::bigint[], :{bigints(updates.map((u) => u.limitUsedBytes))}::bigint[],
               :{bigints(updates.map((u) => u.chargeMicros))}::bigint[]:texted)
                 as u(id, version, used, limit_used, charge[, totals])
          order by u.id :{allOf(updates)}) as d
  where t.organization_id = :ctx.organization.id and t.id = d.id and t.version = d.version;

-- periods.adjusted_of
select period_id, sum(amount_micros)::bigint as all_micros,
       coalesce(sum(amount_micros) filter (where revenue = 'usage' and kind <> 'manual'), 0)::bigint as rated_micros
  from adjustments where organization_id = :ctx.organization.id and period_id = any(:{uuids(periodIds)}::uuid[]) group by period_id;

-- periods.adjustments_beside
select :adjustmentColumns from adjustments a
  where organization_id = :ctx.organization.id and period_id = :periodId order by at, id limit 1000;

-- periods.allowance_steps
select date_trunc('hour', at, 'UTC') as hour, sum(allowance_bytes)::text as bytes
   from pool_contributions
  where organization_id = :ctx.organization.id and pool_period_id = :poolPeriodId group by 1 order by 1;

-- periods.charge_fees
insert into fees
    (organization_id, batch_id, id, line_id, pool_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency,
     prorated_days, whole_days, at)
  select :ctx.organization.id, :batchId::uuid, u.*
    from unnest(:{uuids(fees.map((f) => f.id))}::uuid[], :{uuids(fees.map((f) => f.lineId))}::uuid[], :{uuids(fees.map((f) => f.poolId))}::uuid[],
                :{uuids(fees.map((f) => f.periodId))}::uuid[], :{uuids(fees.map((f) => f.planVersionId))}::uuid[],
                :{uuids(fees.map((f) => f.payerId))}::uuid[], :{texts(fees.map((f) => f.kind))}::text[],
                :{bigints(fees.map((f) => f.amountMicros))}::bigint[], :{texts(fees.map((f) => f.currency))}::text[],
                :{ints(fees.map((f) => f.proratedDays))}::int[], :{ints(fees.map((f) => f.wholeDays))}::int[],
                :{instants(fees.map((f) => f.at))}::timestamptz[]) as u;

-- periods.close
update billing_periods p
    set state = 'closed', ends_at = u.at, allowance_bytes = coalesce(u.allowance, p.allowance_bytes), version = p.version + 1,
        updated_at = :ctx.now
   from unnest(:{uuids(closes.map((c) => c.id))}::uuid[], :{bigints(closes.map((c) => c.version))}::bigint[],
               :{instants(closes.map((c) => c.at))}::timestamptz[], :{bigints(closes.map((c) => c.allowanceBytes ?? null))}::bigint[])
        as u(id, version, at, allowance)
  where p.organization_id = :ctx.organization.id and p.id = u.id and p.version = u.version and p.state = 'open';

-- periods.close_pools
update pool_periods set state = 'closed', version = version + 1, updated_at = :ctx.now
  where organization_id = :ctx.organization.id and id = any(:{uuids(ids)}::uuid[]);

-- periods.find_adjustment
select :adjustmentColumns from adjustments a
  where organization_id = :ctx.organization.id and id = :id;

-- periods.find_due_fee
select id, line_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency, prorated_days,
  whole_days, at, settled_at, settled_as from due_fees where organization_id = :ctx.organization.id and id = :id;

-- periods.find_fee
select id, line_id, pool_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency, prorated_days,
  whole_days, at, batch_id from fees where organization_id = :ctx.organization.id and id = :id;

-- periods.grow
update billing_periods p
    set allowance_bytes = u.allowance, ends_at = u.ends_at, version = p.version + 1, updated_at = :ctx.now
   from unnest(:{uuids(grown.map((g) => g.id))}::uuid[], :{bigints(grown.map((g) => g.allowanceBytes))}::bigint[],
               :{instants(grown.map((g) => g.endsAt))}::timestamptz[]) as u(id, allowance, ends_at)
  where p.organization_id = :ctx.organization.id and p.id = u.id and p.state = 'open';

-- periods.insert_adjustments
insert into adjustments
    (organization_id, id, line_id, pool_id, period_id, payer_id, kind, revenue, amount_micros, currency, reason, detail,
     transfer_key, at, by)
  select :ctx.organization.id, u.id, u.line_id, u.pool_id, u.period_id, u.payer_id, u.kind, u.revenue, u.amount, u.currency, u.reason,
         u.detail::jsonb, u.key, :ctx.now::timestamptz, :ctx.actor.name
    from unnest(:{uuids(of('id'))}::uuid[], :{uuids(of('lineId'))}::uuid[], :{uuids(of('poolId'))}::uuid[], :{uuids(of('periodId'))}::uuid[],
                :{uuids(of('payerId'))}::uuid[], :{texts(of('kind'))}::text[], :{texts(of('of'))}::text[],
                :{bigints(of('amountMicros'))}::bigint[], :{texts(of('currency'))}::text[], :{texts(of('reason'))}::text[],
                :{texts(of('detail').map((detail) => JSON.stringify(detail, bigintAsText)))}::text[], :{texts(of('key'))}::text[])
         as u(id, line_id, pool_id, period_id, payer_id, kind, revenue, amount, currency, reason, detail, key);

-- periods.insert_changes
insert into plan_changes
    (organization_id, id, line_id, plan_id, plan_version_id, pool_id, asked_at, asked_by)
  select :ctx.organization.id, u.*, :ctx.now::timestamptz, :ctx.actor.name
    from unnest(:{uuids(changes.map((c) => c.id))}::uuid[], :{uuids(changes.map((c) => c.lineId))}::uuid[],
                :{uuids(changes.map((c) => c.planId))}::uuid[], :{uuids(changes.map((c) => c.planVersionId))}::uuid[],
                :{uuids(changes.map((c) => c.poolId))}::uuid[]) as u;

-- periods.insert_contributions
insert into pool_contributions
    (organization_id, pool_period_id, line_id, plan_version_id, allowance_bytes, fee_micros, at)
  select :ctx.organization.id, u.*
    from unnest(:{uuids(contributions.map((c) => c.poolPeriodId))}::uuid[], :{uuids(contributions.map((c) => c.lineId))}::uuid[],
                :{uuids(contributions.map((c) => c.planVersionId))}::uuid[], :{bigints(contributions.map((c) => c.allowanceBytes))}::bigint[],
                :{bigints(contributions.map((c) => c.feeMicros))}::bigint[], :{instants(contributions.map((c) => c.at))}::timestamptz[]) as u
  on conflict do nothing returning line_id;

-- periods.insert_due_fees
insert into due_fees
    (organization_id, id, line_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency, prorated_days, whole_days, at)
  select :ctx.organization.id, u.*
    from unnest(:{uuids(fees.map((f) => f.id))}::uuid[], :{uuids(fees.map((f) => f.lineId))}::uuid[],
                :{uuids(fees.map((f) => f.periodId))}::uuid[], :{uuids(fees.map((f) => f.planVersionId))}::uuid[],
                :{uuids(fees.map((f) => f.payerId))}::uuid[], :{texts(fees.map((f) => f.kind))}::text[],
                :{bigints(fees.map((f) => f.amountMicros))}::bigint[], :{texts(fees.map((f) => f.currency))}::text[],
                :{ints(fees.map((f) => f.proratedDays))}::int[], :{ints(fees.map((f) => f.wholeDays))}::int[],
                :{instants(fees.map((f) => f.at))}::timestamptz[]) as u;

-- periods.insert_refills
insert into refills
    (organization_id, id, line_id, period_id, plan_version_id, option_id, amount_bytes, price_micros, currency, valid_until, at,
     granted_by, note)
  select :ctx.organization.id, u.*
    from unnest(:{uuids(of('id'))}::uuid[], :{uuids(of('lineId'))}::uuid[], :{uuids(of('periodId'))}::uuid[],
                :{uuids(of('planVersionId'))}::uuid[], :{texts(of('optionId'))}::text[], :{bigints(of('amountBytes'))}::bigint[],
                :{bigints(of('priceMicros'))}::bigint[], :{texts(of('currency'))}::text[], :{instants(of('validUntil'))}::timestamptz[],
                :{instants(of('at'))}::timestamptz[], :{texts(of('grantedBy'))}::text[], :{texts(of('note'))}::text[]) as u;

-- periods.is_any_due
select 1 as one from billing_periods p
  where p.organization_id = :ctx.organization.id and p.state = 'open' and p.ends_at <= :ctx.now limit 1;

-- periods.is_any_pool_due
select 1 as one from pool_periods p
  where p.organization_id = :ctx.organization.id and p.state = 'open' and p.ends_at <= :ctx.now limit 1;

-- periods.keep_plans
select set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
  set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true);

-- periods.lapsing
select p.id, p.line_id, s.company_id, s.end_user_id, p.ends_at, v.validity_days
   from (select id, line_id, plan_version_id, ends_at, kind from billing_periods
          where organization_id = :ctx.organization.id and state = 'open' and (ends_at, id) > (:after.endsAt::timestamptz, :after.id::uuid)
            and ends_at <= :until and ends_at > :ctx.now order by ends_at, id limit :limit) p
   join sims s on s.organization_id = :ctx.organization.id and s.id = p.line_id
   join plan_versions v on v.organization_id = :ctx.organization.id and v.id = p.plan_version_id
  order by p.ends_at, p.id;

-- periods.lines_activated
select f.line_id
  from unnest(:{uuids(lines.map((l) => l.lineId))}::uuid[], :{uuids(lines.map((l) => l.payerId))}::uuid[]) as u(line_id, payer_id)
  join fees f on f.organization_id = :ctx.organization.id and f.line_id = u.line_id and f.payer_id = u.payer_id
   and f.kind = 'activation' and f.pool_id is null;

-- periods.lines_that_contributed
select c.line_id
  from unnest(:{uuids(members.map((m) => m.lineId))}::uuid[], :{uuids(members.map((m) => m.poolId))}::uuid[]) as m(line_id, pool_id)
  join pool_periods p on p.organization_id = :ctx.organization.id and p.pool_id = m.pool_id and p.state = 'open'
  join pool_contributions c on c.organization_id = p.organization_id and c.pool_period_id = p.id and c.line_id = m.line_id;

-- periods.list
select :columns, p.created_at, p.updated_at from billing_periods p
  where :{join(conditions)} order by p.starts_at desc, p.id desc limit :filter.limit;

-- periods.list_adjustments
select :adjustmentColumns from adjustments a where :{join(conditions)} order by a.id desc limit :filter.limit;

-- periods.list_at
select distinct on (p.id) :columns
  from (select * from unnest(:{uuids(moments.map((m) => m.lineId))}::uuid[], :{instants(moments.map((m) => m.at))}::timestamptz[])
               as a(line_id, at) :{allOf(moments)}) as m
  join billing_periods p on p.organization_id = :ctx.organization.id and p.line_id = m.line_id
   and (p.state = 'open' or (p.starts_at <= m.at and m.at < p.ends_at));

-- periods.list_brought
select min(f.id::text) as fee_id, min(c.at) as at, sum(c.allowance_bytes)::bigint as bytes
   from pool_contributions c
   left join fees f on f.organization_id = c.organization_id and f.period_id = c.pool_period_id and f.line_id = c.line_id
    and f.kind = 'recurring'
  where c.organization_id = :ctx.organization.id and c.pool_period_id = :poolPeriodId
  group by left(f.id::text, 13), case when f.id is null then c.at end;

-- periods.list_changes
select :columns from plan_changes
  where organization_id = :ctx.organization.id and line_id = :lineId
    [and (asked_at, id) < (:before.at, :before.id::uuid)]
  order by asked_at desc, id desc limit :limit;

-- periods.list_contributions
select line_id, plan_version_id, allowance_bytes, fee_micros, at from pool_contributions
  where organization_id = :ctx.organization.id and pool_period_id = :poolPeriodId
    [and line_id = any(:{uuids(filter.lineIds)}::uuid[])]
    [and line_id > :filter.after::uuid]
  order by line_id limit :filter.limit;

-- periods.list_costs
select line_id, kind, cut, currency, sum(micros)::bigint as micros from (
   [fees | kind | amount_micros]
   union all [adjustments | 'adjustment' | amount_micros]
   union all [refills | 'refill' | price_micros]) c
  group by 1, 2, 3, 4;

-- periods.list_fees
select id, line_id, pool_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency,
  prorated_days, whole_days, at from fees where :{join(conditions)} order by at desc, id desc limit :filter.limit;

-- periods.list_first_active
select distinct on (p.id) :columns
   from unnest(:{uuids(moments.map((m) => m.lineId))}::uuid[], :{instants(moments.map((m) => m.at))}::timestamptz[]) as m(line_id, at)
  cross join lateral (
    select * from billing_periods b
     where b.organization_id = :ctx.organization.id and b.line_id = m.line_id and b.kind = 'active' and b.starts_at >= m.at
     order by b.starts_at limit 1) p;

-- periods.list_latest
select distinct on (p.line_id) :columns, p.created_at, p.updated_at from billing_periods p
  where p.organization_id = :ctx.organization.id and p.line_id = any(:lineIds::uuid[])
  order by p.line_id, p.starts_at desc, p.kind;

-- periods.list_open
select :columns from billing_periods p
  where p.organization_id = :ctx.organization.id and p.line_id = any(:lineIds::uuid[]) and p.state = 'open'
  order by p.line_id [for no key update];

-- periods.list_pool_costs
select kind, cut, currency, sum(micros)::bigint as micros from (
   [fees | kind] union all [adjustments | 'adjustment']) c
  group by 1, 2, 3;

-- periods.list_pool_periods
select :columns from pool_periods p
  where :{join(conditions)} order by p.starts_at desc, p.id limit :filter.limit;

-- periods.list_rated_again
select :columns from billing_periods p where :{join(conditions)}
  order by p.id limit :page.limit [for no key update of p];

-- periods.list_refills
select id, line_id, period_id, plan_version_id, option_id, amount_bytes, price_micros, currency,
        valid_until, at, granted_by, note from refills
  where organization_id = :ctx.organization.id
    [and line_id = :filter.lineId]
    [and id = any(:{uuids(filter.ids)}::uuid[])]
    [and id < :filter.after::uuid]
  order by id desc limit :filter.limit;

-- periods.list_service
select line_id, kind, starts_at, ends_at, anchor_local, anchor_zone, pool_id
   from billing_periods
  where organization_id = :ctx.organization.id and line_id = any(:{uuids(lineIds)}::uuid[])
    and starts_at < :to and (ends_at is null or ends_at > :from)
  order by line_id, starts_at, kind desc;

-- periods.list_waiting_changes
select :columns from plan_changes
  where organization_id = :ctx.organization.id and line_id = any(:{uuids(lineIds)}::uuid[]) and state = 'waiting';

-- periods.list_waits_before
select u.id as after, r.id, r.starts_at
  from unnest(:{uuids(periods.map((p) => p.id))}::uuid[], :{uuids(periods.map((p) => p.lineId))}::uuid[],
              :{instants(periods.map((p) => p.startsAt))}::timestamptz[]) as u(id, line_id, starts_at)
  join billing_periods r on r.organization_id = :ctx.organization.id and r.line_id = u.line_id and r.kind = 'ready'
   and r.ends_at = u.starts_at and r.recurring_micros is not null and r.planned_ends_at > u.starts_at;

-- periods.lock_due
select p.id, p.line_id, p.kind, p.starts_at, p.ends_at, p.anchor_local, p.anchor_zone, p.plan_version_id,
        p.recurring_micros, p.version
   from billing_periods p
  where p.organization_id = :ctx.organization.id and p.state = 'open' and p.ends_at <= :ctx.now
    [and p.line_id = any(:{uuids(lineIds)}::uuid[])]
    [and (p.ends_at, p.id) > (:after.endsAt::timestamptz, :after.id::uuid)]
  order by p.ends_at, p.id limit :limit for no key update [skip locked];

-- periods.lock_due_pools
select :columns from pool_periods p
  where p.organization_id = :ctx.organization.id and p.state = 'open' and p.ends_at <= :ctx.now
    [and p.pool_id = any(:{uuids(poolIds)}::uuid[])]
  order by p.ends_at, p.id limit :limit for no key update [skip locked];

-- periods.lock_open_pools
select :columns from pool_periods p
  where p.organization_id = :ctx.organization.id and p.pool_id = any(:{uuids(poolIds)}::uuid[]) and p.state = 'open'
  order by p.id for no key update;

-- periods.lock_pools_at
select :columns from pool_periods p
  where p.organization_id = :ctx.organization.id and p.id in (
    select q.id from (select * from unnest(:{uuids(moments.map((m) => m.poolId))}::uuid[], :{instants(moments.map((m) => m.at))}::timestamptz[])
                             as a(pool_id, at) :{allOf(moments)}) as m
      join pool_periods q on q.organization_id = :ctx.organization.id and q.pool_id = m.pool_id
       and (q.state = 'open' or (q.starts_at <= m.at and m.at < q.ends_at)))
  order by p.id for no key update;

-- periods.members_by_use
select * from (
    select a.line_id, a.plan_id, a.starts_at, [a.line_id] as used_bytes
      from plan_assignments a
      [join sims s on s.organization_id = a.organization_id and s.id = a.line_id and position(:search in s.iccid) > 0]
     where a.organization_id = :ctx.organization.id and a.pool_id = :poolId and a.ends_at is null) members
  [where (used_bytes, line_id) < (:after.usedBytes::bigint, :after.lineId::uuid)]
  order by used_bytes desc, line_id desc limit :limit;

-- periods.members_that_leave
select c.line_id from plan_changes c
  where c.organization_id = :ctx.organization.id and c.line_id = any(:{uuids(lineIds)}::uuid[]) and c.state = 'waiting'
    and not exists (select from billing_periods p where p.organization_id = c.organization_id and p.line_id = c.line_id
                       and p.state = 'open' and p.ends_at > :by::timestamptz);

-- periods.open
insert into billing_periods
    (organization_id, id, line_id, kind, starts_at, ends_at, planned_ends_at, anchor_local, anchor_zone, plan_version_id,
     payer_id, allowance_bytes, pool_id, recurring_micros, taken_over_bytes, limit_used_bytes, created_at, updated_at)
  select :ctx.organization.id, u.id, u.line_id, u.kind, u.starts_at, u.ends_at, u.ends_at, u.anchor_local::timestamp, u.anchor_zone,
         u.plan_version_id, u.payer_id, u.allowance_bytes, u.pool_id, u.recurring_micros, u.taken_over_bytes,
         coalesce(u.taken_over_bytes, 0), :ctx.now::timestamptz, :ctx.now::timestamptz
    from unnest(:{uuids(periods.map((p) => p.id))}::uuid[], :{uuids(periods.map((p) => p.lineId))}::uuid[],
                :{texts(periods.map((p) => p.kind))}::text[], :{instants(periods.map((p) => p.startsAt))}::timestamptz[],
                :{instants(periods.map((p) => p.endsAt))}::timestamptz[], :{texts(periods.map((p) => p.anchor.local))}::text[],
                :{texts(periods.map((p) => p.anchor.zone))}::text[], :{uuids(periods.map((p) => p.planVersionId))}::uuid[],
                :{uuids(periods.map((p) => p.payerId))}::uuid[], :{bigints(periods.map((p) => p.allowanceBytes))}::bigint[],
                :{uuids(periods.map((p) => p.poolId))}::uuid[], :{bigints(periods.map((p) => p.recurringMicros))}::bigint[],
                :{bigints(periods.map((p) => p.takenOverBytes))}::bigint[])
         as u(id, line_id, kind, starts_at, ends_at, anchor_local, anchor_zone, plan_version_id, payer_id, allowance_bytes, pool_id,
              recurring_micros, taken_over_bytes);

-- periods.open_pools
insert into pool_periods
    (organization_id, id, pool_id, pool_version_id, starts_at, ends_at, anchor_local, anchor_zone, payer_id, allowance_bytes,
     created_at, updated_at)
  select :ctx.organization.id, u.id, u.pool_id, u.version_id, u.starts_at, u.ends_at, u.anchor_local::timestamp, u.anchor_zone,
         u.payer_id, u.allowance, :ctx.now::timestamptz, :ctx.now::timestamptz
    from unnest(:{uuids(periods.map((p) => p.id))}::uuid[], :{uuids(periods.map((p) => p.poolId))}::uuid[],
                :{uuids(periods.map((p) => p.terms.id))}::uuid[], :{instants(periods.map((p) => p.startsAt))}::timestamptz[],
                :{instants(periods.map((p) => p.endsAt))}::timestamptz[], :{periods.map((p) => p.anchor.local)}::text[],
                :{periods.map((p) => p.anchor.zone)}::text[], :{uuids(periods.map((p) => p.payerId))}::uuid[],
                :{bigints(periods.map((p) => p.allowanceBytes))}::bigint[])
         as u(id, pool_id, version_id, starts_at, ends_at, anchor_local, anchor_zone, payer_id, allowance);

-- periods.patience
select set_config('lock_timeout', :patience, true);

-- periods.patience_over
select set_config('lock_timeout', '0', true);

-- periods.planned_end_of
select planned_ends_at from billing_periods
  where organization_id = :ctx.organization.id and id = :periodId;

-- periods.pool_costs
select m.id, coalesce(f.recurring, 0)::text as recurring, coalesce(f.activation, 0)::text as activation,
       coalesce(c.contributions, 0)::int as contributions
  from unnest(:{uuids(poolPeriodIds)}::uuid[]) as m(id)
  left join lateral (
    select sum(amount_micros) filter (where kind = 'recurring') as recurring,
           sum(amount_micros) filter (where kind = 'activation') as activation
      from fees where organization_id = :ctx.organization.id and period_id = m.id) f on true
  left join lateral (
    select count(*) as contributions from pool_contributions
     where organization_id = :ctx.organization.id and pool_period_id = m.id) c on true;

-- periods.settle_changes
update plan_changes c set state = u.state, reason = u.reason, settled_at = :ctx.now
    from unnest(:{uuids(settled.map((s) => s.lineId))}::uuid[], :{texts(settled.map((s) => s.state))}::text[],
                :{texts(settled.map((s) => s.reason ?? ''))}::text[]) as u(line_id, state, reason)
   where c.organization_id = :ctx.organization.id and c.line_id = u.line_id and c.state = 'waiting'
  returning c.id, c.line_id, c.plan_id, c.plan_version_id, c.pool_id, c.state, c.reason, c.asked_at, c.asked_by, c.settled_at;

-- periods.sum_adjustments
select currency, sum(amount_micros)::bigint as amount_micros from adjustments
  where organization_id = :ctx.organization.id and at >= :from and at < :to :own group by currency;

-- periods.sum_fees
select currency, sum(amount_micros)::text as amount_micros from fees
  where organization_id = :ctx.organization.id and at >= :from and at < :to
    [and payer_id = any(:payerIds::uuid[])] group by currency;

-- periods.used_of_month
select m.line_id, [m.line_id] as used_bytes
  from unnest(:{uuids(lineIds)}::uuid[]) as m(line_id);

-- wallet_reviews.ask
insert into wallet_reviews (organization_id, wallet_id)
  select :ctx.organization.id, u.* from unnest(:{uuids(walletIds)}::uuid[]) as u;

-- wallet_reviews.done
delete from wallet_reviews
  where organization_id = :ctx.organization.id and number = any(:{numbers.map(String)}::bigint[]);

-- wallet_reviews.list
select wallet_id, array_agg(number::text) as numbers from wallet_reviews
  where organization_id = :ctx.organization.id group by wallet_id order by min(number) limit :limit;

-- Pieces that the statements above name.

-- :adjustmentColumns (adjustments.ts)
a.id, a.line_id, a.pool_id, a.period_id, a.payer_id, a.kind, a.revenue, a.amount_micros, a.currency,
  a.reason, a.detail, a.transfer_key, a.at, a.by

-- :columns (due-fees/sql.ts)
id, line_id, period_id, payer_id, kind, amount_micros, currency, at, settled_at, settled_as

-- :columns (plans/sql.ts)
id, line_id, plan_id, plan_version_id, pool_id, state, reason, asked_at, asked_by, settled_at

-- :columns (pools/sql.ts)
p.id, p.pool_id, p.pool_version_id, p.starts_at, p.ends_at, p.anchor_local, p.anchor_zone, p.state, p.payer_id,
  p.allowance_bytes, p.used_bytes, p.limit_used_bytes, p.charge_micros, p.invoiced_at, p.version

-- :columns (sql.ts)
p.id, p.line_id, p.kind, p.starts_at, p.ends_at, p.anchor_local, p.anchor_zone, p.state, p.plan_version_id,
  p.payer_id, p.allowance_bytes, p.used_bytes, p.limit_used_bytes, p.taken_over_bytes, p.totals, p.pool_id, p.recurring_micros, p.charge_micros,
  p.invoiced_at, p.version
