import type { Micros } from '@simwright/measure';
import type { Id } from '../../kit/ids.ts';

export const explanationKinds = [
  'usage',
  'fee',
  'due_fee',
  'period',
  'pool_period',
  'adjustment',
  'refill',
  'block',
  'refusal',
  'unrated',
] as const;
export type ExplanationKind = (typeof explanationKinds)[number];

/** One step of a derivation: a sentence for people, and the exact values that it speaks of. */
export type Step = { kind: StepKind; text: string; values: Record<string, string | null> };

export const stepKinds = [
  /** What happened, or what fell due. */
  'fact',
  /** The period, plan version or pool's month that it belongs to. */
  'place',
  /** By which rate it goes. */
  'rate',
  /** Totals before and after it. */
  'totals',
  /** What totals cost, summand by summand. */
  'price',
  'proration',
  'rounding',
  'amount',
  'ledger',
  /** Why something is stopped, and what lifts it. */
  'cause',
  'next',
] as const;
export type StepKind = (typeof stepKinds)[number];

/** One side of a transfer that the amount was posted with. */
export type Posted = {
  transferId: Id;
  key: string;
  account: string;
  accountId: Id;
  amount: string;
  balanceAfter: string | null;
};

/** Where something comes from, and whether calculating it again from what is stored comes to the same. */
export type Explanation = {
  id: string;
  kind: ExplanationKind;
  title: string;
  summary: string;
  at: Date | null;
  lineId: Id | null;
  poolId: Id | null;
  /** Null where what is explained is no amount. */
  money: { currency: string; amount: Micros; recomputed: Micros } | null;
  steps: Step[];
  entries: Posted[];
};

export function step(kind: StepKind, text: string, values: Record<string, string | null> = {}): Step {
  return { kind, text, values };
}
