import { z } from 'zod';
import { pageOf } from '../../kit/http/page.ts';
import {
  Amount,
  amount,
  Bytes,
  Count,
  Currency,
  idOf,
  lines,
  listOf,
  NetBytes,
  reply,
  request,
  Timestamp,
  text,
} from '../../kit/http/schemas.ts';
import type { Id } from '../../kit/ids.ts';
import { percentOf } from '../../tax/index.ts';
import { type BillItem, itemKinds, type PreBill, preBillKinds, preBillStates } from '../model.ts';
import type { Preview } from '../preview.ts';
import type { Owned } from '../reads.ts';
import type { Invoice } from '../sql/invoices.ts';
import type { KindSum } from '../sql/pre-bills.ts';
import type { PreviewSum } from '../sql/preview.ts';
import type { BilledUsage } from '../sql/usage.ts';

/** What a whole number of a table may come to. */
const most = 2 ** 31 - 1;
const whole = z.int().min(0).max(most);
export const Day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .meta({ example: '2026-01-31' });
const search = z.string().min(1).max(100).optional().meta({ description: 'A number, or a part of a company name.' });
const Quantity = z.string().regex(/^-?(0|[1-9]\d{0,11})(\.\d{1,6})?$/, { error: 'a quantity, like "2" or "1.5"' });
const Percent = z.string().regex(/^(100(\.0{1,4})?|\d{1,2}(\.\d{1,4})?)$/, {
  error: 'a percentage of at most four decimals, like "10" or "2.5"',
});

export const EditForm = z.union([
  z.strictObject({
    kind: z.literal('line'),
    name: text(200),
    quantity: Quantity.default('1'),
    unitPrice: Amount.meta({ description: 'Without VAT. A credit has a quantity below zero.' }),
  }),
  z.strictObject({
    kind: z.literal('discount'),
    name: text(200),
    percent: Percent.optional().meta({ description: 'Of what was collected; or `amount`.' }),
    amount: Amount.optional().meta({ description: 'What it takes off, without VAT.' }),
  }),
]);

export const CollectPreBills = request('CollectPreBills', {
  companies: z.array(idOf('company')).min(1).max(100),
});
export const EditPreBill = request('EditPreBill', {
  edits: z
    .array(EditForm)
    .max(100)
    .optional()
    .meta({ description: 'Lines and discounts; they replace those that are there.' }),
  note: lines(2000).optional().meta({ description: 'Printed on the invoice.' }),
  buyerReference: text(200).or(z.literal('')).optional(),
  version: z
    .int()
    .min(1)
    .max(most)
    .optional()
    .meta({ description: 'The version that was seen: another one is refused.' }),
});
export const ApprovePreBill = request('ApprovePreBill', {
  version: z
    .int()
    .min(1)
    .max(most)
    .optional()
    .meta({ description: 'The version that was seen: another one is refused.' }),
  late: z.enum(['accept', 'refuse']).default('refuse').meta({
    description:
      'What becomes of usage that arrived since it was collected: its sum is accepted, or told in a refusal.',
  }),
});
export const SettlePreBills = request('SettlePreBills', {
  action: z.enum(['approve', 'reject']),
  preBills: z
    .array(
      z.strictObject({
        id: idOf('pre_bill'),
        version: z
          .int()
          .min(1)
          .max(2_147_483_647)
          .optional()
          .meta({ description: 'The one that was seen; else whatever is there.' }),
      }),
    )
    .min(1)
    .max(500)
    .optional(),
  matching: z
    .strictObject({
      ...{ company: idOf('company').optional(), kind: z.array(z.enum(preBillKinds)).min(1).max(3).optional() },
      ...{ operation: idOf('operation').optional(), from: Timestamp.optional(), to: Timestamp.optional() },
    })
    .optional()
    .meta({ description: 'Instead of naming them: all pending ones that match now.' }),
  late: z
    .enum(['accept', 'refuse'])
    .default('refuse')
    .meta({ description: 'Usage that came since: taken as it is, or the pre-bill is left.' }),
  reason: z.string().max(1000).default('').meta({ description: 'Of rejecting them.' }),
});
export const RejectPreBill = request('RejectPreBill', { reason: text(1000) });

const PreBillState = z.enum(preBillStates);
export const PreBillQuery = {
  search,
  company: idOf('company').optional(),
  state: listOf(PreBillState).optional(),
  kind: listOf(z.enum(preBillKinds)).optional(),
  operation: idOf('operation').optional().meta({ description: 'Made by this bill run.' }),
  from: Timestamp.optional(),
  to: Timestamp.optional(),
};

