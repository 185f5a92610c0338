import { uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { rows, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { BlockReason, Lifecycle } from '../model.ts';

/** Of a SIM, what its rollover needs. */
export type SimToRoll = { id: Id; companyId: Id | null; lifecycle: Lifecycle };

/** Locks those of the lines that nobody has right now, in the one lock order (by id). */
export async function lockToRoll(ctx: Ctx, ids: Id[]): Promise<SimToRoll[]> {
  return rows<SimToRoll>(
    ctx,
    sql`/* inventory.lock_to_roll */ select s.id, s.company_id, s.lifecycle from sims s
         where s.organization_id = ${ctx.organization.id} and s.id = any(${uuids(ids)}::uuid[])
         order by s.id for no key update skip locked`,
  );
}

/** What a line is on now. */
export type Planned = { planVersionId: Id; poolId: Id | null };

/** The plan version, and the pool, that each of these lines is on; a line without a plan is not in the answer. */
export async function planVersionsOf(ctx: Ctx, lineIds: Id[]): Promise<Map<Id, Planned>> {
  const found = await rows<{ lineId: Id } & Planned>(
    ctx,
    sql`/* inventory.plan_versions_of */ select line_id, plan_version_id, pool_id from plan_assignments
         where organization_id = ${ctx.organization.id} and line_id = any(${uuids(lineIds)}::uuid[]) and ends_at is null`,
  );
  return new Map(found.map(({ lineId, ...planned }) => [lineId, planned]));
}

/** Which of these lines have an open block of that reason. */
export async function linesBlockedBy(ctx: Ctx, lineIds: Id[], reason: BlockReason): Promise<Id[]> {
  const found = await rows<{ lineId: Id }>(
    ctx,
    sql`/* inventory.lines_blocked_by */ select line_id from blocks
         where organization_id = ${ctx.organization.id} and line_id = any(${uuids(lineIds)}::uuid[]) and reason = ${reason}
           and lifted_at is null`,
  );
  return found.map((block) => block.lineId);
}
