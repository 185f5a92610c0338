import { z } from 'zod';
import { decimal, type ExportColumn } from '../kit/export/index.ts';
import { pageOf, pageQuery } from '../kit/http/page.ts';
import { Amount, Currency, idOf, listOf, Price, reply, request, Timestamp } from '../kit/http/schemas.ts';
import { groupings, revenueTypes } from './model.ts';

export const Month = z
  .string()
  .regex(/^20\d\d-(0[1-9]|1[0-2])$/, { error: 'a month, like 2026-01' })
  .meta({ example: '2026-01' });
export const months = {
  from: Month.optional().meta({ description: 'The first month; eleven before the last, unless given.' }),
  to: Month.optional().meta({ description: 'The last month; this one, unless given.' }),
};
const named = z.object({ id: z.string(), name: z.string() });

export const RevenueMonths = reply('RevenueMonths', {
  items: z.array(
    z.object({
      month: Month,
      currency: Currency,
      net: Amount,
      byType: z.array(z.object({ type: z.enum(revenueTypes), net: Amount })),
      cost: Amount.nullable().meta({ description: 'What telecoms cost; null where none has a cost.' }),
      margin: Amount.nullable(),
      countedAt: Timestamp.nullable().meta({ description: 'When it was added up last.' }),
    }),
  ),
});

export const RevenueRow = reply('RevenueRow', {
  month: Month,
  group: named.nullable().meta({ description: 'The type, the plan, the telecom, the company; null: of none.' }),
  currency: Currency,
  net: Amount,
  bytes: z.string().meta({ description: 'Used in billing periods that began in this month.' }),
  lines: z
    .int()
    .min(0)
    .max(1_000_000_000)
    .meta({ description: 'Lines with a billing period that began in this month.' }),
  cost: Amount.nullable().meta({ description: 'By telecom alone: what it asks for that.' }),
  margin: Amount.nullable(),
});
export type RevenueRow = z.output<typeof RevenueRow>;
export const RevenuePage = pageOf(RevenueRow, 'RevenuePage');
export const RevenueQuery = pageQuery({ by: z.enum(groupings).default('type'), ...months });

export const revenueColumns: readonly ExportColumn<RevenueRow>[] = [
  { id: 'month', label: 'Month', value: (row) => row.month },
  { id: 'group', label: 'Of', value: (row) => row.group?.name ?? null },
  { id: 'net', label: 'Net', value: (row) => decimal(row.net) },
  { id: 'currency', label: 'Currency', value: (row) => row.currency },
  { id: 'bytes', label: 'Bytes', value: (row) => BigInt(row.bytes) },
  { id: 'lines', label: 'Lines', value: (row) => row.lines },
  { id: 'cost', label: 'Cost', value: (row) => (row.cost === null ? null : decimal(row.cost)) },
  { id: 'margin', label: 'Margin', value: (row) => (row.margin === null ? null : decimal(row.margin)) },
];

export const Receivable = reply('Receivable', {
  account: named,
  currency: Currency,
  invoices: z.int().min(0).max(1_000_000_000).meta({ description: 'Documents that are open.' }),
  current: Amount.meta({ description: 'Not due yet.' }),
  days30: Amount.meta({ description: 'Due for 1 to 30 days.' }),
  days60: Amount.meta({ description: 'Due for 31 to 60 days.' }),
  days90: Amount.meta({ description: 'Due for 61 to 90 days.' }),
  older: Amount.meta({ description: 'Due for more than 90 days.' }),
  credits: Amount.meta({
    description: 'Credit on account: money and credit notes that paid no invoice yet, taken off the total.',
  }),
  total: Amount,
});
export type Receivable = z.output<typeof Receivable>;
export const ReceivablePage = pageOf(Receivable, 'ReceivablePage');
export const ReceivableQuery = pageQuery({ company: idOf('company').optional() });
const money = (id: 'current' | 'days30' | 'days60' | 'days90' | 'older' | 'credits' | 'total', label: string) => ({
  ...{ id, label },
  value: (row: Receivable) => decimal(row[id]),
});
export const receivableColumns: readonly ExportColumn<Receivable>[] = [
  { id: 'account', label: 'Company', value: (row) => row.account.name },
  { id: 'currency', label: 'Currency', value: (row) => row.currency },
  { id: 'invoices', label: 'Open documents', value: (row) => row.invoices },
  ...[money('current', 'Not due'), money('days30', '1-30 days'), money('days60', '31-60 days')],
  ...[
    money('days90', '61-90 days'),
    money('older', 'Over 90 days'),
    money('credits', 'On account'),
    money('total', 'Total'),
  ],
];

export const PaidQuery = z.strictObject({
  accounts: listOf(z.union([idOf('company'), idOf('end_user')])).meta({
    description: 'Up to 50 companies or end users, separated by commas.',
  }),
});
export const PaidReply = reply('PaidByAccounts', {
  items: z
    .array(z.object({ account: z.string(), currency: Currency, month: Amount, lifetime: Amount }))
    .meta({ description: 'Of each account and currency. Of a company also what its end users paid.' }),
});

export const SetCarrierCost = request('SetCarrierCost', {
  from: Month.optional().meta({ description: 'From this month on; this one, unless given. It may be over.' }),
  perMb: Price.default('0').meta({ description: 'For a megabyte, as the organization counts it, in its currency.' }),
  perLine: Amount.default('0').meta({ description: 'For each active line and month.' }),
});
export const CarrierCosts = reply('CarrierCosts', {
  currency: Currency,
  items: z.array(z.object({ from: Month, perMb: Price, perLine: Amount, setAt: Timestamp, setBy: z.string() })),
});
