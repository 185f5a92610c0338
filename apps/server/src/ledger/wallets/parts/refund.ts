import { formatAmount, type Micros } from '@simwright/measure';
import { assert } from '../../../kit/assert.ts';
import type { Ctx } from '../../../kit/ctx.ts';
import { atomically } from '../../../kit/db.ts';
import type { Id } from '../../../kit/ids.ts';
import { refuse } from '../../../kit/refusal.ts';
import { post } from '../../service.ts';
import { debitMany } from '../debits.ts';
import { listMoved } from '../listing.ts';
import type { Debit, DebitOutcome } from '../model.ts';
import { lockWallet } from '../reads.ts';
import { tell } from '../told.ts';
import { lockWallets } from '../vat/service.ts';
import { change, grantAccount } from './change.ts';
import { takeUnspent } from './expire.ts';
import { addPaid, bonusKept, type Part, settle, unspentOf } from './model.ts';
import * as store from './sql.ts';

/**
 * Takes money back out of a wallet to whoever paid it in: of paid money alone, so that nobody is paid out what was given. Of a wallet
 * that holds nothing else, down to its floor. Refuses `wallet.paid_money_spent`; that the wallet cannot pay is an outcome.
 */
export async function debitPaid(ctx: Ctx, debit: Debit): Promise<DebitOutcome> {
  return atomically(ctx, async (ctx) => {
    const [wallet] = await lockWallets(ctx, [debit.walletId]);
    assert(wallet, 'what is debited is a wallet');
    const { parts } = await store.openParts(ctx, wallet.id);
    const now = settle(parts, wallet.remainingMicros);
    const paid = now.find((part) => part.kind === 'paid')?.unspentMicros ?? 0n;
    const given = unspentOf(now) > paid;
    if (given && debit.amountMicros > paid) {
      const [wanted, left] = [debit.amountMicros, paid].map((micros) => formatAmount(micros, wallet.currency));
      throw refuse.conflict(
        'wallet.paid_money_spent',
        `Of what was paid into this wallet ${left} ${wallet.currency} is left. What else it holds was given, and is not paid out.`,
        { field: 'body.amount', wanted, left, currency: wallet.currency },
      );
    }
    const [outcome] = await debitMany(ctx, [debit]);
    if (given && outcome!.posted && !outcome!.repeated) {
      const after = wallet.remainingMicros - debit.amountMicros;
      await change(ctx, wallet, after, (parts) => addPaid(parts, -debit.amountMicros));
    }
    return outcome!;
  });
}

/**
 * Takes back of a bonus what goes with the part of its refill that was refunded: no larger share of it stays than of the refill. What
 * is spent of it is spent. `refundId` names the transfer, for `bonusBack`.
 */
export async function takeBonus(
  ctx: Ctx,
  taken: { source: string; refundId: Id; leftMicros: Micros; wholeMicros: Micros; reason: string },
): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const known = await store.partFor(ctx, taken.source);
    if (!known || known.closedAt) return;
    await takeUnspent(ctx, known.walletId, known.id, {
      ...{ key: takenKey(known, taken.refundId), kind: 'refund', note: taken.reason },
      keepMicros: bonusKept(known.amountMicros, taken.leftMicros, taken.wholeMicros),
    });
  });
}

/** The refund came to nothing: what was taken of the bonus is there again. */
export async function bonusBack(ctx: Ctx, source: string, refundId: Id, reason: string): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const known = await store.partFor(ctx, source);
    if (!known) return;
    const { wallet, owner } = await lockWallet(ctx, known.walletId);
    const back = await store.takenBy(ctx, wallet.id, takenKey(known, refundId));
    if (back === 0n) return;
    const part = (await store.partFor(ctx, source))!;
    const to = await grantAccount(ctx, wallet.currency);
    const key = `${takenKey(part, refundId)}:back`;
    await post(ctx, [{ key, kind: 'refund', at: ctx.now, to, from: wallet.id, amountMicros: back, note: reason }]);
    const now = { ...wallet, remainingMicros: wallet.remainingMicros + back };
    await change(ctx, wallet, now.remainingMicros, (parts) => {
      const open = parts.find(({ id }) => id === part.id) ?? { ...part, closedAt: null, closedAs: null };
      const again = { ...open, unspentMicros: open.unspentMicros + back, leftMicros: open.leftMicros - back };
      return [...parts.filter(({ id }) => id !== part.id), again];
    });
    await listMoved(ctx, wallet, owner, { key, type: 'adjustment', amountMicros: back, reason });
    const amount = formatAmount(back, wallet.currency);
    await tell(ctx, now, owner, 'wallet.credited', { amount, kind: 'bonus', reason }, [
      { field: 'bonus', old: null, new: amount },
    ]);
  });
}

function takenKey(part: Pick<Part, 'id'>, refundId: Id): string {
  return `part:${part.id}:taken:${refundId}`;
}
