import { randomBytes } from 'node:crypto';
import { parseAmount, parseDecimal } from '@simwright/measure';
import { react } from '../../src/app/reactions.ts';
import { ensurePartitions, rollAllDue } from '../../src/app/worker.ts';
import * as carriers from '../../src/carriers/index.ts';
import * as catalog from '../../src/catalog/index.ts';
import { type Charger, openCharger } from '../../src/charging/index.ts';
import * as inventory from '../../src/inventory/index.ts';
import { type Ctx, contextFor, type Runtime, systemActor } from '../../src/kit/ctx.ts';
import { openDatabase } from '../../src/kit/db.ts';
import type { Id } from '../../src/kit/ids.ts';
import { createLog } from '../../src/kit/log.ts';
import { openRelay } from '../../src/kit/relay.ts';
import { setInstanceKey } from '../../src/kit/seal.ts';
import type { DatabaseUrls } from '../../src/kit/urls.ts';
import { roster } from '../../src/simulated/index.ts';
import { type Random, seeded } from '../../src/simulated/random.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { type Device, newDevice } from './device.ts';

export type SimulatedSim = {
  id: Id;
  imsi: string;
  /** Its fleet and limits never change, so that its blocks can be counted by replaying its records. */
  steady: boolean;
  device: Device;
};

/**
 * One seed's world: an organization with plans, fleets, SIMs and a network, in a database of its own, driven through
 * the rooms' doors in this process. Only the simulator moves its clock.
 */
