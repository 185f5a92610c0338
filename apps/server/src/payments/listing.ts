import type { Ctx } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import { type Told, tellTransactions } from '../transactions/index.ts';
import { type Payment, type State, subjectKindOf } from './model.ts';
import { kindOfProvider } from './providers-sql.ts';
import type { Refund } from './refunds/model.ts';

/**
 * Lists a payment as it stands now, in the database transaction that made it so.
 *
 * @param holderId who holds what is paid for, where another one pays; told once, when it begins
 */
export async function listPayment(ctx: Ctx, payment: Payment, holderId?: Id): Promise<void> {
  const told = await asTransaction(ctx, payment);
  const accounts = [payment.companyId, ctx.organization.id];
  const holder = holderId && !accounts.includes(holderId) ? holderId : null;
  await tellTransactions(ctx, [{ ...told, endUserId: told.endUserId ?? holder }]);
}

/** Lists a refund, as what goes back of its payment. */
export async function listRefund(ctx: Ctx, payment: Payment, refund: Refund): Promise<void> {
  await tellTransactions(ctx, [
    {
      ...(await asTransaction(ctx, payment)),
      ...{ id: refund.id, key: `refund:${refund.id}`, type: 'refund', note: refund.reason, undelivered: false },
      ...{
        amountMicros: -refund.grossMicros,
        vatMicros: payment.purpose === 'invoice' ? 0n : -refund.vatMicros,
        reference: refund.reference ?? '',
      },
      ...{ status: statusOf(refund.state), at: refund.createdAt, settledAt: refund.settledAt },
    },
  ]);
}

async function asTransaction(ctx: Ctx, payment: Payment): Promise<Told> {
  const { id, purpose, companyId, currency, note } = payment;
  return {
    ...{ id, key: `payment:${id}`, companyId, currency, note },
    type: purpose === 'invoice' ? 'invoice_payment' : purpose,
    status: statusOf(payment.state),
    destination: { kind: subjectKindOf(payment), id: payment.subjectId },
    // The VAT of invoices is on the invoices.
    ...{ amountMicros: payment.grossMicros, vatMicros: purpose === 'invoice' ? 0n : payment.vatMicros },
    method: await methodOf(ctx, payment),
    payerId: payment.ownerId,
    endUserId: payment.ownerKind === 'end_user' ? payment.ownerId : null,
    reference: payment.reference ?? '',
    // Somebody has to look at it.
    undelivered: payment.undelivered !== null || payment.state === 'differs',
    ...{ at: payment.createdAt, settledAt: payment.settledAt },
  };
}

/** What was taken back before anything was charged has failed, for who looks at money. */
function statusOf(state: State): Told['status'] {
  if (state === 'succeeded') return 'completed';
  return state === 'failed' || state === 'canceled' ? 'failed' : 'pending';
}

/** A card at the built-in provider moves no money, and is not listed as one; what was paid otherwise on a page has its own name. */
async function methodOf(ctx: Ctx, { method, providerId, detail }: Payment): Promise<Told['method']> {
  if (method !== 'card') return method;
  if (detail.means) return detail.means;
  return (await kindOfProvider(ctx, providerId!)) === 'sandbox' ? 'sandbox' : 'card';
}
