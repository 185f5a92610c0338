import { z } from 'zod';
import { getInvoice } from '../../billing/index.ts';
import { machineNow } from '../../kit/ctx.ts';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, reply, request, Timestamp } from '../../kit/http/schemas.ts';
import { isGood, type Link, mostDays, usualDays } from './model.ts';
import { listLinks, makeLink, revokeLink } from './service.ts';

const shape = {
  ...{ id: idOf('invoice_link'), invoice: idOf('invoice'), createdAt: Timestamp },
  expiresAt: Timestamp.meta({ description: 'By the clock of the machine, in a sandbox as well.' }),
  revokedAt: Timestamp.nullable(),
  good: z.boolean().meta({ description: 'Neither revoked nor too old.' }),
  seenAt: Timestamp.nullable().meta({ description: 'When it was opened first.' }),
  madeBy: z.string(),
};
const LinkReply = reply('InvoiceLink', shape);
const MadeLink = reply('MadeInvoiceLink', {
  ...shape,
  url: z.string().meta({ description: 'Whoever has it sees this invoice and can pay it. Shown this once.' }),
});
const MakeLink = request('MakeInvoiceLink', {
  days: z.int().min(1).max(mostDays).default(usualDays).meta({ description: 'How long it is good.' }),
});

/** Links by which an invoice is seen and paid without signing in. */
export function linkRoutes(http: Http): void {
  const tags = ['Invoices'];
  const scope = 'company' as const;
  const url = '/api/v1/invoices/:id/links';
  const cursor = idCursor('invoice_links');
  route(http, {
    ...{ tags, scope, permission: 'receivables.link.view', method: 'GET', url, name: 'listInvoiceLinks' },
    ...{ params: idParams('invoice'), query: pageQuery({}), reply: { 200: pageOf(LinkReply, 'InvoiceLinkPage') } },
    summary: 'Links by which an invoice is seen and paid, newest first',
    handler: async (ctx, { params, query }) => {
      const { id } = await getInvoice(ctx, params.id);
      const page = { after: cursor.read(query.cursor) ?? undefined, limit: query.limit + 1 };
      const found = await listLinks(ctx, id, page);
      return pageFrom(
        found.map((link) => shown(link, machineNow(ctx))),
        query.limit,
        (last) => cursor.write(last.id),
      );
    },
  });
  const made = { tags, scope, permission: 'receivables.link.edit', method: 'POST' as const };
  route(http, {
    ...{ ...made, url, name: 'makeInvoiceLink', params: idParams('invoice'), body: MakeLink },
    ...{ reply: { 201: MadeLink }, secret: true },
    summary: 'Make a link by which an invoice is seen and paid without signing in',
    handler: async (ctx, { params, body }) => {
      const { link, url } = await makeLink(ctx, http.deps.publicUrl, params.id, body.days);
      return { ...shown(link, machineNow(ctx)), url };
    },
  });
  route(http, {
    ...{ ...made, url: '/api/v1/invoice-links/:id/revoke', name: 'revokeInvoiceLink' },
    ...{ params: idParams('invoice_link'), reply: { 200: LinkReply } },
    summary: 'End a link to an invoice at once',
    handler: async (ctx, { params }) => shown(await revokeLink(ctx, params.id), machineNow(ctx)),
  });
}

function shown(l: Link, machineNow: Date) {
  return {
    ...{ id: l.id, invoice: l.invoiceId, createdAt: l.createdAt, expiresAt: l.expiresAt, revokedAt: l.revokedAt },
    ...{ good: isGood(l, machineNow), seenAt: l.seenAt, madeBy: l.madeBy },
  };
}
