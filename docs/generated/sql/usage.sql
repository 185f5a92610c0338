-- Every statement of usage. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- usage.add_to_hourly
insert into usage_hourly as h
    (organization_id, line_id, hour, plmn, fleet_id, bytes_up, bytes_down, charge_micros, records)
  select :ctx.organization.id, u.*
    from unnest(:{uuids(perLine.map((h) => h.lineId))}::uuid[], :{hours(perLine)}::timestamptz[],
                :{texts(perLine.map((h) => h.plmn))}::text[], :{uuids(perLine.map((h) => h.fleetId))}::uuid[],
                :{bigints(perLine.map((h) => h.up))}::bigint[], :{bigints(perLine.map((h) => h.down))}::bigint[],
                :{bigints(perLine.map((h) => h.charge))}::bigint[], :{ints(perLine.map((h) => h.records))}::int[]) as u
  on conflict (organization_id, line_id, hour, plmn, fleet_id) do update
     set bytes_up = h.bytes_up + excluded.bytes_up, bytes_down = h.bytes_down + excluded.bytes_down,
         charge_micros = h.charge_micros + excluded.charge_micros, records = h.records + excluded.records;

-- usage.add_to_pool_hours
insert into usage_hourly_pools as h (organization_id, pool_period_id, hour, shard, bytes, records)
  select :ctx.organization.id, u.pool_period_id, u.hour, :shard::smallint, u.bytes, u.records
    from unnest(:{uuids(sorted.map((h) => h.poolPeriodId))}::uuid[], :{instants(sorted.map((h) => h.hour))}::timestamptz[],
                :{bigints(sorted.map((h) => h.bytes))}::bigint[], :{ints(sorted.map((h) => h.records))}::int[])
         as u(pool_period_id, hour, bytes, records)
  on conflict (organization_id, pool_period_id, hour, shard) do update
     set bytes = h.bytes + excluded.bytes, records = h.records + excluded.records;

-- usage.add_to_totals
insert into usage_hourly_totals as h
    (organization_id, shard, hour, plmn, bytes_up, bytes_down, charge_micros, records)
  select :ctx.organization.id, :shard::smallint, u.*
    from unnest(:{hours(whole)}::timestamptz[], :{texts(whole.map((h) => h.plmn))}::text[],
                :{bigints(whole.map((h) => h.up))}::bigint[], :{bigints(whole.map((h) => h.down))}::bigint[],
                :{bigints(whole.map((h) => h.charge))}::bigint[], :{ints(whole.map((h) => h.records))}::int[]) as u
  on conflict (organization_id, hour, plmn, shard) do update
     set bytes_up = h.bytes_up + excluded.bytes_up, bytes_down = h.bytes_down + excluded.bytes_down,
         charge_micros = h.charge_micros + excluded.charge_micros, records = h.records + excluded.records;

-- usage.add_units
insert into usage_hourly_units as h
    (organization_id, line_id, hour, plmn, fleet_id, service, units, charge_micros, records)
  select :ctx.organization.id, u.*
    from unnest(:{uuids(of('lineId'))}::uuid[], :{instants(of('hour').map((hour) => new Date(hour * hourMs)))}::timestamptz[],
                :{texts(of('plmn'))}::text[], :{uuids(of('fleetId'))}::uuid[], :{texts(of('service'))}::text[],
                :{bigints(of('units'))}::bigint[], :{bigints(of('charge'))}::bigint[], :{ints(of('records'))}::int[]) as u
  on conflict (organization_id, line_id, hour, plmn, fleet_id, service) do update
     set units = h.units + excluded.units, charge_micros = h.charge_micros + excluded.charge_micros,
         records = h.records + excluded.records;

-- usage.ask_replay
update usage_inbox set state = 'waiting', placed = :{filter.placed ?? false}
  where organization_id = :ctx.organization.id and id in (select id from usage_inbox where :{join(conditions)} order by id limit :limit);

