import { z } from 'zod';
import { pageOf } from '../kit/http/page.ts';
import { Amount, amount, Bytes, Currency, idOf, listOf, reply, request, Timestamp, text } from '../kit/http/schemas.ts';
import { publicId } from '../kit/ids.ts';
import { percentOf } from '../tax/index.ts';
import { type Payment, subjectKindOf } from './model.ts';
import type { Gets, Quote } from './service.ts';

const account = z.union([idOf('company'), idOf('end_user'), idOf('organization')]);
const state = z.enum(['created', 'pending', 'action_needed', 'succeeded', 'failed', 'canceled', 'differs']);
const purpose = z.enum(['wallet_refill', 'line_refill', 'invoice']);
const Method = z.enum(['card', 'wallet', 'company_wallet', 'manual']);
const percent = z.string().meta({ description: 'A percentage.', example: '21' });

const things = {
  walletRefill: z
    .strictObject({
      wallet: idOf('wallet'),
      amount: Amount.meta({ description: 'What the wallet gains; VAT comes on top.' }),
      bonus: z.strictObject({ amount: Amount, expiresAt: Timestamp.nullish() }).optional().meta({
        description:
          'Given with it instead of what comes by itself, and taken back with it; only the organization gives one.',
      }),
    })
    .optional(),
  simRefill: z
    .strictObject({
      sim: idOf('sim'),
      refill: z.string().min(1).max(100).meta({ description: 'One of the refills of its plan, by its id.' }),
      times: z.int().min(1).max(10).default(1).meta({ description: 'How many of it.' }),
    })
    .optional(),
  invoicePayment: z
    .strictObject({
      invoices: z
        .array(idOf('invoice'))
        .min(1)
        .max(50)
        .optional()
        .meta({ description: 'Of one company, paid in this order.' }),
      company: idOf('company').optional().meta({
        description: 'Instead of invoices: those of a company that are open when the money comes, the oldest first.',
      }),
      amount: Amount.optional().meta({
        description: 'VAT within; all that is left of them, unless given. More than that stays as credit on account.',
      }),
      overpay: z.boolean().default(false).meta({
        description: 'By card or from a wallet more than is due is taken only if this says so.',
      }),
    })
    .optional(),
};
const wallet = idOf('wallet').optional().meta({
  description:
    'Which wallet pays. Unless named: with method wallet that of who holds the thing, with company_wallet that of their company.',
});
const card = idOf('payment_method').optional().meta({
  description:
    'With method card: a stored card, charged at once. Its owner is who pays: who it is for, its company, or the organization.',
});
export const NewQuote = request('NewQuote', { ...things, method: Method.default('card'), wallet, card });
export const NewPayment = request('NewPayment', {
  ...things,
  method: Method,
  wallet,
  card,
  note: z.string().max(1000).default('').meta({ description: 'By hand: what proves it, a bank reference.' }),
});

