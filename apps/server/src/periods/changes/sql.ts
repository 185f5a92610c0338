import { texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { nothing, rows, run, sql } from '../../kit/db.ts';
import { type Id, newId } from '../../kit/ids.ts';

/** A change of plan that waits for the end of the running period, or what became of it. */
export type PlanChange = {
  id: Id;
  lineId: Id;
  /** null: the plan ends. */
  planId: Id | null;
  planVersionId: Id | null;
  poolId: Id | null;
  state: 'waiting' | 'done' | 'cancelled' | 'refused';
  reason: string;
  askedAt: Date;
  askedBy: string;
  settledAt: Date | null;
};

const columns = sql`id, line_id, plan_id, plan_version_id, pool_id, state, reason, asked_at, asked_by, settled_at`;

export async function listWaitingChanges(ctx: Ctx, lineIds: Id[]): Promise<PlanChange[]> {
  return rows<PlanChange>(
    ctx,
    sql`/* periods.list_waiting_changes */ select ${columns} from plan_changes
         where organization_id = ${ctx.organization.id} and line_id = any(${uuids(lineIds)}::uuid[]) and state = 'waiting'`,
  );
}

/** Changes of a line, the newest first. */
export async function listChanges(ctx: Ctx, lineId: Id, page: { after?: Id; limit: number }): Promise<PlanChange[]> {
  return rows<PlanChange>(
    ctx,
    sql`/* periods.list_changes */ select ${columns} from plan_changes
         where organization_id = ${ctx.organization.id} and line_id = ${lineId}
           ${page.after ? sql`and id < ${page.after}::uuid` : nothing} order by id desc limit ${page.limit}`,
  );
}

/** Lines wait for one change at most: what waited before is cancelled. */
export async function insertChanges(
  ctx: Ctx,
  changes: { lineId: Id; planId: Id | null; planVersionId: Id | null; poolId: Id | null }[],
): Promise<void> {
  await run(
    ctx,
    sql`/* periods.insert_changes */ insert into plan_changes
          (organization_id, id, line_id, plan_id, plan_version_id, pool_id, asked_at, asked_by)
        select ${ctx.organization.id}, u.*, ${ctx.now}::timestamptz, ${ctx.actor.name}
          from unnest(${changes.map(() => newId(ctx))}::uuid[], ${uuids(changes.map((c) => c.lineId))}::uuid[],
                      ${uuids(changes.map((c) => c.planId))}::uuid[], ${uuids(changes.map((c) => c.planVersionId))}::uuid[],
                      ${uuids(changes.map((c) => c.poolId))}::uuid[]) as u`,
  );
}

/** Settles the waiting changes of these lines. Returns the lines that had one. */
export async function settleChanges(
  ctx: Ctx,
  settled: { lineId: Id; state: 'done' | 'cancelled' | 'refused'; reason?: string }[],
): Promise<Id[]> {
  if (settled.length === 0) return [];
  const found = await rows<{ lineId: Id }>(
    ctx,
    sql`/* periods.settle_changes */ update plan_changes c set state = u.state, reason = u.reason, settled_at = ${ctx.now}
          from unnest(${uuids(settled.map((s) => s.lineId))}::uuid[], ${texts(settled.map((s) => s.state))}::text[],
                      ${texts(settled.map((s) => s.reason ?? ''))}::text[]) as u(line_id, state, reason)
         where c.organization_id = ${ctx.organization.id} and c.line_id = u.line_id and c.state = 'waiting'
        returning c.line_id`,
  );
  return found.map((change) => change.lineId);
}
