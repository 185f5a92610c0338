import { z } from 'zod';
import type { ExportColumn } from '../kit/export/index.ts';
import { decimal } from '../kit/export/index.ts';
import { pageOf, pageQuery } from '../kit/http/page.ts';
import { Amount, Currency, idOf, listOf, reply, request, Timestamp, text } from '../kit/http/schemas.ts';
import { methods, statuses, types } from './model.ts';

const account = z.union([idOf('company'), idOf('end_user'), idOf('organization')]);
const named = z.object({ id: z.string(), name: z.string() });
const Month = z
  .string()
  .regex(/^(?!0000)\d{4}-(0[1-9]|1[0-2])$/, { error: 'a month, like 2026-01' })
  .meta({ example: '2026-01' });
const Label = text(100);

const shape = {
  id: idOf('transaction'),
  at: Timestamp.meta({ description: 'When it began.' }),
  type: z.enum(types),
  status: z.enum(statuses),
  destination: z
    .object({
      kind: z.enum(['sim', 'pool', 'wallet', 'invoice', 'company', 'order']),
      id: z.string().nullable(),
      name: z.string().nullable(),
    })
    .meta({
      description:
        'What it was for: the ICCID of a SIM, whose wallet, which invoice. Without a name it is not yours to see.',
    }),
  amount: Amount.meta({ description: 'VAT within. Below zero: what went back, or was taken by a correction.' }),
  net: Amount,
  vat: Amount,
  currency: Currency,
  method: z.enum(methods),
  payer: named.nullable(),
  company: named.nullable(),
  endUser: named.nullable(),
  billingCycle: Month.meta({ description: 'The calendar month it began in, in the zone of the organization.' }),
  labels: z.array(z.string()),
  reference: z.string().meta({ description: 'What the provider calls it, or the bank.' }),
  note: z.string(),
  undelivered: z.boolean().meta({ description: 'It is paid, and what it was for could not be given.' }),
  settledAt: Timestamp.nullable(),
};
export const TransactionReply = reply('Transaction', shape);
export type Shown = z.output<typeof TransactionReply>;
export const TransactionPage = pageOf(TransactionReply, 'TransactionPage');

export const TransactionDetail = reply('TransactionDetail', {
  ...shape,
  payment: idOf('payment').nullable().meta({ description: 'The payment that it is, or that a refund is of.' }),
  refund: idOf('refund').nullable(),
  explanation: z
    .string()
    .nullable()
    .meta({ description: 'What can be asked of `/explanations/{id}`: where the amount comes from.' }),
  madeBy: z.string().nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  tax: z.object({ category: z.string(), percent: z.string(), reason: z.string() }).nullable(),
  refunds: z.array(
    z.object({ id: idOf('refund'), amount: Amount, state: z.string(), reason: z.string(), createdAt: Timestamp }),
  ),
  transfers: z
    .array(
      z.object({
        id: idOf('transfer'),
        key: z.string(),
        kind: z.string(),
        at: Timestamp,
        note: z.string().nullable(),
        madeBy: z.string().nullable(),
        entries: z.array(
          z.object({
            account: z.string().meta({ description: 'The kind of the ledger account.' }),
            accountId: idOf('ledger_account'),
            owner: z.string(),
            amount: Amount,
            balanceAfter: Amount.nullable(),
          }),
        ),
      }),
    )
    .meta({ description: 'What moved in the ledger; a company sees the entries of its own accounts.' }),
});

export const TransactionQuery = pageQuery({
  search: z.string().min(1).max(100).optional().meta({
    description:
      'An identifier of a SIM, a name of who pays or whose wallet it is, a number of an invoice, a reference.',
  }),
  status: listOf(z.enum(statuses)).optional().meta({ description: 'One, or several separated by commas.' }),
  type: listOf(z.enum(types)).optional().meta({ description: 'One, or several separated by commas.' }),
  method: listOf(z.enum(methods)).optional().meta({ description: 'One, or several separated by commas.' }),
  currency: Currency.optional(),
  payer: account.optional(),
  company: idOf('company').optional(),
  endUser: idOf('end_user').optional(),
  sim: idOf('sim').optional(),
  wallet: idOf('wallet').optional(),
  label: Label.optional(),
  billingCycle: Month.optional().meta({
    description: 'The calendar month it began in, in the zone of the organization.',
  }),
  from: Timestamp.optional(),
  to: Timestamp.optional(),
});
export const LabelTransaction = request('LabelTransaction', { labels: z.array(Label).max(50) });

export const columns: readonly ExportColumn<Shown>[] = [
  { id: 'date', label: 'Date', value: (row) => row.at },
  { id: 'type', label: 'Type', value: (row) => row.type },
  { id: 'destination', label: 'Destination', value: (row) => row.destination.name },
  { id: 'amount', label: 'Amount', value: (row) => decimal(row.amount) },
  { id: 'net', label: 'Net', value: (row) => decimal(row.net) },
  { id: 'vat', label: 'VAT', value: (row) => decimal(row.vat) },
  { id: 'currency', label: 'Currency', value: (row) => row.currency },
  { id: 'method', label: 'Method', value: (row) => row.method },
  { id: 'payer', label: 'Payer', value: (row) => row.payer?.name ?? null },
  { id: 'company', label: 'Company', value: (row) => row.company?.name ?? null },
  { id: 'endUser', label: 'End user', value: (row) => row.endUser?.name ?? null },
  { id: 'cycle', label: 'Billing cycle', value: (row) => row.billingCycle },
  { id: 'labels', label: 'Labels', value: (row) => row.labels.join(' ') },
  { id: 'status', label: 'Status', value: (row) => row.status },
  { id: 'settled', label: 'Settled', value: (row) => row.settledAt },
  { id: 'reference', label: 'Reference', value: (row) => row.reference },
  { id: 'note', label: 'Note', value: (row) => row.note },
  { id: 'id', label: 'Id', value: (row) => row.id },
];
