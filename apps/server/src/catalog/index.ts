export type { Plan, PlanTerms, PlanType, PlanVersion, Tier } from './model.ts';
export { superSimReadyExit } from './model.ts';
export {
  createPlan,
  createVersion,
  defaultSuperSimTerms,
  emptyTerms,
  getDefaultSuperSimPlan,
  getPlan,
  getVersions,
  listPlans,
  listPlanVersions,
  type NewPlan,
} from './service.ts';
