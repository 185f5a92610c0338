import { uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Own } from '../settings.ts';

const columns = sql`owner_id, invoices, receipts, overdue, prepaid, steps`;

/** What these owners have said of themselves. Who has said nothing is not in the answer. */
export async function listSettings(ctx: Ctx, ownerIds: Id[]): Promise<Own[]> {
  return rows<Own>(
    ctx,
    sql`/* reminders.list_settings */ select ${columns} from reminder_settings
         where organization_id = ${ctx.organization.id} and owner_id = any(${uuids(ownerIds)}::uuid[])`,
  );
}

export async function saveSettings(ctx: Ctx, s: Own): Promise<void> {
  await run(
    ctx,
    sql`/* reminders.save_settings */ insert into reminder_settings (organization_id, ${columns}, set_at, set_by)
        values (${ctx.organization.id}, ${s.ownerId}, ${s.invoices}, ${s.receipts}, ${s.overdue}, ${s.prepaid},
                ${s.steps && JSON.stringify(s.steps)}, ${ctx.now}, ${ctx.actor.name})
        on conflict (organization_id, owner_id) do update
           set invoices = excluded.invoices, receipts = excluded.receipts, overdue = excluded.overdue, prepaid = excluded.prepaid,
               steps = excluded.steps, set_at = excluded.set_at, set_by = excluded.set_by`,
  );
}
