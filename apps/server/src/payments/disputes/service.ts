import { formatAmount } from '@simwright/measure';
import { audit } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import { minor, type Payment } from '../model.ts';
import { listPayments } from '../sql.ts';
import { advanceDispute, type Dispute, type DisputeFact, movesBetween } from './model.ts';
import { isInLedger, postMoves, unposted } from './posting.ts';
import * as store from './sql.ts';

/**
 * Applies what a provider said of a dispute; the first word opens it. Its money moves by transfers of its own, `dispute:<id>:…`:
 * withdrawn, clearing → disputed; reinstated, back; the provider's fee stays in disputed, which holds what disputes cost. Nothing of
 * the payment is edited: not its delivery, its revenue, or its VAT, which is corrected by staff with a document.
 *
 * @param payment locked
 */
export async function applyDispute(ctx: Ctx, payment: Payment, fact: DisputeFact): Promise<'applied' | 'stale'> {
  return atomically(ctx, async (ctx) => {
    const known = await store.lockDispute(ctx, payment.providerId!, fact.reference);
    const before: Dispute = known ?? {
      ...{ id: newId(ctx), paymentId: payment.id, companyId: payment.companyId, providerId: payment.providerId! },
      ...{
        reference: fact.reference,
        currency: payment.currency,
        amountMicros: fact.amountMinor * minor,
        feeMicros: 0n,
      },
      ...{ posted: false, reason: fact.reason.slice(0, 200) },
      ...{ state: 'open', funds: 'none', evidenceDueAt: fact.evidenceDueAt, openedAt: ctx.now, settledAt: null },
    };
    const step = advanceDispute(before, fact);
    if (known && step === null) return 'stale';
    const now: Dispute = { ...before, ...step, posted: isInLedger(payment) };
    if (now.state !== 'open') now.settledAt ??= ctx.now;
    await (known ? store.saveDispute(ctx, now) : store.insertDispute(ctx, now));
    if (now.posted) await postMoves(ctx, before.posted ? before : unposted, now);
    if (!known) await tell(ctx, now, 'dispute.opened');
    for (const move of movesBetween(before.funds, now.funds)) await tell(ctx, now, `dispute.funds_${move}`);
    if (now.state !== before.state) await tell(ctx, now, `dispute.${now.state}`);
    return 'applied';
  });
}

/** Disputes that the caller may see, newest first. */
export async function listDisputes(
  ctx: Ctx,
  filter: store.DisputeFilter,
  page: { after?: Id; limit: number },
): Promise<Dispute[]> {
  return reading(ctx, (ctx) => store.listDisputes(ctx, filter, page));
}

/** A dispute of those that the caller may see. Refuses `dispute.not_found`. */
export async function getDispute(ctx: Ctx, id: Id): Promise<Dispute> {
  const [dispute] = await listDisputes(ctx, { ids: [id] }, { limit: 1 });
  if (!dispute) throw refuse.notFound('dispute');
  return dispute;
}

/** The disputed payment, where its payer is to be blocked; null: the organization wants to be told, and no more. */
export async function toBlock(ctx: Ctx, disputeId: Id): Promise<Payment | null> {
  return reading(ctx, async (ctx) => {
    if ((await store.findOnDispute(ctx)) !== 'block') return null;
    const { paymentId } = await getDispute(ctx, disputeId);
    return (await listPayments(ctx, { ids: [paymentId] }, { limit: 1 }))[0] ?? null;
  });
}

/** What happens when a payment is disputed. */
export async function getOnDispute(ctx: Ctx): Promise<'tell' | 'block'> {
  return reading(ctx, store.findOnDispute);
}

/** Decides what happens from the next dispute on. */
export async function setOnDispute(ctx: Ctx, onDispute: 'tell' | 'block'): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const old = await store.findOnDispute(ctx);
    await store.saveOnDispute(ctx, onDispute);
    const [objectType, objectId] = ['organization', publicId('organization', ctx.organization.id)];
    const changes = [{ field: 'onDispute', old, new: onDispute }];
    await audit(ctx, [{ action: 'payment_settings.set', objectType, objectId, changes }]);
  });
}

async function tell(ctx: Ctx, dispute: Dispute, name: string): Promise<void> {
  const objectId = publicId('dispute', dispute.id);
  const amount = formatAmount(dispute.amountMicros, dispute.currency);
  const changes = [{ field: 'state', old: null, new: dispute.state }];
  await audit(ctx, [{ action: name, objectType: 'dispute', objectId, changes }]);
  const { currency, reason, companyId } = dispute;
  await emit(ctx, [
    {
      name,
      subject: { type: 'dispute', id: dispute.id },
      data: {
        ...{ dispute: objectId, payment: publicId('payment', dispute.paymentId), amount, currency, reason },
        ...(companyId && { companyId: publicId('company', companyId) }),
      },
    },
  ]);
}
