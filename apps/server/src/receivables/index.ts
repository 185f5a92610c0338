export { type LinkPageDeps, linkPages } from './links/pages.ts';
export { makeLink, sweepLinks } from './links/service.ts';
export { receivableRoutes } from './routes.ts';
export {
  creditsOf,
  invoiceCredited,
  invoiceIssued,
  listAllocations,
  listReceipts,
  onAccount,
  purchaseOf,
  receive,
  refundTold,
} from './service.ts';
