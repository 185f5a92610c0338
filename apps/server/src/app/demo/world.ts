import * as carriers from '../../carriers/index.ts';
import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import * as periods from '../../periods/index.ts';
import { esimRoster, roster } from '../../simulated/index.ts';
import * as tenancy from '../../tenancy/index.ts';
import { decimal, demoTerms, money } from './amounts.ts';
import { makeTerms } from './bills.ts';
import { makeOffers } from './offers.ts';
import { makeParties } from './parties.ts';

/** The devices of the simulated telecom: the same seed gives the same SIMs here and in its own process. */
export const simulatedSeed = 'simwright-demo';
export const simulatedDevices = 200;
/** eSIMs in stock, to be ordered at its SM-DP+. */
export const simulatedEsims = 30;
/** The source addresses of the two networks; both are this machine. */
export const simulatedAddress = '127.0.0.2';
export const labAddress = '127.0.0.1';
export const labCoaPort = 3799;
const stockSize = 24;

export type DemoWorld = {
  simulatedTelecomId: Id;
  simulatedNasId: Id;
  labTelecomId: Id;
  stock: { iccid: string; imsi: string; registrationCode: string }[];
};

/** Telecoms, plans, companies, fleets and some 200 SIMs, made through the same doors as everybody else's. */
export async function makeWorld(ctx: Ctx, secrets: { lab: string; simulated: string }): Promise<DemoWorld> {
  const simulated = await carriers.createTelecom(ctx, { name: 'Simulated telecom', connector: 'simulated' });
  const lab = await carriers.createTelecom(ctx, {
    ...{ name: 'Lab network', connector: 'radius', messages: 'loopback' },
    deviceRanges: ['127.0.0.0/8'],
  });
  const nas = await carriers.createNas(ctx, {
    telecomId: simulated.id,
    name: 'sim-pgw-1',
    sourceRange: `${simulatedAddress}/32`,
    secret: secrets.simulated,
    coaHost: simulatedAddress,
    // The port its gateway takes is written here at every start.
    coaPort: 3799,
    requireMessageAuthenticator: true,
    noGigawords: false,
  });
  await carriers.createNas(ctx, {
    telecomId: lab.id,
    name: 'lab-pgw-1',
    sourceRange: `${labAddress}/32`,
    secret: secrets.lab,
    coaHost: labAddress,
    coaPort: labCoaPort,
    requireMessageAuthenticator: false,
    noGigawords: false,
  });

  const plans = await makePlans(ctx);
  const companies = [];
  for (const [name, email] of [
    ['Harbour Logistics', 'fleet@harbour-logistics.example'],
    ['Northfield Energy', 'metering@northfield-energy.example'],
    ['City Bikes', 'ops@city-bikes.example'],
  ] as const) {
    companies.push(await tenancy.createCompany(ctx, { name, email, currency: ctx.organization.currency }));
  }
  await makeTerms(
    ctx,
    companies.map(({ id }) => id),
  );
  await makeParties(
    ctx,
    companies.map(({ id }) => id),
  );
  const profile = await inventory.createProfile(ctx, { companyId: null, uniqueName: 'all-networks' });
  const fleets = {
    meters: await inventory.createFleet(ctx, fleet('meters', 250n)),
    trackers: await inventory.createFleet(ctx, fleet('trackers', 500n)),
    routers: await inventory.createFleet(ctx, fleet('routers', 20_000n)),
    lab: await inventory.createFleet(ctx, fleet('lab', 5n)),
  };
  function fleet(uniqueName: string, dataLimitMb: bigint): inventory.NewFleet {
    return { companyId: null, uniqueName, networkAccessProfileId: profile.id, dataLimitMb };
  }

  await makeDevices(ctx, simulated.id, plans, companies, fleets);
  await makeEsims(ctx, simulated.id);
  return {
    simulatedTelecomId: simulated.id,
    simulatedNasId: nas.id,
    labTelecomId: lab.id,
    stock: await makeStock(ctx, lab.id),
  };
}

async function makePlans(ctx: Ctx): Promise<{ bundle: Id; prorated: Id }> {
  const { currency, unitBase } = ctx.organization;
  const mb = BigInt(unitBase) ** 2n;
  await catalog.createPlan(ctx, {
    name: 'Super SIM',
    superSimDefault: true,
    terms: catalog.defaultSuperSimTerms(currency, unitBase),
  });
  const bundle = await catalog.createPlan(ctx, {
    name: 'Europe 1 GB',
    terms: {
      ...demoTerms('monthly_bundle', ctx.organization),
      feeMicros: money('5.00', currency),
      activationFeeMicros: money('1.50', currency),
      allowanceBytes: 1000n * mb,
      overageSizeBytes: 100n * mb,
      overagePriceMicros: money('0.40', currency),
      billingStart: 'first_usage',
    },
  });
  const prorated = await catalog.createPlan(ctx, {
    name: 'Router 20 GB',
    terms: {
      ...demoTerms('monthly_bundle', ctx.organization),
      feeMicros: money('24.00', currency),
      allowanceBytes: 20_000n * mb,
      overageSizeBytes: 1000n * mb,
      overagePriceMicros: money('2.00', currency),
      prorated: true,
      billingStart: 'assignment',
    },
  });
  await catalog.createPlan(ctx, {
    name: 'Volume per MB',
    terms: {
      ...catalog.defaultSuperSimTerms(currency, unitBase),
      feeMicros: money('0.80', currency),
      pricePerMb: null,
      tiers: [
        { upToBytes: 100n * mb, pricePerMb: decimal('0.08') },
        { upToBytes: 1000n * mb, pricePerMb: decimal('0.05') },
        { upToBytes: null, pricePerMb: decimal('0.02') },
      ],
    },
  });
  return { bundle: bundle.plan.id, prorated: prorated.plan.id };
}

