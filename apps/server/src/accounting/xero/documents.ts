import { formatAmount } from '@simwright/measure';
import type { CreditNote } from 'xero-node/dist/gen/model/accounting/creditNote.js';
import type { Invoice } from 'xero-node/dist/gen/model/accounting/invoice.js';
import type { LineItem } from 'xero-node/dist/gen/model/accounting/lineItem.js';
import { AccountingFault, type BookedDocument, type Written } from '../door.ts';
import { microsOf, numberOf } from './amounts.ts';

/** The words of Xero's lists. The SDK declares them as enums; what it writes is their text. */
const word = <T>(text: string): T => text as T;

/** A document as Xero takes it: our number, our id as its reference, and VAT line by line as we have it. */
export function invoiceOf(d: BookedDocument): Invoice {
  return {
    ...{ type: word('ACCREC'), contact: { contactID: d.contactId }, invoiceNumber: d.number, reference: d.reference },
    ...{ date: d.issuedOn, dueDate: d.dueOn ?? d.issuedOn, currencyCode: word(d.currency) },
    ...(d.url && { url: d.url }),
    ...{ lineAmountTypes: word('Exclusive'), lineItems: linesOf(d), status: word(stateOf(d)) },
  };
}

/** The same for what is taken back. It has no address of its own to be opened at. */
export function creditNoteOf(d: BookedDocument): CreditNote {
  return {
    ...{ type: word('ACCRECCREDIT'), contact: { contactID: d.contactId }, reference: d.reference },
    ...{ creditNoteNumber: d.number, date: d.issuedOn, currencyCode: word(d.currency) },
    ...{ lineAmountTypes: word('Exclusive'), lineItems: linesOf(d), status: word(stateOf(d)) },
  };
}

const stateOf = ({ as }: BookedDocument) => (as === 'draft' ? 'DRAFT' : 'AUTHORISED');

function linesOf({ lines, currency }: BookedDocument): LineItem[] {
  return lines.map(({ words, accountCode, taxType, netMicros, vatMicros }) => ({
    ...{ description: words, quantity: 1, unitAmount: numberOf(netMicros, currency), accountCode, taxType },
    ...{ lineAmount: numberOf(netMicros, currency), taxAmount: numberOf(vatMicros, currency) },
  }));
}

type Told = {
  id: string | undefined;
  state: unknown;
  reference: string | undefined;
  total: unknown;
  totalTax: unknown;
};

export const toldOfInvoice = (i: Invoice): Told => ({
  ...{ id: i.invoiceID, state: i.status, reference: i.reference, total: i.total, totalTax: i.totalTax },
});
export const toldOfNote = (n: CreditNote): Told => ({
  ...{ id: n.creditNoteID, state: n.status, reference: n.reference, total: n.total, totalTax: n.totalTax },
});

/** What was written, or found there: ours, and of our sums. Refuses what is another's, and what came to another sum. */
export function writtenOf(d: BookedDocument, { id, state, reference, total, totalTax }: Told): Written {
  if (!id) throw new AccountingFault('later', 'xero.unreadable', 'Xero’s answer had no id.');
  if (reference !== d.reference) {
    throw new AccountingFault(
      'refused',
      'accounting.number_taken',
      `There is another document of the number ${d.number} in Xero. Give that one another number, or void it.`,
    );
  }
  const gross = d.netMicros + d.vatMicros;
  if (microsOf(total, d.currency) !== gross || microsOf(totalTax, d.currency) !== d.vatMicros) {
    const ours = `${formatAmount(gross, d.currency)}, of it VAT ${formatAmount(d.vatMicros, d.currency)}`;
    throw new AccountingFault(
      'refused',
      'accounting.sum_differs',
      `In Xero it comes to ${String(total)}, of it tax ${String(totalTax)}; here to ${ours}. Look at the tax types of the mapping, void it in Xero, and write it again.`,
    );
  }
  return { id, state: String(state) };
}
