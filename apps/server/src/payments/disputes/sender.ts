import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { within } from '../../kit/under-way.ts';
import type { Doors } from '../kinds.ts';
import type { Payment } from '../model.ts';
import { callMs, type PaymentProvider, type ToldDispute } from '../providers.ts';
import { findByReference, lockPayment, savePayment } from '../sql.ts';
import { applyDispute } from './service.ts';

/** Every so often a provider is asked which disputes it has: a notice of one may be lost. */
const lookEveryMs = 60 * 60_000;

/** When each provider was asked last by this process; one that starts asks at once. */
export function disputeLooks(): { isDue(ctx: Ctx, providerId: Id): boolean } {
  const last = new Map<Id, number>();
  return {
    isDue(ctx, providerId) {
      const now = ctx.now.getTime();
      const before = last.get(providerId);
      if (before !== undefined && now - before < lookEveryMs) return false;
      last.set(providerId, now);
      return true;
    },
  };
}

/** Asks a provider which disputes it has. What is known already changes nothing. Throws when it does not answer: the next look comes in an hour. */
export async function carryDisputes(fresh: () => Ctx, doors: Doors, provider: PaymentProvider): Promise<void> {
  for (const told of await within(callMs, doors[provider.kind].disputes(fresh, provider))) {
    await atomically(fresh(), (ctx) => applyToldDispute(ctx, provider.id, told));
  }
}

/**
 * Applies what a provider said of a dispute of one of ours, in the caller's database transaction. A payment that is disputed was paid: where
 * that is not known here, the provider is asked for it next. @returns what came of it; the account there may do other things besides
 */
export async function applyToldDispute(
  ctx: Ctx,
  providerId: Id,
  { payment: of, fact }: ToldDispute,
): Promise<{ came: 'applied' | 'stale'; paymentId: Id | null }> {
  const payment =
    typeof of === 'string' ? await lockPayment(ctx, of) : await findByReference(ctx, providerId, of.reference);
  if (payment?.providerId !== providerId) return { came: 'stale', paymentId: null };
  const came = await applyDispute(ctx, payment, fact);
  if (came === 'applied' && isUnknown(payment)) await savePayment(ctx, { ...payment, nextAttemptAt: ctx.now });
  return { came, paymentId: payment.id };
}

/** No money of it is known to have come. */
function isUnknown({ state }: Payment): boolean {
  return state !== 'succeeded' && state !== 'differs';
}
