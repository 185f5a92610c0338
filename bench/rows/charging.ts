import { randomUUID } from 'node:crypto';
import { openCharger } from '../../apps/server/src/charging/index.ts';
import { systemClock } from '../../apps/server/src/kit/ctx.ts';
import { openDatabase } from '../../apps/server/src/kit/db.ts';
import { createLog } from '../../apps/server/src/kit/log.ts';
import { imsiOf } from '../../apps/server/test/population.ts';
import { openHistogram } from '../histogram.ts';
import { openMeter } from '../machine.ts';
import type { Store } from '../store.ts';
import type { Row } from '../table.ts';

export type Charging = { window: number; batchBound?: number; shards?: number };

/** Counters of the sessions that this bench plays, by SIM; they go on from row to row. */
export type Counters = BigUint64Array;

/**
 * Hands usage to the charging writers in this process, `window` records unanswered, SIMs at random. Sessions that are
 * not open yet are opened first, uncounted.
 */
export async function charge(
  store: Store,
  counters: Counters,
  seconds: number,
  how: Charging,
): Promise<Omit<Row, 'name'> & { rate: number; postgresUs: number; nodeUs: number }> {
  const database = openDatabase(store.urls.ingest, 6);
  const charger = await openCharger({
    ingestUrl: store.urls.ingest,
    database,
    clock: systemClock,
    log: createLog('error'),
    batchBound: how.batchBound,
    shards: how.shards,
    shard: `bench-${randomUUID()}`,
  });
  const sims = counters.length;
  const random = seeded(sims);

  // Made before the clock runs: what the generator costs is not the product's.
  const names = Array.from({ length: sims }, (_, i) => ({ imsi: imsiOf(i), key: `bench-${i}//`, id: `bench-${i}` }));

  const one = (i: number): Promise<void> => {
    counters[i]! += 1000n;
    const now = systemClock.now();
    return charger.receive({
      organizationId: store.organization.id,
      kind: 'update',
      nasId: store.nasId,
      telecomId: store.telecomId,
      sessionKey: names[i]!.key,
      acctSessionId: names[i]!.id,
      chargingId: null,
      imsi: names[i]!.imsi,
      plmn: '26201',
      rat: 'EUTRAN',
      apn: 'bench',
      framedIp: null,
      imei: null,
      up: counters[i]!,
      down: 0n,
      hasGigawords: true,
      noGigawords: false,
      sessionTime: 1,
      terminateCause: null,
      eventTime: now,
      receivedAt: now,
    });
  };

  try {
    // Code, plans and memory are as warm as they are in a process that has been up for a while: each SIM once.
    await inTurn(sims, 5000, one);
    const latencies = openHistogram();
    let offered = 0;
    let lost = 0;
    const warm = performance.now() + Math.min(3000, seconds * 500);
    await Promise.all(
      Array.from({ length: how.window }, async () => {
        while (performance.now() < warm) await one(Math.floor(random() * sims)).catch(() => {});
      }),
    );
    const meter = openMeter(store.embedded.pid);
    const end = performance.now() + seconds * 1000;
    await Promise.all(
      Array.from({ length: how.window }, async () => {
        while (performance.now() < end) {
          const sent = performance.now();
          offered += 1;
          try {
            await one(Math.floor(random() * sims));
            latencies.add(performance.now() - sent);
          } catch {
            lost += 1;
          }
        }
      }),
    );
    const used = meter.read();
    meter.stop();
    const answered = latencies.count();
    return {
      offered,
      answered,
      lost,
      rate: answered / used.seconds,
      p50: latencies.at(0.5),
      p99: latencies.at(0.99),
      nodeUs: used.nodeUs / answered,
      postgresUs: used.postgresUs / answered,
      rssBytes: used.rssBytes,
    };
  } finally {
    await charger.close();
    await database.pool.end();
  }
}

/** Every number once, `window` at a time. */
async function inTurn(count: number, window: number, one: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: window }, async () => {
      while (next < count) await one(next++);
    }),
  );
}

/** A linear congruential generator (Numerical Recipes): the same SIMs in every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** One guarded update of one balance row in a database transaction of its own, eight connections on the same row. */
export async function debitOneRow(store: Store, seconds: number): Promise<Row> {
  const database = openDatabase(store.urls.owner, 8);
  try {
    await database.pool.query('create table if not exists bench_balance (id int primary key, balance bigint not null)');
    await database.pool.query('insert into bench_balance values (1, 1000000000000) on conflict do nothing');
    const latencies = openHistogram();
    const meter = openMeter(store.embedded.pid);
    const end = performance.now() + seconds * 1000;
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        while (performance.now() < end) {
          const sent = performance.now();
          await database.pool.query({
            name: 'debit',
            text: 'update bench_balance set balance = balance - $1 where id = 1 and balance >= $1',
            values: [7],
          });
          latencies.add(performance.now() - sent);
        }
      }),
    );
    const used = meter.read();
    meter.stop();
    const answered = latencies.count();
    return {
      name: 'single-row debit, 8 connections',
      answered,
      rate: answered / used.seconds,
      p50: latencies.at(0.5),
      p99: latencies.at(0.99),
      nodeUs: used.nodeUs / answered,
      postgresUs: used.postgresUs / answered,
    };
  } finally {
    await database.pool.end();
  }
}
