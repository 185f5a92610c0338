import type { Ctx } from '../kit/ctx.ts';
import { row, rows, run, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { TaxNumber, TaxRate } from './model.ts';

const rateColumns = sql`id, owner_id, valid_from, category, rate_ppm, reason, set_at, set_by`;
const numberColumns = sql`owner_id, country, number, valid, checked_at, checked_how, checked_by, reference`;
/** Rates of one account that are kept in view: one a month for ten years. */
const mostRates = 120;

/** Rates of these accounts, those of each from the latest day on. */
export async function listRates(ctx: Ctx, ownerIds: Id[]): Promise<TaxRate[]> {
  return rows<TaxRate>(
    ctx,
    sql`/* tax.list_rates */ select r.* from unnest(${ownerIds}::uuid[]) as o(id), lateral (
          select ${rateColumns} from tax_rates where organization_id = ${ctx.organization.id} and owner_id = o.id
           order by valid_from desc, id desc limit ${mostRates}) r`,
  );
}

export async function insertRate(ctx: Ctx, rate: TaxRate): Promise<void> {
  await run(
    ctx,
    sql`/* tax.insert_rate */ insert into tax_rates (organization_id, ${rateColumns})
        values (${ctx.organization.id}, ${rate.id}, ${rate.ownerId}, ${rate.validFrom}, ${rate.category}, ${rate.ratePpm}, ${rate.reason},
                ${rate.setAt}, ${rate.setBy})`,
  );
}

export async function findNumber(ctx: Ctx, ownerId: Id): Promise<TaxNumber | null> {
  return row<TaxNumber>(
    ctx,
    sql`/* tax.find_number */ select ${numberColumns} from tax_numbers where organization_id = ${ctx.organization.id} and owner_id = ${ownerId}`,
  );
}

/** Writes the number of an account. A check belongs to the number that was checked: the caller hands in both. */
export async function saveNumber(ctx: Ctx, n: TaxNumber): Promise<void> {
  await run(
    ctx,
    sql`/* tax.save_number */ insert into tax_numbers (organization_id, ${numberColumns})
        values (${ctx.organization.id}, ${n.ownerId}, ${n.country}, ${n.number}, ${n.valid}, ${n.checkedAt}, ${n.checkedHow}, ${n.checkedBy}, ${n.reference})
        on conflict (organization_id, owner_id) do update
           set country = excluded.country, number = excluded.number, valid = excluded.valid, checked_at = excluded.checked_at,
               checked_how = excluded.checked_how, checked_by = excluded.checked_by, reference = excluded.reference`,
  );
}

/** One writer of an account's tax at a time: what is in force is judged before it changes. */
export async function lockTax(ctx: Ctx, ownerId: Id): Promise<void> {
  await rows(
    ctx,
    sql`/* tax.lock */ select pg_advisory_xact_lock(hashtextextended(${`tax ${ctx.organization.id} ${ownerId}`}, 0))`,
  );
}
