import { booleans, instants, ints, texts, uuids } from '../kit/arrays.ts';
import type { Ctx } from '../kit/ctx.ts';
import { join, rows, run, type Sql, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { SmsCommand, SmsStatus } from './model.ts';
import { claimDue } from './queue.ts';

type Row = Omit<SmsCommand, 'callback'> & { callbackMethod: 'GET' | 'POST' | null; callbackUrl: string | null };

const columns = sql`id, line_id, company_id, direction, payload, status, failure, callback_method, callback_url, attempts,
  next_attempt_at, expires_at, carrier_reference, created_at, updated_at`;

function whole({ callbackMethod: method, callbackUrl: url, ...row }: Row): SmsCommand {
  return { ...row, callback: method && url ? { method, url } : null };
}

export type NewSms = Pick<SmsCommand, 'id' | 'lineId' | 'companyId' | 'payload' | 'callback'> & {
  expiresAt: Date;
};

/** A text to a SIM, to be sent at once. */
export async function insertSms(ctx: Ctx, sms: NewSms): Promise<void> {
  await run(
    ctx,
    sql`/* commands.insert_sms */ insert into sms_commands
          (organization_id, id, line_id, company_id, direction, payload, status, callback_method, callback_url, next_attempt_at,
           expires_at, created_at, updated_at)
        values (${ctx.organization.id}, ${sms.id}, ${sms.lineId}, ${sms.companyId}, 'to_sim', ${sms.payload}, 'queued',
                ${sms.callback?.method ?? null}, ${sms.callback?.url ?? null}, ${ctx.now}, ${sms.expiresAt}, ${ctx.now}, ${ctx.now})`,
  );
}

export type ReceivedSms = Pick<SmsCommand, 'id' | 'lineId' | 'companyId' | 'payload'> & { key: string; at: Date };

/** Texts from SIMs. Returns the ids of those whose key was not there already. */
export async function insertReceived(ctx: Ctx, received: ReceivedSms[]): Promise<Set<Id>> {
  const of = <T>(field: (sms: ReceivedSms) => T) => received.map(field);
  const inserted = await rows<{ id: Id }>(
    ctx,
    sql`/* commands.insert_received */ insert into sms_commands
          (organization_id, id, line_id, company_id, direction, payload, status, source_key, counted_at, created_at, updated_at)
        select ${ctx.organization.id}, u.id, u.line_id, u.company_id, 'from_sim', u.payload, 'received', u.key, u.at,
               ${ctx.now}::timestamptz, ${ctx.now}::timestamptz
          from unnest(${uuids(of((s) => s.id))}::uuid[], ${uuids(of((s) => s.lineId))}::uuid[], ${uuids(of((s) => s.companyId))}::uuid[],
                      ${texts(of((s) => s.payload))}::text[], ${texts(of((s) => s.key))}::text[], ${instants(of((s) => s.at))}::timestamptz[])
               as u(id, line_id, company_id, payload, key, at)
        on conflict (organization_id, source_key) where source_key is not null do nothing
        returning id`,
  );
  return new Set(inserted.map((row) => row.id));
}

/** Texts from SIMs by the keys of their source. */
export async function findReceived(ctx: Ctx, keys: string[]): Promise<{ id: Id; key: string; payload: string }[]> {
  return rows(
    ctx,
    sql`/* commands.find_received */ select id, source_key as key, payload from sms_commands
         where organization_id = ${ctx.organization.id} and source_key = any(${texts(keys)}::text[])`,
  );
}

/** Texts to SIMs by what their carriers call them. */
export async function findByReference(ctx: Ctx, references: string[]): Promise<SmsCommand[]> {
  const found = await rows<Row>(
    ctx,
    sql`/* commands.find_by_reference */ select ${columns} from sms_commands
         where organization_id = ${ctx.organization.id} and carrier_reference = any(${texts(references)}::text[])`,
  );
  return found.map(whole);
}

/** Holds texts until the database transaction ends, as they are now. */
export async function lockSms(ctx: Ctx, ids: Id[]): Promise<SmsCommand[]> {
  const found = await rows<Row>(
    ctx,
    sql`/* commands.lock_sms */ select ${columns} from sms_commands
         where organization_id = ${ctx.organization.id} and id = any(${uuids(ids)}::uuid[]) order by id for no key update`,
  );
  return found.map(whole);
}

export type SmsFilter = {
  ids?: Id[];
  lineIds?: Id[];
  /** An account: a company, or null for the organization's own. */
  companyId?: Id | null;
  status?: SmsCommand['status'];
  direction?: SmsCommand['direction'];
  /** A part of the text. Newest first only. */
  search?: string;
};

/** A direction is told by the status: that has an index. Undefined: whatever it is. */
function statusesOf({ status, direction }: SmsFilter): SmsStatus[] | undefined {
  const ofDirection: SmsStatus[] | undefined =
    direction && (direction === 'from_sim' ? ['received'] : ['queued', 'sent', 'delivered', 'failed']);
  if (!status) return ofDirection;
  return (ofDirection ?? [status]).filter((one) => one === status);
}

export async function listSms(
  ctx: Ctx,
  filter: SmsFilter,
  { after, limit, newestFirst = true }: { after?: Id; limit: number; newestFirst?: boolean },
): Promise<SmsCommand[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  if (filter.ids) conditions.push(sql`id = any(${uuids(filter.ids)}::uuid[])`);
  if (filter.lineIds) conditions.push(sql`line_id = any(${uuids(filter.lineIds)}::uuid[])`);
  if (filter.companyId === null) conditions.push(sql`company_id is null`);
  else if (filter.companyId) conditions.push(sql`company_id = ${filter.companyId}`);
  const statuses = statusesOf(filter);
  if (statuses) conditions.push(sql`status = any(${texts(statuses)}::text[])`);
  if (filter.search) {
    conditions.push(
      // Those of a few lines are read; of all, row-level security keeps the index of their parts shut, and a door opens it.
      filter.lineIds || filter.ids
        ? sql`strpos(lower(payload), lower(${filter.search})) > 0`
        : sql`id in (select search_sms(${ctx.organization.id}, ${filter.search}, ${filter.companyId ?? null}, ${statuses}::text[],
                                       ${after ?? null}, ${limit}))`,
    );
  }
  if (after) conditions.push(newestFirst ? sql`id < ${after}` : sql`id > ${after}`);
  const order = newestFirst ? sql`order by id desc` : sql`order by id`;
  const found = await rows<Row>(
    ctx,
    sql`/* commands.list_sms */ select ${columns} from sms_commands where ${join(conditions)} ${order} limit ${limit}`,
  );
  return found.map(whole);
}

/** Takes texts that are due, and counts the attempt. */
export async function claimSms(ctx: Ctx): Promise<SmsCommand[]> {
  return (await claimDue<Row>(ctx, { table: sql`sms_commands`, columns })).map(whole);
}

export type SettledSms = Pick<
  SmsCommand,
  'id' | 'attempts' | 'status' | 'failure' | 'nextAttemptAt' | 'carrierReference'
> & { counts: boolean };

/** Writes what telecoms said, where the text still waits for this very answer. Returns those that were written. */
export async function settleSms(ctx: Ctx, settled: SettledSms[]): Promise<Set<Id>> {
  const of = <T>(field: (one: SettledSms) => T) => settled.map(field);
  const written = await rows<{ id: Id }>(
    ctx,
    sql`/* commands.settle_sms */ update sms_commands c
           set status = u.status, failure = u.failure, next_attempt_at = u.next_attempt_at, carrier_reference = u.reference,
               counted_at = case when u.counts then ${ctx.now}::timestamptz else c.counted_at end,
               updated_at = case when c.status = u.status then c.updated_at else ${ctx.now}::timestamptz end
          from unnest(${uuids(of((s) => s.id))}::uuid[], ${ints(of((s) => s.attempts))}::int[], ${texts(of((s) => s.status))}::text[],
                      ${texts(of((s) => s.failure))}::text[], ${instants(of((s) => s.nextAttemptAt))}::timestamptz[],
                      ${texts(of((s) => s.carrierReference))}::text[], ${booleans(of((s) => s.counts))}::boolean[])
               as u(id, attempts, status, failure, next_attempt_at, reference, counts)
         where c.organization_id = ${ctx.organization.id} and c.id = u.id and c.attempts = u.attempts
           and c.status in ('queued', 'sent')
        returning c.id`,
  );
  return new Set(written.map((row) => row.id));
}

/** How many texts of each line were used since an instant. */
export async function countUsed(ctx: Ctx, lines: { lineId: Id; since: Date }[]): Promise<Map<Id, number>> {
  const counted = await rows<{ lineId: Id; count: number }>(
    ctx,
    sql`/* commands.count_used */ select u.line_id, count(c.id)::int as count
          from unnest(${uuids(lines.map((l) => l.lineId))}::uuid[], ${instants(lines.map((l) => l.since))}::timestamptz[]) as u(line_id, since)
          left join sms_commands c on c.organization_id = ${ctx.organization.id} and c.line_id = u.line_id and c.counted_at >= u.since
         group by u.line_id`,
  );
  return new Map(counted.map((row) => [row.lineId, row.count]));
}

/** Texts that were used and are not charged yet, the oldest first. */
export async function listUncharged(ctx: Ctx, limit: number): Promise<{ id: Id; lineId: Id; countedAt: Date }[]> {
  return rows(
    ctx,
    sql`/* commands.list_uncharged */ select id, line_id, counted_at from sms_commands
         where organization_id = ${ctx.organization.id} and counted_at is not null and not charged order by id limit ${limit}`,
  );
}

export async function markCharged(ctx: Ctx, ids: Id[]): Promise<void> {
  await run(
    ctx,
    sql`/* commands.mark_charged */ update sms_commands set charged = true
         where organization_id = ${ctx.organization.id} and id = any(${uuids(ids)}::uuid[])`,
  );
}
