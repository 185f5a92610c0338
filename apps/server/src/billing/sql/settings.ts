import { uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { row, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Own, Series, SeriesKind } from '../settings.ts';

const columns = sql`owner_id, payment_type, pre_days, approval, grace_days, terms_days`;

/** What these owners have said of themselves. Who has said nothing is not in the answer. */
export async function listSettings(ctx: Ctx, ownerIds: Id[]): Promise<Own[]> {
  return rows<Own>(
    ctx,
    sql`/* billing.list_settings */ select ${columns} from billing_settings
         where organization_id = ${ctx.organization.id} and owner_id = any(${uuids(ownerIds)}::uuid[])`,
  );
}

export async function saveSettings(ctx: Ctx, s: Own): Promise<void> {
  await run(
    ctx,
    sql`/* billing.save_settings */ insert into billing_settings (organization_id, ${columns}, set_at, set_by)
        values (${ctx.organization.id}, ${s.ownerId}, ${s.paymentType}, ${s.preDays}, ${s.approval}, ${s.graceDays}, ${s.termsDays},
                ${ctx.now}, ${ctx.actor.name})
        on conflict (organization_id, owner_id) do update
           set payment_type = excluded.payment_type, pre_days = excluded.pre_days, approval = excluded.approval, grace_days = excluded.grace_days,
               terms_days = excluded.terms_days, set_at = excluded.set_at, set_by = excluded.set_by`,
  );
}

export async function listSeries(ctx: Ctx): Promise<Series[]> {
  return rows<Series>(
    ctx,
    sql`/* billing.list_series */ select kind, prefix, digits, next_number from bill_series where organization_id = ${ctx.organization.id}`,
  );
}

/** Makes the series that an organization begins with, where they are missing. */
export async function addSeries(ctx: Ctx, series: Omit<Series, 'nextNumber'>[]): Promise<void> {
  await run(
    ctx,
    sql`/* billing.add_series */ insert into bill_series (organization_id, kind, prefix, digits)
        select ${ctx.organization.id}, u.* from unnest(${series.map((s) => s.kind)}::text[], ${series.map((s) => s.prefix)}::text[],
               ${series.map((s) => s.digits)}::int[]) as u
        on conflict do nothing`,
  );
}

/** Takes numbers of a series: they are ours if this database transaction commits, and nobody's if it does not. */
export async function takeNumbers(ctx: Ctx, kind: SeriesKind, count: number): Promise<Series | null> {
  return row<Series>(
    ctx,
    sql`/* billing.take_numbers */ update bill_series set next_number = next_number + ${count}
         where organization_id = ${ctx.organization.id} and kind = ${kind}
        returning kind, prefix, digits, next_number - ${count} as next_number`,
  );
}

export async function saveSeries(ctx: Ctx, series: Omit<Series, 'nextNumber'>): Promise<void> {
  await run(
    ctx,
    sql`/* billing.save_series */ update bill_series set prefix = ${series.prefix}, digits = ${series.digits}
         where organization_id = ${ctx.organization.id} and kind = ${series.kind}`,
  );
}

/** Whether documents of another kind were numbered with this prefix. */
export async function wasPrefixOfAnother(ctx: Ctx, kind: SeriesKind, prefix: string): Promise<boolean> {
  const found = await row<{ was: boolean }>(
    ctx,
    sql`/* billing.was_prefix_of_another */ select exists (
          select from invoices where organization_id = ${ctx.organization.id} and series = ${prefix} and kind <> ${kind}) as was`,
  );
  return found!.was;
}