const company = z.object({ id: idOf('company'), name: z.string() });
const shape = {
  id: idOf('pre_bill'),
  number: z.string(),
  company,
  kind: z.enum(preBillKinds).meta({
    description:
      'cycle: a month that is over. advance: fixed fees of a month to come or just begun. manual: somebody asked.',
  }),
  state: PreBillState,
  currency: Currency,
  periodFrom: Day.nullable(),
  periodUntil: Day,
  items: z.int().min(0).max(most),
  collected: Amount.meta({ description: 'What was collected, each item rounded.' }),
  net: Amount.meta({ description: 'With what staff wrote; without VAT.' }),
  note: z.string(),
  buyerReference: z.string(),
  version: z.int().min(0).max(most),
  operation: idOf('operation').nullable(),
  reason: z.string(),
  createdAt: Timestamp,
  collectedAt: Timestamp,
  settledAt: Timestamp.nullable(),
  settledBy: z.string().nullable(),
};
export const PreBillReply = reply('PreBill', shape);
export const PreBillPage = pageOf(PreBillReply, 'PreBillPage');
export const PreBillList = reply('PreBillList', { items: z.array(PreBillReply) });
const KindTotal = z.object({ kind: z.enum(itemKinds), items: z.int().min(0).max(most), net: Amount });
export const PreBillDetail = reply('PreBillDetail', {
  ...shape,
  edits: z.array(EditForm),
  kinds: z.array(KindTotal),
  tax: z.object({ category: z.string(), percent: z.string() }).meta({ description: 'As it would be today.' }),
  vat: Amount,
  gross: Amount,
  lacking: z.array(z.string()).meta({
    description: 'Pending: what an electronic invoice of it would lack if it were approved now.',
    example: ['the country of the buyer (BR-11)'],
  }),
});

export const ItemReply = reply('BillItem', {
  position: z.int().min(0).max(most),
  origin: z.enum(['collected', 'staff']),
  kind: z.enum(itemKinds),
  sim: idOf('sim').nullable(),
  pool: idOf('pool').nullable(),
  label: z.string().meta({ description: 'ICCID, or the name of the pool.' }),
  detail: z.string().meta({ description: 'The plan; or what staff call it.' }),
  quantity: z.string(),
  unitPrice: Amount,
  exact: Amount.meta({ description: 'Before it was rounded.' }),
  net: Amount,
});
export const ItemPage = pageOf(ItemReply, 'BillItemPage');
export const ItemQuery = { search: z.string().min(1).max(100).optional() };

export const UsageReply = reply('BilledUsage', {
  sim: idOf('sim').nullable(),
  pool: idOf('pool').nullable(),
  label: z.string().meta({ description: 'ICCID, or the name of the pool.' }),
  plan: z.string(),
  from: Timestamp.nullable().meta({ description: 'Of the period; null: none ended in the days of the bill.' }),
  until: Timestamp.nullable(),
  usedBytes: NetBytes,
  includedBytes: Bytes.nullable(),
  overageBytes: Bytes,
  charge: Amount.meta({ description: 'What that usage costs.' }),
  billed: Amount.meta({ description: 'All of it on this bill: fees, usage, adjustments.' }),
});
export const UsagePage = pageOf(UsageReply, 'BilledUsagePage');
const previewed = z.object({ kind: z.enum(itemKinds), things: Count, amount: Amount });
export const PreviewReply = reply('BillPreview', {
  company: idOf('company'),
  bills: z.array(
    z.object({
      currency: Currency,
      open: z.array(previewed).meta({ description: 'What would be on a bill that somebody asked for now.' }),
      net: Amount,
      running: z.array(previewed).meta({ description: 'What running periods have come to: billed when they end.' }),
    }),
  ),
});
export const StatisticsReply = reply('PreBillStatistics', {
  pending: whole,
  approved: whole,
  rejected: whole,
  companies: whole,
  months: whole.meta({ description: 'Bill cycles: months that pre-bills are for.' }),
});

