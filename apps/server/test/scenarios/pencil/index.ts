/**
 * Works a scenario out by the rules alone, as one would with a pencil: no database, no packets, and nothing of the
 * product's code. It shares with the product only how numbers are written (the package measure).
 *
 * It proves the expected columns of the scenario files before the real system is asked, and it is the second
 * opinion when the two disagree.
 */
import { type Expectation, isEffect, type Scenario, type Step } from '../language/index.ts';
import { act } from './actions.ts';
import { lookAtLimit } from './limits.ts';
import { activate, openNext } from './periods.ts';
import { changeAtEnd } from './plans.ts';
import { rollMonth } from './pools.ts';
import { block, current, type Line, newWorld, type Period, type World } from './world.ts';

/** Whatever differs from what the scenario expects, a sentence each; empty when the pencil agrees. */
export function workOut(scenario: Scenario): string[] {
  const world = newWorld(scenario);
  return scenario.steps.flatMap((step) => {
    world.effects = [];
    doDueWork(world, step.at);
    world.now = step.at;
    act(world, step.action, step.at);
    return compare(world, step).map((problem) => `line ${step.line}: ${problem}`);
  });
}

/** Everything whose time has come, in order of time; the months of pools before those of their members. */
function doDueWork(world: World, now: Date): void {
  for (let rounds = 0; rounds < 1000; rounds += 1) {
    const pools = [...world.pools.values()].map((pooled) => ({
      at: pooled.months.at(-1)!.endsAt,
      run: () => rollMonth(world, pooled),
    }));
    const lines = world.lines.flatMap((line) => {
      const period = current(line);
      return period?.open && period.endsAt ? [{ at: period.endsAt, run: () => roll(world, line, period) }] : [];
    });
    const [next] = [...pools, ...lines].sort((a, b) => a.at.getTime() - b.at.getTime());
    if (!next || next.at > now) return;
    next.run();
  }
  throw new Error('more than 1000 periods in one step');
}

/** A period has come to its end. */
function roll(world: World, line: Line, period: Period): void {
  period.open = false;
  lookAtLimit(world, line);
  const { plan, lifecycle } = line;
  if (line.waiting) changeAtEnd(world, line, period);
  else if (plan?.type === 'prepaid') {
    block(world, line, 'validity');
  } else if (period.type === 'ready' && plan?.type === 'super_sim') {
    if (lifecycle === 'ready') activate(world, line, period.endsAt!);
  } else if (lifecycle === period.type || (lifecycle === 'suspended' && plan?.recurringScope === 'all')) {
    openNext(world, line, period);
  }
}

function compare(world: World, step: Step): string[] {
  const happened = added(world.effects).map(tell);
  const named = step.expected.filter((each) => isEffect(each) && !('micros' in each && each.micros === 0n)).map(tell);
  const open = named.map((effect) =>
    effect.endsWith(' ') ? (happened.find((each) => each.startsWith(effect)) ?? effect) : effect,
  );
  const differs = open.sort().join(', ') !== happened.sort().join(', ');
  const problems = differs ? [`expected effects [${open.join(', ')}], the pencil has [${happened.join(', ')}]`] : [];
  for (const each of step.expected.filter((each) => !isEffect(each) && each.kind !== 'nothing')) {
    const [expected, found] = [tell(each), tell(observe(world, each))];
    if (expected !== found) problems.push(`expected ${expected}, the pencil has ${found}`);
  }
  return problems;
}

/** Charges and adjustments of a step are looked at as their sums; fees each by itself. */
function added(effects: Expectation[]): Expectation[] {
  const sums = new Map<string, Expectation & { kind: 'charge' | 'adjustment' }>();
  const others = effects.filter((effect) => {
    if (effect.kind !== 'charge' && effect.kind !== 'adjustment') return true;
    const key = `${effect.of} ${effect.kind}`;
    sums.set(key, { ...effect, micros: (sums.get(key)?.micros ?? 0n) + effect.micros } as never);
    return false;
  });
  return [...others, ...[...sums.values()].filter(({ micros }) => micros !== 0n)];
}

/** The state that an expectation asks for, as it is. */
function observe(world: World, asked: Expectation): Expectation {
  const { of } = asked;
  const line = world.lines.find(({ sim }) => sim.name === of);
  const month = world.pools.get(of)?.months.at(-1);
  const period = line ? current(line) : month && { ...month, type: 'active' as const };
  switch (asked.kind) {
    case 'wallet':
      return { of, kind: 'wallet', micros: world.wallets.get(of)?.remaining ?? 0n };
    case 'due':
      return { of, kind: 'due', micros: (line?.due ?? []).reduce((sum, { micros }) => sum + micros, 0n) };
    case 'status':
      return { of, kind: 'status', status: line ? statusOf(line) : '' };
    case 'used':
      return { of, kind: 'used', bytes: period?.used ?? 0n };
    case 'left': {
      const left = (period?.allowance ?? 0n) - (period?.used ?? 0n);
      return { of, kind: 'left', bytes: left > 0n ? left : 0n };
    }
    case 'period':
      if (!period) return { of, kind: 'no_period' };
      return { of, kind: 'period', type: period.type, startsAt: period.startsAt, endsAt: period.endsAt };
    default:
      return period?.open ? { of, kind: 'used', bytes: period.used } : { of, kind: 'no_period' };
  }
}

function statusOf({ lifecycle, blocks }: Line): string {
  const stopped = [...blocks].some((reason) => reason !== 'data_limit');
  if (stopped && (lifecycle === 'ready' || lifecycle === 'active')) return 'Suspended';
  return lifecycle === 'ready' ? 'Activation Ready' : lifecycle[0]!.toUpperCase() + lifecycle.slice(1);
}

function tell({ of, kind, ...rest }: Expectation): string {
  const values = Object.values(rest).map((value) => (value instanceof Date ? value.toISOString() : String(value)));
  return `${of}: ${kind} ${values.join(' ')}`;
}
