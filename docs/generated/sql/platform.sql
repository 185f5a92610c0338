-- Every statement of platform. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- platform.arrivals
select * from platform_arrivals();

-- platform.ask
insert into platform_requests (id, work, asked_by) values (:id, :work, :askedBy);

-- platform.beat
insert into processes (id, role, host, pid, version, state, report)
  values (:id, :role, :host, :pid, :version, :state, :{JSON.stringify(report)})
  on conflict (id) do update set state = excluded.state, report = excluded.report, seen_at = now();

-- platform.forget
delete from processes where seen_at < now() - make_interval(hours => :keptHours);

-- platform.forget_requests
delete from platform_requests where asked_at < now() - interval '30 days';

-- platform.inbox
select * from platform_inbox();

-- platform.last_backup
select * from platform_runs where name = 'backup' and outcome = 'done'
  order by started_at desc limit 1;

-- platform.latest_backup
select * from platform_runs where name = 'backup' order by started_at desc limit 1;

-- platform.migrations
select * from platform_migrations();

-- platform.organizations
select * from platform_organizations();

-- platform.partitions_ahead
select month from platform_missing_partitions() as month order by 1;

-- platform.processes
select id, role, host, pid, version, state, started_at, seen_at, report,
       greatest(0, extract(epoch from now() - seen_at) * 1000)::float8 as silent_ms
  from processes order by (state = 'ended'), seen_at desc, id limit 200;

-- platform.relay
select * from platform_relay();

-- platform.rest
select usage_rest_rows() as rows;

-- platform.runs
select id, name, started_at, ended_at, outcome, detail from platform_runs
  order by started_at desc limit :limit;

-- platform.server
select clock_timestamp() as now, current_setting('server_version') as version,
  pg_database_size(current_database()) as size_bytes,
  (select count(*)::int from pg_stat_activity where datname = current_database()) as connections;

-- platform.shards
select s.shard::int as shard, a.application_name
   from generate_series(0, :{maxShards - 1}) as s (shard)
   join pg_locks l on l.locktype = 'advisory' and l.objsubid = 1 and l.granted
    and (l.classid::bigint << 32 | l.objid::bigint) = hashtext('simwright.charging.shard.' || s.shard)::bigint
   join pg_stat_activity a on a.pid = l.pid and a.datname = current_database()
  where l.database = (select oid from pg_database where datname = current_database())
  order by 1;

-- platform.tables
select * from platform_tables();

-- platform.take
update platform_requests set taken_by = :processId, taken_at = now()
   where id in (select id from platform_requests
                 where taken_at is null and asked_at > now() - interval '1 minute' and work = any(:works)
                 order by asked_at limit 20 for update skip locked)
  returning work;
