import type { Decimal, Micros } from '@simwright/measure';
import type { Id } from '../kit/ids.ts';

export const planTypes = [
  'prepaid',
  'monthly_bundle',
  'pay_per_mb',
  'unlimited',
  'static_pool',
  'dynamic_pool',
  'paygo',
  'super_sim',
] as const;
export type PlanType = (typeof planTypes)[number];

/** What is used: data in bytes, messages, calls in seconds. */
export type Service = 'data' | 'sms' | 'voice';

/** A step of a price: up to this quantity of the period's total, the last one open-ended. In the service's quantity. */
export type PriceStep = { upTo: bigint | null; price: Decimal };

/**
 * How a quantity becomes money. Prices are in major units per MB, message or minute; quantities in bytes, messages or
 * seconds. An increment rounds the period's total up to its multiple.
 */
export type Pricing =
  /** Once a period, as soon as anything was used. */
  | { model: 'flat'; amountMicros: Micros }
  | { model: 'per_unit'; price: Decimal; increment: bigint | null }
  /** Each slice of the total at its own price. */
  | { model: 'graduated'; steps: PriceStep[]; increment: bigint | null }
  /** The whole total at the price of the step that it reaches. */
  | { model: 'volume'; steps: PriceStep[]; increment: bigint | null }
  /** Every started package counts. */
  | { model: 'package'; size: bigint; priceMicros: Micros };

/** A price of one service, in one zone or (null) wherever no zone of the version says another. */
export type Rate = { service: Service; zoneId: Id | null; pricing: Pricing };

/** A zone as it was when the version was saved. */
export type RatedZone = { id: Id; name: string; countries: string[]; plmns: string[] };

/** A refill that a prepaid plan sells; `id` is its own for good, also in later versions. */
export type RefillOption = { id: string; amountBytes: bigint; priceMicros: Micros };

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
  /** Rates beside the price per MB above: by zone, of messages and calls, of other price models. */
  rates: Rate[];
  /** The zones that the rates name. */
  zones: RatedZone[];
  /** Prepaid: what can be bought, and how many days each lasts. */
  refills: RefillOption[];
  validityDays: number | null;
  /** Pay per MB: whether lines that were not active yet, or are suspended, pay the recurring fee too. */
  recurringScope: 'all' | 'active';
  /** Unlimited: from here on use is no longer fair; an event tells, and a telecom that can throttles to the rate. */
  fairUseBytes: bigint | null;
  throttleKbps: number | null;
};

export type Plan = {
  id: Id;
  name: string;
  type: PlanType;
  superSimDefault: boolean;
  description: string;
  labels: string[];
  /** The name follows the terms until somebody writes one. */
  namedByUs: boolean;
  /** For chosen companies only; false: general, also for companies to come. */
  designated: boolean;
  /** Lines of this telecom only; null: of any. */
  telecomId: Id | null;
  createdAt: Date;
  archivedAt: Date | null;
};

/** A named set of countries (ISO 3166-1 alpha-2) and networks (PLMNs), for rates. */
export type Zone = {
  id: Id;
  name: string;
  countries: string[];
  plmns: string[];
  createdAt: Date;
  updatedAt: Date;
  archivedAt: Date | null;
};

/** A saved configuration of a wizard, as its form: what is in it is the wizard's business. */
export type Preset = {
  id: Id;
  kind: 'plan' | 'pool';
  name: string;
  form: Record<string, unknown>;
  createdAt: Date;
  createdBy: string;
};

export type PlanVersion = PlanTerms & { id: Id; planId: Id; version: number; createdAt: Date };

/** Super SIM plans leave `ready` at 250,000 bytes, five SMS commands or three months, whichever comes first. */
export const superSimReadyExit = { readyExitBytes: 250_000n, readyExitCommands: 5, readyExitMonths: 3 } as const;
