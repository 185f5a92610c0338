import * as billing from '../billing/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
import * as payments from '../payments/index.ts';
import { taxDay } from '../tax/index.ts';
import { ownersOf } from '../tenancy/index.ts';
import type { MailingKind } from './model.ts';
import { termsOf } from './settings.ts';
import * as store from './sql/mailings.ts';
import { ask } from './sql/watches.ts';

/** An invoice or a credit note was issued: it is mailed where its company wants that, and reminded of when it is due. */
export async function billIssued(ctx: Ctx, id: Id): Promise<void> {
  const [bill] = await billing.listInvoices(ctx, { ids: [id] }, { limit: 1 });
  if (!bill) return;
  if (bill.kind === 'invoice' && bill.state === 'open') await ask(ctx, [bill.ownerId]);
  // That of a fee goes with its reminder, and what takes it back because nobody was reminded goes nowhere.
  if ((await store.feesAmong(ctx, [id])).size > 0) return;
  if (bill.creditsId && (await store.feesAmong(ctx, [bill.creditsId], 'dropped')).size > 0) return;
  const terms = (await termsOf(ctx, [bill.owner])).get(bill.ownerId)!;
  if (!terms.invoices) return;
  await begin(ctx, bill.kind, { companyId: bill.ownerId, ownerId: bill.ownerId, subjectId: id, mark: '' });
}

/** Money that pays an invoice went back, or it was taken back from it: it is open again. */
export async function invoiceReopened(ctx: Ctx, id: Id): Promise<void> {
  const [bill] = await billing.listInvoices(ctx, { ids: [id] }, { limit: 1 });
  if (bill) await ask(ctx, [bill.ownerId]);
}

/** A payment has succeeded: who paid gets a receipt, where that is wanted. What a wallet paid was money of the house already. */
export async function paymentSucceeded(ctx: Ctx, id: Id): Promise<void> {
  const [payment] = await payments.listPayments(ctx, { ids: [id] }, { limit: 1 });
  if (payment?.state !== 'succeeded' || payments.isWallet(payment.method)) return;
  if (payment.ownerKind === 'organization') return;
  const owner = (await ownersOf(ctx, [payment.ownerId])).get(payment.ownerId);
  const company = owner?.companyId && (await ownersOf(ctx, [owner.companyId])).get(owner.companyId);
  if (!company || !(await termsOf(ctx, [company])).get(company.id)!.receipts) return;
  await begin(ctx, 'receipt', { companyId: company.id, ownerId: payment.ownerId, subjectId: id, mark: '' });
}

/** A letter about one thing, to be written; none where it was said before. Returns its id, or null. */
export async function begin(
  ctx: Ctx,
  kind: MailingKind,
  about: { companyId: Id | null; ownerId: Id; subjectId: Id; mark: string },
): Promise<Id | null> {
  const { companyId, ownerId, subjectId, mark } = about;
  const id = newId(ctx);
  if (await store.wasSaid(ctx, kind, subjectId, mark)) return null;
  await store.insertMailing(ctx, {
    ...{ id, kind, companyId, ownerId, day: taxDay(ctx, ctx.now), state: 'waiting', reason: null, letterId: null },
    ...{ feeId: null, attempts: 0, nextAttemptAt: ctx.now, createdAt: ctx.now, settledAt: null },
    madeBy: ctx.actor.name,
  });
  await store.insertItems(ctx, kind, [{ mailingId: id, subjectId, mark, stepDays: null, leftMicros: null }]);
  return id;
}

/** Mails a bill now, because somebody asked, however often it was mailed before. Refuses `invoice.not_found`. */
export async function sendBill(ctx: Ctx, id: Id): Promise<Id> {
  return atomically(ctx, async (ctx) => {
    const { kind, ownerId } = await billing.getInvoice(ctx, id);
    const mark = ctx.now.toISOString();
    const made = await begin(ctx, kind, { companyId: ownerId, ownerId, subjectId: id, mark });
    // Asked twice at one instant, it is mailed once.
    return made ?? (await store.listMailings(ctx, { subjectId: id }, { limit: 1 }))[0]!.id;
  });
}
