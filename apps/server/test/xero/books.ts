import { randomUUID } from 'node:crypto';

// biome-ignore lint/suspicious/noExplicitAny: a test reads it as it is on the wire.
export type Json = any;

/** What Xero refuses: a validation error of one element, in its words. */
export class Refused extends Error {
  readonly status: number;
  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

const cents = (amount: number) => Math.round(amount * 100);
const sum = (amounts: number[]) => amounts.reduce((all, one) => all + cents(one), 0) / 100;

/** The books of one organization at Xero, as far as they are used here. */
export function openXeroBooks() {
  const accounts = [
    { Code: '200', Name: 'Sales', Type: 'REVENUE', Status: 'ACTIVE', EnablePaymentsToAccount: false },
    { Code: '210', Name: 'Usage', Type: 'REVENUE', Status: 'ACTIVE', EnablePaymentsToAccount: false },
    { Code: '090', Name: 'Bank', Type: 'BANK', Status: 'ACTIVE' },
    { Code: '091', Name: 'Card clearing', Type: 'CURRENT', Status: 'ACTIVE', EnablePaymentsToAccount: true },
    { Code: '999', Name: 'Old', Type: 'REVENUE', Status: 'ARCHIVED' },
  ];
  const taxRates = [
    { TaxType: 'OUTPUT', Name: 'VAT on sales', EffectiveRate: 21, DisplayTaxRate: 21, Status: 'ACTIVE' },
    { TaxType: 'NONE', Name: 'No VAT', EffectiveRate: 0, DisplayTaxRate: 0, Status: 'ACTIVE' },
  ];
  const contacts: Json[] = [];
  const invoices: Json[] = [];
  const creditNotes: Json[] = [];
  const payments: Json[] = [];
  const byId = (list: Json[], name: string, id: string): Json => {
    const found = list.find((one) => one[name] === id);
    if (!found) throw new Refused('The resource you’re looking for cannot be found', 404);
    return found;
  };

  function settle(invoice: Json): void {
    const paid = sum(invoice.Payments.filter((p: Json) => p.Status === 'AUTHORISED').map((p: Json) => p.Amount));
    const credited = sum(invoice.CreditNotes.map((n: Json) => n.AppliedAmount));
    const due = (cents(invoice.Total) - cents(paid) - cents(credited)) / 100;
    Object.assign(invoice, { AmountPaid: paid, AmountCredited: credited, AmountDue: due });
    if (invoice.Status === 'AUTHORISED' || invoice.Status === 'PAID')
      invoice.Status = due === 0 ? 'PAID' : 'AUTHORISED';
  }

  function document(asked: Json): Json {
    const contact = byId(contacts, 'ContactID', asked.Contact?.ContactID);
    if (!asked.LineItems?.length) throw new Refused('One or more line items must be specified.');
    for (const line of asked.LineItems) {
      if (!accounts.some(({ Code, Status }) => Code === line.AccountCode && Status === 'ACTIVE')) {
        throw new Refused(`Account code '${line.AccountCode}' is not a valid code for this document.`);
      }
      if (!taxRates.some(({ TaxType }) => TaxType === line.TaxType)) {
        throw new Refused(
          `The TaxType code '${line.TaxType}' does not exist or cannot be used for this type of transaction.`,
        );
      }
      if (cents(line.Quantity * line.UnitAmount) !== cents(line.LineAmount)) {
        throw new Refused('The line total does not match the expected line total.');
      }
    }
    const SubTotal = sum(asked.LineItems.map((line: Json) => line.LineAmount));
    const TotalTax = sum(asked.LineItems.map((line: Json) => line.TaxAmount));
    return { ...asked, Contact: contact, SubTotal, TotalTax, Total: (cents(SubTotal) + cents(TotalTax)) / 100 };
  }

  const standing = (one: Json) => one.Status !== 'VOIDED' && one.Status !== 'DELETED';

  return {
    ...{ accounts, taxRates, contacts, invoices, creditNotes, payments },
    settle,
    /** What one operation does, and what it answers. */
    act(operation: string, [id = '', other = '']: string[], query: URLSearchParams, body: Json): Json {
      const where = /"(.*)"/.exec(query.get('where') ?? '')?.[1];
      switch (operation) {
        case 'GET Accounts':
          return { Accounts: accounts };
        case 'GET TaxRates':
          return { TaxRates: taxRates };
        case 'GET Contacts': {
          const term = query.get('searchTerm')?.toLowerCase();
          const found = contacts.filter((c) =>
            where !== undefined ? c.ContactNumber === where : term === undefined || c.Name.toLowerCase().includes(term),
          );
          return { Contacts: found };
        }
        case 'PUT Contacts': {
          const [asked] = body.Contacts;
          if (contacts.some(({ Name }) => Name === asked.Name)) {
            throw new Refused(
              `The contact name ${asked.Name} is already assigned to another contact. The contact name must be unique across all active contacts.`,
            );
          }
          const made = { ContactStatus: 'ACTIVE', ...asked, ContactID: randomUUID() };
          contacts.push(made);
          return { Contacts: [made] };
        }
        case 'POST Contacts/:id': {
          const contact = byId(contacts, 'ContactID', id);
          Object.assign(contact, body.Contacts[0]);
          return { Contacts: [contact] };
        }
        case 'GET Invoices': {
          const numbers = query.get('InvoiceNumbers')?.split(',') ?? [];
          return { Invoices: invoices.filter(({ InvoiceNumber }) => numbers.includes(InvoiceNumber)) };
        }
        case 'GET Invoices/:id':
          return { Invoices: [byId(invoices, 'InvoiceID', id)] };
        case 'PUT Invoices': {
          const [asked] = body.Invoices;
          if (invoices.some((one) => one.InvoiceNumber === asked.InvoiceNumber && standing(one))) {
            throw new Refused('Invoice # must be unique.');
          }
          const made = { ...document(asked), InvoiceID: randomUUID(), Payments: [], CreditNotes: [] };
          settle(made);
          invoices.push(made);
          return { Invoices: [made] };
        }
        case 'GET CreditNotes':
          return { CreditNotes: creditNotes.filter(({ CreditNoteNumber }) => CreditNoteNumber === where) };
        case 'PUT CreditNotes': {
          const [asked] = body.CreditNotes;
          if (creditNotes.some((one) => one.CreditNoteNumber === asked.CreditNoteNumber && standing(one))) {
            throw new Refused('Credit Note # must be unique.');
          }
          const made = document(asked);
          Object.assign(made, { CreditNoteID: randomUUID(), RemainingCredit: made.Total, Allocations: [] });
          creditNotes.push(made);
          return { CreditNotes: [made] };
        }
        case 'GET CreditNotes/:id':
          return { CreditNotes: [byId(creditNotes, 'CreditNoteID', id)] };
        case 'DELETE CreditNotes/:id/Allocations/:other': {
          const note = byId(creditNotes, 'CreditNoteID', id);
          const made = byId(note.Allocations, 'AllocationID', other);
          note.Allocations.splice(note.Allocations.indexOf(made), 1);
          note.RemainingCredit = (cents(note.RemainingCredit) + cents(made.Amount)) / 100;
          const invoice = byId(invoices, 'InvoiceID', made.Invoice.InvoiceID);
          const applied = (one: Json) => one.CreditNoteID === id && one.AppliedAmount === made.Amount;
          invoice.CreditNotes.splice(invoice.CreditNotes.findIndex(applied), 1);
          settle(invoice);
          return { AllocationID: other, IsDeleted: true };
        }
        case 'PUT CreditNotes/:id/Allocations': {
          const note = byId(creditNotes, 'CreditNoteID', id);
          const [asked] = body.Allocations;
          const invoice = byId(invoices, 'InvoiceID', asked.Invoice.InvoiceID);
          if (cents(asked.Amount) > cents(invoice.AmountDue) || cents(asked.Amount) > cents(note.RemainingCredit)) {
            throw new Refused('The amount being applied exceeds the amount outstanding.');
          }
          note.RemainingCredit = (cents(note.RemainingCredit) - cents(asked.Amount)) / 100;
          invoice.CreditNotes.push({ CreditNoteID: note.CreditNoteID, AppliedAmount: asked.Amount });
          settle(invoice);
          const made = { ...asked, AllocationID: randomUUID() };
          note.Allocations.push(made);
          return { Allocations: [made] };
        }
        case 'POST Payments': {
          const invoice = byId(invoices, 'InvoiceID', body.Invoice?.InvoiceID);
          const account = accounts.find(({ Code }) => Code === body.Account?.Code);
          if (!account || (account.Type !== 'BANK' && !account.EnablePaymentsToAccount)) {
            throw new Refused('Account could not be found or does not take payments.');
          }
          if (invoice.Status !== 'AUTHORISED') throw new Refused('Invoice not of valid status for modification');
          if (cents(body.Amount) > cents(invoice.AmountDue)) {
            throw new Refused('Payment amount exceeds the amount outstanding on this document');
          }
          const made = { ...body, Status: 'AUTHORISED', PaymentID: randomUUID() };
          payments.push(made);
          invoice.Payments.push(made);
          settle(invoice);
          return { Payments: [made] };
        }
        case 'GET Payments/:id':
          return { Payments: [byId(payments, 'PaymentID', id)] };
        case 'POST Payments/:id': {
          const payment = byId(payments, 'PaymentID', id);
          if (payment.Status === 'DELETED') throw new Refused('This payment is deleted already.');
          payment.Status = 'DELETED';
          settle(byId(invoices, 'InvoiceID', payment.Invoice.InvoiceID));
          return { Payments: [payment] };
        }
        default:
          throw new Error(`no such operation: ${operation}`);
      }
    },
  };
}
