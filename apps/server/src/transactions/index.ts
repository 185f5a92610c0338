export {
  type Destination,
  isPartOfPayment,
  type Method,
  methods,
  type Status,
  statuses,
  type Told,
  type Transaction,
  type TransactionType,
  types,
  type WalletEvent,
} from './model.ts';
export { type About, type Detail, type TransactionHands, transactionRoutes } from './routes.ts';
export {
  getTransaction,
  labelTransaction,
  listTransactions,
  type PaidBy,
  paidOf,
  tellTransactions,
  tellWalletEvents,
} from './service.ts';
