-- Every statement of inventory. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- inventory.count_by_fleet
select s.fleet_id as id, count(*)::int as sims from sims s
  where :conditions and s.fleet_id = any(:ids::uuid[]) group by 1;

-- inventory.count_by_plan
select a.plan_id as id, count(*)::int as sims
   from plan_assignments a join sims s on s.organization_id = a.organization_id and s.id = a.line_id
  where :conditions and a.plan_id = any(:ids::uuid[]) and a.ends_at is null group by 1;

-- inventory.count_by_status
select :statusInSql as status, count(*)::int as sims :fromSims
  where :{conditionsOf(ctx, filter)} group by 1;

-- inventory.count_sims
select count(*)::int as sims :fromSims where :{conditionsOf(ctx, filter)};

-- inventory.count_with_same_limits
select count(*)::int as same
   from unnest(:{sims.map((s) => s.id)}::uuid[], :{sims.map((s) => s.dataLimitBytes)}::bigint[],
               :{sims.map((s) => s.fleetDataLimitMb)}::bigint[]) as u(id, own, fleet)
   join sims s on s.organization_id = :ctx.organization.id and s.id = u.id
   left join fleets f on f.organization_id = s.organization_id and f.id = s.fleet_id
  where s.data_limit_bytes is not distinct from u.own and f.data_limit_mb is not distinct from u.fleet;

-- inventory.end_assignments
update plan_assignments set ends_at = greatest(:ctx.now::timestamptz, starts_at)
  where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]) and ends_at is null;

-- inventory.find_charged_sims
select distinct on (found)
        case when s.id = any(:ids::uuid[]) then s.id::text else s.telecom_id || '/' || s.imsi end as found,
        :simColumns, f.data_limit_mb as fleet_data_limit_mb
   from sims s left join fleets f on f.organization_id = s.organization_id and f.id = s.fleet_id
  where s.organization_id = :ctx.organization.id
    and (s.id = any(:ids::uuid[])
         or (s.telecom_id, s.imsi) in (
            select * from unnest(:{wanted.map((w) => w.telecomId)}::uuid[], :{wanted.map((w) => w.imsi)}::text[])))
  order by found, (s.lifecycle = 'archived');

-- inventory.find_registration_code
select registration_code_sealed from sims
  where organization_id = :ctx.organization.id and id = :id;

-- inventory.find_taken
select iccid, null as imsi from sims
   where organization_id = :ctx.organization.id and iccid = any(:iccids::text[])
  union all
  select iccid, imsi from sims
   where organization_id = :ctx.organization.id and telecom_id = :telecomId and imsi = any(:imsis::text[])
     and lifecycle <> 'archived';

-- inventory.insert_assignments
insert into plan_assignments
    (organization_id, id, line_id, plan_id, plan_version_id, source, starts_at, assigned_by)
  select :ctx.organization.id, u.*, :ctx.now, :ctx.actor.name
    from unnest(:{assignments.map(() => newId(ctx))}::uuid[], :{assignments.map((a) => a.lineId)}::uuid[],
                :{assignments.map((a) => a.planId)}::uuid[], :{assignments.map((a) => a.planVersionId)}::uuid[],
                :{assignments.map((a) => a.source)}::text[]) as u;

-- inventory.insert_blocks
insert into blocks (organization_id, id, line_id, reason, detail, opened_at, opened_by)
  select :ctx.organization.id, u.*, :ctx.actor.name
    from unnest(:{blocks.map(() => newId(ctx))}::uuid[], :{blocks.map((b) => b.lineId)}::uuid[],
                :{blocks.map((b) => b.reason)}::text[], :{blocks.map((b) => JSON.stringify(b.detail))}::jsonb[],
                :{blocks.map((b) => b.at)}::timestamptz[]) as u
  on conflict (organization_id, line_id, reason) where lifted_at is null do nothing
  returning :blockColumns;

-- inventory.insert_fleet
insert into fleets
    (organization_id, id, company_id, unique_name, network_access_profile_id, plan_id, data_enabled, data_limit_mb,
     ip_commands_url, ip_commands_method, sms_commands_enabled, sms_commands_url, sms_commands_method, created_at, updated_at)
  values (:ctx.organization.id, :f.id, :f.companyId, :f.uniqueName, :f.networkAccessProfileId, :f.planId,
     :f.dataEnabled, :f.dataLimitMb, :f.ipCommandsUrl, :f.ipCommandsMethod, :f.smsCommandsEnabled,
     :f.smsCommandsUrl, :f.smsCommandsMethod, :f.createdAt, :f.updatedAt);

