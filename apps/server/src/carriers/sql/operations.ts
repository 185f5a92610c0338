import type { Ctx } from '../../kit/ctx.ts';
import { raw, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { relist } from '../../kit/relist.ts';
import type { Attempted, CarrierOperation, Cause, LineState, OperationKind } from '../model.ts';

const columns = (alias: string) =>
  raw(
    'id line_id telecom_id kind want cause state attempts asked_at carrier_reference next_attempt_at last_answer requested_at ended_at'
      .split(' ')
      .map((column) => `${alias}.${column}`)
      .join(', '),
  );

export type NewOperation = {
  id: Id;
  lineId: Id;
  telecomId: Id;
  kind: OperationKind;
  want: LineState | null;
  cause: Cause;
  nextAttemptAt: Date;
};
export type ClaimedOperation = CarrierOperation & { iccid: string; imsi: string | null };

/** One outstanding per line and kind, kept by a unique index: says which lines got theirs. */
export async function insertOperations(ctx: Ctx, operations: NewOperation[]): Promise<Set<Id>> {
  if (operations.length === 0) return new Set();
  relist(
    ctx,
    operations.map((o) => o.lineId),
  );
  const inserted = await rows<{ lineId: Id }>(
    ctx,
    sql`/* carriers.insert_operations */ insert into carrier_operations
          (organization_id, id, line_id, telecom_id, kind, want, cause, next_attempt_at, requested_at)
        select ${ctx.organization.id}, u.*, ${ctx.now}::timestamptz from unnest(
          ${operations.map((o) => o.id)}::uuid[], ${operations.map((o) => o.lineId)}::uuid[],
          ${operations.map((o) => o.telecomId)}::uuid[], ${operations.map((o) => o.kind)}::text[],
          ${operations.map((o) => o.want)}::text[], ${operations.map((o) => o.cause)}::text[],
          ${operations.map((o) => o.nextAttemptAt)}::timestamptz[]) as u
        on conflict (organization_id, line_id, kind) where state = 'outstanding' do nothing
        returning line_id`,
  );
  return new Set(inserted.map((row) => row.lineId));
}

/** Ends what is outstanding for these lines, because they are wanted otherwise now. Says which are being asked just now. */
export async function replaceOperations(
  ctx: Ctx,
  lineIds: Id[],
): Promise<{ lineId: Id; kind: OperationKind; claimedUntil: Date | null }[]> {
  relist(ctx, lineIds);
  return rows(
    ctx,
    sql`/* carriers.replace_operations */ update carrier_operations
           set state = 'replaced', ended_at = ${ctx.now}
         where organization_id = ${ctx.organization.id} and line_id = any(${lineIds}::uuid[]) and state = 'outstanding'
        returning line_id, kind, claimed_until`,
  );
}

/** Claims due operations by pushing their next attempt forward to `until`, and counts the attempt. */
export async function claimOperations(
  ctx: Ctx,
  telecomId: Id,
  kinds: OperationKind[],
  limit: number,
  until: Date,
): Promise<ClaimedOperation[]> {
  return rows(
    ctx,
    sql`/* carriers.claim_operations */
        with due as (
          select id from carrier_operations
           where organization_id = ${ctx.organization.id} and telecom_id = ${telecomId} and state = 'outstanding'
             and next_attempt_at <= ${ctx.now} and kind = any(${kinds}::text[])
           order by next_attempt_at, id limit ${limit} for no key update skip locked)
        update carrier_operations o
           set attempts = least(o.attempts + 1, 100), next_attempt_at = ${until}, claimed_until = ${until}
          from due, carrier_lines l
         where o.organization_id = ${ctx.organization.id} and o.id = due.id
           and l.organization_id = ${ctx.organization.id} and l.line_id = o.line_id
        returning ${columns('o')}, l.iccid, l.imsi`,
  );
}

/** Writes what the attempts came to, where the operation is still outstanding and still ours; returns the ids of those. */
export async function recordAttempts(
  ctx: Ctx,
  attempts: (Attempted & { id: Id; claimed: number })[],
): Promise<Set<Id>> {
  const recorded = await rows<{ id: Id; lineId: Id; state: CarrierOperation['state'] }>(
    ctx,
    sql`/* carriers.record_attempts */ update carrier_operations o
           set state = u.state, attempts = u.attempts, asked_at = u.asked_at, carrier_reference = u.reference,
               next_attempt_at = u.next_attempt_at, last_answer = u.last_answer, claimed_until = null,
               ended_at = case when u.state = 'outstanding' then null else ${ctx.now}::timestamptz end
          from unnest(${attempts.map((a) => a.id)}::uuid[], ${attempts.map((a) => a.claimed)}::int[],
                      ${attempts.map((a) => a.state)}::text[], ${attempts.map((a) => a.attempts)}::int[],
                      ${attempts.map((a) => a.askedAt)}::timestamptz[],
                      ${attempts.map((a) => a.carrierReference)}::text[],
                      ${attempts.map((a) => a.nextAttemptAt)}::timestamptz[],
                      ${attempts.map((a) => a.lastAnswer)}::text[])
               as u (id, claimed, state, attempts, asked_at, reference, next_attempt_at, last_answer)
         where o.organization_id = ${ctx.organization.id} and o.id = u.id and o.state = 'outstanding'
           and o.attempts = u.claimed
        returning o.id, o.line_id, o.state`,
  );
  relist(
    ctx,
    recorded.flatMap((r) => (r.state === 'outstanding' ? [] : [r.lineId])),
  );
  return new Set(recorded.map((r) => r.id));
}

/** The successors of operations that were replaced while they were asked need not wait any longer. */
export async function releaseSuccessors(ctx: Ctx, lineIds: Id[]): Promise<void> {
  await run(
    ctx,
    sql`/* carriers.release_successors */ update carrier_operations set next_attempt_at = ${ctx.now}
         where organization_id = ${ctx.organization.id} and line_id = any(${lineIds}::uuid[])
           and state = 'outstanding' and attempts = 0 and next_attempt_at > ${ctx.now}`,
  );
}

export async function listOperations(
  ctx: Ctx,
  lineId: Id,
  page: { limit: number; after?: Id },
): Promise<CarrierOperation[]> {
  return rows(
    ctx,
    sql`/* carriers.list_operations */ select ${columns('o')} from carrier_operations o
         where o.organization_id = ${ctx.organization.id} and o.line_id = ${lineId}
           and (${page.after ?? null}::uuid is null or o.id < ${page.after ?? null})
         order by o.id desc limit ${page.limit}`,
  );
}
