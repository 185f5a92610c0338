import { formatAmount, type Micros } from '@simwright/measure';
import { assert } from '../../../kit/assert.ts';
import type { Ctx } from '../../../kit/ctx.ts';
import { atomically, reading } from '../../../kit/db.ts';
import { type Id, newId, publicId } from '../../../kit/ids.ts';
import { refuse } from '../../../kit/refusal.ts';
import { debitMany } from '../debits.ts';
import { listMoved } from '../listing.ts';
import type { Debit, Wallet } from '../model.ts';
import { lookNow } from '../parts/sql.ts';
import { getWallet, lockWallet, type OwnedWallet } from '../reads.ts';
import { clearingOf, insufficientFunds } from '../service.ts';
import { tell } from '../told.ts';
import type { Hold } from './sql.ts';
import * as store from './sql.ts';

const dayMs = 86_400_000;
/** Unless another end is given. */
const usualDays = 7;
const mostDays = 366;

/**
 * Sets money of a wallet aside: fees, purchases and refills leave it until it is captured, released, or its time is over. Usage that
 * has happened does not. Refuses `wallet.not_found`, `wallet.insufficient_funds`, `wallet_hold.end_invalid`.
 */
export async function placeHold(
  ctx: Ctx,
  asked: { walletId: Id; amountMicros: Micros; reason: string; until?: Date },
): Promise<Hold> {
  const { walletId, amountMicros, reason } = asked;
  assert(amountMicros > 0n, 'a hold sets something aside');
  const until = asked.until ?? new Date(ctx.now.getTime() + usualDays * dayMs);
  if (until <= ctx.now || until.getTime() > ctx.now.getTime() + mostDays * dayMs) {
    throw refuse.invalid('wallet_hold.end_invalid', `A hold ends, within ${mostDays} days.`, {
      field: 'body.until',
      expected: `a time within the next ${mostDays} days`,
    });
  }
  return atomically(ctx, async (ctx) => {
    const { wallet, owner } = await lockWallet(ctx, walletId);
    if (!(await store.setAside(ctx, walletId, amountMicros))) throw insufficientFunds(wallet, amountMicros);
    const hold: Hold = {
      ...{ id: newId(ctx), walletId, amountMicros, capturedMicros: 0n, reason, until, state: 'open' },
      ...{ madeBy: ctx.actor.name, createdAt: ctx.now, endedAt: null },
    };
    await store.insertHold(ctx, hold);
    await tellHold(ctx, { wallet, owner }, hold, 'wallet.hold_placed', amountMicros);
    return hold;
  });
}

/** What a capture posts, unless it is told otherwise: money that leaves by hand. */
type Capture = {
  walletId: Id;
  holdId: Id;
  /** All that is left of it, unless given. */
  amountMicros?: Micros;
  reason?: string;
  /** Where it goes, and what it is: a purchase names its own. */
  debit?: Pick<Debit, 'key' | 'kind' | 'contra'>;
};

/**
 * Takes what a hold had set aside, or a part of it; the rest stays held. Usage may have taken what was held: then it is refused like
 * any debit. Refuses `wallet_hold.not_found`, `wallet_hold.ended`, `wallet_hold.too_much`, `wallet.insufficient_funds`.
 */
