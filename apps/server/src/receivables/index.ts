export { creditNoteIssued, invoiceIssued, onAccount } from './credit.ts';
export { type LinkPageDeps, linkPages } from './links/pages.ts';
export { makeLink, sweepLinks } from './links/service.ts';
export { purchaseOf } from './purchase.ts';
export { creditsOf, listAllocations, listReceipts } from './reads.ts';
export { receivableRoutes } from './routes.ts';
export { receive, refundTold } from './service.ts';
