import type { InvoiceDocument } from '../documents/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import { type Owner, ownersNamed, ownersOf } from '../tenancy/index.ts';
import { documentItem } from './document.ts';
import type { BillItem, PreBill } from './model.ts';
import { type Invoice, type InvoiceFilter, listInvoices as listStored } from './sql/invoices.ts';
import * as store from './sql/pre-bills.ts';

export type Owned<T> = T & { owner: Owner };
type Search = { search?: string };

/** Accounts looked at for a text that many names have. */
const searchBound = 1_000;

/** Pre-bills the caller may see, newest first. `search` is a number, or a part of a company's name. */
export async function listPreBills(
  ctx: Ctx,
  { search, ...filter }: store.PreBillFilter & Search,
  page: { after?: Id; limit: number },
): Promise<Owned<PreBill>[]> {
  return reading(ctx, async (ctx) => {
    const wanted = { ...filter, ...(search && (await searched(ctx, search))) };
    return withOwners(ctx, await store.listPreBills(ctx, wanted, page));
  });
}

/** Invoices and credit notes the caller may see, newest first; searched in the same way. */
export async function listInvoices(
  ctx: Ctx,
  { search, ...filter }: InvoiceFilter & Search,
  page: { after?: Id; limit: number },
): Promise<Owned<Invoice>[]> {
  return reading(ctx, async (ctx) => {
    const wanted = { ...filter, ...(search && (await searched(ctx, search))) };
    return withOwners(ctx, await listStored(ctx, wanted, page));
  });
}

async function searched(ctx: Ctx, search: string): Promise<{ number: string } | { ownerIds: Id[] }> {
  return /\d/.test(search) && !/\s/.test(search)
    ? { number: search.toUpperCase() }
    : { ownerIds: await ownersNamed(ctx, search, searchBound) };
}

async function withOwners<T extends { ownerId: Id }>(ctx: Ctx, list: T[]): Promise<Owned<T>[]> {
  const owners = await ownersOf(
    ctx,
    list.map(({ ownerId }) => ownerId),
  );
  return list.flatMap((one) => {
    const owner = owners.get(one.ownerId);
    return owner ? [{ ...one, owner }] : [];
  });
}

/** Refuses `pre_bill.not_found`. */
export async function getPreBill(ctx: Ctx, id: Id): Promise<Owned<PreBill>> {
  const [found] = await listPreBills(ctx, { ids: [id] }, { limit: 1 });
  if (!found) throw refuse.notFound('pre_bill', publicId('pre_bill', id));
  return found;
}

/** Refuses `invoice.not_found`. */
export async function getInvoice(ctx: Ctx, id: Id): Promise<Owned<Invoice>> {
  const [found] = await listInvoices(ctx, { ids: [id] }, { limit: 1 });
  if (!found) throw refuse.notFound('invoice', publicId('invoice', id));
  return found;
}

/** Items of a pre-bill or an invoice that the caller may see, in their order. */
export async function listItems(
  ctx: Ctx,
  billId: Id,
  page: { after?: number; search?: string; limit: number },
): Promise<BillItem[]> {
  return reading(ctx, (ctx) => store.listItems(ctx, billId, page));
}

/** Items read at a time, so that a document of a hundred thousand is never in memory twice. */
const itemsAtOnce = 5_000;

/**
 * The document of an invoice or a credit note as it was issued: the frozen part and its items, which nobody may change. Large ones
 * have a hundred thousand items: `most` bounds them. Refuses `invoice.not_found`, and `invoice.too_many_items` above `most`.
 */
export async function documentOf(ctx: Ctx, id: Id, most = 200_000): Promise<InvoiceDocument> {
  return reading(ctx, async (ctx) => {
    const invoice = await getInvoice(ctx, id);
    if (invoice.items > most) {
      throw refuse.conflict(
        'invoice.too_many_items',
        `This document has ${invoice.items} items, and ${most} at most are written.`,
      );
    }
    const items: InvoiceDocument['items'] = [];
    for (let after = 0; items.length < invoice.items; ) {
      const page = await store.listItems(ctx, id, { after, limit: itemsAtOnce });
      if (page.length === 0) break;
      for (const item of page) items.push(documentItem(invoice.document, item));
      after = page.at(-1)!.position;
    }
    const { tax: _, ...head } = invoice.document;
    return { ...head, items };
  });
}
