import { randomBytes } from 'node:crypto';
import { openAccountant, openBooks, returnUrlOf } from '../accounting/index.ts';
import * as carriers from '../carriers/index.ts';
import { openGuard } from '../deliveries/index.ts';
import { readSecrets } from '../kit/config.ts';
import { closeHttp, createHttp, drainHttp, type Http, listen } from '../kit/http/app.ts';
import { openLiveFeed } from '../kit/live.ts';
import { version } from '../kit/version.ts';
import { openSmtp } from '../mail/index.ts';
import { openDoors } from '../payments/index.ts';
import { makeLink } from '../receivables/index.ts';
import { commissionUrl, openVies } from '../tax/index.ts';
import * as tenancy from '../tenancy/index.ts';
import { openAuthentication, permissionNames } from '../tenancy/index.ts';
import * as usage from '../usage/index.ts';
import { prepareConsole, serveConsole } from './console.ts';
import type { Core } from './core.ts';
import { type DeviceSocket, ipHands } from './ip-commands.ts';
import { disconnect, listenRadius } from './radius.ts';
import { receiptOf } from './receipts.ts';
import { mountRoutes } from './routes.ts';
import type { SimulatedTelecom } from './simulated.ts';
import { backUp, startUpkeep, withUpkeep } from './upkeep/index.ts';
import { startWorker, type Worker } from './worker.ts';

/** Listens for RADIUS: silent to what comes once it drains, and what it took is answered. */
export async function startRadius(
  core: Core,
): Promise<{ authPort: number; acctPort: number; directory: carriers.NasDirectory }> {
  const { runtime, ingest, charger, meter, life, config } = core;
  const directory = carriers.nasDirectory(runtime);
  life.onEnd(async () => directory.close());
  await directory.refresh();
  const radius = await listenRadius(config.radius, { runtime, ingest, charger, directory, meter });
  life.onDrain(() => radius.close());
  core.ownPorts.add(radius.authPort).add(radius.acctPort);
  return { authPort: radius.authPort, acctPort: radius.acctPort, directory };
}

/**
 * The loops.
 *
 * @param simulated the demo's telecom, once it runs beside us
 * @param heard the socket that hears devices, where this process has it
 */
export async function startWork(
  core: Core,
  simulated: () => SimulatedTelecom | null,
  heard: DeviceSocket | null,
): Promise<Worker> {
  const { runtime, charger, live, life, config, urls } = core;
  for (const organization of await tenancy.listOrganizations(runtime)) {
    await tenancy.ensureUsagePartitions(runtime, organization);
  }
  const worker = startWorker({
    runtime,
    charger,
    live,
    guard: openGuard(config.outgoingPrivate ?? []),
    mailServer: config.mail ? openSmtp(config.mail, new URL(config.publicUrl).hostname) : null,
    doors: openDoors(config.publicUrl, config.stripeApi),
    accountant: openAccountant(
      openBooks(() => runtime.clock.now(), config.xeroApi),
      config.publicUrl,
      returnUrlOf(config.publicUrl),
    ),
    vies: openVies(config.viesUrl ?? commissionUrl),
    ipHands: await ipHands(core, heard),
    letters: {
      publicUrl: config.publicUrl,
      receiptOf,
      payLink: async (ctx, invoiceId) => (await makeLink(ctx, config.publicUrl, invoiceId)).url,
    },
    hands: {
      openSessions: async (ctx, lineIds) =>
        (await usage.openSessionsOf(ctx, lineIds)).map((s) => ({ ...s, lineId: s.lineId! })),
      disconnect,
      connectorFor: (telecom) => {
        const played = telecom.connector === 'simulated' ? simulated() : null;
        return played && carriers.simulatedConnector(played);
      },
    },
  });
  life.onDrain(() => worker.stop());
  const { clock, log } = runtime;
  const upkeep = startUpkeep({ config, ownerUrl: urls.owner, clock, log, version });
  life.onDrain(() => upkeep.stop());
  offerBackup(core);
  await core.heartbeat.tell();
  return worker;
}

/** "Back up now": the same as the daily one, while nothing else of the kind is under way. */
function offerBackup({ config, urls, runtime, works, life }: Core): void {
  const { upkeep } = config;
  if (!upkeep?.backupDir) return;
  const { backupDir } = upkeep;
  const stopping = new AbortController();
  let running: Promise<unknown> | null = null;
  life.onDrain(async () => {
    stopping.abort();
    await running;
  });
  works.backup = () => {
    const tools = { now: () => runtime.clock.now(), random: randomBytes, signal: stopping.signal };
    const { instanceKey } = readSecrets(config.home);
    const settings = { ...upkeep, backupDir, ownerUrl: urls.owner, instanceKey, product: version };
    running ??= withUpkeep(urls.owner, tools, (upkeeper) => backUp(upkeeper, settings))
      .catch((error) => runtime.log.error({ err: error }, 'a backup that was asked for failed'))
      .finally(() => {
        running = null;
      });
  };
}

/** Serves HTTP. Declared first and closed late: whoever watches is answered until there is nothing left to say. */
export async function startHttp(
  core: Core,
  options: { console: boolean; say: (text: string) => void },
): Promise<{ url: string; http: Http }> {
  const { runtime, health, meter, life, config, urls } = core;
  const feed = openLiveFeed({ databaseUrl: urls.app, log: runtime.log });
  life.onEnd(() => feed.close());
  const authentication = openAuthentication(runtime, { databaseUrl: urls.app, publicUrl: config.publicUrl });
  life.onEnd(() => authentication.close());
  const http = createHttp({
    runtime,
    publicUrl: config.publicUrl,
    version,
    permissions: permissionNames,
    authenticate: authentication.authenticate,
    ...(config.importMaxBytes && { largestFile: config.importMaxBytes }),
    health,
    metricsToken: config.metrics?.token ?? null,
  });
  mountRoutes(http, authentication, feed, core.live, core.charger, config.xeroApi);
  if (options.console) serveConsole(http, await prepareConsole(config.home, options.say));
  const url = await listen(http, config);
  meter.watch({ streams: () => http.streams.size, requests: () => http.running });
  life.onDrain(() => drainHttp(http));
  life.onEnd(() => closeHttp(http));
  return { url, http };
}
