import { formatAmount } from '@simwright/measure';
import { Temporal } from 'temporal-polyfill';
import { listInvoices } from '../billing/index.ts';
import { partyOf, type Receipt, receiptWords, sellerOf } from '../documents/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import { closedMonthOf } from '../ledger/index.ts';
import { getPayment, type Payment } from '../payments/index.ts';
import { listAllocations } from '../receivables/index.ts';
import { minorOf, taxDay } from '../tax/index.ts';

/** Invoices that a receipt names. */
const mostNamed = 20;

/** The receipt of a payment that the caller may see. Refuses `payment.not_found`, and `receipt.not_paid` before it has succeeded. */
export async function receiptOf(ctx: Ctx, id: Id): Promise<Receipt> {
  return reading(ctx, async (ctx) => {
    const payment = await getPayment(ctx, id);
    if (payment.state !== 'succeeded' || !payment.settledAt) {
      throw refuse.conflict('receipt.not_paid', 'There is a receipt once the payment has succeeded.');
    }
    const { party, language } = await partyOf(ctx, payment.ownerId);
    const seller = await sellerOf(ctx);
    const { currency, taxCategory, taxRatePpm, grossMicros } = payment;
    const netMicros = payment.purpose === 'invoice' ? grossMicros : payment.netMicros;
    const say = receiptWords(language);
    const what = { wallet_refill: say.walletRefill, line_refill: say.lineRefill, invoice: say.invoicePayment };
    const ofInvoices = payment.purpose === 'invoice';
    return {
      ...{ currency, language, timeZone: ctx.organization.timeZone, seller: seller.party, buyer: party },
      ...{ number: publicId('payment', payment.id), paidOn: taxDay(ctx, payment.settledAt), period: null },
      paidWith: say.methods[payment.method],
      items: [
        {
          ...{
            position: 1,
            kind: payment.purpose,
            name: what[payment.purpose],
            lineLabel: null,
            quantity: '1',
            unit: 'C62',
          },
          description: ofInvoices ? await numbersOf(ctx, payment) : (payment.detail.refill ?? null),
          ...{ unitPrice: formatAmount(netMicros, currency) },
          ...{ netMicros: `${netMicros}`, taxCategory, taxRatePpm },
        },
      ],
      // The VAT of invoices is on the invoices.
      taxes: ofInvoices ? [] : [taxOf(payment)],
      ...{ netMicros: `${netMicros}`, vatMicros: `${payment.vatMicros}`, grossMicros: `${payment.grossMicros}` },
      ...{ refundedMicros: `${payment.refundedMicros}`, footer: seller.footer, logo: seller.logo },
    };
  });
}

/**
 * What a wallet paid in a month that is closed, with VAT of it. Net is rounded once for each rate, as VAT is. Refuses what
 * `closedMonthOf` refuses.
 */
export async function walletReceiptOf(ctx: Ctx, walletId: Id, month: string): Promise<Receipt> {
  return reading(ctx, async (ctx) => {
    const { wallet, month: closed } = await closedMonthOf(ctx, walletId, month);
    const { currency, ownerId } = wallet;
    const { party, language } = await partyOf(ctx, ownerId);
    const seller = await sellerOf(ctx);
    const say = receiptWords(language);
    const lines = closed.lines
      .map((line) => ({ ...line, netMicros: minorOf(line.netMicros) }))
      .filter(({ netMicros, vatMicros }) => netMicros !== 0n || vatMicros !== 0n);
    const [net, vat] = [sum(lines.map((line) => line.netMicros)), sum(lines.map((line) => line.vatMicros))];
    const from = Temporal.PlainDate.from(closed.month);
    const until = from.add({ months: 1 }).subtract({ days: 1 }).toString();
    return {
      ...{ currency, language, timeZone: ctx.organization.timeZone, seller: seller.party, buyer: party },
      ...{ number: publicId('wallet', walletId), paidOn: until, period: { from: closed.month, until } },
      paidWith: say.methods.wallet,
      items: lines.map(({ category: taxCategory, ratePpm: taxRatePpm, netMicros }, i) => ({
        ...{ position: i + 1, kind: 'wallet', name: say.walletSpending, lineLabel: null, quantity: '1', unit: 'C62' },
        ...{ description: null, unitPrice: formatAmount(netMicros, currency) },
        ...{ netMicros: `${netMicros}`, taxCategory, taxRatePpm },
      })),
      taxes: lines.map(({ category, ratePpm, netMicros, vatMicros, reason }) => ({
        ...{ category, ratePpm, netMicros: `${netMicros}`, vatMicros: `${vatMicros}`, reason: reason || null },
      })),
      ...{ netMicros: `${net}`, vatMicros: `${vat}`, grossMicros: `${net + vat}`, refundedMicros: '0' },
      ...{ footer: seller.footer, logo: seller.logo },
    };
  });
}

function sum(amounts: bigint[]): bigint {
  return amounts.reduce((all, one) => all + one, 0n);
}

function taxOf({ taxCategory, taxRatePpm, netMicros, vatMicros, taxReason }: Payment): Receipt['taxes'][number] {
  const sums = { netMicros: `${netMicros}`, vatMicros: `${vatMicros}` };
  return { category: taxCategory, ratePpm: taxRatePpm, ...sums, reason: taxReason || null };
}

/** The numbers of the invoices that money went to; null: it is on account. */
async function numbersOf(ctx: Ctx, { id }: Payment): Promise<string | null> {
  const made = await listAllocations(ctx, { receiptId: id, standing: true }, { limit: mostNamed });
  const ids = [...new Set(made.map(({ invoiceId }) => invoiceId))];
  const invoices = ids.length > 0 ? await listInvoices(ctx, { ids }, { limit: ids.length }) : [];
  const numbers = invoices.map(({ number }) => number).sort();
  return numbers.join(', ') + (made.length === mostNamed ? ' …' : '') || null;
}
