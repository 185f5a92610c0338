import * as catalog from '../../src/catalog/index.ts';
import * as inventory from '../../src/inventory/index.ts';
import type { Id } from '../../src/kit/ids.ts';
import { Refusal } from '../../src/kit/refusal.ts';
import * as periods from '../../src/periods/index.ts';
import { pick } from '../../src/simulated/random.ts';
import * as usage from '../../src/usage/index.ts';
import { begin, type Device, grow, impossible, kept, type Packet, reset } from './device.ts';
import type { SimulatedSim, Simulation } from './world.ts';

/** What a step did, and the devices whose laws are looked at after it. */
export type Done = { what: string; devices: Device[] };

type Action = { weight: number; name: string; act(world: Simulation): Promise<Device[]> };

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Everything that happens to the product, each as likely as its weight. */
const actions: Action[] = [
  {
    weight: 40,
    name: 'traffic',
    act: async (world) => {
      const sims = some(world, 1 + below(world, 4));
      await send(
        world,
        sims.flatMap((sim) => traffic(world, sim.device)),
      );
      return sims.map((sim) => sim.device);
    },
  },
  {
    weight: 8,
    name: 'repeats',
    act: async (world) => {
      const sims = some(world, 3);
      await send(
        world,
        shuffled(
          world,
          sims.flatMap((sim) => sim.device.sent),
        ),
      );
      return sims.map((sim) => sim.device);
    },
  },
  {
    weight: 6,
    name: 'out of order',
    act: async (world) => {
      const [{ device }] = some(world, 1) as [SimulatedSim];
      const packets = [...traffic(world, device), ...traffic(world, device), ...traffic(world, device)];
      await send(world, shuffled(world, packets), chance(world, 0.5));
      return [device];
    },
  },
  {
    weight: 6,
    name: 'late',
    act: async (world) => {
      const [{ device }] = some(world, 1) as [SimulatedSim];
      const at = new Date(world.now().getTime() - below(world, 100 * 24) * hour);
      await send(world, [kept(device, at, bytes(world), bytes(world))]);
      return [device];
    },
  },
  {
    weight: 1,
    name: 'time ahead',
    act: async (world) => {
      const [{ device }] = some(world, 1) as [SimulatedSim];
      await send(world, [kept(device, new Date(world.now().getTime() + day), bytes(world), 0n)]);
      return [device];
    },
  },
  {
    weight: 3,
    name: 'counter reset',
    act: async (world) => {
      const [{ device }] = some(world, 1) as [SimulatedSim];
      const packet = device.live && reset(device, world.now(), bytes(world) % 1000n, bytes(world));
      if (packet) await send(world, [packet]);
      return [device];
    },
  },
  {
    weight: 2,
    name: 'impossible counters',
    act: async (world) => {
      const [{ device }] = some(world, 1) as [SimulatedSim];
      if (device.live) await send(world, [impossible(device, world.now()), impossible(device, world.now())]);
      return [device];
    },
  },
  {
    weight: 2,
    name: 'strangers',
    act: async (world) => {
      await send(
        world,
        world.strangers.flatMap((device) => traffic(world, device)),
      );
      return world.strangers;
    },
  },
  {
    weight: 1,
    name: 'accounting on',
    act: async (world) => {
      await usage.closeSessionsOfNas(world.ctx(), world.nasId, world.now());
      for (const { device } of world.sims) if (chance(world, 0.7)) device.live = null;
      return [];
    },
  },
  { weight: 5, name: 'ready', act: (world) => change(world, periods.makeReady) },
  { weight: 5, name: 'activate', act: (world) => change(world, periods.activate) },
  { weight: 4, name: 'suspend', act: (world) => change(world, periods.suspend) },
  { weight: 0.3, name: 'archive', act: (world) => change(world, periods.archive, 1) },
  {
    weight: 3,
    name: 'assign a plan',
    act: async (world) => {
      const { superSim, bundle, prompt } = world.plans;
      const plan = one(world, [superSim, bundle, bundle, prompt]);
      return change(world, (ctx, ids) => periods.assignPlan(ctx, ids, plan), 2, loose);
    },
  },
  { weight: 0.5, name: 'end a plan', act: (world) => change(world, periods.endPlan, 1, loose) },
  {
    weight: 0.5,
    name: 'a new price',
    act: async (world) => {
      const ctx = world.ctx();
      const { plan, version } = await catalog.getPlan(ctx, one(world, Object.values(world.plans)));
      await catalog.createVersion(ctx, plan.id, { ...version, feeMicros: version.feeMicros + 1_234_567n });
      return [];
    },
  },
  {
    weight: 4,
    name: 'limit of a SIM',
    act: (world) => {
      const dataLimitBytes = chance(world, 0.3) ? null : BigInt(1 + below(world, 20)) * 1_000_000n;
      return edit(world, { dataLimitBytes });
    },
  },
  { weight: 3, name: 'fleet of a SIM', act: (world) => edit(world, { fleetId: one(world, world.fleets) }) },
  {
    weight: 2,
    name: 'limit of a fleet',
    act: async (world) => {
      await inventory.updateFleet(world.ctx(), one(world, world.fleets), { dataLimitMb: BigInt(1 + below(world, 25)) });
      return [];
    },
  },
  {
    weight: 2,
    name: 'block by hand',
    act: async (world) => {
      const [sim] = some(world, 1);
      await inventory.block(world.ctx(), [{ lineId: sim!.id, reason: 'manual' }]);
      await inventory.unblock(world.ctx(), [some(world, 1)[0]!.id], 'manual');
      return [];
    },
  },
  {
    weight: 3,
    name: 'replay',
    act: async (world) => {
      await usage.askReplay(world.ctx(), chance(world, 0.5) ? {} : { reason: 'no_period' });
      await world.charger().drainInbox(world.ctx().organization.id);
      return [];
    },
  },
  {
    weight: 0.5,
    name: 'registration',
    act: async (world) => {
      await inventory.register(world.ctx(), [world.sims.at(-1)!.id], null);
      return [];
    },
  },
  {
    weight: 0.5,
    name: 'dismissal',
    act: async (world) => {
      const unrated = await usage.listUnrated(world.ctx(), { states: ['unrated'], limit: 1 });
      if (unrated.length > 0)
        await usage.dismissUnrated(
          world.ctx(),
          unrated.map((row) => row.id),
        );
      return [];
    },
  },
  { weight: 10, name: 'minutes pass', act: (world) => pass(world, below(world, 60) * minute) },
  { weight: 5, name: 'hours pass', act: (world) => pass(world, below(world, 30) * hour) },
  { weight: 1.5, name: 'days pass', act: (world) => pass(world, below(world, 12) * day) },
  { weight: 0.3, name: 'months pass', act: (world) => pass(world, below(world, 62) * day) },
  {
    weight: 8,
    name: 'rollover',
    act: async (world) => {
      await world.roll();
      return [];
    },
  },
  {
    weight: 4,
    name: 'relay',
    act: async (world) => {
      await world.relay();
      return [];
    },
  },
  {
    weight: 1,
    name: 'stale sessions',
    act: async (world) => {
      await usage.sweepStaleSessions(world.ctx(), 100);
      return [];
    },
  },
  {
    weight: 0.5,
    name: 'restart',
    act: async (world) => {
      await world.restart();
      return [];
    },
  },
  {
    // Whatever interleaving comes of it, the laws hold.
    weight: 3,
    name: 'all at once',
    act: async (world) => {
      const sims = some(world, 6);
      const packets = sims.flatMap((sim) => [...traffic(world, sim.device), ...traffic(world, sim.device)]);
      const ids = sims.filter((sim) => !sim.steady).map((sim) => sim.id);
      await Promise.all([
        send(world, packets, true),
        world.roll(),
        periods.suspend(world.ctx(), ids.slice(0, 1)),
        periods.activate(world.ctx(), ids.slice(1, 3)),
        inventory.updateFleet(world.ctx(), one(world, world.fleets), { dataLimitMb: BigInt(1 + below(world, 25)) }),
        world.relay(),
      ]);
      return sims.map((sim) => sim.device);
    },
  },
];

