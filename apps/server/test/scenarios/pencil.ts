/**
 * Works a scenario out with the pure rules alone, as one would with a pencil: no database, no packets.
 *
 * It proves the expected columns of the scenario files before the real system is asked, and it is the second
 * opinion when the two disagree.
 */

import {
  type Anchor,
  anchorAt,
  localDays,
  nextPeriod,
  openPeriod,
  type PeriodLength,
  wholePeriod,
} from '../../src/periods/model/calendar.ts';
import { prorateAllowance, prorateFee } from '../../src/periods/model/proration.ts';
import { chargeOf, crossed, decideReadyExit, type Terms } from '../../src/rating/model/rating.ts';
import type { Action, Expectation, Plan, Scenario, Sim, Step } from './parse.ts';

type Period = {
  type: 'ready' | 'active';
  startsAt: Date;
  endsAt: Date | null;
  open: boolean;
  allowance: bigint;
  used: bigint;
};

type Line = {
  sim: Sim;
  plan: Plan;
  lifecycle: 'blank' | 'ready' | 'active' | 'suspended' | 'archived';
  periods: Period[];
  anchor: Anchor | null;
  blocked: boolean;
  limit: bigint | null;
  activationCharged: boolean;
};

type World = {
  scenario: Scenario;
  zone: string;
  lines: Line[];
  fleetLimits: Map<string, bigint | null>;
  effects: Expectation[];
};

/** Whatever differs from what the scenario expects, a sentence each; empty when the pencil agrees. */
export function workOut(scenario: Scenario): string[] {
  const world: World = {
    scenario,
    zone: scenario.zone,
    lines: scenario.sims.map((sim) => ({
      sim,
      plan: scenario.plans.find(({ name }) => name === sim.plan)!,
      lifecycle: 'blank',
      periods: [],
      anchor: null,
      blocked: false,
      limit: sim.limitBytes,
      activationCharged: false,
    })),
    fleetLimits: new Map(scenario.fleets.map(({ name, limitBytes }) => [name, limitBytes])),
    effects: [],
  };
  return scenario.steps.flatMap((step) => {
    world.effects = [];
    for (const line of world.lines) doDueWork(world, line, step.at);
    act(world, step.action, step.at);
    return compare(world, step).map((problem) => `line ${step.line}: ${problem}`);
  });
}

function doDueWork(world: World, line: Line, now: Date): void {
  for (let rounds = 0; rounds < 100; rounds += 1) {
    const period = current(line);
    if (!period?.open || period.endsAt === null || period.endsAt > now) return;
    period.open = false;
    if (line.blocked) lift(world, line);
    if (line.lifecycle === 'ready') activate(world, line, period.endsAt);
    else if (line.lifecycle === 'active') {
      const span = nextPeriod(lengthOf(line.plan), { ...line.anchor!, zone: zoneOf(world, line) }, period.endsAt);
      openActive(world, line, span.startsAt, span.endsAt);
    }
  }
  throw new Error('more than 100 periods in one step');
}

function act(world: World, action: Action, now: Date): void {
  if (action.verb === 'rolls' || action.verb === 'repeat') return;
  if (action.verb === 'zone') {
    world.zone = action.zone;
    return;
  }
  if (action.verb === 'limit') {
    for (const line of world.lines) if (line.sim.name === action.of) line.limit = action.bytes;
    if (world.fleetLimits.has(action.of)) world.fleetLimits.set(action.of, action.bytes);
    for (const line of world.lines) lookAtLimit(world, line);
    return;
  }
  const line = world.lines.find(({ sim }) => sim.name === action.sim)!;
  switch (action.verb) {
    case 'use':
      book(world, line, action.bytes, now);
      break;
    case 'late':
      book(world, line, action.bytes, action.madeAt);
      break;
    case 'assign':
      if (line.plan.billingStart === 'first_usage') makeReady(world, line, now);
      else activate(world, line, now);
      break;
    case 'ready':
      makeReady(world, line, now);
      break;
    case 'activate':
    case 'resume':
      activate(world, line, now);
      break;
    case 'suspend': {
      const period = current(line);
      if (line.lifecycle === 'ready' && period) Object.assign(period, { open: false, endsAt: now });
      line.lifecycle = 'suspended';
      break;
    }
    case 'archive':
      line.lifecycle = 'archived';
  }
}

