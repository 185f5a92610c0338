import type { Micros } from '@simwright/measure';
import { uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { DocumentHead } from '../document.ts';
import type { InvoiceState } from '../model.ts';

export type Invoice = {
  /** That of the pre-bill which it was, if it was one. */
  id: Id;
  kind: 'invoice' | 'credit_note';
  series: string;
  sequence: bigint;
  number: string;
  ownerId: Id;
  creditsId: Id | null;
  issuedAt: Date;
  /** From here on it is overdue. */
  dueAt: Date | null;
  currency: string;
  /** Amounts of a credit note are above zero too. */
  netMicros: Micros;
  vatMicros: Micros;
  grossMicros: Micros;
  items: number;
  document: DocumentHead;
  issuedBy: string;
  paidMicros: Micros;
  /** Gross, of an invoice: what credit notes have taken back. */
  creditedMicros: Micros;
  state: InvoiceState;
};

const columns = sql`id, kind, series, sequence, number, owner_id, credits_id, issued_at, due_at, currency, net_micros, vat_micros, gross_micros, items,
  document, issued_by, paid_micros, credited_micros, state`;

export async function insertInvoice(ctx: Ctx, i: Invoice): Promise<void> {
  await run(
    ctx,
    sql`/* billing.insert_invoice */ insert into invoices (organization_id, ${columns})
        values (${ctx.organization.id}, ${i.id}, ${i.kind}, ${i.series}, ${i.sequence}, ${i.number}, ${i.ownerId}, ${i.creditsId}, ${i.issuedAt}, ${i.dueAt},
                ${i.currency}, ${i.netMicros}, ${i.vatMicros}, ${i.grossMicros}, ${i.items}, ${JSON.stringify(i.document)}, ${i.issuedBy}, ${i.paidMicros},
                ${i.creditedMicros}, ${i.state})`,
  );
}

export type InvoiceFilter = {
  ids?: Id[];
  ownerIds?: Id[];
  kind?: Invoice['kind'];
  states?: InvoiceState[];
  /** Open, and past its due day. */
  overdue?: boolean;
  creditsId?: Id;
  number?: string;
  from?: Date;
  to?: Date;
};

/** Newest first, of those the caller may see. */
export async function listInvoices(
  ctx: Ctx,
  filter: InvoiceFilter,
  page: { after?: Id; limit: number },
): Promise<Invoice[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  const { scope } = ctx.actor;
  if (scope.kind === 'company') conditions.push(sql`owner_id = ${scope.companyId}`);
  if (filter.ids) conditions.push(sql`id = any(${uuids(filter.ids)}::uuid[])`);
  if (filter.ownerIds) conditions.push(sql`owner_id = any(${uuids(filter.ownerIds)}::uuid[])`);
  if (filter.kind) conditions.push(sql`kind = ${filter.kind}`);
  if (filter.states) conditions.push(sql`state = any(${filter.states}::text[])`);
  if (filter.overdue !== undefined) {
    conditions.push(
      filter.overdue
        ? sql`state = 'open' and due_at <= ${ctx.now}`
        : sql`(state <> 'open' or due_at is null or due_at > ${ctx.now})`,
    );
  }
  if (filter.creditsId) conditions.push(sql`credits_id = ${filter.creditsId}`);
  if (filter.number) conditions.push(sql`number = ${filter.number}`);
  if (filter.from) conditions.push(sql`issued_at >= ${filter.from}`);
  if (filter.to) conditions.push(sql`issued_at < ${filter.to}`);
  // Of some days: by the index of the days. An invoice is as old as its pre-bill, so ids do not follow them.
  const ofDays = filter.from !== undefined || filter.to !== undefined;
  if (page.after) {
    // After none that is there: from the newest on.
    conditions.push(
      ofDays
        ? sql`(issued_at, id) < (coalesce((select issued_at from invoices where organization_id = ${ctx.organization.id} and id = ${page.after}), 'infinity'), ${page.after}::uuid)`
        : sql`id < ${page.after}`,
    );
  }
  return rows<Invoice>(
    ctx,
    sql`/* billing.list_invoices */ select ${columns} from invoices where ${join(conditions)}
         order by ${ofDays ? sql`issued_at desc, id desc` : sql`id desc`} limit ${page.limit}`,
  );
}

/** Invoices of a company that are not paid, the oldest first. */
export async function listOpen(ctx: Ctx, ownerId: Id, currency: string, limit: number): Promise<Invoice[]> {
  return rows<Invoice>(
    ctx,
    sql`/* billing.list_open */ select ${columns} from invoices
         where organization_id = ${ctx.organization.id} and owner_id = ${ownerId} and currency = ${currency} and kind = 'invoice' and state = 'open'
         order by id limit ${limit}`,
  );
}

/** An invoice that is ours until the database transaction ends. */
export async function lockInvoice(ctx: Ctx, id: Id): Promise<Invoice | null> {
  return row<Invoice>(
    ctx,
    sql`/* billing.lock_invoice */ select ${columns} from invoices where organization_id = ${ctx.organization.id} and id = ${id} for no key update`,
  );
}

/** Writes what became of an invoice: all of it that may change. */
export async function saveInvoice(
  ctx: Ctx,
  i: Pick<Invoice, 'id' | 'paidMicros' | 'creditedMicros' | 'state'>,
): Promise<void> {
  await run(
    ctx,
    sql`/* billing.save_invoice */ update invoices set paid_micros = ${i.paidMicros}, credited_micros = ${i.creditedMicros}, state = ${i.state}
         where organization_id = ${ctx.organization.id} and id = ${i.id}`,
  );
}
