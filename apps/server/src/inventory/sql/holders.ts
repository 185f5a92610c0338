import { uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { rows, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';

/** The end users who hold these lines; a line that nobody holds is missing. */
export async function holdersOf(ctx: Ctx, lineIds: Id[]): Promise<Map<Id, Id>> {
  if (lineIds.length === 0) return new Map();
  const found = await rows<{ id: Id; endUserId: Id }>(
    ctx,
    sql`/* inventory.holders_of */ select id, end_user_id from sims
         where organization_id = ${ctx.organization.id} and id = any(${uuids(lineIds)}::uuid[]) and end_user_id is not null`,
  );
  return new Map(found.map(({ id, endUserId }) => [id, endUserId]));
}
