import { formatAmount } from '@simwright/measure';
import { partyOf, type Receipt, receiptWords, sellerOf } from '../documents/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import { getPayment } from '../payments/index.ts';
import { taxDay } from '../tax/index.ts';

/** The receipt of a payment that the caller may see. Refuses `payment.not_found`, and `receipt.not_paid` before it has succeeded. */
export async function receiptOf(ctx: Ctx, id: Id): Promise<Receipt> {
  return reading(ctx, async (ctx) => {
    const payment = await getPayment(ctx, id);
    if (payment.state !== 'succeeded' || !payment.settledAt) {
      throw refuse.conflict('receipt.not_paid', 'There is a receipt once the payment has succeeded.');
    }
    const { party, language } = await partyOf(ctx, payment.ownerId);
    const seller = await sellerOf(ctx);
    const { currency, taxCategory, taxRatePpm, netMicros } = payment;
    const say = receiptWords(language);
    const what = payment.purpose === 'wallet_refill' ? say.walletRefill : say.lineRefill;
    return {
      ...{ currency, language, timeZone: ctx.organization.timeZone, seller: seller.party, buyer: party },
      ...{ number: publicId('payment', payment.id), paidOn: taxDay(ctx, payment.settledAt) },
      paidWith: say.methods[payment.method],
      items: [
        {
          ...{ position: 1, kind: payment.purpose, name: what, lineLabel: null, quantity: '1', unit: 'C62' },
          ...{ description: payment.detail.refill ?? null, unitPrice: formatAmount(netMicros, currency) },
          ...{ netMicros: `${netMicros}`, taxCategory, taxRatePpm },
        },
      ],
      taxes: [
        {
          ...{
            category: taxCategory,
            ratePpm: taxRatePpm,
            netMicros: `${netMicros}`,
            vatMicros: `${payment.vatMicros}`,
          },
          reason: payment.taxReason || null,
        },
      ],
      ...{ netMicros: `${netMicros}`, vatMicros: `${payment.vatMicros}`, grossMicros: `${payment.grossMicros}` },
      ...{ refundedMicros: `${payment.refundedMicros}`, footer: seller.footer, logo: seller.logo },
    };
  });
}
