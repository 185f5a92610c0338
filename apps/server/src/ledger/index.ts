export { keepsBalance, type LedgerAccount, type LedgerAccountKind, type NewTransfer } from './model.ts';
export { ledgerRoutes } from './routes.ts';
export { accountKey, listAccounts, listEntries, openAccounts, post, postFresh } from './service.ts';
export type { StoredAccount, StoredEntry } from './sql.ts';
