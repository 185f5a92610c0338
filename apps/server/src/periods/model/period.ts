import type { Micros } from '@simwright/measure';
import type { PlanVersion } from '../../catalog/index.ts';
import type { BlockReason, Lifecycle } from '../../inventory/index.ts';
import type { Id } from '../../kit/ids.ts';
import type { PoolVersion } from '../../pools/index.ts';
import type { Anchor, PeriodLength } from './calendar.ts';

export type Period = {
  id: Id;
  lineId: Id;
  kind: 'ready' | 'active';
  startsAt: Date;
  /** Half-open. null: a ready period that waits for its first usage. */
  endsAt: Date | null;
  anchor: Anchor;
  state: 'open' | 'closed';
  planVersionId: Id;
  /** The ledger account that is charged; null: free (ready). */
  payerId: Id | null;
  /** Prepaid: what was bought for it; below zero where more was used before than was bought since. */
  allowanceBytes: bigint | null;
  usedBytes: bigint;
  /** What counts for the data limit: the same without late usage. */
  limitUsedBytes: bigint;
  /** What was used in it at another vendor, who was paid for it, before the line came here; null: it began here. */
  takenOverBytes: bigint | null;
  /** Quantities of components with a price of their own, beside the bytes; null: there are none. */
  totals: Readonly<Record<string, bigint>> | null;
  /** The pool that its data belongs to. */
  poolId: Id | null;
  /** Of a ready period that bears the recurring fee of its month: that fee. */
  recurringMicros: Micros | null;
  chargeMicros: Micros;
  invoicedAt: Date | null;
  version: bigint;
};

/** A month of a pool: the data of all its members, charged as one. */
export type PoolPeriod = {
  id: Id;
  poolId: Id;
  terms: PoolVersion;
  /** The pool's own limit, as it is now. */
  dataLimitBytes: bigint | null;
  startsAt: Date;
  endsAt: Date;
  anchor: Anchor;
  state: 'open' | 'closed';
  payerId: Id;
  allowanceBytes: bigint;
  usedBytes: bigint;
  limitUsedBytes: bigint;
  chargeMicros: Micros;
  invoicedAt: Date | null;
  version: bigint;
};

/** Of a period whose end has come, what decides about the next. */
export type DuePeriod = Pick<
  Period,
  'id' | 'lineId' | 'kind' | 'startsAt' | 'endsAt' | 'anchor' | 'version' | 'planVersionId' | 'recurringMicros'
>;

export type Fee = {
  /** null: the fee of a static pool itself. */
  lineId: Id | null;
  poolId: Id | null;
  /** The period, or the month of the pool, that it is for. */
  periodId: Id;
  planVersionId: Id;
  payerId: Id;
  /** Paid from a wallet, if it holds enough; else it stays due. */
  fromWallet: boolean;
  kind: 'recurring' | 'activation';
  amountMicros: Micros;
  currency: string;
  proratedDays: number | null;
  wholeDays: number | null;
  at: Date;
};

/** Which plan, in which pool, paid by whom. */
export type Offer = {
  version: PlanVersion;
  poolId: Id | null;
  /** The ledger account that usage and fees of the line go to: on account, or the wallet. */
  payerId: Id;
};

/** What periods must know of a line to decide: who it is, what it is on, who pays, and in which zone its months run. */
export type BilledLine = {
  id: Id;
  lifecycle: Lifecycle;
  version: PlanVersion | null;
  poolId: Id | null;
  payerId: Id;
  zone: string;
  /** What it changes to when its period ends; `offer` null: its plan ends then. */
  next: { id: Id; offer: Offer | null } | null;
  /** Whether it has brought its share to the open month of its pool already. */
  contributed: boolean;
};

/** A line that is on a plan. */
export type PlannedLine = BilledLine & { version: PlanVersion };

/** A period to close at an instant (which may cut it short), guarded by the version that was read. */
export type Close = {
  id: Id;
  lineId: Id;
  kind: Period['kind'];
  at: Date;
  version: bigint;
  /** The allowance that is left of a period cut short; absent: as it was. */
  allowanceBytes?: bigint;
};

/** What a member of a dynamic pool brings to the open month. */
export type Contribution = {
  poolId: Id;
  lineId: Id;
  planVersionId: Id;
  allowanceBytes: bigint;
  feeMicros: Micros;
  currency: string;
  proratedDays: number | null;
  wholeDays: number | null;
  at: Date;
};

/**
 * Money beside a period, which keeps what it was charged: what a plan that ends early gives back, or takes for the allowance
 * that went with it; the overage that a later share of a pool's month takes back; the difference to another version of the
 * plan; a credit or charge by hand.
 */
export type Adjustment = {
  /** null: of a pool's month. */
  lineId: Id | null;
  poolId: Id | null;
  periodId: Id;
  payerId: Id;
  kind: 'plan_change' | 'contribution' | 'rerating' | 'manual';
  amountMicros: Micros;
  currency: string;
  reason: string;
  detail: Record<string, unknown>;
  /** Which revenue it corrects. */
  of: 'usage' | 'fee';
  /** Of its transfer, where that must not be posted twice; it makes its own unless told otherwise. */
  key?: string;
};

export type PeriodChanges = {
  close: Close[];
  open: Period[];
  fees: Fee[];
  contributions: Contribution[];
  adjustments: Adjustment[];
  block: { lineId: Id; reason: BlockReason; detail: Record<string, unknown> }[];
};

export const noChanges: PeriodChanges = {
  close: [],
  open: [],
  fees: [],
  contributions: [],
  adjustments: [],
  block: [],
};

export function mergeChanges(all: PeriodChanges[]): PeriodChanges {
  if (all.length === 0) return noChanges;
  if (all.length === 1) return all[0]!;
  return {
    close: all.flatMap((c) => c.close),
    open: all.flatMap((c) => c.open),
    fees: all.flatMap((c) => c.fees),
    contributions: all.flatMap((c) => c.contributions),
    adjustments: all.flatMap((c) => c.adjustments),
    block: all.flatMap((c) => c.block),
  };
}

/** How long the active periods of a plan version are. */
export function periodLength(version: PlanVersion): PeriodLength {
  switch (version.type) {
    case 'super_sim':
      return { unit: 'anniversary_month' };
    case 'prepaid':
      return { unit: 'days', days: version.validityDays! };
    default:
      return { unit: 'calendar_month' };
  }
}

/** Super SIM periods are always UTC; all others run in the account's zone. */
export function anchorZone(version: PlanVersion, accountZone: string): string {
  return version.type === 'super_sim' ? 'UTC' : accountZone;
}

/** Whether the recurring fee runs while the line still waits for its first usage. */
export function chargesWhileReady(version: PlanVersion): boolean {
  if (version.feeMicros === 0n) return false;
  if (version.type === 'pay_per_mb') return version.recurringScope === 'all';
  return version.type === 'paygo' && version.billingStart === 'assignment';
}

/** Whether it runs on while the line is suspended. */
export function chargesWhileSuspended(version: PlanVersion): boolean {
  return version.type === 'pay_per_mb' && version.recurringScope === 'all' && version.feeMicros > 0n;
}

/** Plans whose lines share the data of a pool. */
export function sharesPool(version: PlanVersion): boolean {
  return version.type === 'static_pool' || version.type === 'dynamic_pool';
}

/** Whether assigning it to a blank line makes that line active at once. */
export function activatesAtAssignment(version: PlanVersion): boolean {
  return (
    (version.type === 'monthly_bundle' || version.type === 'dynamic_pool') && version.billingStart === 'assignment'
  );
}
