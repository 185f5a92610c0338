import { atomically, query, sql } from '../../src/kit/db.ts';
import type { Id } from '../../src/kit/ids.ts';
import * as ledger from '../../src/ledger/index.ts';
import type { Tenant } from './tenant.ts';

/** The model's wallets: what each owner's must hold, and every refill by its key. */
export type Wallets = { balances: Map<Id, bigint>; refills: Refill[] };
export type Refill = { key: string; ownerId: Id; micros: bigint };

export function newWallets(): Wallets {
  return { balances: new Map(), refills: [] };
}

/** Money for an owner's wallet under a key. The same key again, also at the same moment, moves nothing. */
export async function refill(tenant: Tenant, { key, ownerId, micros }: Refill): Promise<void> {
  const ctx = tenant.ctx();
  const { currency } = ctx.organization;
  const wallet = { kind: 'wallet' as const, ownerId, currency };
  const clearing = { kind: 'clearing' as const, ownerId: ctx.organization.id, currency };
  await atomically(ctx, async (ctx) => {
    const accounts = await ledger.openAccounts(ctx, [wallet, clearing]);
    const of = (wanted: typeof wallet | typeof clearing) => accounts.get(ledger.accountKey(wanted))!;
    await ledger.post(ctx, [
      { key, kind: 'refill', at: ctx.now, to: of(clearing), from: of(wallet), amountMicros: micros },
    ]);
  });
}

/** The wallets of an organization that do not hold what their refills add up to. */
export async function wrongWallets(
  pool: Parameters<typeof query>[0],
  tenant: Tenant,
): Promise<{ id: Id; kept: bigint; found: bigint }[]> {
  const found = await query<{ ownerId: Id; balance: bigint }>(
    pool,
    sql`select owner_id, -balance_micros as balance from ledger_accounts
         where organization_id = ${tenant.ctx().organization.id} and kind = 'wallet'`,
  );
  const kept = new Map(found.map((row) => [row.ownerId, row.balance]));
  const owners = new Set([...kept.keys(), ...tenant.wallets.balances.keys()]);
  return [...owners]
    .map((id) => ({ id, kept: kept.get(id) ?? 0n, found: tenant.wallets.balances.get(id) ?? 0n }))
    .filter((wallet) => wallet.kept !== wallet.found);
}
