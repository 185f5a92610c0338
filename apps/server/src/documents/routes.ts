import { z } from 'zod';
import type { Ctx } from '../kit/ctx.ts';
import type { Http } from '../kit/http/app.ts';
import { route } from '../kit/http/route.ts';
import { idParams, reply } from '../kit/http/schemas.ts';
import type { Id } from '../kit/ids.ts';
import { categories } from '../tax/index.ts';
import { sendFile } from './files.ts';
import { type InvoiceDocument, languages } from './model.ts';
import { partyRoutes } from './parties/routes.ts';
import { pdfOf, receiptPdf } from './pdf/index.ts';
import { plainDocument, writeCsv } from './plain.ts';
import type { Receipt } from './receipt.ts';
import { writeUbl } from './ubl/ubl.ts';

/** The document of an invoice the caller may see, of at most so many items. Refuses where there is none, or it has more. */
export type DocumentOf = (ctx: Ctx, id: Id, most: number) => Promise<InvoiceDocument>;

/** Items of a document that one answer writes: about a kilobyte each in UBL, and 150 bytes in CSV. */
const most = { drawn: 200_000, xml: 20_000, json: 20_000, csv: 200_000 };

/** What others know that is written here. */
export type Written = {
  documentOf: DocumentOf;
  receiptOf: (ctx: Ctx, paymentId: Id) => Promise<Receipt>;
  walletReceiptOf: (ctx: Ctx, walletId: Id, month: string) => Promise<Receipt>;
};

/** Who bills and is billed, bills as files, and receipts. */
export function documentRoutes(http: Http, { documentOf, receiptOf, walletReceiptOf }: Written): void {
  partyRoutes(http);
  route(http, {
    ...{ method: 'GET', url: '/api/v1/payments/:id/receipt.pdf', name: 'getReceipt', download: 'application/pdf' },
    summary: 'The receipt of a payment that has succeeded',
    tags: ['Payments'],
    endUsers: true,
    permission: 'payments.payment.view',
    scope: 'company',
    params: idParams('payment'),
    reply: { 200: null },
    handler: async (ctx, { params }, { reply }) => {
      const receipt = await receiptOf(ctx, params.id);
      sendFile(reply, 'application/pdf', `${receipt.number}.pdf`, await receiptPdf(ctx, receipt));
    },
  });
  route(http, {
    ...{ method: 'GET', url: '/api/v1/wallets/:id/vat/:month/receipt.pdf', name: 'getWalletReceipt' },
    ...{ download: 'application/pdf', tags: ['Wallets'], permission: 'ledger.wallet.view', scope: 'company' },
    summary: 'The receipt of what a wallet paid in a month that is closed, with its VAT',
    endUsers: true,
    params: idParams('wallet').extend({
      month: z
        .string()
        .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
        .meta({ description: '`2026-11`' }),
    }),
    reply: { 200: null },
    handler: async (ctx, { params }, { reply }) => {
      const receipt = await walletReceiptOf(ctx, params.id, params.month);
      sendFile(reply, 'application/pdf', `${receipt.number}-${params.month}.pdf`, await receiptPdf(ctx, receipt));
    },
  });
  const url = '/api/v1/invoices/:id/document';
  const seen = {
    ...{ tags: ['Invoices'], permission: 'billing.invoice.view', scope: 'company' as const, method: 'GET' as const },
    params: idParams('invoice'),
  };
  route(http, {
    ...{ ...seen, url: `${url}.pdf`, name: 'getInvoiceAsPdf', download: 'application/pdf' },
    summary: 'An invoice or a credit note as PDF, in the language of its account',
    reply: { 200: null },
    handler: async (ctx, { params }, { reply }) => {
      const document = await documentOf(ctx, params.id, most.drawn);
      sendFile(reply, 'application/pdf', `${document.number}.pdf`, await pdfOf(ctx, document));
    },
  });
  route(http, {
    ...{ ...seen, url: `${url}.xml`, name: 'getInvoiceAsUbl', download: 'application/xml' },
    summary: 'An invoice or a credit note in UBL 2.1 (EN 16931, Peppol BIS Billing 3)',
    reply: { 200: null },
    handler: async (ctx, { params }, { reply }) => {
      const document = await documentOf(ctx, params.id, most.xml);
      sendFile(reply, 'application/xml', `${document.number}.xml`, writeUbl(document));
    },
  });
  route(http, {
    ...{ ...seen, url: `${url}.csv`, name: 'getInvoiceAsCsv', download: 'text/csv' },
    summary: 'The items of an invoice or a credit note as CSV',
    reply: { 200: null },
    handler: async (ctx, { params }, { reply }) => {
      const document = await documentOf(ctx, params.id, most.csv);
      sendFile(reply, 'text/csv; charset=utf-8', `${document.number}.csv`, writeCsv(document));
    },
  });
  route(http, {
    ...{ ...seen, url: `${url}.json`, name: 'getInvoiceDocument' },
    summary: 'An invoice or a credit note as it was approved, with its items',
    reply: { 200: Document },
    handler: async (ctx, { params }) => plainDocument(await documentOf(ctx, params.id, most.json)),
  });
}

const words = z.string().nullable();
const Whole = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);
const Category = z.enum(categories);
const ShownParty = reply('Party', {
  ...{
    name: z.string(),
    legalName: words,
    street: words,
    street2: words,
    city: words,
    postalCode: words,
    region: words,
  },
  ...{ countryCode: words, vatNumber: words, registration: words, email: words },
  endpoint: z.object({ scheme: z.string(), id: z.string() }).nullable(),
});
const Document = reply('InvoiceDocument', {
  ...{ kind: z.enum(['invoice', 'credit_note']), number: z.string(), issuedOn: z.string(), dueOn: words },
  period: z.object({ from: z.string(), until: z.string() }).nullable(),
  ...{ currency: z.string(), language: z.enum(languages), timeZone: z.string(), seller: ShownParty, buyer: ShownParty },
  ...{ buyerReference: words, preceding: z.object({ number: z.string(), issuedOn: z.string() }).nullable() },
  ...{ net: z.string(), vat: z.string(), gross: z.string(), prepaid: z.string(), payable: z.string() },
  creditNotes: z
    .array(z.object({ number: z.string(), amount: z.string() }))
    .meta({ description: 'Credit notes that are a part of what was prepaid.' }),
  taxes: z.array(
    z.object({ category: Category, percent: z.string(), net: z.string(), vat: z.string(), reason: words }),
  ),
  items: z.array(
    z.object({
      ...{ position: Whole, kind: z.string(), name: z.string(), description: words, lineLabel: words },
      ...{ quantity: z.string(), unit: z.string(), unitPrice: z.string(), net: z.string(), taxCategory: Category },
      taxPercent: z.string(),
    }),
  ),
  payment: z.object({ termsDays: Whole.nullable(), iban: words, bic: words, bank: words, reference: words }),
  ...{ notes: z.array(z.string()), footer: words, logo: words },
});
