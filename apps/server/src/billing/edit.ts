import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { lockPending } from './approve.ts';
import { collectAgain, tell, writeEdits } from './collect.ts';
import type { Edit, PreBill } from './model.ts';
import { dropClaims } from './sql/claims.ts';
import * as store from './sql/pre-bills.ts';

/**
 * Writes staff's lines and discounts, the note and the buyer's reference onto a pending pre-bill: what is given replaces what was
 * there. What was collected stays as it is.
 *
 * @param seen the version that was seen: what somebody else wrote meanwhile is not written over (`pre_bill.changed`)
 */
export async function edit(
  ctx: Ctx,
  id: Id,
  changes: { edits?: Edit[]; note?: string; buyerReference?: string },
  seen?: number,
): Promise<PreBill> {
  return atomically(ctx, async (ctx) => {
    const preBill = await lockPending(ctx, id, seen);
    const edited = await writeEdits(ctx, { ...preBill, ...changes });
    await store.savePreBill(ctx, edited);
    await tell(ctx, [edited], 'changed');
    return edited;
  });
}

/** Collects a pending pre-bill anew: with the usage that came since. Its periods stay open for more. */
export async function refresh(ctx: Ctx, id: Id): Promise<PreBill> {
  return atomically(ctx, async (ctx) => {
    const preBill = await lockPending(ctx, id);
    const collected = await collectAgain(ctx, preBill);
    await store.savePreBill(ctx, collected);
    if (collected.version !== preBill.version) await tell(ctx, [collected], 'changed');
    return collected;
  });
}

/** Rejects a pre-bill: what was collected is open again, and on the next. Its items stay to be looked at. */
export async function reject(ctx: Ctx, id: Id, reason: string): Promise<PreBill> {
  return atomically(ctx, async (ctx) => {
    const preBill = await lockPending(ctx, id);
    await dropClaims(ctx, [id]);
    const rejected: PreBill = { ...preBill, state: 'rejected', reason, settledAt: ctx.now, settledBy: ctx.actor.name };
    await store.savePreBill(ctx, rejected);
    await tell(ctx, [rejected], 'rejected');
    return rejected;
  });
}
