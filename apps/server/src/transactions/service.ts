import { assert } from '../kit/assert.ts';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import { ownersOf } from '../tenancy/index.ts';
import type { Told, Transaction, WalletEvent } from './model.ts';
import * as store from './sql.ts';

/**
 * Lists what a payment or a refund is, or how it stands now, in the database transaction that made it so. The same key again changes
 * the status, the settlement, the reference and the method; and of a payment that came to another amount, once staff have settled it,
 * what it is for and what it came to.
 */
export async function tellTransactions(ctx: Ctx, told: Told[]): Promise<void> {
  if (told.length === 0) return;
  assert(ctx.tx, 'what is listed commits with its cause');
  await store.save(ctx, told);
}

/** Lists what wallets moved by themselves: fees that they paid, corrections, money by hand. Over at once, and without VAT. */
export async function tellWalletEvents(ctx: Ctx, events: WalletEvent[]): Promise<void> {
  await tellTransactions(
    ctx,
    events.map(({ walletOwnerId: payerId, method, ...event }) => ({
      ...event,
      ...{ id: newId(ctx), status: 'completed', vatMicros: 0n, payerId, reference: '', undelivered: false },
      method: method ?? (payerId === event.companyId ? 'company_wallet' : 'wallet'),
      ...{ at: ctx.now, settledAt: ctx.now },
    })),
  );
}

export type Search = store.Filter & { found?: store.Found };

/** Transactions that the caller may see, newest first. */
export async function listTransactions(
  ctx: Ctx,
  { found, ...filter }: Search,
  page: { after?: Id; limit: number },
): Promise<Transaction[]> {
  return reading(ctx, (ctx) => store.list(ctx, filter, found ?? null, page));
}

/** A transaction that the caller may see. Refuses `transaction.not_found`. */
export async function getTransaction(ctx: Ctx, id: Id): Promise<Transaction> {
  const [found] = await listTransactions(ctx, { ids: [id] }, { limit: 1 });
  if (!found) throw refuse.notFound('transaction', publicId('transaction', id));
  return found;
}

/** Gives a transaction exactly these labels. Refuses `transaction.not_found`. */
export async function labelTransaction(ctx: Ctx, id: Id, labels: string[]): Promise<Transaction> {
  return atomically(ctx, async (ctx) => {
    const before = await getTransaction(ctx, id);
    const wanted = [...new Set(labels)];
    await store.setLabels(ctx, [id], wanted);
    await audit(ctx, [
      {
        ...{ action: 'transaction.labelled', objectType: 'transaction', objectId: publicId('transaction', id) },
        changes: [{ field: 'labels', old: before.labels, new: wanted }],
      },
    ]);
    return { ...before, labels: wanted };
  });
}

export type PaidBy = Omit<store.Paid, 'accountId'> & { accountId: Id; kind: 'company' | 'end_user' };

/** What these companies (with their end users) and end users have paid since ever and since an instant, of those the caller may see. */
export async function paidOf(ctx: Ctx, accountIds: Id[], since: Date): Promise<PaidBy[]> {
  return reading(ctx, async (ctx) => {
    const owners = [...(await ownersOf(ctx, accountIds)).values()];
    const idsOf = (type: string) => owners.filter((owner) => owner.type === type).map(({ id }) => id);
    const companies = await store.sumPaid(ctx, 'company_id', idsOf('company'), since);
    const people = await store.sumPaid(ctx, 'payer_id', idsOf('end_user'), since);
    return [
      ...companies.map((one) => ({ ...one, kind: 'company' as const })),
      ...people.map((one) => ({ ...one, kind: 'end_user' as const })),
    ];
  });
}
