import type { Micros } from '@simwright/measure';
import type { PlanVersion } from '../../catalog/index.ts';
import { type ChargedSim, effectiveDataLimit } from '../../inventory/index.ts';
import { assert } from '../../kit/assert.ts';
import type { Id } from '../../kit/ids.ts';
import { type BilledLine, decideActivation, type Period, type PeriodChanges } from '../../periods/index.ts';
import type * as usage from '../../usage/index.ts';
import type { UnratedReason, UsageRecord } from '../../usage/index.ts';
import { chargeBetween, crossed, decideReadyExit, type Price, priceOf, type Terms } from './rating.ts';

/** New bytes of one update, wherever they came from: a session's counters, or the inbox once more. */
export type Candidate = {
  /** The inbox row that is tried again, if any. */
  inboxId: Id | null;
  lineId: Id | null;
  imsi: string | null;
  /** What the source's time told against it already. */
  problem: UnratedReason | null;
  sourceId: Id;
  sourceKey: Id;
  sessionId: Id | null;
  bytesUp: bigint;
  bytesDown: bigint;
  plmn: string;
  occurredAt: Date;
  receivedAt: Date;
  raw: unknown;
  /** What came with an id of its own is claimed by it. */
  claim: usage.Claim | null;
};

/** Everything the decision needs, read before it; nothing is looked up while deciding. */
export type World = {
  lines: Map<Id, ChargedSim>;
  /** Of lines that may become active here: what an activation needs to know. */
  billed: Map<Id, BilledLine>;
  periods: Period[];
  versions: Map<Id, PlanVersion>;
  newId: () => Id;
};

export type Crossing = {
  lineId: Id;
  limitBytes: bigint;
  limitFrom: 'sim' | 'fleet' | 'plan';
  usedBytes: bigint;
  periodId: Id;
  at: Date;
};

export type Charged = {
  records: UsageRecord[];
  /** Periods as they are after these records, still with the version that was read. */
  touched: Period[];
  activations: { lineId: Id; at: Date; changes: PeriodChanges }[];
  crossings: Crossing[];
  unrated: { candidate: Candidate; reason: UnratedReason }[];
  /** Past the end of a period that only opens here: they are decided once it is saved and rolled over. */
  deferred: Candidate[];
  charged: Candidate[];
  /** What each payer owes for this batch. */
  sums: Map<Id, { amountMicros: Micros; currency: string }>;
};

type Booking = { candidate: Candidate; line: ChargedSim; period: Period; late: boolean };

/**
 * Decides a batch: which period each candidate belongs to, what it costs, which line becomes active by it, which
 * limit it reaches. Pure; the periods given are not changed, the answer holds copies.
 */
export function decideCharges(candidates: Candidate[], world: World): Charged {
  const book = new PeriodBook(world.periods);
  const activations: Charged['activations'] = [];
  const unrated: Charged['unrated'] = [];
  const deferred: Candidate[] = [];
  const bookings: Booking[] = [];

  for (const candidate of candidates) {
    const line = candidate.lineId ? world.lines.get(candidate.lineId) : undefined;
    const found = placeOf(candidate, line, book, world);
    if ('reason' in found) {
      const opened = activations.find((activation) => activation.lineId === candidate.lineId)?.changes.open[0];
      if (found.reason === 'no_period' && opened && opened.endsAt! <= candidate.occurredAt) deferred.push(candidate);
      else unrated.push({ candidate, reason: found.reason });
      continue;
    }
    assert(line, 'a placed candidate has a line');
    let { period } = found;
    if (period.kind === 'ready' && period.state === 'open' && !found.late) {
      const version = world.versions.get(period.planVersionId)!;
      const bytes = candidate.bytesUp + candidate.bytesDown;
      const billed = world.billed.get(line.id);
      if (decideReadyExit(version, period.usedBytes, bytes) && line.lifecycle === 'ready' && billed?.version) {
        const changes = decideActivation(
          { ...billed, version: billed.version },
          period,
          candidate.occurredAt,
          world.newId(),
        );
        activations.push({ lineId: line.id, at: candidate.occurredAt, changes });
        period = book.activate(period, changes);
      }
    }
    period.usedBytes += candidate.bytesUp + candidate.bytesDown;
    bookings.push({ candidate, line, period, late: found.late });
  }
  // Which period a record belongs to needed the running totals; the price starts from the totals before the batch.
  for (const { candidate, period } of bookings) period.usedBytes -= candidate.bytesUp + candidate.bytesDown;
  return { ...rate(bookings, world), activations, unrated, deferred, charged: bookings.map((b) => b.candidate) };
}

