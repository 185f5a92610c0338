import type { Micros } from '@simwright/measure';
import { bigints, uuids } from '../kit/arrays.ts';
import { boundTo, type Ctx } from '../kit/ctx.ts';
import { allOf, join, nothing, row, rows, run, type Sql, sql } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
import {
  keepsBalance,
  type LedgerAccount,
  type LedgerAccountKind,
  type NewTransfer,
  type TransferKind,
} from './model.ts';

export async function findAccounts(
  ctx: Ctx,
  wanted: { kind: LedgerAccountKind; ownerId: Id; currency: string }[],
): Promise<LedgerAccount[]> {
  return rows<LedgerAccount>(
    ctx,
    sql`/* ledger.find_accounts */ select a.id, a.kind, a.owner_id, a.currency
          from unnest(${wanted.map((w) => w.kind)}::text[], ${wanted.map((w) => w.ownerId)}::uuid[],
                      ${wanted.map((w) => w.currency)}::text[]) as w(kind, owner_id, currency)
          join ledger_accounts a on a.organization_id = ${ctx.organization.id}
           and a.kind = w.kind and a.owner_id = w.owner_id and a.currency = w.currency::char(3)`,
  );
}

export async function insertAccounts(
  ctx: Ctx,
  wanted: { kind: LedgerAccountKind; ownerId: Id; currency: string }[],
): Promise<void> {
  await run(
    ctx,
    sql`/* ledger.insert_accounts */ insert into ledger_accounts (organization_id, id, kind, owner_id, currency, balance_micros)
        select ${ctx.organization.id}, u.id, u.kind, u.owner_id, u.currency, case when u.kept then 0 end
          from unnest(${wanted.map(() => newId(ctx))}::uuid[], ${wanted.map((w) => w.kind)}::text[],
                      ${wanted.map((w) => w.ownerId)}::uuid[], ${wanted.map((w) => w.currency)}::text[],
                      ${wanted.map((w) => keepsBalance(w.kind))}::boolean[]) as u(id, kind, owner_id, currency, kept)
        on conflict (organization_id, kind, owner_id, currency) do nothing`,
  );
}

/** Inserts the transfers that are new and returns their keys with their ids. */
export async function insertTransfers(ctx: Ctx, transfers: NewTransfer[]): Promise<{ key: string; id: Id }[]> {
  return rows<{ key: string; id: Id }>(
    ctx,
    sql`/* ledger.insert_transfers */ insert into transfers (organization_id, id, idempotency_key, kind, at, note, made_by)
        select ${ctx.organization.id}, u.*, case when u.note is not null then ${ctx.actor.name}::text end
          from unnest(${transfers.map(() => newId(ctx))}::uuid[], ${transfers.map((t) => t.key)}::text[],
                      ${transfers.map((t) => t.kind)}::text[], ${transfers.map((t) => t.at)}::timestamptz[],
                      ${transfers.map((t) => t.note ?? null)}::text[]) as u(id, key, kind, at, note)
        on conflict (organization_id, idempotency_key) do nothing
        returning idempotency_key as key, id`,
  );
}

/** Adds sums to the balances, in the one lock order (by id), and returns the balances after. */
export async function addToBalances(
  ctx: Ctx,
  sums: { account: Id; amount: Micros }[],
): Promise<{ id: Id; balanceMicros: Micros | null; floorMicros: Micros | null }[]> {
  return rows(
    ctx,
    sql`/* ledger.add_to_balances */ with locked as (
          select a.id, d.amount
            from unnest(${sums.map((s) => s.account)}::uuid[], ${sums.map((s) => s.amount)}::bigint[]) as d(id, amount)
            join ledger_accounts a on a.organization_id = ${ctx.organization.id} and a.id = d.id and a.balance_micros is not null
           order by a.id for no key update of a)
        update ledger_accounts t set balance_micros = t.balance_micros + locked.amount
          from locked where t.organization_id = ${ctx.organization.id} and t.id = locked.id
        returning t.id, t.balance_micros, t.floor_micros`,
  );
}

