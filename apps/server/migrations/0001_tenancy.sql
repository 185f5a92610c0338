-- Tenancy: who owns rows, who may see them, and the second wall that enforces it.
create extension if not exists btree_gist;
create extension if not exists pg_trgm;

do $$ begin create role simwright_app nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin create role simwright_ingest nologin; exception when duplicate_object or unique_violation then null; end $$;
do $$ begin
  -- A superuser may take any role as it is; anyone else must be a member to `set role`.
  if not (select rolsuper from pg_roles where rolname = current_user) then
    execute format('grant simwright_app, simwright_ingest to %I', current_user);
  end if;
end $$;
grant usage on schema public to simwright_app, simwright_ingest;

-- The organization of the running database transaction; null when none is set, which no row equals.
create function current_organization() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('app.organization', true), '')::uuid $$;

-- Puts a table behind the second wall: rows of the set organization only, for everyone but the owner.
create procedure guard_table(guarded regclass, app_rights text, ingest_rights text default null) language plpgsql as $$
begin
  execute format('alter table %s enable row level security', guarded);
  execute format('alter table %s force row level security', guarded);
  execute format('create policy owner_all on %s to %I using (true) with check (true)', guarded, current_user);
  execute format('create policy one_organization on %s to simwright_app, simwright_ingest
                    using (organization_id = (select current_organization()))
                    with check (organization_id = (select current_organization()))', guarded);
  execute format('grant %s on %s to simwright_app', app_rights, guarded);
  if ingest_rights is not null then
    execute format('grant %s on %s to simwright_ingest', ingest_rights, guarded);
  end if;
end $$;

-- The only table that every organization's processes read: a clock, a currency and a name, nothing of a customer.
create table organizations (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  currency char(3) not null,
  time_zone text not null default 'UTC',
  unit_base int not null default 1000 check (unit_base in (1000, 1024)),
  sandbox boolean not null default false,
  clock_offset_ms bigint not null default 0 check (clock_offset_ms >= 0),
  -- AES-256-GCM under the instance key: callback signatures need the plain token back.
  auth_token_sealed bytea not null,
  created_at timestamptz not null,
  check (sandbox or clock_offset_ms = 0)
);
alter table organizations enable row level security;
alter table organizations force row level security;
create policy owner_all on organizations to current_user using (true) with check (true);
create policy own_row on organizations to simwright_app, simwright_ingest
  using (id = (select current_organization())) with check (id = (select current_organization()));
grant select, update on organizations to simwright_app;
grant select on organizations to simwright_ingest;

create table companies (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 200),
  currency char(3) not null,
  time_zone text,
  email text,
  auth_token_sealed bytea not null,
  created_at timestamptz not null,
  archived_at timestamptz,
  primary key (organization_id, id)
);
call guard_table('companies', 'select, insert, update', 'select');

create table end_users (
  organization_id uuid not null,
  id uuid not null,
  company_id uuid not null,
  email text not null,
  name text,
  created_at timestamptz not null,
  archived_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, company_id) references companies (organization_id, id)
);
create unique index end_users_email on end_users (organization_id, lower(email)) where archived_at is null;
call guard_table('end_users', 'select, insert, update', 'select');

create table roles (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  name text not null,
  permissions text[] not null,
  ready_made boolean not null default false,
  primary key (organization_id, id),
  unique (organization_id, name)
);
call guard_table('roles', 'select, insert, update, delete');

-- People who work for the organization, or for one of its companies.
create table staff (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  user_id text not null,
  email text not null,
  name text not null,
  role_id uuid not null,
  company_id uuid,
  created_at timestamptz not null,
  removed_at timestamptz,
  primary key (organization_id, id),
  unique (organization_id, user_id),
  foreign key (organization_id, role_id) references roles (organization_id, id),
  foreign key (organization_id, company_id) references companies (organization_id, id)
);
call guard_table('staff', 'select, insert, update');

