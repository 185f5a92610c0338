-- Every statement of catalog. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- catalog.add_plan_companies
insert into plan_companies (organization_id, plan_id, company_id)
  select :ctx.organization.id, :planId, u.id from unnest(:companyIds::uuid[]) as u(id) on conflict do nothing;

-- catalog.count_plans_by_zone
select zone_id, count(*)::int as plans
   from (select distinct on (v.plan_id) v.zones
           from plan_versions v join plans p on p.organization_id = v.organization_id and p.id = v.plan_id
          where v.organization_id = :ctx.organization.id and p.archived_at is null and :{visible(ctx)}
          order by v.plan_id, v.version desc) latest,
        lateral (select (zone ->> 'id')::uuid as zone_id from jsonb_array_elements(latest.zones) as zone) named
  where zone_id = any(:ids::uuid[]) group by zone_id;

-- catalog.count_presets
select count(*)::int as presets from presets
  where organization_id = :ctx.organization.id and kind = :kind;

-- catalog.delete_preset
delete from presets
  where organization_id = :ctx.organization.id and id = :id returning :columns;

-- catalog.find_default_super_sim_plan
select :columns from plans p
  where p.organization_id = :ctx.organization.id and p.super_sim_default;

-- catalog.find_plan
select :columns from plans p
  where p.organization_id = :ctx.organization.id and p.id = :id and :{visible(ctx)};

-- catalog.find_zone
select :columns from zones
  where organization_id = :ctx.organization.id and id = :id [for no key update];

-- catalog.insert_plan
insert into plans
    (organization_id, id, name, type, super_sim_default, description, labels, named_by_us, designated, telecom_id, created_at)
  values (:ctx.organization.id, :plan.id, :plan.name, :plan.type, :plan.superSimDefault, :plan.description,
          :plan.labels, :plan.namedByUs, :plan.designated, :plan.telecomId, :plan.createdAt);

-- catalog.insert_preset
insert into presets (organization_id, id, kind, name, form, created_at, created_by)
  values (:ctx.organization.id, :preset.id, :preset.kind, :preset.name, :{JSON.stringify(preset.form)}::jsonb,
          :preset.createdAt, :preset.createdBy);

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

-- catalog.insert_zone
insert into zones (organization_id, id, name, countries, plmns, created_at, updated_at)
  values (:ctx.organization.id, :zone.id, :zone.name, :zone.countries, :zone.plmns, :zone.createdAt, :zone.updatedAt);

-- catalog.list_names_like
select lower(name) as name from plans
  where organization_id = :ctx.organization.id and archived_at is null and starts_with(lower(name), lower(:name))
    and (:except::uuid is null or id <> :except::uuid);

-- catalog.list_plan_companies
select plan_id, company_id from plan_companies
  where organization_id = :ctx.organization.id and plan_id = any(:planIds::uuid[]) order by plan_id, company_id;

-- catalog.list_plans
select :columns from plans p where :{join(conditions)} order by p.id limit :page.limit;

-- catalog.list_plans_by_id
select :columns from plans p
  where p.organization_id = :ctx.organization.id and p.id = any(:ids::uuid[]);

-- catalog.list_presets
select :columns from presets where :{join(conditions)} order by id limit :page.limit;

-- catalog.list_versions
select [distinct on (plan_id)] :versionColumns
  from plan_versions where :{join(conditions)} order by plan_id, version desc
  [limit :wanted.limit];

-- catalog.list_zones
select :columns from zones where :{join(conditions)} order by id desc limit :page.limit;

-- catalog.list_zones_by_id
select :columns from zones
  where organization_id = :ctx.organization.id and id = any(:ids::uuid[]);

-- catalog.lock_plan
select from plans where organization_id = :ctx.organization.id and id = :id for no key update;

-- catalog.plans_of_type
select id from plans where organization_id = :ctx.organization.id and type = :type order by id;

-- catalog.remove_plan_companies
delete from plan_companies
  where organization_id = :ctx.organization.id and plan_id = :planId and company_id <> all(:companyIds::uuid[]);

-- catalog.update_plan
update plans
    set name = :plan.name, named_by_us = :plan.namedByUs, description = :plan.description, labels = :plan.labels,
        designated = :plan.designated, telecom_id = :plan.telecomId, archived_at = :plan.archivedAt
  where organization_id = :ctx.organization.id and id = :plan.id;

-- catalog.update_zone
update zones
    set name = :zone.name, countries = :zone.countries, plmns = :zone.plmns, updated_at = :zone.updatedAt,
        archived_at = :zone.archivedAt
  where organization_id = :ctx.organization.id and id = :zone.id;

-- Pieces that the statements above name.

-- :columns (sql/plans.ts)
p.id, p.name, p.type, p.super_sim_default, p.description, p.labels, p.named_by_us, p.designated,
  p.telecom_id, p.created_at, p.archived_at

-- :columns (sql/presets.ts)
id, kind, name, form, created_at, created_by

-- :columns (sql/zones.ts)
id, name, countries, plmns, created_at, updated_at, archived_at

-- :versionColumns (sql/versions.ts)
id, plan_id, version, type, currency, mb_bytes, fee_micros, activation_fee_micros,
  price_per_mb::text, tiers, increment_bytes, allowance_bytes, overage_size_bytes, overage_price_micros, data_limit_bytes,
  prorated, billing_start, payment_type, ready_exit_bytes, ready_exit_commands, ready_exit_months, rates, zones, refills,
  validity_days, recurring_scope, fair_use_bytes, throttle_kbps, created_at
