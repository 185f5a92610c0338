-- Carriers: connections to carriers, the network access servers that talk RADIUS to us, and per line what we want
-- (desired) beside what the carrier says (reported).
create table telecoms (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  connector text not null check (connector in ('none', 'radius', 'simulated')),
  limit_mode text not null default 'reject' check (limit_mode in ('reject', 'walled')),
  settings jsonb not null default '{}',
  secret_sealed bytea,
  operations_per_second int not null default 20 check (operations_per_second between 1 and 1000),
  state text not null default 'ok' check (state in ('ok', 'error')),
  state_reason text,
  -- The rate budget: requests up to this instant are spoken for. Every process that reconciles moves it forward.
  paced_until timestamptz,
  created_at timestamptz not null,
  archived_at timestamptz,
  primary key (organization_id, id)
);
create unique index telecoms_name on telecoms (organization_id, lower(name)) where archived_at is null;
call guard_table('telecoms', 'select, insert, update', 'select');

create table nases (
  organization_id uuid not null,
  id uuid not null,
  telecom_id uuid not null,
  name text not null check (length(name) between 1 and 100),
  source_range cidr not null,
  secret_sealed bytea not null,
  coa_host inet not null,
  coa_port int not null default 3799 check (coa_port between 1 and 65535),
  require_message_authenticator boolean not null default true,
  no_gigawords boolean not null default false,
  created_at timestamptz not null,
  removed_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, telecom_id) references telecoms (organization_id, id)
);
create index nases_telecom on nases (organization_id, telecom_id, id) where removed_at is null;
create unique index nases_range on nases (organization_id, source_range) where removed_at is null;
call guard_table('nases', 'select, insert, update', 'select');

-- A packet names no organization: its source address does. So ranges may not overlap across organizations.
create function list_nases() returns setof nases
  language sql stable security definer set search_path = public as
$$ select * from nases where removed_at is null $$;
create function nas_range_taken(asked cidr, asking uuid) returns boolean
  language sql stable security definer set search_path = public as
$$ select exists (select from nases where removed_at is null and organization_id <> asking and source_range && asked) $$;
revoke execute on function list_nases, nas_range_taken from public;
grant execute on function list_nases, nas_range_taken to simwright_app, simwright_ingest;

create table carrier_lines (
  organization_id uuid not null,
  line_id uuid not null,
  telecom_id uuid not null,
  iccid text not null,
  imsi text,
  link text not null check (link in ('none', 'checking', 'ok', 'error')),
  link_reason text,
  desired_state text not null default 'inactive' check (desired_state in ('active', 'inactive')),
  reported_state text check (reported_state in ('active', 'inactive', 'unknown')),
  reported_at timestamptz,
  check_at timestamptz,              -- when to ask the carrier about it again; null: there is nobody to ask
  primary key (organization_id, line_id),
  foreign key (organization_id, telecom_id) references telecoms (organization_id, id)
) with (fillfactor = 70);
create index carrier_lines_check on carrier_lines (organization_id, telecom_id, check_at) where check_at is not null;
call guard_table('carrier_lines', 'select, insert, update', 'select, update');

-- A request outstanding at a carrier, and the history of those that ended. The queue is the table.
create table carrier_operations (
  organization_id uuid not null,
  id uuid not null,
  line_id uuid not null,
  telecom_id uuid not null,
  kind text not null check (kind in ('set_state', 'disconnect')),
  want text check (want in ('active', 'inactive')),
  -- Why it was asked: a change of lifecycle shows as Pending until it is done; a block, or setting right a carrier
  -- that left the state we want, does not hide the status.
  cause text not null default 'lifecycle' check (cause in ('lifecycle', 'block', 'drift')),
  state text not null default 'outstanding' check (state in ('outstanding', 'done', 'failed', 'replaced')),
  asked_at timestamptz,
  carrier_reference text,
  attempts int not null default 0 check (attempts <= 100),
  next_attempt_at timestamptz not null,
  claimed_until timestamptz,         -- set while a process is asking the carrier; after it, anyone may try again
  last_answer text,
  requested_at timestamptz not null,
  ended_at timestamptz,
  primary key (organization_id, id),
  foreign key (organization_id, line_id) references carrier_lines (organization_id, line_id),
  check (kind <> 'set_state' or want is not null),
  check ((state = 'outstanding') = (ended_at is null))
) with (fillfactor = 70);
create unique index carrier_operations_one on carrier_operations (organization_id, line_id, kind)
  where state = 'outstanding';
create index carrier_operations_due on carrier_operations (organization_id, telecom_id, next_attempt_at, id)
  where state = 'outstanding';
create index carrier_operations_line on carrier_operations (organization_id, line_id, id);
call guard_table('carrier_operations', 'select, insert, update', 'select, insert, update');
