-- Usage: what a line did. Cumulative session counters become deltas; deltas become usage records.
create table sessions (
  organization_id uuid not null,
  id uuid not null,
  nas_id uuid not null,
  telecom_id uuid not null,
  session_key text not null,
  acct_session_id text not null,
  line_id uuid,                                     -- null: an IMSI we do not know
  imsi text,
  state text not null default 'open' check (state in ('open', 'closed', 'stale')),
  epoch int not null default 0,                     -- raised by each counter reset
  up_total bigint not null default 0,               -- counters of the current epoch, as the network sent them
  down_total bigint not null default 0,
  up_bytes bigint not null default 0,               -- all epochs together
  down_bytes bigint not null default 0,
  session_time int,
  charging_id text,
  plmn text,
  rat text,
  apn text,
  framed_ip text,
  imei text,
  walled boolean not null default false,
  terminate_cause int,
  started_at timestamptz not null,
  last_event_at timestamptz not null,
  last_received_at timestamptz not null,
  ended_at timestamptz,
  version bigint not null default 0,
  primary key (organization_id, id),
  unique (organization_id, nas_id, session_key)
) with (fillfactor = 60);
create index sessions_line on sessions (organization_id, line_id, started_at) where line_id is not null;
create index sessions_open on sessions (organization_id, nas_id) where state = 'open';
create index sessions_open_line on sessions (organization_id, line_id) where state = 'open';
call guard_table('sessions', 'select', 'select, insert, update');
grant update on sessions to simwright_app;

create table attachments (
  organization_id uuid not null,
  line_id uuid not null,
  accepted_at timestamptz,
  rejected_at timestamptz,
  rejected_reason text,
  plmn text,
  primary key (organization_id, line_id)
) with (fillfactor = 60);
call guard_table('attachments', 'select', 'select, insert, update');

create table usage_records (
  organization_id uuid not null,
  occurred_at timestamptz not null,
  line_id uuid not null,
  source_id uuid not null,                          -- the NAS, or another source of usage
  source_key uuid not null,                         -- 128 bits: session, epoch and totals
  session_id uuid,
  received_at timestamptz not null,
  bytes_up bigint not null check (bytes_up >= 0),
  bytes_down bigint not null check (bytes_down >= 0),
  plmn text not null default '',
  fleet_id uuid,
  charge_micros bigint not null,
  late boolean not null default false,
  period_id uuid not null,
  batch_id uuid not null,
  position int not null,
  primary key (organization_id, occurred_at, line_id, source_id, source_key)
) partition by range (occurred_at);
create table usage_records_rest partition of usage_records default;
create index usage_records_line on usage_records (organization_id, line_id, occurred_at);
call guard_table('usage_records', 'select', 'select, insert');

-- Monthly partitions are made ahead of each organization's clock. Only the owner may create tables, so this is a door.
create function ensure_usage_partition(month date) returns void
  language plpgsql security definer set search_path = public as $$
declare first date := date_trunc('month', month)::date;
        name text := 'usage_records_' || to_char(first, 'YYYY_MM');
begin
  if first < date '2020-01-01' or first > date '2100-01-01' or to_regclass(name) is not null then return; end if;
  perform pg_advisory_xact_lock(hashtext('simwright.usage_partition'));
  if to_regclass(name) is not null then return; end if;
  -- Rows that arrived before their partition stay in the default one; that month then needs no own partition.
  if exists (select from usage_records_rest where occurred_at >= first and occurred_at < first + interval '1 month') then return; end if;
  execute format('create table %I partition of usage_records for values from (%L) to (%L)',
                 name, first::timestamp at time zone 'UTC', (first + interval '1 month') at time zone 'UTC');
end $$;
revoke execute on function ensure_usage_partition from public;
grant execute on function ensure_usage_partition to simwright_app, simwright_ingest;

create table usage_hourly (
  organization_id uuid not null,
  line_id uuid not null,
  hour timestamptz not null,
  plmn text not null default '',
  fleet_id uuid not null default '00000000-0000-0000-0000-000000000000',
  bytes_up bigint not null,
  bytes_down bigint not null,
  charge_micros bigint not null,
  records int not null,
  primary key (organization_id, line_id, hour, plmn, fleet_id)
) with (fillfactor = 60);
create index usage_hourly_hour on usage_hourly (organization_id, hour);
call guard_table('usage_hourly', 'select', 'select, insert, update');

-- Totals of the whole organization per hour: the overview reads these, never a million lines.
create table usage_hourly_totals (
  organization_id uuid not null,
  hour timestamptz not null,
  plmn text not null default '',
  bytes_up bigint not null,
  bytes_down bigint not null,
  charge_micros bigint not null,
  records bigint not null,
  primary key (organization_id, hour, plmn)
) with (fillfactor = 50);
call guard_table('usage_hourly_totals', 'select', 'select, insert, update');

-- What could not be charged when it came: kept, visible, and replayed. Deltas are frozen here, so that the session's
-- counters may go on; a quarantined update (an impossible one) did not move them.
create table usage_inbox (
  organization_id uuid not null,
  id uuid not null,
  source_id uuid not null,
  source_key uuid not null,
  state text not null check (state in ('waiting', 'unrated', 'quarantined', 'charged', 'dismissed')),
  reason text not null,
  line_id uuid,
  imsi text,
  session_id uuid,
  bytes_up bigint not null,
  bytes_down bigint not null,
  plmn text not null default '',
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  raw jsonb not null,
  attempts int not null default 0,
  resolved_at timestamptz,
  resolved_by text,
  primary key (organization_id, id),
  unique (organization_id, source_id, source_key)
);
create index usage_inbox_open on usage_inbox (organization_id, state, id) where state in ('waiting', 'unrated', 'quarantined');
call guard_table('usage_inbox', 'select, update', 'select, insert, update');
