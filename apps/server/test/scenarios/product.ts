import { formatAmount, formatDecimal, type Micros, parseAmount } from '@simwright/measure';
import { rollAllDue } from '../../src/app/worker.ts';
import * as carriers from '../../src/carriers/index.ts';
import * as inventory from '../../src/inventory/index.ts';
import { contextFor, systemActor } from '../../src/kit/ctx.ts';
import { type Id, publicId } from '../../src/kit/ids.ts';
import { roster } from '../../src/simulated/roster.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { type Gateway, openGateway } from '../gateway.ts';
import type { World } from '../world.ts';
import type { Fleet, Plan, Scenario, Sim } from './parse.ts';

/** One SIM of a scenario in the real product: where its API is, and the device that uses it. */
export type Line = {
  path: string;
  device: ReturnType<Gateway['device']>;
  /** What its gateway has counted so far; null before the first record. */
  total: bigint;
  last: { total: bigint; eventTime: Date } | null;
};

export type Period = {
  kind: 'ready' | 'active';
  state: 'open' | 'closed';
  startsAt: Date;
  endsAt: Date | null;
  usedBytes: bigint;
  leftBytes: bigint | null;
};

/** What the API says of a SIM at one moment. */
export type Seen = {
  status: string;
  /** The current or most recent first. */
  periods: Period[];
  fees: Map<string, { kind: 'fee' | 'activation'; micros: Micros }>;
  charged: Micros;
  blocks: Map<string, { reason: string; lifted: boolean }>;
  unrated: Map<string, string>;
  records: number;
};

export type Product = {
  lines: Map<string, Line>;
  /** Answers the status of the reply, so that a refusal is an answer too. */
  write(method: string, path: string, body?: unknown): Promise<number>;
  fleetPath(name: string): string;
  planId(name: string): string;
  see(line: Line): Promise<Seen>;
  /** The worker's rollover, now and for this organization alone. */
  roll(): Promise<number>;
};

/** The longest limit a fleet may have, 2 TB, stands for none. */
export const noLimitMb = '2000000';

type Tenant = {
  organizationId: Id;
  authorization: string;
  gateway: Gateway;
  telecomId: Id;
  profileId: Id;
};

/** Organizations for scenarios: those with the same settings share one, unless they change it. */
export type Tenants = { for(scenario: Scenario): Promise<Tenant>; close(): Promise<void> };

