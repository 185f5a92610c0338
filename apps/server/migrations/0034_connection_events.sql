-- Connection events: what devices did on the network, told to addresses that somebody configured.

-- 0: nobody hears of connections. Else a number that is another one after every change of who hears what: charging reads it with
-- the organization's clock, at no cost, and keeps what it knows of the sinks until it differs.
alter table organizations add column connection_listeners bigint not null default 0 check (connection_listeners >= 0);
create sequence connection_listeners;
grant usage on sequence connection_listeners to simwright_app;

drop function list_organizations, find_organization;
create function list_organizations() returns table (
    id uuid, name text, currency char(3), time_zone text, unit_base int, sandbox boolean, clock_offset_ms bigint, late_usage text,
    connection_listeners bigint)
  language sql stable security definer set search_path = public as
$$ select id, name, currency, time_zone, unit_base, sandbox, clock_offset_ms, late_usage, connection_listeners from organizations order by id $$;
create function find_organization(asked uuid) returns table (
    id uuid, name text, currency char(3), time_zone text, unit_base int, sandbox boolean, clock_offset_ms bigint, late_usage text,
    connection_listeners bigint)
  language sql stable security definer set search_path = public as
$$ select id, name, currency, time_zone, unit_base, sandbox, clock_offset_ms, late_usage, connection_listeners from organizations where id = asked $$;
revoke execute on function list_organizations, find_organization from public;
grant execute on function list_organizations, find_organization to simwright_app, simwright_ingest;

-- Where connection events go. A company's sink hears of that company's SIMs, the organization's of all.
create table event_sinks (
  organization_id uuid not null references organizations (id),
  id uuid not null,
  company_id uuid,                                     -- null: the organization's own
  url text not null check (length(url) between 1 and 2048),
  description text not null default '' check (length(description) <= 200),
  types text[] not null check (cardinality(types) between 1 and 7),
  state text not null default 'active' check (state in ('active', 'paused')),
  paused_because text check (paused_because in ('staff', 'gone')),
  last_delivery_id uuid,                               -- the batch that was sent last
  last_sent_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, company_id) references companies (organization_id, id),
  check ((state = 'paused') = (paused_because is not null))
);
create index event_sinks_account on event_sinks (organization_id, company_id, id);
call guard_table('event_sinks', 'select, insert, update, delete', 'select');

-- What happened, as the network told it; kept for a week, and only what some sink wanted.
create table connection_events (
  organization_id uuid not null,
  id uuid not null,
  type text not null check (type in ('attachment.accepted', 'attachment.rejected', 'attachment.failed', 'data-session.started',
                                     'data-session.updated', 'data-session.ended', 'data-session.failed')),
  at timestamptz not null,
  line_id uuid not null,
  company_id uuid,                                     -- the account that the SIM was in; null: the organization's own
  fleet_id uuid,
  session_id uuid,
  reason text,                                         -- of what was rejected or failed
  blocked boolean not null,                            -- data of the SIM was blocked
  imsi text,
  imei text,
  plmn text,
  rat text,
  apn text,
  ip_address text,
  area text,                                           -- LAC or TAC, and cell, in hexadecimal
  cell text,
  started_at timestamptz,
  ended_at timestamptz,
  from_at timestamptz,                                 -- since when bytes_up and bytes_down are counted
  to_at timestamptz,
  bytes_up bigint,
  bytes_down bigint,
  session_bytes_up bigint,
  session_bytes_down bigint,
  primary key (organization_id, id),
  check ((reason is not null) = (type in ('attachment.rejected', 'attachment.failed', 'data-session.failed'))),
  check (session_id is not null or type not in ('data-session.started', 'data-session.updated', 'data-session.ended'))
);
create index connection_events_line on connection_events (organization_id, line_id, id);
create index connection_events_account on connection_events (organization_id, company_id, type, id) where company_id is not null;
create index connection_events_type on connection_events (organization_id, type, id);
call guard_table('connection_events', 'select, insert, delete', 'insert');

-- What a sink has not been sent yet: gone from here in the database transaction that keeps the batch with it.
create table event_sink_queue (
  organization_id uuid not null,
  sink_id uuid not null,
  event_id uuid not null,
  primary key (organization_id, sink_id, event_id)
);
call guard_table('event_sink_queue', 'select, insert, delete', 'insert');