export type Simulation = {
  random: Random;
  owner: ReturnType<typeof openDatabase>;
  sims: SimulatedSim[];
  /** IMSIs of nobody's stock. */
  strangers: Device[];
  plans: { superSim: Id; bundle: Id; prompt: Id };
  fleets: Id[];
  nasId: Id;
  now(): Date;
  ctx(): Ctx;
  charger(): Charger;
  /** Forward only, as a clock goes. */
  move(ms: number): Promise<void>;
  /** Rolls what is due, whole. */
  roll(): Promise<number>;
  /** Places events and does what they make happen elsewhere, until nothing is left. */
  relay(): Promise<void>;
  /** The charging process ends and another takes over. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

const start = new Date('2026-01-28T09:00:00Z');
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia'];
const simCount = 40;
const steadyCount = 12;
/** They stay in stock, so that their usage belongs to no account. */
const stockCount = 2;

export async function openSimulation(seed: string, urls: DatabaseUrls): Promise<Simulation> {
  setInstanceKey(randomBytes(32));
  const random = seeded(`simulator ${seed}`);
  const log = createLog(process.env.TEST_LOG ?? 'silent');
  let now = start;
  const clock = { now: () => now };
  const [owner, app, ingest] = [openDatabase(urls.owner, 2), openDatabase(urls.app, 6), openDatabase(urls.ingest, 4)];
  const runtime: Runtime = { database: app, clock, log };
  const { organization } = await tenancy.createOrganization(
    { ...runtime, database: owner },
    { name: `Seed ${seed}`, currency: 'EUR', timeZone: zones[Math.floor(random() * zones.length)] },
  );
  await ensurePartitions(runtime, organization);
  const ctx = (): Ctx => contextFor(runtime, organization, systemActor('simulator'));
  const openNext = () => openCharger({ ingestUrl: urls.ingest, database: ingest, clock, log });
  let charger = await openNext();
  const relay = openRelay({ react, live: null });

  const plans = await createPlans(ctx());
  const telecom = await carriers.createTelecom(ctx(), { name: 'Core network', connector: 'radius' });
  const nas = await carriers.createNas(ctx(), {
    telecomId: telecom.id,
    name: 'pgw',
    sourceRange: '127.0.0.1/32',
    secret: 'one of a simulator',
    coaHost: '127.0.0.1',
  });
  const profile = await inventory.createProfile(ctx(), { companyId: null, uniqueName: 'everywhere' });
  const fleet = (uniqueName: string, dataLimitMb: bigint) =>
    inventory.createFleet(ctx(), {
      companyId: null,
      uniqueName,
      networkAccessProfileId: profile.id,
      planId: plans.superSim,
      dataLimitMb,
    });
  const steadyFleet = await fleet('steady', 15n);
  const fleets = [await fleet('field', 12n), await fleet('lab', 1000n)];

  const devices = roster(seed, simCount);
  const added = await inventory.addSims(
    ctx(),
    devices.map(({ iccid, imsi, msisdn }) => ({
      ...{ telecomId: telecom.id, iccid, imsi, msisdn, iccidCheckDigit: 'ok' as const },
      ...{ eid: null, form: 'physical' as const },
    })),
  );
  const where = { nasId: nas.id, telecomId: telecom.id };
  const sims = added.map(({ id }, i): SimulatedSim => {
    const { imsi, visited } = devices[i]!;
    return { id: id!, imsi, steady: i < steadyCount, device: newDevice({ ...where, imsi, plmn: visited.plmn }) };
  });
  const registered = sims.slice(0, simCount - stockCount).map((sim) => sim.id);
  await inventory.register(ctx(), registered, null);
  await inventory.moveToFleet(ctx(), registered.slice(0, steadyCount), steadyFleet.id);
  await inventory.moveToFleet(ctx(), registered.slice(steadyCount, simCount / 2), fleets[0]!.id);

  return {
    random,
    owner,
    sims,
    strangers: [
      newDevice({ ...where, imsi: '001019999999999', plmn: null }),
      newDevice({ ...where, imsi: null, plmn: null }),
    ],
    plans,
    fleets: fleets.map(({ id }) => id),
    nasId: nas.id,
    now: () => now,
    ctx,
    charger: () => charger,
    async move(ms) {
      const month = now.getUTCMonth();
      now = new Date(now.getTime() + ms);
      if (now.getUTCMonth() !== month) await ensurePartitions(runtime, organization);
    },
    roll: () => rollAllDue(runtime, organization, 1000),
    async relay() {
      for (let round = 0; round < 100; round++) if ((await relay(runtime, organization)) === 0) return;
    },
    async restart() {
      await charger.close();
      charger = await openNext();
    },
    async close() {
      await charger.close();
      await Promise.all([owner, app, ingest].map(({ pool }) => pool.end()));
    },
  };
}

/** Prices that do not divide evenly, so that a rounding in the wrong place shows. */
async function createPlans(ctx: Ctx): Promise<Simulation['plans']> {
  const amount = (text: string) => {
    const read = parseAmount(text, ctx.organization.currency);
    if (!read.ok) throw new Error(`not an amount: ${text}`);
    return read.value;
  };
  const price = (text: string) => {
    const read = parseDecimal(text);
    if (!read.ok) throw new Error(`not a price: ${text}`);
    return read.value;
  };
  const { currency } = ctx.organization;
  const bundle: catalog.PlanTerms = {
    ...catalog.emptyTerms('monthly_bundle', currency, 1000),
    feeMicros: amount('9.99'),
    activationFeeMicros: amount('1.50'),
    allowanceBytes: 10_000_000n,
    overageSizeBytes: 3_000_000n,
    overagePriceMicros: amount('0.37'),
    dataLimitBytes: 25_000_000n,
    prorated: true,
    billingStart: 'first_usage',
  };
  const superSim = await catalog.createPlan(ctx, {
    name: 'Super SIM',
    superSimDefault: true,
    terms: {
      ...catalog.defaultSuperSimTerms(currency, 1000),
      pricePerMb: null,
      tiers: [
        { upToBytes: 2_000_000n, pricePerMb: price('0.1') },
        { upToBytes: 7_000_000n, pricePerMb: price('0.0333333') },
        { upToBytes: null, pricePerMb: price('0.0070007') },
      ],
      incrementBytes: 1_000n,
      dataLimitBytes: 20_000_000n,
    },
  });
  const waits = await catalog.createPlan(ctx, { name: 'Bundle', terms: bundle });
  const prompt = await catalog.createPlan(ctx, {
    name: 'Bundle from assignment',
    terms: { ...bundle, prorated: false, billingStart: 'assignment', dataLimitBytes: null },
  });
  return { superSim: superSim.plan.id, bundle: waits.plan.id, prompt: prompt.plan.id };
}