function makeReady(world: World, line: Line, now: Date): void {
  if (line.lifecycle !== 'blank') {
    refuse(world, line);
    return;
  }
  line.lifecycle = 'ready';
  const { readyMonths } = line.plan;
  const months: PeriodLength | null = readyMonths === null ? null : { unit: 'months', months: readyMonths };
  const endsAt = months ? openPeriod(months, anchorAt(now, zoneOf(world, line)), now).endsAt : null;
  line.periods.push({ type: 'ready', startsAt: now, endsAt, open: true, allowance: 0n, used: 0n });
}

function activate(world: World, line: Line, at: Date): void {
  if (line.lifecycle === 'archived') {
    refuse(world, line);
    return;
  }
  line.lifecycle = 'active';
  const period = current(line);
  if (period?.type === 'ready' && period.open) Object.assign(period, { open: false, endsAt: at });
  if (period?.type === 'active' && period.open) return;
  line.anchor = anchorAt(at, zoneOf(world, line));
  openActive(world, line, at, openPeriod(lengthOf(line.plan), line.anchor, at).endsAt);
}

function openActive(world: World, line: Line, startsAt: Date, endsAt: Date): void {
  const { plan, sim } = line;
  const zone = zoneOf(world, line);
  let fee = plan.feeMicros;
  let allowance = plan.allowanceBytes ?? 0n;
  if (plan.prorated) {
    const whole = wholePeriod(lengthOf(plan), { ...line.anchor!, zone }, startsAt);
    const days = [localDays(startsAt, endsAt, zone), localDays(whole.startsAt, whole.endsAt, zone)] as const;
    fee = prorateFee(fee, ...days);
    allowance = prorateAllowance(allowance, ...days);
  }
  line.periods.push({ type: 'active', startsAt, endsAt, open: true, allowance, used: 0n });
  world.effects.push({ sim: sim.name, kind: 'fee', micros: fee });
  if (!line.activationCharged)
    world.effects.push({ sim: sim.name, kind: 'activation', micros: plan.activationFeeMicros });
  line.activationCharged = true;
}

function book(world: World, line: Line, bytes: bigint, madeAt: Date): void {
  if (bytes === 0n) return;
  const sim = line.sim.name;
  if (line.lifecycle === 'ready' && decideReadyExit(line.plan, current(line)!.used, bytes))
    activate(world, line, madeAt);
  const period = periodOf(line, madeAt);
  if (!period || line.lifecycle === 'archived') {
    world.effects.push({ sim, kind: 'unrated', reason: period ? 'archived' : 'no_period' });
    return;
  }
  const before = period.used;
  period.used += bytes;
  if (period.type === 'ready') return;
  const terms = termsOf(line.plan, world.scenario);
  const micros = chargeOf(terms, period.used, period.allowance) - chargeOf(terms, before, period.allowance);
  world.effects.push({ sim, kind: 'charge', micros });
  if (period === current(line) && crossed(limitOf(world, line), before, period.used)) lookAtLimit(world, line);
}

/** The period the record was made in; before the activation that is the first active one, except on Super SIM. */
function periodOf(line: Line, madeAt: Date): Period | undefined {
  const period = line.periods.find(
    ({ startsAt, endsAt }) => startsAt <= madeAt && (endsAt === null || madeAt < endsAt),
  );
  const wasReady = period?.type === 'ready' && !period.open && line.plan.type !== 'super_sim';
  return wasReady ? line.periods.find(({ type }) => type === 'active') : period;
}

function lookAtLimit(world: World, line: Line): void {
  const period = current(line);
  const limit = limitOf(world, line);
  const reached = period?.type === 'active' && period.open && limit !== null && period.used >= limit;
  if (reached && !line.blocked) {
    line.blocked = true;
    world.effects.push({ sim: line.sim.name, kind: 'block', reason: 'data_limit' });
  }
  if (!reached && line.blocked) lift(world, line);
}