export const InvoiceQuery = {
  search,
  company: idOf('company').optional(),
  kind: z.enum(['invoice', 'credit_note']).optional(),
  state: listOf(z.enum(['open', 'paid', 'credited'])).optional(),
  overdue: z.stringbool({ truthy: ['true'], falsy: ['false'] }).optional(),
  credits: idOf('invoice').optional().meta({ description: 'Credit notes of this invoice.' }),
  from: Timestamp.optional(),
  to: Timestamp.optional(),
};
export const InvoiceReply = reply('Invoice', {
  id: idOf('invoice'),
  kind: z.enum(['invoice', 'credit_note']),
  number: z.string(),
  company,
  credits: idOf('invoice').nullable().meta({ description: 'The invoice that a credit note takes back.' }),
  state: z.enum(['open', 'paid', 'credited']),
  overdue: z.boolean(),
  issuedAt: Timestamp,
  issuedOn: Day,
  dueOn: Day.nullable(),
  currency: Currency,
  net: Amount,
  vat: Amount,
  gross: Amount,
  paid: Amount,
  credited: Amount,
  tax: z.object({ category: z.string(), percent: z.string(), reason: z.string().nullable() }),
  period: z.object({ from: Day, until: Day }).nullable(),
  items: z.int().min(0).max(most),
  preBill: idOf('pre_bill').nullable(),
  issuedBy: z.string(),
});
export const InvoicePage = pageOf(InvoiceReply, 'InvoicePage');
export function shownPreBill(p: Owned<PreBill>) {
  const show = (micros: bigint) => amount(micros, p.currency);
  return {
    ...{ id: p.id, number: p.number, company: { id: p.owner.id, name: p.owner.name }, kind: p.kind, state: p.state },
    ...{ currency: p.currency, periodFrom: p.periodFrom, periodUntil: p.periodUntil, items: p.items },
    ...{ collected: show(p.collectedMicros), net: show(p.netMicros), note: p.note, buyerReference: p.buyerReference },
    ...{ version: p.version, operation: p.operationId, reason: p.reason, createdAt: p.createdAt },
    ...{ collectedAt: p.collectedAt, settledAt: p.settledAt, settledBy: p.settledBy },
  };
}

export function shownKinds(kinds: KindSum[], currency: string) {
  return kinds.map(({ kind, items, netMicros }) => ({ kind, items, net: amount(netMicros, currency) }));
}

export function shownItem(item: BillItem, currency: string) {
  const { position, origin, kind, label, detail, quantity } = item;
  return {
    ...{ position, origin, kind, sim: item.lineId, pool: item.poolId, label, detail, quantity },
    unitPrice: amount(item.unitPriceMicros, currency),
    ...{ exact: amount(item.exactMicros, currency), net: amount(item.netMicros, currency) },
  };
}

/** @param now whether it is overdue is a question of the moment */
/** Credit notes of an invoice, and fees of reminders, were none; they are for no period. */
function isOfPreBill({ creditsId, document }: Invoice): boolean {
  return creditsId === null && document.period !== null;
}

export function shownInvoice(i: Owned<Invoice>, now: Date) {
  const show = (micros: bigint) => amount(micros, i.currency);
  const [tax] = i.document.taxes;
  return {
    ...{
      id: i.id,
      kind: i.kind,
      number: i.number,
      company: { id: i.owner.id, name: i.owner.name },
      credits: i.creditsId,
    },
    ...{ state: i.state, overdue: i.state === 'open' && i.dueAt !== null && i.dueAt <= now, issuedAt: i.issuedAt },
    ...{ issuedOn: i.document.issuedOn, dueOn: i.document.dueOn, currency: i.currency },
    ...{ net: show(i.netMicros), vat: show(i.vatMicros), gross: show(i.grossMicros) },
    ...{ paid: show(i.paidMicros), credited: show(i.creditedMicros), period: i.document.period },
    tax: { category: tax!.category, percent: percentOf(tax!.ratePpm), reason: tax!.reason },
    ...{ items: i.items, preBill: isOfPreBill(i) ? i.id : null, issuedBy: i.issuedBy },
  };
}

export function shownUsage(u: BilledUsage, currency: string) {
  const {
    lineId: sim,
    poolId: pool,
    label,
    planName: plan,
    startsAt: from,
    endsAt: until,
    usedBytes,
    allowanceBytes,
  } = u;
  const over = allowanceBytes === null ? 0n : usedBytes - allowanceBytes;
  return {
    ...{
      sim,
      pool,
      label,
      plan,
      from,
      until,
      usedBytes,
      includedBytes: allowanceBytes,
      overageBytes: over > 0n ? over : 0n,
    },
    ...{ charge: amount(u.chargeMicros, currency), billed: amount(u.billedMicros, currency) },
  };
}

export function shownPreview(companyId: Id, previews: Preview[]) {
  const sums = (list: PreviewSum[], currency: string) =>
    list.map(({ kind, things, micros }) => ({ kind, things, amount: amount(micros, currency) }));
  return {
    company: companyId,
    bills: previews.map(({ currency, open, running }) => ({
      ...{ currency, open: sums(open, currency), running: sums(running, currency) },
      net: amount(
        open.reduce((sum, one) => sum + one.micros, 0n),
        currency,
      ),
    })),
  };
}
