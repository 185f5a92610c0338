-- The hot path: several writers side by side, usage that brings its own id, and usage that waits for its writer.

-- A line is found by IMSI also when it is archived: late usage still belongs to it.
create index sims_imsi_any on sims (organization_id, telecom_id, imsi) where imsi is not null;

-- One row per writer and hour, so that the whole organization's total is not one row that all writers wait for.
alter table usage_hourly_totals add column shard smallint not null default 0 check (shard >= 0);
alter table usage_hourly_totals drop constraint usage_hourly_totals_pkey,
  add primary key (organization_id, hour, plmn, shard);

-- Where usage records come from that are handed in over HTTP.
create table usage_sources (
  organization_id uuid not null,
  id uuid not null,
  name text not null check (name ~ '^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$'),
  created_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, name)
);
call guard_table('usage_sources', 'select, insert', 'select');

-- Records with an id of their own are claimed here in the database transaction that charges or keeps them, so that a
-- corrected timestamp cannot charge twice. The same id with another body is refused.
create table ingest_keys (
  organization_id uuid not null,
  source_id uuid not null,
  record_id text not null check (length(record_id) between 1 and 200),
  body_hash bytea not null,
  outcome text not null check (outcome in ('charged', 'unrated')),
  line_id uuid,
  period_id uuid,
  charge_micros bigint,
  reason text,
  claimed_at timestamptz not null,
  primary key (organization_id, source_id, record_id),
  check ((outcome = 'charged') = (charge_micros is not null)),
  check ((outcome = 'unrated') = (reason is not null))
);
call guard_table('ingest_keys', 'select', 'select, insert');

-- Usage that reached a process which does not hold its shard: durable, and acknowledged, before its holder charges it.
create table usage_arrivals (
  organization_id uuid not null,
  shard smallint not null,
  id uuid not null,
  arrival jsonb not null,
  stored_at timestamptz not null,
  primary key (organization_id, shard, id)
);
call guard_table('usage_arrivals', 'select, insert', 'select, insert, delete');

create index usage_arrivals_shard on usage_arrivals (shard, organization_id);

-- The holder of a shard asks whose usage waits for it, one step of the index per organization; only ids leave this door.
create function organizations_with_arrivals(asked_shard smallint) returns setof uuid
  language sql stable security definer set search_path = public as
$$ with recursive waiting as (
     (select organization_id from usage_arrivals where shard = asked_shard order by organization_id limit 1)
     union all
     select (select a.organization_id from usage_arrivals a
              where a.shard = asked_shard and a.organization_id > w.organization_id order by a.organization_id limit 1)
       from waiting w where w.organization_id is not null
   )
   select organization_id from waiting where organization_id is not null limit 10000 $$;
revoke execute on function organizations_with_arrivals from public;
grant execute on function organizations_with_arrivals to simwright_app, simwright_ingest;
