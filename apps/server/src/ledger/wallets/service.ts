import { formatAmount, type Micros } from '@simwright/measure';
import { assert } from '../../kit/assert.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import { type Owner, ownersOf } from '../../tenancy/index.ts';
import { accountKey, openAccounts, post } from '../service.ts';
import { debitMany } from './debits.ts';
import { listMoved } from './listing.ts';
import { isAtFloor, keptOf, type Wallet } from './model.ts';
import { creditPaid } from './parts/give.ts';
import { lockWallet } from './reads.ts';
import * as store from './sql.ts';
import { floorReached, tell } from './told.ts';
import { vatAtOf } from './vat/settings.ts';

/**
 * Opens the wallet of an account, in the account's own currency. Money that came to it before is in it. Refuses
 * `wallet.open_already`, `wallet.currency_differs`, and `account.not_found` for who owns no money here.
 */
export async function openWallet(
  ctx: Ctx,
  input: { ownerId: Id; currency?: string; floorMicros: Micros },
): Promise<Wallet> {
  return atomically(ctx, async (ctx) => {
    const owner = await getOwner(ctx, input.ownerId);
    if (owner.archived) throw refuse.conflict('account.archived', 'An archived account gets no wallet.');
    const currency = input.currency ?? owner.currency;
    if (currency !== owner.currency) {
      throw refuse.invalid('wallet.currency_differs', `This account's money is in ${owner.currency}.`, {
        field: 'body.currency',
        expected: owner.currency,
      });
    }
    const vatAt = await vatAtOf(ctx);
    const wallet = await store.openWallet(ctx, { ownerId: owner.id, currency, floorMicros: input.floorMicros, vatAt });
    if (!wallet) throw refuse.conflict('wallet.open_already', 'This account has a wallet already.');
    await tell(ctx, wallet, owner, 'wallet.opened', { floor: formatAmount(wallet.floorMicros, currency) }, [
      { field: 'floor', old: null, new: formatAmount(wallet.floorMicros, currency) },
    ]);
    return wallet;
  });
}

/** Who may have a wallet, of those the caller may see. Refuses `account.not_found`. */
export async function getOwner(ctx: Ctx, id: Id): Promise<Owner> {
  const owner = (await ownersOf(ctx, [id])).get(id);
  if (!owner) throw refuse.notFound('account');
  return owner;
}

/**
 * Sets what fees, purchases and refills must leave in the wallet. Above what is in it is allowed: then it is at its floor,
 * and `wallet.floor_reached` says so.
 */
export async function setFloor(ctx: Ctx, walletId: Id, floorMicros: Micros): Promise<Wallet> {
  return atomically(ctx, async (ctx) => {
    const { wallet, owner } = await lockWallet(ctx, walletId);
    if (wallet.floorMicros === floorMicros) return wallet;
    await store.setFloor(ctx, wallet.id, floorMicros);
    const now = { ...wallet, floorMicros };
    const [before, after] = [wallet, now].map((w) => formatAmount(w.floorMicros, w.currency));
    await tell(ctx, now, owner, 'wallet.floor_changed', { before, floor: after }, [
      { field: 'floor', old: before, new: after },
    ]);
    if (isAtFloor(now) && !isAtFloor(wallet)) await emit(ctx, [floorReached(now, owner)]);
    return now;
  });
}

/** Asks to be told when a wallet falls below so much; null: no longer. Refuses `wallet.not_found`. */
export async function tellLow(ctx: Ctx, walletId: Id, lowMicros: Micros | null): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const { wallet } = await lockWallet(ctx, walletId);
    if (wallet.lowMicros !== lowMicros) await store.setLow(ctx, walletId, lowMicros);
  });
}

/**
 * Puts money into a wallet: what somebody paid in (`refill`), what comes back of what it paid (`refund`), or a correction by hand.
 * It comes from clearing unless `contra` says otherwise. The same key again changes nothing.
 * What was waiting for money is looked at by whoever hears `wallet.credited`.
 */
export async function creditWallet(
  ctx: Ctx,
  credit: {
    walletId: Id;
    amountMicros: Micros;
    kind: 'refill' | 'adjustment' | 'refund';
    reason: string;
    key: string;
    contra?: Id;
  },
): Promise<Wallet> {
  assert(credit.amountMicros > 0n, 'a credit gives something');
  return atomically(ctx, async (ctx) => {
    const { wallet, owner } = await lockWallet(ctx, credit.walletId);
    const { amountMicros, kind, key, reason } = credit;
    const to = credit.contra ?? (await clearingOf(ctx, wallet.currency));
    const posted = await post(ctx, [{ key, kind, at: ctx.now, to, from: wallet.id, amountMicros, note: reason }]);
    if (!posted.has(key)) return wallet;
    await creditPaid(ctx, wallet, amountMicros);
    await listMoved(ctx, wallet, owner, { key, type: listedAs[kind], amountMicros, reason });
    const now = { ...wallet, remainingMicros: wallet.remainingMicros + amountMicros };
    const amount = formatAmount(amountMicros, wallet.currency);
    await tell(ctx, now, owner, 'wallet.credited', { amount, kind, reason }, [
      { field: 'credited', old: null, new: amount },
      { field: 'reason', old: null, new: reason },
    ]);
    return now;
  });
}

/** Takes money out by hand. Refuses `wallet.insufficient_funds` when less than the floor would be left. */
export async function debitWallet(
  ctx: Ctx,
  debit: { walletId: Id; amountMicros: Micros; reason: string; key: string },
): Promise<Wallet> {
  return atomically(ctx, async (ctx) => {
    const { wallet, owner } = await lockWallet(ctx, debit.walletId);
    const { walletId, amountMicros, key, reason } = debit;
    const contra = await clearingOf(ctx, wallet.currency);
    const [outcome] = await debitMany(ctx, [{ walletId, amountMicros, key, kind: 'adjustment', contra, note: reason }]);
    if (!outcome!.posted) throw insufficientFunds(wallet, amountMicros);
    if (outcome!.repeated) return wallet;
    await listMoved(ctx, wallet, owner, { key, type: 'adjustment', amountMicros: -amountMicros, reason });
    const now = { ...wallet, remainingMicros: wallet.remainingMicros - amountMicros };
    const amount = formatAmount(amountMicros, wallet.currency);
    await tell(ctx, now, owner, 'wallet.debited', { amount, reason }, [
      { field: 'debited', old: null, new: amount },
      { field: 'reason', old: null, new: reason },
    ]);
    return now;
  });
}

/** What a credit is called in the list of transactions. */
const listedAs = { refill: 'wallet_refill', adjustment: 'adjustment', refund: 'refund' } as const;

/** What is refused for want of money: with what there is, and what must stay. */
export function insufficientFunds(wallet: Wallet, wantedMicros: Micros) {
  const [wanted, remaining, floor] = [wantedMicros, wallet.remainingMicros, keptOf(wallet)].map((micros) =>
    formatAmount(micros, wallet.currency),
  );
  return refuse.conflict(
    'wallet.insufficient_funds',
    `The wallet holds ${remaining} ${wallet.currency} and must keep ${floor}: ${wanted} cannot be taken from it.`,
    { field: 'body.amount', wanted, remaining, floor, currency: wallet.currency },
  );
}

/** Where money stands that comes from outside, or leaves. */
export async function clearingOf(ctx: Ctx, currency: string): Promise<Id> {
  const account = { kind: 'clearing' as const, ownerId: ctx.organization.id, currency };
  return (await openAccounts(ctx, [account])).get(accountKey(account))!;
}
