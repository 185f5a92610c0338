export {
  adjustedOf,
  adjustmentTotals,
  listAdjustments,
  postAdjustments,
  type StoredAdjustment,
  saveAdjustments,
} from './adjustments.ts';
export { type Costs, listCosts, listPoolCosts, listService, type ServiceSpan } from './costs.ts';
export { collectDueFees, type DueFee, dueFeesOf, waiveDueFee } from './due-fees/collect.ts';
export { askReview, freeing, reviewWallets } from './due-fees/review.ts';
export { chargeFees, feeCharged, feeKey, revenueOf } from './fees.ts';
export {
  adjustmentsBeside,
  type FoundFee,
  findAdjustment,
  findDueFee,
  findFee,
  listBrought,
  plannedEndOf,
} from './found.ts';
export { type Lapsing, listLapsing } from './lapsing.ts';
export { billedLines } from './lines.ts';
export { allowanceUnder } from './model/allowance.ts';
export type { PlanEffect } from './model/assignment.ts';
export {
  type Anchor,
  anchorAt,
  instantOfAnchor,
  nextPeriod,
  openPeriod,
  type PeriodLength,
  type Span,
  wholePeriod,
} from './model/calendar.ts';
export { decideActivation } from './model/decide.ts';
export { partOf } from './model/opening.ts';
export {
  type Adjustment,
  activatesAtAssignment,
  anchorZone,
  type BilledLine,
  type Contribution,
  chargesWhileReady,
  chargesWhileSuspended,
  type Fee,
  mergeChanges,
  type Period,
  type PeriodChanges,
  type PoolPeriod,
  periodLength,
  sharesPool,
} from './model/period.ts';
export { prorateAllowance, prorateFee } from './model/proration.ts';
export { type AssignOptions, assignPlan, type PlanOutcome } from './plans/assign.ts';
export { endPlan } from './plans/end.ts';
export { leaveAccount } from './plans/move.ts';
export { planAssignment } from './plans/operation/kind.ts';
export { type Cost, type Preview, previewAssignment, previewEnd } from './plans/preview.ts';
export type { PlanChange } from './plans/sql.ts';
export { cancelChanges, planChangesOf, waitingChangesOf } from './plans/waiting.ts';
export { openPools, rollPools } from './pools/months.ts';
export {
  allowanceSteps,
  contributionsOf,
  countPoolsRunningOut,
  type Member,
  membersByUse,
  type PoolCosts,
  poolCosts,
  poolMonths,
  runningOut,
  usedOfMonth,
} from './pools/reading.ts';
export {
  addPoolUsage,
  listContributions,
  listPoolPeriods,
  lockOpenPoolPeriods,
  lockPoolPeriodsAt,
  type StoredContribution,
} from './pools/sql.ts';
export { grantRefills, type NewRefill, type Refill, refillsOf, validAfterRefill } from './refills.ts';
export { isAnyDue, rollAllDue, rollDue, rolledAtOnce } from './rollover.ts';
export { periodRoutes } from './routes/index.ts';
export { StalePeriod, savePeriodChanges } from './save.ts';
export {
  activate,
  archive,
  feesOf,
  feeTotals,
  latestPeriodsOf,
  makeReady,
  type Outcome,
  periodHistory,
  periodsOf,
  readyByCommands,
  statusRefusals,
  suspend,
} from './service.ts';
export { leftOf, PeriodReply, showPeriods } from './show.ts';
export {
  addUsage,
  type ChargedFee,
  insertFees,
  listFirstActiveAfter,
  listOpenPeriods,
  listPeriodsAt,
  listRatedAgain,
  type RatedAgain,
  type StoredPeriod,
} from './sql.ts';
export { type BegunElsewhere, type LineElsewhere, takeOver } from './takeover.ts';
