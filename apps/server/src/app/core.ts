import { randomBytes } from 'node:crypto';
import { type Charger, openCharger } from '../charging/index.ts';
import type { Config } from '../kit/config.ts';
import { type Clock, type Runtime, systemClock } from '../kit/ctx.ts';
import { openDatabase } from '../kit/db.ts';
import { type Health, openHealth } from '../kit/health.ts';
import { listenProbes } from '../kit/http/probes.ts';
import { type LivePokes, openLivePokes } from '../kit/live.ts';
import { createLog, type Log } from '../kit/log.ts';
import { type DatabaseUrls, namedUrls } from '../kit/urls.ts';
import { version } from '../kit/version.ts';
import {
  applicationName,
  type Heartbeat,
  instanceChecks,
  newProcessId,
  openHeartbeat,
  type Role,
} from '../platform/index.ts';
import { type Life, openLife } from './life.ts';
import { loopPokes } from './loop.ts';
import { type Meter, openMeter } from './meter.ts';

export type StartOptions = {
  log?: Log;
  clock?: Clock;
  /** Told what takes a moment, for whoever waits in a terminal. */
  say?: (text: string) => void;
  /** See ChargerOptions; only the crash tests' control sets it. */
  acknowledgeEarly?: boolean;
};

/** What every process has, whatever it is started for. */
export type Core = {
  role: Role;
  config: Config;
  life: Life;
  urls: DatabaseUrls;
  runtime: Runtime;
  /** On the ingest role. */
  ingest: Runtime;
  health: Health;
  meter: Meter;
  live: LivePokes;
  /** Takes usage in: charges it where this process holds the shards, stores it for their holder where not. */
  charger: Charger;
  heartbeat: Heartbeat;
  /** UDP ports that are the instance's own: those of its settings, and those that this process listens on. */
  ownPorts: Set<number>;
  /** What can be asked for here besides waking a loop. */
  works: Record<string, () => void>;
};

/** Connections of the application's pool: most where people and gateways are served. */
const poolSize: Record<Role, number> = { all: 16, api: 16, worker: 10, radius: 6 };

const lookMs = 15_000;

/** Opens the database's pools, the way in for usage, health and the heartbeat, in a process of this role. */
export async function openCore(role: Role, config: Config, given: DatabaseUrls, options: StartOptions): Promise<Core> {
  const startedAt = performance.now();
  const log = options.log ?? createLog(config.logLevel);
  const clock = options.clock ?? systemClock;
  const life = openLife(log);
  try {
    const id = newProcessId();
    const urls = namedUrls(given, applicationName(role, id));
    const database = openDatabase(urls.app, poolSize[role]);
    const ingestDatabase = openDatabase(urls.ingest, 6);
    life.onEnd(() => Promise.all([database.pool.end(), ingestDatabase.pool.end()]));
    const runtime: Runtime = { database, clock, log, random: randomBytes };
    const ingest: Runtime = { ...runtime, database: ingestDatabase };

    const holds = role === 'all' || role === 'worker';
    const meter = openMeter(runtime, { app: runtime, ingest }, { backlog: holds });
    life.onEnd(async () => meter.close());
    const live = openLivePokes(runtime);
    life.onEnd(() => live.close());
    const charger = await openCharger({
      ingestUrl: urls.ingest,
      database: ingestDatabase,
      clock,
      log,
      hold: holds,
      acknowledgeEarly: options.acknowledgeEarly,
      committed: (organization, result, waitedMs) => {
        meter.committed(result.records, waitedMs);
        live.poke(organization.id, 'usage', result.lineIds);
      },
    });
    life.onEnd(() => charger.close());
    meter.watch({ waiting: () => charger.waiting() });

    const health = openHealth(
      instanceChecks({
        runtime,
        home: config.home,
        startedAt,
        waiting: () => charger.waiting(),
        backups: Boolean(config.upkeep?.backupDir),
      }),
      () => systemClock.now(),
    );
    life.onDrain(async () => health.drain());
    // Looked at also when nobody asks, so that "since" means something.
    const looking = setInterval(() => void health.look(), lookMs);
    looking.unref();
    life.onEnd(async () => clearInterval(looking));
    let metricsPort: number | null = null;
    if (config.metrics?.port !== null && config.metrics?.port !== undefined) {
      const { host, port, token } = config.metrics;
      const probes = await listenProbes({ host, port }, { health, metricsToken: token });
      metricsPort = probes.port;
      life.onEnd(() => probes.close());
    }
    const works: Record<string, () => void> = {};
    const heartbeat = openHeartbeat(
      runtime,
      { id, role, version, pid: process.pid },
      {
        works: () => ({ ...loopPokes(), ...works }),
        report: () => ({ ...meter.report(), metricsPort, works: Object.keys({ ...loopPokes(), ...works }) }),
      },
    );
    life.onDrain(() => heartbeat.drain());
    life.onEnd(() => heartbeat.end());
    const ownPorts = new Set([config.radius.authPort, config.radius.acctPort, config.ipCommands?.port ?? 0]);
    return { role, config, life, urls, runtime, ingest, health, meter, live, charger, ownPorts, heartbeat, works };
  } catch (error) {
    await life.end();
    throw error;
  }
}
