import { formatAmount, type Micros } from '@simwright/measure';
import { assert } from '../../../kit/assert.ts';
import type { Ctx } from '../../../kit/ctx.ts';
import { atomically, reading } from '../../../kit/db.ts';
import { type Id, newId } from '../../../kit/ids.ts';
import { emit } from '../../../kit/outbox.ts';
import { taxDay, taxesOf } from '../../../tax/index.ts';
import { ownersOf } from '../../../tenancy/index.ts';
import type { NewTransfer } from '../../model.ts';
import { accountKey, openAccounts, post } from '../../service.ts';
import { fellLow, isAtFloor, type Wallet } from '../model.ts';
import { findWallets } from '../sql.ts';
import { tellFloorReached, tellLowReached, walletEvent } from '../told.ts';
import { addNet, monthOf, type VatLine } from './model.ts';
import * as store from './sql.ts';

/**
 * Wallets, ours until the database transaction ends, with VAT of what they have spent taken from them. Whoever decides what may be
 * taken locks them by this, so that nobody takes money that is owed as VAT.
 */
export async function lockWallets(ctx: Ctx, ids: Id[]): Promise<Wallet[]> {
  return postVat(ctx, await findWallets(ctx, ids, 'lock'));
}

/**
 * Posts VAT of what locked wallets spent on usage since it was last posted, at the rate of now: the tax point. It is usage itself, so
 * it is not held to the floor. Returns the wallets as they stand then.
 */
async function postVat(ctx: Ctx, wallets: Wallet[]): Promise<Wallet[]> {
  const owing = wallets.filter((wallet) => wallet.untaxedSince !== null);
  if (owing.length === 0) return wallets;
  const lines = await openLines(ctx, owing);
  const vat = new Map<Id, Micros>();
  const kept = owing.map((wallet) => {
    const { line, vatMicros } = addNet(lines.get(wallet.id)!, wallet.untaxedMicros);
    vat.set(wallet.id, vatMicros);
    return line;
  });
  await keepLines(ctx, kept);
  await store.clearUntaxed(
    ctx,
    owing.map(({ id }) => id),
  );
  const accounts = await vatAccounts(ctx, owing);
  await post(
    ctx,
    owing.flatMap((wallet): NewTransfer[] => {
      const vatMicros = vat.get(wallet.id)!;
      if (vatMicros === 0n) return [];
      const of = { key: vatKey(ctx, wallet.id), kind: 'vat' as const, at: ctx.now };
      const account = accounts.get(wallet.currency)!;
      return vatMicros > 0n
        ? [{ ...of, to: wallet.id, from: account, amountMicros: vatMicros }]
        : [{ ...of, to: account, from: wallet.id, amountMicros: -vatMicros }];
    }),
  );
  const now = wallets.map((wallet) => ({
    ...wallet,
    ...(vat.has(wallet.id) && { untaxedMicros: 0n, untaxedSince: null }),
    remainingMicros: wallet.remainingMicros - (vat.get(wallet.id) ?? 0n),
  }));
  await tellTaken(ctx, wallets, now);
  return now;
}

/** VAT may take a wallet to its floor; what comes back may lift it from there. */
async function tellTaken(ctx: Ctx, before: Wallet[], now: Wallet[]): Promise<void> {
  const pairs = now.map((wallet, i) => ({ was: before[i]!, wallet }));
  const reached = pairs.filter(({ was, wallet }) => !isAtFloor(was) && isAtFloor(wallet));
  await tellFloorReached(
    ctx,
    reached.map(({ wallet }) => wallet.id),
  );
  const low = pairs.filter(({ was, wallet }) => fellLow(wallet, was.remainingMicros - wallet.remainingMicros));
  await tellLowReached(
    ctx,
    low.map(({ wallet }) => wallet),
  );
  const lifted = pairs.filter(({ was, wallet }) => isAtFloor(was) && !isAtFloor(wallet));
  if (lifted.length === 0) return;
  const owners = await ownersOf(
    ctx,
    lifted.map(({ wallet }) => wallet.ownerId),
  );
  await emit(
    ctx,
    lifted.map(({ was, wallet }) =>
      walletEvent(wallet, owners.get(wallet.ownerId) ?? { companyId: null }, 'wallet.credited', {
        amount: formatAmount(wallet.remainingMicros - was.remainingMicros, wallet.currency),
        kind: 'vat',
        reason: 'VAT of usage that was taken back',
      }),
    ),
  );
}

/** This month's line of each of these locked wallets, at the rate that applies to it now. */
export async function openLines(ctx: Ctx, wallets: Wallet[]): Promise<Map<Id, VatLine>> {
  const taxes = await taxesOf(
    ctx,
    wallets.map(({ ownerId }) => ownerId),
    ctx.now,
  );
  const wanted = wallets.map(({ id, ownerId }) => {
    const tax = taxes.get(ownerId);
    assert(tax, 'who owns a wallet is an account');
    return { walletId: id, tax };
  });
  const lines = await store.openLines(ctx, monthOf(taxDay(ctx, ctx.now)), wanted);
  return new Map(lines.map((line) => [line.walletId, line]));
}

/** Keeps lines of an open month. */
export async function keepLines(ctx: Ctx, lines: VatLine[]): Promise<void> {
  const kept = await store.saveLines(ctx, lines);
  assert(kept === lines.length, 'VAT is posted to a month that is open');
}

/** The ledger's VAT account for each currency of these wallets. */
export async function vatAccounts(ctx: Ctx, wallets: Pick<Wallet, 'currency'>[]): Promise<Map<string, Id>> {
  const currencies = [...new Set(wallets.map(({ currency }) => currency))];
  const wanted = currencies.map((currency) => ({ kind: 'vat' as const, ownerId: ctx.organization.id, currency }));
  const accounts = await openAccounts(ctx, wanted);
  return new Map(wanted.map((account) => [account.currency, accounts.get(accountKey(account))!]));
}

/**
 * The key of a transfer of VAT: those of a wallet stand together in their order of time, so that an interval is a range of them.
 *
 * @param of the key of the fee that it is on
 */
export function vatKey(ctx: Ctx, walletId: Id, of?: string): string {
  return `vat:${walletId}:${newId(ctx)}${of === undefined ? '' : `:${of}`}`;
}

/** VAT of usage waits so long, unless it may take its wallet to the floor. */
const waitsMs = 60_000;
/** Wallets in one turn, each in a database transaction of its own. */
const taxedAtOnce = 500;

/** Posts VAT of wallets whose usage waits for it. Returns how many there were. */
export async function postDueVat(ctx: Ctx): Promise<number> {
  const before = new Date(ctx.now.getTime() - waitsMs);
  const due = await reading(ctx, (ctx) => store.dueWallets(ctx, before, taxedAtOnce));
  for (const id of due) await atomically(ctx, (ctx) => lockWallets(ctx, [id]));
  return due.length;
}