function lift(world: World, line: Line): void {
  line.blocked = false;
  world.effects.push({ sim: line.sim.name, kind: 'lift', reason: 'data_limit' });
}

function refuse(world: World, line: Line): void {
  world.effects.push({ sim: line.sim.name, kind: 'refused' });
}

function limitOf(world: World, { limit, plan, sim }: Line): bigint | null {
  const fleet = sim.fleet === null ? null : (world.fleetLimits.get(sim.fleet) ?? null);
  return [limit, fleet, plan.limitBytes].reduce((low, each) =>
    low === null || (each !== null && each < low) ? each : low,
  );
}

function current(line: Line): Period | undefined {
  return line.periods.at(-1);
}

/** Super SIM periods are always UTC. */
function zoneOf(world: World, line: Line): string {
  return line.plan.type === 'super_sim' ? 'UTC' : world.zone;
}

function lengthOf(plan: Plan): PeriodLength {
  return { unit: plan.type === 'super_sim' ? 'anniversary_month' : 'calendar_month' };
}

function termsOf(plan: Plan, { currency, base }: Scenario): Terms {
  return {
    type: plan.type,
    currency,
    mbBytes: BigInt(base) ** 2n,
    pricePerMb: null,
    ...(plan.type === 'super_sim' ? { tiers: plan.tiers } : {}),
    allowanceBytes: plan.allowanceBytes,
    overageSizeBytes: plan.overageSizeBytes,
    overagePriceMicros: plan.overagePriceMicros,
    incrementBytes: plan.incrementBytes,
  };
}

function compare(world: World, step: Step): string[] {
  const happened = world.effects.filter((effect) => !('micros' in effect) || effect.micros !== 0n).map(tell);
  const named = step.expected.filter((each) => isEffect(each) && !('micros' in each && each.micros === 0n)).map(tell);
  // A file may leave the reason of unrated usage open.
  const open = named.map((effect) =>
    effect.endsWith('unrated ') ? (happened.find((each) => each.startsWith(effect)) ?? effect) : effect,
  );
  const differs = open.sort().join(', ') !== happened.sort().join(', ');
  const problems = differs ? [`expected effects [${open.join(', ')}], the pencil has [${happened.join(', ')}]`] : [];
  for (const each of step.expected.filter((each) => !isEffect(each) && each.kind !== 'nothing')) {
    const line = world.lines.find(({ sim }) => sim.name === each.sim)!;
    const [expected, found] = [tell(each), tell(observe(line, each))];
    if (expected !== found) problems.push(`expected ${expected}, the pencil has ${found}`);
  }
  return problems;
}

function isEffect({ kind }: Expectation): boolean {
  return ['fee', 'activation', 'charge', 'block', 'lift', 'unrated', 'refused'].includes(kind);
}

/** The state that an expectation asks for, as it is. */
function observe(line: Line, asked: Expectation): Expectation {
  const sim = line.sim.name;
  const period = current(line);
  switch (asked.kind) {
    case 'status':
      return { sim, kind: 'status', status: statusOf(line) };
    case 'used':
      return { sim, kind: 'used', bytes: period?.used ?? 0n };
    case 'left': {
      const left = (period?.allowance ?? 0n) - (period?.used ?? 0n);
      return { sim, kind: 'left', bytes: left > 0n ? left : 0n };
    }
    case 'period':
      if (!period || period.endsAt === null) return { sim, kind: 'no_period' };
      return { sim, kind: 'period', type: period.type, startsAt: period.startsAt, endsAt: period.endsAt };
    default:
      return period?.open ? { sim, kind: 'used', bytes: period.used } : { sim, kind: 'no_period' };
  }
}

function statusOf({ lifecycle }: Line): string {
  return lifecycle === 'ready' ? 'Activation Ready' : lifecycle[0]!.toUpperCase() + lifecycle.slice(1);
}

function tell({ sim, kind, ...rest }: Expectation): string {
  const values = Object.values(rest).map((value) => (value instanceof Date ? value.toISOString() : String(value)));
  return `${sim}: ${kind} ${values.join(' ')}`;
}
