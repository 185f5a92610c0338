-- Every statement of tax. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- tax.claim_checks
with due as (
    select id as due_id from tax_checks where organization_id = :ctx.organization.id and state = 'waiting' and next_attempt_at <= :ctx.now
     order by next_attempt_at, id limit :limit for no key update skip locked)
  update tax_checks set attempts = least(attempts + 1, 100), next_attempt_at = :until::timestamptz
    from due where organization_id = :ctx.organization.id and id = due.due_id
  returning :columns;

-- tax.find_number
select :numberColumns from tax_numbers where organization_id = :ctx.organization.id and owner_id = :ownerId;

-- tax.insert_check
insert into tax_checks
    (organization_id, id, owner_id, country, number, state, next_attempt_at, asked_at, asked_by)
  values (:ctx.organization.id, :check.id, :check.ownerId, :check.country, :check.number, 'waiting', :ctx.now, :ctx.now,
          :ctx.actor.name)
  on conflict (organization_id, owner_id) where state = 'waiting'
  do update set country = excluded.country, number = excluded.number, attempts = 0, next_attempt_at = excluded.next_attempt_at;

-- tax.insert_rate
insert into tax_rates (organization_id, :rateColumns)
  values (:ctx.organization.id, :rate.id, :rate.ownerId, :rate.validFrom, :rate.category, :rate.ratePpm, :rate.reason,
          :rate.setAt, :rate.setBy);

-- tax.keep_answer
update tax_checks
    set state = 'answered', valid = :valid, request_id = :requestId, name = :name, address = :address, problem = :problem,
        next_attempt_at = null, settled_at = :ctx.now
  where organization_id = :ctx.organization.id and id = :id and state = 'waiting' returning id;

-- tax.list_checks
select :columns from tax_checks where organization_id = :ctx.organization.id and owner_id = :ownerId
  order by id desc limit :limit;

-- tax.list_rates
select r.* from unnest(:ownerIds::uuid[]) as o(id), lateral (
  select :rateColumns from tax_rates where organization_id = :ctx.organization.id and owner_id = o.id
   order by valid_from desc, id desc limit :mostRates) r;

-- tax.lock
select pg_advisory_xact_lock(hashtextextended(:{`tax ${ctx.organization.id} ${ownerId}`}, 0));

-- tax.postpone_check
update tax_checks
    set problem = :{problem.slice(0, 200)}, next_attempt_at = :next::timestamptz,
        state = case when :next::timestamptz is null then 'by_hand' else 'waiting' end,
        settled_at = case when :next::timestamptz is null then :ctx.now::timestamptz end
  where organization_id = :ctx.organization.id and id = :id and state = 'waiting';

-- tax.save_number
insert into tax_numbers (organization_id, :numberColumns)
  values (:ctx.organization.id, :n.ownerId, :n.country, :n.number, :n.valid, :n.checkedAt, :n.checkedHow, :n.checkedBy, :n.reference)
  on conflict (organization_id, owner_id) do update
     set country = excluded.country, number = excluded.number, valid = excluded.valid, checked_at = excluded.checked_at,
         checked_how = excluded.checked_how, checked_by = excluded.checked_by, reference = excluded.reference;

-- Pieces that the statements above name.

-- :columns (vies/sql.ts)
id, owner_id, country, number, state, attempts, next_attempt_at, problem, valid, request_id, name, address, asked_at, asked_by,
  settled_at

-- :numberColumns (sql.ts)
owner_id, country, number, valid, checked_at, checked_how, checked_by, reference

-- :rateColumns (sql.ts)
id, owner_id, valid_from, category, rate_ppm, reason, set_at, set_by
