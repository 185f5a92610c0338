import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Clock, Ctx, Organization } from '../kit/ctx.ts';
import { contextFor, onOrganizationClock, systemActor } from '../kit/ctx.ts';
import { type Database, inTransaction, isConnectionLoss, isRetryable, query, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { Log } from '../kit/log.ts';
import type { SessionUpdate } from '../usage/index.ts';
import { type BatchResult, chargeInbox, chargeUpdates, quarantine, type VersionCache } from './batch.ts';

/** An update as the edge hands it in, its times still on the machine's clock. */
export type ReceivedUpdate = SessionUpdate & { organizationId: Id };

export type ChargerOptions = {
  /** Connection string of the ingest role. */
  ingestUrl: string;
  database: Database;
  clock: Clock;
  log: Log;
  /** Most updates that wait at a time; one more is turned away, which on UDP is silence. */
  queueBound?: number;
  /** Most updates in one database transaction. */
  batchBound?: number;
  /** The shard this writer holds, one process at a time. */
  shard?: string;
  /** Told after a batch committed. */
  committed?: (organization: Organization, result: BatchResult, waitedMs: number) => void;
  /**
   * The control of the crash tests: acknowledges before the commit, which loses usage when the process dies.
   * No setting of the product reaches it.
   */
  acknowledgeEarly?: boolean;
};

export type Charger = {
  /** Resolves when the update is durable and charged (or kept in the inbox); rejects when it is not. */
  receive(update: ReceivedUpdate): Promise<void>;
  /** Charges what waits in an organization's inbox. Returns how many rows it took. */
  drainInbox(organizationId: Id): Promise<number>;
  waiting(): number;
  close(): Promise<void>;
};

type Waiting = { update: ReceivedUpdate; at: number; resolve: () => void; reject: (error: Error) => void };

export class Overloaded extends Error {
  override name = 'Overloaded';
}

function onClock(ctx: Ctx, { organizationId: _, ...update }: ReceivedUpdate): SessionUpdate {
  return {
    ...update,
    eventTime: onOrganizationClock(ctx.organization, update.eventTime),
    receivedAt: onOrganizationClock(ctx.organization, update.receivedAt),
  };
}

/**
 * The single writer of a shard. It takes what waits for one organization, each in turn, charges it in one database
 * transaction, and only then answers: natural group commit, small batches when it is quiet and large ones under load.
 *
 * The advisory lock lives on the connection that writes: when the lock is lost, so is the connection, and nothing more
 * can be written.
 */
export async function openCharger(options: ChargerOptions): Promise<Charger> {
  const queueBound = options.queueBound ?? 50_000;
  const batchBound = options.batchBound ?? 5_000;
  const shard = `simwright.charging.shard.${options.shard ?? '0'}`;
  const queues = new Map<Id, Waiting[]>();
  const versions: VersionCache = new Map();
  let waiting = 0;
  let closing = false;
  let client: pg.Client | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  let working = false;

  /** One piece of work on the writing connection at a time. */
  function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work, work);
    turn = result.catch(() => {});
    return result;
  }

  async function connection(): Promise<pg.Client> {
    if (client) return client;
    const opened = new pg.Client({ connectionString: options.ingestUrl });
    opened.on('error', () => lose(opened));
    opened.on('end', () => lose(opened));
    await opened.connect();
    const held = await opened.query('select pg_try_advisory_lock(hashtext($1)) as held', [shard]);
    if (!held.rows[0].held) {
      await opened.end();
      throw new Overloaded('another process charges this shard');
    }
    client = opened;
    return opened;
  }

  function lose(which: pg.Client): void {
    if (client === which) client = null;
  }

  async function pump(): Promise<void> {
    if (working) return;
    working = true;
    try {
      while (waiting > 0) {
        const next = queues.entries().next();
        if (next.done) break;
        const [organizationId, queue] = next.value;
        // Each organization in turn: the one that was served goes to the back.
        queues.delete(organizationId);
        const batch = queue.splice(0, batchBound);
        if (queue.length > 0) queues.set(organizationId, queue);
        waiting -= batch.length;
        await exclusively(() => serve(organizationId, batch));
      }
    } finally {
      working = false;
      if (waiting > 0 && !closing) setImmediate(() => void pump());
    }
  }

  async function serve(organizationId: Id, batch: Waiting[]): Promise<void> {
    if (options.acknowledgeEarly) for (const item of batch) item.resolve();
    try {
      const { organization, result } = await charge(organizationId, batch);
      for (const item of batch) item.resolve();
      options.committed?.(organization, result, performance.now() - batch[0]!.at);
    } catch (error) {
      if (batch.length > 1 && !isConnectionLoss(error) && !(error instanceof Overloaded)) {
        // One bad update must not stop the others: halve until it is alone.
        const middle = batch.length >> 1;
        await serve(organizationId, batch.slice(0, middle));
        await serve(organizationId, batch.slice(middle));
        return;
      }
      const [alone] = batch;
      if (alone && isOurFault(error) && (await setAside(organizationId, alone.update))) {
        options.log.error({ err: error }, 'an update that cannot be charged was set aside in quarantine');
        alone.resolve();
        return;
      }
      options.log.error({ err: error, updates: batch.length }, 'usage was not charged; the network will repeat it');
      for (const item of batch) item.reject(error as Error);
    }
  }

  function isOurFault(error: unknown): boolean {
    return !isConnectionLoss(error) && !isRetryable(error) && !(error instanceof Overloaded);
  }

  async function setAside(organizationId: Id, update: ReceivedUpdate): Promise<boolean> {
    try {
      await inOrganization(organizationId, 'charging', (ctx) => quarantine(ctx, onClock(ctx, update)));
      return true;
    } catch (error) {
      options.log.error({ err: error }, 'quarantine failed as well');
      return false;
    }
  }

  async function charge(
    organizationId: Id,
    batch: Waiting[],
  ): Promise<{ organization: Organization; result: BatchResult }> {
    return inOrganization(organizationId, 'charging', (ctx) =>
      chargeUpdates(
        ctx,
        batch.map(({ update }) => onClock(ctx, update)),
        versions,
      ),
    );
  }

  /** Runs work in one database transaction of the writer, again from the start when somebody else moved first. */
  async function inOrganization<T>(
    organizationId: Id,
    name: string,
    work: (ctx: Ctx) => Promise<T>,
  ): Promise<{ organization: Organization; result: T }> {
    const writer = await connection();
    for (let attempt = 1; ; attempt++) {
      try {
        const [organization] = await query<Organization>(
          writer,
          sql`/* charging.organization */ select * from find_organization(${organizationId})`,
        );
        if (!organization) throw new Error(`there is no organization ${organizationId}`);
        const ctx = contextFor(
          { database: options.database, clock: options.clock, log: options.log, random: randomBytes },
          organization,
          systemActor(name),
        );
        return { organization, result: await inTransaction(writer, ctx, 'begin', work) };
      } catch (error) {
        if (isConnectionLoss(error)) {
          lose(writer);
          await writer.end().catch(() => {});
          throw error;
        }
        if (!isRetryable(error) || attempt >= 8) throw error;
        await new Promise((resolve) => setTimeout(resolve, attempt * 10));
      }
    }
  }

  return {
    receive(update) {
      if (closing || waiting >= queueBound) return Promise.reject(new Overloaded('too much usage waits already'));
      return new Promise((resolve, reject) => {
        const queue = queues.get(update.organizationId);
        const item: Waiting = { update, at: performance.now(), resolve, reject };
        if (queue) queue.push(item);
        else queues.set(update.organizationId, [item]);
        waiting += 1;
        // The next turn of the event loop: packets that came together are charged together.
        if (!working) setImmediate(() => void pump());
      });
    },
    drainInbox: (organizationId) =>
      exclusively(
        async () => (await inOrganization(organizationId, 'replay', (ctx) => chargeInbox(ctx, 1000, versions))).result,
      ),
    waiting: () => waiting,
    async close() {
      closing = true;
      for (let i = 0; i < 500 && (waiting > 0 || working); i++) await new Promise((resolve) => setTimeout(resolve, 10));
      for (const queue of queues.values()) for (const item of queue) item.reject(new Overloaded('stopping'));
      await turn;
      const last = client;
      client = null;
      await last?.end();
    },
  };
}
