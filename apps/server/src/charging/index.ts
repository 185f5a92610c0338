export { type AccessDecision, type AccessFacts, authorize, decideAccess, type Rejection } from './authorize.ts';
export type { BatchResult } from './batch.ts';
export { type Charger, type ChargerOptions, openCharger, type RecordIntake } from './charger.ts';
export { type DataLimit, dataLimitsOf, reconsiderLimits } from './limits.ts';
export { termsOf } from './model/decide.ts';
export {
  chargeOf,
  chargesEachUnit,
  componentOf,
  findTermsProblem,
  type Price,
  type PricedPart,
  pricedParts,
  priceOf,
  ratesOf,
  type Terms,
  type Totals,
} from './model/rating.ts';
export { type Placing, type Zoning, zoningOf } from './model/zoning.ts';
export { Overloaded, type Receipt, type ReceivedUpdate } from './queue.ts';
export type { ReceivedRecord, RecordOutcome } from './records.ts';
export { chargingRoutes } from './routes.ts';
