import type { Service, Used } from '../format/usage.ts';
import { ApiError, get, type Page, post, type Query } from './http.ts';
import type { Operation } from './operations.ts';

/** A day as a carrier told it, beside what is booked of it. */
export type DayTotal = {
  sim: { id: string; iccid: string };
  source: string;
  /** `2026-03-29`, in the carrier's zone. */
  day: string;
  timeZone: string;
  service: Service;
  told: Used;
  booked: Used;
  /** Told, and not booked; below zero where more is booked. */
  difference: Used;
  revision: number;
  lastBooked: Used;
  toldAt: string;
};

export type AdjustmentKind = 'plan_change' | 'contribution' | 'rerating' | 'manual';

export type Adjustment = {
  id: string;
  kind: AdjustmentKind;
  sim: { id: string; iccid: string } | null;
  poolId: string | null;
  periodId: string | null;
  /** Below zero: a credit. */
  amount: string;
  currency: string;
  revenue: 'usage' | 'fee';
  reason: string;
  detail: Record<string, unknown>;
  at: string;
  by: string;
};

type Compared = { charged: string; wouldBe: string; difference: string; currency: string };

export type Rerating = {
  /** null: only looked at. */
  id: string | null;
  periods: number;
  differing: number;
  totals: Compared[];
  lines: (Compared & { sim: { id: string; iccid: string }; periods: number })[];
  linesDiffering: number;
  refused: { code: string; message: string; periods: number }[];
};

export type ReratingInput = {
  from: string;
  to: string;
  sims?: string[];
  company?: string;
  plans?: string[];
  planVersion?: string;
  reason: string;
};

export const dayTotalsAddress = '/api/v1/usage-restatements';
export const adjustmentsAddress = '/api/v1/adjustments';

export const listDayTotals = (query: Query, signal?: AbortSignal) =>
  get<Page<DayTotal>>(dayTotalsAddress, query, signal);
export const listAdjustments = (query: Query, signal?: AbortSignal) =>
  get<Page<Adjustment>>(adjustmentsAddress, query, signal);
export const createAdjustment = (input: {
  sim: string;
  period?: string;
  amount: string;
  revenue: 'usage' | 'fee';
  reason: string;
}) => post<Adjustment>(adjustmentsAddress, input);
export const rerate = (input: ReratingInput, dryRun: boolean) =>
  post<Rerating>('/api/v1/reratings', { ...input, dryRun });

/** Sends a file of daily totals; every row is checked before anything is booked. */
export async function uploadDayTotals(
  file: File,
  given: { source: string; timeZone: string; telecom: string | null },
): Promise<Operation> {
  const query = new URLSearchParams({ source: given.source, timeZone: given.timeZone, name: file.name.slice(0, 255) });
  if (given.telecom) query.set('telecom', given.telecom);
  const response = await fetch(`/api/v1/operations/usage-restatements?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'idempotency-key': crypto.randomUUID() },
    body: file,
  });
  const answer = await response.json().catch(() => null);
  if (response.ok) return answer as Operation;
  throw new ApiError(response.status, answer?.error ?? {});
}
