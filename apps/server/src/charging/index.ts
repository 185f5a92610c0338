export { type AccessDecision, type AccessFacts, authorize, decideAccess, type Rejection } from './authorize.ts';
export type { BatchResult } from './batch.ts';
export { type Charger, type ChargerOptions, Overloaded, openCharger, type ReceivedUpdate } from './charger.ts';
export { type DataLimit, dataLimitsOf, reconsiderLimits } from './limits.ts';
export { termsOf } from './model/decide.ts';
export { chargeOf, findTermsProblem, rateUsage, type Terms } from './model/rating.ts';
export { chargingRoutes } from './routes.ts';
