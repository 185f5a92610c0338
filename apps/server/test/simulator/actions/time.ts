import * as usage from '../../../src/usage/index.ts';
import { below } from '../draw.ts';
import type { Simulation } from '../world.ts';
import type { Action } from './index.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The clock, and what runs by it: at any moment, or late. */
export const time: Action[] = [
  { weight: 10, name: 'minutes pass', act: (world) => pass(world, below(world, 60) * minute) },
  { weight: 5, name: 'hours pass', act: (world) => pass(world, below(world, 30) * hour) },
  { weight: 1, name: 'days pass', act: (world) => pass(world, below(world, 12) * day) },
  { weight: 0.1, name: 'months pass', act: (world) => pass(world, below(world, 62) * day) },
  {
    weight: 8,
    name: 'rollover',
    async act(world, tenant) {
      await world.roll(tenant);
      return [];
    },
  },
  {
    weight: 4,
    name: 'relay',
    async act(world, tenant) {
      await world.relay(tenant);
      return [];
    },
  },
  {
    weight: 1,
    name: 'stale sessions',
    async act(_world, tenant) {
      await usage.sweepStaleSessions(tenant.ctx(), 100);
      return [];
    },
  },
];

async function pass(world: Simulation, ms: number): Promise<undefined> {
  await world.move(ms);
}
