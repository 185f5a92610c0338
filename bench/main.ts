import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { openCharger } from '../apps/server/src/charging/index.ts';
import { systemClock } from '../apps/server/src/kit/ctx.ts';
import { createLog } from '../apps/server/src/kit/log.ts';
import { accountingAttributes, openClient } from '../apps/server/src/radius/index.ts';
import { type Bench, openBench, secret } from './world.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, sims: { type: 'string', default: '2000' } },
});
const seconds = Number(values.seconds);
const sims = Number(values.sims);

type Row = { name: string; perSecond: number; lost?: number; p50?: number; p99?: number; ratio?: number };

/** Runs `one` with `window` of them under way until the time is over. */
async function closedLoop(window: number, one: (n: number) => Promise<boolean>): Promise<Omit<Row, 'name'>> {
  const latencies: number[] = [];
  let n = 0;
  let lost = 0;
  const begin = performance.now();
  const end = begin + seconds * 1000;
  await Promise.all(
    Array.from({ length: window }, async () => {
      while (performance.now() < end) {
        const sent = performance.now();
        if (await one(n++)) latencies.push(performance.now() - sent);
        else lost += 1;
      }
    }),
  );
  return summary(latencies, lost, performance.now() - begin);
}

/** Sends at a steady rate, whatever the answers do. */
async function openLoop(rate: number, one: (n: number) => Promise<boolean>): Promise<Omit<Row, 'name'>> {
  const latencies: number[] = [];
  let lost = 0;
  const under: Promise<void>[] = [];
  const begin = performance.now();
  for (let n = 0; n < rate * seconds; n++) {
    const due = begin + (n * 1000) / rate;
    const wait = due - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    under.push(
      one(n).then((ok) => {
        // From when it was due: a generator that falls behind must not hide what a network would see.
        if (ok) latencies.push(performance.now() - due);
        else lost += 1;
      }),
    );
  }
  await Promise.all(under);
  return summary(latencies, lost, performance.now() - begin);
}

function summary(latencies: number[], lost: number, ms: number): Omit<Row, 'name'> {
  const sorted = latencies.sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  return { perSecond: (sorted.length * 1000) / ms, lost, p50: at(0.5), p99: at(0.99) };
}

async function charged(bench: Bench, batchBound: number, tag: string, window: number): Promise<Omit<Row, 'name'>> {
  const { database } = bench.running.runtime;
  const charger = await openCharger({
    ingestUrl: bench.running.urls.ingest,
    database,
    clock: systemClock,
    log: createLog('error'),
    batchBound,
    shard: tag,
  });
  const counters = new Array<bigint>(sims).fill(0n);
  try {
    return await closedLoop(window, async (n) => {
      const i = n % sims;
      counters[i]! += 1000n;
      const now = systemClock.now();
      await charger.receive({
        organizationId: bench.organization.id,
        kind: 'update',
        nasId: bench.nasId,
        telecomId: bench.telecomId,
        sessionKey: `${tag}-${i}//`,
        acctSessionId: `${tag}-${i}`,
        chargingId: null,
        imsi: bench.devices[i]!.imsi,
        plmn: '26201',
        rat: 'EUTRAN',
        apn: 'bench',
        framedIp: null,
        imei: null,
        up: counters[i]!,
        down: 0n,
        hasGigawords: true,
        noGigawords: false,
        sessionTime: n,
        terminateCause: null,
        eventTime: now,
        receivedAt: now,
      });
      return true;
    });
  } finally {
    await charger.close();
  }
}

async function radius(
  bench: Bench,
  run: (one: (n: number) => Promise<boolean>) => Promise<Omit<Row, 'name'>>,
  tag: string,
) {
  const { authPort, acctPort } = bench.running.radius;
  const client = await openClient({
    host: '127.0.0.1',
    authPort,
    acctPort,
    secret: Buffer.from(secret),
    localAddress: '127.0.0.1',
    sockets: 16,
  });
  const counters = new Array<bigint>(sims).fill(0n);
  try {
    return await run(async (n) => {
      const i = n % sims;
      counters[i]! += 1000n;
      const reply = await client.account(
        accountingAttributes(
          { imsi: bench.devices[i]!.imsi, plmn: '26201', rat: 'EUTRAN', apn: 'bench' },
          {
            status: 'interim',
            acctSessionId: `${tag}-${i}`,
            up: counters[i]!,
            down: 0n,
            sessionTime: n,
            eventTime: new Date(),
          },
        ),
      );
      return reply !== null;
    });
  } finally {
    client.close();
  }
}

console.log(
  `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}; ${sims} SIMs, ${seconds} s each`,
);
const bench = await openBench(sims);
const rows: Row[] = [];
try {
  const baseline = await charged(bench, 1, 'single', 64);
  rows.push({ name: 'charged, one by one (baseline)', ...baseline, ratio: 1 });
  const batched = await charged(bench, 5000, 'batch', 1000);
  rows.push({ name: 'charged, in batches', ...batched, ratio: batched.perSecond / baseline.perSecond });
  const closed = await radius(bench, (one) => closedLoop(256, one), 'closed');
  rows.push({ name: 'RADIUS, closed loop, window 256', ...closed, ratio: closed.perSecond / baseline.perSecond });
  const half = await radius(bench, (one) => openLoop(Math.floor(closed.perSecond / 2), one), 'open');
  rows.push({ name: 'RADIUS, half load, open loop', ...half, ratio: half.perSecond / baseline.perSecond });
} finally {
  await bench.close();
}
console.log(
  `${'measurement'.padEnd(34)}${'per second'.padStart(12)}${'lost'.padStart(7)}${'p50 ms'.padStart(9)}${'p99 ms'.padStart(9)}${'ratio'.padStart(8)}`,
);
for (const row of rows) {
  console.log(
    row.name.padEnd(34) +
      row.perSecond.toFixed(0).padStart(12) +
      String(row.lost ?? 0).padStart(7) +
      (row.p50?.toFixed(1) ?? '').padStart(9) +
      (row.p99?.toFixed(1) ?? '').padStart(9) +
      (row.ratio?.toFixed(2) ?? '').padStart(8),
  );
}
console.log(
  `resident memory of this process: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB (product and load generator together)`,
);
process.exit(0);
