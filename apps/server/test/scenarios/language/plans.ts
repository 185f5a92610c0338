import type { Micros } from '@simwright/measure';
import { addRate, type Rate } from './rates.ts';
import { amountOf, bytesOf, nameOf, type Reading, ScenarioError } from './text.ts';

/** The types as a person says them, and as the product calls them. */
export const planTypes = {
  'Super SIM': 'super_sim',
  'Monthly bundle': 'monthly_bundle',
  Prepaid: 'prepaid',
  'Pay per MB': 'pay_per_mb',
  Unlimited: 'unlimited',
  'Static pool': 'static_pool',
  'Dynamic pool': 'dynamic_pool',
  PAYGO: 'paygo',
} as const;
export type PlanType = (typeof planTypes)[keyof typeof planTypes];

export type Plan = {
  name: string;
  type: PlanType;
  /** The recurring fee of a month: a fee, or an MRC. */
  feeMicros: Micros;
  activationFeeMicros: Micros;
  rates: Rate[];
  allowanceBytes: bigint | null;
  overageSizeBytes: bigint | null;
  overagePriceMicros: Micros | null;
  limitBytes: bigint | null;
  prorated: boolean;
  billingStart: 'assignment' | 'first_usage';
  recurringScope: 'all' | 'active';
  /** Super SIM: usage that ends the ready period; null on other plans, where any usage does. */
  readyExitBytes: bigint | null;
  /** Super SIM: months after which the ready period ends by itself; null: never. */
  readyMonths: number | null;
  /** Prepaid. */
  validityDays: number | null;
  refills: { bytes: bigint; micros: Micros }[];
  /** Unlimited. */
  fairUseBytes: bigint | null;
  throttleKbps: number | null;
};

type Term = {
  pattern: RegExp;
  types: PlanType[] | 'all';
  read: (words: string[], reading: Reading, plan: Plan) => Partial<Plan>;
};

const byMonth: PlanType[] = [
  ...(['super_sim', 'monthly_bundle', 'pay_per_mb', 'unlimited', 'static_pool', 'dynamic_pool'] as const),
];
const withMrc: PlanType[] = ['pay_per_mb', 'paygo'];
const startable: PlanType[] = ['monthly_bundle', 'dynamic_pool', 'paygo'];

/** The terms a plan may have, as a person says them, and the types that know them. */
const terms: readonly Term[] = [
  {
    pattern: /^fee (\S+)$/,
    types: ['super_sim', 'monthly_bundle', 'unlimited', 'dynamic_pool'],
    read: ([fee], reading) => ({ feeMicros: amountOf(fee!, reading) }),
  },
  {
    pattern: /^MRC (\S+)(?: on (all|active) lines)?$/,
    types: withMrc,
    read: ([fee, scope], reading) => ({
      feeMicros: amountOf(fee!, reading),
      ...(scope === 'all' && { recurringScope: 'all' as const }),
    }),
  },
  {
    pattern: /^activation (\S+)$/,
    types: byMonth.filter((type) => type !== 'super_sim'),
    read: ([fee], reading) => ({ activationFeeMicros: amountOf(fee!, reading) }),
  },
  {
    pattern: /^([0-9.]+ ?[KMGT]?B)$/,
    types: ['monthly_bundle', 'dynamic_pool'],
    read: ([allowance], reading) => ({ allowanceBytes: bytesOf(allowance!, reading) }),
  },
  {
    pattern: /^overage (.+) for (\S+)$/,
    types: ['monthly_bundle'],
    read: ([size, price], reading) => ({
      overageSizeBytes: bytesOf(size!, reading),
      overagePriceMicros: amountOf(price!, reading),
    }),
  },
  { pattern: /^limit (.+)$/, types: 'all', read: ([limit], reading) => ({ limitBytes: bytesOf(limit!, reading) }) },
  {
    pattern: /^prorated$/,
    types: ['monthly_bundle', 'pay_per_mb', 'unlimited', 'dynamic_pool'],
    read: () => ({ prorated: true }),
  },
  { pattern: /^starts at assignment$/, types: startable, read: () => ({ billingStart: 'assignment' }) },
  { pattern: /^starts at first usage$/, types: startable, read: () => ({ billingStart: 'first_usage' }) },
  {
    pattern: /^ready until (.+)$/,
    types: ['super_sim'],
    read: ([bytes], reading) => ({ readyExitBytes: bytesOf(bytes!, reading) }),
  },
  {
    pattern: /^ready for (\d{1,2}) months$/,
    types: ['super_sim'],
    read: ([months]) => ({ readyMonths: Number(months) }),
  },
  { pattern: /^(\d{1,4}) days?$/, types: ['prepaid'], read: ([days]) => ({ validityDays: Number(days) }) },
  {
    pattern: /^refill (.+) for (\S+)$/,
    types: ['prepaid'],
    read: ([size, price], reading, plan) => ({
      refills: [...plan.refills, { bytes: bytesOf(size!, reading), micros: amountOf(price!, reading) }],
    }),
  },
  {
    pattern: /^fair use (.+)$/,
    types: ['unlimited'],
    read: ([bytes], reading) => ({ fairUseBytes: bytesOf(bytes!, reading) }),
  },
  {
    pattern: /^throttle (\d+) kbps$/,
    types: ['unlimited'],
    read: ([kbps]) => ({ throttleKbps: Number(kbps) }),
  },
];

