import { readFileSync } from 'node:fs';
import { type BootOptions, boot, type Running } from '../../src/app/boot.ts';
import * as carriers from '../../src/carriers/index.ts';
import * as catalog from '../../src/catalog/index.ts';
import * as inventory from '../../src/inventory/index.ts';
import type { Config } from '../../src/kit/config.ts';
import { contextFor, systemActor } from '../../src/kit/ctx.ts';
import { openDatabase } from '../../src/kit/db.ts';
import * as periods from '../../src/periods/index.ts';
import { roster } from '../../src/simulated/index.ts';
import * as tenancy from '../../src/tenancy/index.ts';

/**
 * The system under test of the crash harness: the whole product in a process of its own that may be killed. Its only
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
};

export type Ready = { url: string; radius: Running['radius']; owner: string; imsis: string[] };

/** What the lines are at the start of a seed: both ways of being charged, two of not being charged at all. */
export const kinds = { active: 8, ready: 8, blank: 2 } as const;

async function main(file: string): Promise<void> {
  const given = JSON.parse(readFileSync(file, 'utf8')) as SubjectConfig;
  let running: Running | null = null;
  let ending = false;
  const end = async (code: number) => {
    if (ending) return;
    ending = true;
    await running?.stop();
    process.exit(code);
  };
  process.on('SIGTERM', () => void end(0));
  const options: BootOptions = {
    console: false,
    acknowledgeEarly: given.acknowledgeEarly,
    onDatabaseExit: () => void end(1),
  };
  running = await boot(given.config, options);
  const imsis = await makeLines(running, given);
  process.stdout.write(
    `${JSON.stringify({ url: running.url, radius: running.radius, owner: running.urls.owner, imsis } satisfies Ready)}\n`,
  );
}

/** An organization, a NAS and SIMs, once; a later start finds them there. */
async function makeLines(running: Running, given: SubjectConfig): Promise<string[]> {
  const { runtime } = running;
  const devices = roster(given.seed, kinds.active + kinds.ready + kinds.blank);
  const imsis = devices.map((device) => device.imsi);
  if ((await tenancy.listOrganizations(runtime)).length > 0) return imsis;
  const owner = openDatabase(running.urls.owner, 1);
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
  await running.directory.refresh();
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
