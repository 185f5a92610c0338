import type { Ctx } from '../../kit/ctx.ts';
import { row, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';

/** Everything that ends before it was looked at; at one instant, up to an id. */
export type Mark = { endsAt: Date; id: Id };

const nothingSeen = '00000000-0000-0000-0000-000000000000';

/** How far was looked for so many days before, ours until the database transaction ends. The first time: from `now` on. */
export async function lockMark(ctx: Ctx, days: number, now: Date): Promise<Mark> {
  await run(
    ctx,
    sql`/* reminders.first_mark */ insert into reminder_marks (organization_id, days, ends_at, period_id)
        values (${ctx.organization.id}, ${days}, ${now}, ${nothingSeen}) on conflict do nothing`,
  );
  return (await row<Mark>(
    ctx,
    sql`/* reminders.lock_mark */ select ends_at, period_id as id from reminder_marks
         where organization_id = ${ctx.organization.id} and days = ${days} for no key update`,
  ))!;
}

export async function saveMark(ctx: Ctx, days: number, mark: Mark): Promise<void> {
  await run(
    ctx,
    sql`/* reminders.save_mark */ update reminder_marks set ends_at = ${mark.endsAt}, period_id = ${mark.id}
         where organization_id = ${ctx.organization.id} and days = ${days}`,
  );
}
