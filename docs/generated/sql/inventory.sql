-- Every statement of inventory. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- inventory.count_by_status
select status, sum(sims)::int as sims from sim_counts c
  where :{countedConditions(ctx, filter, 'c')} group by status having sum(sims) <> 0;

-- inventory.count_changes
select :changes;

-- inventory.count_facets
select facet, value, sims from (
   select *, row_number() over (partition by facet order by sims desc, value) as place from (:all) counted) ranked
  where place <= :facetBound order by facet, place;

-- inventory.count_found
select status, count(*)::int as sims
  from (:{await matching(ctx, filter, countBound + 1)}) found group by status;

-- inventory.count_grouped
select :column as id, sum(sims)::int as sims from sim_counts c
  where :{countedConditions(ctx, {}, 'c')} and :column = any(:ids::uuid[]) group by 1 having sum(sims) > 0;

-- inventory.count_members
select pool_id, count(*)::int as members from plan_assignments
  where organization_id = :ctx.organization.id and pool_id = any(:poolIds::uuid[]) and ends_at is null
  group by pool_id;

-- inventory.count_unchanged
select :changes,
  (select count(*)::int
     from (select * from unnest(:{uuids(sims.map((s) => s.id))}::uuid[], :{bigints(sims.map((s) => s.version))}::bigint[])
                  as a(id, version) :{allOf(sims)}) as u
     join sims s on s.organization_id = :ctx.organization.id and s.id = u.id and s.version = u.version) as sims,
  (select count(*)::int
     from unnest(:{uuids([...fleets.keys()])}::uuid[], :{bigints([...fleets.values()])}::bigint[]) as u(id, data_limit_mb)
     join fleets f on f.organization_id = :ctx.organization.id and f.id = u.id
      and f.data_limit_mb is not distinct from u.data_limit_mb) as fleets;

-- inventory.end_assignments
update plan_assignments set ends_at = greatest(:at::timestamptz, starts_at)
   where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]) and ends_at is null
  returning :assignmentColumns;

-- inventory.find_block
select :blockColumns from blocks where organization_id = :ctx.organization.id and id = :id;

-- inventory.find_by_number
select distinct on (:column) :column as number, s.id from sims s
  where s.organization_id = :ctx.organization.id and s.telecom_id = :telecomId and :column = any(:{texts(numbers)}::text[])
  order by :column, (s.lifecycle = 'archived'), s.id desc;

-- inventory.find_charged_sims
select distinct on (s.telecom_id, s.imsi) :columns
   from (select * from unnest(:{uuids(imsis.map((w) => w.telecomId))}::uuid[], :{texts(imsis.map((w) => w.imsi))}::text[])
                as a(telecom_id, imsi) :{allOf(imsis)}) as w
   join sims s on s.organization_id = :ctx.organization.id and s.telecom_id = w.telecom_id and s.imsi = w.imsi
   :withFleet
  order by s.telecom_id, s.imsi, (s.lifecycle = 'archived'), s.id desc;

-- inventory.find_charged_sims_by_iccid
select :columns from sims s :withFleet
  where s.organization_id = :ctx.organization.id and s.iccid = any(:{texts(iccids)}::text[]);

-- inventory.find_charged_sims_by_id
select :columns from sims s :withFleet
  where s.organization_id = :ctx.organization.id and s.id = any(:{uuids(ids)}::uuid[]);

-- inventory.find_registration_code
select registration_code_sealed from sims
  where organization_id = :ctx.organization.id and id = :id;

-- inventory.find_sim_ids
:statement;

-- inventory.find_taken
select iccid, null as imsi from sims
   where organization_id = :ctx.organization.id and iccid = any(:{texts(iccids)}::text[])
  union all
  select iccid, imsi from sims
   where organization_id = :ctx.organization.id and telecom_id = :telecomId and imsi = any(:{texts(imsis)}::text[])
     and lifecycle <> 'archived';

-- inventory.find_unique_names
select unique_name, id from sims
  where organization_id = :ctx.organization.id and coalesce(company_id, organization_id) = :{companyId ?? ctx.organization.id}
    and unique_name = any(:{texts(names)}::text[]);

-- inventory.fold_counts
with loose as (
    select shelf from sim_counts where organization_id = :ctx.organization.id group by shelf having count(*) > 1 limit 10000
  ), gone as (
    delete from sim_counts where organization_id = :ctx.organization.id and shelf in (select shelf from loose) returning *
  ), kept as (
    insert into sim_counts (organization_id, shelf, aisle, telecom_id, company_id, fleet_id, plan_id, lifecycle, status, registered, blocked, sims)
    select :ctx.organization.id, shelf, aisle, telecom_id, company_id, fleet_id, plan_id, lifecycle, status, registered, blocked, sum(sims)
      from gone group by 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 having sum(sims) <> 0
  )
  select count(*)::int as rows from gone;

