import { uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';

/** Has these companies looked at now. */
export async function ask(ctx: Ctx, companyIds: Id[]): Promise<void> {
  await run(
    ctx,
    sql`/* reminders.ask */ insert into reminder_watches (organization_id, company_id, due_at)
        select ${ctx.organization.id}, id, ${ctx.now} from unnest(${uuids([...new Set(companyIds)].sort())}::uuid[]) as u(id)
        on conflict (organization_id, company_id) do update set due_at = excluded.due_at`,
  );
}

/** Has all companies looked at now that have ever had an invoice. */
export async function askAll(ctx: Ctx): Promise<void> {
  await run(
    ctx,
    sql`/* reminders.ask_all */ update reminder_watches set due_at = ${ctx.now} where organization_id = ${ctx.organization.id}`,
  );
}

/** Companies that are due to be looked at, ours until the database transaction ends. What another one looks at is passed over. */
export async function takeDue(ctx: Ctx, limit: number): Promise<Id[]> {
  const found = await rows<{ companyId: Id }>(
    ctx,
    sql`/* reminders.take_due */ select company_id from reminder_watches
         where organization_id = ${ctx.organization.id} and due_at <= ${ctx.now}
         order by due_at, company_id limit ${limit} for no key update skip locked`,
  );
  return found.map(({ companyId }) => companyId);
}

/** Writes when a company is looked at next. */
export async function setDue(ctx: Ctx, companyId: Id, dueAt: Date | null): Promise<void> {
  await run(
    ctx,
    sql`/* reminders.set_due */ update reminder_watches set due_at = ${dueAt}
         where organization_id = ${ctx.organization.id} and company_id = ${companyId}`,
  );
}

export type Watch = { companyId: Id; dueAt: Date | null };

export async function listWatches(ctx: Ctx, companyIds: Id[]): Promise<Watch[]> {
  return rows<Watch>(
    ctx,
    sql`/* reminders.list_watches */ select company_id, due_at from reminder_watches
         where organization_id = ${ctx.organization.id} and company_id = any(${uuids(companyIds)}::uuid[])`,
  );
}
