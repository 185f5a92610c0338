export { approve } from './approve.ts';
export { collectNow } from './collect-now.ts';
export type { DocumentHead } from './document.ts';
export { documentOf, getInvoice, listInvoices, type Owned } from './reads.ts';
export { billingRoutes } from './routes/index.ts';
export { changeSettings, type Terms, termsOf } from './settings.ts';
export { type Invoice, lockInvoice } from './sql/invoices.ts';
