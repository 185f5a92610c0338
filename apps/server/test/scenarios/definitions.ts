import type { Decimal, Micros } from '@simwright/measure';
import { amountOf, bytesOf, priceOf, type Reading, ScenarioError } from './text.ts';

export type Plan = {
  name: string;
  type: 'super_sim' | 'monthly_bundle';
  feeMicros: Micros;
  activationFeeMicros: Micros;
  /** Price per MB in steps; one open step is a flat price. Empty: none. */
  tiers: { upToBytes: bigint | null; pricePerMb: Decimal }[];
  incrementBytes: bigint | null;
  allowanceBytes: bigint | null;
  overageSizeBytes: bigint | null;
  overagePriceMicros: Micros | null;
  limitBytes: bigint | null;
  prorated: boolean;
  billingStart: 'assignment' | 'first_usage';
  /** Super SIM: usage that ends the ready period; null on other plans, where any usage does. */
  readyExitBytes: bigint | null;
  /** Super SIM: months after which the ready period ends by itself; null: never. */
  readyMonths: number | null;
};

export type Fleet = { name: string; plan: string; limitBytes: bigint | null };

/** A blank SIM; `plan` is its own or its fleet's. */
export type Sim = { name: string; plan: string; fleet: string | null; limitBytes: bigint | null };

export function parsePlan([name = '', type = '', ...columns]: string[], reading: Reading): Plan {
  const isSuperSim = type === 'Super SIM';
  if (!isSuperSim && type !== 'Monthly bundle') throw new ScenarioError(`not a plan type: ${type}`);
  const plan: Plan = {
    name: nameOf(name),
    type: isSuperSim ? 'super_sim' : 'monthly_bundle',
    feeMicros: 0n,
    activationFeeMicros: 0n,
    tiers: [],
    incrementBytes: null,
    allowanceBytes: null,
    overageSizeBytes: null,
    overagePriceMicros: null,
    limitBytes: null,
    prorated: false,
    billingStart: 'assignment',
    readyExitBytes: isSuperSim ? 250_000n : null,
    readyMonths: isSuperSim ? 3 : null,
  };
  for (const column of columns) Object.assign(plan, readTerm(plan, column, reading));
  const complete = isSuperSim ? plan.tiers.at(-1)?.upToBytes === null : plan.allowanceBytes !== null;
  if (!complete) throw new ScenarioError(isSuperSim ? 'a price per MB is missing' : 'an allowance is missing');
  return plan;
}

type ReadTerm = (words: string[], reading: Reading, plan: Plan) => Partial<Plan>;

/** The terms a plan may have, as a person says them. */
const terms: readonly (readonly [RegExp, ReadTerm])[] = [
  [/^fee (\S+)$/, ([fee], reading) => ({ feeMicros: amountOf(fee!, reading) })],
  [/^activation (\S+)$/, ([fee], reading) => ({ activationFeeMicros: amountOf(fee!, reading) })],
  [/^([0-9.]+ ?[KMGT]?B)$/, ([allowance], reading) => ({ allowanceBytes: bytesOf(allowance!, reading) })],
  [
    /^overage (.+) for (\S+)$/,
    ([size, price], reading) => ({
      overageSizeBytes: bytesOf(size!, reading),
      overagePriceMicros: amountOf(price!, reading),
    }),
  ],
  [
    /^(\S+) per MB(?: to (.+))?$/,
    ([price, bound], reading, plan) => ({ tiers: addTier(plan.tiers, price!, bound, reading) }),
  ],
  [/^increment (.+)$/, ([step], reading) => ({ incrementBytes: bytesOf(step!, reading) })],
  [/^limit (.+)$/, ([limit], reading) => ({ limitBytes: bytesOf(limit!, reading) })],
  [/^prorated$/, () => ({ prorated: true })],
  [/^starts at assignment$/, () => ({ billingStart: 'assignment' })],
  [/^starts at first usage$/, () => ({ billingStart: 'first_usage' })],
  [/^ready until (.+)$/, ([bytes], reading) => ({ readyExitBytes: bytesOf(bytes!, reading) })],
  [/^ready for (\d{1,2}) months$/, ([months]) => ({ readyMonths: Number(months) })],
];

const superSimOnly = /per MB|^increment|^ready/;
const bundleOnly = /^overage|^activation|^prorated|^starts|^[0-9.]+ ?[KMGT]?B$/;

function readTerm(plan: Plan, column: string, reading: Reading): Partial<Plan> {
  if ((plan.type === 'super_sim' ? bundleOnly : superSimOnly).test(column)) {
    throw new ScenarioError(`not a term of this plan type: ${column}`);
  }
  for (const [pattern, read] of terms) {
    const match = pattern.exec(column);
    if (match) return read(match.slice(1), reading, plan);
  }
  throw new ScenarioError(`not a term of a plan: ${column}`);
}

function addTier(tiers: Plan['tiers'], price: string, bound: string | undefined, reading: Reading): Plan['tiers'] {
  const previous = tiers.at(-1);
  if (previous && previous.upToBytes === null) throw new ScenarioError('only the last price is without `to`');
  const upToBytes = bound === undefined ? null : bytesOf(bound, reading);
  if (previous && upToBytes !== null && upToBytes <= previous.upToBytes!) {
    throw new ScenarioError('prices stand in order of bytes');
  }
  return [...tiers, { upToBytes, pricePerMb: priceOf(price) }];
}

export function parseFleet([name = '', on = '', ...columns]: string[], scenario: Reading & { plans: Plan[] }): Fleet {
  return { name: nameOf(name), plan: planOf(on, scenario.plans), limitBytes: limitOf(columns, scenario) };
}

export function parseSim(
  [name = '', home = '', ...columns]: string[],
  scenario: Reading & { plans: Plan[]; fleets: Fleet[] },
): Sim {
  const limitBytes = limitOf(columns, scenario);
  const inFleet = /^in (\S+)$/.exec(home)?.[1];
  if (inFleet === undefined) return { name: nameOf(name), plan: planOf(home, scenario.plans), fleet: null, limitBytes };
  const fleet = scenario.fleets.find((fleet) => fleet.name === inFleet);
  if (!fleet) throw new ScenarioError(`no fleet ${inFleet}`);
  return { name: nameOf(name), plan: fleet.plan, fleet: fleet.name, limitBytes };
}

function planOf(column: string, plans: Plan[]): string {
  const name = /^on (\S+)$/.exec(column)?.[1];
  if (!plans.some((plan) => plan.name === name)) throw new ScenarioError(`no plan: ${column}`);
  return name!;
}

function limitOf(columns: string[], reading: Reading): bigint | null {
  const [column, ...more] = columns;
  if (column === undefined) return null;
  const limit = /^limit (.+)$/.exec(column)?.[1];
  if (limit === undefined || more.length > 0) throw new ScenarioError(`not understood: ${columns.join('  ')}`);
  return bytesOf(limit, reading);
}

function nameOf(text: string): string {
  if (!/^[A-Z][A-Z0-9-]{0,19}$/.test(text)) throw new ScenarioError(`not a name in capitals: ${text}`);
  return text;
}
