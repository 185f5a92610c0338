export {
  type DocumentItem,
  type DocumentTax,
  type InvoiceDocument,
  type Language,
  languages,
  type Party,
} from './model.ts';
