import type { Micros } from '@simwright/measure';
import { bigints, texts, uuids } from '../../kit/arrays.ts';
import { boundTo, type Ctx } from '../../kit/ctx.ts';
import { allOf, join, nothing, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import { type Id, newId } from '../../kit/ids.ts';
import type { PostedDebit, Wallet } from './model.ts';
import type { VatAt } from './vat/model.ts';

/** The ledger has what is owed above zero; a wallet holds money, which the ledger owes to its owner. */
const columns = sql`w.id, w.owner_id, w.currency, -w.balance_micros as remaining_micros, coalesce(w.floor_micros, 0) as floor_micros,
  w.held_micros, w.low_micros, w.enabled_at as opened_at, w.vat_at, w.untaxed_micros, w.untaxed_since`;

/** Opens a wallet, or the one that money has come to before anybody opened it. Null: it is open already. */
export async function openWallet(
  ctx: Ctx,
  wallet: { ownerId: Id; currency: string; floorMicros: Micros; vatAt: VatAt },
): Promise<Wallet | null> {
  return row<Wallet>(
    ctx,
    sql`/* wallets.open */ insert into ledger_accounts as w
          (organization_id, id, kind, owner_id, currency, balance_micros, floor_micros, enabled_at, vat_at)
        values (${ctx.organization.id}, ${newId(ctx)}, 'wallet', ${wallet.ownerId}, ${wallet.currency}, 0, ${wallet.floorMicros}, ${ctx.now}, ${wallet.vatAt})
        on conflict (organization_id, kind, owner_id, currency) do update
           set floor_micros = excluded.floor_micros, enabled_at = excluded.enabled_at,
               vat_at = case when w.balance_micros = 0 then excluded.vat_at else w.vat_at end where w.enabled_at is null
        returning ${columns}`,
  );
}

export async function walletsOfOwners(ctx: Ctx, ownerIds: Id[]): Promise<Wallet[]> {
  return rows<Wallet>(
    ctx,
    sql`/* wallets.of_owners */ select ${columns} from ledger_accounts w
         where w.organization_id = ${ctx.organization.id} and w.owner_id = any(${uuids(ownerIds)}::uuid[]) and w.kind = 'wallet'
           and w.enabled_at is not null order by w.id`,
  );
}

/** Wallets by id; those that are locked, in the one lock order. */
export async function findWallets(ctx: Ctx, ids: Id[], lock: 'lock' | 'look'): Promise<Wallet[]> {
  return rows<Wallet>(
    ctx,
    sql`/* wallets.find */ select ${columns} from ledger_accounts w
         where w.organization_id = ${ctx.organization.id} and w.id = any(${uuids(ids)}::uuid[]) and w.kind = 'wallet'
         order by w.id ${lock === 'lock' ? sql`for no key update` : nothing}`,
  );
}

export type WalletFilter = { ownerIds?: Id[]; belowFloor?: boolean };

/** Open wallets, newest first; a company's staff see their own company's. */
export async function listWallets(
  ctx: Ctx,
  filter: WalletFilter & { ids?: Id[] },
  page: { before?: Id; limit: number },
): Promise<Wallet[]> {
  const conditions: Sql[] = [
    sql`w.organization_id = ${ctx.organization.id} and w.kind = 'wallet' and w.enabled_at is not null`,
  ];
  const own = boundTo(ctx.actor);
  if (own) conditions.push(sql`w.owner_id = ${own}`);
  if (filter.ids) conditions.push(sql`w.id = any(${uuids(filter.ids)}::uuid[])`);
  if (filter.ownerIds) conditions.push(sql`w.owner_id = any(${uuids(filter.ownerIds)}::uuid[])`);
  if (filter.belowFloor !== undefined) {
    conditions.push(sql`(-w.balance_micros <= coalesce(w.floor_micros, 0)) = ${filter.belowFloor}`);
  }
  if (page.before) conditions.push(sql`w.id < ${page.before}`);
  return rows<Wallet>(
    ctx,
    sql`/* wallets.list */ select ${columns} from ledger_accounts w where ${join(conditions)} order by w.id desc limit ${page.limit}`,
  );
}

export async function setFloor(ctx: Ctx, id: Id, floorMicros: Micros): Promise<void> {
  await run(
    ctx,
    sql`/* wallets.set_floor */ update ledger_accounts set floor_micros = ${floorMicros}
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

export async function setLow(ctx: Ctx, id: Id, lowMicros: Micros | null): Promise<void> {
  await run(
    ctx,
    sql`/* wallets.set_low */ update ledger_accounts set low_micros = ${lowMicros}
         where organization_id = ${ctx.organization.id} and id = ${id} and kind = 'wallet'`,
  );
}

/** Which of these keys a transfer has already. */
export async function knownKeys(ctx: Ctx, keys: string[]): Promise<Set<string>> {
  const found = await rows<{ key: string }>(
    ctx,
    sql`/* wallets.known_keys */ select idempotency_key as key from transfers
         where organization_id = ${ctx.organization.id} and idempotency_key = any(${texts(keys)}::text[])`,
  );
  return new Set(found.map((transfer) => transfer.key));
}

/**
 * Debits wallets, each debit a transfer of its own, and no wallet to below its floor and what is held of it: that is asked in the
 * statement that moves the balance. Returns the number of entries: two for each debit, when every wallet had what was wanted of it. What leaves by
 * itself (it has expired) leaves what is held: it may take a wallet to its floor and past it, and never into debt.
 */
export async function insertDebits(
  ctx: Ctx,
  debits: PostedDebit[],
  heldTo: 'floor' | 'held' = 'floor',
): Promise<number> {
  const floor = heldTo === 'floor' ? sql`coalesce(t.floor_micros, 0) + t.held_micros` : sql`t.held_micros`;
  const sums = new Map<Id, Micros>();
  for (const { walletId, amountMicros } of debits) sums.set(walletId, (sums.get(walletId) ?? 0n) + amountMicros);
  const ids = debits.map(() => newId(ctx));
  const wallets = [...sums];
  return run(
    ctx,
    sql`/* wallets.debit */ with moved as (
          update ledger_accounts t set balance_micros = t.balance_micros + u.amount
            from (select * from unnest(${uuids(wallets.map(([id]) => id))}::uuid[], ${bigints(wallets.map(([, sum]) => sum))}::bigint[])
                         as o(id, amount) order by o.id ${allOf(wallets)}) as u
           where t.organization_id = ${ctx.organization.id} and t.id = u.id and t.kind = 'wallet'
             and -(t.balance_micros + u.amount) >= ${floor}
          returning t.id, ${floor} as floor
        ), wanted as (
          select u.*, moved.floor
            from unnest(${uuids(ids)}::uuid[], ${uuids(debits.map((d) => d.walletId))}::uuid[], ${uuids(debits.map((d) => d.contra))}::uuid[],
                        ${bigints(debits.map((d) => d.amountMicros))}::bigint[], ${bigints(debits.map((d) => d.remainingAfter))}::bigint[],
                        ${texts(debits.map((d) => d.key))}::text[], ${texts(debits.map((d) => d.kind))}::text[],
                        ${texts(debits.map((d) => d.note ?? null))}::text[])
                 as u(id, wallet, contra, amount, remaining, key, kind, note)
            join moved on moved.id = u.wallet
        ), posted as (
          insert into transfers (organization_id, id, idempotency_key, kind, at, note, made_by)
          select ${ctx.organization.id}::uuid, id, key, kind, ${ctx.now}::timestamptz, note, ${ctx.actor.name} from wanted
        )
        insert into entries (organization_id, transfer_id, ledger_account_id, amount_micros, balance_after, floor_micros)
        select ${ctx.organization.id}::uuid, id, wallet, amount, -remaining, floor from wanted
        union all
        select ${ctx.organization.id}::uuid, id, contra, -amount, null, null from wanted`,
  );
}
