import type { Micros } from '@simwright/measure';
import * as billing from '../billing/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import * as payments from '../payments/index.ts';
import { getCompany } from '../tenancy/index.ts';
import { mostInvoices } from './allocate.ts';

/**
 * Invoices as something that can be paid: of one company, in one currency, with what is left of them unless an amount is given. Refuses
 * `invoice.not_found`, `invoice.not_open`, `invoice.several_accounts`, `payment.nothing_due`, `payment.amount_too_fine`.
 */
export async function purchaseOf(ctx: Ctx, asked: payments.AskedInvoices): Promise<payments.Purchase> {
  if (asked.companyId !== undefined) return purchaseOfCompany(ctx, asked.companyId, asked);
  const ids = [...new Set(asked.invoiceIds)];
  const found = await billing.listInvoices(ctx, { ids }, { limit: ids.length });
  const byId = new Map(found.map((invoice) => [invoice.id, invoice]));
  const invoices = ids.map((id) => {
    const invoice = byId.get(id);
    if (invoice?.kind !== 'invoice') throw refuse.notFound('invoice', publicId('invoice', id));
    return invoice;
  });
  const closed = invoices.find(({ state }) => state !== 'open');
  if (closed) throw refuse.conflict('invoice.not_open', `Nothing is left to be paid of ${closed.number}.`);
  const { ownerId, currency } = invoices[0]!;
  if (invoices.some((one) => one.ownerId !== ownerId || one.currency !== currency)) {
    throw refuse.invalid('invoice.several_accounts', 'One payment is for invoices of one company, in one currency.', {
      ...{ field: 'body.invoicePayment.invoices', expected: 'invoices of one company' },
    });
  }
  return purchase(asked, { subjectId: ids[0]!, ids, ownerId, currency, invoices });
}

/** What a company has open, without naming it: what is open when the money comes is paid, the oldest first. */
async function purchaseOfCompany(ctx: Ctx, id: Id, asked: payments.AskedInvoices): Promise<payments.Purchase> {
  const company = await getCompany(ctx, id);
  const { currency } = company;
  const invoices = await billing.listOpen(ctx, company.id, currency, mostInvoices);
  if (invoices.length === 0 && asked.amount === undefined) {
    throw refuse.conflict('payment.nothing_due', `${company.name} has no open invoice. Say how much it pays.`, {
      field: 'body.invoicePayment.amount',
    });
  }
  return purchase(asked, { subjectId: company.id, ids: [], ownerId: company.id, currency, invoices });
}

type Due = { subjectId: Id; ids: Id[]; ownerId: Id; currency: string; invoices: billing.Invoice[] };

function purchase(asked: payments.AskedInvoices, due: Due): payments.Purchase {
  const { subjectId, ids, ownerId, currency, invoices } = due;
  const dueMicros = sumLeft(invoices);
  // What is paid ahead pays whatever is issued.
  const asksVat = invoices.length === 0 || invoices.some(({ vatMicros }) => vatMicros > 0n);
  const priceMicros =
    asked.amount === undefined ? dueMicros : payments.readPayable(asked.amount, currency, 'body.invoicePayment.amount');
  return {
    ...{ purpose: 'invoice', subjectId, detail: { invoices: ids, debtor: ownerId } },
    ...{ ownerId, currency, priceMicros, asksVat, ...(!asked.overpay && { dueMicros }) },
    gets: { amountMicros: null, bytes: null, validUntil: null },
  };
}

function sumLeft(invoices: billing.Invoice[]): Micros {
  return invoices.reduce((sum, invoice) => sum + billing.leftOf(invoice), 0n);
}
