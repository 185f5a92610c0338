import type { Ctx } from '../kit/ctx.ts';
import { rows, type Sql, sql } from '../kit/db.ts';

/** What is taken in one round of an organization. */
const atOnce = 50;
/** Longer than the longest request: what a dead sender had taken falls due again then. */
const leaseMs = 60_000;

/** Takes commands that are due by pushing their next attempt a lease ahead, and counts the attempt: commit before asking anybody. */
export async function claimDue<Row>(ctx: Ctx, { table, columns }: { table: Sql; columns: Sql }): Promise<Row[]> {
  const until = new Date(ctx.now.getTime() + leaseMs);
  return rows<Row>(
    ctx,
    sql`/* commands.claim */ with due as (
          select id as due_id from ${table}
           where organization_id = ${ctx.organization.id} and next_attempt_at <= ${ctx.now}
           order by next_attempt_at, id limit ${atOnce} for no key update skip locked)
        update ${table} set attempts = least(attempts + 1, 1000), next_attempt_at = ${until}::timestamptz
          from due where organization_id = ${ctx.organization.id} and id = due_id
        returning ${columns}`,
  );
}
