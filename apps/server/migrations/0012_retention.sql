-- Retention: old months of usage leave as archives, and what they proved stays. And the runs of an instance's own upkeep.

-- What the instance does for itself. It holds nothing of any organization, so every process may read it.
create table platform_runs (
  id uuid primary key,
  name text not null check (name in ('backup', 'retirement')),
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text not null default 'running' check (outcome in ('running', 'done', 'failed', 'abandoned')),
  detail jsonb not null default '{}',
  check ((outcome = 'running') = (ended_at is null))
);
create index platform_runs_name on platform_runs (name, started_at desc);
grant select on platform_runs to simwright_app;

-- One row per partition of usage that leaves. Until `retired_at` it is only prepared, and its sums count nowhere.
create table usage_archives (
  id uuid primary key,
  partition text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  touched boolean not null default false,           -- a record came after the export began: it is made again
  file text,
  rows bigint,
  bytes bigint,
  sha256 text,
  exported_at timestamptz,
  retired_at timestamptz,
  dropped_at timestamptz,
  check (retired_at is null or exported_at is not null)
);
create unique index usage_archives_open on usage_archives (partition) where dropped_at is null;
grant select on usage_archives to simwright_app;

-- What was retired, per line, period, session and network: the laws of drift.sql go on to hold.
create table retired_usage (
  organization_id uuid not null,
  archive_id uuid not null references usage_archives (id),
  line_id uuid not null,
  period_id uuid not null,
  session_id uuid not null default '00000000-0000-0000-0000-000000000000',
  plmn text not null default '',
  bytes_up bigint not null,
  bytes_down bigint not null,
  limit_bytes bigint not null,                      -- of these, what was not late
  charge_micros bigint not null,
  records bigint not null,
  primary key (organization_id, archive_id, line_id, period_id, session_id, plmn)
);
create index retired_usage_period on retired_usage (organization_id, period_id);
create index retired_usage_archive on retired_usage (archive_id);
call guard_table('retired_usage', 'select');

-- Fired by a record that reaches a partition while that is being exported, which nobody waits for.
create function touch_usage_archive() returns trigger
  language plpgsql security definer set search_path = public as $$
begin
  update usage_archives set touched = true where partition = tg_table_name and retired_at is null and not touched;
  return null;
end $$;
revoke execute on function touch_usage_archive from public;

-- A table in the shape of usage_records, for the caller to fill and attach. Attaching takes a lock that lets records
-- pass, where `create table … partition of` would stop them all.
create function make_usage_table(name text) returns void language plpgsql set search_path = public as $$
begin
  execute format('create table %I (like usage_records including defaults including constraints including indexes including storage)', name);
end $$;
revoke execute on function make_usage_table from public;

create function attach_usage_table(name text, first timestamptz, past timestamptz) returns void language plpgsql set search_path = public as $$
begin
  execute format('alter table usage_records attach partition %I for values from (%L) to (%L)', name, first, past);
end $$;
revoke execute on function attach_usage_table from public;

-- The partitions of usage with their bounds; the default one has none.
create function usage_partitions() returns table (name text, starts_at timestamptz, ends_at timestamptz)
  language sql stable security definer set search_path = public as
$$ select c.relname::text,
          substring(pg_get_expr(c.relpartbound, c.oid) from 'FROM \(''([^'']+)''\)')::timestamptz,
          substring(pg_get_expr(c.relpartbound, c.oid) from 'TO \(''([^'']+)''\)')::timestamptz
     from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'usage_records'::regclass $$;
revoke execute on function usage_partitions from public;
grant execute on function usage_partitions to simwright_app;

-- As in 0008, but nobody waits for it: it gives up after 100 ms behind somebody's lock, and comes again.
create or replace function ensure_usage_partition(month date) returns void
  language plpgsql security definer set search_path = public set lock_timeout = '100ms' as $$
declare starts timestamp := date_trunc('month', month::timestamp);
        first timestamptz := starts at time zone 'UTC';
        past timestamptz := (starts + interval '1 month') at time zone 'UTC';
        name text := 'usage_records_' || to_char(starts, 'YYYY_MM');
begin
  if month < date '2020-01-01' or month > date '2100-01-01' or to_regclass(name) is not null then return; end if;
  perform pg_advisory_xact_lock(hashtext('simwright.usage_partition'));
  if exists (select from usage_partitions() p where p.starts_at < past and p.ends_at > first) then return; end if;
  -- Rows that arrived before their partition are in the default one; move_usage_rest takes them to it.
  if exists (select from usage_records_rest where occurred_at >= first and occurred_at < past) then return; end if;
  perform make_usage_table(name);
  perform attach_usage_table(name, first, past);
exception when lock_not_available or check_violation then
  return;
end $$;

-- Takes the oldest rows of the default partition to one of their own and returns how many went; 0 when there are none.
-- A month at once, or a day of it where a month would be more than `most`. Readers see them in one place or the other.
create function move_usage_rest(most int) returns bigint
  language plpgsql set search_path = public set lock_timeout = '100ms' as $$
declare first timestamptz;
        past timestamptz;
        name text;
        moved bigint;
begin
  perform pg_advisory_xact_lock(hashtext('simwright.usage_partition'));
  select date_trunc('month', min(occurred_at), 'UTC') into first from usage_records_rest;
  if first is null then return 0; end if;
  past := (first at time zone 'UTC' + interval '1 month') at time zone 'UTC';
  name := 'usage_records_' || to_char(first at time zone 'UTC', 'YYYY_MM');
  if (select count(*) from (select from usage_records_rest where occurred_at < past limit most + 1) n) > most
     or exists (select from usage_partitions() p where p.starts_at < past and p.ends_at > first) then
    select date_trunc('day', min(occurred_at), 'UTC') into first from usage_records_rest;
    past := first + interval '24 hours';
    name := 'usage_records_' || to_char(first at time zone 'UTC', 'YYYY_MM_DD');
  end if;
  -- A month that was retired and got a record since: its old table may wait to be dropped under that name.
  if to_regclass(name) is not null then name := name || '_' || to_char(clock_timestamp() at time zone 'UTC', 'YYYYMMDDHH24MISS'); end if;
  perform make_usage_table(name);
  execute format('with moved as (delete from usage_records_rest where occurred_at >= %L and occurred_at < %L returning *)
                  insert into %I select * from moved', first, past, name);
  get diagnostics moved = row_count;
  perform attach_usage_table(name, first, past);
  return moved;
end $$;
revoke execute on function move_usage_rest from public;

-- Rows that lie in the default partition, counted to a bound: a reason why an instance is not well.
create function usage_rest_rows() returns bigint
  language sql stable security definer set search_path = public as
$$ select count(*) from (select from usage_records_rest limit 100001) n $$;
revoke execute on function usage_rest_rows from public;
grant execute on function usage_rest_rows to simwright_app;