const priced = {
  currency: Currency,
  price: Amount.meta({ description: 'What it costs, before it is rounded to what can be paid.' }),
  net: Amount.meta({ description: 'Of invoices that a wallet pays: what leaves the wallet.' }),
  vat: Amount.meta({ description: 'Of invoices that a wallet pays: what was prepaid on that, and is deducted.' }),
  gross: Amount,
  tax: z.object({ category: z.string(), percent, reason: z.string() }),
};
export const QuoteReply = reply('PaymentQuote', {
  ...priced,
  method: Method,
  gets: z.object({
    amount: Amount.nullable().meta({ description: 'What the wallet gains.' }),
    bytes: Bytes.nullable().meta({ description: 'The data that the SIM gains.' }),
    validUntil: Timestamp.nullable().meta({ description: 'Until when; null: its days count from the first usage on.' }),
    bonus: z
      .object({ amount: Amount, expiresAt: Timestamp.nullable() })
      .nullable()
      .meta({ description: 'What the organization gives with it.' }),
  }),
});
export const PaymentReply = reply('Payment', {
  id: idOf('payment'),
  state: state.meta({
    description:
      'created: it will be asked for at once. pending: nobody knows yet. action_needed: its payer has something to do at actionUrl. succeeded, failed and canceled are over. differs: another amount came, and staff settle it.',
  }),
  purpose,
  subject: z.string().meta({
    description: 'What it is for: a wallet, a SIM, or the first of its invoices; where none was named, their company.',
  }),
  refill: z.string().nullable(),
  times: z.int().min(1).max(10).meta({ description: 'How many of it.' }),
  owner: z.string().meta({ description: 'Id of the account that pays.' }),
  ownerName: z.string(),
  method: Method,
  wallet: idOf('wallet').nullable(),
  card: idOf('payment_method').nullable().meta({ description: 'Which stored card was charged.' }),
  ...priced,
  refunded: Amount,
  used: Amount.meta({ description: 'Of a refill of a wallet: what invoices were paid with since, VAT within.' }),
  came: Amount.nullable().meta({ description: 'What came, where that is another amount than was asked for.' }),
  asked: z
    .object({ purpose, subject: z.string(), gross: Amount })
    .nullable()
    .meta({ description: 'What was asked for, of one that staff have settled.' }),
  actionUrl: z.string().nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  undelivered: z
    .string()
    .nullable()
    .meta({ description: 'It is paid, and this is why what it was for could not be given.' }),
  reference: z.string().nullable().meta({ description: 'What the provider calls it.' }),
  note: z.string(),
  createdAt: Timestamp,
  settledAt: Timestamp.nullable(),
  madeBy: z.string(),
});
export const SettlePayment = request('SettlePayment', {
  as: z
    .enum(['wallet', 'refund'])
    .meta({ description: 'wallet: what came is money in a wallet. refund: it goes back whole.' }),
  wallet: idOf('wallet').optional().meta({ description: 'Unless it was to refill a wallet: which one.' }),
  reason: text(1000),
});
export const PaymentPage = pageOf(PaymentReply, 'PaymentPage');
export const PaymentQuery = {
  owner: account.optional(),
  company: idOf('company').optional(),
  sim: idOf('sim').optional(),
  wallet: idOf('wallet').optional(),
  invoice: idOf('invoice').optional().meta({ description: 'The first that it was for.' }),
  state: listOf(state).optional().meta({ description: 'One, or several separated by commas.' }),
  purpose: purpose.optional(),
  method: Method.optional(),
  undelivered: z.literal('true').optional().meta({
    description: 'Paid, not given, and not all given back: somebody delivers or refunds these.',
  }),
  from: Timestamp.optional(),
  to: Timestamp.optional(),
};

export function shownQuote(q: Quote) {
  const show = (micros: bigint) => amount(micros, q.currency);
  return {
    currency: q.currency,
    ...{ price: show(q.priceMicros), net: show(q.netMicros), vat: show(q.vatMicros), gross: show(q.grossMicros) },
    tax: { category: q.taxCategory, percent: percentOf(q.taxRatePpm), reason: q.taxReason },
  };
}

/** @param method how it is paid: whose wallet is known by now */
export function shownWholeQuote(q: Quote, method: Payment['method'], gets: Gets) {
  const { amountMicros, bytes, validUntil } = gets;
  const gained = amountMicros === null ? null : amount(amountMicros, q.currency);
  const bonus = gets.bonus
    ? {
        amount: amount(BigInt(gets.bonus.micros), q.currency),
        expiresAt: gets.bonus.expiresAt === null ? null : new Date(gets.bonus.expiresAt),
      }
    : null;
  return { ...shownQuote(q), method, gets: { amount: gained, bytes, validUntil, bonus } };
}

/** @param ownerName who pays, as people call them */
export function shownPayment(p: Payment, ownerName: string) {
  return {
    ...{ id: p.id, state: p.state, purpose: p.purpose, method: p.method },
    ...{ wallet: p.walletId, card: p.cardId, note: p.note },
    subject: publicId(subjectKindOf(p), p.subjectId),
    refill: p.detail.refill ?? null,
    times: p.detail.times ?? 1,
    owner: publicId(p.ownerKind, p.ownerId),
    ownerName,
    ...shownQuote(p),
    refunded: amount(p.refundedMicros, p.currency),
    used: amount(p.usedMicros, p.currency),
    came: p.cameMicros === null ? null : amount(p.cameMicros, p.currency),
    asked: p.detail.asked ?? null,
    actionUrl: p.actionUrl,
    failure: p.failureCode ? { code: p.failureCode, message: p.failureMessage ?? '' } : null,
    ...{ undelivered: p.undelivered, reference: p.reference },
    ...{ createdAt: p.createdAt, settledAt: p.settledAt, madeBy: p.madeBy },
  };
}