-- inventory.holders_of
select id, end_user_id from sims
  where organization_id = :ctx.organization.id and id = any(:{uuids(lineIds)}::uuid[]) and end_user_id is not null;

-- inventory.insert_assignments
insert into plan_assignments
    (organization_id, id, line_id, plan_id, plan_version_id, pool_id, source, starts_at, assigned_by)
  select :ctx.organization.id, u.*, :at::timestamptz, :ctx.actor.name
    from unnest(:{assignments.map(() => newId(ctx))}::uuid[], :{assignments.map((a) => a.lineId)}::uuid[],
                :{assignments.map((a) => a.planId)}::uuid[], :{assignments.map((a) => a.planVersionId)}::uuid[],
                :{assignments.map((a) => a.poolId)}::uuid[], :{assignments.map((a) => a.source)}::text[]) as u;

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
    (organization_id, id, telecom_id, iccid, iccid_check_digit, imsi, msisdn, eid, activation_code, form, note, labels,
     company_id, registered_at, registration_code_sealed, created_at, updated_at)
  select :ctx.organization.id, u.id, u.telecom_id, u.iccid, u.check_digit, u.imsi, u.msisdn, u.eid, u.activation_code, u.form,
         u.note, u.labels::text[], u.company_id, u.registered_at, u.code, :ctx.now::timestamptz, :ctx.now::timestamptz
    from unnest(:{uuids(sims.map((s) => s.id))}::uuid[], :{uuids(sims.map((s) => s.telecomId))}::uuid[],
                :{texts(sims.map((s) => s.iccid))}::text[], :{texts(sims.map((s) => s.iccidCheckDigit))}::text[],
                :{texts(sims.map((s) => s.imsi))}::text[], :{texts(sims.map((s) => s.msisdn))}::text[],
                :{texts(sims.map((s) => s.eid))}::text[], :{texts(sims.map((s) => s.activationCode))}::text[], :{texts(sims.map((s) => s.form))}::text[],
                :{texts(sims.map((s) => s.note))}::text[], :{texts(sims.map((s) => literal(s.labels)))}::text[],
                :{uuids(sims.map((s) => s.companyId))}::uuid[], :{instants(sims.map((s) => s.registeredAt))}::timestamptz[],
                :{byteas(sims.map((s) => s.registrationCodeSealed))}::bytea[])
         as u(id, telecom_id, iccid, check_digit, imsi, msisdn, eid, activation_code, form, note, labels, company_id, registered_at, code)
  on conflict do nothing
  returning id;

-- inventory.is_beyond_counting
select count(*) > :countBound as beyond
  from labelled_sims(:ctx.organization.id, :label, :{countBound + 1});

-- inventory.is_common
select count(*) >= :sample.common as common from (
   select * from sims where organization_id = :ctx.organization.id order by id desc limit :sample.size) s
  where :{join(uncountedConditions(ctx, filter, 'rows'))};

-- inventory.is_common_prefix
select count(*) > :most as common from (
  select from sims s where s.organization_id = :ctx.organization.id and :prefix limit :{most + 1}) found;

-- inventory.issuers
with recursive i (issuer) as (
    select min(s.issuer) from sims s where :own
    union all
    select (select min(s.issuer) from sims s where :own and s.issuer > i.issuer) from i where i.issuer is not null
  ) select issuer from i where issuer is not null limit :{issuerBound + 1};

-- inventory.lift_blocks
update blocks set lifted_at = greatest(:at::timestamptz, opened_at), lifted_by = :ctx.actor.name
   where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]) and reason = :reason
     and lifted_at is null
  returning :blockColumns;

-- inventory.lift_suspensions
update suspensions set lifted_at = :ctx.now, lifted_by = :ctx.actor.name
  where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]) and lifted_at is null;

-- inventory.lines_blocked_by
select line_id from blocks
  where organization_id = :ctx.organization.id and line_id = any(:{uuids(lineIds)}::uuid[]) and reason = :reason
    and lifted_at is null;

-- inventory.list_activation_codes
select id, activation_code as code from sims
  where organization_id = :ctx.organization.id and id = any(:{uuids(ids)}::uuid[]) and activation_code is not null;

