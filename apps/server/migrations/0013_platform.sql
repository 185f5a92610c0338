-- The platform: the instance itself, for whoever runs it. Nothing here belongs to an organization, so nothing here shows
-- more of one than its name and sums; each table and each door is granted by itself, to the application only.

-- Who may look after the instance: people, not roles. An organization's `*` does not reach here.
create table platform_admins (
  user_id text primary key,
  granted_at timestamptz not null default now(),
  granted_by text not null
);
alter table platform_admins enable row level security;
alter table platform_admins force row level security;
create policy owner_all on platform_admins to current_user using (true) with check (true);

-- An instance that already has people: the first of them.
insert into platform_admins (user_id, granted_by)
  select id, 'migration' from auth."user" order by "createdAt", id limit 1;

create function is_platform_admin(asked text) returns boolean
  language sql stable security definer set search_path = public as
$$ select exists (select from platform_admins where user_id = asked) $$;

-- The first account of an instance becomes its admin, and nobody after it in this way.
create function claim_platform(asked text) returns boolean
  language plpgsql security definer set search_path = public as $$
begin
  if exists (select from platform_admins) then return false; end if;
  perform pg_advisory_xact_lock(hashtext('simwright.claim_platform'));
  if exists (select from platform_admins) or exists (select from auth."user" where id <> asked) then return false; end if;
  insert into platform_admins (user_id, granted_by) values (asked, 'first account');
  return true;
end $$;

-- One row for each process, written by its heartbeat; times are this server's, so that ages need no second clock.
create table processes (
  id uuid primary key,
  role text not null check (role in ('all', 'api', 'worker', 'radius')),
  host text not null,
  pid int not null,
  version text not null,
  state text not null check (state in ('running', 'draining', 'ended')),
  started_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  report jsonb not null check (length(report::text) <= 200000)
) with (fillfactor = 50);
create index processes_seen on processes (seen_at);
grant select, insert, update, delete on processes to simwright_app;

-- What a person asked for: the next heartbeat of a process that can do it takes it.
create table platform_requests (
  id uuid primary key,
  work text not null check (length(work) between 1 and 64),
  asked_by text not null check (length(asked_by) <= 200),
  asked_at timestamptz not null default now(),
  taken_by uuid,
  taken_at timestamptz
);
create index platform_requests_open on platform_requests (asked_at) where taken_at is null;
grant select, insert, update, delete on platform_requests to simwright_app;

-- Usage that waits, counted by its index and no further than 10,001 rows a state. Ages are on each organization's clock.
create function platform_inbox() returns table (organization_id uuid, state text, waiting bigint, oldest_seconds float8)
  language sql stable security definer set search_path = public as $$
  select o.id, s.state, c.waiting, extract(epoch from now() - f.received_at) + o.clock_offset_ms / 1000.0
    from (select id, clock_offset_ms from organizations order by id limit 1000) o
   cross join unnest(array['waiting', 'unrated', 'quarantined']) as s (state)
   cross join lateral (select count(*) as waiting from (
           select from usage_inbox i where i.organization_id = o.id and i.state = s.state limit 10001) bounded) c
    left join lateral (select i.received_at from usage_inbox i
                        where i.organization_id = o.id and i.state = s.state order by i.id limit 1) f on true
$$;

-- Usage that was acknowledged before its writer charged it: the holders take it from here.
create function platform_arrivals() returns table (organization_id uuid, waiting bigint, oldest_seconds float8)
  language sql stable security definer set search_path = public as $$
  select o.id, c.waiting, extract(epoch from now() - c.oldest_at) + o.clock_offset_ms / 1000.0
    from (select id, clock_offset_ms from organizations order by id limit 1000) o
   cross join lateral (select count(*) as waiting, min(stored_at) as oldest_at from (
           select stored_at from usage_arrivals a where a.organization_id = o.id order by shard, id limit 10001) bounded) c
   where c.waiting > 0
$$;

-- Events that have no place yet, and events whose reactions have not run.
create function platform_relay() returns table (organization_id uuid, unplaced bigint, oldest_seconds float8, unreacted bigint)
  language sql stable security definer set search_path = public as $$
  select o.id, c.unplaced, extract(epoch from now() - f.at) + o.clock_offset_ms / 1000.0, coalesce(p.last_position - p.reacted_position, 0)
    from (select id, clock_offset_ms from organizations order by id limit 1000) o
   cross join lateral (select count(*) as unplaced from (
           select from events e where e.organization_id = o.id and e.position is null limit 10001) bounded) c
    left join lateral (select e.at from events e
                        where e.organization_id = o.id and e.position is null order by e.id limit 1) f on true
    left join event_positions p on p.organization_id = o.id
$$;

-- Organizations by name, with sums that nobody counts row by row: SIMs from their counts, usage from the hourly totals.
create function platform_organizations() returns table (
    id uuid, name text, currency char(3), sandbox boolean, created_at timestamptz, sims bigint, bytes numeric, last_usage_at timestamptz)
  language sql stable security definer set search_path = public as $$
  select o.id, o.name, o.currency, o.sandbox, o.created_at, s.sims, coalesce(u.bytes, 0), u.last_hour
    from (select * from organizations order by id limit 200) o
   cross join lateral (select coalesce(sum(c.sims), 0)::bigint as sims from sim_counts c where c.organization_id = o.id) s
   cross join lateral (select sum(bytes_up + bytes_down) as bytes, max(hour) as last_hour from usage_hourly_totals
                        where organization_id = o.id
                          and hour >= now() + make_interval(secs => o.clock_offset_ms / 1000.0) - interval '30 days') u
   order by o.id
$$;

create function platform_tables() returns table (name text, partition_of text, bytes bigint, live_rows bigint)
  language sql stable security definer set search_path = public as $$
  select c.relname, p.relname, pg_total_relation_size(c.oid), greatest(c.reltuples, 0)::bigint
    from pg_class c
    left join pg_inherits i on i.inhrelid = c.oid
    left join pg_class p on p.oid = i.inhparent
   where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace
   order by pg_total_relation_size(c.oid) desc limit 200
$$;

create function platform_migrations() returns table (name text, applied_at timestamptz)
  language sql stable security definer set search_path = public as
$$ select name, applied_at from schema_migrations order by name desc limit 200 $$;

-- The months without a partition on an organization's clock, of this one and the next.
create function platform_missing_partitions() returns setof text
  language sql stable security definer set search_path = public as $$
  select distinct to_char(m.month, 'YYYY-MM')
    from (select clock_offset_ms from organizations order by id limit 1000) o
   cross join lateral (select date_trunc('month', now() at time zone 'UTC' + make_interval(secs => o.clock_offset_ms / 1000.0))
                              + make_interval(months => ahead) as month from generate_series(0, 1) ahead) m
   where not exists (select from usage_partitions() p
                      where p.starts_at <= m.month at time zone 'UTC' and p.ends_at > m.month at time zone 'UTC')
$$;

revoke execute on function is_platform_admin, claim_platform, platform_inbox, platform_arrivals, platform_relay, platform_organizations,
  platform_tables, platform_migrations, platform_missing_partitions from public;
grant execute on function is_platform_admin, claim_platform, platform_inbox, platform_arrivals, platform_relay, platform_organizations,
  platform_tables, platform_migrations, platform_missing_partitions to simwright_app;
