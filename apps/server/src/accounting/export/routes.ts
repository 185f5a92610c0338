import { formatAmount } from '@simwright/measure';
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import type { Invoice } from '../../billing/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import { decimal, exportedList } from '../../kit/export/index.ts';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { Amount, amount, Currency, idOf, reply } from '../../kit/http/schemas.ts';
import { publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import { journalOf } from '../../ledger/index.ts';
import { percentOf } from '../percent.ts';
import { Day } from '../schemas.ts';
import { getSettings } from '../settings.ts';
import { type DocumentRow, documentsOf, rowsOf } from './documents.ts';
import { accountNames, type JournalLine, linesOf } from './journal.ts';

/** Days of one journal. */
const mostDays = 400;
/** Pairs of accounts of one journal: days times kinds, of what really moves. */
const mostPairs = 5_000;

const JournalReply = reply('AccountingJournal', {
  items: z.array(
    z.object({
      entry: z.number().meta({ description: 'Lines of one number balance.' }),
      ...{ day: z.string(), words: z.string(), account: z.string(), code: z.string(), currency: Currency },
      ...{ debit: Amount, credit: Amount },
      exact: z.string().meta({ description: 'The amount before it was rounded.' }),
    }),
  ),
  nextCursor: z.null(),
});
const line = z.object({
  ...{ kind: z.string(), words: z.string(), items: z.number(), account: z.string(), taxType: z.string() },
  ...{ net: Amount, vat: Amount },
});
const DocumentReply = reply('AccountingDocument', {
  ...{ document: idOf('invoice'), kind: z.enum(['invoice', 'credit_note']), number: z.string() },
  ...{
    company: idOf('company'),
    companyName: z.string(),
    vatNumber: z.string().nullable(),
    country: z.string().nullable(),
  },
  ...{ issuedOn: z.string(), dueOn: z.string().nullable(), currency: Currency },
  ...{ category: z.string(), percent: z.string(), net: Amount, vat: Amount, gross: Amount },
  receivable: z.string().meta({ description: 'The code of the account that the gross amount stands on.' }),
  lines: z.array(line).meta({ description: 'By kind of item. Those of a credit note are below zero.' }),
});

const period = {
  from: Day.meta({ description: 'The first day, in the organization’s time zone.' }),
  until: Day.meta({ description: 'The last day.' }),
};

/** Files for every accounting system: the journal of the ledger, and documents by kind of item. */
export function exportRoutes(http: Http): void {
  const seen = {
    ...{ tags: ['Accounting'], permission: 'accounting.books.view', scope: 'organization' as const },
    method: 'GET' as const,
  };
  exportedList<JournalLine>(
    http,
    {
      ...{ ...seen, url: '/api/v1/accounting/journal', name: 'listAccountingJournal', reply: { 200: JournalReply } },
      query: z.strictObject({ ...period, by: z.enum(['day', 'month']).default('month') }),
      summary: 'What was posted in a time, as debits and credits that balance',
      handler: async (ctx: Ctx, { query }: { query: Period & { by: 'day' | 'month' } }) => ({
        items: (await journal(ctx, query)).map(shownLine),
        nextCursor: null,
      }),
    },
    'Journal',
    [
      { id: 'entry', label: 'Entry', value: (l) => l.entry },
      { id: 'day', label: 'Date', value: (l) => l.day },
      { id: 'words', label: 'Text', value: (l) => l.words },
      { id: 'code', label: 'Account code', value: (l) => l.code },
      { id: 'account', label: 'Account', value: (l) => accountNames[l.account] },
      { id: 'debit', label: 'Debit', value: (l) => decimal(formatAmount(l.debitMicros, l.currency)) },
      { id: 'credit', label: 'Credit', value: (l) => decimal(formatAmount(l.creditMicros, l.currency)) },
      { id: 'currency', label: 'Currency', value: (l) => l.currency },
      { id: 'exact', label: 'Before rounding', value: (l) => decimal(formatAmount(l.exactMicros, l.currency)) },
    ],
    {
      find: async (ctx, query) => ({ items: await journal(ctx, query), nextCursor: null }),
      show: async (_ctx, found: JournalLine[]) => found,
    },
  );

  const cursor = idCursor('accounting_documents');
  const find = async (ctx: Ctx, query: Period & { limit: number; cursor?: string }) => {
    const page = { after: cursor.read(query.cursor) ?? undefined, limit: query.limit + 1 };
    return pageFrom(await documentsOf(ctx, rangeOf(ctx, query), page), query.limit, (last) => cursor.write(last.id));
  };
  exportedList<DocumentRow, Invoice>(
    http,
    {
      ...{ ...seen, url: '/api/v1/accounting/documents', name: 'listAccountingDocuments' },
      ...{ query: pageQuery(period), reply: { 200: pageOf(DocumentReply, 'AccountingDocumentPage') } },
      summary: 'Invoices and credit notes of a time by kind of item, with what the books call them',
      handler: async (ctx: Ctx, { query }: { query: Period & { limit: number; cursor?: string } }) => {
        const { items, nextCursor } = await find(ctx, query);
        const byDocument = Map.groupBy(await rowsOf(ctx, items), ({ document }) => document.id);
        const { mapping } = await getSettings(ctx);
        const receivable = mapping.ledger.receivable ?? '';
        return { items: items.map((d) => shownDocument(d, byDocument.get(d.id) ?? [], receivable)), nextCursor };
      },
    },
    'Documents',
    [
      { id: 'number', label: 'Number', value: ({ document }) => document.number },
      {
        id: 'kind',
        label: 'Document',
        value: ({ document }) => (document.kind === 'invoice' ? 'Invoice' : 'Credit note'),
      },
      { id: 'issued', label: 'Date', value: ({ document }) => document.document.issuedOn },
      { id: 'due', label: 'Due', value: ({ document }) => document.document.dueOn },
      { id: 'company', label: 'Company', value: ({ document }) => document.document.buyer.name },
      { id: 'companyId', label: 'Company id', value: ({ document }) => publicId('company', document.ownerId) },
      { id: 'vatNumber', label: 'VAT number', value: ({ document }) => document.document.buyer.vatNumber },
      { id: 'country', label: 'Country', value: ({ document }) => document.document.buyer.countryCode },
      { id: 'words', label: 'Item', value: (r) => r.words },
      { id: 'items', label: 'Items', value: (r) => r.items },
      { id: 'account', label: 'Account code', value: (r) => r.accountCode },
      { id: 'taxType', label: 'Tax type', value: (r) => r.taxType },
      { id: 'category', label: 'VAT category', value: ({ document }) => document.document.tax.category },
      { id: 'percent', label: 'VAT %', value: ({ document }) => decimal(percentOf(document.document.tax.ratePpm)) },
      { id: 'net', label: 'Net', value: (r) => figure(r, r.netMicros) },
      { id: 'vat', label: 'VAT', value: (r) => figure(r, r.vatMicros) },
      { id: 'gross', label: 'Gross', value: (r) => figure(r, r.netMicros + r.vatMicros) },
      { id: 'currency', label: 'Currency', value: ({ document }) => document.currency },
    ],
    { find, show: rowsOf },
  );
}

type Period = { from: string; until: string };

const figure = ({ document }: DocumentRow, micros: bigint) => decimal(formatAmount(micros, document.currency));

async function journal(ctx: Ctx, query: Period & { by?: 'day' | 'month' }): Promise<JournalLine[]> {
  const range = { ...rangeOf(ctx, query), by: query.by ?? 'month' };
  const pairs = await reading(ctx, (ctx) => journalOf(ctx, range, mostPairs + 1));
  if (pairs.length > mostPairs) {
    throw refuse.invalid('accounting.journal_too_long', 'This journal is too long. Ask for less of it, or by month.', {
      ...{ field: 'query.until', expected: 'a shorter time' },
    });
  }
  return linesOf(pairs, (await getSettings(ctx)).mapping);
}

/** The instants at which the days begin and end. Refuses `accounting.period_invalid`. */
function rangeOf(ctx: Ctx, { from, until }: Period): { from: Date; until: Date } {
  const [first, last] = [Temporal.PlainDate.from(from), Temporal.PlainDate.from(until)];
  const days = first.until(last).days;
  if (days < 0 || days >= mostDays) {
    throw refuse.invalid(
      'accounting.period_invalid',
      `The last day is the first or one after it, and ${mostDays} days are the most.`,
      {
        ...{ field: 'query.until', expected: `a day from ${from} on` },
      },
    );
  }
  const startOf = (day: Temporal.PlainDate) =>
    new Date(day.toZonedDateTime(ctx.organization.timeZone).epochMilliseconds);
  return { from: startOf(first), until: startOf(last.add({ days: 1 })) };
}

function shownLine(l: JournalLine) {
  return {
    ...{
      entry: l.entry,
      day: l.day,
      words: l.words,
      account: accountNames[l.account],
      code: l.code,
      currency: l.currency,
    },
    ...{ debit: amount(l.debitMicros, l.currency), credit: amount(l.creditMicros, l.currency) },
    exact: formatAmount(l.exactMicros, l.currency),
  };
}

function shownDocument(d: Invoice, rows: DocumentRow[], receivable: string) {
  const sign = d.kind === 'credit_note' ? -1n : 1n;
  const show = (micros: bigint) => amount(micros, d.currency);
  const { buyer, issuedOn, dueOn, tax } = d.document;
  return {
    ...{ document: d.id, kind: d.kind, number: d.number, company: d.ownerId, companyName: buyer.name, issuedOn, dueOn },
    ...{ vatNumber: buyer.vatNumber, country: buyer.countryCode, currency: d.currency, receivable },
    ...{ category: tax.category, percent: percentOf(tax.ratePpm), gross: show(sign * d.grossMicros) },
    ...{ net: show(sign * d.netMicros), vat: show(sign * d.vatMicros) },
    lines: rows.map((r) => ({
      ...{ kind: r.kind, words: r.words, items: r.items, account: r.accountCode, taxType: r.taxType },
      ...{ net: show(r.netMicros), vat: show(r.vatMicros) },
    })),
  };
}
