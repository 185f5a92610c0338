-- Every statement of tenancy. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- api_keys.find
select :columns from api_keys
  where organization_id = :ctx.organization.id and id = :id and [company_id]
  [for update];

-- api_keys.insert
insert into api_keys
    (organization_id, id, name, secret_hash, permissions, company_id, created_at, created_by, maker)
  values (:ctx.organization.id, :key.id, :key.name, :key.secretHash, :key.permissions, :key.companyId,
          :key.createdAt, :key.createdBy, :key.maker);

-- api_keys.list
select :columns from api_keys where :{join(conditions)} order by id desc limit :limit;

-- api_keys.live
select k.id, k.name, k.permissions, k.company_id, k.created_at, k.created_by,
        k.last_used_at, k.revoked_at, k.secret_hash
   from api_keys k
   left join companies c on c.organization_id = k.organization_id and c.id = k.company_id
  where k.organization_id = :ctx.organization.id and k.id = :id and k.revoked_at is null
    and c.archived_at is null;

-- api_keys.maker
select maker from api_keys where organization_id = :ctx.organization.id and id = :id;

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

-- end_user_sessions.end
update end_user_sessions set ended_at = :machineNow
  where organization_id = :ctx.organization.id and id = :id and ended_at is null;

-- end_user_sessions.find_live
select s.secret_hash, s.looked_by, u.id as end_user_id, u.company_id, u.email, u.name, u.language
   from end_user_sessions s
   join end_users u on u.organization_id = s.organization_id and u.id = s.end_user_id
   join companies c on c.organization_id = u.organization_id and c.id = u.company_id
  where s.organization_id = :ctx.organization.id and s.id = :id and s.ended_at is null and s.expires_at > :machineNow
    and u.archived_at is null and c.archived_at is null;

-- end_user_sessions.insert
insert into end_user_sessions
    (organization_id, id, end_user_id, secret_hash, looked_by, created_at, expires_at)
  values (:ctx.organization.id, :s.id, :s.endUserId, :s.secretHash, :s.lookedBy, :s.createdAt, :s.expiresAt);

-- end_users.by_email
select u.id, u.company_id, u.email, u.name, u.language, u.created_at, u.archived_at
   from end_users u join companies c on c.organization_id = u.organization_id and c.id = u.company_id
  where u.organization_id = :ctx.organization.id and lower(u.email) = :{email.toLowerCase()} and u.archived_at is null
    and c.archived_at is null;

-- end_users.find
select :columns from end_users
  where organization_id = :ctx.organization.id and id = :id and [id | company_id]
  [for update];

-- end_users.insert
insert into end_users (organization_id, id, company_id, email, name, language, created_at)
  values (:ctx.organization.id, :user.id, :user.companyId, :user.email, :user.name, :user.language, :user.createdAt)
  on conflict (organization_id, lower(email)) where archived_at is null do nothing;

-- end_users.list
select :columns from end_users where :{join(conditions)} order by id desc limit :limit;

-- end_users.save
update end_users
    set email = :user.email, name = :user.name, language = :user.language, archived_at = :user.archivedAt
  where organization_id = :ctx.organization.id and id = :user.id;

-- events.last_position
select last_position from event_positions
  where organization_id = :ctx.organization.id;

-- events.list
select id, name, subject_type, subject_id, sequence, data, at, depth, position from events
  where :{join(conditions)} order by position [desc | asc] limit :limit;

-- links.count_sent
select count(*)::int as sent from sign_in_links
  where organization_id = :ctx.organization.id and end_user_id = :endUserId and purpose = 'sign_in' and created_at > :since;

-- links.end
update sign_in_links set used_at = :machineNow
  where organization_id = :ctx.organization.id and end_user_id = :endUserId and used_at is null and purpose <> 'look';

-- links.end_invitations
update sign_in_links set used_at = :machineNow
  where organization_id = :ctx.organization.id and staff_email = :email and used_at is null;

-- links.find
select :columns from sign_in_links where organization_id = :ctx.organization.id and id = :id;

-- links.forget
delete from :table where organization_id = :ctx.organization.id and id in (
  select id from :table where organization_id = :ctx.organization.id and expires_at < :before
   order by expires_at limit :limit) returning id;

