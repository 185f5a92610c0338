import type { CreditNote } from 'xero-node/dist/gen/model/accounting/creditNote.js';
import type { Invoice } from 'xero-node/dist/gen/model/accounting/invoice.js';
import { type AccountingDoor, AccountingFault, type Chart, type Inside, type Settling, type Written } from '../door.ts';
import type { XeroAddresses } from './addresses.ts';
import { microsOf, numberOf } from './amounts.ts';
import { asked, xeroClient } from './client.ts';
import { contactOf, isSame } from './contacts.ts';
import { creditNoteOf, invoiceOf, toldOfInvoice, toldOfNote, writtenOf } from './documents.ts';
import { xeroIdentity } from './identity.ts';

/** Decimals of a unit price; ours are whole smallest units, one of each line. */
const unitDecimals = 2;
const over = new Set(['VOIDED', 'DELETED']);

/** Xero, by its official SDK. */
export function xeroDoor(at: XeroAddresses, now: () => Date): AccountingDoor {
  const inside = ({ access }: Inside) => xeroClient(at, access);

  async function invoiceAt(books: Inside, id: string): Promise<Invoice> {
    const api = await inside(books);
    const { invoices } = await asked(api.getInvoice(books.bookId, id, unitDecimals));
    const found = invoices?.[0];
    if (!found) throw new AccountingFault('refused', 'xero.not_found', 'This invoice is not in Xero any more.');
    return found;
  }

  async function noteAt(books: Inside, id: string): Promise<CreditNote> {
    const api = await inside(books);
    const { creditNotes } = await asked(api.getCreditNote(books.bookId, id, unitDecimals));
    const found = creditNotes?.[0];
    if (!found) throw new AccountingFault('refused', 'xero.not_found', 'This credit note is not in Xero any more.');
    return found;
  }

  return {
    ...xeroIdentity(at, now),

    async chart(books) {
      const api = await inside(books);
      const { accounts = [] } = await asked(api.getAccounts(books.bookId));
      const { taxRates = [] } = await asked(api.getTaxRates(books.bookId));
      const chart: Chart = {
        accounts: accounts
          .filter(({ code, status }) => code && String(status ?? 'ACTIVE') === 'ACTIVE')
          .map(({ code, name, type, enablePaymentsToAccount }) => ({
            ...{ code: code!.slice(0, 20), name: (name ?? '').slice(0, 150), type: String(type) },
            takesPayments: String(type) === 'BANK' || enablePaymentsToAccount === true,
          })),
        taxes: taxRates
          .filter(({ taxType, status }) => taxType && String(status ?? 'ACTIVE') === 'ACTIVE')
          .map(({ taxType, name, effectiveRate, displayTaxRate }) => ({
            ...{ type: taxType!.slice(0, 50), name: (name ?? '').slice(0, 150) },
            percent: String(effectiveRate ?? displayTaxRate ?? ''),
          })),
      };
      return { accounts: chart.accounts.slice(0, 1_000), taxes: chart.taxes.slice(0, 200) };
    },

    async writeContact(books, contact, id, { key }) {
      const api = await inside(books);
      const known = id ?? (await findContact(books, contact.number, contact.name));
      const written = known
        ? await asked(
            api.updateContact(books.bookId, known, { contacts: [{ contactID: known, ...contactOf(contact) }] }, key),
          )
        : await asked(api.createContacts(books.bookId, { contacts: [contactOf(contact)] }, true, key));
      const made = written.contacts?.[0];
      if (!made?.contactID) throw new AccountingFault('later', 'xero.unreadable', 'Xero’s answer had no contact.');
      return { id: made.contactID, state: String(made.contactStatus ?? 'ACTIVE') };
    },

    async writeDocument(books, document, { key, tried }) {
      const api = await inside(books);
      if (document.kind === 'invoice') {
        const found = tried ? await findInvoice(books, document.number) : null;
        if (found) return writtenOf(document, toldOfInvoice(found));
        const made = await asked(
          api.createInvoices(books.bookId, { invoices: [invoiceOf(document)] }, true, unitDecimals, key),
        );
        return writtenOf(document, toldOfInvoice(made.invoices?.[0] ?? {}));
      }
      const found = tried ? await findNote(books, document.number) : null;
      if (found) return writtenOf(document, toldOfNote(found));
      const made = await asked(
        api.createCreditNotes(books.bookId, { creditNotes: [creditNoteOf(document)] }, true, unitDecimals, key),
      );
      return writtenOf(document, toldOfNote(made.creditNotes?.[0] ?? {}));
    },

    async apply(books, creditNoteId, settling, { key }) {
      const invoice = await invoiceAt(books, settling.invoiceId);
      const applied = (invoice.creditNotes ?? []).find((note) => note.creditNoteID === creditNoteId);
      if (applied) return { id: creditNoteId, state: 'APPLIED' };
      mustBeInBooks(invoice);
      const due = microsOf(invoice.amountDue, settling.currency) ?? 0n;
      const amountMicros = due < settling.amountMicros ? due : settling.amountMicros;
      if (amountMicros <= 0n) return null;
      const api = await inside(books);
      const allocation = { ...settledBy({ ...settling, amountMicros }), invoice: { invoiceID: settling.invoiceId } };
      const allocations = { allocations: [allocation] };
      await asked(api.createCreditNoteAllocation(books.bookId, creditNoteId, allocations, true, key));
      return { id: creditNoteId, state: 'APPLIED' };
    },

    async allocate(books, creditNoteId, settling, { key, tried, others, look }) {
      if (tried) {
        const made = (await noteAt(books, creditNoteId)).allocations ?? [];
        const amount = numberOf(settling.amountMicros, settling.currency);
        const ours = made.find(
          (one) =>
            one.allocationID &&
            one.invoice?.invoiceID === settling.invoiceId &&
            one.amount === amount &&
            !one.isDeleted &&
            !others.includes(one.allocationID),
        );
        if (ours) return { id: ours.allocationID!, state: 'ALLOCATED' };
      }
      if (tried || look) {
        mustBeInBooks(await noteAt(books, creditNoteId));
        mustBeInBooks(await invoiceAt(books, settling.invoiceId));
      }
      const api = await inside(books);
      const allocation = { ...settledBy(settling), invoice: { invoiceID: settling.invoiceId } };
      const { allocations } = await asked(
        api.createCreditNoteAllocation(books.bookId, creditNoteId, { allocations: [allocation] }, true, key),
      );
      const id = allocations?.[0]?.allocationID;
      if (!id) throw new AccountingFault('later', 'xero.unreadable', 'Xero’s answer had no allocation.');
      return { id, state: 'ALLOCATED' };
    },

    async unallocate(books, creditNoteId, allocationId, { tried }) {
      if (tried) {
        const made = (await noteAt(books, creditNoteId)).allocations ?? [];
        const there = made.some((one) => one.allocationID === allocationId && !one.isDeleted);
        if (!there) return { id: allocationId, state: 'DELETED' };
      }
      const api = await inside(books);
      await asked(api.deleteCreditNoteAllocations(books.bookId, creditNoteId, allocationId));
      return { id: allocationId, state: 'DELETED' };
    },

    async pay(books, payment, { key, tried, look }) {
      if (tried || look) {
        const invoice = await invoiceAt(books, payment.invoiceId);
        const made = (invoice.payments ?? []).find(({ reference }) => reference === payment.reference);
        if (made?.paymentID) return { id: made.paymentID, state: String(made.status ?? 'AUTHORISED') };
        mustBeInBooks(invoice);
      }
      const api = await inside(books);
      const { payments } = await asked(
        api.createPayment(
          books.bookId,
          {
            ...settledBy(payment),
            ...{ invoice: { invoiceID: payment.invoiceId }, account: { code: payment.accountCode } },
            reference: payment.reference,
          },
          key,
        ),
      );
      return writtenPayment(payments?.[0]);
    },

    async unpay(books, paymentId, { key, tried }) {
      const api = await inside(books);
      if (tried) {
        const { payments } = await asked(api.getPayment(books.bookId, paymentId));
        if (String(payments?.[0]?.status) === 'DELETED') return { id: paymentId, state: 'DELETED' };
      }
      await asked(api.deletePayment(books.bookId, paymentId, { status: 'DELETED' }, key));
      return { id: paymentId, state: 'DELETED' };
    },
  };

  /** One that has our number, else one of the same name that has nobody's. */
  async function findContact(books: Inside, number: string, name: string): Promise<string | null> {
    const api = await inside(books);
    const ours = await asked(api.getContacts(books.bookId, undefined, `ContactNumber=="${number}"`));
    const [own] = ours.contacts ?? [];
    if (own?.contactID) return own.contactID;
    const search = [undefined, undefined, undefined, undefined, 1, false, false] as const;
    const named = await asked(api.getContacts(books.bookId, ...search, name));
    return (named.contacts ?? []).find((contact) => isSame(contact, name))?.contactID ?? null;
  }

  async function findInvoice(books: Inside, number: string): Promise<Invoice | null> {
    const api = await inside(books);
    const found = await asked(
      api.getInvoices(books.bookId, undefined, undefined, undefined, undefined, [number], undefined, undefined, 1),
    );
    const standing = (found.invoices ?? []).filter((one) => one.invoiceNumber === number && !over.has(`${one.status}`));
    return standing.find(({ type }) => String(type) === 'ACCREC') ?? null;
  }

  async function findNote(books: Inside, number: string): Promise<CreditNote | null> {
    const api = await inside(books);
    const where = `CreditNoteNumber=="${number.replaceAll('"', '')}"`;
    const found = await asked(api.getCreditNotes(books.bookId, undefined, where));
    const standing = (found.creditNotes ?? []).filter(
      (one) => one.creditNoteNumber === number && !over.has(`${one.status}`),
    );
    return standing.find(({ type }) => String(type) === 'ACCRECCREDIT') ?? null;
  }
}

function settledBy({ amountMicros, currency, on }: Settling) {
  return { amount: numberOf(amountMicros, currency), date: on };
}

/** Nothing is paid on a draft. */
function mustBeInBooks({ status }: Pick<Invoice | CreditNote, 'status'>): void {
  if (['DRAFT', 'SUBMITTED'].includes(String(status))) {
    throw new AccountingFault('draft', 'accounting.is_draft', 'It is a draft in Xero. Approve it there first.');
  }
}

function writtenPayment(made: { paymentID?: string; status?: unknown } | undefined): Written {
  if (!made?.paymentID) throw new AccountingFault('later', 'xero.unreadable', 'Xero’s answer had no payment.');
  return { id: made.paymentID, state: String(made.status ?? 'AUTHORISED') };
}
