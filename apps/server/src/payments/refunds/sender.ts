import type { Ctx } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import { within } from '../../kit/under-way.ts';
import type { Doors } from '../kinds.ts';
import type { Payment } from '../model.ts';
import { callMs, type PaymentProvider, type ProviderDoor } from '../providers.ts';
import * as payments from '../sql.ts';
import type { Refund, RefundFact } from './model.ts';
import { applyRefundFact, waitOn } from './service.ts';
import * as store from './sql.ts';

/** A refund that is due, and the payment that it is of. */
export type RefundDue = { refund: Refund; payment: Payment };

/** Takes refunds of a provider's payments that wait to be asked for, or about. */
export async function refundsDue(ctx: Ctx, providerId: Id, limit: number, until: Date): Promise<RefundDue[]> {
  const due = await store.claimDue(ctx, providerId, limit, until);
  if (due.length === 0) return [];
  const ids = [...new Set(due.map((refund) => refund.paymentId))];
  const found = await payments.listPayments(ctx, { ids }, { limit: ids.length });
  const of = new Map(found.map((payment) => [payment.id, payment]));
  return due.map((refund) => ({ refund, payment: of.get(refund.paymentId)! }));
}

/** Asks a provider to give money back, or about what it has not answered, and writes what came of it. */
export async function carryRefund(
  fresh: () => Ctx,
  doors: Doors,
  provider: PaymentProvider,
  { refund, payment }: RefundDue,
): Promise<void> {
  const fact = await ask(doors[provider.kind], fresh, provider, payment, refund);
  const outcome = await applyRefundFact(fresh(), refund, fact);
  if (outcome !== 'applied') await waitOn(fresh(), refund.id);
  if (outcome === 'differs') fresh().log.error({ refund: refund.id }, 'a refund came to another amount');
}

/** One question to a provider. */
async function ask(
  door: ProviderDoor,
  fresh: () => Ctx,
  provider: PaymentProvider,
  payment: Payment,
  refund: Refund,
): Promise<RefundFact> {
  try {
    if (refund.state === 'created') return await within(callMs, door.refund(fresh, provider, payment, refund));
    return await within(callMs, door.lookRefund(fresh, provider, payment, refund));
  } catch (error) {
    return { kind: 'unknown', message: error instanceof Error ? error.message : String(error) };
  }
}
