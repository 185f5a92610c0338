import type { Expectation, Fleet, Micros, Plan, Pool, Scenario, Sim } from '../language/index.ts';
import type { Anchor, Length } from './calendar.ts';
import { priceOf, type Totals } from './price.ts';

export type Period = {
  type: 'ready' | 'active';
  plan: Plan;
  startsAt: Date;
  endsAt: Date | null;
  open: boolean;
  anchor: Anchor;
  allowance: bigint;
  /** Recurring fee of its month, paid or due, and from when on the line pays it. */
  fee: Micros;
  feeFrom: Date;
  totals: Totals;
  used: bigint;
  /** What counts for the data limit: late usage does not. */
  punctual: bigint;
  /** Data here is a pool's. */
  pool: Pooled | null;
};

export type Line = {
  sim: Sim;
  plan: Plan | null;
  pool: Pooled | null;
  company: string | null;
  lifecycle: 'blank' | 'ready' | 'active' | 'suspended' | 'archived';
  periods: Period[];
  blocks: Set<string>;
  limit: bigint | null;
  /** Accounts that have paid an activation fee of this line. */
  activatedFor: Set<string>;
  due: { micros: Micros; at: Date }[];
  /** What waits for the end of the period: another plan, or none. */
  waiting: { plan: Plan | null; pool: Pooled | null } | null;
  records: Booked[];
  unrated: { use: Usage; reason: string }[];
  last: Usage | null;
};

/** What was used, wherever it is booked. */
export type Usage = { service: 'data' | 'sms' | 'voice'; quantity: bigint; madeAt: Date; network: string };
export type Booked = Usage;

export type PoolMonth = {
  startsAt: Date;
  endsAt: Date;
  open: boolean;
  terms: Pool;
  allowance: bigint;
  used: bigint;
  punctual: bigint;
  /** Members that have brought their share of a dynamic pool. */
  brought: Set<Line>;
};

export type Pooled = { pool: Pool; months: PoolMonth[] };

export type Wallet = { remaining: Micros; floor: Micros };

export type World = {
  scenario: Scenario;
  now: Date;
  zone: string;
  companyZones: Map<string, string>;
  plans: Map<string, Plan>;
  lines: Line[];
  pools: Map<string, Pooled>;
  wallets: Map<string, Wallet>;
  fleets: Map<string, Fleet>;
  effects: Expectation[];
};

export function newWorld(scenario: Scenario): World {
  const byName = <Named extends { name: string }>(all: Named[]) => new Map(all.map((one) => [one.name, one]));
  const plans = byName(scenario.plans);
  return {
    scenario,
    now: new Date(0),
    zone: scenario.zone,
    companyZones: new Map(scenario.companies.flatMap(({ name, zone }) => (zone ? [[name, zone]] : []))),
    plans,
    lines: scenario.sims.map((sim) => newLine(sim, isAssigned(scenario, sim) ? null : plans.get(sim.plan)!)),
    pools: new Map(),
    wallets: new Map(
      scenario.wallets.map((wallet) => [wallet.company, { remaining: wallet.micros, floor: wallet.floorMicros }]),
    ),
    fleets: byName(scenario.fleets),
    effects: [],
  };
}

/** A line that nobody assigns by name is on its plan from the start, as a Super SIM is by its fleet. */
function isAssigned({ steps }: Scenario, sim: Sim): boolean {
  return steps.some(({ action }) => (action.verb === 'assign' || action.verb === 'join') && action.sim === sim.name);
}

function newLine(sim: Sim, plan: Plan | null): Line {
  return {
    ...{ sim, plan, pool: null, company: sim.company, lifecycle: 'blank', periods: [], blocks: new Set() },
    ...{ limit: sim.limitBytes, activatedFor: new Set(), due: [], waiting: null, records: [], unrated: [], last: null },
  };
}

export function current(line: Line): Period | undefined {
  return line.periods.at(-1);
}

/** The months of a line run in its account's zone; those of a Super SIM in UTC. */
export function zoneOf(world: World, line: Line, plan = line.plan): string {
  return plan?.type === 'super_sim' ? 'UTC' : accountZone(world, line.company);
}

export function accountZone(world: World, company: string | null): string {
  return (company !== null && world.companyZones.get(company)) || world.zone;
}

export function lengthOf(plan: Plan): Length {
  if (plan.type === 'super_sim') return { unit: 'months', months: 1 };
  return plan.type === 'prepaid' ? { unit: 'days', days: plan.validityDays! } : { unit: 'calendar month' };
}

export function happen(world: World, of: string, effect: EffectOf): void {
  if ('micros' in effect && effect.micros === 0n) return;
  world.effects.push({ of, ...effect } as Expectation);
}
type EffectOf = Expectation extends infer Each ? (Each extends { of: string } ? Omit<Each, 'of'> : never) : never;

export function block(world: World, line: Line, reason: string): void {
  if (line.blocks.has(reason)) return;
  line.blocks.add(reason);
  happen(world, line.sim.name, { kind: 'block', reason });
}

export function lift(world: World, line: Line, reason: string): void {
  if (line.blocks.delete(reason)) happen(world, line.sim.name, { kind: 'lift', reason });
}

/** What the period costs for what was used in it: a ready one nothing. */
export function costOf(world: World, period: Period, allowance = period.allowance): Micros {
  if (period.type === 'ready') return 0n;
  return priceOf(period.plan, period.totals, allowance, unitsOf(world), period.pool !== null);
}

export function unitsOf({ scenario: { base, currency } }: World) {
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits!;
  return { mb: BigInt(base) ** 2n, major: 10n ** BigInt(digits + 6) };
}
