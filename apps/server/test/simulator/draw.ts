import type { SimulatedSim, Tenant } from './tenant.ts';
import type { Simulation } from './world.ts';

/** A whole number in [0, bound). */
export function below(world: Simulation, bound: number): number {
  return Math.floor(world.random() * bound);
}

export function chance(world: Simulation, share: number): boolean {
  return world.random() < share;
}

export function one<T>(world: Simulation, of: readonly T[]): T {
  return of[below(world, of.length)]!;
}

/** At least one, at most `count` of an organization's SIMs. */
export function some(world: Simulation, { sims }: Tenant, count: number): SimulatedSim[] {
  return [...new Set(Array.from({ length: count }, () => one(world, sims)))];
}

export function shuffled<T>(world: Simulation, list: readonly T[]): T[] {
  const left = [...list];
  return list.map(() => left.splice(below(world, left.length), 1)[0]!);
}

/** From a byte to some megabytes, small ones as often as large ones. */
export function bytes(world: Simulation): bigint {
  return BigInt(Math.floor(10 ** (world.random() * 6.5)));
}

/** The list in pieces of at most `most`. */
export function pieces<T>(world: Simulation, list: readonly T[], most: number): T[][] {
  const cut: T[][] = [];
  for (let at = 0; at < list.length; ) {
    const size = 1 + below(world, most);
    cut.push(list.slice(at, at + size));
    at += size;
  }
  return cut;
}
