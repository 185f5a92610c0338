import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCharger } from '../../charging/index.ts';
import type { Config } from '../../kit/config.ts';
import { contextFor, type Organization, type Runtime, systemActor } from '../../kit/ctx.ts';
import { type Database, openDatabase } from '../../kit/db.ts';
import { publicId } from '../../kit/ids.ts';
import { openRelay } from '../../kit/relay.ts';
import type { DatabaseUrls } from '../../kit/urls.ts';
import * as tenancy from '../../tenancy/index.ts';
import { react } from '../reactions.ts';
import { makeReminders } from './bills.ts';
import { playHistory } from './history.ts';
import { type DemoWorld, labAddress, labCoaPort, makeWorld } from './world.ts';

const historyDays = 34;
const adminEmail = 'admin@demo.example';

/** What whoever tries the product needs, written once, for its owner's eyes only. */
export type DemoFile = {
  url: string;
  admin: { email: string; password: string };
  organization: { id: string };
  apiKey: string;
  superSim: { accountSid: string; authToken: string };
  radius: { host: string; authPort: number; acctPort: number; secret: string; coaPort: number };
  /** Where devices of the lab network send data to (UDP); null: they are not heard. */
  ipCommands: { host: string; port: number } | null;
  sims: { iccid: string; imsi: string; registrationCode: string }[];
};

export function demoFile(config: Config): string {
  return join(config.home, 'demo.json');
}

export function readDemo(file: string): DemoFile | null {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** Present while the demo is being made: a start that finds it knows that the last one was cut off in the middle. */
function seedingFile(config: Config): string {
  return join(config.home, 'demo.seeding');
}

/** Whether an embedded database holds nothing but half a demo, and may be begun afresh. */
export function demoWasInterrupted(config: Config): boolean {
  return config.databaseUrl === null && existsSync(seedingFile(config)) && !existsSync(demoFile(config));
}

/**
 * Makes the demo organization when this instance has no organization yet. Its secrets are random; `demo.json` is
 * written last, so its presence means that the demo is whole.
 */
export async function seedDemo(
  config: Config,
  runtime: Runtime,
  urls: DatabaseUrls,
  say: (text: string) => void,
): Promise<void> {
  if (existsSync(demoFile(config))) return;
  if ((await tenancy.listOrganizations(runtime)).length > 0) return;
  say('Preparing the demo organization');
  writeFileSync(seedingFile(config), '', { mode: 0o600 });
  const owner: Database = openDatabase(urls.owner, 2);
  try {
    await makeDemo(config, { ...runtime, database: owner }, runtime, urls);
  } finally {
    await owner.pool.end();
  }
  rmSync(seedingFile(config), { force: true });
}

/** Keeps the addresses in `demo.json` true when a later start listens elsewhere. */
export function refreshDemoFile(
  config: Config,
  url: string,
  ports: { authPort: number; acctPort: number; ipCommandsPort: number | null },
): void {
  const file = readDemo(demoFile(config));
  if (!file) return;
  const radius = { ...file.radius, authPort: ports.authPort, acctPort: ports.acctPort };
  const port = ports.ipCommandsPort;
  const ipCommands = port === null ? null : { host: labAddress, port };
  const fresh: DemoFile = { ...file, url: config.port === 0 ? url : config.publicUrl, radius, ipCommands };
  if (JSON.stringify(fresh) !== JSON.stringify(file)) writeDemo(config, fresh);
}

function writeDemo(config: Config, file: DemoFile): void {
  const temporary = `${demoFile(config)}.new`;
  writeFileSync(temporary, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, demoFile(config));
}

async function makeDemo(config: Config, ownerRuntime: Runtime, runtime: Runtime, urls: DatabaseUrls): Promise<void> {
  const now = runtime.clock.now();
  const from = new Date(Math.floor(now.getTime() / 86_400_000) * 86_400_000 - historyDays * 86_400_000);
  let at = from;
  const clock = { now: () => at };
  const past = { ...runtime, clock, setNow: (to: Date) => (at = to) };
  const { organization, accountSid, authToken } = await tenancy.createOrganization(
    { ...ownerRuntime, clock },
    { name: 'Demo organization', currency: 'EUR', timeZone: 'Europe/Berlin', sandbox: true },
  );
  const ctx = contextFor(past, organization, systemActor('setup'));
  const password = randomBytes(9).toString('base64url');
  await tenancy.createStaff(ctx, { email: adminEmail, name: 'Demo admin', password, role: 'Owner' });
  const { text: apiKey } = await tenancy.createApiKey(ctx, { name: 'demo', permissions: ['*'] });
  const secret = randomBytes(12).toString('base64url');
  const world = await makeWorld(ctx, {
    lab: secret,
    simulated: randomBytes(24).toString('base64url'),
  });
  await play(past, urls, organization, world, from, now);
  await placeEvents(runtime, organization);
  // From now on: nobody is mailed what was played.
  await makeReminders(contextFor(runtime, organization, systemActor('setup')));

  const file: DemoFile = {
    url: config.publicUrl,
    admin: { email: adminEmail, password },
    organization: { id: publicId('organization', organization.id) },
    apiKey,
    superSim: { accountSid, authToken },
    radius: {
      host: labAddress,
      authPort: config.radius.authPort,
      acctPort: config.radius.acctPort,
      secret,
      coaPort: labCoaPort,
    },
    // Its port is known once it listens.
    ipCommands: null,
    sims: world.stock,
  };
  writeDemo(config, file);
}

/** The past is put in its place before anybody looks, so that the first person is not shown a month of news at once. */
async function placeEvents(runtime: Runtime, organization: Organization): Promise<void> {
  const relay = openRelay({ react, live: null });
  for (let round = 0; round < 1000; round++) if ((await relay(runtime, organization)) === 0) return;
}

async function play(
  past: Runtime & { setNow(at: Date): void },
  urls: DatabaseUrls,
  organization: Parameters<typeof playHistory>[1],
  world: DemoWorld,
  from: Date,
  to: Date,
): Promise<void> {
  const charger = await openCharger({
    ingestUrl: urls.ingest,
    database: past.database,
    clock: past.clock,
    log: past.log,
  });
  try {
    await playHistory(past, organization, charger, world, from, to);
  } finally {
    await charger.close();
  }
}