export async function insertEntries(
  ctx: Ctx,
  entries: { transferId: Id; account: Id; amount: Micros; balanceAfter: Micros | null }[],
): Promise<void> {
  await run(
    ctx,
    sql`/* ledger.insert_entries */ insert into entries (organization_id, transfer_id, ledger_account_id, amount_micros, balance_after)
        select ${ctx.organization.id}, u.*
          from unnest(${entries.map((e) => e.transferId)}::uuid[], ${entries.map((e) => e.account)}::uuid[],
                      ${entries.map((e) => e.amount)}::bigint[], ${entries.map((e) => e.balanceAfter)}::bigint[]) as u`,
  );
}

/**
 * Posts one transfer that is known to be new, from a contra account to many payers, in one statement: balances (locked by
 * id, the one order), the transfer and its entries; and of wallets that bear VAT when they are spent, what VAT is still to be posted of.
 * Returns the number of entries.
 */
export async function insertFresh(
  ctx: Ctx,
  { kind, key, contra }: { kind: TransferKind; key: string; contra: Id },
  owed: { payer: Id; amount: Micros }[],
): Promise<number> {
  const id = newId(ctx);
  const payers = uuids(owed.map((o) => o.payer));
  const amounts = bigints(owed.map((o) => o.amount));
  return run(
    ctx,
    // Who posts many has plans without hash and merge joins (the charging writers, the rollover), so that the rows are
    // locked in the order in which they are asked for.
    sql`/* ledger.insert_fresh */ with moved as (
          update ledger_accounts t set balance_micros = t.balance_micros + u.amount,
                 untaxed_micros = case when t.vat_at = 'spending' then t.untaxed_micros + u.amount else 0 end,
                 untaxed_since = case when t.vat_at = 'spending' then coalesce(t.untaxed_since, ${ctx.now}::timestamptz) end
            from (select * from unnest(${payers}::uuid[], ${amounts}::bigint[]) as o(id, amount)
                    order by o.id ${allOf(owed)}) as u
           where t.organization_id = ${ctx.organization.id} and t.id = u.id and t.balance_micros is not null
          returning t.id, t.balance_micros, u.amount
        ), posted as (
          insert into transfers (organization_id, id, idempotency_key, kind, at)
          values (${ctx.organization.id}, ${id}, ${key}, ${kind}, ${ctx.now}::timestamptz)
        )
        insert into entries (organization_id, transfer_id, ledger_account_id, amount_micros, balance_after)
        select ${ctx.organization.id}::uuid, ${id}::uuid, id, amount, balance_micros from moved
        union all
        select ${ctx.organization.id}::uuid, ${id}::uuid, ${contra}::uuid, -sum(amount)::bigint, null from moved having sum(amount) <> 0`,
  );
}

/** A ledger account with where it stands. A contra account keeps no balance: its sum is asked of the entries. */
export type StoredAccount = LedgerAccount & { balanceMicros: Micros | null; floorMicros: Micros | null };

/** Oldest first; a company's staff see the accounts that their company owns. */
export async function listAccounts(
  ctx: Ctx,
  filter: { ids?: Id[]; ownerId?: Id; kind?: LedgerAccountKind },
  page: { after?: Id; limit: number },
): Promise<StoredAccount[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  const own = boundTo(ctx.actor);
  if (own) conditions.push(sql`owner_id = ${own}`);
  if (filter.ids) conditions.push(sql`id = any(${filter.ids}::uuid[])`);
  if (filter.ownerId) conditions.push(sql`owner_id = ${filter.ownerId}`);
  if (filter.kind) conditions.push(sql`kind = ${filter.kind}`);
  if (page.after) conditions.push(sql`id > ${page.after}`);
  return rows<StoredAccount>(
    ctx,
    sql`/* ledger.list_accounts */ select id, kind, owner_id, currency, balance_micros, floor_micros from ledger_accounts
         where ${join(conditions)} order by id limit ${page.limit}`,
  );
}

export type StoredEntry = {
  transferId: Id;
  at: Date;
  kind: TransferKind;
  key: string;
  amountMicros: Micros;
  balanceAfter: Micros | null;
};