-- usage.close_sessions_of_nas
update sessions
     set state = 'closed', ended_at = greatest(last_event_at, least(:at::timestamptz, :ctx.now::timestamptz)), terminate_cause = 11,
         version = version + 1
   where organization_id = :ctx.organization.id and nas_id = :nasId and state in ('open', 'stale')
     and last_event_at <= :at
  returning :columns;

-- usage.count_inbox
select reason, state, count(*)::int as rows from usage_inbox
  where organization_id = :ctx.organization.id and state in ('waiting', 'unrated', 'quarantined') group by reason, state;

-- usage.count_open_sessions
select count(distinct line_id)::int as online from sessions
  where organization_id = :ctx.organization.id and state = 'open' and line_id is not null
    [and line_id in (select id from sims where organization_id = :ctx.organization.id and company_id = :companyId)];

-- usage.find_claims
select k.source_id, k.record_id, k.body_hash, k.outcome, k.line_id, k.period_id, k.charge_micros, k.reason
  from unnest(:{uuids(claims.map((c) => c.sourceId))}::uuid[], :{texts(claims.map((c) => c.recordId))}::text[]) as c(source_id, record_id)
  join ingest_keys k on k.organization_id = :ctx.organization.id and k.source_id = c.source_id and k.record_id = c.record_id;

-- usage.find_day_totals
select :columns
  from (select * from unnest(:{uuids(names.map((n) => n.lineId))}::uuid[], :{uuids(names.map((n) => n.sourceId))}::uuid[],
                             :{texts(names.map((n) => n.day))}::text[], :{texts(names.map((n) => n.service))}::text[])
               as a(line_id, source_id, day, service) :{allOf(names)}) as n
  join usage_day_totals t on t.organization_id = :ctx.organization.id and t.line_id = n.line_id and t.source_id = n.source_id
   and t.day = n.day::date and t.service = n.service;

-- usage.find_record
select :columns from usage_records
  where organization_id = :ctx.organization.id and line_id = :lineId and occurred_at = :occurredAt
    and source_key = :sourceKey;

-- usage.find_sessions
select :columns
  from (select * from unnest(:{uuids(keys.map((k) => k.nasId))}::uuid[], :{texts(keys.map((k) => k.sessionKey))}::text[])
               as m(nas, key) :{allOf(keys)}) as k
  join sessions on organization_id = :ctx.organization.id and nas_id = k.nas and session_key = k.key;

-- usage.find_sources
select id, name from usage_sources
  where organization_id = :ctx.organization.id and name = any(:wanted::text[]);

-- usage.insert_claims
insert into ingest_keys
    (organization_id, source_id, record_id, body_hash, outcome, line_id, period_id, charge_micros, reason, claimed_at)
  select :ctx.organization.id, u.source_id, u.record_id, decode(u.body_hash, 'hex'), u.outcome, u.line_id, u.period_id,
         u.charge_micros, u.reason, :ctx.now::timestamptz
    from unnest(:{uuids(claims.map((c) => c.sourceId))}::uuid[], :{texts(claims.map((c) => c.recordId))}::text[],
                :{texts(claims.map((c) => c.bodyHash.toString('hex')))}::text[], :{texts(claims.map((c) => c.outcome))}::text[],
                :{uuids(charged.map((c) => c?.lineId ?? null))}::uuid[], :{uuids(charged.map((c) => c?.periodId ?? null))}::uuid[],
                :{bigints(charged.map((c) => c?.chargeMicros ?? null))}::bigint[],
                :{texts(claims.map((c) => (c.outcome === 'unrated' ? c.reason : null)))}::text[])
         as u(source_id, record_id, body_hash, outcome, line_id, period_id, charge_micros, reason)
  on conflict do nothing;

