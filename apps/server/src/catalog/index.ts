export { assignable, type Taker } from './assignable.ts';
export type {
  Plan,
  PlanTerms,
  PlanType,
  PlanVersion,
  PriceStep,
  Pricing,
  Rate,
  RatedZone,
  RefillOption,
  Service,
  Tier,
  Zone,
} from './model.ts';
export { planTypes, superSimReadyExit } from './model.ts';
export { countryName, countryOfPlmn, isKnownNetwork, listNetworks, type Network, networkOf } from './networks.ts';
export { plansOfType } from './of-type.ts';
export { catalogRoutes, type PlanHands } from './routes/index.ts';
export {
  archivePlan,
  companiesOf,
  createPlan,
  createVersion,
  getDefaultSuperSimPlan,
  getPlan,
  getVersions,
  latestVersionsOf,
  listPlans,
  listPlanVersions,
  type NewPlan,
  plansOf,
} from './service/plans.ts';
export { createZone, type NewZone, zonesOf } from './service/zones.ts';
export { defaultSuperSimTerms, emptyTerms } from './terms.ts';
