-- Every statement of tenancy. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- api_keys.find
select :columns from api_keys
  where organization_id = :ctx.organization.id and id = :id and [company_id]
  [for update];

-- api_keys.insert
insert into api_keys
    (organization_id, id, name, secret_hash, permissions, company_id, created_at, created_by)
  values (:ctx.organization.id, :key.id, :key.name, :key.secretHash, :key.permissions, :key.companyId,
          :key.createdAt, :key.createdBy);

-- api_keys.list
select :columns from api_keys where :{join(conditions)} order by id desc limit :limit;

-- api_keys.live
select k.id, k.name, k.permissions, k.company_id, k.created_at, k.created_by,
        k.last_used_at, k.revoked_at, k.secret_hash
   from api_keys k
   left join companies c on c.organization_id = k.organization_id and c.id = k.company_id
  where k.organization_id = :ctx.organization.id and k.id = :id and k.revoked_at is null
    and c.archived_at is null;

-- api_keys.revoke
update api_keys set revoked_at = :ctx.now
  where organization_id = :ctx.organization.id and id = :id and revoked_at is null;

-- api_keys.used
update api_keys set last_used_at = :ctx.now
  where organization_id = :ctx.organization.id and id = :id;

-- audit.list
select id, at, actor, actor_name, from_address, request_id, action, object_type, object_id, changes
  from audit_log where :{join(conditions)} order by id desc limit :limit;

-- companies.auth_token
select auth_token_sealed as sealed, name from companies
  where organization_id = :ctx.organization.id and id = :id and archived_at is null;

-- companies.find
select :columns from companies
  where organization_id = :ctx.organization.id and id = :id and [id]
  [for update];

-- companies.insert
insert into companies
    (organization_id, id, name, currency, time_zone, email, auth_token_sealed, created_at)
  values (:ctx.organization.id, :company.id, :company.name, :company.currency, :company.timeZone,
          :company.email, :company.authTokenSealed, :company.createdAt);

-- companies.list
select :columns from companies where :{join(conditions)} order by id desc limit :limit;

-- companies.save
update companies
    set name = :company.name, time_zone = :company.timeZone, email = :company.email,
        archived_at = :company.archivedAt
  where organization_id = :ctx.organization.id and id = :company.id;

-- directory.add
insert into directory (kind, identifier, organization_id)
  values (:kind, :identifier, :ctx.organization.id) on conflict do nothing;

-- directory.find
select id from find_organizations(:kind, :identifier) as id order by id;

-- end_users.find
select :columns from end_users
  where organization_id = :ctx.organization.id and id = :id and [company_id]
  [for update];

-- end_users.insert
insert into end_users (organization_id, id, company_id, email, name, created_at)
  values (:ctx.organization.id, :user.id, :user.companyId, :user.email, :user.name, :user.createdAt)
  on conflict (organization_id, lower(email)) where archived_at is null do nothing;

-- end_users.list
select :columns from end_users where :{join(conditions)} order by id desc limit :limit;

-- end_users.save
update end_users
    set email = :user.email, name = :user.name, archived_at = :user.archivedAt
  where organization_id = :ctx.organization.id and id = :user.id;

-- events.last_position
select last_position from event_positions
  where organization_id = :ctx.organization.id;

-- events.list
select id, name, subject_type, subject_id, sequence, data, at, depth, position from events
  where :{join(conditions)} order by position [desc | asc] limit :limit;

-- organizations.auth_token
select auth_token_sealed as sealed, name from organizations
  where id = :ctx.organization.id;

-- organizations.find
select :columns from find_organization(:id);

-- organizations.get_own
select :columns, created_at from organizations
  where id = :ctx.organization.id [for update];

-- organizations.insert
insert into organizations
    (id, name, currency, time_zone, unit_base, sandbox, auth_token_sealed, created_at)
  values (:organization.id, :organization.name, :organization.currency, :organization.timeZone,
          :organization.unitBase, :organization.sandbox, :organization.authTokenSealed, :ctx.now);

-- organizations.list
select :columns from list_organizations();

-- organizations.lock_listeners
select from organizations where :own for no key update;

-- organizations.move_clock
update organizations set clock_offset_ms = clock_offset_ms + :ms
  where id = :ctx.organization.id and sandbox;

-- organizations.note_listeners
update organizations set connection_listeners = :number where :own;

-- organizations.update
update organizations set :{join(sets, ', ')} where id = :ctx.organization.id;

