import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { react } from '../../src/app/reactions.ts';
import { rollAllDue } from '../../src/app/worker.ts';
import { type Charger, openCharger, reviewPools } from '../../src/charging/index.ts';
import { contextFor, type Organization, type Runtime, systemActor } from '../../src/kit/ctx.ts';
import { openDatabase } from '../../src/kit/db.ts';
import { createLog, type Log } from '../../src/kit/log.ts';
import { openRelay } from '../../src/kit/relay.ts';
import { setInstanceKey } from '../../src/kit/seal.ts';
import type { DatabaseUrls } from '../../src/kit/urls.ts';
import { endDue } from '../../src/ledger/index.ts';
import { reviewWallets } from '../../src/periods/index.ts';
import { type Random, seeded } from '../../src/simulated/random.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { updateSettings } from '../../src/tenancy/service/organizations.ts';
import { watchStatements } from './faults.ts';
import { fillTenant, type Tenant, type TenantSize } from './tenant.ts';

/**
 * One seed's world: organizations with plans, fleets, SIMs and networks, in a database of its own, driven through the
 * rooms' doors in this process. Only the simulator moves its clock.
 */
export type Simulation = {
  random: Random;
  owner: ReturnType<typeof openDatabase>;
  runtime: Runtime;
  tenants: Tenant[];
  /** Errors that loops logged, to go on. Whoever looks takes them out. */
  logged: unknown[];
  now(): Date;
  /** The shard's writer. */
  charger(): Charger;
  /** Another that believes it holds the shard as well, as after a lock that was lost unnoticed. */
  rival(): Charger;
  /** Forward only, as a clock goes. */
  move(ms: number): Promise<void>;
  /** Rolls what is due in an organization, whole. */
  roll(tenant: Tenant): Promise<number>;
  /** Places events and does what they make happen elsewhere, until nothing is left. */
  relay(tenant: Tenant): Promise<void>;
  /** Charges what was acknowledged while its shard had no writer, as after a lost connection; it waits stored until then. */
  settle(): Promise<void>;
  /** The charging process ends and another takes over. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

const start = new Date('2026-01-28T09:00:00Z');
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia'];
/** The first is the largest; currencies with two, no and three decimals. */
const wanted: ({ currency: string } & TenantSize)[] = [
  { currency: 'EUR', sims: 40, steady: 12 },
  { currency: 'JPY', sims: 16, steady: 6 },
  { currency: 'KWD', sims: 12, steady: 4 },
];

/** The one whose late usage goes to the current period. */
const lateToCurrent = 2;

/** @param most organizations, the first ones: a story that needs one opens in a third of the time */
export async function openSimulation(seed: string, urls: DatabaseUrls, most = wanted.length): Promise<Simulation> {
  setInstanceKey(randomBytes(32));
  watchStatements();
  const random = seeded(`simulator ${seed}`);
  const logged: unknown[] = [];
  const log = noting(createLog(process.env.TEST_LOG ?? 'silent'), logged);
  let now = start;
  const clock = { now: () => now };
  const [owner, app, ingest] = [openDatabase(urls.owner, 2), openDatabase(urls.app, 6), openDatabase(urls.ingest, 4)];
  const runtime: Runtime = { database: app, clock, log };
  const organizations: Organization[] = [];
  const tenants: Tenant[] = [];
  for (const [i, { currency, ...size }] of wanted.slice(0, most).entries()) {
    const { organization } = await tenancy.createOrganization(
      { ...runtime, database: owner },
      { name: `Seed ${seed}, ${i}`, currency, timeZone: zones[Math.floor(random() * zones.length)], sandbox: true },
    );
    organizations.push(organization);
    const settled = i === lateToCurrent ? { ...organization, lateUsage: 'current_period' as const } : organization;
    const ctx = () => contextFor(runtime, settled, systemActor('simulator'));
    if (settled !== organization) await updateSettings(ctx(), { lateUsage: settled.lateUsage });
    tenants.push(await fillTenant(ctx, seed, i, size));
  }
  const openNext = (shard?: string) => openCharger({ ingestUrl: urls.ingest, database: ingest, clock, log, shard });
  let charger = await openNext();
  let rival = await openNext('rival');
  const relay = openRelay({ react, live: null });

  return {
    random,
    owner,
    runtime,
    tenants,
    logged,
    now: () => now,
    charger: () => charger,
    rival: () => rival,
    async move(ms) {
      const month = now.getUTCMonth();
      now = new Date(now.getTime() + ms);
      if (now.getUTCMonth() === month) return;
      for (const organization of organizations) await tenancy.ensureUsagePartitions(runtime, organization);
    },
    roll: (tenant) => rollAllDue(runtime, tenant.ctx().organization, 1000),
    async relay(tenant) {
      for (let round = 0; round < 100; round++) {
        const placed = await relay(runtime, tenant.ctx().organization);
        const reviewed = (await reviewPools(tenant.ctx(), 1000)) + (await reviewWallets(tenant.ctx()));
        if (placed + reviewed + (await endDue(tenant.ctx())) === 0) return;
      }
      throw new Error('events and reviews go on and on');
    },
    async settle() {
      for (let round = 0; round < 200; round++) {
        const { rows } = await owner.pool.query('select from usage_arrivals limit 1');
        if (rows.length === 0) return;
        await charger.drainArrivals();
        await sleep(5);
      }
    },
    async restart() {
      await Promise.all([charger.close(), rival.close()]);
      [charger, rival] = [await openNext(), await openNext('rival')];
    },
    async close() {
      await Promise.all([charger.close(), rival.close()]);
      await Promise.all([owner, app, ingest].map(({ pool }) => pool.end()));
    },
  };
}

/** A log that keeps the errors it is told of. */
function noting(log: Log, errors: unknown[]): Log {
  const noted: Log = Object.assign(Object.create(log) as Log, {
    error(fields: { err?: unknown }, message: string) {
      errors.push(fields.err ?? new Error(message));
      log.error(fields, message);
    },
    child: () => noted,
  });
  return noted;
}
