import type { Use } from '../language/index.ts';
import { dateOf, lastSecond } from './calendar.ts';
import { lookAtLimit } from './limits.ts';
import { activate, lookAtBalance } from './periods.ts';
import { bookInPool } from './pools.ts';
import { homeNetwork, rateFor } from './price.ts';
import { payUsage } from './wallets.ts';
import { costOf, current, happen, type Line, type Period, type Usage, type World } from './world.ts';

export function use(world: World, line: Line, action: Use, now: Date): void {
  const { service, quantity, network, madeAt } = action;
  const usage = { service, quantity, madeAt: madeAt ?? now, network: network ?? homeNetwork };
  line.last = usage;
  if (quantity !== 0n) book(world, line, usage);
}

/** The carrier's total of a day: the difference to what is booked of it, at its last second in the carrier's zone. */
export function restate(world: World, line: Line, day: string, bytes: bigint): void {
  const zone = world.scenario.carrierZone;
  const known = line.records
    .filter((record) => record.service === 'data' && dateOf(record.madeAt, zone).toString() === day)
    .reduce((sum, record) => sum + record.quantity, 0n);
  if (bytes === known) return;
  book(world, line, { service: 'data', quantity: bytes - known, madeAt: lastSecond(day, zone), network: homeNetwork });
}

/** What was set aside is charged in the running period, because somebody says so. */
export function place(world: World, line: Line): void {
  const waiting = line.unrated;
  line.unrated = [];
  const period = current(line)!;
  for (const { use } of waiting) bookIn(world, line, use, period, true);
}

function book(world: World, line: Line, usage: Usage): void {
  if (line.lifecycle === 'ready' && endsReady(line, usage)) activate(world, line, usage.madeAt);
  const found = placeOf(world, line, usage);
  if (typeof found === 'string') {
    line.unrated.push({ use: usage, reason: found });
    happen(world, line.sim.name, { kind: 'unrated', reason: found });
    return;
  }
  bookIn(world, line, usage, found.period, found.late);
}

function bookIn(world: World, line: Line, usage: Usage, period: Period, late: boolean): void {
  const { rate, unknown } = rateFor(period.plan, usage.service, usage.network, world.scenario.areas);
  line.records.push(usage);
  if (unknown) happen(world, line.sim.name, { kind: 'unknown_network' });
  const before = costOf(world, period);
  const key = `${usage.service} ${rate?.zone ?? ''}`;
  period.totals.set(key, { rate, quantity: (period.totals.get(key)?.quantity ?? 0n) + usage.quantity });
  if (usage.service === 'data') {
    period.used += usage.quantity;
    if (!late) period.punctual += usage.quantity;
    if (period.pool) bookInPool(world, period.pool, usage.quantity, usage.madeAt);
  }
  const micros = costOf(world, period) - before;
  happen(world, line.sim.name, { kind: 'charge', micros });
  if (period.type === 'active') payUsage(world, line, period.plan, micros);
  if (period !== current(line)) return;
  lookAtLimit(world, line);
  lookAtBalance(world, line);
  lookAtFairUse(world, line, period, usage.quantity);
}

/** Zero is no usage. Super SIMs leave ready at so many bytes, all others with whatever is used first. */
function endsReady(line: Line, { service, quantity }: Usage): boolean {
  const { readyExitBytes } = line.plan!;
  if (quantity <= 0n) return false;
  return readyExitBytes === null || (service === 'data' && current(line)!.used + quantity >= readyExitBytes);
}

/** Where usage belongs: to the period it was made in, or to the running one where late usage goes there. */
function placeOf(world: World, line: Line, usage: Usage): { period: Period; late: boolean } | string {
  const period = periodOf(world, line, usage.madeAt);
  if (line.lifecycle === 'archived' && !period) return 'archived';
  if (line.lifecycle === 'blank') return 'not_activated';
  if (!period) return 'no_period';
  const { rate } = rateFor(period.plan, usage.service, usage.network, world.scenario.areas);
  const isFree = usage.service === 'data' && !['super_sim', 'pay_per_mb', 'paygo'].includes(period.plan.type);
  if (rate === null && !isFree) return 'no_rate';
  return { period, late: !(period.open && period.startsAt <= usage.madeAt) };
}

function periodOf(world: World, line: Line, madeAt: Date): Period | undefined {
  const own = line.periods.find(({ startsAt, endsAt }) => startsAt <= madeAt && (endsAt === null || madeAt < endsAt));
  // Before the activation, told after it: free on Super SIM, charged in the first active period on every other plan.
  const before = own?.type === 'ready' && !own.open && own.plan.type !== 'super_sim';
  const period = before ? line.periods.find(({ type }) => type === 'active') : own;
  const open = current(line);
  const goesToOpen = world.scenario.lateUsage === 'current_period' && period && !period.open && open?.open;
  return goesToOpen && period.type === 'active' ? open : period;
}

function lookAtFairUse(world: World, line: Line, { plan, used }: Period, quantity: bigint): void {
  const from = plan.fairUseBytes;
  if (from !== null && used >= from && used - quantity < from) happen(world, line.sim.name, { kind: 'fair_use' });
}