/** Takes one action drawn from the seed. A refusal is an answer; everything else that is thrown is a find. */
export async function step(world: Simulation): Promise<Done> {
  await world.move(2_000 + below(world, 20_000));
  const action = pick(actions, world.random);
  try {
    return { what: action.name, devices: await action.act(world) };
  } catch (error) {
    if (error instanceof Refusal) return { what: `${action.name} (refused: ${error.code})`, devices: [] };
    throw error;
  }
}

/** One after the other, or all at once and so in as few batches as the charger makes of them. What is not acknowledged is sent again. */
async function send(world: Simulation, packets: Packet[], together = chance(world, 0.5)): Promise<void> {
  const organizationId = world.ctx().organization.id;
  const deliver = async (packet: Packet) => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await world.charger().receive({ ...packet, organizationId, receivedAt: world.now() });
      } catch (error) {
        if (attempt === 3) throw error;
      }
    }
  };
  if (together) await Promise.all(packets.map(deliver));
  else
    for (const packet of packets) {
      await deliver(packet);
      // Records are replayed in the order of their batches, whose ids tell milliseconds apart.
      await world.move(1);
    }
}

function traffic(world: Simulation, device: Device): Packet[] {
  const now = world.now();
  if (!device.live) return [begin(device, now)];
  if (chance(world, 0.1)) return [grow(device, now, 0n, 0n)];
  const packet = grow(device, now, bytes(world), bytes(world), chance(world, 0.15) ? 'stop' : 'update');
  return chance(world, 0.1) ? [packet, packet] : [packet];
}

async function change(
  world: Simulation,
  how: (ctx: ReturnType<Simulation['ctx']>, ids: Id[]) => Promise<unknown>,
  atMost = 3,
  which: (sim: SimulatedSim) => boolean = () => true,
): Promise<Device[]> {
  const sims = some(world, atMost).filter(which);
  if (sims.length > 0)
    await how(
      world.ctx(),
      sims.map((sim) => sim.id),
    );
  return sims.map((sim) => sim.device);
}

async function edit(world: Simulation, patch: inventory.SimPatch): Promise<Device[]> {
  const [sim] = some(world, 1).filter(loose);
  if (sim) await inventory.updateSim(world.ctx(), sim.id, patch);
  return [];
}

async function pass(world: Simulation, ms: number): Promise<Device[]> {
  await world.move(ms);
  return [];
}

const loose = (sim: SimulatedSim) => !sim.steady;

/** From a byte to some megabytes, small ones as often as large ones. */
function bytes(world: Simulation): bigint {
  return BigInt(Math.floor(10 ** (world.random() * 6.5)));
}

function below(world: Simulation, bound: number): number {
  return Math.floor(world.random() * bound);
}

function chance(world: Simulation, share: number): boolean {
  return world.random() < share;
}

function one<T>(world: Simulation, of: readonly T[]): T {
  return of[below(world, of.length)]!;
}

function some(world: Simulation, count: number): SimulatedSim[] {
  return [...new Set(Array.from({ length: count }, () => one(world, world.sims)))];
}

function shuffled<T>(world: Simulation, list: T[]): T[] {
  const left = [...list];
  return list.map(() => left.splice(below(world, left.length), 1)[0]!);
}