export async function captureHold(ctx: Ctx, { walletId, holdId, amountMicros, reason, debit }: Capture): Promise<Hold> {
  return atomically(ctx, async (ctx) => {
    const { owner } = await getWallet(ctx, walletId);
    const hold = await lockOpen(ctx, walletId, holdId);
    const left = hold.amountMicros - hold.capturedMicros;
    const taken = amountMicros ?? left;
    if (taken > left) {
      const { currency } = (await getWallet(ctx, walletId)).wallet;
      throw refuse.conflict('wallet_hold.too_much', `${formatAmount(left, currency)} ${currency} of this is held.`, {
        field: 'body.amount',
        left: formatAmount(left, currency),
        currency,
      });
    }
    const { wallet } = await lockWallet(ctx, walletId);
    await store.setFree(ctx, walletId, taken);
    const what = debit ?? {
      ...{ key: `hold:${hold.id}:captured:${newId(ctx)}`, kind: 'adjustment' as const },
      contra: await clearingOf(ctx, wallet.currency),
    };
    const note = reason ?? hold.reason;
    const [outcome] = await debitMany(ctx, [{ ...what, walletId, amountMicros: taken, note }]);
    if (!outcome!.posted) {
      const rest = { ...wallet, heldMicros: wallet.heldMicros - taken };
      throw insufficientFunds(rest, taken);
    }
    assert(!outcome!.repeated, 'a capture has a key of its own');
    // What a purchase takes is listed as that.
    const listed = { key: what.key, type: 'adjustment' as const, amountMicros: -taken, reason: note };
    if (!debit) await listMoved(ctx, wallet, owner, listed);
    const capturedMicros = hold.capturedMicros + taken;
    const whole = capturedMicros === hold.amountMicros;
    const now: Hold = { ...hold, capturedMicros, ...(whole && { state: 'captured', endedAt: ctx.now }) };
    await store.saveHold(ctx, now);
    const after = { ...wallet, remainingMicros: wallet.remainingMicros - taken };
    await tellHold(ctx, { wallet: after, owner }, now, 'wallet.hold_captured', taken);
    return now;
  });
}

/** Sets free what is left of a hold. Refuses `wallet_hold.not_found`, `wallet_hold.ended`. */
export async function releaseHold(ctx: Ctx, walletId: Id, holdId: Id): Promise<Hold> {
  return end(ctx, walletId, holdId, 'released');
}

async function end(ctx: Ctx, walletId: Id, holdId: Id, state: 'released' | 'expired'): Promise<Hold> {
  return atomically(ctx, async (ctx) => {
    const { owner } = await getWallet(ctx, walletId);
    const hold = await lockOpen(ctx, walletId, holdId);
    const { wallet } = await lockWallet(ctx, walletId);
    const left = hold.amountMicros - hold.capturedMicros;
    await store.setFree(ctx, walletId, left);
    await lookNow(ctx, walletId);
    const now: Hold = { ...hold, state, endedAt: ctx.now };
    await store.saveHold(ctx, now);
    await tellHold(ctx, { wallet, owner }, now, 'wallet.hold_released', left);
    return now;
  });
}

/** Holds that end in one turn, each in a database transaction of its own. */
const endedAtOnce = 100;

/** Sets free what is held too long. Returns how many holds ended. */
export async function endDueHolds(ctx: Ctx): Promise<number> {
  const due = await reading(ctx, (ctx) => store.dueHolds(ctx, endedAtOnce));
  for (const { id, walletId } of due) {
    await atomically(ctx, async (ctx) => {
      const hold = await store.lockHold(ctx, walletId, id);
      if (hold?.state === 'open') await end(ctx, walletId, id, 'expired');
    });
  }
  return due.length;
}

async function lockOpen(ctx: Ctx, walletId: Id, holdId: Id): Promise<Hold> {
  const hold = await store.lockHold(ctx, walletId, holdId);
  if (!hold) throw refuse.notFound('wallet_hold', publicId('wallet_hold', holdId));
  if (hold.state !== 'open') {
    throw refuse.conflict('wallet_hold.ended', `This hold is ${hold.state} already.`, { state: hold.state });
  }
  return hold;
}

async function tellHold(
  ctx: Ctx,
  { wallet, owner }: { wallet: Wallet; owner: OwnedWallet['owner'] },
  hold: Hold,
  name: 'wallet.hold_placed' | 'wallet.hold_captured' | 'wallet.hold_released',
  micros: Micros,
): Promise<void> {
  const amount = formatAmount(micros, wallet.currency);
  const data = { hold: publicId('wallet_hold', hold.id), amount, state: hold.state, reason: hold.reason };
  await tell(ctx, wallet, owner, name, data, [
    { field: 'hold', old: null, new: `${amount} ${hold.state}` },
    { field: 'reason', old: null, new: hold.reason },
  ]);
}

/** Holds of a wallet, newest first. Refuses `wallet.not_found`. */
export async function holdsOf(
  ctx: Ctx,
  filter: store.HoldFilter,
  page: { before?: Id; limit: number },
): Promise<OwnedWallet & { holds: Hold[] }> {
  return reading(ctx, async (ctx) => {
    const found = await getWallet(ctx, filter.walletId);
    return { ...found, holds: await store.listHolds(ctx, filter, page) };
  });
}
