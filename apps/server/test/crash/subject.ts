import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { boot } from '../../src/app/boot.ts';
import { openDatabaseServer } from '../../src/app/database.ts';
import { startApi, startRadiusProcess, startWorkerProcess } from '../../src/app/roles.ts';
import * as carriers from '../../src/carriers/index.ts';
import * as catalog from '../../src/catalog/index.ts';
import * as inventory from '../../src/inventory/index.ts';
import { type Config, readSecrets } from '../../src/kit/config.ts';
import { contextFor, type Runtime, systemActor, systemClock } from '../../src/kit/ctx.ts';
import { openDatabase } from '../../src/kit/db.ts';
import { createLog } from '../../src/kit/log.ts';
import { setInstanceKey } from '../../src/kit/seal.ts';
import type { DatabaseUrls } from '../../src/kit/urls.ts';
import * as periods from '../../src/periods/index.ts';
import { roster } from '../../src/simulated/index.ts';
import * as tenancy from '../../src/tenancy/index.ts';

/**
 * The system under test of the crash harness: the product, or one of its processes, as a process that may be killed. Its only
 * argument is a file with a `SubjectConfig`; it says one line of JSON, a `Ready`, when it listens, and ends by itself
 * when its database server does, as `npm start` would.
 */
export type SubjectConfig = {
  config: Config;
  /** The network that speaks to it. */
  nas: { address: string; secret: string; coaPort: number };
  /** SIMs made at the first start; the devices of `devicesOf` carry them. */
  seed: string;
  acknowledgeEarly: boolean;
  /** Everything in one process unless told otherwise; `database` makes the SIMs for the others, and comes first. */
  role?: Role;
};

export type Role = 'all' | 'database' | 'worker' | 'radius' | 'api';

export type Ready = { url: string; radius: { authPort: number; acctPort: number }; owner: string; imsis: string[] };

/** What the lines are at the start of a seed: both ways of being charged, two of not being charged at all. */
export const kinds = { active: 8, ready: 8, blank: 2 } as const;

async function main(file: string): Promise<void> {
  const given = JSON.parse(readFileSync(file, 'utf8')) as SubjectConfig;
  let stop = async () => {};
  let ending = false;
  const end = async (code: number) => {
    if (ending) return;
    ending = true;
    await stop();
    process.exit(code);
  };
  process.on('SIGTERM', () => void end(0));
  const started = await start(given, () => void end(1));
  stop = started.stop;
  process.stdout.write(`${JSON.stringify(started.ready)}\n`);
}

type Started = { ready: Ready; stop(): Promise<void> };

async function start(given: SubjectConfig, onDatabaseExit: () => void): Promise<Started> {
  const { config, acknowledgeEarly } = given;
  const nothing: Ready = { url: '', radius: { authPort: 0, acctPort: 0 }, owner: '', imsis: [] };
  switch (given.role ?? 'all') {
    case 'all': {
      const running = await boot(config, { console: false, acknowledgeEarly, onDatabaseExit });
      const imsis = await makeLines(running.runtime, running.urls, given);
      await running.directory.refresh();
      const { url, radius } = running;
      return { ready: { url, radius, owner: running.urls.owner, imsis }, stop: running.stop };
    }
    case 'database': {
      const secrets = readSecrets(config.home);
      setInstanceKey(secrets.instanceKey);
      const log = createLog(config.logLevel);
      const server = await openDatabaseServer(config, secrets, log, onDatabaseExit);
      const database = openDatabase(server.urls.app, 2);
      const imsis = await makeLines({ database, clock: systemClock, log, random: randomBytes }, server.urls, given);
      await database.pool.end();
      return { ready: { ...nothing, owner: server.urls.owner, imsis }, stop: () => server.stop() };
    }
    case 'worker':
      return { ready: nothing, stop: (await startWorkerProcess(config, { acknowledgeEarly })).stop };
    case 'radius': {
      const { lines, stop } = await startRadiusProcess(config, { acknowledgeEarly });
      const [authPort, acctPort] = lines[0]![1].match(/\d+/g)!.map(Number) as [number, number];
      return { ready: { ...nothing, radius: { authPort, acctPort } }, stop };
    }
    case 'api': {
      const { lines, stop } = await startApi(config, { acknowledgeEarly, console: false });
      return { ready: { ...nothing, url: lines[0]![1] }, stop };
    }
  }
}

/** An organization, a NAS and SIMs, once; a later start finds them there. */
async function makeLines(runtime: Runtime, urls: DatabaseUrls, given: SubjectConfig): Promise<string[]> {
  const devices = roster(given.seed, kinds.active + kinds.ready + kinds.blank);
  const imsis = devices.map((device) => device.imsi);
  if ((await tenancy.listOrganizations(runtime)).length > 0) return imsis;
  const owner = openDatabase(urls.owner, 1);
  const made = await tenancy.createOrganization(
    { ...runtime, database: owner },
    { name: 'Crash', currency: 'EUR', timeZone: 'UTC', sandbox: true },
  );
  await owner.pool.end();
  const ctx = contextFor(runtime, made.organization, systemActor('test'));
  await catalog.createPlan(ctx, {
    name: 'Super SIM',
    superSimDefault: true,
    terms: catalog.defaultSuperSimTerms('EUR', 1000),
  });
  const telecom = await carriers.createTelecom(ctx, { name: 'Core network', connector: 'radius' });
  await carriers.createNas(ctx, {
    telecomId: telecom.id,
    name: 'pgw',
    sourceRange: `${given.nas.address}/32`,
    secret: given.nas.secret,
    coaHost: given.nas.address,
    coaPort: given.nas.coaPort,
    requireMessageAuthenticator: false,
    noGigawords: false,
  });
  const profile = await inventory.createProfile(ctx, { companyId: null, uniqueName: 'everywhere' });
  // So low that lines are blocked on the way: the laws of limits are among those that must survive.
  const fleet = await inventory.createFleet(ctx, {
    companyId: null,
    uniqueName: 'crash',
    networkAccessProfileId: profile.id,
    dataLimitMb: 2n,
  });
  const added = await inventory.addSims(
    ctx,
    devices.map(({ iccid, imsi, msisdn }) => ({
      telecomId: telecom.id,
      iccid,
      imsi,
      msisdn,
      iccidCheckDigit: 'ok' as const,
      eid: null,
      form: 'physical' as const,
    })),
  );
  const ids = added.map((sim) => sim.id!);
  await inventory.register(ctx, ids, null);
  for (const id of ids) await inventory.updateSim(ctx, id, { fleetId: fleet.id });
  await periods.activate(ctx, ids.slice(0, kinds.active));
  await periods.makeReady(ctx, ids.slice(kinds.active, kinds.active + kinds.ready));
  return imsis;
}

if (import.meta.main) await main(process.argv[2]!);