/** The entries of one ledger account, newest first. */
export async function listEntries(
  ctx: Ctx,
  accountId: Id,
  page: { after?: Id; limit: number },
): Promise<StoredEntry[]> {
  return rows<StoredEntry>(
    ctx,
    sql`/* ledger.list_entries */ select e.transfer_id, t.at, t.kind, t.idempotency_key as key, e.amount_micros, e.balance_after
          from entries e join transfers t on t.organization_id = e.organization_id and t.id = e.transfer_id
         where e.organization_id = ${ctx.organization.id} and e.ledger_account_id = ${accountId}
           ${page.after ? sql`and e.transfer_id < ${page.after}` : nothing}
         order by e.transfer_id desc limit ${page.limit}`,
  );
}

/** What a ledger account stood at before a transfer of this id: counted back from now. Null where no balance is kept. */
export async function findBalanceBefore(ctx: Ctx, accountId: Id, transferId: Id): Promise<Micros | null> {
  const found = await row<{ balance: Micros | null }>(
    ctx,
    sql`/* ledger.find_balance_before */ select (a.balance_micros - coalesce((
             select sum(e.amount_micros) from entries e
              where e.organization_id = a.organization_id and e.ledger_account_id = a.id and e.transfer_id >= ${transferId}), 0))::bigint as balance
          from ledger_accounts a where a.organization_id = ${ctx.organization.id} and a.id = ${accountId}`,
  );
  return found?.balance ?? null;
}

/** An entry with the ledger account that it is on. */
export type FoundEntry = StoredEntry & { accountId: Id; accountKind: LedgerAccountKind; ownerId: Id; currency: string };

/** Both sides of a transfer, as far as they concern one payer: its own entries, and those of the contra accounts. */
export async function listEntriesOf(ctx: Ctx, key: string, payerId: Id): Promise<FoundEntry[]> {
  const bound = boundTo(ctx.actor);
  const own = bound ? sql`and a.owner_id = ${bound}` : nothing;
  return rows<FoundEntry>(
    ctx,
    sql`/* ledger.list_entries_of */ select e.transfer_id, t.at, t.kind, t.idempotency_key as key, e.amount_micros, e.balance_after,
               a.id as account_id, a.kind as account_kind, a.owner_id, a.currency
          from transfers t
          join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id
          join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id
         where t.organization_id = ${ctx.organization.id} and t.idempotency_key = ${key}
           and (a.id = ${payerId} or a.balance_micros is null) ${own}
         order by a.balance_micros is null, e.amount_micros desc, a.id`,
  );
}

/** An entry with what its transfer says of itself. */
export type FoundTransferEntry = FoundEntry & { note: string | null; madeBy: string | null };

/** More than any payment, with its refunds, has entries. */
const mostEntries = 200;

/**
 * What transfers moved whose keys are this one or begin with it and a colon, oldest first; a company sees the entries of its own
 * accounts. Below U+FFFF is every text that begins with the key, so an index has them together.
 */
export async function listTransfersOf(ctx: Ctx, key: string): Promise<FoundTransferEntry[]> {
  const own = ctx.actor.scope.kind === 'company' ? sql`and a.owner_id = ${ctx.actor.scope.companyId}` : nothing;
  return rows<FoundTransferEntry>(
    ctx,
    sql`/* ledger.list_transfers_of */ select e.transfer_id, t.at, t.kind, t.idempotency_key as key, t.note, t.made_by, e.amount_micros,
               e.balance_after, a.id as account_id, a.kind as account_kind, a.owner_id, a.currency
          from transfers t
          join entries e on e.organization_id = t.organization_id and e.transfer_id = t.id
          join ledger_accounts a on a.organization_id = e.organization_id and a.id = e.ledger_account_id
         where t.organization_id = ${ctx.organization.id} and t.idempotency_key >= ${key} and t.idempotency_key < ${`${key}\uffff`}
           and (t.idempotency_key = ${key} or starts_with(t.idempotency_key, ${`${key}:`})) ${own}
         order by t.at, t.idempotency_key, a.balance_micros is null, e.amount_micros desc, a.id limit ${mostEntries}`,
  );
}
