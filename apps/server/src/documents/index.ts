export {
  type DocumentItem,
  type DocumentTax,
  type InvoiceDocument,
  type Language,
  languages,
  type Party,
} from './model.ts';
export { type BillingDetails, noDetails } from './parties/model.ts';
export { partyRoutes as documentRoutes } from './parties/routes.ts';
export { partyOf, sellerOf, setDetails, setSettings } from './parties/service.ts';
export { pdfOf } from './pdf/index.ts';
