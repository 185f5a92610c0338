import type { Ctx } from '../../kit/ctx.ts';
import { join, nothing, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Session } from '../model.ts';

const columns = sql`id, nas_id, telecom_id, session_key, acct_session_id, line_id, imsi, state, epoch, up_total, down_total,
  up_bytes, down_bytes, session_time, charging_id, plmn, rat, apn, framed_ip, imei, walled, terminate_cause,
  started_at, last_event_at, last_received_at, ended_at, version`;

export async function findSessions(ctx: Ctx, keys: { nasId: Id; sessionKey: string }[]): Promise<Session[]> {
  return rows<Session>(
    ctx,
    sql`/* usage.find_sessions */ select ${columns} from sessions
         where organization_id = ${ctx.organization.id}
           and (nas_id, session_key) in (select * from unnest(${keys.map((k) => k.nasId)}::uuid[], ${keys.map((k) => k.sessionKey)}::text[]))`,
  );
}

/**
 * Writes sessions as decided: new ones are inserted, known ones updated where their version is still the one read.
 * Returns how many went in; fewer than asked means somebody else moved one meanwhile.
 */
export async function saveSessions(ctx: Ctx, sessions: Session[], known: Set<Id>): Promise<number> {
  const fresh = sessions.filter((s) => !known.has(s.id));
  const old = sessions.filter((s) => known.has(s.id));
  let saved = 0;
  if (fresh.length > 0) {
    saved += await run(
      ctx,
      sql`/* usage.insert_sessions */ insert into sessions (organization_id, ${columns})
          select ${ctx.organization.id}, u.* from ${unnested(fresh)} on conflict do nothing`,
    );
  }
  if (old.length > 0) {
    saved += await run(
      ctx,
      sql`/* usage.update_sessions */ update sessions s
             set line_id = u.line_id, state = u.state, epoch = u.epoch, up_total = u.up_total, down_total = u.down_total,
                 up_bytes = u.up_bytes, down_bytes = u.down_bytes, session_time = u.session_time, charging_id = u.charging_id,
                 plmn = u.plmn, rat = u.rat, apn = u.apn, framed_ip = u.framed_ip, imei = u.imei, walled = u.walled,
                 terminate_cause = u.terminate_cause, last_event_at = u.last_event_at, last_received_at = u.last_received_at,
                 ended_at = u.ended_at, version = s.version + 1
            from ${unnested(old)}
           where s.organization_id = ${ctx.organization.id} and s.id = u.id and s.version = u.version`,
    );
  }
  return saved;
}

function unnested(sessions: Session[]): Sql {
  const of = <K extends keyof Session>(field: K) => sessions.map((session) => session[field]);
  return sql`unnest(${of('id')}::uuid[], ${of('nasId')}::uuid[], ${of('telecomId')}::uuid[], ${of('sessionKey')}::text[],
    ${of('acctSessionId')}::text[], ${of('lineId')}::uuid[], ${of('imsi')}::text[], ${of('state')}::text[], ${of('epoch')}::int[],
    ${of('upTotal')}::bigint[], ${of('downTotal')}::bigint[], ${of('upBytes')}::bigint[], ${of('downBytes')}::bigint[],
    ${of('sessionTime')}::int[], ${of('chargingId')}::text[], ${of('plmn')}::text[], ${of('rat')}::text[], ${of('apn')}::text[],
    ${of('framedIp')}::text[], ${of('imei')}::text[], ${of('walled')}::boolean[], ${of('terminateCause')}::int[],
    ${of('startedAt')}::timestamptz[], ${of('lastEventAt')}::timestamptz[], ${of('lastReceivedAt')}::timestamptz[],
    ${of('endedAt')}::timestamptz[], ${of('version')}::bigint[]) as u(${columns})`;
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
