import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { newId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { underWay } from '../kit/under-way.ts';
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

export type Sender = {
  /** Takes what is due of one organization, and begins to send it. Returns how many it took; it does not wait for answers. */
  sendDue(runtime: Runtime, organization: Organization): Promise<number>;
  /** Until what is under way has ended: some seconds more than the longest try. */
  settle(): Promise<void>;
};

/**
 * Sends deliveries, a bounded number of each organization at a time. A receiver that does not answer holds up one of those, and
 * nobody else: neither other organizations nor the rest of its own. Deliveries are taken and that commits before anybody is
 * called; what came of each is written when it is known.
 */
export function openSender(hands: Hands): Sender {
  const sending = underWay(atOnce);
  return {
    async sendDue(runtime, organization) {
      const room = sending.room(organization.id);
      if (room <= 0) return 0;
      const fresh = () => contextFor(runtime, organization, systemActor('deliveries'));
      const due = await atomically(fresh(), async (ctx) => {
        const until = new Date(ctx.now.getTime() + leaseMs);
        const claimed = await store.claimDeliveries(ctx, room, until);
        const signed: Signed[] = [];
        for (const delivery of claimed) signed.push({ delivery, headers: await hands.sign(ctx, delivery) });
        return signed;
      });
      for (const signed of due) {
        sending.begin(organization.id, () =>
          send(fresh, signed, hands.guard).catch((err) =>
            runtime.log.error({ err, delivery: signed.delivery.id }, 'what came of a delivery was not written'),
          ),
        );
      }
      return due.length;
    },
    settle: sending.settle,
  };
}

type Signed = { delivery: Delivery; headers: Record<string, string> };

/** One try, and what came of it. Lost in between, it is due again when its lease has ended. */
async function send(fresh: () => Ctx, { delivery, headers }: Signed, guard: Guard): Promise<void> {
  const at = fresh().now;
  const outcome = await post(delivery, headers, guard);
  const { id, attempts } = delivery;
  await atomically(fresh(), async (ctx) => {
    const spread = ctx.random(2).readUInt16BE() / 0xffff;
    const tried = { id, attempts, at, attemptId: newId(ctx), ...outcome };
    await store.recordTry(ctx, { ...tried, ...afterTry(attempts, outcome, ctx.now, spread) });
    // Told at the first try: whoever asked for the callback wants to know today, not when it is given up.
    if (attempts === 1 && !isDelivered(outcome.status)) await emit(ctx, callbackUnanswered(delivery, outcome.status));
  });
}
