import { formatAmount } from '@simwright/measure';
import { runToQuiet } from '../../../src/app/quiet.ts';
import { react } from '../../../src/app/reactions.ts';
import { rollAllDue } from '../../../src/app/worker.ts';
import * as inventory from '../../../src/inventory/index.ts';
import { type Ctx, contextFor, systemActor } from '../../../src/kit/ctx.ts';
import { type Id, publicId } from '../../../src/kit/ids.ts';
import { openRelay } from '../../../src/kit/relay.ts';
import * as tenancy from '../../../src/tenancy/index.ts';
import type { World } from '../../world.ts';
import type { Fleet, Scenario, Sim } from '../language/index.ts';
import { type Device, openDevice } from './device.ts';
import { planForm } from './plan-form.ts';
import type { Tenant } from './tenants.ts';

/** One SIM of a scenario in the real product: where its API is, and the device that uses it. */
export type Line = {
  id: Id;
  path: string;
  device: Device;
  /** Sends its last record once more; null before the first. */
  repeat: (() => Promise<void>) | null;
  records: number;
};

export type Product = {
  world: World;
  tenant: Tenant;
  scenario: Scenario;
  number: number;
  lines: Map<string, Line>;
  /** Ids of plans, fleets, zones, companies, wallets (by their company) and pools, by name. */
  ids: Record<'plans' | 'fleets' | 'zones' | 'companies' | 'wallets' | 'pools', Map<string, string>>;
  ctx(): Promise<Ctx>;
  ask<T = { id: string }>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }>;
  /** The worker's rollover, now and for this organization alone. */
  roll(): Promise<number>;
  /** All of the worker's work that is due now, as the sandbox clock does it when it moves. */
  quiet(): Promise<void>;
};

/** The longest limit a fleet may have, 2 TB, stands for none. */
export const noLimitMb = '2000000';

/** The scenario's plans, companies, fleets and blank SIMs; `number` tells their names from other scenarios'. */
export async function openProduct(world: World, tenant: Tenant, scenario: Scenario, number: number): Promise<Product> {
  const { runtime } = world.running;
  const organization = async () => (await tenancy.getOrganization(runtime, tenant.organizationId))!;
  const relay = openRelay({ react, live: null });
  const product: Product = {
    ...{ world, tenant, scenario, number, lines: new Map() },
    ids: {
      ...{ plans: new Map(), fleets: new Map(), zones: new Map() },
      ...{ companies: new Map(), wallets: new Map(), pools: new Map() },
    },
    ctx: async () => contextFor(runtime, await organization(), systemActor('scenarios')),
    async ask(method, path, body) {
      const reply = await world.api<never>(method, path, body, { authorization: tenant.authorization });
      if (reply.status >= 400 && reply.status !== 409) {
        throw new Error(`${method} ${path} answered ${reply.status}: ${JSON.stringify(reply.body)}`);
      }
      return reply;
    },
    roll: async () => rollAllDue(runtime, await organization(), 1000),
    quiet: async () => runToQuiet(runtime, await organization(), relay),
  };
  await makeAccounts(product);
  await makePlans(product);
  await makeFleets(product);
  await makeSims(product);
  return product;
}

async function makeAccounts({ scenario, ids, number, ask }: Product): Promise<void> {
  const { currency } = scenario;
  for (const { name, zone } of scenario.companies) {
    const company = { name: `${name} ${number}`, currency, ...(zone && { timeZone: zone }) };
    ids.companies.set(name, (await ask('POST', '/api/v1/companies', company)).body.id);
  }
  for (const { company, micros, floorMicros } of scenario.wallets) {
    const wallet = { owner: ids.companies.get(company), floor: formatAmount(floorMicros, currency) };
    const { id } = (await ask('POST', '/api/v1/wallets', wallet)).body;
    ids.wallets.set(company, id);
    const credit = { amount: formatAmount(micros, currency), reason: 'what was in it', kind: 'refill' };
    if (micros > 0n) await ask('POST', `/api/v1/wallets/${id}/credits`, credit);
  }
}

async function makePlans({ scenario, ids, number, ask }: Product): Promise<void> {
  for (const { name, countries, networks } of scenario.areas) {
    const zone = { name: `${name} ${number}`, countries, networks };
    ids.zones.set(name, (await ask('POST', '/api/v1/zones', zone)).body.id);
  }
  for (const plan of scenario.plans) {
    const form = { name: `${plan.name} ${number}`, ...planForm(plan, scenario, ids.zones) };
    ids.plans.set(plan.name, (await ask('POST', '/api/v1/plans', form)).body.id);
  }
}

async function makeFleets(product: Product): Promise<void> {
  const { scenario, ids, number, tenant, ask } = product;
  const make = async (fleet: Fleet) => {
    const body = {
      uniqueName: `${fleet.name} ${number}`,
      plan: ids.plans.get(fleet.plan),
      networkAccessProfile: publicId('network_access_profile', tenant.profileId),
      dataLimitMb: fleet.limitBytes === null ? noLimitMb : String(fleet.limitBytes / 1_000_000n),
    };
    ids.fleets.set(fleet.name, (await ask('POST', '/api/v1/fleets', body)).body.id);
  };
  for (const fleet of scenario.fleets) await make(fleet);
  const homes = scenario.sims.filter((sim) => homeOf(scenario, sim)?.startsWith('ON-'));
  for (const plan of new Set(homes.map((sim) => sim.plan))) await make({ name: `ON-${plan}`, plan, limitBytes: null });
}

/** A line on a plan that nobody assigns by name comes onto it as Super SIMs do: by a fleet, which leaves it blank. */
function homeOf({ steps }: Scenario, sim: Sim): string | null {
  const isAssigned = steps.some(
    ({ action }) => (action.verb === 'assign' || action.verb === 'join') && action.sim === sim.name,
  );
  return sim.fleet ?? (isAssigned ? null : `ON-${sim.plan}`);
}

async function makeSims({ scenario, ids, tenant, lines, ask, ctx }: Product): Promise<void> {
  const devices = scenario.sims.map(() => tenant.devices.next().value!);
  const added = await inventory.addSims(
    await ctx(),
    devices.map(({ iccid, imsi, msisdn }) => ({
      ...{ telecomId: tenant.telecomId, iccid, imsi, msisdn, eid: null },
      ...{ iccidCheckDigit: 'ok' as const, form: 'physical' as const },
    })),
  );
  for (const [i, sim] of scenario.sims.entries()) {
    const id = added[i]!.id!;
    const path = `/api/v1/sims/${publicId('sim', id)}`;
    const company = sim.company === null ? {} : { company: ids.companies.get(sim.company) };
    await ask('POST', `${path}/registration`, company);
    const fleet = homeOf(scenario, sim);
    const patch = {
      ...(fleet === null ? {} : { fleet: ids.fleets.get(fleet) }),
      ...(sim.limitBytes === null ? {} : { dataLimitBytes: String(sim.limitBytes) }),
    };
    if (Object.keys(patch).length > 0) await ask('PATCH', path, patch);
    lines.set(sim.name, {
      id,
      path,
      device: openDevice(tenant.gateway, devices[i]!.imsi),
      ...{ repeat: null, records: 0 },
    });
  }
}