const ratesData: PlanType[] = ['super_sim', 'pay_per_mb', 'paygo'];

export function parsePlan([name = '', said = '', ...columns]: string[], reading: Reading): Plan {
  if (!(said in planTypes)) throw new ScenarioError(`not a plan type: ${said}`);
  const type = planTypes[said as keyof typeof planTypes];
  const plan: Plan = {
    ...emptyPlan,
    name: nameOf(name),
    type,
    ...(type === 'super_sim' && { readyExitBytes: 250_000n, readyMonths: 3 }),
    ...(type === 'paygo' && { billingStart: 'first_usage' as const }),
  };
  for (const column of columns) Object.assign(plan, readTerm(plan, column, reading));
  const missing = whatMisses(plan);
  if (missing !== null) throw new ScenarioError(`${missing} is missing`);
  return plan;
}

const emptyPlan: Omit<Plan, 'name' | 'type'> = {
  feeMicros: 0n,
  activationFeeMicros: 0n,
  rates: [],
  allowanceBytes: null,
  overageSizeBytes: null,
  overagePriceMicros: null,
  limitBytes: null,
  prorated: false,
  billingStart: 'assignment',
  recurringScope: 'active',
  readyExitBytes: null,
  readyMonths: null,
  validityDays: null,
  refills: [],
  fairUseBytes: null,
  throttleKbps: null,
};

/** What one column says of a plan. */
export function readTerm(plan: Plan, column: string, reading: Reading): Partial<Plan> {
  const rates = addRate(plan.rates, column, reading);
  if (rates) {
    if (rates.some((rate) => rate.service === 'data') && !ratesData.includes(plan.type)) refuseTerm(column);
    return { rates };
  }
  for (const { pattern, types, read } of terms) {
    const match = pattern.exec(column);
    if (!match) continue;
    if (types !== 'all' && !types.includes(plan.type)) refuseTerm(column);
    return read(match.slice(1), reading, plan);
  }
  throw new ScenarioError(`not a term of a plan: ${column}`);
}

function refuseTerm(column: string): never {
  throw new ScenarioError(`not a term of this plan type: ${column}`);
}

function whatMisses({ type, rates, allowanceBytes, validityDays }: Plan): string | null {
  const data = rates.filter((rate) => rate.service === 'data');
  const isOpen = (rate: Rate) => rate.model !== 'steps' || rate.steps.at(-1)!.upTo === null;
  if (ratesData.includes(type) && data.length === 0) return 'a price per MB';
  if (!rates.every(isOpen)) return 'a price without `to`';
  if ((type === 'monthly_bundle' || type === 'dynamic_pool') && allowanceBytes === null) return 'an allowance';
  return type === 'prepaid' && validityDays === null ? 'a validity' : null;
}
