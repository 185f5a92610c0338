import type { Decimal, Micros } from '@simwright/measure';
import type { Id } from '../kit/ids.ts';

export type PlanType = 'super_sim' | 'monthly_bundle';

/** A slice of a graduated price: up to this many bytes of the period's total, the last one open-ended. */
export type Tier = { upToBytes: bigint | null; pricePerMb: Decimal };

/** What a version sells; immutable once saved, because periods and charges point at it. */
export type PlanTerms = {
  type: PlanType;
  currency: string;
  /** One MB of the prices: 1,000,000 or 1,048,576 bytes, from the organization's unit base when the version was saved. */
  mbBytes: bigint;
  /** The recurring fee of one active period. */
  feeMicros: Micros;
  activationFeeMicros: Micros;
  pricePerMb: Decimal | null;
  tiers: Tier[] | null;
  incrementBytes: bigint | null;
  allowanceBytes: bigint | null;
  overageSizeBytes: bigint | null;
  overagePriceMicros: Micros | null;
  dataLimitBytes: bigint | null;
  prorated: boolean;
  /** `assignment` makes a blank line active at once; with `first_usage` it waits as ready. */
  billingStart: 'assignment' | 'first_usage';
  paymentType: 'pre_billing' | 'advanced_billing' | 'post_billing' | 'manual';
  /** How usage ends the ready period: at this total, or at the first usage where it is null. */
  readyExitBytes: bigint | null;
  readyExitCommands: number | null;
  /** The ready period ends by time after so many months; null: never. */
  readyExitMonths: number | null;
};

export type Plan = {
  id: Id;
  name: string;
  type: PlanType;
  superSimDefault: boolean;
  createdAt: Date;
  archivedAt: Date | null;
};

export type PlanVersion = PlanTerms & { id: Id; planId: Id; version: number; createdAt: Date };

/** Super SIM plans leave `ready` at 250,000 bytes, five SMS commands or three months, whichever comes first. */
export const superSimReadyExit = { readyExitBytes: 250_000n, readyExitCommands: 5, readyExitMonths: 3 } as const;
