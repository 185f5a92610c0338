-- Every statement of tax. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- tax.find_number
select :numberColumns from tax_numbers where organization_id = :ctx.organization.id and owner_id = :ownerId;

-- tax.insert_rate
insert into tax_rates (organization_id, :rateColumns)
  values (:ctx.organization.id, :rate.id, :rate.ownerId, :rate.validFrom, :rate.category, :rate.ratePpm, :rate.reason,
          :rate.setAt, :rate.setBy);

-- tax.list_rates
select r.* from unnest(:ownerIds::uuid[]) as o(id), lateral (
  select :rateColumns from tax_rates where organization_id = :ctx.organization.id and owner_id = o.id
   order by valid_from desc, id desc limit :mostRates) r;

-- tax.lock
select pg_advisory_xact_lock(hashtextextended(:{`tax ${ctx.organization.id} ${ownerId}`}, 0));

-- tax.save_number
insert into tax_numbers (organization_id, :numberColumns)
  values (:ctx.organization.id, :n.ownerId, :n.country, :n.number, :n.valid, :n.checkedAt, :n.checkedHow, :n.checkedBy, :n.reference)
  on conflict (organization_id, owner_id) do update
     set country = excluded.country, number = excluded.number, valid = excluded.valid, checked_at = excluded.checked_at,
         checked_how = excluded.checked_how, checked_by = excluded.checked_by, reference = excluded.reference;

-- Pieces that the statements above name.

-- :numberColumns (sql.ts)
owner_id, country, number, valid, checked_at, checked_how, checked_by, reference

-- :rateColumns (sql.ts)
id, owner_id, valid_from, category, rate_ppm, reason, set_at, set_by
