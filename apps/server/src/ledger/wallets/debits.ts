import { assert } from '../../kit/assert.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import {
  type Debit,
  type DebitOptions,
  type DebitOutcome,
  decideDebits,
  fellLow,
  isAtFloor,
  type PostedDebit,
  type Wallet,
} from './model.ts';
import * as store from './sql.ts';
import { tellFloorReached, tellLowReached } from './told.ts';
import type { VatLine } from './vat/model.ts';
import { keepLines, lockWallets, openLines, vatAccounts, vatKey } from './vat/service.ts';

/**
 * Debits that may be refused: fees, purchases, corrections by hand. Each is tried whole, in the given order, and posted only
 * if it leaves the wallet its floor; the answer has an outcome for each, in the same order. Fees of a wallet that bears VAT when it is
 * spent take it besides. Four statements, however many
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
    const wallets = await lockWallets(ctx, [...new Set(debits.map((debit) => debit.walletId))]);
    const known = await store.knownKeys(
      ctx,
      debits.map((debit) => debit.key),
    );
    const byId = new Map(wallets.map((wallet) => [wallet.id, wallet]));
    assert(
      debits.every((debit) => byId.has(debit.walletId)),
      'what is debited is a wallet',
    );
    const bearing = wallets.filter(
      (w) => w.vatAt === 'spending' && debits.some((d) => isFee(d) && d.walletId === w.id),
    );
    const lines = bearing.length > 0 ? await openLines(ctx, bearing) : new Map<Id, VatLine>();
    const { outcomes, post, lines: taxed } = decideDebits(debits, byId, known, options, lines);
    if (post.length > 0) {
      const all = bearing.length > 0 ? await withVat(ctx, post, bearing) : post;
      const entries = await store.insertDebits(ctx, all);
      assert(entries === 2 * all.length, 'a wallet that is locked has what it had when it was locked');
      if (bearing.length > 0) await keepLines(ctx, [...taxed.values()]);
      const left = new Map(post.map((debit) => [debit.walletId, debit.remainingAfter - debit.vatMicros]));
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

function isFee({ kind }: Debit): boolean {
  return kind === 'fee';
}

/** Debits, each followed by its VAT. */
async function withVat(ctx: Ctx, debits: PostedDebit[], bearing: Wallet[]): Promise<PostedDebit[]> {
  const accounts = await vatAccounts(ctx, bearing);
  const currencies = new Map(bearing.map(({ id, currency }) => [id, currency]));
  return debits.flatMap((debit): PostedDebit[] => {
    const { walletId, vatMicros, remainingAfter, key } = debit;
    if (vatMicros === 0n) return [debit];
    const contra = accounts.get(currencies.get(walletId)!)!;
    const vat = { walletId, amountMicros: vatMicros, key: vatKey(ctx, walletId, key), kind: 'vat' as const, contra };
    return [debit, { ...vat, remainingAfter: remainingAfter - vatMicros, vatMicros: 0n }];
  });
}
