import type { Id } from '../kit/ids.ts';
import type { SessionUpdate } from '../usage/index.ts';
import type { ReceivedRecord, RecordOutcome } from './records.ts';
import type { Restatement, RestatementOutcome } from './restatements.ts';

/** An update as the edge hands it in, its times still on the machine's clock. */
export type ReceivedUpdate = SessionUpdate & { organizationId: Id };

/** What a record was answered: what became of it, or that it is kept for the process that will charge it. */
export type Receipt = RecordOutcome | { outcome: 'accepted' };

/** The same for a carrier's total of a day. */
export type RestatementReceipt = RestatementOutcome | { outcome: 'accepted' };

/** Something that arrived and waits for its batch. `arrivalId` tells that it is kept already; `line` is its line's name. */
export type Waiting = { organizationId: Id; at: number; arrivalId: Id | null; reject: (error: Error) => void } & (
  | { update: SessionUpdate; onMachineClock: boolean; line: string | null; resolve: () => void }
  | { record: ReceivedRecord; resolve: (receipt: Receipt) => void }
  | { restatement: Restatement; resolve: (receipt: RestatementReceipt) => void }
);

export class Overloaded extends Error {
  override name = 'Overloaded';
}

/** Live usage first; of what is not live, so much goes along with it that neither starves. */
const bulkBesideLive = 250;
/** What is not live waits in batches short enough for live usage that comes meanwhile. */
const bulkAlone = 2_000;

type Lane = Map<Id, Waiting[]>;

/**
 * What waits for one shard, per organization, in two lanes: live usage, and all that has waited somewhere else before (a
 * replay after an outage, records handed in over HTTP). Each lane holds at most `bound`.
 */
export class ShardQueue {
  private readonly lanes: { live: Lane; bulk: Lane } = { live: new Map(), bulk: new Map() };
  private readonly sizes = { live: 0, bulk: 0 };
  private readonly bound: number;

  constructor(bound: number) {
    this.bound = bound;
  }

  get size(): number {
    return this.sizes.live + this.sizes.bulk;
  }

  /** False when the lane is full. */
  offer(lane: 'live' | 'bulk', item: Waiting): boolean {
    if (this.sizes[lane] >= this.bound) return false;
    const queue = this.lanes[lane].get(item.organizationId);
    if (queue) queue.push(item);
    else this.lanes[lane].set(item.organizationId, [item]);
    this.sizes[lane] += 1;
    return true;
  }

  /** The next batch: one organization, each in turn. */
  take(atMost: number): { organizationId: Id; items: Waiting[] } | null {
    const organizationId = this.lanes.live.keys().next().value ?? this.lanes.bulk.keys().next().value;
    if (organizationId === undefined) return null;
    const live = this.cut('live', organizationId, atMost);
    const room = live.length > 0 ? Math.min(bulkBesideLive, atMost - live.length) : Math.min(bulkAlone, atMost);
    return { organizationId, items: [...live, ...this.cut('bulk', organizationId, room)] };
  }

  /** Takes from the front of an organization's lane; what is left goes to the back of the turn. */
  private cut(lane: 'live' | 'bulk', organizationId: Id, atMost: number): Waiting[] {
    const queue = this.lanes[lane].get(organizationId);
    if (!queue || atMost <= 0) return [];
    this.lanes[lane].delete(organizationId);
    const taken = queue.splice(0, atMost);
    if (queue.length > 0) this.lanes[lane].set(organizationId, queue);
    this.sizes[lane] -= taken.length;
    return taken;
  }
}
