import { formatAmount, type Micros } from '@simwright/measure';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import { type Invoice, lockInvoice, saveInvoice } from './sql/invoices.ts';

/** What is left to be paid of an invoice: gross, less what was paid and what credit notes took back. */
export function leftOf({ grossMicros, paidMicros, creditedMicros }: Invoice): Micros {
  return grossMicros - paidMicros - creditedMicros;
}

/** `credited`: credit notes took all of it back; `paid`: nothing is left to be paid. */
export function stateOf(invoice: Invoice): Invoice['state'] {
  if (invoice.creditedMicros > 0n && invoice.creditedMicros === invoice.grossMicros) return 'credited';
  return leftOf(invoice) <= 0n ? 'paid' : 'open';
}

/**
 * Notes on an invoice what was paid of it, or what went back (below zero), in the caller's database transaction. Whoever calls moves the money: the
 * ledger's receivable is not touched here. Refuses `invoice.not_found`, and `invoice.paid_too_much` beyond what is left.
 */
export async function notePaid(ctx: Ctx, id: Id, amountMicros: Micros): Promise<Invoice> {
  return atomically(ctx, async (ctx) => {
    const invoice = await lockInvoice(ctx, id);
    if (invoice?.kind !== 'invoice') throw refuse.notFound('invoice', publicId('invoice', id));
    // What goes back may go back from an invoice of which more is paid than it asks for by now.
    if ((amountMicros > 0n && amountMicros > leftOf(invoice)) || invoice.paidMicros + amountMicros < 0n) {
      const left = formatAmount(leftOf(invoice), invoice.currency);
      throw refuse.conflict(
        'invoice.paid_too_much',
        `Of this invoice ${left} ${invoice.currency} is left to be paid.`,
        { left },
      );
    }
    const paid = { ...invoice, paidMicros: invoice.paidMicros + amountMicros };
    const now: Invoice = { ...paid, state: stateOf(paid) };
    await saveInvoice(ctx, now);
    if (now.state !== invoice.state) await tellState(ctx, now);
    return now;
  });
}

/** Tells that an invoice is paid, or open again. */
export async function tellState(ctx: Ctx, invoice: Invoice): Promise<void> {
  const data = {
    invoice: publicId('invoice', invoice.id),
    number: invoice.number,
    companyId: publicId('company', invoice.ownerId),
    left: formatAmount(leftOf(invoice), invoice.currency),
    currency: invoice.currency,
  };
  const subject = { type: 'invoice', id: invoice.id };
  if (invoice.state === 'open') return emit(ctx, [{ name: 'invoice.reopened', subject, data }]);
  if (invoice.state === 'credited') return emit(ctx, [{ name: 'invoice.credited', subject, data }]);
  return emit(ctx, [{ name: 'invoice.paid', subject, data }]);
}
