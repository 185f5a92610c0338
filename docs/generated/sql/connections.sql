-- Every statement of connections. Written by "npm run docs" from the sql`…` templates; [ ] encloses what is optional.

-- connections.any_hears
select exists (select from event_sinks
  where organization_id = :ctx.organization.id and state = 'active') as any;

-- connections.count_sinks
select count(*)::int as count from event_sinks
  where organization_id = :ctx.organization.id and company_id is not distinct from :companyId::uuid;

-- connections.find_sink
select :columns from event_sinks where :{own(ctx)} and id = :id :how;

-- connections.forget_events
delete from connection_events
  where organization_id = :ctx.organization.id and id in (
        select id from connection_events where organization_id = :ctx.organization.id and id < :end order by id limit :limit);

-- connections.forget_queue
delete from event_sink_queue
  where organization_id = :ctx.organization.id and sink_id = :sinkId;

-- connections.forget_unsent
delete from event_sink_queue
  where organization_id = :ctx.organization.id and (sink_id, event_id) in (
        select sink_id, event_id from event_sink_queue
         where organization_id = :ctx.organization.id and event_id < :end limit :limit);

-- connections.insert_events
insert into connection_events
    (organization_id, id, type, at, line_id, company_id, fleet_id, session_id, reason, imsi, imei, plmn, rat, apn, ip_address,
     area, cell, started_at, ended_at, from_at, to_at, bytes_up, bytes_down, session_bytes_up, session_bytes_down, blocked)
  select :ctx.organization.id, u.id, u.type, u.at, u.line_id, u.company_id, u.fleet_id, u.session_id, u.reason, u.imsi, u.imei,
         u.plmn, u.rat, u.apn, u.ip_address, u.area, u.cell, u.started_at, u.ended_at, u.from_at, u.to_at, u.bytes_up, u.bytes_down,
         u.session_bytes_up, u.session_bytes_down,
         u.session_id is not null
           and (u.walled or exists (select from blocks b where b.organization_id = :ctx.organization.id and b.line_id = u.line_id
                                       and b.lifted_at is null))
    from unnest(:{uuids(of((e) => e.id))}::uuid[], :{texts(of((e) => e.type))}::text[], :{instants(of((e) => e.at))}::timestamptz[],
                :{uuids(of((e) => e.lineId))}::uuid[], :{uuids(of((e) => e.companyId))}::uuid[], :{uuids(of((e) => e.fleetId))}::uuid[],
                :{uuids(of((e) => e.session?.id ?? null))}::uuid[], :{texts(of((e) => e.reason))}::text[], :{texts(of((e) => e.imsi))}::text[],
                :{texts(of((e) => e.imei))}::text[], :{texts(of((e) => e.plmn))}::text[], :{texts(of((e) => e.rat))}::text[],
                :{texts(of((e) => e.apn))}::text[], :{texts(of((e) => e.ipAddress))}::text[], :{texts(of((e) => e.area))}::text[],
                :{texts(of((e) => e.cell))}::text[], :{instants(of((e) => e.session?.startedAt ?? null))}::timestamptz[],
                :{instants(of((e) => e.session?.endedAt ?? null))}::timestamptz[],
                :{instants(of((e) => e.session?.stretch?.from ?? null))}::timestamptz[],
                :{instants(of((e) => e.session?.stretch?.to ?? null))}::timestamptz[],
                :{bigints(of((e) => e.session?.stretch?.up ?? null))}::bigint[],
                :{bigints(of((e) => e.session?.stretch?.down ?? null))}::bigint[],
                :{bigints(of((e) => e.session?.up ?? null))}::bigint[], :{bigints(of((e) => e.session?.down ?? null))}::bigint[],
                :{booleans(of((e) => e.session?.walled ?? false))}::boolean[])
         as u(id, type, at, line_id, company_id, fleet_id, session_id, reason, imsi, imei, plmn, rat, apn, ip_address, area, cell,
              started_at, ended_at, from_at, to_at, bytes_up, bytes_down, session_bytes_up, session_bytes_down, walled);

-- connections.insert_sink
insert into event_sinks
    (organization_id, id, company_id, url, description, types, state, paused_because, created_at, updated_at)
  values (:ctx.organization.id, :sink.id, :sink.companyId, :sink.url, :sink.description, :{texts(sink.types)}::text[],
          :sink.state, :sink.pausedBecause, :sink.createdAt, :sink.updatedAt);

-- connections.list_events
select :columns
   from (select newest.* from :lanes
          cross join lateral (select * from connection_events c where :{join(conditions)} order by c.id desc limit :page.limit) newest
          order by newest.id desc limit :page.limit) e :withSim
  order by e.id desc;

-- connections.list_hearing
select id, company_id, types from event_sinks
  where organization_id = :ctx.organization.id and state = 'active';

-- connections.list_queued
select :columns
   from (select event_id from event_sink_queue
          where organization_id = :ctx.organization.id and sink_id = :sinkId order by event_id limit :limit) q
   join connection_events e on e.organization_id = :ctx.organization.id and e.id = q.event_id :withSim
  order by e.id;

-- connections.list_sinks
select :columns from event_sinks where :{join(conditions)} order by id desc limit :page.limit;

-- connections.list_waiting
select s.id from event_sinks s
  where s.organization_id = :ctx.organization.id and s.state = 'active'
    and exists (select from event_sink_queue q where q.organization_id = s.organization_id and q.sink_id = s.id)
  order by s.id;

-- connections.queue_events
insert into event_sink_queue (organization_id, sink_id, event_id)
  select :ctx.organization.id, u.*
    from unnest(:{uuids(queued.map((q) => q.sinkId))}::uuid[], :{uuids(queued.map((q) => q.eventId))}::uuid[]) as u;

-- connections.remove_queued
delete from event_sink_queue
  where organization_id = :ctx.organization.id and sink_id = :sinkId and event_id = any(:{uuids(eventIds)}::uuid[]);

-- connections.remove_sink
delete from event_sinks where organization_id = :ctx.organization.id and id = :id;

-- connections.save_sink
update event_sinks
    set url = :sink.url, description = :sink.description, types = :{texts(sink.types)}::text[], state = :sink.state,
        paused_because = :sink.pausedBecause, last_delivery_id = :sink.lastDeliveryId, last_sent_at = :sink.lastSentAt,
        updated_at = :sink.updatedAt
  where organization_id = :ctx.organization.id and id = :sink.id;

-- Pieces that the statements above name.

-- :columns (sql/events.ts)
e.id, e.type, e.at, e.line_id, e.company_id, e.fleet_id, e.session_id, e.reason, e.blocked, e.imsi, e.imei, e.plmn,
  e.rat, e.apn, e.ip_address, e.area, e.cell, e.started_at, e.ended_at, e.from_at, e.to_at, e.bytes_up, e.bytes_down, e.session_bytes_up,
  e.session_bytes_down, s.iccid, s.unique_name

-- :columns (sql/sinks.ts)
id, company_id, url, description, types, state, paused_because, last_delivery_id, last_sent_at, created_at, updated_at

-- :withSim (sql/events.ts)
join sims s on s.organization_id = e.organization_id and s.id = e.line_id
