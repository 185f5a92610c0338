-- Inventory: what a line is. Its state is kept as records with actor, reason and time.
create table network_access_profiles (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  company_id uuid,
  unique_name text,
  networks text[] not null default '{}',   -- PLMNs ('26201'); empty: every network
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id)
);
create unique index network_access_profiles_name on network_access_profiles
  (organization_id, coalesce(company_id, organization_id), unique_name) where unique_name is not null;
call guard_table('network_access_profiles', 'select, insert, update', 'select');

create table fleets (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  company_id uuid,
  unique_name text,
  network_access_profile_id uuid not null,
  plan_id uuid not null,
  data_enabled boolean not null default true,
  data_limit_mb bigint not null default 1000 check (data_limit_mb between 1 and 2000000),   -- decimal megabytes, always
  ip_commands_url text,
  ip_commands_method text not null default 'POST' check (ip_commands_method in ('GET', 'POST')),
  sms_commands_enabled boolean not null default true,
  sms_commands_url text,
  sms_commands_method text not null default 'POST' check (sms_commands_method in ('GET', 'POST')),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, network_access_profile_id) references network_access_profiles (organization_id, id),
  foreign key (organization_id, plan_id) references plans (organization_id, id)
);
create unique index fleets_name on fleets (organization_id, coalesce(company_id, organization_id), unique_name) where unique_name is not null;
call guard_table('fleets', 'select, insert, update', 'select');

create table sims (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  telecom_id uuid not null,
  iccid text not null check (iccid ~ '^[0-9]{18,20}$'),
  iccid_check_digit text not null check (iccid_check_digit in ('ok', 'wrong', 'absent')),
  imsi text check (imsi ~ '^[0-9]{6,15}$'),
  msisdn text check (msisdn ~ '^[0-9]{4,15}$'),
  eid text check (eid ~ '^[0-9]{32}$'),
  imei text,
  imei_seen_at timestamptz,
  form text not null default 'physical' check (form in ('physical', 'esim')),
  unique_name text,
  note text not null default '' check (length(note) <= 4000),
  labels text[] not null default '{}' check (cardinality(labels) <= 50),
  company_id uuid,
  end_user_id uuid,
  fleet_id uuid,
  data_limit_bytes bigint check (data_limit_bytes > 0),
  lifecycle text not null default 'blank' check (lifecycle in ('blank', 'ready', 'active', 'suspended', 'archived')),
  registration_code_sealed bytea,
  registered_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  version bigint not null default 0,
  -- One string holds every identifier people search by; the trigram index finds any part of it.
  search_text text not null generated always as (
    lower(iccid || ' ' || coalesce(imsi, '') || ' ' || coalesce(msisdn, '') || ' ' || coalesce(eid, '') || ' ' ||
          coalesce(imei, '') || ' ' || coalesce(unique_name, ''))) stored,
  primary key (organization_id, id),
  unique (organization_id, iccid),
  foreign key (organization_id, telecom_id) references telecoms (organization_id, id),
  foreign key (organization_id, company_id) references companies (organization_id, id),
  foreign key (organization_id, fleet_id) references fleets (organization_id, id)
) with (fillfactor = 80);
create unique index sims_imsi on sims (organization_id, telecom_id, imsi) where imsi is not null and lifecycle <> 'archived';
create unique index sims_unique_name on sims (organization_id, coalesce(company_id, organization_id), unique_name) where unique_name is not null;
create index sims_fleet on sims (organization_id, fleet_id, id) where fleet_id is not null;
create index sims_company on sims (organization_id, company_id, id) where company_id is not null;
create index sims_lifecycle on sims (organization_id, lifecycle, id);
create index sims_search on sims using gin (search_text gin_trgm_ops);
call guard_table('sims', 'select, insert, update', 'select, update');

-- Trigram search under row-level security loses its index, because its operators are not leakproof. So it goes
-- through this narrow door: an organization and a needle in, ids out.
create function search_sims(asked_organization uuid, needle text, at_most int) returns setof uuid
  language sql stable security definer set search_path = public as
$$ select id from sims
    where organization_id = asked_organization and asked_organization = current_organization()
      and search_text like '%' || replace(replace(replace(lower(needle), '\', '\\'), '%', '\%'), '_', '\_') || '%'
    limit least(at_most, 10000) $$;
revoke execute on function search_sims from public;
grant execute on function search_sims to simwright_app;

create table plan_assignments (
  organization_id uuid not null,
  id uuid not null,
  line_id uuid not null,
  plan_id uuid not null,
  plan_version_id uuid not null,
  source text not null check (source in ('fleet', 'staff')),
  starts_at timestamptz not null,
  ends_at timestamptz,
  assigned_by text not null,
  primary key (organization_id, id),
  foreign key (organization_id, plan_version_id) references plan_versions (organization_id, id),
  check (ends_at is null or ends_at >= starts_at),
  exclude using gist (organization_id with =, line_id with =, tstzrange(starts_at, ends_at) with &&)
);
create unique index plan_assignments_open on plan_assignments (organization_id, line_id) where ends_at is null;
create index plan_assignments_plan on plan_assignments (organization_id, plan_id, line_id) where ends_at is null;
call guard_table('plan_assignments', 'select, insert, update', 'select');

create table blocks (
  organization_id uuid not null,
  id uuid not null,
  line_id uuid not null,
  reason text not null check (reason in ('data_limit', 'balance', 'validity', 'fee_unpaid', 'imei', 'rule', 'manual')),
  detail jsonb not null default '{}',
  opened_at timestamptz not null,
  opened_by text not null,
  lifted_at timestamptz,
  lifted_by text,
  primary key (organization_id, id),
  check ((lifted_at is null) = (lifted_by is null))
);
create unique index blocks_open on blocks (organization_id, line_id, reason) where lifted_at is null;
create index blocks_line on blocks (organization_id, line_id, opened_at);
call guard_table('blocks', 'select, insert, update', 'select, insert, update');

create table suspensions (
  organization_id uuid not null,
  id uuid not null,
  line_id uuid not null,
  reason text not null default '',
  opened_at timestamptz not null,
  opened_by text not null,
  lifted_at timestamptz,
  lifted_by text,
  primary key (organization_id, id)
);
create unique index suspensions_open on suspensions (organization_id, line_id) where lifted_at is null;
call guard_table('suspensions', 'select, insert, update', 'select');

create table lifecycle_changes (
  organization_id uuid not null,
  id uuid not null,
  line_id uuid not null,
  from_lifecycle text not null,
  to_lifecycle text not null,
  at timestamptz not null,
  by text not null,
  primary key (organization_id, id)
);
create index lifecycle_changes_line on lifecycle_changes (organization_id, line_id, id);
call guard_table('lifecycle_changes', 'select, insert', 'select, insert');
