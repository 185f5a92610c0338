export { type Accountant, openAccountant } from './accountant.ts';
export type { AccountingDoor } from './door.ts';
export { openBooks } from './kinds.ts';
export { allocationMade, allocationUndone, documentIssued } from './pushes/queue.ts';
export { accountingRoutes, returnUrlOf } from './routes.ts';
