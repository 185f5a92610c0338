-- Every statement of autorefill. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- autorefill.ask_look
update auto_refills set due_at = :ctx.now
  where organization_id = :ctx.organization.id
    and id in (select id from auto_refills
                where organization_id = :ctx.organization.id and :condition and due_at > :ctx.now
                order by looked_at nulls first, id limit 1000 for no key update);

-- autorefill.attempts
select :attemptColumns from auto_refill_attempts
  where organization_id = :ctx.organization.id
    [and auto_refill_id = any(:{uuids(filter.of)}::uuid[])]
    [and payment_id = :filter.paymentId]
    [and (created_at >= :filter.since or settled_at is null)]
    [and id < :page.after]
  order by id desc limit :page.limit;

-- autorefill.claim
with due as (
    select id as due_id from auto_refills where organization_id = :ctx.organization.id and due_at <= :ctx.now
     order by due_at, id limit :limit for no key update skip locked)
  update auto_refills set due_at = :until::timestamptz
    from due where organization_id = :ctx.organization.id and id = due.due_id
  returning :columns;

-- autorefill.insert_attempt
insert into auto_refill_attempts (organization_id, :attemptColumns)
  values (:ctx.organization.id, :a.id, :a.autoRefillId, :a.state, :a.had, :a.pending, :a.payer, :a.paymentId, :a.times,
          :a.currency, :a.grossMicros, :a.reason, :a.message, :a.day, :a.createdAt, :a.settledAt)
  on conflict (organization_id, auto_refill_id) where settled_at is null do nothing;

-- autorefill.list
select :columns from auto_refills where :{join(conditions)} order by id desc limit :page.limit;

-- autorefill.lock
select :columns from auto_refills where organization_id = :ctx.organization.id and id = :id for no key update;

-- autorefill.paid_by_cards
select :columns from auto_refills
  where organization_id = :ctx.organization.id and state <> 'off'
    and ((owner_id = :ownerId and 'own_card' = any(payers)) or (company_id = :ownerId and 'company_card' = any(payers)))
  order by id limit 1000 for no key update;

-- autorefill.put
insert into auto_refills as a (organization_id, :columns)
  values (:ctx.organization.id, :a.id, :a.lineId, :a.walletId, :a.ownerId, :a.companyId, :a.state, :a.lowBytes,
          :a.optionId, :a.lowMicros, :a.amountMicros, :a.upToMicros, :a.currency, :a.payers, :a.cooldownMinutes,
          :a.dailyCapMicros, :a.monthlyCapMicros, :a.countsFrom, :a.reason, :a.reasonUntil, :a.waitsWalletId,
          :a.lookedAt, :a.dueAt, :a.setAt, :a.setBy)
  on conflict (organization_id, [line_id) where line_id is not null | wallet_id) where wallet_id is not null] do update
     set owner_id = excluded.owner_id, company_id = excluded.company_id, state = excluded.state, low_bytes = excluded.low_bytes,
         option_id = excluded.option_id, low_micros = excluded.low_micros, amount_micros = excluded.amount_micros,
         up_to_micros = excluded.up_to_micros, currency = excluded.currency, payers = excluded.payers,
         cooldown_minutes = excluded.cooldown_minutes, daily_cap_micros = excluded.daily_cap_micros,
         monthly_cap_micros = excluded.monthly_cap_micros, counts_from = excluded.counts_from, reason = excluded.reason,
         reason_until = excluded.reason_until, waits_wallet_id = excluded.waits_wallet_id, due_at = excluded.due_at,
         set_at = excluded.set_at, set_by = excluded.set_by
  returning :columns;

-- autorefill.save_attempt
update auto_refill_attempts
    set state = :a.state, reason = :a.reason, message = :a.message, settled_at = :a.settledAt
  where organization_id = :ctx.organization.id and id = :a.id;

-- autorefill.save_look
update auto_refills
    set state = :a.state, counts_from = :a.countsFrom, reason = :a.reason, reason_until = :a.reasonUntil,
        waits_wallet_id = :a.waitsWalletId, looked_at = :a.lookedAt, due_at = :a.dueAt
  where organization_id = :ctx.organization.id and id = :a.id;

-- autorefill.spent
select
     coalesce(sum(gross_micros) filter (where day = :today::date and state in ('open', 'action_needed', 'succeeded')), 0)::text as day_micros,
     coalesce(sum(gross_micros) filter (where state in ('open', 'action_needed', 'succeeded')), 0)::text as month_micros,
     count(*) filter (where day = :today::date and state <> 'none')::int as today
   from auto_refill_attempts
  where organization_id = :ctx.organization.id and auto_refill_id = :autoRefillId and day >= :monthBegan::date;

-- Pieces that the statements above name.

-- :attemptColumns (sql.ts)
id, auto_refill_id, state, had, pending, payer, payment_id, times, currency, gross_micros, reason, message, day,
  created_at, settled_at

-- :columns (sql.ts)
id, line_id, wallet_id, owner_id, company_id, state, low_bytes, option_id, low_micros, amount_micros, up_to_micros, currency,
  payers, cooldown_minutes, daily_cap_micros, monthly_cap_micros, counts_from, reason, reason_until, waits_wallet_id, looked_at, due_at,
  set_at, set_by
