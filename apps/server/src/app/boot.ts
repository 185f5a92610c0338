import { randomBytes } from 'node:crypto';
import * as carriers from '../carriers/index.ts';
import { openCharger } from '../charging/index.ts';
import { type Config, readSecrets } from '../kit/config.ts';
import { type Clock, contextFor, type Runtime, systemActor, systemClock } from '../kit/ctx.ts';
import { openDatabase } from '../kit/db.ts';
import { closeHttp, createHttp, type Http, listen } from '../kit/http/app.ts';
import { gauge } from '../kit/http/metrics.ts';
import { openLiveFeed, openLivePokes } from '../kit/live.ts';
import { createLog, type Log } from '../kit/log.ts';
import { setInstanceKey } from '../kit/seal.ts';
import type { DatabaseUrls } from '../kit/urls.ts';
import { version } from '../kit/version.ts';
import * as tenancy from '../tenancy/index.ts';
import { openAuthentication, permissionNames } from '../tenancy/index.ts';
import * as usage from '../usage/index.ts';
import { prepareConsole, serveConsole } from './console.ts';
import { openDatabaseServer } from './database.ts';
import { demoFile, demoWasInterrupted, refreshDemoFile, seedDemo } from './demo/index.ts';
import { simulatedAddress, simulatedDevices, simulatedSeed } from './demo/world.ts';
import { disconnect, listenRadius } from './radius.ts';
import { mountRoutes } from './routes.ts';
import { type SimulatedTelecom, startSimulatedTelecom } from './simulated.ts';
import { startUpkeep } from './upkeep/index.ts';
import { ensurePartitions, startWorker, type Worker } from './worker.ts';

export { version } from '../kit/version.ts';

export type BootOptions = {
  log?: Log;
  clock?: Clock;
  /** Told what takes a moment, for whoever waits in a terminal. */
  say?: (text: string) => void;
  /** Without the console's pages: tests of the APIs do not wait for its build. */
  console?: boolean;
  /** See ChargerOptions; only the crash tests' control sets it. */
  acknowledgeEarly?: boolean;
  /** The database server ended by itself. */
  onDatabaseExit?: (error: Error) => void;
};

export type Running = {
  url: string;
  radius: { authPort: number; acctPort: number };
  http: Http;
  runtime: Runtime;
  urls: DatabaseUrls;
  worker: Worker;
  directory: carriers.NasDirectory;
  /** Null without the demo, or with an external database whose demo was made elsewhere. */
  demoFile: string | null;
  stop(): Promise<void>;
};

/** Starts everything in one process: database, APIs, console, worker and RADIUS; the simulated telecom beside it. */
export async function boot(config: Config, options: BootOptions = {}): Promise<Running> {
  const log = options.log ?? createLog(config.logLevel);
  const say = options.say ?? (() => {});
  const clock = options.clock ?? systemClock;
  /** What was started, to be stopped in the opposite order, also when a later start fails. */
  const started: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of started.splice(0).reverse())
      await end().catch((error) => log.error({ err: error }, 'stopping failed'));
  };
  try {
    const secrets = readSecrets(config.home);
    setInstanceKey(secrets.instanceKey);
    say(config.databaseUrl ? 'Connecting to the database' : 'Starting PostgreSQL');
    const server = await openDatabaseServer(
      config,
      secrets,
      log,
      options.onDatabaseExit ?? (() => {}),
      demoWasInterrupted(config),
    );
    started.push(() => server.stop());
    const { urls } = server;

    const database = openDatabase(urls.app, 16);
    const ingestDatabase = openDatabase(urls.ingest, 6);
    started.push(() => Promise.all([database.pool.end(), ingestDatabase.pool.end()]));
    const runtime: Runtime = { database, clock, log, random: randomBytes };
    const ingest: Runtime = { ...runtime, database: ingestDatabase };

    if (config.demo) await seedDemo(config, runtime, urls, say);
    for (const organization of await tenancy.listOrganizations(runtime)) await ensurePartitions(runtime, organization);

    const live = openLivePokes(runtime);
    started.push(() => live.close());
    const feed = openLiveFeed({ databaseUrl: urls.app, log });
    started.push(() => feed.close());

    const charger = await openCharger({
      ingestUrl: urls.ingest,
      database: ingestDatabase,
      clock,
      log,
      acknowledgeEarly: options.acknowledgeEarly,
      committed: (organization, result) => live.poke(organization.id, 'usage', result.lineIds),
    });
    started.push(() => charger.close());
    const queued = gauge('simwright_charging_waiting', 'Usage updates that wait for the charging writer');
    const gauging = setInterval(() => queued.set(charger.waiting()), 1000);
    gauging.unref();
    started.push(async () => clearInterval(gauging));

    const directory = carriers.nasDirectory(runtime);
    started.push(async () => directory.close());
    await directory.refresh();

    const radius = await listenRadius(config.radius, { runtime, ingest, charger, directory });
    started.push(() => radius.close());

    let simulated: SimulatedTelecom | null = null;
    const worker = startWorker({
      runtime,
      charger,
      live,
      hands: {
        openSessions: async (ctx, lineIds) =>
          (await usage.openSessionsOf(ctx, lineIds)).map((s) => ({ ...s, lineId: s.lineId! })),
        disconnect,
        connectorFor: (telecom) =>
          telecom.connector === 'simulated' && simulated ? carriers.simulatedConnector(simulated) : null,
      },
    });
    started.push(() => worker.stop());
    const upkeep = startUpkeep({ config, ownerUrl: urls.owner, clock, log, version });
    started.push(() => upkeep.stop());

    const authentication = openAuthentication(runtime, { databaseUrl: urls.app, publicUrl: config.publicUrl });
    started.push(() => authentication.close());
    const http = createHttp({
      runtime,
      publicUrl: config.publicUrl,
      version,
      permissions: permissionNames,
      authenticate: authentication.authenticate,
      checks: {
        database: async () => {
          await database.pool.query('select 1');
          return null;
        },
        charging: async () => (charger.waiting() > 25_000 ? `${charger.waiting()} updates wait` : null),
      },
    });
    mountRoutes(http, authentication, feed);
    if (options.console !== false) serveConsole(http, await prepareConsole(config.home, say));
    const url = await listen(http, config);
    started.push(() => closeHttp(http));
    refreshDemoFile(config, url, radius);

    const nas = config.demo ? directory.find(simulatedAddress) : null;
    const organization = nas && (await tenancy.getOrganization(runtime, nas.organizationId));
    const ctx = organization && contextFor(runtime, organization, systemActor('simulated telecom'));
    // Somebody's own range may hold that address as well; only the demo's network is played.
    if (nas && ctx && (await carriers.getTelecom(ctx, nas.telecomId)).connector === 'simulated') {
      simulated = await startSimulatedTelecom(
        {
          seed: simulatedSeed,
          count: simulatedDevices,
          radiusHost: config.radius.host,
          authPort: radius.authPort,
          acctPort: radius.acctPort,
          secret: nas.secret.toString(),
          address: simulatedAddress,
          coaPort: 0,
          controlPort: 0,
          token: randomBytes(24).toString('hex'),
          interimSeconds: 15,
          speed: 1,
        },
        log,
      );
      started.push(async () => simulated?.stop());
      // Its gateway takes a free port for Disconnect-Requests at every start, so that instances can live side by side.
      await carriers.updateNas(ctx, nas.id, { coaPort: simulated.coaPort });
      await directory.refresh();
    }
    return { url, radius, http, runtime, urls, worker, directory, demoFile: simulated ? demoFile(config) : null, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
