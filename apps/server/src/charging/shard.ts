import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Clock, type Ctx, contextFor, type Organization, onOrganizationClock, systemActor } from '../kit/ctx.ts';
import {
  actingFor,
  atomically,
  camelCase,
  type Database,
  inOpened,
  isConnectionLoss,
  isRetryable,
  query,
  sql,
} from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { Log } from '../kit/log.ts';
import type { SessionUpdate } from '../usage/index.ts';
import { type Arrival, listArrivals, organizationsWithArrivals, removeArrivals, storeArrivals } from './arrivals.ts';
import { type Batch, type BatchResult, chargeBatch, chargeInbox, quarantine } from './batch.ts';
import { emptyMemory, forget, lineOf, type Memory, namesOf, remember, withNames } from './memory.ts';
import { Overloaded, ShardQueue, type Waiting } from './queue.ts';
import { StaleBatch, type Writer } from './save.ts';

export type ShardOptions = {
  /** Connection string of the ingest role. */
  ingestUrl: string;
  database: Database;
  clock: Clock;
  log: Log;
  /** The lock that whoever writes this shard holds. */
  lock: string;
  index: number;
  /** False in a process that only takes usage in: it stores what it gets for the holder. */
  hold: boolean;
  queueBound: number;
  batchBound: number;
  linesRemembered: number;
  committed?: (organization: Organization, result: BatchResult, waitedMs: number) => void;
  acknowledgeEarly?: boolean;
};

/** After an attempt to take a shard failed, the next one waits so long. */
const attemptMs = 1_000;
/** Attempts at one batch while others are faster. */
const attempts = 8;
/** How soon the holder looks again for usage that other processes stored. */
const pollMs = { busy: 10, quiet: 100 };

/**
 * A batch costs as much as twenty of its updates. After one smaller than `enough` a shard rests, so that what comes
 * meanwhile goes together; an update that comes when nothing else does is charged at once. Half of the promised load
 * costs a quarter less by it (docs/benchmarks.md).
 */
const gathering = { enough: 100, ms: 4 };

// Planning each statement of each small batch anew would cost more than running it, so the writer's plans are generic and
// kept. A plan that was made while a table was small would scan it for ever, though: they are thrown away every second.
// Every statement of the writer finds rows by keys, which these settings keep it to.
const writerSettings = `set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_hashjoin = off;
  set enable_mergejoin = off; set jit = off`;
const plansLiveMs = 1_000;

/**
 * One shard and its single writer. It takes what waits for one organization, each in turn, charges it in one database
 * transaction, and only then answers: natural group commit, small batches when it is quiet and large ones under load.
 *
 * The advisory lock lives on the connection that writes: when the lock is lost, so is the connection, and nothing more
 * can be written. A process without the lock stores what it gets; its answer is as durable.
 */
