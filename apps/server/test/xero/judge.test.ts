import { expect, it } from 'vitest';
import type { Json } from './books.ts';
import { faultsOf } from './judge.ts';

const id = '0b6f7b3e-3f5c-4f0e-9f0a-0123456789ab';
const headers = { 'xero-tenant-id': id, 'idempotency-key': 'a key' };
const invoice = {
  ...{ Type: 'ACCREC', Contact: { ContactID: id }, InvoiceNumber: 'INV-1', Date: '2026-05-04', CurrencyCode: 'EUR' },
  ...{ LineAmountTypes: 'Exclusive', Status: 'AUTHORISED' },
  LineItems: [{ Description: 'Usage', Quantity: 1, UnitAmount: 1.15, AccountCode: '200', TaxType: 'OUTPUT' }],
};
const faults = (more: Json = {}, asked: Json = {}) =>
  faultsOf({
    ...{ method: 'PUT', path: 'Invoices', query: new URLSearchParams('unitdp=2'), headers },
    ...{ body: { Invoices: [{ ...invoice, ...more }] }, ...asked },
  });

it('the judge lets pass what is as the vendor describes it, and says of everything else what is wrong', () => {
  expect(faults()).toEqual([]);
  // Told, and never to be sent; of no model; too long; no word of its list; another form; of another type.
  expect(faults({ Total: 1.15 })).toEqual(['Invoices.Invoices[0].Total is not to be sent']);
  expect(faults({ Number: 'INV-1' })).toEqual(['Invoices.Invoices[0].Number is not to be sent']);
  expect(faults({ InvoiceNumber: 'x'.repeat(256) })).toEqual(['Invoices.Invoices[0].InvoiceNumber is longer than 255']);
  expect(faults({ Status: 'APPROVED' })[0]).toContain('Status is none of DRAFT');
  expect(faults({ Date: '4.5.2026' })[0]).toContain('Date is not of the form');
  expect(faults({ LineItems: [{ UnitAmount: '1.15' }] })).toEqual([
    'Invoices.Invoices[0].LineItems[0].UnitAmount is no number',
  ]);
  expect(faults({ Contact: { ContactID: 'com_1' } })[0]).toContain('ContactID is not of the form');

  expect(faults({}, { headers: { 'xero-tenant-id': id } })).toEqual([
    'an Idempotency-Key of 1 to 128 characters is missing',
  ]);
  expect(faults({}, { headers: { 'idempotency-key': 'x' } })).toEqual(['xero-tenant-id is missing']);
  expect(faults({}, { query: new URLSearchParams('page=2') })).toEqual(['Invoices takes no page in its query']);
  expect(faults({}, { path: 'Invoice' })).toEqual(['PUT Invoice is no operation']);
  const allocation = { path: `CreditNotes/${id}/Allocations`, query: new URLSearchParams() };
  expect(faults({}, { ...allocation, body: { Allocations: [{ Amount: 1, Date: '2026-05-04' }] } })).toEqual([
    'Allocations.Allocations[0].Invoice is missing',
  ]);
});
