/**
 * What Xero's published description of its Accounting API (XeroAPI/Xero-OpenAPI, xero_accounting.yaml) says of the operations that are used here:
 * names, types, lengths and lists of words, as facts. Fields that are only ever told are left out: who sends one is wrong.
 */
export type Field =
  | { is: 'text'; most?: number; words?: readonly string[]; form?: RegExp }
  | { is: 'number' }
  | { is: 'object' | 'list'; of: SchemaName };
export type Schema = { fields: Record<string, Field>; required?: readonly string[] };
export type SchemaName =
  | ('Contacts' | 'Contact' | 'Address' | 'Invoices' | 'Invoice' | 'LineItem' | 'Account' | 'PaymentDelete')
  | ('CreditNotes' | 'CreditNote' | 'Allocations' | 'Allocation' | 'Payment');

const text = (most?: number): Field => ({ is: 'text', most });
const words = (...list: string[]): Field => ({ is: 'text', words: list });
const number: Field = { is: 'number' };
const uuid: Field = { is: 'text', form: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i };
const day: Field = { is: 'text', form: /^\d{4}-\d{2}-\d{2}$/ };
const currency: Field = { is: 'text', form: /^[A-Z]{3}$/ };
const object = (of: SchemaName): Field => ({ is: 'object', of });
const list = (of: SchemaName): Field => ({ is: 'list', of });
const states = ['DRAFT', 'SUBMITTED', 'DELETED', 'AUTHORISED', 'PAID', 'VOIDED'];
const amounts = words('Exclusive', 'Inclusive', 'NoTax');

export const schemas: Record<SchemaName, Schema> = {
  Contacts: { fields: { Contacts: list('Contact') } },
  Contact: {
    fields: {
      ...{ ContactID: uuid, ContactNumber: text(50), AccountNumber: text(50), Name: text(255) },
      ...{ FirstName: text(255), LastName: text(255), EmailAddress: text(255), TaxNumber: text(50) },
      ...{ Addresses: list('Address'), DefaultCurrency: currency },
      ContactStatus: words('ACTIVE', 'ARCHIVED', 'GDPRREQUEST'),
    },
  },
  Address: {
    fields: {
      ...{ AddressType: words('POBOX', 'STREET'), AddressLine1: text(500), AddressLine2: text(500) },
      ...{ AddressLine3: text(500), AddressLine4: text(500), City: text(255), Region: text(255) },
      ...{ PostalCode: text(50), Country: { is: 'text', most: 50, form: /^[A-Za-z ]*$/ }, AttentionTo: text(255) },
    },
  },
  Invoices: { fields: { Invoices: list('Invoice') } },
  Invoice: {
    fields: {
      Type: words(
        ...['ACCPAY', 'ACCPAYCREDIT', 'APOVERPAYMENT', 'APPREPAYMENT', 'ACCREC', 'ACCRECCREDIT'],
        ...['AROVERPAYMENT', 'ARPREPAYMENT'],
      ),
      ...{ Contact: object('Contact'), LineItems: list('LineItem'), Date: day, DueDate: day },
      ...{ LineAmountTypes: amounts, InvoiceNumber: text(255), Reference: text(), BrandingThemeID: uuid },
      ...{ Url: { is: 'text', form: /^https?:\/\// }, CurrencyCode: currency, CurrencyRate: number },
      ...{ Status: words(...states), InvoiceID: uuid },
    },
  },
  LineItem: {
    fields: {
      ...{ LineItemID: uuid, Description: text(), Quantity: number, UnitAmount: number, ItemCode: text() },
      ...{ AccountCode: text(), TaxType: text(), TaxAmount: number, LineAmount: number, DiscountRate: number },
    },
  },
  CreditNotes: { fields: { CreditNotes: list('CreditNote') } },
  CreditNote: {
    fields: {
      ...{ Type: words('ACCPAYCREDIT', 'ACCRECCREDIT'), Contact: object('Contact'), Date: day, DueDate: day },
      ...{ Status: words(...states), LineAmountTypes: amounts, LineItems: list('LineItem'), CurrencyCode: currency },
      ...{ CreditNoteID: uuid, CreditNoteNumber: text(), Reference: text(), CurrencyRate: number },
    },
  },
  Allocations: { fields: { Allocations: list('Allocation') } },
  Allocation: {
    fields: { Invoice: object('Invoice'), CreditNote: object('CreditNote'), Amount: number, Date: day },
    required: ['Amount', 'Invoice', 'Date'],
  },
  Payment: {
    fields: {
      ...{ Invoice: object('Invoice'), CreditNote: object('CreditNote'), InvoiceNumber: text() },
      ...{ Account: object('Account'), Code: text(), Date: day, CurrencyRate: number, Amount: number },
      ...{ Reference: text(), Status: words('AUTHORISED', 'DELETED'), PaymentID: uuid },
    },
  },
  PaymentDelete: { fields: { Status: text() }, required: ['Status'] },
  Account: { fields: { Code: text(10), AccountID: uuid, Name: text(150) } },
};

export type Operation = { method: string; path: string; query: readonly string[]; body?: SchemaName; keyed?: true };

const pages = ['where', 'order', 'page', 'pageSize', 'unitdp'];
export const operations: readonly Operation[] = [
  { method: 'GET', path: 'Accounts', query: ['where', 'order'] },
  { method: 'GET', path: 'TaxRates', query: ['where', 'order'] },
  { method: 'GET', path: 'Contacts', query: [...pages, 'IDs', 'includeArchived', 'summaryOnly', 'searchTerm'] },
  { method: 'PUT', path: 'Contacts', query: ['summarizeErrors'], body: 'Contacts', keyed: true },
  { method: 'POST', path: 'Contacts/:id', query: [], body: 'Contacts', keyed: true },
  {
    ...{ method: 'GET', path: 'Invoices' },
    query: [
      ...pages,
      'IDs',
      'InvoiceNumbers',
      'ContactIDs',
      'Statuses',
      'includeArchived',
      'createdByMyApp',
      'summaryOnly',
    ],
  },
  { method: 'PUT', path: 'Invoices', query: ['summarizeErrors', 'unitdp'], body: 'Invoices', keyed: true },
  { method: 'GET', path: 'Invoices/:id', query: ['unitdp'] },
  { method: 'GET', path: 'CreditNotes', query: pages },
  { method: 'PUT', path: 'CreditNotes', query: ['summarizeErrors', 'unitdp'], body: 'CreditNotes', keyed: true },
  { method: 'PUT', path: 'CreditNotes/:id/Allocations', query: ['summarizeErrors'], body: 'Allocations', keyed: true },
  { method: 'GET', path: 'CreditNotes/:id', query: ['unitdp'] },
  { method: 'DELETE', path: 'CreditNotes/:id/Allocations/:other', query: [] },
  { method: 'POST', path: 'Payments', query: [], body: 'Payment', keyed: true },
  { method: 'GET', path: 'Payments/:id', query: [] },
  { method: 'POST', path: 'Payments/:id', query: [], body: 'PaymentDelete', keyed: true },
];
