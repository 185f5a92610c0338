import { del, get, type Page, post, type Query } from './http.ts';
import type { UnitBase } from './tenancy.ts';

export type PlanType = 'super_sim' | 'monthly_bundle';

/** A slice of a graduated price: up to this many megabytes of the period, the last one open-ended. */
export type Tier = { upToMb: string | null; pricePerMb: string };

export type PlanTerms = {
  currency: string;
  fee: string;
  activationFee: string;
  pricePerMb: string | null;
  tiers: Tier[] | null;
  incrementBytes: string | null;
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
};

export type PlanVersion = PlanTerms & { id: string; version: number; unitBase: UnitBase; createdAt: string };

export type Plan = {
  id: string;
  name: string;
  type: PlanType;
  createdAt: string;
  archivedAt: string | null;
  superSimDefault: boolean;
  version: PlanVersion;
  sims: number;
};

export type NewPlan = { name: string; type: PlanType } & Partial<PlanTerms>;

export const listPlans = (query: Query, signal?: AbortSignal) => get<Page<Plan>>('/api/v1/plans', query, signal);
export const getPlan = (id: string) => get<Plan>(`/api/v1/plans/${id}`);
export const createPlan = (input: NewPlan) => post<Plan>('/api/v1/plans', input);
export const listVersions = (id: string) => get<Page<PlanVersion>>(`/api/v1/plans/${id}/versions`, { limit: 100 });
export const createVersion = (id: string, terms: Partial<PlanTerms>) =>
  post<Plan>(`/api/v1/plans/${id}/versions`, terms);
export const archivePlan = (id: string) => del(`/api/v1/plans/${id}`);
