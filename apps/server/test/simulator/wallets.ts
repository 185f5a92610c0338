import type { Ctx } from '../../src/kit/ctx.ts';
import { query, sql } from '../../src/kit/db.ts';
import type { Id } from '../../src/kit/ids.ts';
import * as ledger from '../../src/ledger/index.ts';
import * as periods from '../../src/periods/index.ts';
import type { Tenant } from './tenant.ts';

/** The model's wallets: what was put in and taken out by hand, and every movement by its key. */
export type Wallets = { ids: Id[]; byHand: Map<Id, bigint>; credits: Credit[] };
export type Credit = { key: string; walletId: Id; micros: bigint };

/** The keys of movements that the model made. */
const ours = 'simulator:';

/** A wallet for each account: one with a reserve, one with credit, one without either. */
export async function openWallets(ctx: Ctx, ownerIds: Id[], vatAt: ledger.VatAt): Promise<Wallets> {
  await ledger.setVatAt(ctx, vatAt);
  const ids: Id[] = [];
  const floors = [0n, -250_000_000n, 90_000_000n];
  for (const [i, ownerId] of ownerIds.entries()) {
    ids.push((await ledger.openWallet(ctx, { ownerId, floorMicros: floors[i % floors.length]! })).id);
  }
  return { ids, byHand: new Map(), credits: [] };
}

export function nextCredit(tenant: Tenant, walletId: Id, micros: bigint): Credit {
  const credit = { key: `${ours}credit:${tenant.wallets.credits.length}`, walletId, micros };
  tenant.wallets.credits.push(credit);
  count(tenant, walletId, micros);
  return credit;
}

/** Money for a wallet under a key, and what waited for it. The same key again, also at the same moment, moves nothing. */
export async function credit(tenant: Tenant, { key, walletId, micros }: Credit): Promise<void> {
  await periods.freeing(tenant.ctx(), walletId, (ctx) =>
    ledger.creditWallet(ctx, { walletId, amountMicros: micros, kind: 'refill', reason: 'paid in', key }),
  );
}

/** Money out of a wallet by hand; refused where its floor would be passed. */
export async function debit(tenant: Tenant, walletId: Id, micros: bigint): Promise<void> {
  const key = `${ours}debit:${tenant.ctx().now.getTime()}`;
  await ledger.debitWallet(tenant.ctx(), { walletId, amountMicros: micros, reason: 'taken out', key });
  count(tenant, walletId, -micros);
}

function count({ wallets }: Tenant, walletId: Id, micros: bigint): void {
  wallets.byHand.set(walletId, (wallets.byHand.get(walletId) ?? 0n) + micros);
}

/** The wallets that did not get by hand what the model gave them. */
export async function wrongWallets(
  pool: Parameters<typeof query>[0],
  tenant: Tenant,
): Promise<{ id: Id; kept: bigint; found: bigint }[]> {
  const rows = await query<{ id: Id; byHand: bigint }>(
    pool,
    sql`select e.ledger_account_id as id, (-sum(e.amount_micros))::bigint as by_hand
          from entries e join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id
         where e.organization_id = ${tenant.ctx().organization.id} and starts_with(t.idempotency_key, ${ours})
           and e.ledger_account_id = any(${tenant.wallets.ids}::uuid[]) group by 1`,
  );
  const kept = new Map(rows.map((row) => [row.id, row.byHand]));
  return tenant.wallets.ids
    .map((id) => ({ id, kept: kept.get(id) ?? 0n, found: tenant.wallets.byHand.get(id) ?? 0n }))
    .filter((wallet) => wallet.kept !== wallet.found);
}
