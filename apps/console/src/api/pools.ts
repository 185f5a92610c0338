import { del, get, type Page, patch, post, type Query } from './http.ts';
import type { PlanTerms } from './plans.ts';
import type { ShownStatus } from './sims.ts';
import type { UnitBase } from './tenancy.ts';

export type PoolType = 'static' | 'dynamic';
type Named = { id: string; name: string };

/** What is written in the form of a pool. */
export type PoolTermsForm = {
  allowanceMb: string | null;
  fee: string | null;
  overageSizeMb: string | null;
  overagePrice: string | null;
  paymentType: PlanTerms['paymentType'];
};

export type PoolTerms = PoolTermsForm & {
  id: string;
  version: number;
  currency: string;
  unitBase: UnitBase;
  createdAt: string;
};

export type PoolMonth = {
  id: string;
  state: 'open' | 'closed';
  startsAt: string;
  endsAt: string;
  daysLeft: number;
  termsVersion: number;
  allowanceBytes: string;
  usedBytes: string;
  leftBytes: string;
  overageBytes: string;
  overageBlocks: string;
  overageSizeBytes: string | null;
  limitUsedBytes: string;
  limitReached: boolean;
  /** Members that brought something, of a dynamic pool. */
  contributions: number;
  fees: string;
  activationFees: string;
  charge: string;
  total: string;
  currency: string;
};

export type PoolForecast = {
  basisHours: number;
  bytesPerDay: string;
  slowBytesPerDay: string;
  fastBytesPerDay: string;
  /** Null: it lasts to the end of the month, or is used up already. */
  exhaustedAt: string | null;
  earliestAt: string | null;
  latestAt: string | null;
  usedAtEndBytes: string;
  chargeAtEnd: string;
};

export type Pool = {
  id: string;
  name: string;
  type: PoolType;
  company: Named | null;
  currency: string;
  timeZone: string;
  dataLimitBytes: string | null;
  labels: string[];
  note: string;
  members: number;
  terms: PoolTerms;
  month: PoolMonth | null;
  forecast: PoolForecast | null;
  createdAt: string;
  archivedAt: string | null;
};

export type BurnDown = {
  timeZone: string;
  startsAt: string;
  endsAt: string;
  points: {
    at: string;
    usedBytes: string | null;
    leftBytes: string | null;
    forecastLeftBytes: string | null;
    slowLeftBytes: string | null;
    fastLeftBytes: string | null;
  }[];
};

export type PoolMember = {
  sim: { id: string; iccid: string; uniqueName: string | null; status: ShownStatus };
  plan: Named;
  joinedAt: string;
  leftAt: string | null;
  usedBytes: string;
  /** Of what the pool used this month, in percent. */
  share: string | null;
  contribution: { allowanceBytes: string; fee: string } | null;
};

export type MembersResult = {
  results: { iccid: string | null; sim: string | null; outcome: 'done' | 'refused'; message: string | null }[];
};

export type NewPool = {
  name: string;
  type: PoolType;
  company: string | null;
  dataLimitBytes: string | null;
  labels: string[];
  note: string;
} & PoolTermsForm;

const url = '/api/v1/pools';
const one = (id: string) => `${url}/${id}`;

export const listPools = (query: Query, signal?: AbortSignal) => get<Page<Pool>>(url, query, signal);
export const getPool = (id: string) => get<Pool>(one(id));
export const createPool = (input: NewPool) => post<Pool>(url, input);
export const updatePool = (id: string, changes: Partial<Pick<Pool, 'name' | 'dataLimitBytes' | 'labels' | 'note'>>) =>
  patch<Pool>(one(id), changes);
export const archivePool = (id: string) => del(one(id));
export const changePoolTerms = (id: string, terms: Partial<PoolTermsForm>) => post<Pool>(`${one(id)}/terms`, terms);
export const listPoolTerms = (id: string) => get<Page<PoolTerms>>(`${one(id)}/terms`, { limit: 100 });
export const listPoolMonths = (id: string) => get<Page<PoolMonth>>(`${one(id)}/months`, { limit: 24 });
export const getBurnDown = (id: string, month?: string) => get<BurnDown>(`${one(id)}/burn-down`, { month });
export const listMembers = (id: string, query: Query, signal?: AbortSignal) =>
  get<Page<PoolMember>>(`${one(id)}/members`, query, signal);
export const addMembers = (id: string, input: { plan: string; sims?: string[]; iccids?: string[] }) =>
  post<MembersResult>(`${one(id)}/members`, input);
export const removeMembers = (id: string, input: { sims?: string[]; iccids?: string[]; plan?: string }) =>
  post<MembersResult>(`${one(id)}/members/removals`, input);
