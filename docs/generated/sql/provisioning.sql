-- Every statement of provisioning. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- provisioning.claim_profiles
with due as (
    select id as due_id from esim_profiles
     where organization_id = :ctx.organization.id and next_attempt_at <= :ctx.now
     order by next_attempt_at, id limit :limit for no key update skip locked)
  update esim_profiles p
     set status = 'reserving', attempts = least(p.attempts + 1, 1000), next_attempt_at = :until::timestamptz,
         updated_at = case when p.status = 'new' then :ctx.now::timestamptz else p.updated_at end
    from due, sims s
   where p.organization_id = :ctx.organization.id and p.id = due_id
     and s.organization_id = :ctx.organization.id and s.id = p.line_id
  returning :columns;

-- provisioning.claim_updates
with due as (
    select id as due_id from settings_updates
     where organization_id = :ctx.organization.id and next_attempt_at <= :ctx.now
     order by next_attempt_at, id limit :limit for no key update skip locked)
  update settings_updates c set attempts = least(c.attempts + 1, 100000), next_attempt_at = :until::timestamptz
    from due, sims s
   where c.organization_id = :ctx.organization.id and c.id = due_id
     and s.organization_id = :ctx.organization.id and s.id = c.line_id
  returning :columns;

-- provisioning.insert_profile
insert into esim_profiles
    (organization_id, id, company_id, line_id, status, eid, with_code, next_attempt_at, created_at, updated_at)
  values (:ctx.organization.id, :profile.id, :profile.companyId, :profile.lineId, 'new', :profile.eid,
          :profile.withCode, :ctx.now, :ctx.now, :ctx.now);

-- provisioning.insert_updates
insert into settings_updates
    (organization_id, id, line_id, company_id, telecom_id, package_name, package_version, status, next_attempt_at, ordered_by,
     created_at, updated_at)
  select :ctx.organization.id, u.id, u.line_id, u.company_id, u.telecom_id, :name, :version, 'scheduled',
         :ctx.now::timestamptz, :ctx.actor.name, :ctx.now::timestamptz, :ctx.now::timestamptz
    from unnest(:{uuids(of((u) => u.id))}::uuid[], :{uuids(of((u) => u.lineId))}::uuid[], :{uuids(of((u) => u.companyId))}::uuid[],
                :{uuids(of((u) => u.telecomId))}::uuid[]) as u(id, line_id, company_id, telecom_id)
  on conflict (organization_id, line_id) where status in ('scheduled', 'in-progress') do nothing
  returning line_id;

-- provisioning.list_profiles
select :columns from :withSim where :{join(conditions)} :order limit :limit;

-- provisioning.list_updates
select :columns from settings_updates c
   join sims s on s.organization_id = c.organization_id and s.id = c.line_id
  where :{join(conditions)} :order limit :limit;

-- provisioning.lock_profile
select :columns from :withSim
  where p.organization_id = :ctx.organization.id and s.organization_id = :ctx.organization.id
    and s.iccid = any(:{texts(iccids)}::text[])
  order by p.id limit 1 for no key update of p;

-- provisioning.settle_orders
update esim_profiles p
     set status = u.status, smdp_address = u.smdp_address, matching_id = u.matching_id, activation_code = u.activation_code,
         error_code = u.error_code, error_message = u.error_message, next_attempt_at = u.next_attempt_at,
         available_at = case when u.status = 'available' then :ctx.now::timestamptz end,
         updated_at = case when p.status = u.status then p.updated_at else :ctx.now::timestamptz end
    from unnest(:{uuids(of((s) => s.id))}::uuid[], :{ints(of((s) => s.attempts))}::int[], :{texts(of((s) => s.status))}::text[],
                :{texts(of((s) => s.smdpAddress))}::text[], :{texts(of((s) => s.matchingId))}::text[],
                :{texts(of((s) => s.activationCode))}::text[], :{texts(of((s) => s.errorCode))}::text[],
                :{texts(of((s) => s.errorMessage))}::text[], :{instants(of((s) => s.nextAttemptAt))}::timestamptz[])
         as u(id, attempts, status, smdp_address, matching_id, activation_code, error_code, error_message, next_attempt_at)
   where p.organization_id = :ctx.organization.id and p.id = u.id and p.attempts = u.attempts and p.status = 'reserving'
  returning p.id;

-- provisioning.settle_updates
update settings_updates c
     set status = u.status, failure = u.failure, next_attempt_at = u.next_attempt_at, carrier_reference = u.reference,
         completed_at = case when u.status = 'successful' then :ctx.now::timestamptz end,
         updated_at = case when c.status = u.status then c.updated_at else :ctx.now::timestamptz end
    from unnest(:{uuids(of((s) => s.id))}::uuid[], :{ints(of((s) => s.attempts))}::int[], :{texts(of((s) => s.status))}::text[],
                :{texts(of((s) => s.failure))}::text[], :{instants(of((s) => s.nextAttemptAt))}::timestamptz[],
                :{texts(of((s) => s.carrierReference))}::text[]) as u(id, attempts, status, failure, next_attempt_at, reference)
   where c.organization_id = :ctx.organization.id and c.id = u.id and c.attempts = u.attempts
     and c.status in ('scheduled', 'in-progress')
  returning c.id;

-- provisioning.write_progress
update esim_profiles
    set :news eid = coalesce(eid, :eid), told_at = greatest(told_at, :at::timestamptz)
  where organization_id = :ctx.organization.id and id = :id;

-- Pieces that the statements above name.

-- :columns (profiles/sql.ts)
p.id, p.company_id, p.line_id, s.iccid, p.status, p.eid, p.with_code, p.smdp_address, p.matching_id,
  p.activation_code, p.error_code, p.error_message, p.attempts, p.available_at, p.told_at, p.created_at, p.updated_at

-- :columns (settings/sql.ts)
c.id, c.line_id, s.iccid, c.company_id, c.telecom_id, c.package_name, c.package_version, c.status, c.failure,
  c.attempts, c.carrier_reference, c.created_at, c.updated_at, c.completed_at

-- :withSim (profiles/sql.ts)
esim_profiles p join sims s on s.organization_id = p.organization_id and s.id = p.line_id