-- usage.insert_inbox
insert into usage_inbox
    (organization_id, id, source_id, source_key, state, reason, line_id, imsi, session_id, bytes_up, bytes_down, service, units,
     plmn, occurred_at, received_at, raw)
  select :ctx.organization.id, u.*
    from unnest(:ids::uuid[], :{of('sourceId')}::uuid[], :{of('sourceKey')}::uuid[],
                :{of('state')}::text[], :{of('reason')}::text[], :{of('lineId')}::uuid[], :{of('imsi')}::text[],
                :{of('sessionId')}::uuid[], :{of('bytesUp')}::bigint[], :{of('bytesDown')}::bigint[],
                :{of('service')}::text[], :{of('units')}::bigint[], :{of('plmn')}::text[],
                :{of('occurredAt')}::timestamptz[], :{of('receivedAt')}::timestamptz[],
                :{wanted.map((row) => JSON.stringify(row.raw, bigintAsText))}::jsonb[]) as u
  on conflict (organization_id, source_id, source_key) do nothing returning id;

-- usage.insert_records
insert into usage_records
    (organization_id, batch_id, occurred_at, line_id, source_id, source_key, session_id, received_at, bytes_up, bytes_down,
     plmn, fleet_id, charge_micros, late, period_id, position:more)
  select :ctx.organization.id, :batchId::uuid, u.*
    from unnest(:{instants(of('occurredAt'))}::timestamptz[], :{uuids(of('lineId'))}::uuid[], :{uuids(of('sourceId'))}::uuid[],
                :{uuids(of('sourceKey'))}::uuid[], :{uuids(of('sessionId'))}::uuid[], :{instants(of('receivedAt'))}::timestamptz[],
                :{bigints(of('bytesUp'))}::bigint[], :{bigints(of('bytesDown'))}::bigint[], :{texts(of('plmn'))}::text[],
                :{uuids(of('fleetId'))}::uuid[], :{bigints(of('chargeMicros'))}::bigint[], :{booleans(of('late'))}::boolean[],
                :{uuids(of('periodId'))}::uuid[], :{ints(of('position'))}::int[]:theirs) as u(occurred_at, line_id)
   order by u.line_id;

-- usage.insert_rejections
insert into usage_rejections
    (organization_id, id, source_id, record_id, code, field, message, body, body_hash, rejected_at)
  select :ctx.organization.id, u.id, u.source_id, u.record_id, u.code, u.field, u.message, u.body, decode(u.body_hash, 'hex'), u.at
    from unnest(:{uuids(refused.map(() => newId(ctx)))}::uuid[], :{uuids(of('sourceId'))}::uuid[], :{texts(of('recordId'))}::text[],
                :{texts(of('code'))}::text[], :{texts(of('field'))}::text[], :{texts(of('message'))}::text[], :{texts(of('body'))}::text[],
                :{texts(refused.map((one) => one.bodyHash.toString('hex')))}::text[],
                :{instants(refused.map(() => ctx.now))}::timestamptz[])
         as u(id, source_id, record_id, code, field, message, body, body_hash, at)
  on conflict do nothing;

-- usage.insert_sessions
insert into sessions (organization_id, :columns)
  select :ctx.organization.id, u.* from :{unnested(sessions)} on conflict do nothing;

-- usage.insert_sources
insert into usage_sources (organization_id, id, name, created_at)
  select :ctx.organization.id, u.id, u.name, :ctx.now::timestamptz
    from unnest(:{names.map((n) => n.id)}::uuid[], :wanted::text[]) as u(id, name) on conflict do nothing;

-- usage.list_all_records
select :columns from usage_records u where :{join(conditions)} :newestFirst limit :filter.limit;

-- usage.list_attachments
select line_id, accepted_at, rejected_at, rejected_reason, plmn from attachments
  where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]);

-- usage.list_booked_at
select :columns from usage_records
  where :{recordsOf(ctx, of)} and batch_id >= :{firstIdAt(at)}::uuid and batch_id < :{after(at)}::uuid
  order by batch_id, position limit :limit;

