export { billedLines } from './lines.ts';
export {
  type BilledLine,
  decideActivation,
  type Fee,
  type Period,
  type PeriodChanges,
} from './model/decide.ts';
export { periodRoutes } from './routes/index.ts';
export { mergeChanges, StalePeriod, savePeriodChanges } from './save.ts';
export {
  activate,
  archive,
  assignPlan,
  endPlan,
  feesOf,
  feeTotals,
  isAnyDue,
  latestPeriodsOf,
  makeReady,
  type Outcome,
  periodHistory,
  periodsOf,
  rollDue,
  statusRefusals,
  suspend,
} from './service.ts';
export { leftOf, PeriodReply, showPeriods } from './show.ts';
export { addUsage, type ChargedFee, listOpenPeriods, listPeriodsAt, type StoredPeriod } from './sql.ts';
