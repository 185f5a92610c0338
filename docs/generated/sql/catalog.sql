-- Every statement of catalog. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- catalog.find_default_super_sim_plan
select :planColumns from plans
  where organization_id = :ctx.organization.id and super_sim_default;

-- catalog.find_plan
select :planColumns from plans where organization_id = :ctx.organization.id and id = :id;

-- catalog.insert_plan
insert into plans
    (organization_id, id, name, type, super_sim_default, description, labels, named_by_us, designated, telecom_id, created_at)
  values (:ctx.organization.id, :plan.id, :plan.name, :plan.type, :plan.superSimDefault, :plan.description,
          :plan.labels, :plan.namedByUs, :plan.designated, :plan.telecomId, :plan.createdAt);

-- catalog.insert_version
insert into plan_versions
    (organization_id, id, plan_id, version, type, currency, mb_bytes, fee_micros, activation_fee_micros, price_per_mb,
     tiers, increment_bytes, allowance_bytes, overage_size_bytes, overage_price_micros, data_limit_bytes, prorated,
     billing_start, payment_type, ready_exit_bytes, ready_exit_commands, ready_exit_months, rates, zones, refills,
     validity_days, recurring_scope, fair_use_bytes, throttle_kbps, created_at)
  values (:ctx.organization.id, :v.id, :v.planId, :v.version, :v.type, :v.currency, :v.mbBytes,
     :v.feeMicros, :v.activationFeeMicros, :{v.pricePerMb ? formatDecimal(v.pricePerMb) : null}::numeric,
     :{tiers ? JSON.stringify(tiers) : null}::jsonb, :v.incrementBytes, :v.allowanceBytes, :v.overageSizeBytes,
     :v.overagePriceMicros, :v.dataLimitBytes, :v.prorated, :v.billingStart, :v.paymentType,
     :v.readyExitBytes, :v.readyExitCommands, :v.readyExitMonths, :{JSON.stringify(v.rates.map(storedRate))}::jsonb,
     :{JSON.stringify(v.zones)}::jsonb, :{JSON.stringify(v.refills, bigintAsText)}::jsonb, :v.validityDays,
     :v.recurringScope, :v.fairUseBytes, :v.throttleKbps, :v.createdAt);

-- catalog.list_plan_companies
select plan_id, company_id from plan_companies
  where organization_id = :ctx.organization.id and plan_id = any(:planIds::uuid[]) order by plan_id, company_id;

-- catalog.list_plans
select :planColumns from plans where :{join(conditions)} order by id limit :filter.limit;

-- catalog.list_plans_by_id
select :planColumns from plans
  where organization_id = :ctx.organization.id and id = any(:ids::uuid[]);

-- catalog.list_versions
select [distinct on (plan_id)] :versionColumns
  from plan_versions where :{join(conditions)} order by plan_id, version desc
  [limit :wanted.limit];

-- catalog.lock_plan
select from plans where organization_id = :ctx.organization.id and id = :id for no key update;

-- catalog.update_plan
update plans
    set name = coalesce(:{change.name ?? null}, name),
        archived_at = case when :{change.archivedAt !== undefined} then :{change.archivedAt ?? null}::timestamptz else archived_at end
  where organization_id = :ctx.organization.id and id = :id;

-- Pieces that the statements above name.

-- :planColumns (sql.ts)
id, name, type, super_sim_default, description, labels, named_by_us, designated, telecom_id, created_at, archived_at

-- :versionColumns (sql.ts)
id, plan_id, version, type, currency, mb_bytes, fee_micros, activation_fee_micros,
  price_per_mb::text, tiers, increment_bytes, allowance_bytes, overage_size_bytes, overage_price_micros, data_limit_bytes,
  prorated, billing_start, payment_type, ready_exit_bytes, ready_exit_commands, ready_exit_months, rates, zones, refills,
  validity_days, recurring_scope, fair_use_bytes, throttle_kbps, created_at
