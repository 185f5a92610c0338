import * as inventory from '../../../src/inventory/index.ts';
import type { Ctx } from '../../../src/kit/ctx.ts';
import { atomically } from '../../../src/kit/db.ts';
import type { Id } from '../../../src/kit/ids.ts';
import * as periods from '../../../src/periods/index.ts';
import * as usage from '../../../src/usage/index.ts';
import type { Device } from '../device.ts';
import { below, chance, one, some } from '../draw.ts';
import type { SimulatedSim, Tenant } from '../tenant.ts';
import type { Simulation } from '../world.ts';
import type { Action } from './index.ts';

/** What people do with lines: lifecycles, limits, accounts, blocks, and usage that was set aside. */
export const staff: Action[] = [
  { weight: 5, name: 'ready', act: (world, tenant) => change(world, tenant, periods.makeReady) },
  { weight: 5, name: 'activate', act: (world, tenant) => change(world, tenant, periods.activate) },
  { weight: 4, name: 'suspend', act: (world, tenant) => change(world, tenant, periods.suspend) },
  { weight: 0.1, name: 'archive', act: (world, tenant) => change(world, tenant, periods.archive, 1) },
  {
    weight: 4,
    name: 'limit of a SIM',
    act: (world, tenant) =>
      edit(world, tenant, { dataLimitBytes: chance(world, 0.3) ? null : BigInt(1 + below(world, 20)) * 1_000_000n }),
  },
  {
    weight: 3,
    name: 'fleet of a SIM',
    act: (world, tenant) => edit(world, tenant, { fleetId: one(world, tenant.fleets) }),
  },
  {
    weight: 2,
    name: 'company of a SIM',
    async act(world, tenant) {
      const sim = one(world, tenant.sims.filter(loose));
      const companyId = one(world, [null, ...tenant.companies]);
      // As the API does it: the plan is settled with the old account first.
      await atomically(tenant.ctx(), async (ctx) => {
        await periods.leaveAccount(ctx, [sim.id], companyId);
        await inventory.updateSim(ctx, sim.id, { companyId });
      });
      return [];
    },
  },
  {
    weight: 2,
    name: 'limit of a fleet',
    async act(world, tenant) {
      await inventory.updateFleet(tenant.ctx(), one(world, tenant.fleets), { dataLimitMb: anyLimit(world) });
      return [];
    },
  },
  {
    weight: 2,
    name: 'block by hand',
    async act(world, tenant) {
      await inventory.block(tenant.ctx(), [{ lineId: one(world, tenant.sims).id, reason: 'manual' }]);
      const lifted = some(world, tenant, 6).map((sim) => sim.id);
      await inventory.unblock(tenant.ctx(), lifted, 'manual');
      return [];
    },
  },
  {
    weight: 3,
    name: 'replay',
    async act(world, tenant) {
      await usage.askReplay(
        tenant.ctx(),
        chance(world, 0.3) ? {} : { reason: one(world, ['no_period', 'not_activated']) },
      );
      await world.charger().drainInbox(tenant.ctx().organization.id);
      return [];
    },
  },
  {
    weight: 0.5,
    name: 'registration',
    async act(world, tenant) {
      await inventory.register(tenant.ctx(), [tenant.sims.at(-1)!.id], one(world, [null, ...tenant.companies]));
      return [];
    },
  },
  {
    weight: 1,
    name: 'dismissal',
    async act(_world, tenant) {
      const unrated = await usage.listUnrated(tenant.ctx(), { states: ['unrated', 'quarantined'], limit: 5 });
      if (unrated.length > 0)
        await usage.dismissUnrated(
          tenant.ctx(),
          unrated.map((row) => row.id),
        );
      return [];
    },
  },
];

export function anyLimit(world: Simulation): bigint {
  return BigInt(1 + below(world, 25));
}

/** A line that anybody may change. */
export const loose = (sim: SimulatedSim) => !sim.steady;

export async function change(
  world: Simulation,
  tenant: Tenant,
  how: (ctx: Ctx, ids: Id[]) => Promise<unknown>,
  atMost = 3,
  which: (sim: SimulatedSim) => boolean = () => true,
): Promise<Device[]> {
  const sims = some(world, tenant, atMost).filter(which);
  if (sims.length > 0)
    await how(
      tenant.ctx(),
      sims.map((sim) => sim.id),
    );
  return sims.map((sim) => sim.device);
}

async function edit(world: Simulation, tenant: Tenant, patch: inventory.SimPatch): Promise<Device[]> {
  const sim = one(world, tenant.sims.filter(loose));
  await inventory.updateSim(tenant.ctx(), sim.id, patch);
  return [];
}
