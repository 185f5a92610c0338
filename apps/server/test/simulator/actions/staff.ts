import * as catalog from '../../../src/catalog/index.ts';
import * as inventory from '../../../src/inventory/index.ts';
import type { Ctx } from '../../../src/kit/ctx.ts';
import type { Id } from '../../../src/kit/ids.ts';
import * as periods from '../../../src/periods/index.ts';
import * as usage from '../../../src/usage/index.ts';
import type { Device } from '../device.ts';
import { below, chance, one, some } from '../draw.ts';
import type { SimulatedSim, Tenant } from '../tenant.ts';
import { refill } from '../wallets.ts';
import type { Simulation } from '../world.ts';
import type { Action } from './index.ts';

/** What people do: lifecycles, plans, prices, limits, accounts, blocks, money, and usage that was set aside. */
export const staff: Action[] = [
  { weight: 5, name: 'ready', act: (world, tenant) => change(world, tenant, periods.makeReady) },
  { weight: 5, name: 'activate', act: (world, tenant) => change(world, tenant, periods.activate) },
  { weight: 4, name: 'suspend', act: (world, tenant) => change(world, tenant, periods.suspend) },
  { weight: 0.1, name: 'archive', act: (world, tenant) => change(world, tenant, periods.archive, 1) },
  {
    weight: 3,
    name: 'assign a plan',
    act(world, tenant) {
      const { superSim, bundle, prompt } = tenant.plans;
      const plan = one(world, [superSim, bundle, bundle, prompt]);
      return change(world, tenant, (ctx, ids) => periods.assignPlan(ctx, ids, plan), 2, loose);
    },
  },
  { weight: 0.5, name: 'end a plan', act: (world, tenant) => change(world, tenant, periods.endPlan, 1, loose) },
  {
    weight: 0.5,
    name: 'a new price',
    async act(world, tenant) {
      const ctx = tenant.ctx();
      const { plan, version } = await catalog.getPlan(ctx, one(world, Object.values(tenant.plans)));
      await catalog.createVersion(ctx, plan.id, { ...version, feeMicros: version.feeMicros + 1_234_567n });
      return [];
    },
  },
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
    act: (world, tenant) => edit(world, tenant, { companyId: one(world, [null, ...tenant.companies]) }),
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
    name: 'refill of a wallet',
    async act(world, tenant) {
      const { balances, refills } = tenant.wallets;
      const again = chance(world, 0.4) && refills.length > 0;
      const next = {
        key: `refill:${refills.length}`,
        ownerId: one(world, [tenant.ctx().organization.id, ...tenant.companies]),
        micros: BigInt(1 + below(world, 1_000_000_000)),
      };
      const given = again ? one(world, refills) : next;
      if (!again) {
        refills.push(given);
        balances.set(given.ownerId, (balances.get(given.ownerId) ?? 0n) + given.micros);
      }
      await Promise.all(chance(world, 0.3) ? [refill(tenant, given), refill(tenant, given)] : [refill(tenant, given)]);
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

const loose = (sim: SimulatedSim) => !sim.steady;

async function change(
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
