import * as carriers from '../../../src/carriers/index.ts';
import * as inventory from '../../../src/inventory/index.ts';
import { contextFor, systemActor } from '../../../src/kit/ctx.ts';
import type { Id } from '../../../src/kit/ids.ts';
import { roster, type SimulatedDevice } from '../../../src/simulated/roster.ts';
import * as tenancy from '../../../src/tenancy/index.ts';
import { type Gateway, openGateway } from '../../gateway.ts';
import type { World } from '../../world.ts';
import type { Scenario } from '../language/index.ts';

export type Tenant = {
  organizationId: Id;
  authorization: string;
  gateway: Gateway;
  telecomId: Id;
  profileId: Id;
  /** Devices that no scenario has yet. */
  devices: Iterator<SimulatedDevice>;
};

/** Most SIMs of all scenarios of one organization. */
const mostDevices = 1000;

/** Organizations for scenarios: those with the same settings share one, unless they change it. */
export type Tenants = { for(scenario: Scenario): Promise<Tenant>; close(): Promise<void> };

export function openTenants(world: World): Tenants {
  const tenants = new Map<string, Tenant>();
  return {
    async for(scenario) {
      const changesZone = scenario.steps.some(({ action }) => action.verb === 'zone' && action.company === null);
      const { zone, currency, base, lateUsage } = scenario;
      const key = [zone, currency, base, lateUsage, changesZone ? scenario.title : ''].join(' ');
      const tenant = tenants.get(key) ?? (await openTenant(world, scenario, tenants.size + 1));
      tenants.set(key, tenant);
      return tenant;
    },
    async close() {
      for (const { gateway } of tenants.values()) await gateway.close();
    },
  };
}

/** The gateways have an address each, 127.0.1.1 and up, as the NAS of one organization only. */
async function openTenant(
  world: World,
  { zone, currency, base, lateUsage }: Scenario,
  number: number,
): Promise<Tenant> {
  const { runtime, radius, directory } = world.running;
  const { organization } = await tenancy.createOrganization(
    { ...runtime, database: world.owner },
    { name: `${zone} ${currency} ${base} ${lateUsage}`, currency, timeZone: zone, unitBase: base },
  );
  const ctx = contextFor(runtime, organization, systemActor('scenarios'));
  const { text: apiKey } = await tenancy.createApiKey(ctx, { name: 'scenarios', permissions: ['*'] });
  const gateway = await openGateway(() => radius, `127.0.1.${number}`);
  const telecom = await carriers.createTelecom(ctx, { name: 'Core network', connector: 'radius' });
  await carriers.createNas(ctx, {
    ...{ telecomId: telecom.id, name: 'pgw', sourceRange: `${gateway.address}/32`, secret: gateway.secret.toString() },
    ...{ coaHost: gateway.address, coaPort: gateway.coaPort, requireMessageAuthenticator: false },
  });
  await directory.refresh();
  const authorization = `Bearer ${apiKey}`;
  if (lateUsage !== 'own_period') {
    const { status } = await world.api('PATCH', '/api/v1/organization', { lateUsage }, { authorization });
    if (status !== 200) throw new Error(`late usage cannot go to the ${lateUsage}: ${status}`);
  }
  const profile = await inventory.createProfile(ctx, { companyId: null, uniqueName: 'everywhere' });
  return {
    organizationId: organization.id,
    authorization,
    gateway,
    telecomId: telecom.id,
    profileId: profile.id,
    devices: roster(`scenarios ${number}`, mostDevices).values(),
  };
}
