import { formatAmount, type Micros } from '@simwright/measure';
import { assert } from '../../../kit/assert.ts';
import type { Ctx } from '../../../kit/ctx.ts';
import { atomically, reading } from '../../../kit/db.ts';
import { type Id, newId, publicId } from '../../../kit/ids.ts';
import { refuse } from '../../../kit/refusal.ts';
import { listMoved } from '../listing.ts';
import { isAtFloor } from '../model.ts';
import { getWallet, lockWallet } from '../reads.ts';
import { insertDebits } from '../sql.ts';
import { tell, tellFloorReached } from '../told.ts';
import { change, grantAccount } from './change.ts';
import { type Part, settle } from './model.ts';
import * as store from './sql.ts';

/**
 * Lets a part expire now: what is unspent of it leaves the wallet. It may take the wallet to its floor and below, and its lines are
 * blocked then. Refuses `wallet_part.not_found`, `wallet_part.closed`.
 */
export async function expirePart(ctx: Ctx, walletId: Id, partId: Id, reason: string): Promise<Part> {
  return atomically(ctx, async (ctx) => {
    await getWallet(ctx, walletId);
    const [seen] = await store.listGiven(ctx, { walletId, ids: [partId] }, { limit: 1 });
    if (!seen) throw refuse.notFound('wallet_part', publicId('wallet_part', partId));
    const done = await takeUnspent(ctx, walletId, partId, {
      ...{ key: `part:${partId}:expired:${newId(ctx)}`, kind: 'expiry', note: reason },
      keepMicros: 0n,
    });
    if (!done) throw refuse.conflict('wallet_part.closed', 'Nothing of this is left: it is spent, or has expired.');
    return (await store.listGiven(ctx, { walletId, ids: [partId] }, { limit: 1 }))[0]!;
  });
}

/** Parts that expire in one turn, each in a database transaction of its own. */
const expiredAtOnce = 100;

/** Lets go what has expired. What was spent until this moment was spent, of it too. Returns how many parts it looked at. */
export async function expireDue(ctx: Ctx): Promise<number> {
  const due = await reading(ctx, (ctx) => store.duePartsOf(ctx, expiredAtOnce));
  for (const { id, walletId } of due) {
    await takeUnspent(ctx, walletId, id, {
      ...{ key: `part:${id}:expired:${newId(ctx)}`, kind: 'expiry', note: 'Its time was over' },
      keepMicros: 0n,
    });
  }
  return due.length;
}

/** What takes unspent money of a part out of its wallet. */
type Taking = {
  key: string;
  kind: 'expiry' | 'refund';
  note: string;
  /** Of the part, this much stays. */
  keepMicros: Micros;
};

/** What is held of a wallet waits for the end of its hold, and is looked at so often. */
const againMs = 60_000;

/**
 * Takes what is unspent of a part out of its wallet, but for what stays, and for what is held of the wallet: that leaves when it
 * is free. False: the part is closed already.
 */
export async function takeUnspent(ctx: Ctx, walletId: Id, partId: Id, taking: Taking): Promise<boolean> {
  return atomically(ctx, async (ctx) => {
    const { wallet, owner } = await lockWallet(ctx, walletId);
    const { parts } = await store.openParts(ctx, walletId);
    const part = settle(parts, wallet.remainingMicros).find(({ id }) => id === partId);
    if (!part) return false;
    const goes = atLeastZero(part.unspentMicros - taking.keepMicros);
    const free = atLeastZero(wallet.remainingMicros - wallet.heldMicros);
    const takenMicros = goes < free ? goes : free;
    const now = { ...wallet, remainingMicros: wallet.remainingMicros - takenMicros };
    const expired = taking.kind === 'expiry';
    await change(ctx, wallet, now.remainingMicros, (parts) =>
      parts.map((one) => {
        if (one.id !== partId) return one;
        const unspentMicros = one.unspentMicros - takenMicros;
        const ends = takenMicros > 0n && unspentMicros === 0n;
        const over = expired && (one.expiresAt === null || one.expiresAt > ctx.now) && { expiresAt: ctx.now };
        const closed = ends && { closedAt: ctx.now, closedAs: expired ? ('expired' as const) : ('taken' as const) };
        return { ...one, ...over, unspentMicros, leftMicros: one.leftMicros + takenMicros, ...closed };
      }),
    );
    if (expired && takenMicros < goes) await store.lookAgain(ctx, partId, new Date(ctx.now.getTime() + againMs));
    if (takenMicros === 0n) return true;
    const contra = await grantAccount(ctx, wallet.currency);
    const { key, kind, note } = taking;
    const debit = { walletId, amountMicros: takenMicros, key, kind, contra, note };
    const entries = await insertDebits(ctx, [{ ...debit, remainingAfter: now.remainingMicros, vatMicros: 0n }], 'held');
    assert(entries === 2, 'what is unspent of a part is in its wallet');
    await listMoved(ctx, wallet, owner, { key, type: 'adjustment', amountMicros: -takenMicros, reason: note });
    const amount = formatAmount(takenMicros, wallet.currency);
    const data = { part: publicId('wallet_part', partId), kind: part.kind, amount, reason: note };
    await tell(ctx, now, owner, 'wallet.part_expired', data, [{ field: part.kind, old: amount, new: null }]);
    if (!isAtFloor(wallet) && isAtFloor(now)) await tellFloorReached(ctx, [walletId]);
    return true;
  });
}

function atLeastZero(micros: Micros): Micros {
  return micros > 0n ? micros : 0n;
}
