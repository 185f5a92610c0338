import { bigints, booleans, instants, texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, rows, run, type Sql, sql } from '../../kit/db.ts';
import { firstIdAt, type Id } from '../../kit/ids.ts';
import { type ConnectionEvent, type ConnectionType, connectionTypes, type NewConnection } from '../model.ts';

/** Keeps events, each with whether data of its SIM is blocked by now. */
export async function insertEvents(ctx: Ctx, events: (NewConnection & { id: Id })[]): Promise<void> {
  const of = <T>(field: (event: NewConnection & { id: Id }) => T) => events.map(field);
  await run(
    ctx,
    sql`/* connections.insert_events */ insert into connection_events
          (organization_id, id, type, at, line_id, company_id, fleet_id, session_id, reason, imsi, imei, plmn, rat, apn, ip_address,
           area, cell, started_at, ended_at, from_at, to_at, bytes_up, bytes_down, session_bytes_up, session_bytes_down, blocked)
        select ${ctx.organization.id}, u.id, u.type, u.at, u.line_id, u.company_id, u.fleet_id, u.session_id, u.reason, u.imsi, u.imei,
               u.plmn, u.rat, u.apn, u.ip_address, u.area, u.cell, u.started_at, u.ended_at, u.from_at, u.to_at, u.bytes_up, u.bytes_down,
               u.session_bytes_up, u.session_bytes_down,
               u.session_id is not null
                 and (u.walled or exists (select from blocks b where b.organization_id = ${ctx.organization.id} and b.line_id = u.line_id
                                             and b.lifted_at is null))
          from unnest(${uuids(of((e) => e.id))}::uuid[], ${texts(of((e) => e.type))}::text[], ${instants(of((e) => e.at))}::timestamptz[],
                      ${uuids(of((e) => e.lineId))}::uuid[], ${uuids(of((e) => e.companyId))}::uuid[], ${uuids(of((e) => e.fleetId))}::uuid[],
                      ${uuids(of((e) => e.session?.id ?? null))}::uuid[], ${texts(of((e) => e.reason))}::text[], ${texts(of((e) => e.imsi))}::text[],
                      ${texts(of((e) => e.imei))}::text[], ${texts(of((e) => e.plmn))}::text[], ${texts(of((e) => e.rat))}::text[],
                      ${texts(of((e) => e.apn))}::text[], ${texts(of((e) => e.ipAddress))}::text[], ${texts(of((e) => e.area))}::text[],
                      ${texts(of((e) => e.cell))}::text[], ${instants(of((e) => e.session?.startedAt ?? null))}::timestamptz[],
                      ${instants(of((e) => e.session?.endedAt ?? null))}::timestamptz[],
                      ${instants(of((e) => e.session?.stretch?.from ?? null))}::timestamptz[],
                      ${instants(of((e) => e.session?.stretch?.to ?? null))}::timestamptz[],
                      ${bigints(of((e) => e.session?.stretch?.up ?? null))}::bigint[],
                      ${bigints(of((e) => e.session?.stretch?.down ?? null))}::bigint[],
                      ${bigints(of((e) => e.session?.up ?? null))}::bigint[], ${bigints(of((e) => e.session?.down ?? null))}::bigint[],
                      ${booleans(of((e) => e.session?.walled ?? false))}::boolean[])
               as u(id, type, at, line_id, company_id, fleet_id, session_id, reason, imsi, imei, plmn, rat, apn, ip_address, area, cell,
                    started_at, ended_at, from_at, to_at, bytes_up, bytes_down, session_bytes_up, session_bytes_down, walled)`,
  );
}

export async function queueEvents(ctx: Ctx, queued: { sinkId: Id; eventId: Id }[]): Promise<void> {
  await run(
    ctx,
    sql`/* connections.queue_events */ insert into event_sink_queue (organization_id, sink_id, event_id)
        select ${ctx.organization.id}, u.*
          from unnest(${uuids(queued.map((q) => q.sinkId))}::uuid[], ${uuids(queued.map((q) => q.eventId))}::uuid[]) as u`,
  );
}

type Row = Omit<ConnectionEvent, 'session'> & {
  sessionId: Id | null;
  startedAt: Date | null;
  endedAt: Date | null;
  fromAt: Date | null;
  toAt: Date | null;
  bytesUp: bigint | null;
  bytesDown: bigint | null;
  sessionBytesUp: bigint | null;
  sessionBytesDown: bigint | null;
};

const columns = sql`e.id, e.type, e.at, e.line_id, e.company_id, e.fleet_id, e.session_id, e.reason, e.blocked, e.imsi, e.imei, e.plmn,
  e.rat, e.apn, e.ip_address, e.area, e.cell, e.started_at, e.ended_at, e.from_at, e.to_at, e.bytes_up, e.bytes_down, e.session_bytes_up,
  e.session_bytes_down, s.iccid, s.unique_name`;
