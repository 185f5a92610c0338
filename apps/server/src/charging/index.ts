export { openAttachRate } from './attach-rate.ts';
export {
  type AccessDecision,
  type AccessFacts,
  authorize,
  decideAccess,
  type Rejection,
  tellAttachFailed,
} from './authorize.ts';
export type { BatchResult } from './batch.ts';
export { type Charger, type ChargerOptions, openCharger, type RecordIntake } from './charger.ts';
export { forgetSessions } from './connections.ts';
export { type RecordResult, takeInRecords } from './intake.ts';
export { type DataLimit, dataLimitsOf, reconsiderLimits } from './limits.ts';
export { Overloaded, type Receipt, type ReceivedUpdate } from './queue.ts';
export type { ReceivedRecord, RecordOutcome } from './records.ts';
export { usageRestatement } from './restatement-file.ts';
export { reviewPools } from './reviews.ts';
export { chargingRoutes } from './routes/index.ts';
