import { formatAmount } from '@simwright/measure';
import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import { assert } from '../../kit/assert.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import * as ledger from '../../ledger/index.ts';
import { listOpenPeriods } from '../sql.ts';
import { collectDueFees, collectHeld, lockLines } from './collect.ts';
import * as store from './sql.ts';

/** Lines blocked or freed in one database transaction. */
const linesAtOnce = 300;
/** Lines that are freed while somebody waits for the answer to a payment; the others follow within seconds. */
const freedAtOnce = 100;
/** Wallets looked at in one turn of an organization. */
const walletsAtOnce = 100;

const carried = ['ready', 'active', 'suspended'] as const;

/**
 * Does what brings money to a wallet, and then at once what waited for it: due fees are collected, oldest first, and lines
 * are freed. The lines are held before the wallet is touched, because lines come before ledger accounts in the one lock
 * order. Of many, the first hundred: the rest is done by whoever hears `wallet.credited`.
 */
export async function freeing<T>(ctx: Ctx, walletId: Id, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  return atomically(ctx, async (ctx) => {
    const wallet = await standing(ctx, walletId);
    const due = await store.listDueFees(ctx, walletId, { limit: freedAtOnce });
    const blocked: Id[] = [];
    for await (const lines of pagesOfLines(ctx, wallet.ownerId, { blocked: true }, freedAtOnce)) {
      blocked.push(...lines);
      if (blocked.length >= freedAtOnce) break;
    }
    await lockLines(ctx, [...due.map((fee) => fee.lineId), ...blocked]);
    const result = await work(ctx);
    await collectHeld(ctx, walletId, due);
    await holdToFloor(ctx, walletId, blocked);
    return result;
  });
}

/** Leaves a wallet to `reviewWallets`, in the database transaction of whoever heard that something happened to it. */
export async function askReview(ctx: Ctx, walletId: Id): Promise<void> {
  await store.insertReviews(ctx, [walletId]);
}

/**
 * Looks at the wallets that somebody asked to be looked at, each to its end, in chunks of lines. A crash in the middle
 * leaves the question, and it begins again: what is done is found done. Returns how many it looked at.
 */
export async function reviewWallets(ctx: Ctx): Promise<number> {
  const asked = await reading(ctx, (ctx) => store.listReviews(ctx, walletsAtOnce));
  for (const { walletId, numbers } of asked) {
    await reviewWallet(ctx, walletId);
    await atomically(ctx, (ctx) => store.deleteReviews(ctx, numbers));
  }
  return asked.length;
}

/** Due fees first; then every line that pays from the wallet is free above its floor, and blocked at it. */
async function reviewWallet(ctx: Ctx, walletId: Id): Promise<void> {
  while ((await collectDueFees(ctx, walletId)).goOn);
  const wallet = await standing(ctx, walletId);
  const filter = ledger.isAtFloor(wallet) ? {} : { blocked: true as const };
  for await (const lines of pagesOfLines(ctx, wallet.ownerId, filter, linesAtOnce)) {
    await atomically(ctx, async (ctx) => {
      await lockLines(ctx, lines);
      await holdToFloor(ctx, walletId, lines);
    });
  }
}

async function standing(ctx: Ctx, walletId: Id): Promise<ledger.Wallet> {
  const [wallet] = await ledger.getWallets(ctx, [walletId]);
  assert(wallet, 'what is looked at is a wallet');
  return wallet;
}

/** PAYGO lines of an account, in pages. */
async function* pagesOfLines(ctx: Ctx, ownerId: Id, filter: { blocked?: true }, size: number): AsyncGenerator<Id[]> {
  const companyId = ownerId === ctx.organization.id ? null : ownerId;
  for (const planId of await catalog.plansOfType(ctx, 'paygo')) {
    let after: Id | undefined;
    do {
      const wanted = { ...filter, companyId, planId, lifecycle: [...carried] };
      const sims = await inventory.listSims(ctx, wanted, { after, limit: size });
      if (sims.length > 0) yield sims.map((sim) => sim.id);
      after = sims.length === size ? sims.at(-1)!.id : undefined;
    } while (after);
  }
}

/**
 * Blocks or frees lines that are locked, as the wallet stands now. Somebody may debit or credit it at this moment; then they
 * tell it, and it is looked at again.
 */
async function holdToFloor(ctx: Ctx, walletId: Id, lineIds: Id[]): Promise<void> {
  if (lineIds.length === 0) return;
  const wallet = await standing(ctx, walletId);
  const periods = new Map((await listOpenPeriods(ctx, lineIds, false)).map((period) => [period.lineId, period]));
  // A month that another account pays runs to its end.
  const own = lineIds.filter((id) => {
    const period = periods.get(id);
    return period?.kind !== 'active' || period.payerId === walletId;
  });
  if (!ledger.isAtFloor(wallet)) {
    await inventory.unblock(ctx, await inventory.linesBlockedBy(ctx, own, 'balance'), 'balance');
    return;
  }
  const detail = {
    wallet: publicId('wallet', wallet.id),
    remaining: formatAmount(wallet.remainingMicros, wallet.currency),
    floor: formatAmount(wallet.floorMicros, wallet.currency),
    currency: wallet.currency,
  };
  await inventory.block(
    ctx,
    own.map((lineId) => ({ lineId, reason: 'balance' as const, detail })),
  );
}
