import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { newId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { callbackUnanswered } from './events.ts';
import type { Guard } from './guard.ts';
import { afterTry, type Delivery, isDelivered } from './model.ts';
import { post } from './post.ts';
import * as store from './sql.ts';

/** What the sender is handed, because it belongs to others. */
export type Hands = {
  guard: Guard;
  /** The headers that prove a request to be ours, made when it is sent: a token may have been changed since it was kept. */
  sign(ctx: Ctx, delivery: Delivery): Promise<Record<string, string>>;
};

/** Requests under way at a time for one organization. */
const atOnce = 20;
/** Longer than the longest try: what a dead sender had taken falls due again then. */
const leaseMs = 60_000;

/**
 * Sends what is due of one organization, one round. Deliveries are taken and that commits before anybody is called; what came
 * of it is written afterwards. Returns how many it tried.
 */
export async function sendDue(runtime: Runtime, organization: Organization, hands: Hands): Promise<number> {
  const fresh = () => contextFor(runtime, organization, systemActor('deliveries'));
  const due = await atomically(fresh(), async (ctx) => {
    const claimed = await store.claimDeliveries(ctx, atOnce, new Date(ctx.now.getTime() + leaseMs));
    const signed: { delivery: Delivery; headers: Record<string, string> }[] = [];
    for (const delivery of claimed) signed.push({ delivery, headers: await hands.sign(ctx, delivery) });
    return signed;
  });
  if (due.length === 0) return 0;
  const tries = await Promise.all(
    due.map(async ({ delivery, headers }) => {
      const at = fresh().now;
      return { delivery, at, outcome: await post(delivery, headers, hands.guard) };
    }),
  );
  await atomically(fresh(), async (ctx) => {
    await store.recordTries(
      ctx,
      tries.map(({ delivery: { id, attempts }, at, outcome }) => ({
        ...{ id, attempts, at, attemptId: newId(ctx), ...outcome },
        ...afterTry(attempts, outcome, ctx.now, ctx.random(2).readUInt16BE() / 0xffff),
      })),
    );
    // Told at the first try: whoever asked for the callback wants to know today, not when it is given up.
    const unanswered = tries.filter(({ delivery, outcome }) => delivery.attempts === 1 && !isDelivered(outcome.status));
    await emit(
      ctx,
      unanswered.flatMap(({ delivery, outcome }) => callbackUnanswered(delivery, outcome.status)),
    );
  });
  return due.length;
}