-- usage.list_day_totals
select :columns, s.name as source from usage_day_totals t
   join usage_sources s on s.organization_id = t.organization_id and s.id = t.source_id
  where :{join(conditions)} order by t.day desc, t.line_id, t.source_id, t.service limit :filter.limit;

-- usage.list_inbox
select :columns from usage_inbox where :{join(conditions)} order by id desc limit :filter.limit;

-- usage.list_last_with
select p.telecom_id, p.address, s.line_id, s.started_at
   from unnest(:{uuids(places.map((p) => p.telecomId))}::uuid[], :{texts(places.map((p) => p.address))}::text[])
        as p(telecom_id, address)
  cross join lateral (select line_id, started_at from sessions
        where organization_id = :ctx.organization.id and telecom_id = p.telecom_id and framed_ip = p.address and state = 'open'
        order by started_at desc limit 2) s
  order by p.telecom_id, p.address, s.started_at desc;

-- usage.list_latest_sessions
select s.* from unnest(:lineIds::uuid[]) as l(id)
  cross join lateral (select :columns from sessions
        where organization_id = :ctx.organization.id and line_id = l.id
        order by started_at desc, sessions.id desc limit 1) s;

-- usage.list_open_sessions
select :columns from sessions
  where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]) and state = 'open';

-- usage.list_records
select :columns from usage_records u where :{join(conditions)} :newestFirst limit :filter.limit;

-- usage.list_rejections
select r.id, r.source_id, s.name as source, r.record_id, r.code, r.field, r.message, r.body, r.rejected_at
   from usage_rejections r
   join usage_sources s on s.organization_id = r.organization_id and s.id = r.source_id
  where :{join(conditions)} order by r.id desc limit :filter.limit;

-- usage.list_series
select date_trunc(:query.unit, hour, :query.zone) as starts_at, plmn,
        sum(bytes_up)::bigint as bytes_up, sum(bytes_down)::bigint as bytes_down, sum(messages)::bigint as messages,
        sum(seconds)::bigint as seconds, sum(charge_micros)::bigint as charge_micros
   from (select hour, plmn, bytes_up, bytes_down, charge_micros, 0::bigint as messages, 0::bigint as seconds
           from :table where :wanted :{query.lineId || companyId ? units : nothing}) u
  group by 1, 2 order by 1, 2 limit 20000;

-- usage.list_sessions
select :columns from sessions where :{join(conditions)}
  order by started_at desc, id desc limit :filter.limit;

-- usage.lock_day_totals
select pg_advisory_xact_lock(hashtext('simwright.day_totals'), share)
  from (select distinct abs(hashtext(id::text) % :shares::int) as share from unnest(:{uuids(lineIds)}::uuid[]) as id order by 1) s;

-- usage.mark_stale
update sessions set state = 'stale', version = version + 1
   where organization_id = :ctx.organization.id and id in (
         select id from sessions where organization_id = :ctx.organization.id and state = 'open'
            and last_received_at < :silentSince limit :limit for update skip locked)
  returning :columns;

-- usage.move_sessions
update sessions s
    set up_total = u.up_total, down_total = u.down_total, up_bytes = u.up_bytes, down_bytes = u.down_bytes,
        session_time = u.session_time, last_event_at = u.last_event_at, last_received_at = u.last_received_at,
        version = s.version + 1
   from (select * from unnest(:{uuids(of('id'))}::uuid[], :{bigints(of('version'))}::bigint[], :{bigints(of('upTotal'))}::bigint[],
               :{bigints(of('downTotal'))}::bigint[], :{bigints(of('upBytes'))}::bigint[], :{bigints(of('downBytes'))}::bigint[],
               :{ints(of('sessionTime'))}::int[], :{instants(of('lastEventAt'))}::timestamptz[],
               :{instants(of('lastReceivedAt'))}::timestamptz[])
               as m(id, version, up_total, down_total, up_bytes, down_bytes, session_time, last_event_at, last_received_at)
          order by m.id :{allOf(sessions)}) as u
  where s.organization_id = :ctx.organization.id and s.id = u.id and s.version = u.version;

