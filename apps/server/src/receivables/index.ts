export { receivableRoutes } from './routes.ts';
export {
  creditsOf,
  invoiceCredited,
  invoiceIssued,
  listAllocations,
  listReceipts,
  purchaseOf,
  receive,
  refundTold,
} from './service.ts';
