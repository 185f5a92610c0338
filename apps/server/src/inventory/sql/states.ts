import type { Ctx } from '../../kit/ctx.ts';
import { nothing, row, rows, run, sql } from '../../kit/db.ts';
import { type Id, newId } from '../../kit/ids.ts';
import { relist } from '../../kit/relist.ts';
import type { Block, BlockReason, Lifecycle, PlanAssignment } from '../model.ts';

const blockColumns = sql`id, line_id, reason, detail, opened_at, opened_by, lifted_at, lifted_by`;

/** Opens blocks and returns those that are new: a line has at most one open block of a reason. */
export async function insertBlocks(
  ctx: Ctx,
  blocks: { lineId: Id; reason: BlockReason; detail: Record<string, unknown>; at: Date }[],
): Promise<Block[]> {
  const opened = await rows<Block>(
    ctx,
    sql`/* inventory.insert_blocks */ insert into blocks (organization_id, id, line_id, reason, detail, opened_at, opened_by)
        select ${ctx.organization.id}, u.*, ${ctx.actor.name}
          from unnest(${blocks.map(() => newId(ctx))}::uuid[], ${blocks.map((b) => b.lineId)}::uuid[],
                      ${blocks.map((b) => b.reason)}::text[], ${blocks.map((b) => JSON.stringify(b.detail))}::jsonb[],
                      ${blocks.map((b) => b.at)}::timestamptz[]) as u
        on conflict (organization_id, line_id, reason) where lifted_at is null do nothing
        returning ${blockColumns}`,
  );
  // Members of a pool that is past its limit are blocked with each packet, and most of them are already.
  relist(
    ctx,
    opened.map((b) => b.lineId),
  );
  return opened;
}

/** Lifts the open blocks of one reason, and no other's. */
export async function liftBlocks(ctx: Ctx, lineIds: Id[], reason: BlockReason, at: Date): Promise<Block[]> {
  const lifted = await rows<Block>(
    ctx,
    sql`/* inventory.lift_blocks */ update blocks set lifted_at = greatest(${at}::timestamptz, opened_at), lifted_by = ${ctx.actor.name}
         where organization_id = ${ctx.organization.id} and line_id = any(${lineIds}::uuid[]) and reason = ${reason}
           and lifted_at is null
        returning ${blockColumns}`,
  );
  relist(
    ctx,
    lifted.map((b) => b.lineId),
  );
  return lifted;
}

export async function listOpenBlocks(ctx: Ctx, lineIds: Id[]): Promise<Block[]> {
  return rows<Block>(
    ctx,
    sql`/* inventory.list_open_blocks */ select ${blockColumns} from blocks
         where organization_id = ${ctx.organization.id} and line_id = any(${lineIds}::uuid[]) and lifted_at is null
         order by opened_at`,
  );
}