-- inventory.insert_lifecycle_changes
insert into lifecycle_changes
    (organization_id, id, line_id, from_lifecycle, to_lifecycle, at, by)
  select :ctx.organization.id, u.*, :ctx.actor.name
    from unnest(:{changes.map(() => newId(ctx))}::uuid[], :{changes.map((c) => c.lineId)}::uuid[],
                :{changes.map((c) => c.from)}::text[], :{changes.map((c) => c.to)}::text[],
                :{changes.map((c) => c.at)}::timestamptz[]) as u;

-- inventory.insert_profile
insert into network_access_profiles
    (organization_id, id, company_id, unique_name, networks, created_at, updated_at)
  values (:ctx.organization.id, :p.id, :p.companyId, :p.uniqueName, :p.networks, :p.createdAt, :p.updatedAt);

-- inventory.insert_sims
insert into sims
    (organization_id, id, telecom_id, iccid, iccid_check_digit, imsi, msisdn, eid, form, note, labels,
     registration_code_sealed, created_at, updated_at)
  select :ctx.organization.id, u.id, u.telecom_id, u.iccid, u.check_digit, u.imsi, u.msisdn, u.eid, u.form, u.note,
         coalesce((select array_agg(l) from jsonb_array_elements_text(u.labels) l), '{}'), u.code,
         :ctx.now::timestamptz, :ctx.now::timestamptz
    from unnest(:{sims.map((s) => s.id)}::uuid[], :{sims.map((s) => s.telecomId)}::uuid[],
                :{sims.map((s) => s.iccid)}::text[], :{sims.map((s) => s.iccidCheckDigit)}::text[],
                :{sims.map((s) => s.imsi)}::text[], :{sims.map((s) => s.msisdn)}::text[], :{sims.map((s) => s.eid)}::text[],
                :{sims.map((s) => s.form)}::text[], :{sims.map((s) => s.note)}::text[],
                :{sims.map((s) => JSON.stringify(s.labels))}::jsonb[], :{sims.map((s) => s.registrationCodeSealed)}::bytea[])
         as u(id, telecom_id, iccid, check_digit, imsi, msisdn, eid, form, note, labels, code)
  on conflict do nothing
  returning id;

-- inventory.lift_blocks
update blocks set lifted_at = greatest(:at::timestamptz, opened_at), lifted_by = :ctx.actor.name
   where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]) and reason = :reason
     and lifted_at is null
  returning :blockColumns;

-- inventory.lift_suspensions
update suspensions set lifted_at = :ctx.now, lifted_by = :ctx.actor.name
  where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]) and lifted_at is null;

-- inventory.list_blocks
select :blockColumns from blocks
  where organization_id = :ctx.organization.id and line_id = :lineId
    [and (opened_at, id) < (:after.openedAt, :after.id::uuid)]
  order by opened_at desc, id desc limit :limit;

-- inventory.list_fleets
select :fleetColumns from fleets f where :{join(conditions)}
  order by f.id [desc] limit :page.limit;

-- inventory.list_open_assignments
select :assignmentColumns from plan_assignments
  where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]) and ends_at is null;

-- inventory.list_open_blocks
select :blockColumns from blocks
  where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]) and lifted_at is null
  order by opened_at;

-- inventory.list_open_suspensions
select id, line_id, reason, opened_at, opened_by, lifted_at, lifted_by
   from suspensions
  where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]) and lifted_at is null;

-- inventory.list_profiles
select :profileColumns from network_access_profiles p where :{join(conditions)}
  order by p.id [desc] limit :page.limit;

-- inventory.list_sims
select :simColumns :fromSims where :{conditionsOf(ctx, filter)} :edge
  order by s.id [desc] limit :page.limit;

-- inventory.list_suspensions
select id, line_id, reason, opened_at, opened_by, lifted_at, lifted_by from suspensions
  where organization_id = :ctx.organization.id and line_id = :lineId order by opened_at desc limit :limit;

-- inventory.lock_fleet
select :fleetColumns from fleets f
  where f.organization_id = :ctx.organization.id and f.id = :id for no key update;

-- inventory.lock_profile
select :profileColumns from network_access_profiles p
  where p.organization_id = :ctx.organization.id and p.id = :id for no key update;

-- inventory.lock_sim_by_iccid
select :simColumns, s.registration_code_sealed from sims s
  where s.organization_id = :ctx.organization.id and s.iccid = any(:iccids::text[])
  order by s.id limit 1 for no key update;

