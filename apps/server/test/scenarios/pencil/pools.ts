import type { Micros, Pool } from '../language/index.ts';
import { anchorAt, daysBetween, daysOfWhole, endAfter, type Length } from './calendar.ts';
import { lookAtPoolLimit } from './limits.ts';
import { halfEven, overage } from './price.ts';
import { accountZone, happen, type Line, type Pooled, type PoolMonth, type World } from './world.ts';

const month: Length = { unit: 'calendar month' };

/** The first month begins at once, at the full fee. */
export function createPool(world: World, pool: Pool, at: Date): void {
  const pooled: Pooled = { pool, months: [] };
  world.pools.set(pool.name, pooled);
  openMonth(world, pooled, at);
}

export function openMonth(world: World, pooled: Pooled, from: Date): void {
  const { pool } = pooled;
  const zone = accountZone(world, pool.company);
  const endsAt = endAfter(month, anchorAt(from, zone), from);
  const { allowanceBytes: allowance } = pool;
  pooled.months.push({
    ...{ startsAt: from, endsAt, open: true, terms: pool, allowance, used: 0n, punctual: 0n, brought: new Set() },
  });
  happen(world, pool.name, { kind: 'fee', micros: pool.feeMicros });
  for (const line of membersOf(world, pooled)) if (isBilled(line)) bring(world, line, from);
}

/** The month ends, and the next follows at once; the limit is counted anew. */
export function rollMonth(world: World, pooled: Pooled): void {
  const ended = pooled.months.at(-1)!;
  ended.open = false;
  openMonth(world, pooled, ended.endsAt);
  lookAtPoolLimit(world, pooled);
}

/** What a member of a dynamic pool brings to the month, once. */
export function bring(world: World, line: Line, from: Date): void {
  const pooled = line.pool!;
  const now = pooled.months.at(-1)!;
  const plan = line.plan!;
  if (pooled.pool.type !== 'dynamic' || now.brought.has(line)) return;
  now.brought.add(line);
  const zone = accountZone(world, pooled.pool.company);
  const whole = daysOfWhole(month, anchorAt(from, zone), from);
  const days = plan.prorated ? daysBetween(from, now.endsAt, zone) : whole;
  const before = costOf(now);
  now.allowance += (plan.allowanceBytes! * BigInt(days)) / BigInt(whole);
  const fee = halfEven({ over: plan.feeMicros * BigInt(days), under: BigInt(whole) });
  happen(world, line.sim.name, { kind: 'fee', micros: fee });
  happen(world, pooled.pool.name, { kind: 'adjustment', micros: costOf(now) - before });
}

/** The activation fee, at each joining. */
export function joinFee(world: World, line: Line): void {
  happen(world, line.sim.name, { kind: 'activation', micros: line.plan!.activationFeeMicros });
}

/** Data of a member counts in the pool's month; the charge is the pool's. */
export function bookInPool(world: World, pooled: Pooled, bytes: bigint, madeAt: Date): boolean {
  const own = pooled.months.find(({ startsAt, endsAt }) => startsAt <= madeAt && madeAt < endsAt);
  const open = pooled.months.at(-1)!;
  const booked = world.scenario.lateUsage === 'current_period' ? open : own;
  if (!booked) return false;
  const before = costOf(booked);
  booked.used += bytes;
  if (own === booked && booked.open) booked.punctual += bytes;
  happen(world, pooled.pool.name, { kind: 'charge', micros: costOf(booked) - before });
  if (booked === open) lookAtPoolLimit(world, pooled);
  return true;
}

export function costOf({ terms, used, allowance }: PoolMonth): Micros {
  return halfEven(overage(terms, used, allowance));
}

function membersOf(world: World, pooled: Pooled): Line[] {
  return world.lines.filter((line) => line.pool === pooled);
}

/** Suspended members go on contributing; those that wait for their first usage have not begun. */
function isBilled(line: Line): boolean {
  return line.lifecycle === 'active' || line.lifecycle === 'suspended';
}
