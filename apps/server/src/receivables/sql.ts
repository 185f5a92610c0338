import type { Micros } from '@simwright/measure';
import { uuids } from '../kit/arrays.ts';
import type { Ctx } from '../kit/ctx.ts';
import { join, nothing, row, rows, run, type Sql, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { Receipt } from './model.ts';

const receiptColumns = sql`payment_id, owner_id, currency, gross_micros, refunded_micros, allocated_micros, at`;

export async function insertReceipt(ctx: Ctx, r: Receipt): Promise<void> {
  await run(
    ctx,
    sql`/* receivables.insert_receipt */ insert into receipts (organization_id, ${receiptColumns})
        values (${ctx.organization.id}, ${r.paymentId}, ${r.ownerId}, ${r.currency}, ${r.grossMicros}, ${r.refundedMicros}, ${r.allocatedMicros}, ${r.at})`,
  );
}

export async function saveReceipt(ctx: Ctx, r: Receipt): Promise<void> {
  await run(
    ctx,
    sql`/* receivables.save_receipt */ update receipts set refunded_micros = ${r.refundedMicros}, allocated_micros = ${r.allocatedMicros}
         where organization_id = ${ctx.organization.id} and payment_id = ${r.paymentId}`,
  );
}

/** A receipt, ours until the database transaction ends. Receipts come before invoices. */
export async function lockReceipt(ctx: Ctx, paymentId: Id): Promise<Receipt | null> {
  return row<Receipt>(
    ctx,
    sql`/* receivables.lock_receipt */ select ${receiptColumns} from receipts
         where organization_id = ${ctx.organization.id} and payment_id = ${paymentId} for no key update`,
  );
}

/** Receipts of a company with something left, the oldest first; locked, in that order. */
export async function lockCredits(ctx: Ctx, ownerId: Id, currency: string, limit: number): Promise<Receipt[]> {
  return rows<Receipt>(
    ctx,
    sql`/* receivables.lock_credits */ select ${receiptColumns} from receipts
         where organization_id = ${ctx.organization.id} and owner_id = ${ownerId} and currency = ${currency}
           and refunded_micros + allocated_micros < gross_micros
         order by payment_id limit ${limit} for no key update`,
  );
}

/** What a company has on account, by currency. */
export async function creditsOf(ctx: Ctx, ownerId: Id): Promise<{ currency: string; creditMicros: Micros }[]> {
  const found = await rows<{ currency: string; creditMicros: string }>(
    ctx,
    sql`/* receivables.credits */ select currency, sum(gross_micros - refunded_micros - allocated_micros)::text as credit_micros from receipts
         where organization_id = ${ctx.organization.id} and owner_id = ${ownerId} and refunded_micros + allocated_micros < gross_micros
         group by currency order by currency`,
  );
  return found.map(({ currency, creditMicros }) => ({ currency, creditMicros: BigInt(creditMicros) }));
}

/** Receipts of a company, newest first. */
export async function listReceipts(
  ctx: Ctx,
  filter: { ownerId?: Id; paymentIds?: Id[]; credit?: boolean },
  page: { after?: Id; limit: number },
): Promise<Receipt[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  const { scope } = ctx.actor;
  if (scope.kind === 'company') conditions.push(sql`owner_id = ${scope.companyId}`);
  if (filter.ownerId) conditions.push(sql`owner_id = ${filter.ownerId}`);
  if (filter.paymentIds) conditions.push(sql`payment_id = any(${uuids(filter.paymentIds)}::uuid[])`);
  if (filter.credit) conditions.push(sql`refunded_micros + allocated_micros < gross_micros`);
  if (page.after) conditions.push(sql`payment_id < ${page.after}`);
  return rows<Receipt>(
    ctx,
    sql`/* receivables.list_receipts */ select ${receiptColumns} from receipts where ${join(conditions)} order by payment_id desc limit ${page.limit}`,
  );
}

/** Which money paid which invoice. */
export type Allocation = {
  id: Id;
  paymentId: Id;
  invoiceId: Id;
  ownerId: Id;
  currency: string;
  /** Below zero: it takes back `undoesId`, whole. */
  amountMicros: Micros;
  undoesId: Id | null;
  reason: string;
  at: Date;
  madeBy: string;
};

const columns = sql`id, payment_id, invoice_id, owner_id, currency, amount_micros, undoes_id, reason, at, made_by`;

/** False: what it takes back was taken back already. */
export async function insertAllocation(ctx: Ctx, a: Allocation): Promise<boolean> {
  const inserted = await run(
    ctx,
    sql`/* receivables.insert_allocation */ insert into allocations (organization_id, ${columns})
        values (${ctx.organization.id}, ${a.id}, ${a.paymentId}, ${a.invoiceId}, ${a.ownerId}, ${a.currency}, ${a.amountMicros}, ${a.undoesId},
                ${a.reason}, ${a.at}, ${a.madeBy})
        on conflict (organization_id, undoes_id) where undoes_id is not null do nothing`,
  );
  return inserted === 1;
}

/** Newest first, of those that the caller may see. `standing`: what was not taken back. */
export async function listAllocations(
  ctx: Ctx,
  filter: { ids?: Id[]; paymentId?: Id; invoiceId?: Id; standing?: true },
  page: { after?: Id; limit: number },
): Promise<Allocation[]> {
  const company = ctx.actor.scope.kind === 'company' ? sql`and owner_id = ${ctx.actor.scope.companyId}` : nothing;
  return rows<Allocation>(
    ctx,
    sql`/* receivables.list_allocations */ select ${columns} from allocations a
         where organization_id = ${ctx.organization.id} ${company}
           ${filter.ids ? sql`and id = any(${uuids(filter.ids)}::uuid[])` : nothing}
           ${filter.paymentId ? sql`and payment_id = ${filter.paymentId}` : nothing}
           ${filter.invoiceId ? sql`and invoice_id = ${filter.invoiceId}` : nothing}
           ${filter.standing ? sql`and undoes_id is null and not exists (select from allocations u where u.organization_id = a.organization_id and u.undoes_id = a.id)` : nothing}
           ${page.after ? sql`and id < ${page.after}` : nothing}
         order by id desc limit ${page.limit}`,
  );
}
