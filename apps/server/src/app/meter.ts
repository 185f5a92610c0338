import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Runtime, systemClock } from '../kit/ctx.ts';
import { counter, gauge, histogram, measure } from '../kit/http/metrics.ts';
import { recentErrors } from '../kit/log.ts';
import {
  type BacklogSums,
  backlogSums,
  type NasReport,
  type Report,
  readServer,
  type Sample,
} from '../platform/index.ts';
import { loopReports } from './loop.ts';

const lagSeconds = histogram('simwright_charging_lag_seconds', 'From a packet to its committed charge, by batch');
const batchRecords = histogram(
  'simwright_charging_batch_records',
  'Usage records charged in one database transaction',
  [],
  [...[1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000]],
);
const chargedTotal = counter('simwright_charged_records_total', 'Usage records charged');
const packetsTotal = counter('simwright_radius_packets_total', 'RADIUS packets by what became of them', [
  'event',
  'nas',
]);
const packetCounters = new Map<string, ReturnType<typeof packetsTotal.labels>>();
const waitingNow = gauge('simwright_charging_waiting', 'Usage updates that wait for the charging writer');
const streamsNow = gauge('simwright_sse_clients', 'Readers of the live feed');
const requestsNow = gauge('simwright_http_running', 'HTTP requests without an answer yet');
const pool = gauge('simwright_database_pool', 'Connections of the pool, and who waits for one', ['pool', 'state']);
const inboxRows = gauge('simwright_inbox_rows', 'Usage in the inbox by state; counts stop at 10,001 per organization', [
  'state',
]);
const oldestSeconds = gauge('simwright_oldest_seconds', 'Age of the oldest that waits', ['queue']);
const relayEvents = gauge(
  'simwright_relay_events',
  'Events without their place, without their reactions, and with failed ones',
  ['state'],
);
const databaseBytes = gauge('simwright_database_bytes', 'Size of the database');

export type Meter = {
  committed(records: number, waitedMs: number): void;
  packet(event: string, nas: { id: string; name: string } | null): void;
  watch(parts: { waiting?: () => number; streams?: () => number; requests?: () => number }): void;
  report(): Omit<Report, 'works' | 'metricsPort'>;
  close(): void;
};

const sampleMs = 10_000;
const samplesKept = 90;
const maxNases = 100;
/** The database is asked for its size this often, in samples. */
const sizeEvery = 6;

/**
 * What a process counts of itself: for `/metrics`, and for its heartbeat.
 *
 * @param options.backlog whether this process also looks at what waits in the database
 */