const withSim = sql`join sims s on s.organization_id = e.organization_id and s.id = e.line_id`;

function whole(row: Row): ConnectionEvent {
  const {
    sessionId,
    startedAt,
    endedAt,
    fromAt,
    toAt,
    bytesUp,
    bytesDown,
    sessionBytesUp,
    sessionBytesDown,
    ...event
  } = row;
  if (!sessionId || !startedAt) return { ...event, session: null };
  const stretch = fromAt && toAt ? { from: fromAt, to: toAt, up: bytesUp ?? 0n, down: bytesDown ?? 0n } : null;
  return {
    ...event,
    session: {
      ...{ id: sessionId, startedAt, endedAt, walled: event.blocked, stretch },
      ...{ up: sessionBytesUp ?? 0n, down: sessionBytesDown ?? 0n },
    },
  };
}

export type EventFilter = {
  /** At most a few hundred. */
  lineIds?: Id[];
  companyId?: Id;
  type?: ConnectionType;
  /** When they were written, half open. */
  from?: Date;
  to?: Date;
};

/** Newest first. Each lane of an index is read from its end for one page, and of these pages the newest are taken. */
export async function listEvents(
  ctx: Ctx,
  filter: EventFilter,
  page: { after?: Id; limit: number },
): Promise<ConnectionEvent[]> {
  const conditions: Sql[] = [sql`c.organization_id = ${ctx.organization.id}`];
  if (filter.companyId) conditions.push(sql`c.company_id = ${filter.companyId}`);
  if (filter.from) conditions.push(sql`c.id >= ${firstIdAt(filter.from)}`);
  if (filter.to) conditions.push(sql`c.id < ${firstIdAt(filter.to)}`);
  if (page.after) conditions.push(sql`c.id < ${page.after}`);
  const types = filter.type ? [filter.type] : connectionTypes;
  let lanes = sql`(values (null)) as lane(none)`;
  if (filter.lineIds) {
    lanes = sql`unnest(${uuids(filter.lineIds)}::uuid[]) as lane(line_id)`;
    conditions.push(sql`c.line_id = lane.line_id`);
    if (filter.type) conditions.push(sql`c.type = ${filter.type}`);
  } else if (filter.companyId || filter.type) {
    lanes = sql`unnest(${texts(types)}::text[]) as lane(type)`;
    conditions.push(sql`c.type = lane.type`);
  }
  const found = await rows<Row>(
    ctx,
    sql`/* connections.list_events */ select ${columns}
          from (select newest.* from ${lanes}
                 cross join lateral (select * from connection_events c where ${join(conditions)} order by c.id desc limit ${page.limit}) newest
                 order by newest.id desc limit ${page.limit}) e ${withSim}
         order by e.id desc`,
  );
  return found.map(whole);
}

/** What a sink has not been sent yet, the oldest first. */
export async function listQueued(ctx: Ctx, sinkId: Id, limit: number): Promise<ConnectionEvent[]> {
  const found = await rows<Row>(
    ctx,
    sql`/* connections.list_queued */ select ${columns}
          from (select event_id from event_sink_queue
                 where organization_id = ${ctx.organization.id} and sink_id = ${sinkId} order by event_id limit ${limit}) q
          join connection_events e on e.organization_id = ${ctx.organization.id} and e.id = q.event_id ${withSim}
         order by e.id`,
  );
  return found.map(whole);
}

export async function removeQueued(ctx: Ctx, sinkId: Id, eventIds: Id[]): Promise<void> {
  await run(
    ctx,
    sql`/* connections.remove_queued */ delete from event_sink_queue
         where organization_id = ${ctx.organization.id} and sink_id = ${sinkId} and event_id = any(${uuids(eventIds)}::uuid[])`,
  );
}

/** What waits for a sink that is removed. */
export async function forgetQueue(ctx: Ctx, sinkId: Id): Promise<void> {
  await run(
    ctx,
    sql`/* connections.forget_queue */ delete from event_sink_queue
         where organization_id = ${ctx.organization.id} and sink_id = ${sinkId}`,
  );
}

/** Forgets events that were written before an instant, and that anybody waits for them, some at a time. Returns how many went. */
export async function forgetEvents(ctx: Ctx, before: Date, limit: number): Promise<number> {
  const end = firstIdAt(before);
  const forgotten = await run(
    ctx,
    sql`/* connections.forget_events */ delete from connection_events
         where organization_id = ${ctx.organization.id} and id in (
               select id from connection_events where organization_id = ${ctx.organization.id} and id < ${end} order by id limit ${limit})`,
  );
  const unsent = await run(
    ctx,
    sql`/* connections.forget_unsent */ delete from event_sink_queue
         where organization_id = ${ctx.organization.id} and (sink_id, event_id) in (
               select sink_id, event_id from event_sink_queue
                where organization_id = ${ctx.organization.id} and event_id < ${end} limit ${limit})`,
  );
  return Math.max(forgotten, unsent);
}
