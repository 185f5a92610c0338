export { receivableRoutes } from './routes.ts';
export { creditsOf, invoiceIssued, listAllocations, listReceipts, purchaseOf, receive, refundTold } from './service.ts';
