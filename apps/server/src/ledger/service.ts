import type { Micros } from '@simwright/measure';
import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import { entriesOf, type LedgerAccountKind, type NewTransfer, type TransferKind } from './model.ts';
import * as store from './sql.ts';
import { addUntaxed } from './wallets/vat/sql.ts';

type Wanted = { kind: LedgerAccountKind; ownerId: Id; currency: string };

/** Ledger accounts of these owners, opened when they are first needed. The result answers by `accountKey`. */
export async function openAccounts(ctx: Ctx, wanted: Wanted[]): Promise<Map<string, Id>> {
  if (wanted.length === 0) return new Map();
  return atomically(ctx, async (ctx) => {
    const distinct = [...new Map(wanted.map((w) => [accountKey(w), w])).values()];
    let found = await store.findAccounts(ctx, distinct);
    if (found.length < distinct.length) {
      await store.insertAccounts(ctx, distinct);
      found = await store.findAccounts(ctx, distinct);
    }
    assert(found.length === distinct.length, 'every ledger account asked for exists now');
    return new Map(found.map((account) => [accountKey(account), account.id]));
  });
}

/** Those of them that exist. The result answers by `accountKey`. */
export async function findAccounts(ctx: Ctx, wanted: Wanted[]): Promise<Map<string, Id>> {
  if (wanted.length === 0) return new Map();
  return reading(ctx, async (ctx) => {
    const distinct = [...new Map(wanted.map((w) => [accountKey(w), w])).values()];
    return new Map((await store.findAccounts(ctx, distinct)).map((account) => [accountKey(account), account.id]));
  });
}

export function accountKey(account: Wanted): string {
  return `${account.kind}/${account.ownerId}/${account.currency}`;
}

/**
 * Posts transfers in the caller's database transaction: balances, transfers and entries in three statements, however
 * many they are. A transfer whose key is known already changes nothing. Consumed usage and fees on account are
 * booked without a floor; debits that may be refused have their own door, `debitMany`. Returns the keys that are new.
 */
export async function post(ctx: Ctx, transfers: NewTransfer[]): Promise<Set<string>> {
  if (transfers.length === 0) return new Set();
  const inserted = new Map((await store.insertTransfers(ctx, transfers)).map((t) => [t.key, t.id]));
  const entries = entriesOf(transfers.filter((transfer) => inserted.has(transfer.key)));
  if (entries.length === 0) return new Set();
  const sums = new Map<Id, Micros>();
  for (const { account, amount } of entries) sums.set(account, (sums.get(account) ?? 0n) + amount);
  const balances = new Map(
    (
      await store.addToBalances(
        ctx,
        [...sums].map(([account, amount]) => ({ account, amount })),
      )
    ).map((b) => [b.id, b.balanceMicros]),
  );
  // The update gives the balance after all entries of this call; each entry's own is counted forward from before them.
  const running = new Map([...balances].map(([id, after]) => [id, after! - sums.get(id)!]));
  await countUntaxed(
    ctx,
    transfers.filter((transfer) => transfer.corrects && inserted.has(transfer.key)),
  );
  await store.insertEntries(
    ctx,
    entries.map(({ key, account, amount }) => {
      const before = running.get(account);
      const after = before === undefined ? null : before + amount;
      if (after !== null) running.set(account, after);
      return { transferId: inserted.get(key)!, account, amount, balanceAfter: after };
    }),
  );
  return new Set(inserted.keys());
}

/** Of corrections: VAT of them follows that of usage. */
async function countUntaxed(ctx: Ctx, corrections: NewTransfer[]): Promise<void> {
  if (corrections.length === 0) return;
  const sums = new Map<Id, Micros>();
  for (const { to, amountMicros } of corrections) sums.set(to, (sums.get(to) ?? 0n) + amountMicros);
  await addUntaxed(
    ctx,
    [...sums].map(([account, amount]) => ({ account, amount })),
  );
}

/**
 * Posts what a batch found as one new transfer: each payer's entry, and one of the contra account that balances them. The
 * key names the batch, so nobody has posted it before, and the whole takes one statement, whatever the number of
 * payers. Each payer may be named once. All are in one currency.
 */
export async function postFresh(
  ctx: Ctx,
  transfer: { kind: TransferKind; key: string; contra: Id },
  owed: { payer: Id; amount: Micros }[],
): Promise<void> {
  if (owed.length === 0) return;
  assert(new Set(owed.map((o) => o.payer)).size === owed.length, 'a payer is named once');
  assert(
    owed.every((o) => o.amount !== 0n && o.payer !== transfer.contra),
    'a transfer moves something, between different accounts',
  );
  const balanced = owed.reduce((sum, o) => sum + o.amount, 0n) === 0n;
  const entries = await store.insertFresh(ctx, transfer, owed);
  assert(entries === owed.length + (balanced ? 0 : 1), 'every payer keeps a balance, and has an entry');
}

/** Ledger accounts the caller may see, oldest first. */
export async function listAccounts(
  ctx: Ctx,
  filter: { ownerId?: Id; kind?: LedgerAccountKind },
  page: { after?: Id; limit: number },
): Promise<store.StoredAccount[]> {
  return reading(ctx, (ctx) => store.listAccounts(ctx, filter, page));
}

/** One ledger account and a page of its entries, newest first. Refuses `ledger_account.not_found`. */
export async function listEntries(
  ctx: Ctx,
  accountId: Id,
  page: { after?: Id; limit: number },
): Promise<{ account: store.StoredAccount; entries: store.StoredEntry[] }> {
  return reading(ctx, async (ctx) => {
    const [account] = await store.listAccounts(ctx, { ids: [accountId] }, { limit: 1 });
    if (!account) throw refuse.notFound('ledger_account');
    return { account, entries: await store.listEntries(ctx, accountId, page) };
  });
}
