import { bigintAsText } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, rows, run, type Sql, sql } from '../../kit/db.ts';
import { type Id, newId } from '../../kit/ids.ts';
import type { Service } from '../model.ts';

/** Why usage could not be charged. Each is shown to people in words, with what to do. */
export type UnratedReason =
  | 'unknown_sim'
  | 'not_registered'
  | 'not_activated'
  | 'archived'
  | 'no_plan'
  | 'no_period'
  | 'no_rate'
  | 'time_in_future'
  | 'time_in_past'
  | 'impossible_counter'
  | 'fault'
  | 'no_imsi';

export type InboxState = 'waiting' | 'unrated' | 'quarantined' | 'charged' | 'dismissed';

/** Usage that is kept but not charged. Its bytes are a frozen delta; a quarantined one is the counter as it came. */
export type InboxRow = {
  id: Id;
  sourceId: Id;
  sourceKey: Id;
  state: InboxState;
  reason: UnratedReason;
  lineId: Id | null;
  imsi: string | null;
  sessionId: Id | null;
  bytesUp: bigint;
  bytesDown: bigint;
  service: Service;
  /** Messages, or seconds of calls; 0 for data. */
  units: bigint;
  plmn: string;
  occurredAt: Date;
  receivedAt: Date;
  raw: unknown;
  /** Staff want it charged in the running period of its line, whatever its own time says. */
  placed: boolean;
  attempts: number;
  resolvedAt: Date | null;
  resolvedBy: string | null;
};

const columns = sql`id, source_id, source_key, state, reason, line_id, imsi, session_id, bytes_up, bytes_down, service, units, plmn, occurred_at,
  received_at, raw, placed, attempts, resolved_at, resolved_by`;

export type NewInboxRow = Omit<InboxRow, 'id' | 'placed' | 'attempts' | 'resolvedAt' | 'resolvedBy'>;

/** Keeps usage that cannot be charged, and returns what was not kept already. */
export async function insertInbox(ctx: Ctx, wanted: NewInboxRow[]): Promise<NewInboxRow[]> {
  const of = <K extends keyof NewInboxRow>(field: K) => wanted.map((row) => row[field]);
  const ids = wanted.map(() => newId(ctx));
  const inserted = await rows<{ id: Id }>(
    ctx,
    sql`/* usage.insert_inbox */ insert into usage_inbox
          (organization_id, id, source_id, source_key, state, reason, line_id, imsi, session_id, bytes_up, bytes_down, service, units,
           plmn, occurred_at, received_at, raw)
        select ${ctx.organization.id}, u.*
          from unnest(${ids}::uuid[], ${of('sourceId')}::uuid[], ${of('sourceKey')}::uuid[],
                      ${of('state')}::text[], ${of('reason')}::text[], ${of('lineId')}::uuid[], ${of('imsi')}::text[],
                      ${of('sessionId')}::uuid[], ${of('bytesUp')}::bigint[], ${of('bytesDown')}::bigint[],
                      ${of('service')}::text[], ${of('units')}::bigint[], ${of('plmn')}::text[],
                      ${of('occurredAt')}::timestamptz[], ${of('receivedAt')}::timestamptz[],
                      ${wanted.map((row) => JSON.stringify(row.raw, bigintAsText))}::jsonb[]) as u
        on conflict (organization_id, source_id, source_key) do nothing returning id`,
  );
  const fresh = new Set(inserted.map((row) => row.id));
  return wanted.filter((_, i) => fresh.has(ids[i]!));
}

