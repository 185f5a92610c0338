import { byteas, texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { UnplacedReason } from './model.ts';

export type UnplacedState = 'open' | 'placed' | 'dismissed';

/** A message that a telecom handed in and that fitted nothing, as it came. */
export type Unplaced = {
  id: Id;
  telecomId: Id;
  key: string;
  kind: 'text' | 'report' | 'unreadable';
  /** The SIM or the text that it names, as it names it; empty where it cannot be read. */
  about: string;
  body: string;
  bodyHash: Buffer;
  reason: UnplacedReason;
  /** What was wrong with it, where that is more than the reason. */
  detail: string;
  state: UnplacedState;
  /** The text that it became, or told of. */
  smsId: Id | null;
  receivedAt: Date;
  settledAt: Date | null;
  settledBy: string | null;
};

const columns = sql`id, telecom_id, key, kind, about, body, body_hash, reason, detail, state, sms_id, received_at, settled_at, settled_by`;

/** One request of a telecom after the other: keys that come twice at once are told apart. Held until the database transaction ends. */
export async function lockIntake(ctx: Ctx, telecomId: Id): Promise<void> {
  const name = `simwright.messages ${telecomId}`;
  await run(ctx, sql`/* commands.lock_intake */ select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
}

export type NewUnplaced = Pick<
  Unplaced,
  'id' | 'telecomId' | 'key' | 'kind' | 'about' | 'body' | 'bodyHash' | 'reason' | 'detail'
>;

/** Keeps what fitted nothing; a key that is kept already stays as it is. */
export async function insertUnplaced(ctx: Ctx, kept: NewUnplaced[]): Promise<void> {
  const of = <K extends keyof NewUnplaced>(field: K) => kept.map((one) => one[field]);
  await run(
    ctx,
    sql`/* commands.insert_unplaced */ insert into unplaced_messages
          (organization_id, id, telecom_id, key, kind, about, body, body_hash, reason, detail, received_at)
        select ${ctx.organization.id}, u.*, ${ctx.now}::timestamptz
          from unnest(${uuids(of('id'))}::uuid[], ${uuids(of('telecomId'))}::uuid[], ${texts(of('key'))}::text[], ${texts(of('kind'))}::text[],
                      ${texts(of('about'))}::text[], ${texts(of('body'))}::text[], ${byteas(of('bodyHash'))}::bytea[],
                      ${texts(of('reason'))}::text[], ${texts(of('detail'))}::text[]) as u
        on conflict (organization_id, telecom_id, key) do nothing`,
  );
}

export async function findByKeys(ctx: Ctx, telecomId: Id, keys: string[]): Promise<Unplaced[]> {
  return rows(
    ctx,
    sql`/* commands.find_unplaced */ select ${columns} from unplaced_messages
         where organization_id = ${ctx.organization.id} and telecom_id = ${telecomId} and key = any(${texts(keys)}::text[])`,
  );
}

export type UnplacedFilter = {
  ids?: Id[];
  telecomId?: Id;
  states?: UnplacedState[];
  kind?: Unplaced['kind'];
  reason?: UnplacedReason;
  /** What they name, exactly. */
  about?: string[];
  /** A part of what they name. */
  search?: string;
};

/** The newest first. */
export async function listUnplaced(
  ctx: Ctx,
  filter: UnplacedFilter,
  { after, limit }: { after?: Id; limit: number },
): Promise<Unplaced[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  if (filter.ids) conditions.push(sql`id = any(${uuids(filter.ids)}::uuid[])`);
  if (filter.telecomId) conditions.push(sql`telecom_id = ${filter.telecomId}`);
  // Written out for the commonest question: that is how its index is found.
  if (filter.states?.join() === 'open') conditions.push(sql`state = 'open'`);
  else if (filter.states) conditions.push(sql`state = any(${texts(filter.states)}::text[])`);
  if (filter.kind) conditions.push(sql`kind = ${filter.kind}`);
  if (filter.reason) conditions.push(sql`reason = ${filter.reason}`);
  if (filter.about) conditions.push(sql`about = any(${texts(filter.about)}::text[])`);
  if (filter.search) conditions.push(sql`strpos(lower(about), lower(${filter.search})) > 0`);
  if (after) conditions.push(sql`id < ${after}`);
  return rows(
    ctx,
    sql`/* commands.list_unplaced */ select ${columns} from unplaced_messages where ${join(conditions)} order by id desc limit ${limit}`,
  );
}

/** Ends open rows: placed with the text that they became or told of, or dismissed with none. Returns which were open. */
export async function settleUnplaced(
  ctx: Ctx,
  settled: { id: Id; smsId: Id | null }[],
  state: Exclude<UnplacedState, 'open'>,
): Promise<Set<Id>> {
  const ended = await rows<{ id: Id }>(
    ctx,
    sql`/* commands.settle_unplaced */ update unplaced_messages m
           set state = ${state}, sms_id = u.sms_id, settled_at = ${ctx.now}, settled_by = ${ctx.actor.name}
          from unnest(${uuids(settled.map((s) => s.id))}::uuid[], ${uuids(settled.map((s) => s.smsId))}::uuid[]) as u(id, sms_id)
         where m.organization_id = ${ctx.organization.id} and m.id = u.id and m.state = 'open'
        returning m.id`,
  );
  return new Set(ended.map((row) => row.id));
}