export function openTenants(world: World): Tenants {
  const tenants = new Map<string, Tenant>();
  return {
    async for(scenario) {
      const changesZone = scenario.steps.some(({ action }) => action.verb === 'zone');
      const key = [scenario.zone, scenario.currency, scenario.base, changesZone ? scenario.title : ''].join(' ');
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
async function openTenant(world: World, { zone, currency, base }: Scenario, number: number): Promise<Tenant> {
  const { runtime, radius, directory } = world.running;
  const { organization } = await tenancy.createOrganization(
    { ...runtime, database: world.owner },
    { name: `${zone} ${currency} ${base}`, currency, timeZone: zone, unitBase: base },
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
  const profile = await inventory.createProfile(ctx, { companyId: null, uniqueName: 'everywhere' });
  return {
    organizationId: organization.id,
    authorization: `Bearer ${apiKey}`,
    gateway,
    telecomId: telecom.id,
    profileId: profile.id,
  };
}

/** The scenario's plans, fleets and blank SIMs; `number` tells their names from other scenarios'. */
export async function openProduct(world: World, tenant: Tenant, scenario: Scenario, number: number): Promise<Product> {
  const { runtime } = world.running;
  const { authorization, gateway, telecomId } = tenant;
  const organization = async () => (await tenancy.getOrganization(runtime, tenant.organizationId))!;
  const ctx = contextFor(runtime, await organization(), systemActor('scenarios'));
  const ask = async (method: string, path: string, body?: unknown) => {
    const reply = await world.api<Record<string, never>>(method, path, body, { authorization });
    if (reply.status >= 400 && reply.status !== 409) {
      throw new Error(`${method} ${path} answered ${reply.status}: ${JSON.stringify(reply.body)}`);
    }
    return reply;
  };
  const make = async (path: string, body: unknown): Promise<string> => (await ask('POST', path, body)).body.id!;

  const plans = new Map<string, string>();
  for (const plan of scenario.plans)
    plans.set(plan.name, await make('/api/v1/plans', planBody(plan, scenario, number)));
  const fleets = new Map<string, string>();
  const makeFleet = async (fleet: Fleet) => {
    const dataLimitMb = fleet.limitBytes === null ? noLimitMb : String(fleet.limitBytes / 1_000_000n);
    const networkAccessProfile = publicId('network_access_profile', tenant.profileId);
    const body = {
      uniqueName: `${fleet.name} ${number}`,
      plan: plans.get(fleet.plan),
      networkAccessProfile,
      dataLimitMb,
    };
    fleets.set(fleet.name, await make('/api/v1/fleets', body));
  };
  for (const fleet of scenario.fleets) await makeFleet(fleet);
  // A line on a plan that nobody assigns by name comes onto it as Super SIMs do: by a fleet, which leaves it blank.
  const assigned = new Set(scenario.steps.flatMap(({ action }) => (action.verb === 'assign' ? [action.sim] : [])));
  const homeOf = (sim: Sim) => sim.fleet ?? (assigned.has(sim.name) ? null : `ON-${sim.plan}`);
  for (const plan of new Set(scenario.sims.filter((sim) => homeOf(sim)?.startsWith('ON-')).map((sim) => sim.plan))) {
    await makeFleet({ name: `ON-${plan}`, plan, limitBytes: null });
  }

  const devices = roster(`${number} ${scenario.title}`, scenario.sims.length);
  const added = await inventory.addSims(
    ctx,
    devices.map(({ iccid, imsi, msisdn }) => ({
      ...{ telecomId, iccid, imsi, msisdn, eid: null },
      ...{ iccidCheckDigit: 'ok' as const, form: 'physical' as const },
    })),
  );
  const lines = new Map<string, Line>();
  for (const [i, sim] of scenario.sims.entries()) {
    const path = `/api/v1/sims/${publicId('sim', added[i]!.id!)}`;
    await ask('POST', `${path}/registration`, {});
    const fleet = homeOf(sim);
    const patch = {
      ...(fleet === null ? {} : { fleet: fleets.get(fleet) }),
      ...(sim.limitBytes === null ? {} : { dataLimitBytes: String(sim.limitBytes) }),
    };
    if (Object.keys(patch).length > 0) await ask('PATCH', path, patch);
    const { imsi, visited } = devices[i]!;
    lines.set(sim.name, { path, device: gateway.device({ imsi, plmn: visited.plmn }), total: 0n, last: null });
  }

  return {
    lines,
    write: async (method, path, body) => (await ask(method, path, body)).status,
    fleetPath: (name) => `/api/v1/fleets/${fleets.get(name)}`,
    planId: (name) => plans.get(name)!,
    see: (line) => see(scenario.currency, line, async (path) => (await ask('GET', path)).body),
    roll: async () => rollAllDue(runtime, await organization(), 1000),
  };
}

async function see(currency: string, { path }: Line, get: (path: string) => Promise<unknown>): Promise<Seen> {
  type Page<T> = { items: T[]; nextCursor: string | null };
  type PeriodReply = {
    [K in 'startsAt' | 'usedBytes' | 'charge']: string;
  } & Pick<Period, 'kind' | 'state'> & {
      endsAt: string | null;
      leftBytes: string | null;
      fees: { id: string; kind: 'recurring' | 'activation'; amount: string }[];
    };
  const page = async <T>(rest: string) => {
    const { items, nextCursor } = (await get(rest)) as Page<T>;
    if (nextCursor !== null) throw new Error(`a scenario is larger than one page of ${rest}`);
    return items;
  };
  const id = path.split('/').at(-1);
  const [sim, periods, blocks, records, unrated] = await Promise.all([
    get(path) as Promise<{ status: string }>,
    page<PeriodReply>(`${path}/periods?limit=200`),
    page<{ id: string; reason: string; liftedAt: string | null }>(`${path}/blocks?limit=200`),
    page<unknown>(`${path}/usage-records?limit=200`),
    page<{ id: string; reason: string }>(`/api/v1/unrated?limit=200&sim=${id}`),
  ]);
  const micros = (text: string): Micros => {
    const read = parseAmount(text, currency);
    if (!read.ok) throw new Error(`the API wrote an amount that is none: ${text}`);
    return read.value;
  };
  return {
    status: sim.status,
    periods: periods.map((period) => ({
      ...{ kind: period.kind, state: period.state, startsAt: new Date(period.startsAt) },
      endsAt: period.endsAt === null ? null : new Date(period.endsAt),
      usedBytes: BigInt(period.usedBytes),
      leftBytes: period.leftBytes === null ? null : BigInt(period.leftBytes),
    })),
    fees: new Map(
      periods.flatMap(({ fees }) =>
        fees.map((fee) => [
          fee.id,
          { kind: fee.kind === 'recurring' ? ('fee' as const) : fee.kind, micros: micros(fee.amount) },
        ]),
      ),
    ),
    charged: periods.reduce((sum, period) => sum + micros(period.charge), 0n),
    blocks: new Map(blocks.map((block) => [block.id, { reason: block.reason, lifted: block.liftedAt !== null }])),
    unrated: new Map(unrated.map((row) => [row.id, row.reason])),
    records: records.length,
  };
}

/** A plan as somebody would write it into the form: MB of the organization's unit base. */
function planBody(plan: Plan, { currency, base }: Scenario, number: number) {
  const mb = (bytes: bigint | null) => {
    if (bytes === null) return null;
    const unit = BigInt(base) ** 2n;
    if (bytes % unit !== 0n) throw new Error(`plans are sold in whole MB: ${bytes} bytes`);
    return String(bytes / unit);
  };
  const money = (micros: Micros | null) => (micros === null ? null : formatAmount(micros, currency));
  const flat = plan.tiers.length === 1 ? plan.tiers[0]! : null;
  return {
    ...{ name: `${plan.name} ${number}`, type: plan.type, currency, fee: money(plan.feeMicros) },
    ...{ activationFee: money(plan.activationFeeMicros), dataLimitMb: mb(plan.limitBytes), prorated: plan.prorated },
    ...(plan.type === 'super_sim'
      ? {
          pricePerMb: flat && formatDecimal(flat.pricePerMb),
          tiers: flat
            ? null
            : plan.tiers.map((tier) => ({ upToMb: mb(tier.upToBytes), pricePerMb: formatDecimal(tier.pricePerMb) })),
          incrementBytes: plan.incrementBytes === null ? null : String(plan.incrementBytes),
          readyExitBytes: String(plan.readyExitBytes),
          readyExitMonths: plan.readyMonths,
        }
      : {
          allowanceMb: mb(plan.allowanceBytes),
          overageSizeMb: mb(plan.overageSizeBytes),
          overagePrice: money(plan.overagePriceMicros),
          billingStart: plan.billingStart,
        }),
  };
}
