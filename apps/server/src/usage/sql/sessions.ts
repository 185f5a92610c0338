import { bigints, booleans, instants, ints, texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { allOf, inOneFlight, join, nothing, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Session } from '../model.ts';

const columns = sql`id, nas_id, telecom_id, session_key, acct_session_id, line_id, imsi, state, epoch, up_total, down_total,
  up_bytes, down_bytes, session_time, charging_id, plmn, rat, apn, framed_ip, imei, walled, terminate_cause,
  started_at, last_event_at, last_received_at, ended_at, version`;

export async function findSessions(ctx: Ctx, keys: { nasId: Id; sessionKey: string }[]): Promise<Session[]> {
  return rows<Session>(
    ctx,
    sql`/* usage.find_sessions */ select ${columns}
          from (select * from unnest(${uuids(keys.map((k) => k.nasId))}::uuid[], ${texts(keys.map((k) => k.sessionKey))}::text[])
                       as m(nas, key) ${allOf(keys)}) as k
          join sessions on organization_id = ${ctx.organization.id} and nas_id = k.nas and session_key = k.key`,
  );
}

/** A session as decided, and as it was read; null for a new one. */
export type SessionChange = { before: Session | null; after: Session };

/**
 * Writes sessions as decided: new ones are inserted, known ones updated where their version is still the one read.
 * Returns how many went in; fewer than asked means somebody else moved one meanwhile.
 *
 * Nearly every update of a running session moves its counters and nothing else, so those have a statement of their own.
 */
export async function saveSessions(ctx: Ctx, changes: SessionChange[]): Promise<number> {
  const fresh = changes.filter((c) => c.before === null).map((c) => c.after);
  const known = changes.filter((c) => c.before !== null);
  const moved = known.filter((c) => onlyMoved(c.before!, c.after)).map((c) => c.after);
  const other = known.filter((c) => !onlyMoved(c.before!, c.after)).map((c) => c.after);
  const saved = await inOneFlight([insert(ctx, fresh), move(ctx, moved), update(ctx, other)]);
  return saved.reduce((sum, rows) => sum + rows, 0);
}

/** Whether nothing but counters and times differs. */
function onlyMoved(before: Session, after: Session): boolean {
  return (
    before.state === after.state &&
    before.epoch === after.epoch &&
    before.lineId === after.lineId &&
    before.chargingId === after.chargingId &&
    before.plmn === after.plmn &&
    before.rat === after.rat &&
    before.apn === after.apn &&
    before.framedIp === after.framedIp &&
    before.imei === after.imei &&
    before.walled === after.walled &&
    before.terminateCause === after.terminateCause &&
    before.endedAt?.getTime() === after.endedAt?.getTime()
  );
}

async function insert(ctx: Ctx, sessions: Session[]): Promise<number> {
  if (sessions.length === 0) return 0;
  return run(
    ctx,
    sql`/* usage.insert_sessions */ insert into sessions (organization_id, ${columns})
        select ${ctx.organization.id}, u.* from ${unnested(sessions)} on conflict do nothing`,
  );
}

async function move(ctx: Ctx, sessions: Session[]): Promise<number> {
  if (sessions.length === 0) return 0;
  const of = <K extends keyof Session>(field: K) => sessions.map((session) => session[field]);
  return run(
    ctx,
    sql`/* usage.move_sessions */ update sessions s
           set up_total = u.up_total, down_total = u.down_total, up_bytes = u.up_bytes, down_bytes = u.down_bytes,
               session_time = u.session_time, last_event_at = u.last_event_at, last_received_at = u.last_received_at,
               version = s.version + 1
          from (select * from unnest(${uuids(of('id'))}::uuid[], ${bigints(of('version'))}::bigint[], ${bigints(of('upTotal'))}::bigint[],
                      ${bigints(of('downTotal'))}::bigint[], ${bigints(of('upBytes'))}::bigint[], ${bigints(of('downBytes'))}::bigint[],
                      ${ints(of('sessionTime'))}::int[], ${instants(of('lastEventAt'))}::timestamptz[],
                      ${instants(of('lastReceivedAt'))}::timestamptz[])
                      as m(id, version, up_total, down_total, up_bytes, down_bytes, session_time, last_event_at, last_received_at)
                 order by m.id ${allOf(sessions)}) as u
         where s.organization_id = ${ctx.organization.id} and s.id = u.id and s.version = u.version`,
  );
}

async function update(ctx: Ctx, sessions: Session[]): Promise<number> {
  if (sessions.length === 0) return 0;
  return run(
    ctx,
    sql`/* usage.update_sessions */ update sessions s
           set line_id = u.line_id, state = u.state, epoch = u.epoch, up_total = u.up_total, down_total = u.down_total,
               up_bytes = u.up_bytes, down_bytes = u.down_bytes, session_time = u.session_time, charging_id = u.charging_id,
               plmn = u.plmn, rat = u.rat, apn = u.apn, framed_ip = u.framed_ip, imei = u.imei, walled = u.walled,
               terminate_cause = u.terminate_cause, last_event_at = u.last_event_at, last_received_at = u.last_received_at,
               ended_at = u.ended_at, version = s.version + 1
          from ${unnested(sessions)}
         where s.organization_id = ${ctx.organization.id} and s.id = u.id and s.version = u.version`,
  );
}

function unnested(sessions: Session[]): Sql {
  const of = <K extends keyof Session>(field: K) => sessions.map((session) => session[field]);
  return sql`unnest(${uuids(of('id'))}::uuid[], ${uuids(of('nasId'))}::uuid[], ${uuids(of('telecomId'))}::uuid[],
    ${texts(of('sessionKey'))}::text[], ${texts(of('acctSessionId'))}::text[], ${uuids(of('lineId'))}::uuid[],
    ${texts(of('imsi'))}::text[], ${texts(of('state'))}::text[], ${ints(of('epoch'))}::int[], ${bigints(of('upTotal'))}::bigint[],
    ${bigints(of('downTotal'))}::bigint[], ${bigints(of('upBytes'))}::bigint[], ${bigints(of('downBytes'))}::bigint[],
    ${ints(of('sessionTime'))}::int[], ${texts(of('chargingId'))}::text[], ${texts(of('plmn'))}::text[], ${texts(of('rat'))}::text[],
    ${texts(of('apn'))}::text[], ${texts(of('framedIp'))}::text[], ${texts(of('imei'))}::text[], ${booleans(of('walled'))}::boolean[],
    ${ints(of('terminateCause'))}::int[], ${instants(of('startedAt'))}::timestamptz[], ${instants(of('lastEventAt'))}::timestamptz[],
    ${instants(of('lastReceivedAt'))}::timestamptz[], ${instants(of('endedAt'))}::timestamptz[], ${bigints(of('version'))}::bigint[])
    as u(${columns})`;
}

/** Closes the open sessions of a NAS that has forgotten them, at their last counters. */
export async function closeSessionsOf(ctx: Ctx, nasId: Id, at: Date): Promise<Session[]> {
  return rows<Session>(
    ctx,
    sql`/* usage.close_sessions_of_nas */ update sessions
           set state = 'closed', ended_at = greatest(last_event_at, least(${at}::timestamptz, ${ctx.now}::timestamptz)), terminate_cause = 11,
               version = version + 1
         where organization_id = ${ctx.organization.id} and nas_id = ${nasId} and state in ('open', 'stale')
           and last_event_at <= ${at}
        returning ${columns}`,
  );
}

/** Sessions nobody has spoken of for so long are stale: a late Stop still counts, but they no longer show as online. */
export async function markStale(ctx: Ctx, silentSince: Date, limit: number): Promise<Session[]> {
  return rows<Session>(
    ctx,
    sql`/* usage.mark_stale */ update sessions set state = 'stale', version = version + 1
         where organization_id = ${ctx.organization.id} and id in (
               select id from sessions where organization_id = ${ctx.organization.id} and state = 'open'
                  and last_received_at < ${silentSince} limit ${limit} for update skip locked)
        returning ${columns}`,
  );
}

export async function listOpenSessions(ctx: Ctx, lineIds: Id[]): Promise<Session[]> {
  return rows<Session>(
    ctx,
    sql`/* usage.list_open_sessions */ select ${columns} from sessions
         where organization_id = ${ctx.organization.id} and line_id = any(${lineIds}::uuid[]) and state = 'open'`,
  );
}

/** The last session of each line, whatever became of it. */
export async function listLatestSessions(ctx: Ctx, lineIds: Id[]): Promise<Session[]> {
  return rows<Session>(
    ctx,
    sql`/* usage.list_latest_sessions */ select s.* from unnest(${lineIds}::uuid[]) as l(id)
         cross join lateral (select ${columns} from sessions
               where organization_id = ${ctx.organization.id} and line_id = l.id
               order by started_at desc, sessions.id desc limit 1) s`,
  );
}

export async function listSessions(
  ctx: Ctx,
  filter: { lineId?: Id; state?: string; companyId?: Id; after?: { startedAt: Date; id: Id }; limit: number },
): Promise<Session[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  if (filter.lineId) conditions.push(sql`line_id = ${filter.lineId}`);
  if (filter.state) conditions.push(sql`state = ${filter.state}`);
  if (filter.companyId) {
    conditions.push(
      sql`line_id in (select id from sims where organization_id = ${ctx.organization.id} and company_id = ${filter.companyId})`,
    );
  }
  if (filter.after) conditions.push(sql`(started_at, id) < (${filter.after.startedAt}, ${filter.after.id}::uuid)`);
  return rows<Session>(
    ctx,
    sql`/* usage.list_sessions */ select ${columns} from sessions where ${join(conditions)}
         order by started_at desc, id desc limit ${filter.limit}`,
  );
}

export async function countOpenSessions(ctx: Ctx, companyId: Id | null): Promise<number> {
  const [found] = await rows<{ online: number }>(
    ctx,
    sql`/* usage.count_open_sessions */ select count(distinct line_id)::int as online from sessions
         where organization_id = ${ctx.organization.id} and state = 'open' and line_id is not null
           ${companyId ? sql`and line_id in (select id from sims where organization_id = ${ctx.organization.id} and company_id = ${companyId})` : nothing}`,
  );
  return found?.online ?? 0;
}
