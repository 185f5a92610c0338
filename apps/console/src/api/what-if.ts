import { ask } from './http.ts';
import type { PlanType } from './plans.ts';

export type Cost = {
  recurring: string;
  usage: string;
  overage: string;
  refills: string;
  adjustments: string;
  /** What it costs to run: without activation fees. */
  total: string;
  /** Falls due once. */
  activation: string;
  /** The total, in the order of `times`. */
  series: string[];
};

export type Candidate = Cost & {
  name: string;
  plan: { id: string; name: string; type: PlanType; version: number } | null;
  pool: { id: string; name: string; type: 'static' | 'dynamic' } | null;
  currency: string;
  /** Lines that could be rated, and what they were charged. */
  lines: number;
  charged: string;
  /** Below zero: it would have been cheaper. */
  difference: string;
  notRated: { reason: string; text: string; lines: number }[];
};

export type WhatIf = {
  from: string;
  to: string;
  timeZone: string;
  unit: 'day' | 'month';
  times: string[];
  lines: number;
  bytes: string;
  charged: (Cost & { currency: string })[];
  candidates: Candidate[];
};

export type WhatIfRequest = {
  sim?: string;
  company?: string;
  days: number;
  candidates: { plan?: string; pool?: string }[];
};

/** A little longer than the server takes at most. */
const timeoutMs = 70_000;

export const askWhatIf = (request: WhatIfRequest, signal?: AbortSignal) =>
  ask<WhatIf>('/api/v1/what-if', request, timeoutMs, signal);
