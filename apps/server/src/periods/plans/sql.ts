import { texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { nothing, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';

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
export async function listChanges(
  ctx: Ctx,
  lineId: Id,
  page: { before?: { at: Date; id: Id }; limit: number },
): Promise<PlanChange[]> {
  const { before, limit } = page;
  return rows<PlanChange>(
    ctx,
    sql`/* periods.list_changes */ select ${columns} from plan_changes
         where organization_id = ${ctx.organization.id} and line_id = ${lineId}
           ${before ? sql`and (asked_at, id) < (${before.at}, ${before.id}::uuid)` : nothing}
         order by asked_at desc, id desc limit ${limit}`,
  );
}

export type NewChange = Pick<PlanChange, 'id' | 'lineId' | 'planId' | 'planVersionId' | 'poolId'>;

/** Lines wait for one change at most: what waited before is settled by then. */
export async function insertChanges(ctx: Ctx, changes: NewChange[]): Promise<void> {
  if (changes.length === 0) return;
  await run(
    ctx,
    sql`/* periods.insert_changes */ insert into plan_changes
          (organization_id, id, line_id, plan_id, plan_version_id, pool_id, asked_at, asked_by)
        select ${ctx.organization.id}, u.*, ${ctx.now}::timestamptz, ${ctx.actor.name}
          from unnest(${uuids(changes.map((c) => c.id))}::uuid[], ${uuids(changes.map((c) => c.lineId))}::uuid[],
                      ${uuids(changes.map((c) => c.planId))}::uuid[], ${uuids(changes.map((c) => c.planVersionId))}::uuid[],
                      ${uuids(changes.map((c) => c.poolId))}::uuid[]) as u`,
  );
}

/** How a waiting change ended, and why. */
export type Settled = { lineId: Id; state: 'done' | 'cancelled' | 'refused'; reason?: string };

/** Settles the waiting changes of these lines, and returns those that had one. */
export async function settleChanges(ctx: Ctx, settled: Settled[]): Promise<PlanChange[]> {
  if (settled.length === 0) return [];
  return rows<PlanChange>(
    ctx,
    sql`/* periods.settle_changes */ update plan_changes c set state = u.state, reason = u.reason, settled_at = ${ctx.now}
          from unnest(${uuids(settled.map((s) => s.lineId))}::uuid[], ${texts(settled.map((s) => s.state))}::text[],
                      ${texts(settled.map((s) => s.reason ?? ''))}::text[]) as u(line_id, state, reason)
         where c.organization_id = ${ctx.organization.id} and c.line_id = u.line_id and c.state = 'waiting'
        returning c.id, c.line_id, c.plan_id, c.plan_version_id, c.pool_id, c.state, c.reason, c.asked_at, c.asked_by, c.settled_at`,
  );
}
