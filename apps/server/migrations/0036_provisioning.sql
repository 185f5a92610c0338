-- The profile of an eSIM is downloaded from an SM-DP+ server. Some come into stock with their activation code (GSMA SGP.22 section
-- 4.1, without `LPA:`); where the telecom takes orders, one is ordered when it is wanted. `reserved_at`: promised to an account; an
-- eSIM is promised once, also when nothing came of it.
alter table sims
  add column activation_code text check (length(activation_code) <= 255 and activation_code ~ '^1\$[^$]+\$[^$]*(\$[^$]*)?$'),
  add column reserved_at timestamptz,
  add check (activation_code is null or form = 'esim');
-- Three kinds of stock, each found at once: bound to an eUICC, with a code for whoever has it, and still to be ordered.
create index sims_esims_bound on sims (organization_id, eid, id)
  where form = 'esim' and lifecycle = 'blank' and registered_at is null and reserved_at is null and eid is not null;
create index sims_esims_coded on sims (organization_id, id)
  where form = 'esim' and lifecycle = 'blank' and registered_at is null and reserved_at is null and eid is null and activation_code is not null;
create index sims_esims_open on sims (organization_id, telecom_id, id)
  where form = 'esim' and lifecycle = 'blank' and registered_at is null and reserved_at is null and eid is null and activation_code is null;

-- eSIM profiles that accounts asked for.
create table esim_profiles (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  company_id uuid,                                     -- the account that asked; null: the organization's own
  line_id uuid not null,                               -- shown to the account once the profile is available
  status text not null check (status in ('new', 'reserving', 'available', 'downloaded', 'installed', 'failed')),
  eid text check (eid ~ '^[0-9]{32}$'),                -- the eUICC that may download it, or did
  with_code boolean not null,                          -- a matching id was asked for
  smdp_address text,
  matching_id text,
  activation_code text,
  error_code text,
  error_message text,
  attempts int not null default 0 check (attempts between 0 and 1000),
  next_attempt_at timestamptz,                         -- null: nothing is to be asked of the telecom any more
  available_at timestamptz,
  told_at timestamptz,                                 -- the time of the latest news of the SM-DP+
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, line_id) references sims (organization_id, id),
  foreign key (organization_id, company_id) references companies (organization_id, id),
  check ((status in ('new', 'reserving')) = (next_attempt_at is not null)),
  check (status not in ('available', 'downloaded', 'installed') or (available_at is not null and smdp_address is not null)),
  check ((status = 'failed') = (error_message is not null))
);
create unique index esim_profiles_line on esim_profiles (organization_id, line_id);
create index esim_profiles_account on esim_profiles (organization_id, company_id, id);
create index esim_profiles_eid on esim_profiles (organization_id, eid, id) where eid is not null;
create index esim_profiles_status on esim_profiles (organization_id, status, id);
create index esim_profiles_due on esim_profiles (organization_id, next_attempt_at, id) where next_attempt_at is not null;
call guard_table('esim_profiles', 'select, insert, update');

-- Settings that a telecom puts onto a SIM over the air.
create table settings_updates (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  line_id uuid not null,
  company_id uuid,                                     -- the account that the SIM was in; null: the organization's own
  telecom_id uuid not null,
  package_name text not null,
  package_version text not null,
  status text not null check (status in ('scheduled', 'in-progress', 'successful', 'failed')),
  failure text,
  attempts int not null default 0 check (attempts between 0 and 100000),
  next_attempt_at timestamptz,                         -- null: nothing is to be asked of the telecom any more
  carrier_reference text,
  ordered_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  completed_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, line_id) references sims (organization_id, id),
  foreign key (organization_id, telecom_id) references telecoms (organization_id, id),
  check ((status in ('scheduled', 'in-progress')) = (next_attempt_at is not null)),
  check ((status = 'successful') = (completed_at is not null)),
  check ((status = 'failed') = (failure is not null))
);
create unique index settings_updates_one on settings_updates (organization_id, line_id) where status in ('scheduled', 'in-progress');
create index settings_updates_line on settings_updates (organization_id, line_id, id);
create index settings_updates_account on settings_updates (organization_id, company_id, id);
create index settings_updates_status on settings_updates (organization_id, status, id);
create index settings_updates_due on settings_updates (organization_id, next_attempt_at, id) where next_attempt_at is not null;
call guard_table('settings_updates', 'select, insert, update');
