export { type JournalPair, journalOf } from './journal.ts';
export {
  keepsBalance,
  type LedgerAccount,
  type LedgerAccountKind,
  ledgerAccountKinds,
  type NewTransfer,
  type TransferKind,
} from './model.ts';
export { ledgerRoutes } from './routes.ts';
export { accountKey, findAccounts, listAccounts, listEntries, openAccounts, post, postFresh } from './service.ts';
export {
  type FoundEntry,
  type FoundTransferEntry,
  findBalanceBefore,
  listEntriesOf,
  listTransfersOf,
  type StoredAccount,
  type StoredEntry,
} from './sql.ts';
export { holdToLimit, setLimit } from './wallets/adjustments/limits.ts';
export { debitMany } from './wallets/debits.ts';
export type { Movement, MovementFilter, WalletOverview } from './wallets/history.ts';
export { captureHold, placeHold, releaseHold } from './wallets/holds/service.ts';
export { type Debit, type DebitOutcome, fellLow, isAtFloor, overshootOf, type Wallet } from './wallets/model.ts';
export { expirePart } from './wallets/parts/expire.ts';
export { addBonus, givePart } from './wallets/parts/give.ts';
export type { Part } from './wallets/parts/model.ts';
export { balancesOf, partsOf } from './wallets/parts/reads.ts';
export { bonusBack, debitPaid, takeBonus } from './wallets/parts/refund.ts';
export { getWallet, getWallets, type OwnedWallet, walletsAtFloor, walletsOf } from './wallets/reads.ts';
export type { AboutTransfer, WalletHands } from './wallets/routes.ts';
export { creditWallet, debitWallet, openWallet, setFloor, tellLow } from './wallets/service.ts';
export { endDue } from './wallets/sweep.ts';
export { tellFloorReached, tellLowReached } from './wallets/told.ts';
export type { VatAt, VatLine } from './wallets/vat/model.ts';
export { closedMonthOf, type VatMonth } from './wallets/vat/months.ts';
export { lockWallets } from './wallets/vat/service.ts';
export { changeVatAt, setVatAt, vatAtOf } from './wallets/vat/settings.ts';