-- usage.note_attachment
insert into attachments as a (organization_id, line_id, accepted_at, rejected_at, rejected_reason, plmn)
  values (:ctx.organization.id, :lineId, case when :rejected::text is null then :ctx.now::timestamptz end,
          case when :rejected::text is not null then :ctx.now::timestamptz end, :rejected, :plmn)
  on conflict (organization_id, line_id) do update
     set accepted_at = coalesce(excluded.accepted_at, a.accepted_at), rejected_at = coalesce(excluded.rejected_at, a.rejected_at),
         rejected_reason = coalesce(excluded.rejected_reason, a.rejected_reason), plmn = coalesce(excluded.plmn, a.plmn);

-- usage.pool_days
select date_trunc('day', hour, :zone) as starts_at, sum(bytes)::text as bytes
   from usage_hourly_pools
  where organization_id = :ctx.organization.id and pool_period_id = :poolPeriodId
  group by 1 order by 1;

-- usage.pool_stretches
select m.id as pool_period_id, s.stretch, s.bytes, f.first_hour
   from unnest(:{uuids(poolPeriodIds)}::uuid[]) as m(id)
   cross join lateral (
     select min(hour) as first_hour from usage_hourly_pools
      where organization_id = :ctx.organization.id and pool_period_id = m.id) f
   cross join lateral (
     select floor((extract(epoch from :end::timestamptz - hour) - 1) / 86400)::int as stretch, sum(bytes)::text as bytes
       from usage_hourly_pools
      where organization_id = :ctx.organization.id and pool_period_id = m.id and hour >= :from
      group by 1) s
  order by 1, 2;

-- usage.save_day_totals
insert into usage_day_totals
    (organization_id, line_id, source_id, day, zone, service, bytes_up, bytes_down, units, revision, told_at, told_id,
     difference_up, difference_down, difference_units)
  select :ctx.organization.id, u.line_id, u.source_id, u.day::date, u.zone, u.service, u.up, u.down, u.units, u.revision, u.told_at,
         u.told_id, u.more_up, u.more_down, u.more_units
    from unnest(:{uuids(of('lineId'))}::uuid[], :{uuids(of('sourceId'))}::uuid[], :{texts(of('day'))}::text[], :{texts(of('zone'))}::text[],
                :{texts(of('service'))}::text[], :{bigints(of('bytesUp'))}::bigint[], :{bigints(of('bytesDown'))}::bigint[],
                :{bigints(of('units'))}::bigint[], :{ints(of('revision'))}::int[], :{instants(of('toldAt'))}::timestamptz[],
                :{uuids(of('toldId'))}::uuid[], :{bigints(of('differenceUp'))}::bigint[], :{bigints(of('differenceDown'))}::bigint[],
                :{bigints(of('differenceUnits'))}::bigint[])
         as u(line_id, source_id, day, zone, service, up, down, units, revision, told_at, told_id, more_up, more_down, more_units)
  on conflict (organization_id, line_id, source_id, day, service) do update
     set zone = excluded.zone, bytes_up = excluded.bytes_up, bytes_down = excluded.bytes_down, units = excluded.units,
         revision = excluded.revision, told_at = excluded.told_at, told_id = excluded.told_id,
         difference_up = excluded.difference_up, difference_down = excluded.difference_down,
         difference_units = excluded.difference_units;

-- usage.settle_inbox
update usage_inbox t
    set state = u.state, reason = u.reason, line_id = u.line_id, attempts = t.attempts + 1,
        resolved_at = case when u.state in ('charged', 'dismissed') then :ctx.now::timestamptz end,
        resolved_by = case when u.state in ('charged', 'dismissed') then u.by end
   from unnest(:{settled.map((s) => s.id)}::uuid[], :{settled.map((s) => s.state)}::text[],
               :{settled.map((s) => s.reason)}::text[], :{settled.map((s) => s.lineId)}::uuid[],
               :{settled.map((s) => s.by)}::text[]) as u(id, state, reason, line_id, by)
  where t.organization_id = :ctx.organization.id and t.id = u.id;