-- inventory.list_assignments
select :assignmentColumns from plan_assignments
  where organization_id = :ctx.organization.id and line_id = :lineId
    [and (starts_at, id) < (:before.startsAt, :before.id::uuid)]
  order by starts_at desc, id desc limit :limit;

-- inventory.list_blocks
select :blockColumns from blocks
  where organization_id = :ctx.organization.id and line_id = :lineId
    [and (opened_at, id) < (:after.openedAt, :after.id::uuid)]
  order by opened_at desc, id desc limit :limit;

-- inventory.list_fleets
select :fleetColumns from fleets f where :{join(conditions)}
  order by f.id [desc] limit :page.limit;

-- inventory.list_lines_of_pool
select distinct line_id from plan_assignments
  where organization_id = :ctx.organization.id and pool_id = :poolId;

-- inventory.list_named_sims
select :simColumns from sims s :shown
  where :{join(conditions)} order by s.id :{direction(page)} limit :page.limit;

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

-- inventory.list_pool_members
select a.line_id, a.plan_version_id, s.lifecycle from plan_assignments a
   join sims s on s.organization_id = a.organization_id and s.id = a.line_id
  where a.organization_id = :ctx.organization.id and a.pool_id = :poolId and a.ends_at is null
    and s.lifecycle = any(:lifecycles::text[]) order by a.line_id;

-- inventory.list_profiles
select :profileColumns from network_access_profiles p where :{join(conditions)}
  order by p.id [desc] limit :page.limit;

-- inventory.list_sims
select :simColumns from sims s
  where s.organization_id = :ctx.organization.id and s.id = any(:ids::uuid[]) order by s.id :{direction(page)};

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
select :simColumns, s.registration_code_sealed, s.reserved_at from sims s
  where s.organization_id = :ctx.organization.id and s.iccid = any(:iccids::text[])
  order by s.id limit 1 for no key update;

-- inventory.lock_sims
select :simColumns from sims s
  where s.organization_id = :ctx.organization.id and s.id = any(:ids::uuid[]) :company
  order by s.id for no key update :{others === 'skip' ? raw('skip locked') : nothing};

-- inventory.lock_to_roll
select s.id, s.company_id, s.lifecycle from sims s
  where s.organization_id = :ctx.organization.id and s.id = any(:{uuids(ids)}::uuid[])
  order by s.id for no key update skip locked;

-- inventory.member_ids
select line_id from plan_assignments
  where organization_id = :ctx.organization.id and pool_id = :poolId and ends_at is null
    [and line_id > :page.after]
  order by line_id limit :page.limit;

-- inventory.move_lifecycle
update sims s
     set lifecycle = u.become, updated_at = :ctx.now, version = s.version + 1
    from unnest(:{changes.map((c) => c.lineId)}::uuid[], :{changes.map((c) => c.from)}::text[],
                :{changes.map((c) => c.to)}::text[]) as u(id, was, become)
   where s.organization_id = :ctx.organization.id and s.id = u.id and s.lifecycle = u.was
  returning s.id;

-- inventory.name_sims
update sims s set unique_name = u.name, updated_at = :ctx.now, version = s.version + 1
   from unnest(:{uuids(sims.map((sim) => sim.id))}::uuid[], :{texts(sims.map((sim) => sim.uniqueName))}::text[]) as u(id, name)
  where s.organization_id = :ctx.organization.id and s.id = u.id;

-- inventory.note_change
insert into inventory_changes as c (organization_id, slot, changes)
  values (:ctx.organization.id, pg_backend_pid() % :slots::int, 1)
  on conflict (organization_id, slot) do update set changes = c.changes + 1;

-- inventory.note_imei
update sims s set imei = u.imei, imei_seen_at = :ctx.now
   from unnest(:{seen.map((s) => s.lineId)}::uuid[], :{seen.map((s) => s.imei)}::text[]) as u(id, imei)
  where s.organization_id = :ctx.organization.id and s.id = u.id;

-- inventory.open_suspensions
insert into suspensions (organization_id, id, line_id, reason, opened_at, opened_by)
  select :ctx.organization.id, u.*, :reason, :ctx.now, :ctx.actor.name
    from unnest(:{lineIds.map(() => newId(ctx))}::uuid[], :lineIds::uuid[]) as u
  on conflict (organization_id, line_id) where lifted_at is null do nothing;

