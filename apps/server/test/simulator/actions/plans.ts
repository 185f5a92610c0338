import * as catalog from '../../../src/catalog/index.ts';
import { query, sql } from '../../../src/kit/db.ts';
import type { Id } from '../../../src/kit/ids.ts';
import * as periods from '../../../src/periods/index.ts';
import * as pools from '../../../src/pools/index.ts';
import { dearer, ordinary } from '../catalog.ts';
import { below, chance, one } from '../draw.ts';
import type { Tenant } from '../tenant.ts';
import type { Simulation } from '../world.ts';
import type { Action } from './index.ts';
import { change, loose } from './staff.ts';

/** What people do with plans and pools: put lines on them, now or later, take them off, refill, and change what is sold. */
export const plans: Action[] = [
  {
    weight: 5,
    name: 'assign a plan',
    act(world, tenant) {
      const plan = tenant.plans[one(world, chance(world, 0.15) ? (['superSim'] as const) : ordinary)];
      const effective = when(world);
      return change(world, tenant, (ctx, ids) => periods.assignPlan(ctx, ids, plan, { effective }), 2, loose);
    },
  },
  {
    weight: 4,
    name: 'join a pool',
    async act(world, tenant) {
      const pool = one(world, tenant.pools);
      const ids = await looseOf(world, tenant, sql`company_id is not distinct from ${pool.companyId}`, 2);
      const options = { poolId: pool.id, effective: when(world) };
      await periods.assignPlan(tenant.ctx(), ids, tenant.plans[pool.plan], options);
      return devicesOf(tenant, ids);
    },
  },
  {
    weight: 0.8,
    name: 'end a plan',
    act(world, tenant) {
      const effective = when(world);
      return change(world, tenant, (ctx, ids) => periods.endPlan(ctx, ids, { effective }), 1, loose);
    },
  },
  {
    weight: 0.4,
    name: 'take a change back',
    act: (world, tenant) => change(world, tenant, periods.cancelChanges, 3, loose),
  },
  {
    weight: 5,
    name: 'refill of a line',
    async act(world, tenant) {
      const ids = await linesOnPrepaid(world, tenant, 2);
      const wanted = ids.map((lineId) => ({ lineId, optionId: one(world, ['r0', 'r1']) }));
      await periods.grantRefills(tenant.ctx(), chance(world, 0.2) ? [...wanted, ...wanted] : wanted);
      return devicesOf(tenant, ids);
    },
  },
  {
    weight: 0.5,
    name: 'a new price',
    async act(world, tenant) {
      const ctx = tenant.ctx();
      const { plan, version } = await catalog.getPlan(ctx, tenant.plans[one(world, dearer)]);
      await catalog.createVersion(ctx, plan.id, { ...version, feeMicros: version.feeMicros + 1_234_567n });
      return [];
    },
  },
  {
    weight: 0.4,
    name: 'new terms of a pool',
    async act(world, tenant) {
      const pool = one(world, tenant.pools);
      const allowance = pool.plan === 'member' ? { allowanceMb: BigInt(5 + below(world, 10)) } : {};
      await pools.changeTerms(tenant.ctx(), pool.id, { ...allowance, overageSizeMb: BigInt(1 + below(world, 4)) });
      return [];
    },
  },
  {
    weight: 1.5,
    name: 'limit of a pool',
    async act(world, tenant) {
      const dataLimitBytes = chance(world, 0.4) ? null : BigInt(1 + below(world, 30)) * 1_000_000n;
      await pools.updatePool(tenant.ctx(), one(world, tenant.pools).id, { dataLimitBytes });
      return [];
    },
  },
];

function when(world: Simulation): 'now' | 'next_period' {
  return chance(world, 0.6) ? 'now' : 'next_period';
}

/** Some loose lines that can be refilled. */
export function linesOnPrepaid(world: Simulation, tenant: Tenant, most: number): Promise<Id[]> {
  const onPrepaid = sql`exists (select from plan_assignments a where a.line_id = sims.id and a.ends_at is null
                                   and a.plan_id = ${tenant.plans.prepaid})`;
  return looseOf(world, tenant, onPrepaid, most);
}

/** Some loose lines of which this is so. */
async function looseOf(
  world: Simulation,
  tenant: Tenant,
  condition: ReturnType<typeof sql>,
  most: number,
): Promise<Id[]> {
  const found = await query<{ id: Id }>(
    world.owner.pool,
    sql`select id from sims where organization_id = ${tenant.ctx().organization.id} and ${condition} order by id`,
  );
  const ids = found.map((row) => row.id).filter((id) => tenant.sims.some((sim) => sim.id === id && loose(sim)));
  return ids.length === 0 ? [] : [...new Set(Array.from({ length: most }, () => one(world, ids)))];
}

function devicesOf(tenant: Tenant, ids: Id[]) {
  return tenant.sims.filter((sim) => ids.includes(sim.id)).map((sim) => sim.device);
}
