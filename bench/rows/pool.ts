import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import * as catalog from '../../apps/server/src/catalog/index.ts';
import { contextFor, systemActor } from '../../apps/server/src/kit/ctx.ts';
import { atomically } from '../../apps/server/src/kit/db.ts';
import type { Id } from '../../apps/server/src/kit/ids.ts';
import * as periods from '../../apps/server/src/periods/index.ts';
import * as pools from '../../apps/server/src/pools/index.ts';
import { imsiOf } from '../../apps/server/test/population.ts';
import type { Product } from '../product.ts';
import type { Store } from '../store.ts';
import type { Row } from '../table.ts';
import { measure, radiusLoad } from './radius.ts';

const perSecond = 2000;
const bytesEach = 1000;
/** Members put into the pool in one database transaction. */
const joining = 1_000;

/**
 * Everybody of a store for itself, and then in one pool in overage, a session each, at a steady rate over UDP: what the answer takes
 * when ten thousand lines share a month. Then once more with a limit that the pool comes to in the middle.
 */
export async function poolRows(store: Store, product: Product, members: number, seconds: number): Promise<Row[]> {
  const load = (tag: string, seconds: number) =>
    radiusLoad({
      port: product.radius.acctPort,
      tag,
      seconds,
      imsis: Array.from({ length: members }, (_, n) => imsiOf(n)),
      rate: perSecond,
      grow: [bytesEach / 2, (bytesEach * 3) / 2],
    });

  const { report: _a, othersUs: __a, ...alone } = await measure(store, load('alone', seconds));
  const poolId = await poolOfAll(store);
  await quiet(store);
  const calm = watchLocks(store);
  const { report: _, othersUs: __, ...steady } = await measure(store, load('pool', seconds));
  const waits = await calm.stop();
  const cpu = (row: typeof steady) => (row.nodeUs ?? 0) + (row.postgresUs ?? 0);
  const rows: Row[] = [
    { name: `${members.toLocaleString('en')} SIMs, each for itself, ${perSecond}/s`, ...alone },
    {
      name: `one pool of ${members.toLocaleString('en')} members, ${perSecond}/s`,
      ...steady,
      ratio: { value: cpu(steady) / cpu(alone), of: 'CPU for itself' },
      target: 'p99 < 1 s, 0 lost',
      met: steady.p99 < 1000 && steady.lost === 0,
      notes: [...(steady.notes ?? []), waits],
    },
  ];

  const span = Math.min(20, seconds);
  const used = await usedOf(store, poolId);
  const limit = used + BigInt((perSecond * span * bytesEach) / 2);
  await pools.updatePool(contextOf(store), poolId, { dataLimitBytes: limit });
  const busy = watchLocks(store);
  const blocking = watchBlocks(store, members, span + 20);
  const { report: _r, othersUs: __o, ...limited } = await measure(store, load('limit', span));
  const stopped = await blocking;
  const waited = await busy.stop();
  // The laws are looked at after this: blocks of a pool follow its limit by a moment.
  await quiet(store);
  rows.push({
    name: `the same, reaching its limit after ${span / 2} s`,
    ...limited,
    target: 'p99 < 1 s, all blocked',
    met: limited.p99 < 1000 && limited.lost === 0 && stopped.blocked === members,
    notes: [
      ...(limited.notes ?? []),
      `${stopped.blocked.toLocaleString('en')} members blocked within ${(stopped.ms / 1000).toFixed(1)} s of the batch that reached it; ${waited}`,
    ],
  });
  return rows;
}

function contextOf(store: Store) {
  return contextFor(store.runtime, store.organization, systemActor('bench'));
}

