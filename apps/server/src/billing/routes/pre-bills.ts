import { z } from 'zod';
import type { Ctx } from '../../kit/ctx.ts';
import { reading } from '../../kit/db.ts';
import type { Http } from '../../kit/http/app.ts';
import { cursorOf, idCursor, pageFrom, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { amount, idParams } from '../../kit/http/schemas.ts';
import type { Id } from '../../kit/ids.ts';
import { OperationReply, operationView } from '../../operations/index.ts';
import { percentOf, taxFor, vatOf } from '../../tax/index.ts';
import { approve, type OnAccount } from '../approve.ts';
import { collectNow } from '../collect-now.ts';
import { edit, refresh, reject } from '../edit.ts';
import { lackingOf } from '../lacking.ts';
import { settleMany } from '../many/begin.ts';
import { preview, usageOf } from '../preview.ts';
import { getInvoice, getPreBill, listItems, listPreBills } from '../reads.ts';
import { sumKinds } from '../sql/pre-bills.ts';
import { countPreBills } from '../sql/preview.ts';
import { readEdits, shownEdits } from './forms.ts';
import {
  ApprovePreBill,
  CollectPreBills,
  EditPreBill,
  InvoiceReply,
  ItemPage,
  ItemQuery,
  PreBillDetail,
  PreBillList,
  PreBillPage,
  PreBillQuery,
  PreviewReply,
  RejectPreBill,
  SettlePreBills,
  StatisticsReply,
  shownInvoice,
  shownItem,
  shownKinds,
  shownPreBill,
  shownPreview,
  shownUsage,
  UsagePage,
} from './schemas.ts';

const tags = ['Pre-bills'];
const url = '/api/v1/pre-bills';
const one = { tags, url: `${url}/:id`, params: idParams('pre_bill') };
const ours = { tags, scope: 'organization' as const };

/** Pre-bills: collected, looked at, edited, approved, rejected. */
export function preBillRoutes(http: Http, onAccount: OnAccount | null): void {
  const seen = { permission: 'billing.pre_bill.view', scope: 'organization' as const };
  const cursor = idCursor('pre_bills');
  route(http, {
    ...{ tags, ...seen, url, method: 'GET', name: 'listPreBills' },
    summary: 'Pre-bills, newest first',
    query: pageQuery(PreBillQuery),
    reply: { 200: PreBillPage },
    handler: async (ctx, { query }) => {
      const { limit, cursor: from, company, state: states, kind: kinds, operation: operationId, ...rest } = query;
      const filter = { ...rest, states, kinds, operationId, ownerIds: company ? [company] : undefined };
      const found = await listPreBills(ctx, filter, { after: cursor.read(from) ?? undefined, limit: limit + 1 });
      return pageFrom(found.map(shownPreBill), limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    ...{ ...ours, url, method: 'POST', name: 'collectPreBills', permission: 'billing.pre_bill.create' },
    summary: 'Collect all that is charged and over of some companies into pre-bills now, whatever their payment type',
    body: CollectPreBills,
    reply: { 201: PreBillList },
    handler: async (ctx, { body }) => {
      const ids = await collectNow(ctx, body.companies);
      return { items: (await listPreBills(ctx, { ids }, { limit: ids.length })).map(shownPreBill) };
    },
  });
  route(http, {
    ...{ ...one, ...seen, method: 'GET', name: 'getPreBill' },
    summary: 'A pre-bill: what it comes to by kind of charge, and what staff wrote',
    reply: { 200: PreBillDetail },
    handler: async (ctx, { params }) => detail(ctx, params.id),
  });
  route(http, {
    ...{ ...one, ...ours, method: 'PATCH', name: 'editPreBill', permission: 'billing.pre_bill.edit' },
    summary: 'Write lines, discounts and a note onto a pending pre-bill',
    body: EditPreBill,
    reply: { 200: PreBillDetail },
    handler: async (ctx, { params, body: { edits, version, ...rest } }) => {
      const { currency } = await getPreBill(ctx, params.id);
      await edit(ctx, params.id, { ...rest, ...(edits && { edits: readEdits(edits, currency) }) }, version);
      return detail(ctx, params.id);
    },
  });
  const position = cursorOf('bill_items', z.int());
  route(http, {
    ...{ ...one, ...seen, url: `${one.url}/items`, method: 'GET', name: 'listPreBillItems' },
    summary: 'The items of a pre-bill, in their order',
    query: pageQuery(ItemQuery),
    reply: { 200: ItemPage },
    handler: async (ctx, { params, query: { limit, cursor: from, search } }) => {
      const { currency } = await getPreBill(ctx, params.id);
      const page = { after: position.read(from) ?? undefined, search, limit: limit + 1 };
      const found = (await listItems(ctx, params.id, page)).map((item) => shownItem(item, currency));
      return pageFrom(found, limit, (last) => position.write(last.position));
    },
  });
  route(http, {
    ...{ ...one, ...ours, url: `${one.url}/refresh`, method: 'POST', name: 'refreshPreBill' },
    permission: 'billing.pre_bill.edit',
    summary: 'Collect a pending pre-bill anew, with the usage that came since',
    reply: { 200: PreBillDetail },
    handler: async (ctx, { params }) => {
      await refresh(ctx, params.id);
      return detail(ctx, params.id);
    },
  });
  const place = cursorOf('bill_usage', z.tuple([z.string(), z.string()]));
  route(http, {
    ...{ ...one, ...seen, url: `${one.url}/usage`, method: 'GET', name: 'listPreBillUsage' },
    summary: 'The usage behind a pre-bill, SIM by SIM and pool by pool',
    query: pageQuery(ItemQuery),
    reply: { 200: UsagePage },
    handler: async (ctx, { params, query: { limit, cursor: from, search } }) => {
      const preBill = await getPreBill(ctx, params.id);
      const seen = place.read(from);
      const after = seen ? { label: seen[0], id: seen[1] } : undefined;
      const found = await usageOf(ctx, preBill, { after, search, limit: limit + 1 });
      const page = pageFrom(found, limit, (last) => place.write([last.label, last.id]));
      return { ...page, items: page.items.map((item) => shownUsage(item, preBill.currency)) };
    },
  });
  route(http, {
    ...{ tags, ...seen, url: '/api/v1/pre-bill-statistics', method: 'GET', name: 'countPreBills' },
    summary: 'How many pre-bills there are: by state, of how many companies and months',
    reply: { 200: StatisticsReply },
    handler: (ctx) => reading(ctx, countPreBills),
  });
  route(http, {
    ...{ tags, permission: seen.permission, scope: 'company', method: 'GET', name: 'previewBill' },
    url: '/api/v1/companies/:id/bill-preview',
    summary: 'What a company would be billed now, and what still runs',
    params: idParams('company'),
    reply: { 200: PreviewReply },
    handler: async (ctx, { params }) => shownPreview(params.id, await preview(ctx, params.id)),
  });
  const settled = { ...ours, permission: 'billing.pre_bill.approve' };
  route(http, {
    ...{ ...one, ...settled, url: `${one.url}/approve`, method: 'POST', name: 'approvePreBill' },
    summary: 'Make a pre-bill an invoice; below zero, a credit note',
    body: ApprovePreBill,
    reply: { 200: InvoiceReply },
    handler: async (ctx, { params, body }) => {
      const { id } = await approve(ctx, params.id, body, onAccount);
      return shownInvoice(await getInvoice(ctx, id), ctx.now);
    },
  });
  route(http, {
    ...{ ...one, ...settled, url: `${one.url}/reject`, method: 'POST', name: 'rejectPreBill' },
    summary: 'Reject a pre-bill: what is on it is open again, and on the next',
    body: RejectPreBill,
    reply: { 200: PreBillDetail },
    handler: async (ctx, { params, body }) => {
      await reject(ctx, params.id, body.reason);
      return detail(ctx, params.id);
    },
  });
  route(http, {
    ...{ ...settled, tags, url: `${url}/bulk`, method: 'POST', name: 'settlePreBills' },
    summary:
      'Approve or reject many pre-bills: those named, or all pending ones that match. An operation: one that is refused stops no other',
    body: SettlePreBills,
    reply: { 202: OperationReply },
    handler: async (ctx, { body }) => operationView(await settleMany(ctx, body)),
  });
}

async function detail(ctx: Ctx, id: Id) {
  return reading(ctx, async (ctx) => {
    const preBill = await getPreBill(ctx, id);
    const tax = await taxFor(ctx, preBill.owner, ctx.now);
    const vat = vatOf(preBill.netMicros, tax.ratePpm);
    const show = (micros: bigint) => amount(micros, preBill.currency);
    return {
      ...shownPreBill(preBill),
      edits: shownEdits(preBill.edits, preBill.currency),
      kinds: shownKinds(await sumKinds(ctx, id), preBill.currency),
      tax: { category: tax.category, percent: percentOf(tax.ratePpm) },
      ...{ vat: show(vat), gross: show(preBill.netMicros + vat) },
      lacking: await lackingOf(ctx, preBill, tax),
    };
  });
}
