import { ApiError, ask, del, get, type Page, post, put, type Query } from './http.ts';
import type { Operation } from './operations.ts';
import type { Sim } from './sims.ts';

export type Effective = 'now' | 'next_period';
export type PlanEffect = 'ready' | 'active' | 'changes_now' | 'ends_now' | 'waits' | 'same';

/** What is done to lines: a plan for them, in a pool where it shares one, or (null) the end of the one they are on. */
export type AskedOfLines = { plan: string | null; pool: string | null; effective: Effective };

/** The filter of the list of SIMs. */
export type SimFilter = Partial<{
  search: string;
  ids: string[];
  status: string[];
  telecom: string;
  company: string;
  fleet: string;
  plan: string;
  pool: string;
  label: string;
  online: boolean;
  registered: boolean;
  blocked: boolean;
}>;

/** Which lines: named one by one, by id or ICCID, or all that match. */
export type Lines = { sims: string[] } | { filter: SimFilter };

export type Cost = {
  kind: 'recurring' | 'activation' | 'adjustment';
  amount: string;
  currency: string;
  /** The part of a period that it is for; null: the whole. */
  days: number | null;
  wholeDays: number | null;
  at: string;
  reason: string | null;
};

export type SimPreview = {
  name: string;
  sim: string | null;
  iccid: string | null;
  effect: PlanEffect | null;
  code: string | null;
  message: string | null;
  from: string | null;
  costs: Cost[];
  allowanceBytes: string | null;
  lapsesBytes: string;
};

export type CostSum = { currency: string; due: string; returned: string; later: string };

export type PlanPreview = {
  matching: number;
  looked: number;
  effects: { effect: PlanEffect; sims: number }[];
  refusals: { code: string; message: string; sims: number }[];
  costs: CostSum[];
  sims: SimPreview[];
};

export type PlanStep = {
  kind: 'assignment' | 'change';
  id: string;
  state: 'current' | 'ended' | 'waiting' | 'done' | 'cancelled' | 'refused';
  plan: { id: string; name: string; version: number } | null;
  pool: { id: string; name: string } | null;
  at: string;
  endedAt: string | null;
  by: string;
  reason: string;
};

export type Refill = {
  id: string;
  option: string;
  amountBytes: string;
  price: string;
  currency: string;
  plan: { id: string; name: string; version: number };
  validUntil: string | null;
  at: string;
  grantedBy: string;
  note: string;
};

/** SIMs that one preview looks at. */
export const mostPreviewed = 1_000;
/** SIMs that can be named in one request. */
export const mostNamed = 10_000;

export const previewPlan = (asked: AskedOfLines & Lines, signal?: AbortSignal) =>
  ask<PlanPreview>('/api/v1/plan-assignments/preview', asked, 60_000, signal);
export const beginAssignment = (asked: AskedOfLines & Lines & { dryRun: boolean; name?: string }) =>
  post<Operation>('/api/v1/operations/plan-assignments', asked);

/** The SIMs of a CSV file with a column `iccid`. */
export async function beginAssignmentOfFile(asked: AskedOfLines, file: File): Promise<Operation> {
  const query = new URLSearchParams({
    ...{ plan: asked.plan ?? 'none', effective: asked.effective, name: file.name.slice(0, 255) },
    ...(asked.pool && { pool: asked.pool }),
  });
  const answer = await fetch(`/api/v1/operations/plan-assignments/files?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', 'idempotency-key': crypto.randomUUID() },
    body: file,
  }).catch(() => null);
  const body = answer && (await answer.json().catch(() => null));
  if (!answer?.ok) throw new ApiError(answer?.status ?? 0, body?.error ?? {});
  return body as Operation;
}

const sim = (id: string) => `/api/v1/sims/${id}`;
export const assignPlan = (id: string, asked: { plan: string; pool: string | null; effective: Effective }) =>
  put<Sim>(`${sim(id)}/plan`, asked);
export const endPlan = (id: string, effective: Effective) => del<Sim>(`${sim(id)}/plan?effective=${effective}`);
export const cancelPlanChange = (id: string) => del<Sim>(`${sim(id)}/plan-change`);
export const listPlanSteps = (id: string, query: Query) => get<Page<PlanStep>>(`${sim(id)}/plans`, query);
export const listRefills = (id: string, query: Query) => get<Page<Refill>>(`${sim(id)}/refills`, query);
export const grantRefill = (id: string, refill: string, note: string) =>
  post<Sim>(`${sim(id)}/refills`, { refill, note });
