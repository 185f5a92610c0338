import type { DatabaseUrls } from '../../src/kit/urls.ts';
import { step } from './actions/index.ts';
import type { Breach } from './breach.ts';
import { allLaws } from './laws.ts';
import { restLaws } from './till-laws.ts';
import { touchedLaws } from './touched.ts';
import { openSimulation, type Simulation } from './world.ts';

export type Outcome = {
  steps: number;
  breaches: Breach[];
  last: string[];
  sessions: number;
  took: Record<string, number>;
};

export type SimulateOptions = {
  /** Everything is looked at after so many steps, and at the end. */
  every?: number;
  /** Told of each full look. */
  looked?: (steps: number) => void;
  /** The suite's controls break something here, before the last look. */
  sabotage?: (world: Simulation) => Promise<void>;
  /** Told of breaches while the world still stands, for whoever wants to look around in it. */
  broken?: (world: Simulation, breaches: Breach[]) => Promise<void>;
};

/** One seed's world for so many steps, or until a law is broken; what was thrown counts as a breach. */
export async function simulate(
  seed: string,
  steps: number,
  urls: DatabaseUrls,
  options: SimulateOptions = {},
): Promise<Outcome> {
  const every = options.every ?? 500;
  const world = await openSimulation(seed, urls);
  const outcome: Outcome = { steps: 0, breaches: [], last: [], sessions: 0, took: {} };
  try {
    while (outcome.steps < steps && outcome.breaches.length === 0) {
      const { what, devices } = await step(world);
      outcome.steps += 1;
      outcome.took[what] = (outcome.took[what] ?? 0) + 1;
      outcome.last = [...outcome.last, `${world.now().toISOString()} ${what}`].slice(-20);
      await world.settle();
      outcome.breaches.push(...(await touchedLaws(world, devices)));
      if (outcome.steps % every === 0) {
        outcome.breaches.push(...(await allLaws(world)));
        options.looked?.(outcome.steps);
      }
    }
    await options.sabotage?.(world);
    if (outcome.breaches.length === 0) outcome.breaches.push(...(await restLaws(world)), ...(await allLaws(world)));
  } catch (error) {
    outcome.breaches.push({
      law: 'nothing is thrown',
      id: '',
      kept: '',
      found: (error as Error).stack ?? String(error),
    });
  } finally {
    if (outcome.breaches.length > 0) await options.broken?.(world, outcome.breaches);
    outcome.sessions = world.tenants
      .flatMap((tenant) => tenant.sims)
      .reduce((sum, sim) => sum + sim.device.sessions, 0);
    await world.close();
  }
  return outcome;
}
