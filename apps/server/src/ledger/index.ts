export { keepsBalance, type LedgerAccount, type LedgerAccountKind, type NewTransfer } from './model.ts';
export { ledgerRoutes } from './routes.ts';
export { accountKey, findAccounts, listAccounts, listEntries, openAccounts, post, postFresh } from './service.ts';
export { type FoundEntry, listEntriesOf, type StoredAccount, type StoredEntry } from './sql.ts';
export type { Movement, MovementFilter, WalletOverview } from './wallets/history.ts';
export { type Debit, type DebitOutcome, isAtFloor, overshootOf, type Wallet } from './wallets/model.ts';
export { getWallet, getWallets, type OwnedWallet, walletsAtFloor, walletsOf } from './wallets/reads.ts';
export type { AboutTransfer, WalletHands } from './wallets/routes.ts';
export { creditWallet, debitMany, debitWallet, openWallet, setFloor, tellFloorReached } from './wallets/service.ts';
