import type { Micros, Plan } from '../language/index.ts';
import { type Anchor, anchorAt, daysBetween, daysLater, daysOfWhole, endAfter, endOfNext } from './calendar.ts';
import { lookAtLimit } from './limits.ts';
import { bring, joinFee } from './pools.ts';
import { halfEven } from './price.ts';
import { chargeFee, lookAtWallet } from './wallets.ts';
import { block, costOf, current, happen, type Line, lengthOf, lift, type Period, type World, zoneOf } from './world.ts';

export function makeReady(world: World, line: Line, at: Date): void {
  line.lifecycle = 'ready';
  const plan = line.plan!;
  const anchor = anchorAt(at, zoneOf(world, line));
  const endsAt = plan.readyMonths === null ? null : endAfter({ unit: 'months', months: plan.readyMonths }, anchor, at);
  if (paysWhileReady(plan)) openMonth(world, line, 'ready', at, endAfter(lengthOf(plan), anchor, at), anchor);
  else line.periods.push(emptyPeriod(plan, 'ready', at, endsAt, anchor));
  if (plan.type === 'prepaid') lookAtBalance(world, line);
  if (plan.type === 'paygo') lookAtWallet(world, line.company);
}

/** Whether the recurring fee begins before the first usage. */
function paysWhileReady(plan: Plan): boolean {
  if (plan.type === 'paygo') return plan.billingStart === 'assignment';
  return plan.type === 'pay_per_mb' && plan.recurringScope === 'all';
}

/** Becoming active: an active period that still runs is kept; a ready one is cut, and what it was paid for counts. */
export function activate(world: World, line: Line, at: Date): void {
  const period = current(line);
  line.lifecycle = 'active';
  if (period?.type === 'active' && period.open) return;
  const plan = line.plan!;
  if (plan.type === 'prepaid' && period?.type === 'active') return;
  if (period?.type === 'ready' && period.open) Object.assign(period, { open: false, endsAt: at });
  const ready = period?.type === 'ready' && period.endsAt?.getTime() === at.getTime() ? period : null;
  const anchor = anchorAt(at, zoneOf(world, line));
  const end = endAfter(lengthOf(plan), anchor, at);
  openMonth(world, line, 'active', at, end, anchor, ready !== null && paysWhileReady(ready.plan) ? ready : null);
  if (ready && plan.type === 'prepaid') current(line)!.allowance = ready.allowance;
  lookAtLimit(world, line);
}

/** The next period of a line whose last one has just ended. */
export function openNext(world: World, line: Line, ended: Period): void {
  const plan = line.plan!;
  const zone = zoneOf(world, line);
  const anchor = ended.anchor.zone === zone ? ended.anchor : anchorAt(ended.startsAt, zone);
  openMonth(world, line, ended.type, ended.endsAt!, endOfNext(lengthOf(plan), anchor, ended.endsAt!), anchor);
}

/**
 * A period with its fees and its allowance, both in part where the plan is prorated and the period is not whole.
 * `paid`: the ready period of the same month, which bore the recurring fee already.
 */
export function openMonth(
  world: World,
  line: Line,
  type: Period['type'],
  from: Date,
  to: Date,
  anchor: Anchor,
  paid: Period | null = null,
): void {
  const plan = line.plan!;
  const part = partOf(plan, from, to, anchor);
  const period: Period = {
    ...emptyPeriod(plan, type, from, to, anchor),
    fee: paid?.fee ?? prorate(plan.feeMicros, part),
    feeFrom: paid?.feeFrom ?? from,
    allowance: prorateDown(plan.allowanceBytes ?? 0n, part),
    pool: line.pool,
  };
  line.periods.push(period);
  if (line.pool && type === 'active') bring(world, line, from);
  if (plan.type !== 'dynamic_pool' && paid === null) chargeFee(world, line, period.fee, from);
  if (type === 'active' && line.pool === null) chargeActivation(world, line);
}

function chargeActivation(world: World, line: Line): void {
  const account = line.company ?? '';
  if (line.activatedFor.has(account)) return;
  happen(world, line.sim.name, { kind: 'activation', micros: line.plan!.activationFeeMicros });
  if (line.plan!.activationFeeMicros > 0n) line.activatedFor.add(account);
}

type Part = { days: number; of: number };

export function partOf(plan: Plan, from: Date, to: Date, anchor: Anchor): Part {
  if (!plan.prorated) return { days: 1, of: 1 };
  const whole = daysOfWhole(lengthOf(plan), anchor, from);
  const days = daysBetween(from, to, anchor.zone);
  return days < whole ? { days, of: whole } : { days: 1, of: 1 };
}