/** Some stay as they came, so that every state can be seen. */
export function staysInStock(index: number): boolean {
  return index % 23 === 7;
}

async function makeDevices(
  ctx: Ctx,
  telecomId: Id,
  plans: { bundle: Id; prorated: Id },
  companies: tenancy.Company[],
  fleets: Record<'meters' | 'trackers' | 'routers' | 'lab', inventory.Fleet>,
): Promise<void> {
  const devices = roster(simulatedSeed, simulatedDevices);
  const added = await inventory.addSims(
    ctx,
    devices.map((device) => ({
      telecomId,
      iccid: device.iccid,
      iccidCheckDigit: 'ok',
      imsi: device.imsi,
      msisdn: device.msisdn,
      eid: null,
      form: 'physical',
      labels: [device.profile.name],
    })),
  );
  const ids = added.map((sim) => sim.id!);
  const of = (...names: string[]) => ids.filter((_, i) => names.includes(devices[i]!.profile.name));
  const blank = new Set(ids.filter((_, i) => staysInStock(i)));
  const used = (list: Id[]) => list.filter((id) => !blank.has(id));

  const companyOf = (i: number) => (i % 4 === 3 ? null : companies[i % companies.length]!.id);
  for (const [i, id] of ids.entries()) if (!blank.has(id)) await inventory.register(ctx, [id], companyOf(i));
  const own = new Set(ids.filter((_, i) => companyOf(i) === null));
  const ofFirst = new Set(ids.filter((_, i) => companyOf(i) === companies[0]!.id));
  const cameras = used(of('camera'));
  const groups = {
    trackers: used(of('tracker')).filter((id) => own.has(id)),
    payments: used(of('payment')).filter((id) => own.has(id)),
    cameras: cameras.slice(Math.ceil(cameras.length / 3)),
    shared: {
      companyId: companies[0]!.id,
      trackers: used(of('tracker')).filter((id) => ofFirst.has(id)),
      routers: used(of('router')).filter((id) => ofFirst.has(id)),
    },
  };
  await makeOffers(ctx, groups);
  const { trackers, payments, cameras: filmed, shared } = groups;
  const offered = new Set([...trackers, ...payments, ...filmed, ...shared.trackers, ...shared.routers]);
  const fleeted = (...names: string[]) => used(of(...names)).filter((id) => !offered.has(id));
  for (const id of fleeted('meter', 'payment')) await inventory.updateSim(ctx, id, { fleetId: fleets.meters.id });
  for (const id of fleeted('tracker', 'idle')) await inventory.updateSim(ctx, id, { fleetId: fleets.trackers.id });
  const routers = fleeted('router', 'camera');
  await periods.assignPlan(ctx, routers.slice(0, Math.ceil(routers.length / 2)), plans.prorated);
  await periods.assignPlan(ctx, routers.slice(Math.ceil(routers.length / 2)), plans.bundle);
  const inFleets = fleeted('meter', 'payment', 'tracker', 'idle');
  await periods.makeReady(ctx, inFleets);
}

/** eSIMs in stock: no device has them before somebody reserves one. */
async function makeEsims(ctx: Ctx, telecomId: Id): Promise<void> {
  await inventory.addSims(
    ctx,
    esimRoster(simulatedSeed, simulatedEsims).map(({ iccid, imsi, msisdn }) => ({
      ...{ telecomId, iccid, imsi, msisdn, eid: null },
      ...{ iccidCheckDigit: 'ok', form: 'esim', labels: ['esim'] },
    })),
  );
}

/** SIMs in stock at the lab network: registered by whoever tries the product with a network of their own. */
async function makeStock(ctx: Ctx, telecomId: Id): Promise<DemoWorld['stock']> {
  const devices = roster('simwright-lab', stockSize);
  const added = await inventory.addSims(
    ctx,
    devices.map((device) => ({
      telecomId,
      iccid: device.iccid,
      iccidCheckDigit: 'ok',
      imsi: device.imsi,
      msisdn: device.msisdn,
      eid: null,
      form: 'physical',
      labels: ['lab'],
    })),
  );
  return added.map((sim, i) => ({
    iccid: sim.iccid,
    imsi: devices[i]!.imsi,
    registrationCode: sim.registrationCode!,
  }));
}
