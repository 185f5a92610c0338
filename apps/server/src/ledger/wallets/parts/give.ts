import { formatAmount, type Micros } from '@simwright/measure';
import { assert } from '../../../kit/assert.ts';
import type { Ctx } from '../../../kit/ctx.ts';
import { atomically } from '../../../kit/db.ts';
import { type Id, newId } from '../../../kit/ids.ts';
import { refuse } from '../../../kit/refusal.ts';
import { post } from '../../service.ts';
import { listMoved } from '../listing.ts';
import type { Wallet } from '../model.ts';
import { lockWallet } from '../reads.ts';
import { tell } from '../told.ts';
import { change, grantAccount } from './change.ts';
import { addPaid, type Part, priorities } from './model.ts';
import * as store from './sql.ts';

export type NewPart = {
  walletId: Id;
  kind: 'granted' | 'bonus';
  /** More than zero. */
  amountMicros: Micros;
  expiresAt: Date | null;
  /** Its place in the order of spending, 0 to 1000; granted money has 100, a bonus 200, paid money 500. */
  priority?: number;
  reason: string;
  /** What it is given for: given once for each. */
  source?: string;
};

/** Open parts of one wallet that somebody may give by hand: each debit and credit of it reads them. */
const openAtMost = 100;

/**
 * Gives a wallet money that nobody paid in: it stands apart, is spent in its own place of the order, and what is left of it leaves at its
 * end. What it costs is in the ledger's account `grant`. Refuses `wallet.not_found`, `wallet_part.ends_in_the_past`,
 * `wallet_part.too_many`.
 */
export async function givePart(ctx: Ctx, given: NewPart): Promise<Part> {
  assert(given.amountMicros > 0n, 'a part gives something');
  const { walletId, kind, amountMicros, expiresAt, reason, source = null } = given;
  if (expiresAt && expiresAt <= ctx.now) {
    const what = { field: 'body.expiresAt', expected: 'a time that is still to come' };
    throw refuse.invalid('wallet_part.ends_in_the_past', 'It would have expired before it is given.', what);
  }
  return atomically(ctx, async (ctx) => {
    const { wallet, owner } = await lockWallet(ctx, walletId);
    const known = source === null ? null : await store.partFor(ctx, source);
    if (known) return known;
    const part: Part = {
      ...{ id: newId(ctx), walletId, kind, priority: given.priority ?? priorities[kind], expiresAt, amountMicros },
      ...{ unspentMicros: amountMicros, leftMicros: 0n, reason, source, madeBy: ctx.actor.name, createdAt: ctx.now },
      ...{ closedAt: null, closedAs: null },
    };
    const key = `part:${part.id}:${kind}`;
    const to = await grantAccount(ctx, wallet.currency);
    await post(ctx, [{ key, kind: 'grant', at: ctx.now, to, from: walletId, amountMicros, note: reason }]);
    await listMoved(ctx, wallet, owner, { key, type: 'adjustment', amountMicros, reason });
    const now = { ...wallet, remainingMicros: wallet.remainingMicros + amountMicros };
    await change(ctx, wallet, now.remainingMicros, (parts) => {
      if (kind === 'granted' && parts.length > openAtMost) {
        throw refuse.conflict(
          'wallet_part.too_many',
          `A wallet has at most ${openAtMost} parts at a time. Let one expire first.`,
        );
      }
      return [...parts, part];
    });
    const amount = formatAmount(amountMicros, wallet.currency);
    const end = expiresAt && { expiresAt: expiresAt.toISOString() };
    await tell(ctx, now, owner, 'wallet.credited', { amount, kind, reason, ...end }, [
      { field: kind, old: null, new: amount },
      { field: 'reason', old: null, new: reason },
    ]);
    return (await store.listGiven(ctx, { walletId, ids: [part.id] }, { limit: 1 }))[0]!;
  });
}

/** Money given with a refill, once for each `source`: `payment:<id>`. In the database transaction that books the refill. */
export async function addBonus(ctx: Ctx, bonus: Omit<NewPart, 'kind'> & { source: string }): Promise<Part> {
  return givePart(ctx, { ...bonus, kind: 'bonus' });
}

/** Counts what was paid into a locked wallet; `wallet` is how it stood before. Most wallets hold nothing else, and have no parts. */
export async function creditPaid(ctx: Ctx, wallet: Wallet, amountMicros: Micros): Promise<void> {
  const { parts } = await store.openParts(ctx, wallet.id);
  if (parts.length === 0) return;
  await change(ctx, wallet, wallet.remainingMicros + amountMicros, (parts) => addPaid(parts, amountMicros));
}