export function prorate(fee: Micros, { days, of }: Part): Micros {
  return halfEven({ over: fee * BigInt(days), under: BigInt(of) });
}

export function prorateDown(bytes: bigint, { days, of }: Part): bigint {
  return (bytes * BigInt(days)) / BigInt(of);
}

/**
 * A running period ends now. Where the plan is prorated it keeps the days until now; today belongs to the plan that
 * comes, if one does. What that makes of fee and usage is put right beside it.
 */
export function cut(world: World, line: Line, at: Date, followed: boolean): void {
  const period = current(line);
  if (!period?.open) return;
  const before = { fee: period.fee, cost: costOf(world, period) };
  Object.assign(period, { open: false, endsAt: at });
  lift(world, line, 'data_limit');
  const { plan, anchor, feeFrom } = period;
  if (!plan.prorated || period.pool) return;
  const days = daysBetween(feeFrom, at, anchor.zone) - (followed && endsInADay(feeFrom, at, anchor.zone) ? 1 : 0);
  const part = { days, of: daysOfWhole(lengthOf(plan), anchor, feeFrom) };
  period.fee = before.fee === 0n ? 0n : prorate(plan.feeMicros, part);
  period.allowance = prorateDown(plan.allowanceBytes ?? 0n, part);
  const micros = period.fee - before.fee + costOf(world, period) - before.cost;
  happen(world, line.sim.name, { kind: 'adjustment', micros });
}

/** Whether the day of `at` was started by what ends now: not at midnight. */
function endsInADay(from: Date, at: Date, zone: string): boolean {
  const next = new Date(at.getTime() + 1);
  return at > from && daysBetween(from, at, zone) === daysBetween(from, next, zone);
}

/** Another plan, now: the running period is cut and the next begins at once, whatever day it is. */
export function changeNow(world: World, line: Line, change: { plan: Plan; pool: Line['pool'] }, at: Date): void {
  const was = line.lifecycle;
  const ready = current(line);
  if (was === 'active') cut(world, line, at, true);
  Object.assign(line, change);
  line.waiting = null;
  if (change.pool) joinFee(world, line);
  if (was === 'active') activateAnew(world, line, at);
  if (was === 'ready' && ready?.open) Object.assign(ready, { plan: change.plan, pool: change.pool });
  if (line.plan!.type !== 'prepaid') for (const reason of ['balance', 'validity']) lift(world, line, reason);
  else lookAtBalance(world, line);
  if (line.plan!.type === 'paygo') lookAtWallet(world, line.company);
}

function activateAnew(world: World, line: Line, at: Date): void {
  const anchor = anchorAt(at, zoneOf(world, line));
  openMonth(world, line, 'active', at, endAfter(lengthOf(line.plan!), anchor, at), anchor);
}

export function endPlan(world: World, line: Line, at: Date): void {
  cut(world, line, at, false);
  Object.assign(line, { plan: null, pool: null, waiting: null });
  if (line.lifecycle !== 'archived') line.lifecycle = 'suspended';
}

/** A refill adds its data and restarts the days; into an expired line it opens the next period. */
export function refill(world: World, line: Line, bytes: bigint, at: Date): void {
  const period = current(line)!;
  const plan = line.plan!;
  if (period.open) {
    period.allowance += bytes;
    if (period.type === 'active') period.endsAt = daysLater(at, plan.validityDays!, zoneOf(world, line));
  } else {
    const over = period.used > period.allowance ? period.used - period.allowance : 0n;
    const anchor = anchorAt(at, zoneOf(world, line));
    openMonth(world, line, 'active', at, endAfter(lengthOf(plan), anchor, at), anchor);
    Object.assign(current(line)!, { allowance: bytes - over });
  }
  lift(world, line, 'validity');
  lookAtBalance(world, line);
}

/** A prepaid line goes on while data is left. */
export function lookAtBalance(world: World, line: Line): void {
  const period = current(line);
  if (line.plan?.type !== 'prepaid' || !period?.open) return;
  if (period.used >= period.allowance) block(world, line, 'balance');
  else lift(world, line, 'balance');
}

export function emptyPeriod(plan: Plan, type: Period['type'], from: Date, to: Date | null, anchor: Anchor): Period {
  return {
    ...{ type, plan, startsAt: from, endsAt: to, open: true, anchor, allowance: 0n, fee: 0n },
    ...{ feeFrom: from, totals: new Map(), used: 0n, punctual: 0n, pool: null },
  };
}
