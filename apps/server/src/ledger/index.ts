export { keepsBalance, type LedgerAccount, type LedgerAccountKind, type NewTransfer } from './model.ts';
export { ledgerRoutes } from './routes.ts';
export { accountKey, listAccounts, listEntries, openAccounts, post, postFresh } from './service.ts';
export type { StoredAccount, StoredEntry } from './sql.ts';
export { type Debit, type DebitOutcome, isAtFloor, overshootOf, type Wallet } from './wallets/model.ts';
export {
  creditWallet,
  debitMany,
  debitWallet,
  getWallets,
  openWallet,
  setFloor,
  tellFloorReached,
  walletsAtFloor,
  walletsOf,
} from './wallets/service.ts';
