export { billedLines } from './lines.ts';
export {
  type BilledLine,
  decideActivation,
  type Fee,
  type Period,
  type PeriodChanges,
} from './model/decide.ts';
export { isAnyDue, rollAllDue, rollDue, rolledAtOnce } from './rollover.ts';
export { periodRoutes } from './routes/index.ts';
export { mergeChanges, StalePeriod, savePeriodChanges } from './save.ts';
export {
  activate,
  archive,
  assignPlan,
  endPlan,
  feesOf,
  feeTotals,
  latestPeriodsOf,
  makeReady,
  type Outcome,
  periodHistory,
  periodsOf,
  statusRefusals,
  suspend,
} from './service.ts';
export { leftOf, PeriodReply, showPeriods } from './show.ts';
export { addUsage, type ChargedFee, listOpenPeriods, listPeriodsAt, type StoredPeriod } from './sql.ts';
