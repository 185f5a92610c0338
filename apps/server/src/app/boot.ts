import { randomBytes } from 'node:crypto';
import * as carriers from '../carriers/index.ts';
import { type Config, readSecrets } from '../kit/config.ts';
import { contextFor, type Runtime, systemActor, systemClock } from '../kit/ctx.ts';
import { openDatabase } from '../kit/db.ts';
import type { Http } from '../kit/http/app.ts';
import { publicId } from '../kit/ids.ts';
import { createLog } from '../kit/log.ts';
import { setInstanceKey } from '../kit/seal.ts';
import type { DatabaseUrls } from '../kit/urls.ts';
import * as tenancy from '../tenancy/index.ts';
import { type Core, openCore, type StartOptions } from './core.ts';
import { type DatabaseServer, openDatabaseServer } from './database.ts';
import { demoFile, demoWasInterrupted, refreshDemoFile, seedDemo } from './demo/index.ts';
import { simulatedAddress, simulatedDevices, simulatedEsims, simulatedSeed } from './demo/world.ts';
import { listenToDevices } from './ip-commands.ts';
import { startHttp, startRadius, startWork } from './parts.ts';
import { tryPorts } from './ports.ts';
import { type SimulatedTelecom, startSimulatedTelecom } from './simulated.ts';
import { keyOfSimulated } from './simulated-key.ts';
import type { Worker } from './worker.ts';

export { version } from '../kit/version.ts';

export type BootOptions = StartOptions & {
  /** Without the console's pages: tests of the APIs do not wait for its build. */
  console?: boolean;
  /** The simulated telecom that is reached where the demo's is not played. */
  simulated?: () => SimulatedTelecom | null;
  /** The database server ended by itself. */
  onDatabaseExit?: (error: Error) => void;
};

export type Running = {
  url: string;
  radius: { authPort: number; acctPort: number };
  /** Where devices send data to; null: they are not heard. */
  ipCommandsPort: number | null;
  http: Http;
  runtime: Runtime;
  urls: DatabaseUrls;
  worker: Worker;
  directory: carriers.NasDirectory;
  /** Null where devices are not heard. */
  devices: carriers.DeviceDirectory | null;
  /** Null without the demo, or with an external database whose demo was made elsewhere. */
  demoFile: string | null;
  stop(): Promise<void>;
};

/** Starts everything in one process: database, APIs, console, worker and RADIUS; the simulated telecom beside it. */
export async function boot(config: Config, options: BootOptions = {}): Promise<Running> {
  const log = options.log ?? createLog(config.logLevel);
  const say = options.say ?? (() => {});
  await tryPorts(config);
  const secrets = readSecrets(config.home);
  setInstanceKey(secrets.instanceKey);
  say(config.databaseUrl ? 'Connecting to the database' : 'Starting PostgreSQL');
  const onExit = options.onDatabaseExit ?? (() => {});
  const server = await openDatabaseServer(config, secrets, log, onExit, demoWasInterrupted(config));
  const ends: (() => Promise<unknown>)[] = [() => server.stop()];
  const stop = async () => {
    for (const end of ends.splice(0).reverse())
      await end().catch((error) => log.error({ err: error }, 'stopping failed'));
  };
  try {
    if (config.demo) await makeDemo(config, server, { ...options, log }, say);
    const core = await openCore('all', config, server.urls, { ...options, log });
    ends.push(() => core.life.end());
    const { runtime, urls } = core;
    const { directory, ...radius } = await startRadius(core);
    let simulated: SimulatedTelecom | null = null;
    const heard = await listenToDevices(core);
    const worker = await startWork(core, () => simulated ?? options.simulated?.() ?? null, heard);
    const { url, http } = await startHttp(core, { console: options.console !== false, say });
    const ipCommandsPort = heard?.port ?? null;
    refreshDemoFile(config, url, { ...radius, ipCommandsPort });
    if (config.demo) simulated = await playSimulated(core, directory, { ...radius, url });
    if (simulated) ends.push(simulated.stop);
    const file = simulated ? demoFile(config) : null;
    const devices = heard?.directory ?? null;
    return { url, radius, ipCommandsPort, http, runtime, urls, worker, directory, devices, demoFile: file, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The demo's past is written before the first heartbeat: nothing of this process serves anybody yet. */
async function makeDemo(config: Config, { urls }: DatabaseServer, options: BootOptions, say: (text: string) => void) {
  const database = openDatabase(urls.app, 4);
  try {
    const log = options.log ?? createLog(config.logLevel);
    const clock = options.clock ?? systemClock;
    await seedDemo(config, { database, clock, log, random: randomBytes }, urls, say);
  } finally {
    await database.pool.end();
  }
}

/** Plays the demo's network, if this instance has one. */
async function playSimulated(
  { runtime, config }: Core,
  directory: carriers.NasDirectory,
  listening: { authPort: number; acctPort: number; url: string },
): Promise<SimulatedTelecom | null> {
  const nas = directory.find(simulatedAddress);
  const organization = nas && (await tenancy.getOrganization(runtime, nas.organizationId));
  const ctx = organization && contextFor(runtime, organization, systemActor('simulated telecom'));
  // Somebody's own range may hold that address as well; only the demo's network is played.
  if (!nas || !ctx || (await carriers.getTelecom(ctx, nas.telecomId)).connector !== 'simulated') return null;
  const key = await keyOfSimulated(ctx, config.home);
  const simulated = await startSimulatedTelecom(
    {
      seed: simulatedSeed,
      count: simulatedDevices,
      radiusHost: config.radius.host,
      authPort: listening.authPort,
      acctPort: listening.acctPort,
      secret: nas.secret.toString(),
      address: simulatedAddress,
      coaPort: 0,
      controlPort: 0,
      token: randomBytes(24).toString('hex'),
      intake: {
        url: `${listening.url}/api/v1/telecoms/${publicId('telecom', nas.telecomId)}/messages`,
        token: key,
      },
      interimSeconds: 15,
      speed: 1,
      esims: simulatedEsims,
      progress: { url: `${listening.url}/api/v1`, token: key },
    },
    runtime.log,
  );
  try {
    // Its gateway takes a free port for Disconnect-Requests at every start, so that instances can live side by side.
    await carriers.updateNas(ctx, nas.id, { coaPort: simulated.coaPort });
    await directory.refresh();
    return simulated;
  } catch (error) {
    await simulated.stop();
    throw error;
  }
}