-- inventory.lock_sims
select :simColumns from sims s
  where s.organization_id = :ctx.organization.id and s.id = any(:ids::uuid[]) :company
  order by s.id for no key update :{others === 'skip' ? raw('skip locked') : nothing};

-- inventory.move_lifecycle
update sims s
     set lifecycle = u.become, updated_at = :ctx.now, version = s.version + 1
    from unnest(:{changes.map((c) => c.lineId)}::uuid[], :{changes.map((c) => c.from)}::text[],
                :{changes.map((c) => c.to)}::text[]) as u(id, was, become)
   where s.organization_id = :ctx.organization.id and s.id = u.id and s.lifecycle = u.was
  returning s.id;

-- inventory.note_imei
update sims s set imei = u.imei, imei_seen_at = :ctx.now
   from unnest(:{seen.map((s) => s.lineId)}::uuid[], :{seen.map((s) => s.imei)}::text[]) as u(id, imei)
  where s.organization_id = :ctx.organization.id and s.id = u.id;

-- inventory.open_suspensions
insert into suspensions (organization_id, id, line_id, reason, opened_at, opened_by)
  select :ctx.organization.id, u.*, :reason, :ctx.now, :ctx.actor.name
    from unnest(:{lineIds.map(() => newId(ctx))}::uuid[], :lineIds::uuid[]) as u
  on conflict (organization_id, line_id) where lifted_at is null do nothing;

-- inventory.update_fleet
update fleets
    set unique_name = :f.uniqueName, network_access_profile_id = :f.networkAccessProfileId, plan_id = :f.planId,
        data_limit_mb = :f.dataLimitMb, ip_commands_url = :f.ipCommandsUrl, ip_commands_method = :f.ipCommandsMethod,
        sms_commands_url = :f.smsCommandsUrl, sms_commands_method = :f.smsCommandsMethod, updated_at = :f.updatedAt
  where organization_id = :ctx.organization.id and id = :f.id;

-- inventory.update_profile
update network_access_profiles
    set unique_name = :p.uniqueName, networks = :p.networks, updated_at = :p.updatedAt
  where organization_id = :ctx.organization.id and id = :p.id;

-- inventory.update_sims
update sims set [updated_at = :ctx.now | version = version + 1]
  where organization_id = :ctx.organization.id and id = any(:ids::uuid[]);

-- Pieces that the statements above name.

-- :assignmentColumns (sql/states.ts)
id, line_id, plan_id, plan_version_id, source, starts_at, ends_at, assigned_by

-- :blockColumns (sql/states.ts)
id, line_id, reason, detail, opened_at, opened_by, lifted_at, lifted_by

-- :fleetColumns (sql/fleets.ts)
f.id, f.company_id, f.unique_name, f.network_access_profile_id, f.plan_id, f.data_enabled, f.data_limit_mb,
  f.ip_commands_url, f.ip_commands_method, f.sms_commands_enabled, f.sms_commands_url, f.sms_commands_method, f.created_at, f.updated_at

-- :fromSims (sql/sims.ts)
from sims s left join carrier_lines c on c.organization_id = s.organization_id and c.line_id = s.id

-- :profileColumns (sql/fleets.ts)
p.id, p.company_id, p.unique_name, p.networks, p.created_at, p.updated_at

-- :simColumns (sql/sims.ts)
s.id, s.telecom_id, s.iccid, s.iccid_check_digit, s.imsi, s.msisdn, s.eid, s.imei, s.imei_seen_at,
  s.form, s.unique_name, s.note, s.labels, s.company_id, s.end_user_id, s.fleet_id, s.data_limit_bytes, s.lifecycle,
  s.registered_at, s.created_at, s.updated_at, s.version

-- :statusInSql (sql/sims.ts)
case
  when s.lifecycle = 'archived' then 'Archived'
  when c.link is null or c.link = 'none' then 'Not Available'
  when c.link = 'checking' or exists (select from carrier_operations o where o.organization_id = s.organization_id
       and o.line_id = s.id and o.state = 'outstanding' and o.kind = 'set_state' and o.cause = 'lifecycle') then 'Pending'
  when c.link = 'error' then 'Invalid'
  when s.lifecycle = 'blank' then 'Blank'
  when s.lifecycle = 'suspended' or exists (select from blocks b where b.organization_id = s.organization_id
       and b.line_id = s.id and b.lifted_at is null and b.reason <> 'data_limit') then 'Suspended'
  when s.lifecycle = 'ready' then 'Activation Ready'
  else 'Active' end
