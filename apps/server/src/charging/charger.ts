import type { Clock, Organization } from '../kit/ctx.ts';
import type { Database } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { Log } from '../kit/log.ts';
import type { BatchResult } from './batch.ts';
import { lineName, lineOf } from './memory.ts';
import { Overloaded, type Receipt, type ReceivedUpdate, type RestatementReceipt } from './queue.ts';
import type { ReceivedRecord } from './records.ts';
import type { Restatement } from './restatements.ts';
import { openShard, type Shard } from './shard.ts';

export type ChargerOptions = {
  /** Connection string of the ingest role. */
  ingestUrl: string;
  database: Database;
  clock: Clock;
  log: Log;
  /** False in a process that takes usage in for the process that charges. */
  hold?: boolean;
  /** Writers side by side. Every process of an installation must say the same. */
  shards?: number;
  /** Most updates that wait at a time, live and others each; one more is turned away, which on UDP is silence. */
  queueBound?: number;
  /** Most updates in one database transaction. */
  batchBound?: number;
  /** Lines remembered between batches, at about 2 kB each. */
  linesRemembered?: number;
  /** The name of the house that these shards belong to; two houses do not see each other's locks. */
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
  /** Resolves when the update is durable: charged, in the inbox, or stored for the shard's holder; rejects when it is not. */
  receive(update: ReceivedUpdate): Promise<void>;
  /** The same for a usage record that brings its own id, and says what became of it. */
  receiveRecord(organizationId: Id, record: ReceivedRecord): Promise<Receipt>;
  /** The same for a carrier's total of a day. */
  receiveRestatement(organizationId: Id, restatement: Restatement): Promise<RestatementReceipt>;
  /** Charges what waits in an organization's inbox. Returns how many rows it took. */
  drainInbox(organizationId: Id): Promise<number>;
  /** Charges what other processes have stored. Returns how much it took. */
  drainArrivals(): Promise<number>;
  waiting(): number;
  /** The shards that this process writes. */
  held(): number[];
  /** Whether this process writes every shard: it then knows at once what became of a record. */
  holdsAll(): boolean;
  close(): Promise<void>;
};

/** The way in for usage records, and for what corrects them. */
export type RecordIntake = Pick<Charger, 'receiveRecord' | 'receiveRestatement' | 'holdsAll'>;

/** Usage that is older than this when it comes is a replay, and lets what happens now go first. */
const liveMs = 5 * 60_000;

/** FNV-1a over the characters: enough to share lines out evenly, and the same in every process. */
function spread(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The writers of all shards, and the way in to them. */
export async function openCharger(options: ChargerOptions): Promise<Charger> {
  const count = options.shards ?? 2;
  const queueBound = Math.ceil((options.queueBound ?? 50_000) / count);
  const shards: Shard[] = Array.from({ length: count }, (_, index) =>
    openShard({
      ...options,
      index,
      lock: `simwright.charging.${options.shard ?? 'shard'}.${index}`,
      hold: options.hold ?? true,
      queueBound,
      batchBound: options.batchBound ?? 5_000,
      linesRemembered: Math.ceil((options.linesRemembered ?? 240_000) / count),
    }),
  );
  let closing = false;

  /** A line's usage always goes to the same writer; another one would be right as well, and slower. */
  function shardOf(name: string): Shard {
    return shards[count === 1 ? 0 : spread(name) % count]!;
  }

  return {
    receive(update) {
      if (closing) return Promise.reject(new Overloaded('stopping'));
      const { organizationId, sessionKey, nasId } = update;
      const line = lineOf(organizationId, update);
      const shard = shardOf(line ?? `${nasId}/${sessionKey}`);
      const live = update.receivedAt.getTime() - update.eventTime.getTime() <= liveMs;
      return new Promise((resolve, reject) => {
        const at = performance.now();
        const item = { organizationId, at, arrivalId: null, update, line, onMachineClock: true, resolve, reject };
        shard.offer(live ? 'live' : 'bulk', item);
      });
    },
    receiveRecord(organizationId, record) {
      if (closing) return Promise.reject(new Overloaded('stopping'));
      return new Promise((resolve, reject) => {
        const at = performance.now();
        shardOf(lineName(organizationId, record.line)).offer('bulk', {
          organizationId,
          at,
          arrivalId: null,
          record,
          resolve,
          reject,
        });
      });
    },
    receiveRestatement(organizationId, restatement) {
      if (closing) return Promise.reject(new Overloaded('stopping'));
      return new Promise((resolve, reject) => {
        const at = performance.now();
        const item = { organizationId, at, arrivalId: null, restatement, resolve, reject };
        shardOf(lineName(organizationId, restatement.line)).offer('bulk', item);
      });
    },
    drainInbox: (organizationId) => shards[0]!.drainInbox(organizationId),
    async drainArrivals() {
      let taken = 0;
      for (const shard of shards) taken += await shard.drainArrivals();
      return taken;
    },
    waiting: () => shards.reduce((sum, shard) => sum + shard.waiting(), 0),
    held: () => shards.flatMap((shard, index) => (shard.holds() ? index : [])),
    holdsAll: () => shards.every((shard) => shard.holds()),
    async close() {
      closing = true;
      await Promise.all(shards.map((shard) => shard.close()));
    },
  };
}
