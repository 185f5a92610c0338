import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { openCharger } from '../../apps/server/src/charging/index.ts';
import { systemClock } from '../../apps/server/src/kit/ctx.ts';
import { openDatabase } from '../../apps/server/src/kit/db.ts';
import { createLog } from '../../apps/server/src/kit/log.ts';
import { openRelay } from '../../apps/server/src/kit/relay.ts';
import { imsiOf } from '../../apps/server/test/population.ts';
import { openHistogram } from '../histogram.ts';
import { openMeter } from '../machine.ts';
import { openStore, type Store } from '../store.ts';
import type { Row } from '../table.ts';

const applicationName = 'bench-roller';

/** How many periods of the past month are due; every line's own boundary, over five days. */
export async function rolloverRow(due: number, say: (text: string) => void): Promise<Row> {
  say(`making ${due} due periods`);
  const store = await openStore({
    sims: due,
    companies: Math.max(1, Math.round(due / 1000)),
    together: true,
    startsAt: new Date(Date.now() - 40 * 86_400_000),
    spreadSeconds: 5 * 86_400,
  });
  try {
    say('rolling, with one kill in the middle');
    const watch = await watchTransactions(store);
    const probe = await probeCharging(store, due);
    const meter = openMeter(store.embedded.pid);
    const begun = performance.now();
    const first = await roll(store, Math.floor(due / 2));
    const killedAt = performance.now();
    const second = await roll(store, null);
    const ended = performance.now();
    const used = meter.read();
    meter.stop();
    const latencies = await probe.stop();
    const longest = await watch.stop();
    const left = await counts(store);
    say('placing events');
    const events = await placeAll(store);
    say('looking for drift');
    const drift = await store.drift();
    const seconds = (ended - begun) / 1000;
    const rollerUs = first.cpuUs + second.cpuUs;
    const right =
      left.open === due &&
      left.closed === due &&
      left.fees === 2 * due &&
      events.placed >= 3 * due &&
      drift.length === 0;
    return {
      name: `rollover of ${due.toLocaleString('en')} due periods with fees`,
      offered: due,
      answered: left.closed,
      lost: due - left.closed,
      rate: due / seconds,
      p50: latencies.at(0.5),
      p99: latencies.at(0.99),
      nodeUs: rollerUs / due,
      postgresUs: used.postgresUs / due,
      rssBytes: Math.max(first.rssBytes, second.rssBytes),
      target: '1,000,000 < 60 s, no lock > 200 ms',
      met: right && due >= 1_000_000 && seconds < 60 && longest <= 200,
      notes: [
        `${seconds.toFixed(1)} s, with a kill -9 after ${((killedAt - begun) / 1000).toFixed(1)} s and the start of the next process in it; longest database transaction ${longest.toFixed(0)} ms`,
        'p50 and p99 are those of single usage records charged meanwhile, on lines that roll',
        `${events.placed} events waited in sheets; the relay, which runs beside the rollover in the product, placed them in ${events.seconds.toFixed(1)} s afterwards, ${events.postgresUs.toFixed(1)} µs of PostgreSQL each`,
        right
          ? 'every period closed once, every fee charged once, no drift'
          : `not as it should be: ${JSON.stringify(left)}, ${drift.length} rows of drift, the first ${drift[0]}`,
      ],
    };
  } finally {
    await store.close();
  }
}

/** Gives every event its place, as the worker's relay does. */
async function placeAll(store: Store): Promise<{ placed: number; seconds: number; postgresUs: number }> {
  const relay = openRelay({ react: async () => {}, live: null });
  const meter = openMeter(store.embedded.pid);
  let placed = 0;
  for (;;) {
    const now = await relay(store.runtime, store.organization);
    if (now === 0) break;
    placed += now;
  }
  const used = meter.read();
  meter.stop();
  return { placed, seconds: used.seconds, postgresUs: used.postgresUs / Math.max(1, placed) };
}

/** Runs the roller; killed when `killAfter` periods are closed. */
async function roll(store: Store, killAfter: number | null): Promise<{ cpuUs: number; rssBytes: number }> {
  const url = new URL(store.urls.app);
  url.searchParams.set('application_name', applicationName);
  const organization = JSON.stringify(store.organization, (_, value) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '../roller.ts'), url.href, organization],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let last = { rolled: 0, cpuUs: 0, rssBytes: 0 };
  for await (const line of createInterface({ input: child.stdout })) {
    last = JSON.parse(line);
    if (killAfter !== null && last.rolled >= killAfter) child.kill('SIGKILL');
  }
  return last;
}

/** Looks every 40 ms how long the roller's database transactions have been open; answers with the longest, in ms. */
async function watchTransactions(store: Store) {
  const { host, port, superuser } = store.embedded;
  const client = new pg.Client({ host, port, database: 'postgres', ...superuser });
  await client.connect();
  let longest = 0;
  let stopped = false;
  const done = (async () => {
    while (!stopped) {
      const { rows } = await client.query(
        `select coalesce(max(extract(epoch from clock_timestamp() - xact_start)), 0)::float8 * 1000 as ms
           from pg_stat_activity where application_name = $1 and xact_start is not null`,
        [applicationName],
      );
      longest = Math.max(longest, rows[0].ms);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  })();
  return {
    async stop(): Promise<number> {
      stopped = true;
      await done;
      await client.end();
      return longest;
    },
  };
}

/** Charges a record every 200 ms, each on another line, as live traffic does. */
async function probeCharging(store: Store, sims: number) {
  const database = openDatabase(store.urls.ingest, 4);
  const charger = await openCharger({
    ingestUrl: store.urls.ingest,
    database,
    clock: systemClock,
    log: createLog('error'),
  });
  const latencies = openHistogram();
  let n = 0;
  const underWay = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const i = (n++ * 7919) % sims;
    const now = systemClock.now();
    const sent = performance.now();
    const one = charger
      .receive({
        organizationId: store.organization.id,
        kind: 'update',
        nasId: store.nasId,
        telecomId: store.telecomId,
        sessionKey: `probe-${n}//`,
        acctSessionId: `probe-${n}`,
        chargingId: null,
        imsi: imsiOf(i),
        plmn: '26201',
        rat: 'EUTRAN',
        apn: 'bench',
        framedIp: null,
        imei: null,
        up: 1000n,
        down: 0n,
        hasGigawords: true,
        noGigawords: false,
        sessionTime: 1,
        terminateCause: null,
        eventTime: now,
        receivedAt: now,
      })
      .then(() => latencies.add(performance.now() - sent))
      .catch(() => latencies.add(60_000))
      .finally(() => underWay.delete(one));
    underWay.add(one);
  }, 200);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      await charger.close();
      await database.pool.end();
      return latencies;
    },
  };
}

async function counts(store: Store): Promise<{ open: number; closed: number; fees: number }> {
  const { rows } = await store.owner.pool.query(
    `select (select count(*) from billing_periods where state = 'open')::int as open,
            (select count(*) from billing_periods where state = 'closed')::int as closed,
            (select count(*) from fees where kind = 'recurring')::int as fees`,
  );
  return rows[0];
}
