import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { type Id, publicId } from '../kit/ids.ts';
import * as payments from '../payments/index.ts';

/** Lines looked at in one piece of work. */
const chunk = 1000;

/**
 * Blocks what a disputed payment was for, where the organization wants that: the SIM that was refilled, or the SIMs of whose wallet it
 * was. The reason is `manual`, since only people lift it: neither the next refill nor a dispute that is won does. The organization's
 * own SIMs stay as they are.
 */
export async function blockDisputed(ctx: Ctx, disputeId: Id): Promise<void> {
  const payment = await payments.toBlock(ctx, disputeId);
  if (!payment) return;
  const detail = {
    note: `The payment ${publicId('payment', payment.id)} is disputed.`,
    dispute: publicId('dispute', disputeId),
  };
  const block = (lineIds: Id[]) =>
    inventory.block(
      ctx,
      lineIds.map((lineId) => ({ lineId, reason: 'manual' as const, detail })),
    );
  if (payment.purpose === 'line_refill') {
    await block([payment.subjectId]);
    return;
  }
  const { companyId, ownerKind, ownerId } = payment;
  if (!companyId) return;
  let after: Id | undefined;
  do {
    const sims = await inventory.listSims(ctx, { companyId }, { after, limit: chunk });
    const theirs = ownerKind === 'end_user' ? sims.filter(({ endUserId }) => endUserId === ownerId) : sims;
    await block(theirs.filter(({ lifecycle }) => lifecycle !== 'archived').map(({ id }) => id));
    after = sims.length === chunk ? sims.at(-1)!.id : undefined;
  } while (after);
}