export async function findBlock(ctx: Ctx, id: Id): Promise<Block | null> {
  return row<Block>(
    ctx,
    sql`/* inventory.find_block */ select ${blockColumns} from blocks where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

/** Newest first, from after `after` on. */
export async function listBlocks(
  ctx: Ctx,
  lineId: Id,
  page: { after?: { openedAt: Date; id: Id }; limit: number },
): Promise<Block[]> {
  const { after, limit } = page;
  return rows<Block>(
    ctx,
    sql`/* inventory.list_blocks */ select ${blockColumns} from blocks
         where organization_id = ${ctx.organization.id} and line_id = ${lineId}
           ${after ? sql`and (opened_at, id) < (${after.openedAt}, ${after.id}::uuid)` : nothing}
         order by opened_at desc, id desc limit ${limit}`,
  );
}

export async function openSuspensions(ctx: Ctx, lineIds: Id[], reason: string): Promise<void> {
  await run(
    ctx,
    sql`/* inventory.open_suspensions */ insert into suspensions (organization_id, id, line_id, reason, opened_at, opened_by)
        select ${ctx.organization.id}, u.*, ${reason}, ${ctx.now}, ${ctx.actor.name}
          from unnest(${lineIds.map(() => newId(ctx))}::uuid[], ${lineIds}::uuid[]) as u
        on conflict (organization_id, line_id) where lifted_at is null do nothing`,
  );
}

export async function liftSuspensions(ctx: Ctx, lineIds: Id[]): Promise<void> {
  await run(
    ctx,
    sql`/* inventory.lift_suspensions */ update suspensions set lifted_at = ${ctx.now}, lifted_by = ${ctx.actor.name}
         where organization_id = ${ctx.organization.id} and line_id = any(${lineIds}::uuid[]) and lifted_at is null`,
  );
}

export type Suspension = {
  id: Id;
  lineId: Id;
  reason: string;
  openedAt: Date;
  openedBy: string;
  liftedAt: Date | null;
  liftedBy: string | null;
};

export async function listOpenSuspensions(ctx: Ctx, lineIds: Id[]): Promise<Suspension[]> {
  return rows<Suspension>(
    ctx,
    sql`/* inventory.list_open_suspensions */ select id, line_id, reason, opened_at, opened_by, lifted_at, lifted_by
          from suspensions
         where organization_id = ${ctx.organization.id} and line_id = any(${lineIds}::uuid[]) and lifted_at is null`,
  );
}

export async function listSuspensions(ctx: Ctx, lineId: Id, limit: number): Promise<Suspension[]> {
  return rows<Suspension>(
    ctx,
    sql`/* inventory.list_suspensions */ select id, line_id, reason, opened_at, opened_by, lifted_at, lifted_by from suspensions
         where organization_id = ${ctx.organization.id} and line_id = ${lineId} order by opened_at desc limit ${limit}`,
  );
}

export async function insertLifecycleChanges(
  ctx: Ctx,
  changes: { lineId: Id; from: Lifecycle; to: Lifecycle; at: Date }[],
): Promise<void> {
  await run(
    ctx,
    sql`/* inventory.insert_lifecycle_changes */ insert into lifecycle_changes
          (organization_id, id, line_id, from_lifecycle, to_lifecycle, at, by)
        select ${ctx.organization.id}, u.*, ${ctx.actor.name}
          from unnest(${changes.map(() => newId(ctx))}::uuid[], ${changes.map((c) => c.lineId)}::uuid[],
                      ${changes.map((c) => c.from)}::text[], ${changes.map((c) => c.to)}::text[],
                      ${changes.map((c) => c.at)}::timestamptz[]) as u`,
  );
}

const assignmentColumns = sql`id, line_id, plan_id, plan_version_id, pool_id, source, starts_at, ends_at, assigned_by`;

export async function listOpenAssignments(ctx: Ctx, lineIds: Id[]): Promise<PlanAssignment[]> {
  return rows<PlanAssignment>(
    ctx,
    sql`/* inventory.list_open_assignments */ select ${assignmentColumns} from plan_assignments
         where organization_id = ${ctx.organization.id} and line_id = any(${lineIds}::uuid[]) and ends_at is null`,
  );
}

/** Assignments of a line, the newest first. */
export async function listAssignments(
  ctx: Ctx,
  lineId: Id,
  page: { before?: { startsAt: Date; id: Id }; limit: number },
): Promise<PlanAssignment[]> {
  const { before, limit } = page;
  return rows<PlanAssignment>(
    ctx,
    sql`/* inventory.list_assignments */ select ${assignmentColumns} from plan_assignments
         where organization_id = ${ctx.organization.id} and line_id = ${lineId}
           ${before ? sql`and (starts_at, id) < (${before.startsAt}, ${before.id}::uuid)` : nothing}
         order by starts_at desc, id desc limit ${limit}`,
  );
}

/** Members of a pool whose lines are in one of these lifecycles, with the version that each is on. */
export async function listPoolMembers(
  ctx: Ctx,
  poolId: Id,
  lifecycles: Lifecycle[],
): Promise<{ lineId: Id; planVersionId: Id; lifecycle: Lifecycle }[]> {
  return rows(
    ctx,
    sql`/* inventory.list_pool_members */ select a.line_id, a.plan_version_id, s.lifecycle from plan_assignments a
          join sims s on s.organization_id = a.organization_id and s.id = a.line_id
         where a.organization_id = ${ctx.organization.id} and a.pool_id = ${poolId} and a.ends_at is null
           and s.lifecycle = any(${lifecycles}::text[]) order by a.line_id`,
  );
}

/** Every line that was ever a member of a pool. */
export async function listLinesOfPool(ctx: Ctx, poolId: Id): Promise<Id[]> {
  const found = await rows<{ lineId: Id }>(
    ctx,
    sql`/* inventory.list_lines_of_pool */ select distinct line_id from plan_assignments
         where organization_id = ${ctx.organization.id} and pool_id = ${poolId}`,
  );
  return found.map(({ lineId }) => lineId);
}

/** Ends what lines are on, and returns what ended. */
export async function endAssignments(ctx: Ctx, lineIds: Id[], at: Date): Promise<PlanAssignment[]> {
  relist(ctx, lineIds);
  return rows<PlanAssignment>(
    ctx,
    sql`/* inventory.end_assignments */ update plan_assignments set ends_at = greatest(${at}::timestamptz, starts_at)
         where organization_id = ${ctx.organization.id} and line_id = any(${lineIds}::uuid[]) and ends_at is null
        returning ${assignmentColumns}`,
  );
}

/** What a line is put on. */
export type NewAssignment = Pick<PlanAssignment, 'lineId' | 'planId' | 'planVersionId' | 'poolId' | 'source'>;

export async function insertAssignments(ctx: Ctx, assignments: NewAssignment[], at: Date): Promise<void> {
  relist(
    ctx,
    assignments.map((a) => a.lineId),
  );
  await run(
    ctx,
    sql`/* inventory.insert_assignments */ insert into plan_assignments
          (organization_id, id, line_id, plan_id, plan_version_id, pool_id, source, starts_at, assigned_by)
        select ${ctx.organization.id}, u.*, ${at}::timestamptz, ${ctx.actor.name}
          from unnest(${assignments.map(() => newId(ctx))}::uuid[], ${assignments.map((a) => a.lineId)}::uuid[],
                      ${assignments.map((a) => a.planId)}::uuid[], ${assignments.map((a) => a.planVersionId)}::uuid[],
                      ${assignments.map((a) => a.poolId)}::uuid[], ${assignments.map((a) => a.source)}::text[]) as u`,
  );
}