-- usage.source_names
select id, name from usage_sources
  where organization_id = :ctx.organization.id and id = any(:ids::uuid[]);

-- usage.sum_booked
select coalesce(b.up, 0)::bigint as bytes_up, coalesce(b.down, 0)::bigint as bytes_down,
        coalesce(b.units, 0)::bigint as units
   from (select * from unnest(:{uuids(days.map((d) => d.lineId))}::uuid[], :{texts(days.map((d) => d.service))}::text[],
                              :{instants(days.map((d) => d.startsAt))}::timestamptz[], :{instants(days.map((d) => d.endsAt))}::timestamptz[])
                with ordinality as a(line_id, service, starts_at, ends_at, place) :{allOf(days)}) as d
   left join lateral (
     select sum(v.bytes_up) as up, sum(v.bytes_down) as down, sum(v.units) as units from (
       select u.bytes_up, u.bytes_down, u.units from usage_records u
        where u.organization_id = :ctx.organization.id and u.line_id = d.line_id and u.service = d.service
          and u.occurred_at >= d.starts_at and u.occurred_at < d.ends_at
       union all
       select i.bytes_up, i.bytes_down, i.units from usage_inbox i
        where i.organization_id = :ctx.organization.id and i.line_id = d.line_id and i.service = d.service
          and i.occurred_at >= d.starts_at and i.occurred_at < d.ends_at and i.state in ('waiting', 'unrated')
          and i.reason not in ('time_in_future', 'time_in_past')) v) b on true
  order by d.place;

-- usage.sum_booked_after
select service, plmn, sum(bytes_up + bytes_down)::bigint as bytes, sum(units)::bigint as units
  from usage_records where :{recordsOf(ctx, of)} and batch_id >= :{after(at)}::uuid group by 1, 2;

-- usage.sum_by_line
select line_id, sum(bytes_up + bytes_down)::text as bytes, sum(charge_micros)::text as charge
   from usage_hourly
  where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[]) and hour >= :from
  group by line_id;

-- usage.sum_hours
select g.line_id, array_agg(g.cut)::text as cuts,
        [array_agg(g.day)::text] as days,
        [array_agg(g.ready)::text] as ready,
        [array_agg(g.plmn)::text] as plmns,
        array_agg(g.bytes)::text as bytes, array_agg(g.micros)::text as micros
   from (select u.line_id, width_bucket(u.hour + interval '59 minutes 59 seconds', :{instants(cuts)}::timestamptz[]) as cut,
                [((extract(epoch from u.hour)::bigint * 1000 + 3599999 - l.day_starts_at) / 86400000)::int | 0] as day,
                [u.hour < date_trunc('hour', l.active_from) | false] as ready,
                [case when u.plmn = '' then '-' else u.plmn end] as plmn,
                sum(u.bytes_up + u.bytes_down)::bigint as bytes, sum(u.charge_micros)::bigint as micros
           from usage_hourly u [join :{namesOf(lines)} on l.id = u.line_id]
          where u.organization_id = :ctx.organization.id and u.line_id = any(:{uuids(lines.map((l) => l.id))}::uuid[])
            and u.hour > :{new Date(cuts[0]!.getTime() - hourMs)} and u.hour < :to
          group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4 desc, 5) g
  group by g.line_id;

-- usage.sum_inbox_by_line
select line_id, count(*)::int as rows, min(received_at) as since,
        (array_agg(reason order by id desc))[1] as reason
   from usage_inbox
  where organization_id = :ctx.organization.id and line_id = any(:lineIds::uuid[])
    and state in ('waiting', 'unrated', 'quarantined') group by line_id;

