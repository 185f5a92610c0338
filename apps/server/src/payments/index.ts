export { amountsOf, holdToAmounts, listAmounts, setAmounts } from './amounts.ts';
export { bonusFor } from './bonus.ts';
export type { Card, CardState } from './cards/model.ts';
export { cardToPay, defaultCardOf, listCards } from './cards/service.ts';
export type { Dispute } from './disputes/model.ts';
export { keyOfDispute } from './disputes/posting.ts';
export { listDisputes, toBlock } from './disputes/service.ts';
export { type Doors, openDoors } from './kinds.ts';
export { isWallet, type Method, type Payment, type Purpose, type State } from './model.ts';
export { payPages } from './pages.ts';
export { escaped, style as paperStyle, whole as paperPage } from './paper.ts';
export { type Payer, payerOf } from './payer.ts';
export { leastMinor, type PaymentProvider, type ProviderKind } from './providers.ts';
export { connectProvider, listProviders } from './providers-service.ts';
export type { Refund } from './refunds/model.ts';
export { keyOfRefund, listRefunds, startRefund } from './refunds/service.ts';
export { paymentRoutes, readAmount, readPayable } from './routes.ts';
export { tellNotices } from './sandbox/service.ts';
export { type Carrier, type Carrying, drainNotices, openCarrier, receiveNotice } from './sender.ts';
export {
  type Asked,
  type AskedInvoices,
  type AskedLine,
  type AskedWallet,
  bonusSource,
  type Gets,
  getPayment,
  type Hands,
  keyOf,
  listPayments,
  ofArchived,
  type Purchase,
  quote,
  receivableTransfer,
  startPayment,
} from './service.ts';
export { bearsWhenSpent, isUnderWay, taxedOtherwise } from './spending.ts';
