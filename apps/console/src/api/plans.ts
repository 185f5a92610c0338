import { del, get, type Page, patch, post, type Query } from './http.ts';
import type { UnitBase } from './tenancy.ts';

export type PlanType =
  | 'prepaid'
  | 'monthly_bundle'
  | 'pay_per_mb'
  | 'unlimited'
  | 'static_pool'
  | 'dynamic_pool'
  | 'paygo'
  | 'super_sim';

/** A slice of a graduated price: up to this many megabytes of the period, the last one open-ended. */
export type Tier = { upToMb: string | null; pricePerMb: string };

export type Service = 'data' | 'sms' | 'voice';
export type PriceStep = { upTo: string | null; price: string };

/** Prices per MB, message or minute, sizes and steps in the same; increments in bytes, messages or seconds. */
export type Pricing =
  | { model: 'flat'; amount: string }
  | { model: 'per_unit'; price: string; increment: string | null }
  | { model: 'graduated' | 'volume'; steps: PriceStep[]; increment: string | null }
  | { model: 'package'; size: string; price: string };

/** `zone` null: wherever no zone has a rate of this service. */
export type Rate = { service: Service; zone: string | null } & Pricing;

/** A refill on sale; without an id it is a new one. */
export type Refill = { id?: string; mb: string; price: string };

export type PlanTerms = {
  currency: string;
  fee: string;
  activationFee: string;
  pricePerMb: string | null;
  tiers: Tier[] | null;
  incrementBytes: string | null;
  rates: Rate[];
  smsPrice: string | null;
  voicePrice: string | null;
  voiceIncrementSeconds: number | null;
  allowanceMb: string | null;
  overageSizeMb: string | null;
  overagePrice: string | null;
  dataLimitMb: string | null;
  prorated: boolean;
  billingStart: 'assignment' | 'first_usage';
  paymentType: 'pre_billing' | 'advanced_billing' | 'post_billing' | 'manual';
  readyExitBytes: string | null;
  readyExitCommands: number | null;
  readyExitMonths: number | null;
  validityDays: number | null;
  refills: Refill[];
  recurringScope: 'all' | 'active';
  fairUseMb: string | null;
  throttleKbps: number | null;
};

/** A zone as it was when the version was saved; `changed`: today it has other places, or is archived. */
export type RatedZone = { id: string; name: string; countries: string[]; networks: string[]; changed: boolean };

export type PlanVersion = PlanTerms & {
  id: string;
  version: number;
  zones: RatedZone[];
  unitBase: UnitBase;
  createdAt: string;
};

type Named = { id: string; name: string };

export type Plan = {
  id: string;
  name: string;
  namedByUs: boolean;
  type: PlanType;
  description: string;
  labels: string[];
  telecom: Named | null;
  designated: boolean;
  companies: Named[];
  createdAt: string;
  archivedAt: string | null;
  superSimDefault: boolean;
  version: PlanVersion;
  sims: number;
};

/** What is around the offer: no new version is made for it. `name` null: named after its terms. */
export type PlanAbout = {
  name: string | null;
  description: string;
  labels: string[];
  telecom: string | null;
  companies: string[];
};

export type NewPlan = { type: PlanType; name?: string } & Omit<PlanAbout, 'name'> & Partial<PlanTerms>;

export const listPlans = (query: Query, signal?: AbortSignal) => get<Page<Plan>>('/api/v1/plans', query, signal);
export const getPlan = (id: string) => get<Plan>(`/api/v1/plans/${id}`);
export const createPlan = (input: NewPlan) => post<Plan>('/api/v1/plans', input);
export const updatePlan = (id: string, about: PlanAbout) => patch<Plan>(`/api/v1/plans/${id}`, about);
export const duplicatePlan = (id: string) => post<Plan>(`/api/v1/plans/${id}/duplicate`, {});
export const listVersions = (id: string) => get<Page<PlanVersion>>(`/api/v1/plans/${id}/versions`, { limit: 100 });
export const createVersion = (id: string, terms: Partial<PlanTerms>) =>
  post<Plan>(`/api/v1/plans/${id}/versions`, terms);
export const archivePlan = (id: string) => del(`/api/v1/plans/${id}`);