create table api_keys (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  secret_hash bytea not null,
  permissions text[] not null,
  company_id uuid,
  created_at timestamptz not null,
  created_by text not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, company_id) references companies (organization_id, id)
);
call guard_table('api_keys', 'select, insert, update');

-- Identifier -> organization, for the few doors that do not name one: sign-in, Super SIM accounts and keys.
create table directory (
  kind text not null check (kind in ('api_key', 'company', 'user')),
  identifier text not null,
  organization_id uuid not null references organizations (id),
  primary key (kind, identifier, organization_id)
);
alter table directory enable row level security;
alter table directory force row level security;
create policy owner_all on directory to current_user using (true) with check (true);
create policy add_own on directory for insert to simwright_app with check (organization_id = (select current_organization()));
grant insert on directory to simwright_app;

create function find_organizations(asked_kind text, asked_identifier text) returns setof uuid
  language sql stable security definer set search_path = public as
$$ select organization_id from directory where kind = asked_kind and identifier = asked_identifier limit 100 $$;

-- What every process must know of all organizations to serve them one by one: their ids and clocks.
create function list_organizations() returns table (
    id uuid, name text, currency char(3), time_zone text, unit_base int, sandbox boolean, clock_offset_ms bigint)
  language sql stable security definer set search_path = public as
$$ select id, name, currency, time_zone, unit_base, sandbox, clock_offset_ms from organizations order by id $$;

create function find_organization(asked uuid) returns table (
    id uuid, name text, currency char(3), time_zone text, unit_base int, sandbox boolean, clock_offset_ms bigint)
  language sql stable security definer set search_path = public as
$$ select id, name, currency, time_zone, unit_base, sandbox, clock_offset_ms from organizations where id = asked $$;

revoke execute on function find_organizations, list_organizations, find_organization from public;
grant execute on function find_organizations, list_organizations, find_organization to simwright_app, simwright_ingest;

create table idempotency_keys (
  organization_id uuid not null,
  actor text not null,
  key text not null check (length(key) between 1 and 255),
  request_hash bytea not null,
  status int not null,
  response jsonb not null,
  created_at timestamptz not null,
  primary key (organization_id, actor, key)
);
call guard_table('idempotency_keys', 'select, insert, delete');

create table audit_log (
  organization_id uuid not null,
  id uuid not null,
  at timestamptz not null,
  actor text not null,
  actor_name text not null,
  from_address text,
  request_id text,
  action text not null,
  object_type text not null,
  object_id text not null,
  changes jsonb not null default '[]',
  primary key (organization_id, id)
);
create index audit_log_object on audit_log (organization_id, object_id, id);
call guard_table('audit_log', 'select, insert', 'insert');

-- The outbox. An event exists if and only if its change committed; `position` is given later, by one relay,
-- so that a reader who keeps the last position it saw never steps over a slower database transaction.
create table events (
  organization_id uuid not null,
  id uuid not null,
  name text not null,
  subject_type text not null,
  subject_id uuid not null,
  sequence bigint not null,
  data jsonb not null,
  cause uuid,
  depth int not null default 0 check (depth <= 5),
  at timestamptz not null,
  position bigint,
  primary key (organization_id, id)
);
create unique index events_position on events (organization_id, position) where position is not null;
create index events_unplaced on events (organization_id, id) where position is null;
create index events_subject on events (organization_id, subject_id, id);
call guard_table('events', 'select, insert, update', 'insert');

create table event_sequences (
  organization_id uuid not null,
  subject_id uuid not null,
  last_sequence bigint not null,
  primary key (organization_id, subject_id)
) with (fillfactor = 60);
call guard_table('event_sequences', 'select, insert, update', 'select, insert, update');

create table event_positions (
  organization_id uuid not null primary key references organizations (id),
  last_position bigint not null default 0,
  reacted_position bigint not null default 0
);
call guard_table('event_positions', 'select, insert, update', 'select');
