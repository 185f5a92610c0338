import { divideHalfEven, formatAmount } from '@simwright/measure';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import { getWallet } from '../ledger/index.ts';
import { minor, type Payment, subjectKindOf } from './model.ts';
import { startRefund } from './refunds/service.ts';
import { getPayment, type Hands, succeed, tell } from './service.ts';
import { taxedOtherwise } from './spending.ts';
import * as store from './sql.ts';

/** What staff make of a payment that came to another amount: money in a wallet, or it goes back whole. */
export type Settlement = { as: 'wallet' | 'refund'; walletId?: Id; reason: string };

/**
 * Settles a payment that came to another amount than was asked for. From then on its amounts are what came, VAT within at the rate of
 * then; what was asked for is kept beside them. This is the one place where amounts of a payment change, and nothing was posted before.
 *
 * Refuses `payment.as_asked`, `payment.wallet_needed`, `payment.wallet_cannot_pay`, `payment.wallet_taxed_otherwise`.
 */
export async function settleDifferent(ctx: Ctx, hands: Hands, id: Id, how: Settlement): Promise<Payment> {
  return atomically(ctx, async (ctx) => {
    const seen = await getPayment(ctx, id);
    const subjectId = how.as === 'wallet' ? await walletOf(ctx, seen, how.walletId) : seen.subjectId;
    const purpose = how.as === 'wallet' ? ('wallet_refill' as const) : seen.purpose;
    return hands.holding(ctx, { purpose, subjectId }, async (ctx) => {
      const payment = (await store.lockPayment(ctx, id))!;
      if (payment.state !== 'differs') {
        throw refuse.conflict(
          'payment.as_asked',
          'Only what came to another amount than asked for is settled by hand.',
        );
      }
      const came = asItCame(payment, { purpose, subjectId });
      await store.saveSettled(ctx, came);
      const changes = [
        { field: 'as', old: null, new: how.as },
        { field: 'reason', old: null, new: how.reason },
      ];
      const objectId = publicId('payment', id);
      await audit(ctx, [{ action: 'payment.settled', objectType: 'payment', objectId, changes }]);
      if (how.as === 'wallet') return succeed(ctx, hands, came);
      const back: Payment = { ...came, state: 'succeeded', undelivered: 'payment.another_amount', settledAt: ctx.now };
      await store.savePayment(ctx, back);
      await tell(ctx, back, 'payment.succeeded');
      await startRefund(ctx, id, { reason: how.reason });
      return getPayment(ctx, id);
    });
  });
}

function asItCame(payment: Payment, { purpose, subjectId }: Pick<Payment, 'purpose' | 'subjectId'>): Payment {
  const { cameMicros, taxRatePpm, currency } = payment;
  const grossMicros = cameMicros!;
  const rate = BigInt(taxRatePpm);
  const vatMicros = divideHalfEven(grossMicros * rate, (1_000_000n + rate) * minor) * minor;
  const netMicros = grossMicros - vatMicros;
  const subject = publicId(subjectKindOf(payment), payment.subjectId);
  const asked = { purpose: payment.purpose, subject, gross: formatAmount(payment.grossMicros, currency) };
  const { bonus, ...rest } = payment.detail;
  // A bonus was promised for the whole.
  const detail = { ...rest, asked, ...(bonus && grossMicros > payment.grossMicros && { bonus }) };
  return { ...payment, purpose, subjectId, detail, priceMicros: netMicros, netMicros, vatMicros, grossMicros };
}

/** Where the money goes: the wallet that was to be refilled, or one that is named, of who pays. */
async function walletOf(ctx: Ctx, payment: Payment, named: Id | undefined): Promise<Id> {
  const id = named ?? (payment.purpose === 'wallet_refill' ? payment.subjectId : null);
  const field = 'body.wallet';
  if (!id) throw refuse.invalid('payment.wallet_needed', 'Say which wallet gets what came.', { field });
  const { wallet } = await getWallet(ctx, id);
  const otherwise = await taxedOtherwise(ctx, payment, id);
  if (otherwise) throw otherwise;
  const theirs = [payment.ownerId, payment.companyId, ctx.organization.id].includes(wallet.ownerId);
  if (theirs && wallet.openedAt && wallet.currency === payment.currency) return id;
  throw refuse.conflict(
    'payment.wallet_cannot_pay',
    'This wallet is not of who paid, not open, or of another currency.',
    {
      field,
    },
  );
}