/** Asks for another try: what can be rated now will be, the rest comes back with its reason. */
export async function askReplay(
  ctx: Ctx,
  filter: { ids?: Id[]; reason?: UnratedReason; placed?: boolean },
  limit: number,
): Promise<number> {
  const conditions: Sql[] = [
    sql`organization_id = ${ctx.organization.id}`,
    sql`state in ('unrated', 'quarantined')`,
    ...(filter.ids ? [sql`id = any(${filter.ids}::uuid[])`] : []),
    ...(filter.reason ? [sql`reason = ${filter.reason}`] : []),
  ];
  return run(
    ctx,
    sql`/* usage.ask_replay */ update usage_inbox set state = 'waiting', placed = ${filter.placed ?? false}
         where organization_id = ${ctx.organization.id} and id in (select id from usage_inbox where ${join(conditions)} order by id limit ${limit})`,
  );
}

export async function takeWaiting(ctx: Ctx, limit: number): Promise<InboxRow[]> {
  return rows<InboxRow>(
    ctx,
    sql`/* usage.take_waiting */ select ${columns} from usage_inbox
         where organization_id = ${ctx.organization.id} and state = 'waiting' order by id limit ${limit} for update skip locked`,
  );
}

export async function settleInbox(
  ctx: Ctx,
  settled: { id: Id; state: InboxState; reason: UnratedReason; lineId: Id | null; by: string }[],
): Promise<void> {
  await run(
    ctx,
    sql`/* usage.settle_inbox */ update usage_inbox t
           set state = u.state, reason = u.reason, line_id = u.line_id, attempts = t.attempts + 1,
               resolved_at = case when u.state in ('charged', 'dismissed') then ${ctx.now}::timestamptz end,
               resolved_by = case when u.state in ('charged', 'dismissed') then u.by end
          from unnest(${settled.map((s) => s.id)}::uuid[], ${settled.map((s) => s.state)}::text[],
                      ${settled.map((s) => s.reason)}::text[], ${settled.map((s) => s.lineId)}::uuid[],
                      ${settled.map((s) => s.by)}::text[]) as u(id, state, reason, line_id, by)
         where t.organization_id = ${ctx.organization.id} and t.id = u.id`,
  );
}

export async function listInbox(
  ctx: Ctx,
  filter: {
    ids?: Id[];
    lineId?: Id;
    states?: InboxState[];
    reason?: UnratedReason;
    service?: Service;
    search?: string;
    after?: Id;
    limit: number;
  },
): Promise<InboxRow[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  if (filter.ids) conditions.push(sql`id = any(${filter.ids}::uuid[])`);
  if (filter.lineId) conditions.push(sql`line_id = ${filter.lineId}`);
  if (filter.states) conditions.push(sql`state = any(${filter.states}::text[])`);
  if (filter.reason) conditions.push(sql`reason = ${filter.reason}`);
  if (filter.service) conditions.push(sql`service = ${filter.service}`);
  if (filter.search) conditions.push(sql`position(${filter.search} in coalesce(imsi, '')) > 0`);
  if (filter.after) conditions.push(sql`id < ${filter.after}`);
  return rows<InboxRow>(
    ctx,
    sql`/* usage.list_inbox */ select ${columns} from usage_inbox where ${join(conditions)} order by id desc limit ${filter.limit}`,
  );
}

/** Of each line: how much of its usage is not charged, and the reason that came last. */
export async function sumInboxByLine(
  ctx: Ctx,
  lineIds: Id[],
): Promise<{ lineId: Id; rows: number; reason: UnratedReason; since: Date }[]> {
  return rows(
    ctx,
    sql`/* usage.sum_inbox_by_line */ select line_id, count(*)::int as rows, min(received_at) as since,
               (array_agg(reason order by id desc))[1] as reason
          from usage_inbox
         where organization_id = ${ctx.organization.id} and line_id = any(${lineIds}::uuid[])
           and state in ('waiting', 'unrated', 'quarantined') group by line_id`,
  );
}

export async function countInbox(ctx: Ctx): Promise<{ reason: UnratedReason; state: InboxState; rows: number }[]> {
  return rows(
    ctx,
    sql`/* usage.count_inbox */ select reason, state, count(*)::int as rows from usage_inbox
         where organization_id = ${ctx.organization.id} and state in ('waiting', 'unrated', 'quarantined') group by reason, state`,
  );
}
