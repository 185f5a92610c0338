import { uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { type After, type Push, type PushKind, type PushState, pushStates } from './model.ts';

const columns = sql`id, connection_id, kind, subject_id, document_id, owner_id, number, currency, amount_micros, state, attempts, round, tried, next_attempt_at,
  code, problem, remote_id, remote_state, created_at, settled_at`;

export type NewPush = Pick<
  Push,
  'id' | 'connectionId' | 'kind' | 'subjectId' | 'documentId' | 'ownerId' | 'number' | 'currency' | 'amountMicros'
>;

/** Puts something in line, once. Returns how many of them are new. */
export async function insertPushes(ctx: Ctx, pushes: NewPush[]): Promise<number> {
  let inserted = 0;
  for (const p of pushes) {
    inserted += await run(
      ctx,
      sql`/* accounting.insert_push */ insert into accounting_pushes (organization_id, id, connection_id, kind, subject_id, document_id, owner_id, number,
              currency, amount_micros, state, next_attempt_at, created_at)
          values (${ctx.organization.id}, ${p.id}, ${p.connectionId}, ${p.kind}, ${p.subjectId}, ${p.documentId}, ${p.ownerId}, ${p.number},
                  ${p.currency}, ${p.amountMicros}, 'waiting', ${ctx.now}, ${ctx.now})
          on conflict (organization_id, connection_id, kind, subject_id) do nothing`,
    );
  }
  return inserted;
}

/** Takes what is due by pushing its next attempt to `until`, the oldest first, and counts the attempt. `tried` is as it was before. */
export async function claimPushes(ctx: Ctx, connectionId: Id, limit: number, until: Date): Promise<Push[]> {
  const claimed = await rows<Push & { wasTried: boolean }>(
    ctx,
    sql`/* accounting.claim_pushes */ with due as (
          select id as due_id, tried as was_tried from accounting_pushes
           where organization_id = ${ctx.organization.id} and connection_id = ${connectionId} and state = 'waiting' and next_attempt_at <= ${ctx.now}
           order by next_attempt_at, id limit ${limit} for no key update skip locked)
        update accounting_pushes set attempts = least(attempts + 1, 100), next_attempt_at = ${until}::timestamptz, tried = true
          from due where organization_id = ${ctx.organization.id} and id = due.due_id
        returning ${columns}, was_tried`,
  );
  return claimed.map(({ wasTried, ...push }) => ({ ...push, tried: wasTried })).sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Writes what came of a push that still waits. `tried` says whether it may be there by now. */
export async function recordAfter(ctx: Ctx, id: Id, after: After, tried: boolean): Promise<boolean> {
  const written = await run(
    ctx,
    sql`/* accounting.record_after */ update accounting_pushes
           set state = ${after.state}, attempts = ${after.attempts}, next_attempt_at = ${after.nextAttemptAt}::timestamptz, tried = ${tried},
               code = ${after.code}, problem = ${after.problem}, settled_at = case when ${after.state} = 'waiting' then null else ${ctx.now}::timestamptz end
         where organization_id = ${ctx.organization.id} and id = ${id} and state = 'waiting'`,
  );
  return written === 1;
}

/** It is there. What waited for it is due now. */
export async function recordDone(ctx: Ctx, push: Push, remoteId: string, remoteState: string): Promise<void> {
  await run(
    ctx,
    sql`/* accounting.record_done */ update accounting_pushes
           set state = 'done', next_attempt_at = null, settled_at = ${ctx.now}, code = null, problem = null, remote_id = ${remoteId.slice(0, 100)},
               remote_state = ${remoteState.slice(0, 50)}
         where organization_id = ${ctx.organization.id} and id = ${push.id} and state = 'waiting'`,
  );
  await wake(ctx, push);
}

/** What waited for a thing is due, now that it is settled. */
async function wake(ctx: Ctx, push: Push): Promise<void> {
  await run(
    ctx,
    sql`/* accounting.wake */ update accounting_pushes set next_attempt_at = ${ctx.now}
         where organization_id = ${ctx.organization.id} and connection_id = ${push.connectionId} and state = 'waiting' and code = 'accounting.waits'
           and (document_id = ${push.documentId} or (kind = 'application' and subject_id = ${push.subjectId})
                or (kind = 'payment' and owner_id = ${push.ownerId} and ${['credit_note', 'removal'].includes(push.kind)}))`,
  );
  if (push.kind !== 'removal') return;
  await run(
    ctx,
    sql`/* accounting.wake_applications */ update accounting_pushes set state = 'waiting', next_attempt_at = ${ctx.now}, settled_at = null
         where organization_id = ${ctx.organization.id} and connection_id = ${push.connectionId} and document_id = ${push.documentId}
           and kind = 'application' and state = 'skipped' and code = 'accounting.nothing_left'`,
  );
}

/** Whether something that paid a document, or anything of a company, is to be taken back there. */
export async function hasRemovals(
  ctx: Ctx,
  connectionId: Id,
  of: { documentId: Id } | { ownerId: Id },
): Promise<boolean> {
  const which = 'documentId' in of ? sql`document_id = ${of.documentId}` : sql`owner_id = ${of.ownerId}`;
  const found = await row<{ removes: boolean }>(
    ctx,
    sql`/* accounting.has_removals */ select exists (select from accounting_pushes
           where organization_id = ${ctx.organization.id} and connection_id = ${connectionId} and ${which} and kind = 'removal'
             and state = 'waiting') as removes`,
  );
  return found!.removes;
}

/** What the other payments of a document are called there, as far as they are known. */
export async function listRemoteIds(ctx: Ctx, connectionId: Id, { id, documentId }: Push): Promise<string[]> {
  const found = await rows<{ remoteId: string }>(
    ctx,
    sql`/* accounting.list_remote_ids */ select remote_id from accounting_pushes
         where organization_id = ${ctx.organization.id} and connection_id = ${connectionId} and document_id = ${documentId} and kind = 'payment'
           and remote_id is not null and id <> ${id} limit 1000`,
  );
  return found.map(({ remoteId }) => remoteId);
}

/** Nothing of it is to be written. */
export async function recordSkipped(ctx: Ctx, push: Push, problem: string, code: string | null = null): Promise<void> {
  await run(
    ctx,
    sql`/* accounting.skip */ update accounting_pushes set state = 'skipped', next_attempt_at = null, settled_at = ${ctx.now}, code = ${code}, problem = ${problem}
         where organization_id = ${ctx.organization.id} and id = ${push.id} and state = 'waiting'`,
  );
  await wake(ctx, push);
}

/** What is in line of a subject. */
export async function findPush(ctx: Ctx, connectionId: Id, kind: PushKind, subjectId: Id): Promise<Push | null> {
  return row<Push>(
    ctx,
    sql`/* accounting.find_push */ select ${columns} from accounting_pushes
         where organization_id = ${ctx.organization.id} and connection_id = ${connectionId} and kind = ${kind} and subject_id = ${subjectId}`,
  );
}

export type PushFilter = {
  ids?: Id[];
  states?: PushState[];
  kinds?: PushKind[];
  documentId?: Id;
  ownerIds?: Id[];
  number?: string;
};

/** Newest first. */
export async function listPushes(ctx: Ctx, filter: PushFilter, page: { after?: Id; limit: number }): Promise<Push[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  if (filter.ids) conditions.push(sql`id = any(${uuids(filter.ids)}::uuid[])`);
  if (filter.states) conditions.push(sql`state = any(${filter.states}::text[])`);
  if (filter.kinds) conditions.push(sql`kind = any(${filter.kinds}::text[])`);
  if (filter.documentId) conditions.push(sql`document_id = ${filter.documentId}`);
  if (filter.ownerIds) conditions.push(sql`owner_id = any(${uuids(filter.ownerIds)}::uuid[])`);
  if (filter.number) conditions.push(sql`number = ${filter.number}`);
  if (page.after) conditions.push(sql`id < ${page.after}`);
  return rows<Push>(
    ctx,
    sql`/* accounting.list_pushes */ select ${columns} from accounting_pushes where ${join(conditions)} order by id desc limit ${page.limit}`,
  );
}

/** How many of a connection are in each state: of each, `most` are counted at most, whatever there are. */
export async function countPushes(
  ctx: Ctx,
  connectionId: Id,
  most: number,
): Promise<{ state: PushState; count: number }[]> {
  return rows(
    ctx,
    sql`/* accounting.count_pushes */ select s.state, (select count(*)::int from (select from accounting_pushes p
             where p.organization_id = ${ctx.organization.id} and p.state = s.state and p.connection_id = ${connectionId} limit ${most}) counted) as count
          from unnest(${pushStates as unknown as string[]}::text[]) as s(state)`,
  );
}

/** Has these written again, from the first pause on: what waits is not waited for, what failed is tried anew. Of the connection alone that is. */
export async function retryPushes(
  ctx: Ctx,
  connectionId: Id,
  which: { ids: Id[] } | { states: PushState[]; codes?: string[] },
): Promise<Push[]> {
  const chosen =
    'ids' in which
      ? sql`id = any(${uuids(which.ids)}::uuid[]) and state in ('waiting', 'failed', 'skipped')`
      : sql`state = any(${which.states}::text[]) ${which.codes ? sql`and code = any(${which.codes}::text[])` : sql``}`;
  return rows<Push>(
    ctx,
    sql`/* accounting.retry */ update accounting_pushes
           set state = 'waiting', attempts = 0, round = round + 1, next_attempt_at = ${ctx.now}, settled_at = null
         where organization_id = ${ctx.organization.id} and connection_id = ${connectionId} and ${chosen} returning ${columns}`,
  );
}