-- platform.claim
select claim_platform(:userId) as claimed;

-- platform.is_admin
select is_platform_admin(:userId) as admin;

-- roles.by_name
select id, name, permissions, ready_made from roles
  where organization_id = :ctx.organization.id and name = :name;

-- roles.insert
insert into roles (organization_id, id, name, permissions, ready_made)
  values (:ctx.organization.id, :role.id, :role.name, :role.permissions, :role.readyMade);

-- roles.list
select id, name, permissions, ready_made from roles
  where organization_id = :ctx.organization.id order by id limit 200;

-- staff.insert
insert into staff
    (organization_id, id, user_id, email, name, role_id, company_id, created_at)
  values (:ctx.organization.id, :staff.id, :staff.userId, :staff.email, :staff.name, :staff.roleId,
          :staff.companyId, :staff.createdAt)
  on conflict (organization_id, user_id) do nothing;

-- staff.list
select :columns from staff s
   join roles r on r.organization_id = s.organization_id and r.id = s.role_id
  where :{join(conditions)} order by s.id desc limit :limit;

-- staff.of_user
select :columns, r.permissions, r.ready_made, c.name as company_name from staff s
   join roles r on r.organization_id = s.organization_id and r.id = s.role_id
   left join companies c on c.organization_id = s.organization_id and c.id = s.company_id
  where s.organization_id = :ctx.organization.id and s.user_id = :userId and s.removed_at is null
    and c.archived_at is null;

-- tenancy.changes_of
select id, at, action as name, actor, actor_name, changes from audit_log
  where :{join(conditions)} order by at desc, id desc limit :limit;

-- tenancy.company_names_of
select id, name from companies
  where organization_id = :ctx.organization.id and id = any(:{[...new Set(ids)]}::uuid[]);

-- tenancy.events_of
select id, at, name, sequence, data from events
  where :{join(conditions)} order by at desc, sequence desc limit :limit;

-- tenancy.owners_named
(select id from companies
    where organization_id = :ctx.organization.id and name ilike :pattern and [id] limit :limit)
  union all
  (select id from end_users
    where organization_id = :ctx.organization.id and (name ilike :pattern or email ilike :pattern)
      and [company_id] limit :limit)
  limit :limit;

-- tenancy.owners_of
select 'company' as type, c.id, c.name, c.id as company_id, c.currency, c.archived_at is not null as archived
    from companies c
   where c.organization_id = :ctx.organization.id and c.id = any(:wanted::uuid[]) and [c.id]
  union all
  select 'end_user', u.id, coalesce(u.name, u.email), u.company_id, c.currency, u.archived_at is not null
    from end_users u
    join companies c on c.organization_id = u.organization_id and c.id = u.company_id
   where u.organization_id = :ctx.organization.id and u.id = any(:wanted::uuid[]) and [u.company_id];

-- tenancy.time_zones_of
select id, time_zone from companies
  where organization_id = :ctx.organization.id and id = any(:{[...new Set(companyIds)]}::uuid[]);

-- usage.ensure_partition
select ensure_usage_partition(:{first.toISOString().slice(0, 10)}::date);

-- users.by_email
select "id" from auth."user" where "email" = :user.email;

-- users.insert
insert into auth."user" ("id", "name", "email", "emailVerified", "createdAt", "updatedAt")
  values (:user.id, :user.name, :user.email, true, :ctx.now, :ctx.now)
  on conflict ("email") do nothing returning "id";

-- users.password
insert into auth."account"
    ("id", "accountId", "providerId", "userId", "password", "createdAt", "updatedAt")
  values (:{`${user.id}-password`}, :user.id, 'credential', :user.id, :user.passwordHash, :ctx.now, :ctx.now);

-- Pieces that the statements above name.

-- :columns (sql/api-keys.ts)
id, name, permissions, company_id, created_at, created_by, last_used_at, revoked_at

-- :columns (sql/companies.ts)
id, name, currency, time_zone, email, created_at, archived_at

-- :columns (sql/end-users.ts)
id, company_id, email, name, created_at, archived_at

-- :columns (sql/organizations.ts)
id, name, currency, time_zone, unit_base, sandbox, clock_offset_ms, late_usage, connection_listeners

-- :columns (sql/staff.ts)
s.id, s.user_id, s.email, s.name, s.role_id, r.name as role_name, s.company_id, s.created_at, s.removed_at