export function openMeter(runtime: Runtime, pools: Record<string, Runtime>, options: { backlog: boolean }): Meter {
  const nases = new Map<string, NasCount>();
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const samples: Sample[] = [];
  let parts: { waiting?: () => number; streams?: () => number; requests?: () => number } = {};
  let eventLoopMs = 0;
  let [lagMs, charged, packets] = [0, 0, 0];
  let sums: BacklogSums | null = null;
  let looks = 0;

  async function look(): Promise<void> {
    if (options.backlog) {
      try {
        sums = await backlogSums(runtime);
        showBacklog(sums);
        if (looks++ % sizeEvery === 0) databaseBytes.set(Number((await readServer(runtime)).sizeBytes));
      } catch (error) {
        runtime.log.debug({ err: error }, 'what waits in the database could not be counted');
      }
    }
    eventLoopMs = Math.round(delay.percentile(99) / 1e6);
    delay.reset();
    samples.push({
      ...{
        at: systemClock.now().toISOString(),
        waiting: parts.waiting?.() ?? 0,
        lagMs: Math.round(lagMs),
        charged,
        packets,
      },
      ...{ stored: Number(sums?.arrivals ?? 0n), unplacedEvents: Number(sums?.unplacedEvents ?? 0n) },
    });
    if (samples.length > samplesKept) samples.shift();
    [lagMs, charged, packets] = [0, 0, 0];
  }
  const timer = setInterval(() => void look(), sampleMs);
  timer.unref();

  const unmeasure = measure(() => {
    waitingNow.set(parts.waiting?.() ?? 0);
    streamsNow.set(parts.streams?.() ?? 0);
    requestsNow.set(parts.requests?.() ?? 0);
    for (const [name, { database }] of Object.entries(pools)) {
      const { totalCount, idleCount, waitingCount } = database.pool;
      pool.set({ pool: name, state: 'busy' }, totalCount - idleCount);
      pool.set({ pool: name, state: 'idle' }, idleCount);
      pool.set({ pool: name, state: 'waiting' }, waitingCount);
    }
  });

  return {
    committed(records, waitedMs) {
      lagSeconds.observe(waitedMs / 1000);
      batchRecords.observe(records);
      chargedTotal.inc(records);
      charged += records;
      if (waitedMs > lagMs) lagMs = waitedMs;
    },
    packet(event, nas) {
      // A counter with its labels found once: this runs for every packet.
      const name = `${event}/${nas?.name ?? ''}`;
      let packet = packetCounters.get(name);
      if (!packet) {
        packet = packetsTotal.labels({ event, nas: nas?.name ?? '' });
        packetCounters.set(name, packet);
      }
      packet.inc();
      packets += 1;
      count(nases, event, nas);
    },
    watch(more) {
      parts = { ...parts, ...more };
    },
    report: () => ({
      memoryBytes: process.memoryUsage.rss(),
      eventLoopMs,
      streams: parts.streams?.() ?? 0,
      requests: parts.requests?.() ?? 0,
      poolSize: sum(pools, (p) => p.totalCount),
      poolWaiting: sum(pools, (p) => p.waitingCount),
      loops: loopReports(),
      nases: [...nases.values()].map(({ lastSeen, ...row }) => ({
        ...row,
        lastSeenAt: new Date(lastSeen).toISOString(),
      })),
      errors: recentErrors(),
      samples,
    }),
    close() {
      clearInterval(timer);
      delay.disable();
      unmeasure();
    },
  };
}

function showBacklog(sums: BacklogSums): void {
  inboxRows.set({ state: 'arrived' }, Number(sums.arrivals));
  for (const state of ['waiting', 'unrated', 'quarantined'] as const) inboxRows.set({ state }, Number(sums[state]));
  relayEvents.set({ state: 'unplaced' }, Number(sums.unplacedEvents));
  relayEvents.set({ state: 'unreacted' }, Number(sums.unreactedEvents));
  relayEvents.set({ state: 'missed' }, Number(sums.missedReactions));
  oldestSeconds.set({ queue: 'arrivals' }, sums.oldest.arrivals);
  oldestSeconds.set({ queue: 'inbox' }, sums.oldest.waiting);
  oldestSeconds.set({ queue: 'events' }, sums.oldest.unplacedEvents);
}

type NasCount = Omit<NasReport, 'lastSeenAt'> & { lastSeen: number };

/** Strangers share one row, so that nobody can fill the report from outside. */
function count(nases: Map<string, NasCount>, event: string, nas: { id: string; name: string } | null): void {
  const key = nas?.id ?? '';
  let row = nases.get(key);
  if (!row) {
    if (nases.size >= maxNases) return;
    const fresh = { accepted: 0, rejected: 0, repeated: 0, failed: 0, dropped: {}, lastSeen: 0 };
    row = { name: nas?.name ?? 'unknown addresses', ...fresh };
    nases.set(key, row);
  }
  row.lastSeen = systemClock.now().getTime();
  if (event.startsWith('drop.')) row.dropped[event.slice(5)] = (row.dropped[event.slice(5)] ?? 0) + 1;
  else if (event.endsWith('.accepted')) row.accepted += 1;
  else if (event.endsWith('.rejected')) row.rejected += 1;
  else if (event.endsWith('.duplicate')) row.repeated += 1;
  else if (event.endsWith('.failed')) row.failed += 1;
}

function sum(pools: Record<string, Runtime>, of: (pool: Runtime['database']['pool']) => number): number {
  return Object.values(pools).reduce((total, { database }) => total + of(database.pool), 0);
}
