import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import type { Doors } from './kinds.ts';
import { applyNotice } from './sender.ts';
import type { Hands } from './service.ts';
import * as store from './sql.ts';

/** What providers told, newest first. */
export async function listNotices(
  ctx: Ctx,
  filter: { state?: store.NoticeState },
  page: { after?: Id; limit: number },
): Promise<store.StoredNotice[]> {
  return reading(ctx, (ctx) => store.listNotices(ctx, filter, page));
}

/** One of them, with its whole payload. Refuses `payment_notice.not_found`. */
export async function getNotice(ctx: Ctx, id: Id): Promise<store.StoredNotice> {
  const notice = await reading(ctx, (ctx) => store.findNotice(ctx, id, 'look'));
  if (!notice) throw refuse.notFound('payment_notice');
  return notice;
}

/**
 * Applies a notice once more: one that fitted nothing when it came, or was put aside. What is known already changes nothing.
 * Refuses `payment_notice.applied`.
 */
export async function replayNotice(ctx: Ctx, hands: Hands, doors: Doors, id: Id): Promise<store.StoredNotice> {
  return settle(ctx, id, 'payment_notice.replayed', (ctx, notice) => applyNotice(ctx, hands, doors, notice));
}

/** Puts aside a notice that concerns nobody here, with the reason. Refuses `payment_notice.applied`. */
export async function dismissNotice(ctx: Ctx, id: Id, reason: string): Promise<store.StoredNotice> {
  return settle(ctx, id, 'payment_notice.dismissed', async (_, { paymentId }) => ({
    ...{ state: 'dismissed' as const, reason, paymentId },
  }));
}

async function settle(
  ctx: Ctx,
  id: Id,
  action: string,
  decide: (ctx: Ctx, notice: store.StoredNotice) => Promise<store.NoticeOutcome>,
): Promise<store.StoredNotice> {
  return atomically(ctx, async (ctx) => {
    const notice = await store.findNotice(ctx, id, 'lock');
    if (!notice) throw refuse.notFound('payment_notice');
    if (notice.state === 'applied') {
      throw refuse.conflict('payment_notice.applied', 'This notice has done what it is for.');
    }
    const outcome = await decide(ctx, notice);
    await store.settleNotice(ctx, id, outcome);
    const changes = [
      { field: 'state', old: notice.state, new: outcome.state },
      { field: 'reason', old: notice.reason, new: outcome.reason },
    ];
    const objectId = publicId('payment_notice', id);
    await audit(ctx, [{ action, objectType: 'payment_notice', objectId, changes }]);
    return { ...notice, ...outcome, appliedAt: ctx.now };
  });
}
