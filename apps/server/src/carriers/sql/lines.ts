import { instants, texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { raw, rows, run, runBulk, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { relist } from '../../kit/relist.ts';
import type { CarrierLine, Checked, ConnectorKind, LimitMode, LineLink, LineState, Link } from '../model.ts';

export type NewLine = {
  lineId: Id;
  telecomId: Id;
  iccid: string;
  imsi: string | null;
  link: Link;
  checkAt: Date | null;
};
export type HeldCount = { want: LineState; reported: LineState | 'unknown'; lines: number };

export type LockedLine = CarrierLine & {
  connector: ConnectorKind;
  limitMode: LimitMode;
  reportedAt: Date | null;
  held: boolean;
};

/** A line that comes again with other identifiers is checked anew; its telecom and what we want of it stay. */
export async function upsertLines(ctx: Ctx, lines: NewLine[]): Promise<void> {
  relist(
    ctx,
    lines.map((l) => l.lineId),
  );
  await runBulk(
    ctx,
    sql`/* carriers.upsert_lines */ insert into carrier_lines as l
          (organization_id, line_id, telecom_id, iccid, imsi, link, check_at)
        select ${ctx.organization.id}, u.* from unnest(
          ${uuids(lines.map((l) => l.lineId))}::uuid[], ${uuids(lines.map((l) => l.telecomId))}::uuid[],
          ${texts(lines.map((l) => l.iccid))}::text[], ${texts(lines.map((l) => l.imsi))}::text[],
          ${texts(lines.map((l) => l.link))}::text[], ${instants(lines.map((l) => l.checkAt))}::timestamptz[]) as u
        on conflict (organization_id, line_id) do update
           set iccid = excluded.iccid, imsi = excluded.imsi, link = excluded.link, link_reason = null,
               check_at = excluded.check_at
         where l.telecom_id = excluded.telecom_id and (l.iccid, l.imsi) is distinct from (excluded.iccid, excluded.imsi)`,
  );
}

/** Locked in the order of their ids, so that two callers cannot hold each other up. */
export async function lockLines(ctx: Ctx, lineIds: Id[]): Promise<LockedLine[]> {
  return rows(
    ctx,
    sql`/* carriers.lock_lines */
        select l.line_id, l.telecom_id, l.iccid, l.imsi, l.link, l.link_reason, l.desired_state, l.reported_state,
               l.reported_at, l.held_at is not null as held, t.connector, t.limit_mode
          from carrier_lines l
          join telecoms t on t.organization_id = l.organization_id and t.id = l.telecom_id
         where l.organization_id = ${ctx.organization.id} and l.line_id = any(${lineIds}::uuid[])
         order by l.line_id for no key update of l`,
  );
}

export async function setDesired(
  ctx: Ctx,
  lines: { lineId: Id; want: LineState; reported: LineState | null }[],
): Promise<void> {
  await run(
    ctx,
    sql`/* carriers.set_desired */ update carrier_lines l
           set desired_state = u.want, reported_state = coalesce(u.reported, l.reported_state),
               reported_at = case when u.reported is null then l.reported_at else ${ctx.now} end
          from unnest(${lines.map((l) => l.lineId)}::uuid[], ${lines.map((l) => l.want)}::text[],
                      ${lines.map((l) => l.reported)}::text[]) as u (line_id, want, reported)
         where l.organization_id = ${ctx.organization.id} and l.line_id = u.line_id`,
  );
}

/** Wants lines so, and keeps it from their carrier where `held`. */
export async function holdLines(
  ctx: Ctx,
  lines: { lineId: Id; want: LineState; reported: LineState | null; held: boolean }[],
): Promise<void> {
  await run(
    ctx,
    sql`/* carriers.hold */ update carrier_lines l
           set desired_state = u.want, held_at = case when u.held then ${ctx.now}::timestamptz else l.held_at end,
               reported_state = coalesce(u.reported, l.reported_state),
               reported_at = case when u.reported is null then l.reported_at else ${ctx.now}::timestamptz end
          from unnest(${lines.map((l) => l.lineId)}::uuid[], ${lines.map((l) => l.want)}::text[],
                      ${lines.map((l) => l.reported)}::text[], ${lines.map((l) => l.held)}::boolean[])
               as u (line_id, want, reported, held)
         where l.organization_id = ${ctx.organization.id} and l.line_id = u.line_id`,
  );
}

/** Ends the hold of lines; the next look at each is now. Returns which were held. */
export async function releaseLines(ctx: Ctx, lineIds: Id[]): Promise<Set<Id>> {
  const released = await rows<{ lineId: Id }>(
    ctx,
    sql`/* carriers.release */ update carrier_lines set held_at = null, check_at = ${ctx.now}
         where organization_id = ${ctx.organization.id} and line_id = any(${lineIds}::uuid[]) and held_at is not null
        returning line_id`,
  );
  return new Set(released.map(({ lineId }) => lineId));
}

/** Of these lines those that are held, counted by what we want and what their carrier says. */
export async function countHeld(ctx: Ctx, lineIds: Id[]): Promise<HeldCount[]> {
  return rows(
    ctx,
    sql`/* carriers.count_held */ select desired_state as want, coalesce(reported_state, 'unknown') as reported, count(*)::int as lines
          from carrier_lines
         where organization_id = ${ctx.organization.id} and line_id = any(${lineIds}::uuid[]) and held_at is not null
         group by 1, 2 order by 1, 2`,
  );
}

/** What the carrier just did; the next look at the line is a full interval away. */
export async function setReported(
  ctx: Ctx,
  lines: { lineId: Id; reported: LineState }[],
  checkAt: Date,
): Promise<void> {
  await run(
    ctx,
    sql`/* carriers.set_reported */ update carrier_lines l
           set reported_state = u.reported, reported_at = ${ctx.now},
               check_at = case when l.link = 'ok' then ${checkAt} else l.check_at end
          from unnest(${lines.map((l) => l.lineId)}::uuid[], ${lines.map((l) => l.reported)}::text[]) as u (line_id, reported)
         where l.organization_id = ${ctx.organization.id} and l.line_id = u.line_id`,
  );
}

export async function setChecked(ctx: Ctx, lines: ({ lineId: Id } & Checked)[]): Promise<void> {
  relist(
    ctx,
    lines.map((l) => l.lineId),
  );
  await run(
    ctx,
    sql`/* carriers.set_checked */ update carrier_lines l
           set link = u.link, link_reason = u.link_reason, check_at = u.check_at, reported_state = u.reported_state,
               reported_at = case when u.reported then ${ctx.now} else l.reported_at end
          from unnest(${lines.map((l) => l.lineId)}::uuid[], ${lines.map((l) => l.link)}::text[],
                      ${lines.map((l) => l.linkReason)}::text[], ${lines.map((l) => l.reportedState)}::text[],
                      ${lines.map((l) => l.reported)}::boolean[], ${lines.map((l) => l.checkAt)}::timestamptz[])
               as u (line_id, link, link_reason, reported_state, reported, check_at)
         where l.organization_id = ${ctx.organization.id} and l.line_id = u.line_id`,
  );
}

export async function setLinkError(ctx: Ctx, lineIds: Id[], reason: string): Promise<void> {
  relist(ctx, lineIds);
  await run(
    ctx,
    sql`/* carriers.set_link_error */ update carrier_lines set link = 'error', link_reason = ${reason}
         where organization_id = ${ctx.organization.id} and line_id = any(${lineIds}::uuid[])`,
  );
}

export async function setChecking(ctx: Ctx, lineIds: Id[]): Promise<void> {
  relist(ctx, lineIds);
  await run(
    ctx,
    sql`/* carriers.set_checking */ update carrier_lines
           set link = 'checking', link_reason = null, check_at = ${ctx.now}
         where organization_id = ${ctx.organization.id} and line_id = any(${lineIds}::uuid[])`,
  );
}

/** Claims lines that are due for a look, unconfirmed ones or the others, by pushing their next one forward to `until`. */
export async function claimChecks(
  ctx: Ctx,
  telecomId: Id,
  which: 'unconfirmed' | 'others',
  limit: number,
  until: Date,
): Promise<CarrierLine[]> {
  return rows(
    ctx,
    sql`/* carriers.claim_checks */
        with due as (
          select line_id from carrier_lines
           where organization_id = ${ctx.organization.id} and telecom_id = ${telecomId} and check_at <= ${ctx.now}
             and (link = 'checking') = ${which === 'unconfirmed'}
           order by check_at limit ${limit} for no key update skip locked)
        update carrier_lines l set check_at = ${until} from due
         where l.organization_id = ${ctx.organization.id} and l.line_id = due.line_id
        returning l.line_id, l.telecom_id, l.iccid, l.imsi, l.link, l.link_reason, l.desired_state, l.reported_state`,
  );
}

export async function findLinks(ctx: Ctx, lineIds: Id[]): Promise<(LineLink & { lineId: Id })[]> {
  const found = await rows<
    Omit<LineLink, 'outstanding'> & { lineId: Id } & Partial<NonNullable<LineLink['outstanding']>>
  >(
    ctx,
    sql`/* carriers.find_links */
        select l.line_id, l.telecom_id, t.connector, t.limit_mode, l.link, l.link_reason, l.desired_state as desired,
               l.reported_state as reported, l.held_at is not null as held, o.kind, o.want, o.cause, o.requested_at as since, o.attempts
          from carrier_lines l
          join telecoms t on t.organization_id = l.organization_id and t.id = l.telecom_id
          left join lateral (
               select kind, want, cause, requested_at, attempts from carrier_operations o
                where o.organization_id = l.organization_id and o.line_id = l.line_id and o.state = 'outstanding'
                order by (kind = 'set_state') desc limit 1) o on true
         where l.organization_id = ${ctx.organization.id} and l.line_id = any(${lineIds}::uuid[])`,
  );
  return found.map(({ kind, want, cause, since, attempts, ...line }) => ({
    ...line,
    outstanding: kind ? { kind, want: want ?? null, cause: cause!, since: since!, attempts: attempts! } : null,
  }));
}

/**
 * For a list over lines: joins their carrier's side to the table whose alias is `line` (it has `organization_id` and
 * `id`). `pending` is true while a change of lifecycle waits for the carrier.
 */
export function linkSql(line: string): { join: Sql; link: Sql; linkReason: Sql; pending: Sql } {
  const its = (column: string) => raw(`${line}.${column}`);
  return {
    join: sql`left join carrier_lines cl on cl.organization_id = ${its('organization_id')} and cl.line_id = ${its('id')}`,
    link: raw(`coalesce(cl.link, 'none')`),
    linkReason: raw('cl.link_reason'),
    pending: sql`exists (select from carrier_operations co
                          where co.organization_id = ${its('organization_id')} and co.line_id = ${its('id')}
                            and co.state = 'outstanding' and co.kind = 'set_state' and co.cause = 'lifecycle')`,
  };
}