/** A static pool of the store's one company, as a person makes it, with all its SIMs. */
async function poolOfAll(store: Store): Promise<Id> {
  const ctx = () => contextOf(store);
  const [company] = (await store.owner.pool.query('select id from companies limit 1')).rows as { id: Id }[];
  const terms = { allowanceMb: 1n, fee: '10.00', overageSizeMb: 1n, overagePrice: '0.10' };
  const { pool } = await atomically(ctx(), async (ctx) => {
    const made = await pools.createPool(ctx, { type: 'static', name: 'Bench', companyId: company!.id, terms });
    await periods.openPools(ctx, [made.pool.id]);
    return made;
  });
  const { plan } = await catalog.createPlan(ctx(), {
    name: 'Member',
    terms: catalog.emptyTerms('static_pool', store.organization.currency, 1000),
  });
  const ids = (await store.owner.pool.query('select id from sims order by id')).rows.map(({ id }) => id as Id);
  for (let at = 0; at < ids.length; at += joining) {
    const part = ids.slice(at, at + joining);
    const outcomes = await periods.assignPlan(ctx(), part, plan.id, { poolId: pool.id, effective: 'now' });
    const refused = outcomes.find((outcome) => outcome.refusal);
    if (refused) throw refused.refusal;
  }
  await store.owner.pool.query('analyze');
  return pool.id;
}

/** Until the worker has nothing left of the joining: it is not what is measured. */
async function quiet(store: Store): Promise<void> {
  for (let look = 0; look < 1200; look++) {
    const { rows } = await store.owner.pool.query(
      `select (select count(*) from events where position is null)::int + (select count(*) from event_sheets)::int
            + (select count(*) from pool_reviews)::int + (select coalesce(sum(last_position - reacted_position), 0) from event_positions)::int as waiting`,
    );
    if (rows[0].waiting === 0) return;
    await sleep(250);
  }
}

async function usedOf(store: Store, poolId: Id): Promise<bigint> {
  const { rows } = await store.owner.pool.query('select used_bytes from pool_periods where pool_id = $1', [poolId]);
  return BigInt(rows[0].used_bytes);
}

/** How many wait for a lock at a time, and how long the longest statement that does has been waiting: looked at every 20 ms. */
function watchLocks(store: Store): { stop(): Promise<string> } {
  const client = new pg.Client({ connectionString: store.urls.owner });
  let stopped = false;
  let looks = 0;
  let waiting = 0;
  let most = 0;
  let longest = 0;
  const done = (async () => {
    await client.connect();
    while (!stopped) {
      const { rows } = await client.query(
        `select count(*)::int as waiting, coalesce(max(extract(epoch from clock_timestamp() - query_start)), 0)::float8 * 1000 as ms
           from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      looks += 1;
      if (rows[0].waiting > 0) waiting += 1;
      most = Math.max(most, rows[0].waiting);
      longest = Math.max(longest, rows[0].ms);
      await sleep(20);
    }
    await client.end();
  })();
  return {
    async stop() {
      stopped = true;
      await done;
      const share = ((100 * waiting) / Math.max(1, looks)).toFixed(0);
      return `a lock was waited for in ${share} % of ${looks} looks, by at most ${most} at a time, for at most ${longest.toFixed(0)} ms`;
    },
  };
}

/** How long it takes from the event that the limit is reached to the block of the last member. */
async function watchBlocks(
  store: Store,
  members: number,
  patienceSeconds: number,
): Promise<{ blocked: number; ms: number }> {
  const read = async (text: string) => Number((await store.owner.pool.query(text)).rows[0].n);
  const end = performance.now() + patienceSeconds * 1000;
  while ((await read(`select count(*) as n from events where name = 'pool.limit_reached'`)) === 0) {
    if (performance.now() > end) return { blocked: 0, ms: 0 };
    await sleep(20);
  }
  const reached = performance.now();
  for (;;) {
    const blocked = await read(`select count(*) as n from blocks where reason = 'data_limit' and lifted_at is null`);
    if (blocked >= members || performance.now() > end) return { blocked, ms: performance.now() - reached };
    await sleep(50);
  }
}
