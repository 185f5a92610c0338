export { sendFile } from './files.ts';
export { formsOf } from './forms.ts';
export {
  type DocumentItem,
  type DocumentTax,
  type InvoiceDocument,
  type Language,
  languages,
  type Party,
} from './model.ts';
export { type BillingDetails, noDetails, spacedIban } from './parties/model.ts';
export { partyOf, sellerOf, setDetails, setSettings } from './parties/service.ts';
export { pdfOf, receiptPdf } from './pdf/index.ts';
export { drawStatement, type StatementSheet } from './pdf/statement.ts';
export type { Receipt } from './receipt.ts';
export { documentRoutes } from './routes.ts';
export { missingFor, writeUbl } from './ubl/ubl.ts';
export { reasonOf, receiptWords } from './words.ts';
