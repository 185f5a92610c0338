export { keepsBalance, type LedgerAccount, type LedgerAccountKind, type NewTransfer } from './model.ts';
export { accountKey, openAccounts, post } from './service.ts';
