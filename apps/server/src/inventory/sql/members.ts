import type { Ctx } from '../../kit/ctx.ts';
import { nothing, reading, rows, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';

/** How many lines are in each of these pools now; a pool without members is not in the answer. */
export async function countMembers(ctx: Ctx, poolIds: Id[]): Promise<Map<Id, number>> {
  if (poolIds.length === 0) return new Map();
  const found = await reading(ctx, (ctx) =>
    rows<{ poolId: Id; members: number }>(
      ctx,
      sql`/* inventory.count_members */ select pool_id, count(*)::int as members from plan_assignments
           where organization_id = ${ctx.organization.id} and pool_id = any(${poolIds}::uuid[]) and ends_at is null
           group by pool_id`,
    ),
  );
  return new Map(found.map(({ poolId, members }) => [poolId, members]));
}

/** The members of a pool now, in the order of ids: for work on all of them in pieces. */
export async function memberIds(ctx: Ctx, poolId: Id, page: { after?: Id; limit: number }): Promise<Id[]> {
  const found = await reading(ctx, (ctx) =>
    rows<{ lineId: Id }>(
      ctx,
      sql`/* inventory.member_ids */ select line_id from plan_assignments
           where organization_id = ${ctx.organization.id} and pool_id = ${poolId} and ends_at is null
             ${page.after ? sql`and line_id > ${page.after}` : nothing}
           order by line_id limit ${page.limit}`,
    ),
  );
  return found.map(({ lineId }) => lineId);
}

/** What a member was, or is: a line in a pool from one instant to another. */
export type PastMember = { id: Id; lineId: Id; planId: Id; startsAt: Date; endsAt: Date };

/** Lines that were in a pool and left it, the last that joined first. One that came and went twice is there twice. */
export async function pastMembers(
  ctx: Ctx,
  poolId: Id,
  page: { search?: string; after?: { startsAt: Date; id: Id }; limit: number },
): Promise<PastMember[]> {
  const { search, after, limit } = page;
  return reading(ctx, (ctx) =>
    rows<PastMember>(
      ctx,
      sql`/* inventory.past_members */ select a.id, a.line_id, a.plan_id, a.starts_at, a.ends_at from plan_assignments a
           ${search ? sql`join sims s on s.organization_id = a.organization_id and s.id = a.line_id and position(${search} in s.iccid) > 0` : nothing}
           where a.organization_id = ${ctx.organization.id} and a.pool_id = ${poolId} and a.ends_at is not null
             ${after ? sql`and (a.starts_at, a.id) < (${after.startsAt}, ${after.id}::uuid)` : nothing}
           order by a.starts_at desc, a.id desc limit ${limit}`,
    ),
  );
}

/** A condition for lists of lines, on the alias `s`: in this pool now. */
export function memberCondition(ctx: Ctx, poolId: Id) {
  return sql`exists (select from plan_assignments member where member.organization_id = ${ctx.organization.id}
    and member.line_id = s.id and member.pool_id = ${poolId} and member.ends_at is null)`;
}

/** The lines of a pool, `id` for each, which an index has in order. */
export function memberLines(ctx: Ctx, poolId: Id) {
  return sql`select member.line_id as id from plan_assignments member
    where member.organization_id = ${ctx.organization.id} and member.pool_id = ${poolId} and member.ends_at is null`;
}