export function openShard(options: ShardOptions) {
  const { log, index } = options;
  const queue = new ShardQueue(options.queueBound);
  const memory: Memory = emptyMemory(options.linesRemembered);
  let client: pg.Client | null = null;
  let triedAt = Number.NEGATIVE_INFINITY;
  let plannedAt = Number.NEGATIVE_INFINITY;
  let closing = false;
  let working = false;
  let turn: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | null = null;

  /** One piece of work on the writing connection at a time. */
  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work, work);
    turn = result.catch(() => {});
    return result;
  }

  /** The writing connection with its lock, or null where another process has it. */
  async function writer(): Promise<pg.Client | null> {
    if (client) return client;
    if (!options.hold || performance.now() - triedAt < attemptMs) return null;
    triedAt = performance.now();
    const opened = new pg.Client({ connectionString: options.ingestUrl, pipeline: true } as pg.ClientConfig);
    opened.on('error', () => lose(opened));
    opened.on('end', () => lose(opened));
    await opened.connect();
    const held = await opened.query('select pg_try_advisory_lock(hashtext($1)) as held', [options.lock]);
    if (!held.rows[0].held) {
      await opened.end();
      return null;
    }
    await opened.query(writerSettings);
    memory.sessions.clear();
    memory.lines.clear();
    memory.periods.clear();
    client = opened;
    return opened;
  }

  function lose(which: pg.Client): void {
    if (client !== which) return;
    client = null;
    // It was ours a moment ago, so there is no reason to wait before asking for it again.
    triedAt = Number.NEGATIVE_INFINITY;
  }

  function plansOfToday(): string {
    const now = performance.now();
    if (now - plannedAt < plansLiveMs) return '';
    plannedAt = now;
    return 'discard plans;';
  }

  /** Runs work in one database transaction of the writer, again from the start when somebody else moved first. */
  async function inOrganization<T>(
    connection: pg.Client,
    organizationId: Id,
    name: string,
    work: (ctx: Ctx) => Promise<T>,
  ): Promise<{ organization: Organization; result: T }> {
    for (let attempt = 1; ; attempt++) {
      let open = false;
      try {
        const begun = (await connection.query(
          `begin; ${plansOfToday()} ${actingFor(organizationId)}; select * from find_organization('${organizationId}')`,
        )) as unknown as pg.QueryResult[];
        open = true;
        const found = begun.at(-1)!.rows[0];
        if (!found) throw new Error(`there is no organization ${organizationId}`);
        const organization = camelCase<Organization>(found);
        const { database, clock } = options;
        const ctx = contextFor({ database, clock, log, random: randomBytes }, organization, systemActor(name));
        open = false;
        return { organization, result: await inOpened(connection, ctx, work) };
      } catch (error) {
        if (isConnectionLoss(error)) {
          lose(connection);
          await connection.end().catch(() => {});
          throw error;
        }
        if (open) await connection.query('rollback').catch(() => {});
        if (!isRetryable(error) || attempt >= attempts) throw error;
        await sleep(attempt * 10);
      }
    }
  }

  async function charge(connection: pg.Client, organizationId: Id, items: Waiting[]): Promise<BatchResult> {
    const { organization, result } = await inOrganization(connection, organizationId, 'charging', async (ctx) => {
      const batch = sorted(ctx.organization, items);
      const attempt: Writer = { memory, shard: index, found: new Map() };
      try {
        const charged = await chargeBatch(ctx, batch, attempt);
        const kept = items.flatMap((item) => item.arrivalId ?? []);
        if (kept.length > 0 && (await removeArrivals(ctx, index, kept)) !== kept.length) {
          throw new StaleBatch('another process has charged these arrivals');
        }
        return charged;
      } catch (error) {
        // Whatever it was that went wrong, what is remembered of these lines may be the reason.
        forget(memory, ...namesOf(ctx.organization.id, batch), attempt.found.values());
        throw error;
      }
    });
    remember(memory, result.learned);
    let record = 0;
    let restatement = 0;
    for (const item of items) {
      if ('record' in item) item.resolve(result.outcomes[record++]!);
      else if ('restatement' in item) item.resolve(result.restated[restatement++]!);
      else item.resolve();
    }
    options.committed?.(organization, result, performance.now() - items[0]!.at);
    return result;
  }

  async function store(organizationId: Id, items: Waiting[]): Promise<void> {
    const [organization] = await query<Organization>(
      options.database.pool,
      sql`/* charging.organization */ select * from find_organization(${organizationId})`,
    );
    if (!organization) throw new Error(`there is no organization ${organizationId}`);
    const { database, clock } = options;
    const ctx = contextFor({ database, clock, log, random: randomBytes }, organization, systemActor('intake'));
    const arrivals = items.map((item) => arrivalOf(organization, item));
    await atomically(ctx, (ctx) => storeArrivals(ctx, index, arrivals));
    for (const item of items) {
      if ('update' in item) item.resolve();
      else item.resolve({ outcome: 'accepted' });
    }
  }

  async function serve(organizationId: Id, items: Waiting[]): Promise<void> {
    if (options.acknowledgeEarly) {
      for (const item of items) if ('update' in item) item.resolve();
    }
    try {
      const connection = await writer();
      if (connection) await charge(connection, organizationId, items);
      else if (items.every((item) => item.arrivalId === null)) await store(organizationId, items);
    } catch (error) {
      if (items.length > 1 && isOurFault(error)) {
        // One bad update must not stop the others: halve until it is alone.
        const middle = items.length >> 1;
        await serve(organizationId, items.slice(0, middle));
        await serve(organizationId, items.slice(middle));
        return;
      }
      const [alone] = items;
      if (alone && isOurFault(error) && (await setAside(organizationId, alone))) {
        log.error({ err: error }, 'usage that cannot be charged was set aside in quarantine');
        return;
      }
      log.error({ err: error, updates: items.length }, 'usage was not charged; the network will repeat it');
      for (const item of items) item.reject(error as Error);
    }
  }

  async function setAside(organizationId: Id, item: Waiting): Promise<boolean> {
    try {
      const connection = await writer();
      if (!connection) return false;
      await inOrganization(connection, organizationId, 'charging', async (ctx) => {
        await quarantine(ctx, arrivalOf(ctx.organization, item));
        if (item.arrivalId) await removeArrivals(ctx, index, [item.arrivalId]);
      });
      if ('record' in item) item.resolve({ outcome: 'unrated', reason: 'fault', repeat: false });
      else if ('restatement' in item) item.reject(new Error('set aside in quarantine'));
      else item.resolve();
      return true;
    } catch (error) {
      log.error({ err: error }, 'quarantine failed as well');
      return false;
    }
  }

  async function pump(): Promise<void> {
    if (working) return;
    working = true;
    const enough = Math.min(gathering.enough, options.batchBound);
    try {
      for (let next = queue.take(options.batchBound); next; next = queue.take(options.batchBound)) {
        const { organizationId, items } = next;
        await exclusively(() => serve(organizationId, items));
        if (items.length < enough) await sleep(gathering.ms);
      }
    } finally {
      working = false;
      if (queue.size > 0) setImmediate(() => void pump());
    }
  }

  /** Charges what other processes stored for this shard. Returns how much it took. */
  async function drainArrivals(): Promise<number> {
    const connection = await writer();
    if (!connection) return 0;
    let taken = 0;
    for (const organizationId of await organizationsWithArrivals(connection, index)) {
      const { result: arrivals } = await inOrganization(connection, organizationId, 'charging', (ctx) =>
        listArrivals(ctx, index, options.batchBound),
      );
      const at = performance.now();
      const items = arrivals.map(({ id, arrival }): Waiting => {
        const common = { organizationId, at, arrivalId: id, resolve: () => {}, reject: () => {} };
        if (!('update' in arrival)) return { ...common, ...arrival };
        return { ...common, ...arrival, line: lineOf(organizationId, arrival.update), onMachineClock: false };
      });
      if (items.length > 0) await serve(organizationId, items);
      taken += items.length;
    }
    return taken;
  }

  function poll(afterMs: number): void {
    if (closing || !options.hold) return;
    timer = setTimeout(() => {
      exclusively(drainArrivals).then(
        (taken) => poll(taken > 0 ? pollMs.busy : pollMs.quiet),
        () => poll(attemptMs),
      );
    }, afterMs);
    timer.unref();
  }
  poll(pollMs.quiet);

  return {
    /** Puts it into a lane; rejects at once when the lane is full. */
    offer(lane: 'live' | 'bulk', item: Waiting): void {
      if (closing || !queue.offer(lane, item)) {
        item.reject(new Overloaded('too much usage waits already'));
        return;
      }
      // The next turn of the event loop: packets that came together are charged together.
      if (!working) setImmediate(() => void pump());
    },
    waiting: () => queue.size,
    /** Whether this process writes the shard. */
    holds: () => client !== null,
    /** Charges what waits in an organization's inbox, if this process writes the shard. Returns how many rows it took. */
    drainInbox: (organizationId: Id) =>
      exclusively(async () => {
        const connection = await writer();
        if (!connection) return 0;
        const took = await inOrganization(connection, organizationId, 'replay', (ctx) =>
          chargeInbox(ctx, 1000, { memory, shard: index, found: new Map() }),
        );
        return took.result;
      }),
    /** Charges what was stored for this shard until nothing is left. */
    drainArrivals: () => exclusively(drainArrivals),
    async close(): Promise<void> {
      for (let i = 0; i < 500 && (queue.size > 0 || working); i++) await sleep(10);
      closing = true;
      if (timer) clearTimeout(timer);
      for (let left = queue.take(options.batchBound); left; left = queue.take(options.batchBound)) {
        for (const item of left.items) item.reject(new Overloaded('stopping'));
      }
      await turn;
      const last = client;
      client = null;
      await last?.end();
    },
  };
}

export type Shard = ReturnType<typeof openShard>;

function isOurFault(error: unknown): boolean {
  return !isConnectionLoss(error) && !isRetryable(error) && !(error instanceof Overloaded);
}

function arrivalOf(organization: Organization, item: Waiting): Arrival {
  if ('record' in item) return { record: item.record };
  if ('restatement' in item) return { restatement: item.restatement };
  return { update: onClock(organization, item) };
}

function onClock(organization: Organization, item: Extract<Waiting, { update: SessionUpdate }>): SessionUpdate {
  const { update, onMachineClock } = item;
  if (!onMachineClock || organization.clockOffsetMs === 0n) return update;
  return {
    ...update,
    eventTime: onOrganizationClock(organization, update.eventTime),
    receivedAt: onOrganizationClock(organization, update.receivedAt),
  };
}

function sorted(organization: Organization, items: Waiting[]): Batch {
  const batch: Batch = { updates: [], records: [], restatements: [] };
  for (const item of items) {
    if ('record' in item) batch.records.push(item.record);
    else if ('restatement' in item) batch.restatements.push(item.restatement);
    else batch.updates.push(withNames(onClock(organization, item), item.line));
  }
  return batch;
}