-- inventory.past_members
select a.id, a.line_id, a.plan_id, a.starts_at, a.ends_at from plan_assignments a
  [join sims s on s.organization_id = a.organization_id and s.id = a.line_id and position(:search in s.iccid) > 0]
  where a.organization_id = :ctx.organization.id and a.pool_id = :poolId and a.ends_at is not null
    [and (a.starts_at, a.id) < (:after.startsAt, :after.id::uuid)]
  order by a.starts_at desc, a.id desc limit :limit;

-- inventory.places
select :{raw(of)} as place, sum(sims)::int as sims from sim_counts c
  where :{countedConditions(ctx, filter, 'c')} group by 1 having sum(sims) > 0;

-- inventory.plan_versions_of
select line_id, plan_version_id, pool_id from plan_assignments
  where organization_id = :ctx.organization.id and line_id = any(:{uuids(lineIds)}::uuid[]) and ends_at is null;

-- inventory.prefixed_sims
with others as materialized (
    select h.id from search_others(:ctx.organization.id, :search, :{wideBound + 1}) as h(id)
  ), found as (
    (:begun) union (select h.id from others h where [true])
     order by id :{direction(page)} limit :page.limit
  )
  select array(select id from found order by id :{direction(page)}) as ids, (select count(*) from others) > :wideBound as wide;

-- inventory.reserve_esim
with found as materialized (:found)
  update sims s set reserved_at = :ctx.now, updated_at = :ctx.now, version = version + 1 from found
   where s.organization_id = :ctx.organization.id and s.id = found.id
  returning s.id, s.telecom_id, s.iccid, s.activation_code;

-- inventory.search_sims
with hits as materialized (
    select h.id from search_sims(:ctx.organization.id, :search, :{wideBound + 1}) as h(id)
  ), found as (
    select h.id from hits h :known :listed where :{join(conditions)} order by h.id :{direction(page)} limit :page.limit
  )
  select array(select id from found order by id :{direction(page)}) as ids, (select count(*) from hits) > :wideBound as wide;

-- inventory.tell_low_data
update sims set low_data_bytes = :lowDataBytes, version = version + 1
  where organization_id = :ctx.organization.id and id = :lineId and low_data_bytes is distinct from :lowDataBytes::bigint;

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

-- inventory.write_eids
with found as materialized (
    select s.id, u.eid from unnest(:{uuids(known.map((k) => k.lineId))}::uuid[], :{texts(known.map((k) => k.eid))}::text[]) as u(id, eid)
      join sims s on s.organization_id = :ctx.organization.id and s.id = u.id and s.eid is distinct from u.eid
     order by s.id for no key update of s)
  update sims s set eid = found.eid, updated_at = :ctx.now, version = version + 1 from found
   where s.organization_id = :ctx.organization.id and s.id = found.id
  returning s.id, s.eid;

-- Pieces that the statements above name.

-- :assignmentColumns (sql/states.ts)
id, line_id, plan_id, plan_version_id, pool_id, source, starts_at, ends_at, assigned_by

-- :blockColumns (sql/states.ts)
id, line_id, reason, detail, opened_at, opened_by, lifted_at, lifted_by

-- :columns (sql/charging.ts)
s.id, s.telecom_id, s.iccid, s.imsi, s.imei, s.company_id, s.fleet_id, s.data_limit_bytes, s.lifecycle,
  s.registered_at, s.version, f.data_limit_mb as fleet_data_limit_mb, s.low_data_bytes

-- :fleetColumns (sql/fleets.ts)
f.id, f.company_id, f.unique_name, f.network_access_profile_id, f.plan_id, f.data_enabled, f.data_limit_mb,
  f.ip_commands_url, f.ip_commands_method, f.sms_commands_enabled, f.sms_commands_url, f.sms_commands_method, f.created_at, f.updated_at

-- :inStock (sql/esims.ts)
s.form = 'esim' and s.lifecycle = 'blank' and s.registered_at is null and s.reserved_at is null

-- :profileColumns (sql/fleets.ts)
p.id, p.company_id, p.unique_name, p.networks, p.created_at, p.updated_at

-- :simColumns (sql/sims.ts)
s.id, s.telecom_id, s.iccid, s.iccid_check_digit, s.imsi, s.msisdn, s.eid, s.imei, s.imei_seen_at,
  s.form, s.unique_name, s.note, s.labels, s.company_id, s.end_user_id, s.fleet_id, s.data_limit_bytes, s.lifecycle,
  s.registered_at, s.created_at, s.updated_at, s.version

-- :withFleet (sql/charging.ts)
left join fleets f on f.organization_id = s.organization_id and f.id = s.fleet_id
