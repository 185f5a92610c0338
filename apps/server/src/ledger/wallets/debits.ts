import { assert } from '../../kit/assert.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import {
  type Debit,
  type DebitOptions,
  type DebitOutcome,
  decideDebits,
  fellLow,
  isAtFloor,
  type Wallet,
} from './model.ts';
import * as store from './sql.ts';
import { tellFloorReached, tellLowReached } from './told.ts';

/**
 * Debits that may be refused: fees, purchases, corrections by hand. Each is tried whole, in the given order, and posted only
 * if it leaves the wallet its floor; the answer has an outcome for each, in the same order. Four statements, however many
 * they are. The wallets stay locked (in the order of their ids) until the database transaction ends, so whoever holds
 * lines or periods takes those first. A debit that takes all down to the floor tells `wallet.floor_reached`.
 */
export async function debitMany(ctx: Ctx, debits: Debit[], options: DebitOptions = {}): Promise<DebitOutcome[]> {
  if (debits.length === 0) return [];
  assert(
    debits.every((debit) => debit.amountMicros > 0n),
    'a debit takes something',
  );
  return atomically(ctx, async (ctx) => {
    const wallets = await store.findWallets(ctx, [...new Set(debits.map((debit) => debit.walletId))], 'lock');
    const known = await store.knownKeys(
      ctx,
      debits.map((debit) => debit.key),
    );
    const byId = new Map(wallets.map((wallet) => [wallet.id, wallet]));
    assert(
      debits.every((debit) => byId.has(debit.walletId)),
      'what is debited is a wallet',
    );
    const { outcomes, post } = decideDebits(debits, byId, known, options);
    if (post.length > 0) {
      const entries = await store.insertDebits(ctx, post);
      assert(entries === 2 * post.length, 'a wallet that is locked has what it had when it was locked');
      const left = new Map(post.map((debit) => [debit.walletId, debit.remainingAfter]));
      const reached = wallets.filter((w) => !isAtFloor(w) && left.get(w.id) === w.floorMicros).map((w) => w.id);
      await tellFloorReached(ctx, reached);
      const now = wallets.map((w) => ({ ...w, remainingMicros: left.get(w.id) ?? w.remainingMicros }));
      const took = (wallet: Wallet) => byId.get(wallet.id)!.remainingMicros - wallet.remainingMicros;
      await tellLowReached(
        ctx,
        now.filter((wallet) => fellLow(wallet, took(wallet))),
      );
    }
    return outcomes;
  });
}
