import { block, current, type Line, lift, type Pooled, type World } from './world.ts';

/** A line stops at the lowest of its own limit, its fleet's and its plan's, and at that of its pool. */
export function lookAtLimit(world: World, line: Line): void {
  const period = current(line);
  const limit = limitOf(world, line);
  const runs = period?.type === 'active' && period.open;
  const reached = runs && ((limit !== null && period.punctual >= limit) || (period.pool && isReached(period.pool)));
  if (reached) block(world, line, 'data_limit');
  else lift(world, line, 'data_limit');
}

/** The limit of a pool stops every member. */
export function lookAtPoolLimit(world: World, pooled: Pooled): void {
  for (const line of world.lines) if (line.pool === pooled) lookAtLimit(world, line);
}

function isReached({ pool, months }: Pooled): boolean {
  return pool.limitBytes !== null && months.at(-1)!.punctual >= pool.limitBytes;
}

function limitOf(world: World, line: Line): bigint | null {
  const fleet = line.sim.fleet === null ? null : world.fleets.get(line.sim.fleet)!.limitBytes;
  const plan = current(line)?.plan ?? line.plan;
  const limits = [line.limit, fleet, plan?.limitBytes ?? null].filter((limit) => limit !== null);
  return limits.length === 0 ? null : limits.reduce((low, limit) => (limit < low ? limit : low));
}
