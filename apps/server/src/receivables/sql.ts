import type { Micros } from '@simwright/measure';
import { uuids } from '../kit/arrays.ts';
import type { Ctx } from '../kit/ctx.ts';
import { join, nothing, row, rows, run, type Sql, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { Receipt, Source } from './model.ts';
import type { Payout } from './payouts.ts';

const receiptColumns = sql`id, source, owner_id, currency, gross_micros, refunded_micros, allocated_micros, at`;

/** False: it is there already. */
export async function insertReceipt(ctx: Ctx, r: Receipt): Promise<boolean> {
  const inserted = await run(
    ctx,
    sql`/* receivables.insert_receipt */ insert into receipts (organization_id, ${receiptColumns})
        values (${ctx.organization.id}, ${r.id}, ${r.source}, ${r.ownerId}, ${r.currency}, ${r.grossMicros}, ${r.refundedMicros}, ${r.allocatedMicros}, ${r.at})
        on conflict do nothing`,
  );
  return inserted === 1;
}

export async function saveReceipt(ctx: Ctx, r: Receipt): Promise<void> {
  await run(
    ctx,
    sql`/* receivables.save_receipt */ update receipts set refunded_micros = ${r.refundedMicros}, allocated_micros = ${r.allocatedMicros}
         where organization_id = ${ctx.organization.id} and id = ${r.id}`,
  );
}

/** A receipt, ours until the database transaction ends. Receipts come before invoices. */
export async function lockReceipt(ctx: Ctx, id: Id): Promise<Receipt | null> {
  return row<Receipt>(
    ctx,
    sql`/* receivables.lock_receipt */ select ${receiptColumns} from receipts
         where organization_id = ${ctx.organization.id} and id = ${id} for no key update`,
  );
}

/** Receipts of a company with something left, the oldest first; locked, in that order. */
export async function lockCredits(ctx: Ctx, ownerId: Id, currency: string, limit: number): Promise<Receipt[]> {
  return rows<Receipt>(
    ctx,
    sql`/* receivables.lock_credits */ select ${receiptColumns} from receipts
         where organization_id = ${ctx.organization.id} and owner_id = ${ownerId} and currency = ${currency}
           and refunded_micros + allocated_micros < gross_micros
         order by id limit ${limit} for no key update`,
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
  filter: { ownerId?: Id; ids?: Id[]; source?: Source; credit?: boolean },
  page: { after?: Id; limit: number },
): Promise<Receipt[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  const { scope } = ctx.actor;
  if (scope.kind === 'company') conditions.push(sql`owner_id = ${scope.companyId}`);
  if (filter.ownerId) conditions.push(sql`owner_id = ${filter.ownerId}`);
  if (filter.ids) conditions.push(sql`id = any(${uuids(filter.ids)}::uuid[])`);
  if (filter.source) conditions.push(sql`source = ${filter.source}`);
  if (filter.credit) conditions.push(sql`refunded_micros + allocated_micros < gross_micros`);
  if (page.after) conditions.push(sql`id < ${page.after}`);
  return rows<Receipt>(
    ctx,
    sql`/* receivables.list_receipts */ select ${receiptColumns} from receipts where ${join(conditions)} order by id desc limit ${page.limit}`,
  );
}

/** Which money paid which invoice. */
export type Allocation = {
  id: Id;
  receiptId: Id;
  invoiceId: Id;
  ownerId: Id;
  currency: string;
  /** Below zero: it takes back `undoesId`, whole. */
  amountMicros: Micros;
  undoesId: Id | null;
  /** People said so: what they take back does not come again by itself. */
  byHand: boolean;
  reason: string;
  at: Date;
  madeBy: string;
};

const columns = sql`id, receipt_id, invoice_id, owner_id, currency, amount_micros, undoes_id, by_hand, reason, at, made_by`;

/** False: what it takes back was taken back already. */
export async function insertAllocation(ctx: Ctx, a: Allocation): Promise<boolean> {
  const inserted = await run(
    ctx,
    sql`/* receivables.insert_allocation */ insert into allocations (organization_id, ${columns})
        values (${ctx.organization.id}, ${a.id}, ${a.receiptId}, ${a.invoiceId}, ${a.ownerId}, ${a.currency}, ${a.amountMicros}, ${a.undoesId},
                ${a.byHand}, ${a.reason}, ${a.at}, ${a.madeBy})
        on conflict (organization_id, undoes_id) where undoes_id is not null do nothing`,
  );
  return inserted === 1;
}

/** Newest first, of those that the caller may see. `standing`: what was not taken back. */
export async function listAllocations(
  ctx: Ctx,
  filter: { ids?: Id[]; receiptId?: Id; invoiceId?: Id; standing?: true },
  page: { after?: Id; limit: number },
): Promise<Allocation[]> {
  const company = ctx.actor.scope.kind === 'company' ? sql`and owner_id = ${ctx.actor.scope.companyId}` : nothing;
  return rows<Allocation>(
    ctx,
    sql`/* receivables.list_allocations */ select ${columns} from allocations a
         where organization_id = ${ctx.organization.id} ${company}
           ${filter.ids ? sql`and id = any(${uuids(filter.ids)}::uuid[])` : nothing}
           ${filter.receiptId ? sql`and receipt_id = ${filter.receiptId}` : nothing}
           ${filter.invoiceId ? sql`and invoice_id = ${filter.invoiceId}` : nothing}
           ${filter.standing ? sql`and undoes_id is null and not exists (select from allocations u where u.organization_id = a.organization_id and u.undoes_id = a.id)` : nothing}
           ${page.after ? sql`and id < ${page.after}` : nothing}
         order by id desc limit ${page.limit}`,
  );
}

/** Invoices from which people took money of a receipt, and to which nobody gave it again since. */
export async function listApart(ctx: Ctx, receiptId: Id): Promise<Id[]> {
  const found = await rows<{ invoiceId: Id }>(
    ctx,
    sql`/* receivables.list_apart */ select distinct invoice_id from allocations u
         where organization_id = ${ctx.organization.id} and receipt_id = ${receiptId} and by_hand and undoes_id is not null
           and not exists (select from allocations a where a.organization_id = u.organization_id and a.receipt_id = u.receipt_id
                              and a.invoice_id = u.invoice_id and a.undoes_id is null and a.id > u.id)`,
  );
  return found.map(({ invoiceId }) => invoiceId);
}

/** Whether people took money of a receipt from an invoice after that instant. */
export async function wasTakenBackSince(ctx: Ctx, receiptId: Id, since: Date): Promise<boolean> {
  const found = await row<{ taken: boolean }>(
    ctx,
    sql`/* receivables.was_taken_back */ select exists (select from allocations
           where organization_id = ${ctx.organization.id} and receipt_id = ${receiptId} and by_hand and undoes_id is not null
             and at > ${since}) as taken`,
  );
  return found!.taken;
}

const payoutColumns = sql`id, receipt_id, owner_id, currency, amount_micros, reason, at, made_by`;

export async function insertPayout(ctx: Ctx, p: Payout): Promise<void> {
  await run(
    ctx,
    sql`/* receivables.insert_payout */ insert into payouts (organization_id, ${payoutColumns})
        values (${ctx.organization.id}, ${p.id}, ${p.receiptId}, ${p.ownerId}, ${p.currency}, ${p.amountMicros}, ${p.reason}, ${p.at}, ${p.madeBy})`,
  );
}

/** Newest first, of those that the caller may see. */
export async function listPayouts(
  ctx: Ctx,
  filter: { receiptId?: Id; ids?: Id[] },
  page: { after?: Id; limit: number },
): Promise<Payout[]> {
  const company = ctx.actor.scope.kind === 'company' ? sql`and owner_id = ${ctx.actor.scope.companyId}` : nothing;
  return rows<Payout>(
    ctx,
    sql`/* receivables.list_payouts */ select ${payoutColumns} from payouts
         where organization_id = ${ctx.organization.id} ${company}
           ${filter.receiptId ? sql`and receipt_id = ${filter.receiptId}` : nothing}
           ${filter.ids ? sql`and id = any(${uuids(filter.ids)}::uuid[])` : nothing}
           ${page.after ? sql`and id < ${page.after}` : nothing}
         order by id desc limit ${page.limit}`,
  );
}