/** Where a candidate is booked, or why it cannot be. */
function placeOf(
  candidate: Candidate,
  line: ChargedSim | undefined,
  book: PeriodBook,
  world: World,
): { period: Period; late: boolean } | { reason: UnratedReason } {
  if (candidate.problem) return { reason: candidate.problem };
  // Only a session can come without saying whose it is; a record always names its line.
  if (!line) return { reason: candidate.imsi || !candidate.sessionId ? 'unknown_sim' : 'no_imsi' };
  if (line.lifecycle === 'archived' && !book.at(line.id, candidate.occurredAt)) return { reason: 'archived' };
  if (!line.registeredAt) return { reason: 'not_registered' };
  const period = book.at(line.id, candidate.occurredAt);
  if (!period) return { reason: line.lifecycle === 'blank' ? 'not_activated' : 'no_period' };
  const version = world.versions.get(period.planVersionId);
  assert(version, 'a period has a plan version');
  if (period.kind === 'ready' && period.state === 'closed' && version.type !== 'super_sim') {
    // Usage from before the activation that arrives after it: free only on Super SIM plans.
    const active = book.startingAt(line.id, period.endsAt!);
    return active ? { period: active, late: true } : { reason: 'no_period' };
  }
  return { period, late: period.state === 'closed' };
}

function rate(bookings: Booking[], world: World): Pick<Charged, 'records' | 'touched' | 'crossings' | 'sums'> {
  const touched = new Set<Period>();
  const crossings: Crossing[] = [];
  const sums: Charged['sums'] = new Map();
  const records = bookings.map(({ candidate, line, period, late }, position): UsageRecord => {
    const version = world.versions.get(period.planVersionId)!;
    const bytes = candidate.bytesUp + candidate.bytesDown;
    const total = period.usedBytes + bytes;
    const charge = period.kind === 'active' ? priceBetween(version, period, total) : 0n;
    const before = period.limitUsedBytes;
    period.usedBytes = total;
    period.chargeMicros += charge;
    if (!late) period.limitUsedBytes += bytes;
    touched.add(period);
    if (charge !== 0n) {
      assert(period.payerId, 'an active period has a payer');
      const sum = sums.get(period.payerId);
      if (sum) sum.amountMicros += charge;
      else sums.set(period.payerId, { amountMicros: charge, currency: version.currency });
    }
    if (period.kind === 'active' && period.state === 'open') {
      const limit = effectiveDataLimit(line.dataLimitBytes, line.fleetDataLimitMb, version.dataLimitBytes);
      if (limit && crossed(limit.bytes, before, period.limitUsedBytes)) {
        crossings.push({
          lineId: line.id,
          limitBytes: limit.bytes,
          limitFrom: limit.from,
          usedBytes: period.limitUsedBytes,
          periodId: period.id,
          at: candidate.occurredAt,
        });
      }
    }
    return {
      occurredAt: candidate.occurredAt,
      lineId: line.id,
      sourceId: candidate.sourceId,
      sourceKey: candidate.sourceKey,
      sessionId: candidate.sessionId,
      receivedAt: candidate.receivedAt,
      bytesUp: candidate.bytesUp,
      bytesDown: candidate.bytesDown,
      plmn: candidate.plmn,
      fleetId: line.fleetId,
      chargeMicros: charge,
      late,
      periodId: period.id,
      position,
    };
  });
  return { records, touched: [...touched], crossings, sums };
}

// Versions never change, so neither does the price that was worked out of one.
const prices = new WeakMap<PlanVersion, Price>();

/** f(total after) − f(total before): this record's own charge. */
function priceBetween(version: PlanVersion, period: Period, total: bigint): Micros {
  let price = prices.get(version);
  if (!price) {
    price = priceOf(termsOf(version));
    prices.set(version, price);
  }
  return chargeBetween(price, period.usedBytes, total, period.allowanceBytes);
}

/** What rating needs of a plan version. */
export function termsOf(version: PlanVersion): Terms {
  return {
    type: version.type,
    currency: version.currency,
    mbBytes: version.mbBytes,
    pricePerMb: version.pricePerMb,
    tiers: version.tiers ?? undefined,
    allowanceBytes: version.allowanceBytes,
    overageSizeBytes: version.overageSizeBytes,
    overagePriceMicros: version.overagePriceMicros,
    incrementBytes: version.incrementBytes,
    rates: version.rates,
  };
}

/** The periods of a batch's lines, as they change while it is decided. */
class PeriodBook {
  private readonly byLine = new Map<Id, Period[]>();

  constructor(periods: Period[]) {
    for (const period of periods) this.add({ ...period });
  }

  private add(period: Period): void {
    const known = this.byLine.get(period.lineId);
    if (known) known.push(period);
    else this.byLine.set(period.lineId, [period]);
  }

  /** The period that contains the instant. */
  at(lineId: Id, at: Date): Period | undefined {
    return this.byLine.get(lineId)?.find((p) => p.startsAt <= at && (p.endsAt === null || at < p.endsAt));
  }

  startingAt(lineId: Id, at: Date): Period | undefined {
    return this.byLine.get(lineId)?.find((p) => p.kind === 'active' && p.startsAt.getTime() === at.getTime());
  }

  /** The ready period is cut where the active one begins, which is returned. */
  activate(ready: Period, changes: PeriodChanges): Period {
    const [opened] = changes.open;
    assert(opened, 'an activation out of a ready period opens an active one');
    ready.state = 'closed';
    ready.endsAt = opened.startsAt;
    ready.version += 1n;
    const active = { ...opened };
    this.add(active);
    return active;
  }
}