-- links.insert
insert into sign_in_links
    (organization_id, id, purpose, end_user_id, staff_email, staff_name, role_id, company_id, secret_hash, created_at, expires_at, made_by)
  values (:ctx.organization.id, :l.id, :l.purpose, :l.endUserId, :l.staffEmail, :l.staffName, :l.roleId,
          :l.companyId, :l.secretHash, :l.createdAt, :l.expiresAt, :l.madeBy);

-- links.take
update sign_in_links set used_at = :machineNow
  where organization_id = :ctx.organization.id and id = :id and used_at is null and expires_at > :machineNow;

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

-- roles.name
select name from roles where organization_id = :ctx.organization.id and id = :id;

-- staff.insert
insert into staff
    (organization_id, id, user_id, email, name, role_id, company_id, created_at)
  values (:ctx.organization.id, :staff.id, :staff.userId, :staff.email, :staff.name, :staff.roleId,
          :staff.companyId, :staff.createdAt)
  on conflict (organization_id, user_id) do update
     set email = excluded.email, name = excluded.name, role_id = excluded.role_id, company_id = excluded.company_id,
         created_at = excluded.created_at, removed_at = null
   where staff.removed_at is not null
  returning id;

-- staff.list
select :columns from staff s
   join roles r on r.organization_id = s.organization_id and r.id = s.role_id
  where :{join(conditions)} order by s.id desc limit :limit;

-- staff.lock
select :columns, r.permissions, r.ready_made from staff s
   join roles r on r.organization_id = s.organization_id and r.id = s.role_id
  where s.organization_id = :ctx.organization.id and s.id = :id and s.removed_at is null
    and [s.company_id]
    for update of s;

-- staff.lock_own
select :columns, r.permissions, r.ready_made from staff s
   join roles r on r.organization_id = s.organization_id and r.id = s.role_id
  where s.organization_id = :ctx.organization.id and s.company_id is null and s.removed_at is null
  order by s.id limit 1000 for update of s;

-- staff.of_user
select :columns, r.permissions, r.ready_made, c.name as company_name from staff s
   join roles r on r.organization_id = s.organization_id and r.id = s.role_id
   left join companies c on c.organization_id = s.organization_id and c.id = s.company_id
  where s.organization_id = :ctx.organization.id and s.user_id = :userId and s.removed_at is null
    and c.archived_at is null;

-- staff.save
update staff set role_id = :staff.roleId, removed_at = :staff.removedAt
  where organization_id = :ctx.organization.id and id = :staff.id;

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
      and [id | company_id] limit :limit)
  limit :limit;

-- tenancy.owners_of
select 'company' as type, c.id, c.name, c.id as company_id, c.currency, c.archived_at is not null as archived
    from companies c
   where c.organization_id = :ctx.organization.id and c.id = any(:wanted::uuid[]) and [c.id]
  union all
  select 'end_user', u.id, coalesce(u.name, u.email), u.company_id, c.currency, u.archived_at is not null
    from end_users u
    join companies c on c.organization_id = u.organization_id and c.id = u.company_id
   where u.organization_id = :ctx.organization.id and u.id = any(:wanted::uuid[]) and [u.id | u.company_id];

-- tenancy.time_zones_of
select id, time_zone from companies
  where organization_id = :ctx.organization.id and id = any(:{[...new Set(companyIds)]}::uuid[]);

-- usage.ensure_partition
select ensure_usage_partition(:{first.toISOString().slice(0, 10)}::date);

-- users.by_email
select "id" from auth."user" where "email" = :user.email;

-- users.find_password
select a."password" from auth."user" u
  join auth."account" a on a."userId" = u."id" and a."providerId" = 'credential' where u."email" = :email;

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
id, company_id, email, name, language, created_at, archived_at

-- :columns (sql/links.ts)
id, purpose, end_user_id, staff_email, staff_name, role_id, company_id, secret_hash, created_at, expires_at, used_at,
  made_by

-- :columns (sql/organizations.ts)
id, name, currency, time_zone, unit_base, sandbox, clock_offset_ms, late_usage, connection_listeners

-- :columns (sql/staff.ts)
s.id, s.user_id, s.email, s.name, s.role_id, r.name as role_name, s.company_id, s.created_at, s.removed_at
