import type { PlanType } from '../api/plans.ts';

/** What a plan may be sold by. Data limits, messages and calls are for every type. */
export type Part =
  | 'fee'
  | 'activation'
  | 'proration'
  | 'data'
  | 'allowance'
  | 'overage'
  | 'start'
  | 'scope'
  | 'ready'
  | 'refills'
  | 'fair_use'
  | 'payment';

/** Every type in one sentence, and what it is sold by; the server has the same table and refuses the rest. */
export const kinds: Record<PlanType, { sentence: string; parts: readonly Part[] }> = {
  prepaid: {
    sentence: 'Refills bought in advance, each valid for some days. At zero data or zero days it stops.',
    parts: ['refills'],
  },
  monthly_bundle: {
    sentence: 'A monthly fee with data included, then overage in blocks.',
    parts: ['fee', 'activation', 'proration', 'allowance', 'overage', 'start', 'payment'],
  },
  pay_per_mb: {
    sentence: 'What was used is paid after the month, per MB, by zone if you like.',
    parts: ['fee', 'activation', 'proration', 'data', 'scope', 'payment'],
  },
  unlimited: {
    sentence: 'A monthly fee, whatever is used. A fair use can slow it down.',
    parts: ['fee', 'activation', 'proration', 'fair_use', 'payment'],
  },
  static_pool: {
    sentence: 'For members of a static pool: the pool has the fee and the data, however many share it.',
    parts: ['activation', 'payment'],
  },
  dynamic_pool: {
    sentence: 'For members of a dynamic pool: each brings its data and its fee to the common pot.',
    parts: ['fee', 'activation', 'proration', 'allowance', 'start', 'payment'],
  },
  paygo: {
    sentence: 'Every MB is paid from the wallet as it is used. At its minimum balance it stops.',
    parts: ['fee', 'data', 'start'],
  },
  super_sim: {
    sentence: 'The plan behind a fleet: a fee for each active month and a price per MB.',
    parts: ['fee', 'activation', 'data', 'ready', 'payment'],
  },
};

/** In the order in which they are offered. */
export const planTypes = Object.keys(kinds) as PlanType[];

export function isPlanType(text: string | undefined): text is PlanType {
  return text !== undefined && Object.hasOwn(kinds, text);
}

export function soldBy(type: PlanType, part: Part): boolean {
  return kinds[type].parts.includes(part);
}
