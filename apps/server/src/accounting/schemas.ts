import { z } from 'zod';
import { itemKinds } from '../billing/index.ts';
import { Amount, Currency, idOf, reply, request, Timestamp } from '../kit/http/schemas.ts';
import { ledgerAccountKinds } from '../ledger/index.ts';
import { categories } from '../tax/index.ts';
import { connectionStates } from './connection/model.ts';
import { documentForms } from './mapping.ts';
import { pushKinds, pushStates } from './pushes/model.ts';

const Code = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,19}$/, { error: 'the code of an account, like 200' })
  .meta({ description: 'The code of an account in the books.', example: '200' });
const codes = <T extends string>(names: readonly T[]) =>
  z.strictObject(
    Object.fromEntries(names.map((name) => [name, Code.optional()])) as Record<T, z.ZodOptional<typeof Code>>,
  );

const mappingShape = {
  items: codes([...itemKinds, 'other']).meta({
    description: 'Accounts of revenue by kind of item; “other” for those that are not named.',
  }),
  taxes: z
    .array(
      z.strictObject({
        category: z.enum(categories),
        percent: z
          .string()
          .regex(/^\d{1,2}(\.\d{1,4})?$/, { error: 'a rate in percent, like "19" or "5.5"' })
          .meta({ example: '19' }),
        taxType: z.string().regex(/^[A-Za-z0-9_ ./-]{1,50}$/, { error: 'a type of tax in the books, like OUTPUT2' }),
      }),
    )
    .max(100)
    .meta({ description: 'What the books call a tax of ours.' }),
  payments: codes(['card', 'manual', 'wallet', 'company_wallet', 'other']).meta({
    description: 'Accounts that money comes to, by how it was paid.',
  }),
  ledger: codes(ledgerAccountKinds).meta({ description: 'Accounts of our ledger, for the journal.' }),
};
const documents = z.enum(documentForms).meta({
  description:
    'draft: somebody looks at documents there first; payments wait for that. authorised: they are in the books.',
});
export const MappingRequest = request('SetAccountingMapping', { ...mappingShape, documents });
export const MappingReply = reply('AccountingMapping', { ...mappingShape, documents });

const Text = (most: number) => z.string().min(1).max(most);
export const ConnectRequest = request('ConnectAccounting', {
  kind: z.literal('xero'),
  clientId: Text(200).optional().meta({ description: 'Of your app at Xero; the known one unless given.' }),
  clientSecret: Text(500).optional().meta({ description: 'Sealed, and never shown again.' }),
});
export const AnswerRequest = request('AnswerAccounting', {
  state: Text(200),
  code: Text(5_000).optional(),
  error: Text(200).optional(),
});
export const Day = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
  .refine((text) => new Date(`${text}T00:00:00Z`).toISOString().startsWith(text), { error: 'a day, like 2026-01-31' })
  .meta({ example: '2026-01-31' });
export const ChangeRequest = request('ChangeAccounting', {
  book: Text(100).optional().meta({ description: 'Which of the books that we were let into.' }),
  pushFrom: Day.optional().meta({ description: 'Documents issued from this day on are written.' }),
});

export const ConnectionReply = reply('AccountingConnection', {
  id: idOf('accounting_connection'),
  kind: z.enum(['xero']),
  state: z.enum(connectionStates).meta({
    description:
      'asked: somebody is on the way there. choosing: there are several books. broken: it does not let us in any more. leaving: it is being given back.',
  }),
  clientId: z.string(),
  books: z.array(z.object({ id: z.string(), name: z.string() })),
  book: z.object({ id: z.string(), name: z.string() }).nullable(),
  chart: z
    .object({
      accounts: z.array(z.object({ code: z.string(), name: z.string(), type: z.string(), takesPayments: z.boolean() })),
      taxes: z.array(z.object({ type: z.string(), name: z.string(), percent: z.string() })),
    })
    .nullable()
    .meta({ description: 'Accounts and taxes of the books, as read last.' }),
  chartAt: Timestamp.nullable(),
  chartDue: z.boolean().meta({ description: 'They are being read.' }),
  exchanging: z.boolean().meta({ description: 'What somebody brought back is being exchanged.' }),
  pushFrom: z.string().nullable(),
  pausedUntil: Timestamp.nullable(),
  problem: z.string().nullable(),
  createdAt: Timestamp,
  createdBy: z.string(),
  connectedAt: Timestamp.nullable(),
});
export const AccountingReply = reply('Accounting', {
  connection: ConnectionReply.nullable(),
  returnUrl: z.string().meta({ description: 'What the app at Xero has as its redirect URI.' }),
  counts: z
    .object({ waiting: z.number(), done: z.number(), failed: z.number(), skipped: z.number() })
    .meta({ description: 'A thousand of each are counted at most.' }),
});
export const ConsentReply = reply('AccountingConsent', { connection: ConnectionReply, consentUrl: z.string() });

export const PushReply = reply('AccountingPush', {
  id: idOf('accounting_push'),
  kind: z.enum(pushKinds).meta({
    description: 'application: a credit note pays its invoice. removal: a payment that does not any more.',
  }),
  document: idOf('invoice'),
  number: z.string(),
  company: z.string(),
  companyName: z.string(),
  amount: Amount,
  currency: Currency,
  state: z.enum(pushStates),
  attempts: z.number(),
  nextAttemptAt: Timestamp.nullable(),
  code: z.string().nullable(),
  problem: z.string().nullable(),
  remoteId: z.string().nullable().meta({ description: 'What it is called there.' }),
  remoteState: z.string().nullable(),
  createdAt: Timestamp,
  settledAt: Timestamp.nullable(),
});
export const RetriedReply = reply('AccountingRetried', { retried: z.number() });

export const ContactRequest = request('SetAccountingContact', {
  contact: Text(500)
    .regex(/[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}/, {
      error: 'the id of a contact at Xero, or the address of its page there',
    })
    .nullable()
    .meta({ description: 'Null: it is looked for, and made where it is missing.' }),
});
export const ContactReply = reply('AccountingContact', {
  company: idOf('company'),
  contact: z.string().nullable(),
  chosen: z.boolean().meta({ description: 'By staff: what it says there is left alone.' }),
});