-- usage.sum_units
select u.line_id, width_bucket(u.occurred_at, :{instants(cuts)}::timestamptz[]) as cut,
        [((extract(epoch from u.occurred_at) * 1000)::bigint - l.day_starts_at) / 86400000 | 0::bigint] as day,
        u.occurred_at < l.active_from as ready, [u.plmn | ''::text as plmn], u.service,
        sum(u.units)::bigint as quantity
   from :{namesOf(lines)}
   join usage_records u on u.organization_id = :ctx.organization.id and u.line_id = l.id and u.service <> 'data'
    and u.occurred_at >= :{cuts[0]} and u.occurred_at < :to
  group by 1, 2, 3, 4, 6 [, 5] having sum(u.units) <> 0;

-- usage.summarize
select g.starts_at, g.key, g.bytes_up, g.bytes_down, g.charge_micros from (
   select :{bucketOf(query)} as starts_at, :{keyOf(query)} as key, sum(v.bytes_up)::bigint as bytes_up,
          sum(v.bytes_down)::bigint as bytes_down, sum(v.charge_micros)::bigint as charge_micros,
          sum(v.records) as records
     from (:{join(parts, ' union all ')}) as v(at, line_id, plmn, fleet_id, bytes_up, bytes_down, charge_micros, records)
     :{countriesOf(query)}
    group by 1, 2) g
  where g.records > 0 :beyond order by :order limit :page.limit;

-- usage.take_waiting
select :columns from usage_inbox
  where organization_id = :ctx.organization.id and state = 'waiting' order by id limit :limit for update skip locked;

-- usage.update_sessions
update sessions s
    set line_id = u.line_id, state = u.state, epoch = u.epoch, up_total = u.up_total, down_total = u.down_total,
        up_bytes = u.up_bytes, down_bytes = u.down_bytes, session_time = u.session_time, charging_id = u.charging_id,
        plmn = u.plmn, rat = u.rat, apn = u.apn, framed_ip = u.framed_ip, imei = u.imei, walled = u.walled,
        terminate_cause = u.terminate_cause, last_event_at = u.last_event_at, last_received_at = u.last_received_at,
        ended_at = u.ended_at, version = s.version + 1
   from :{unnested(sessions)}
  where s.organization_id = :ctx.organization.id and s.id = u.id and s.version = u.version;

-- Pieces that the statements above name.

-- :columns (sql/day-totals.ts)
t.line_id, t.source_id, t.day, t.zone, t.service, t.bytes_up, t.bytes_down, t.units, t.revision, t.told_at,
  t.told_id, t.difference_up, t.difference_down, t.difference_units

-- :columns (sql/explained.ts)
occurred_at, line_id, source_id, source_key, session_id, received_at, bytes_up, bytes_down, service, units,
  plmn, fleet_id, charge_micros, late, unknown_network, period_id, pool_period_id, batch_id, position

-- :columns (sql/inbox.ts)
id, source_id, source_key, state, reason, line_id, imsi, session_id, bytes_up, bytes_down, service, units, plmn, occurred_at,
  received_at, raw, placed, attempts, resolved_at, resolved_by

-- :columns (sql/records.ts)
u.occurred_at, u.line_id, u.source_id, u.source_key, u.session_id, u.received_at, u.bytes_up, u.bytes_down, u.plmn,
  u.fleet_id, u.service, u.units, u.charge_micros, u.late, u.unknown_network, u.period_id, u.pool_period_id, u.batch_id, u.position

-- :columns (sql/sessions.ts)
id, nas_id, telecom_id, session_key, acct_session_id, line_id, imsi, state, epoch, up_total, down_total,
  up_bytes, down_bytes, session_time, charging_id, plmn, rat, apn, framed_ip, imei, walled, terminate_cause,
  started_at, last_event_at, last_received_at, ended_at, version

-- :newestFirst (sql/records.ts)
order by u.occurred_at desc, u.position desc, u.source_key desc

-- :noFleet (sql/summarize.ts)
'00000000-0000-0000-0000-000000000000'::uuid
