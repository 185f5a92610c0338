import { z } from 'zod';
import type { Http } from '../../kit/http/app.ts';
import { cursorOf, idCursor, pageFrom, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { Amount, idParams, request, text } from '../../kit/http/schemas.ts';
import { credit } from '../credit.ts';
import { getInvoice, listInvoices, listItems } from '../reads.ts';
import { InvoicePage, InvoiceQuery, InvoiceReply, ItemPage, ItemQuery, shownInvoice, shownItem } from './schemas.ts';

/** Invoices and credit notes, for the organization and for the company that they are to. */
export function invoiceRoutes(http: Http): void {
  const tags = ['Invoices'];
  const url = '/api/v1/invoices';
  const seen = { tags, permission: 'billing.invoice.view', scope: 'company' as const };
  const cursor = idCursor('invoices');
  route(http, {
    ...{ ...seen, url, method: 'GET', name: 'listInvoices' },
    summary: 'Invoices and credit notes, newest first',
    query: pageQuery(InvoiceQuery),
    reply: { 200: InvoicePage },
    handler: async (ctx, { query }) => {
      const { limit, cursor: from, company, state: states, credits: creditsId, ...rest } = query;
      const filter = { ...rest, states, creditsId, ownerIds: company ? [company] : undefined };
      const found = await listInvoices(ctx, filter, { after: cursor.read(from) ?? undefined, limit: limit + 1 });
      return pageFrom(
        found.map((invoice) => shownInvoice(invoice, ctx.now)),
        limit,
        (last) => cursor.write(last.id),
      );
    },
  });
  const one = { params: idParams('invoice'), url: `${url}/:id` };
  route(http, {
    ...{ ...seen, ...one, method: 'GET', name: 'getInvoice' },
    summary: 'An invoice or a credit note',
    reply: { 200: InvoiceReply },
    handler: async (ctx, { params }) => shownInvoice(await getInvoice(ctx, params.id), ctx.now),
  });
  const position = cursorOf('invoice_items', z.int());
  route(http, {
    ...{ ...seen, ...one, url: `${one.url}/items`, method: 'GET', name: 'listInvoiceItems' },
    summary: 'The items of an invoice or a credit note, in their order',
    query: pageQuery(ItemQuery),
    reply: { 200: ItemPage },
    handler: async (ctx, { params, query: { limit, cursor: from, search } }) => {
      const { currency } = await getInvoice(ctx, params.id);
      const page = { after: position.read(from) ?? undefined, search, limit: limit + 1 };
      const found = (await listItems(ctx, params.id, page)).map((item) => shownItem(item, currency));
      return pageFrom(found, limit, (last) => position.write(last.position));
    },
  });
  route(http, {
    ...{ tags, ...one, url: `${one.url}/credit-notes`, method: 'POST', name: 'createCreditNote' },
    ...{ permission: 'billing.invoice.credit', scope: 'organization' },
    summary: 'Take an invoice back, in whole or some of its items, by a credit note',
    body: CreateCreditNote,
    reply: { 201: InvoiceReply },
    handler: async (ctx, { params, body }) => {
      const { id } = await credit(ctx, params.id, body);
      return shownInvoice(await getInvoice(ctx, id), ctx.now);
    },
  });
}

const CreateCreditNote = request('CreateCreditNote', {
  reason: text(1000).meta({ description: 'Printed on it.' }),
  items: z
    .array(
      z.strictObject({
        position: z
          .int()
          .min(1)
          .max(2 ** 31 - 1),
        amount: Amount.optional().meta({ description: 'Without VAT; all that is left of it, unless given.' }),
      }),
    )
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: 'All that is left of the invoice, unless given.' }),
});
