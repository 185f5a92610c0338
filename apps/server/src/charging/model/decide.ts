import type { Micros } from '@simwright/measure';
import type { PlanVersion } from '../../catalog/index.ts';
import { type ChargedSim, effectiveDataLimit } from '../../inventory/index.ts';
import { assert } from '../../kit/assert.ts';
import type { Id } from '../../kit/ids.ts';
import {
  type BilledLine,
  decideActivation,
  type Period,
  type PeriodChanges,
  type PoolPeriod,
} from '../../periods/index.ts';
import { crossed, decideReadyExit, type Placing, poolPriceFor, priceFor, zoningFor } from '../../rating/index.ts';
import type * as usage from '../../usage/index.ts';
import type { UnratedReason, UsageRecord } from '../../usage/index.ts';
import { PeriodBook, PoolBook } from './book.ts';

/** New usage of one update, wherever it came from: a session's counters, a record, or the inbox once more. */
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
  /** Below zero only where a carrier took back what it had told. */
  bytesUp: bigint;
  bytesDown: bigint;
  service: usage.Service;
  /** Messages, or seconds of calls; 0 for data. */
  units: bigint;
  plmn: string;
  occurredAt: Date;
  receivedAt: Date;
  raw: unknown;
  /** What came with an id of its own is claimed by it. */
  claim: usage.Claim | null;
  /** Staff want it in the running period of its line. */
  placed?: boolean;
};

/** Everything the decision needs, read before it; nothing is looked up while deciding. */
export type World = {
  lines: Map<Id, ChargedSim>;
  /** Of lines that may become active here: what an activation needs to know. */
  billed: Map<Id, BilledLine>;
  periods: Period[];
  /** The months of the pools that these periods share their data with, locked. */
  pools: PoolPeriod[];
  versions: Map<Id, PlanVersion>;
  /** Where usage goes that comes after its period has ended. */
  lateUsage: 'own_period' | 'current_period';
  countryOf: (plmn: string) => string | null;
  newId: () => Id;
};

export type Crossing = {
  lineId: Id;
  limitBytes: bigint;
  limitFrom: 'sim' | 'fleet' | 'plan' | 'pool';
  usedBytes: bigint;
  periodId: Id;
  at: Date;
};

/** A prepaid balance that came to its end by this record. */
export type Exhaustion = { lineId: Id; periodId: Id; allowanceBytes: bigint; usedBytes: bigint };

/** A prepaid balance that fell below what somebody wants to hear of. */
export type Low = { lineId: Id; periodId: Id; lowBytes: bigint; leftBytes: bigint };

/** Use beyond the fair share of an unlimited plan. */
export type FairUse = {
  lineId: Id;
  periodId: Id;
  fairUseBytes: bigint;
  throttleKbps: number | null;
  usedBytes: bigint;
};

export type PoolCrossing = { poolId: Id; poolPeriodId: Id; limitBytes: bigint; usedBytes: bigint };

export type Charged = {
  records: UsageRecord[];
  /** Periods as they are after these records, still with the version that was read. */
  touched: Period[];
  touchedPools: PoolPeriod[];
  activations: { lineId: Id; at: Date; changes: PeriodChanges }[];
  crossings: Crossing[];
  poolCrossings: PoolCrossing[];
  exhaustions: Exhaustion[];
  fairUses: FairUse[];
  lows: Low[];
  unrated: { candidate: Candidate; reason: UnratedReason }[];
  /** Past the end of a period that only opens here: they are decided once it is saved and rolled over. */
  deferred: Candidate[];
  charged: Candidate[];
  /** What each payer owes for this batch. */
  sums: Map<Id, { amountMicros: Micros; currency: string }>;
  /** The wallets among the payers, and the lines that drew on them here. */
  wallets: Map<Id, Set<Id>>;
};

type Booking = {
  candidate: Candidate;
  line: ChargedSim;
  period: Period;
  placing: Placing;
  pool: PoolPeriod | null;
  late: boolean;
};

/**
 * Decides a batch: which period each candidate belongs to, what it costs, which line becomes active by it, which
 * limit it reaches. Pure; the periods given are not changed, the answer holds copies.
 */
export function decideCharges(candidates: Candidate[], world: World): Charged {
  const book = new PeriodBook(world.periods);
  const pools = new PoolBook(world.pools);
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
    const bytes = candidate.bytesUp + candidate.bytesDown;
    const ready = period.kind === 'ready' && period.state === 'open' && !found.late;
    const billed = ready ? world.billed.get(line.id) : undefined;
    const activates =
      billed?.version &&
      line.lifecycle === 'ready' &&
      decideReadyExit(
        world.versions.get(period.planVersionId)!,
        period.usedBytes + (period.takenOverBytes ?? 0n),
        bytes,
        candidate.units,
      );
    const charged = activates || period.kind === 'active';
    const version = activates ? billed.version! : world.versions.get(period.planVersionId)!;
    const placing = charged ? zoningFor(version, world.countryOf)(candidate.service, candidate.plmn) : free;
    if (placing === null) {
      unrated.push({ candidate, reason: 'no_rate' });
      continue;
    }
    const poolId = activates ? billed.poolId : period.kind === 'active' ? period.poolId : null;
    const shared = candidate.service === 'data' ? poolId : null;
    const pool = shared ? pools.at(shared, candidate.occurredAt, found.late, world.lateUsage) : null;
    if (shared && pool === null) {
      unrated.push({ candidate, reason: 'no_period' });
      continue;
    }
    if (activates) {
      const changes = decideActivation({ ...billed, version }, period, candidate.occurredAt, world.newId());
      activations.push({ lineId: line.id, at: candidate.occurredAt, changes });
      period = book.activate(period, changes);
      pools.join(changes);
    }
    period.usedBytes += bytes;
    bookings.push({ candidate, line, period, placing, pool, late: found.late || pool?.state === 'closed' });
  }
  // Which period a record belongs to needed the running totals; the price starts from the totals before the batch.
  for (const { candidate, period } of bookings) period.usedBytes -= candidate.bytesUp + candidate.bytesDown;
  return { ...rate(bookings, world), activations, unrated, deferred, charged: bookings.map((b) => b.candidate) };
}

/** Where a ready line uses: no rate is looked for, because it is free. */
const free: Placing = { component: 'data', unknownNetwork: false };

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
  if (candidate.placed) {
    const current = book.openActive(line.id);
    return current ? { period: current, late: true } : { reason: 'no_period' };
  }
  const period = book.at(line.id, candidate.occurredAt);
  if (!period) return { reason: line.lifecycle === 'blank' ? 'not_activated' : 'no_period' };
  const version = world.versions.get(period.planVersionId);
  assert(version, 'a period has a plan version');
  if (period.kind === 'ready' && period.state === 'closed' && version.type !== 'super_sim') {
    // Usage from before the activation that arrives after it: free only on Super SIM plans.
    const active = book.firstActiveAfter(line.id, period.endsAt!);
    return active ? { period: active, late: true } : { reason: 'no_period' };
  }
  if (period.state === 'closed' && period.kind === 'active') {
    const current = book.openActive(line.id);
    if (period.invoicedAt !== null || (world.lateUsage === 'current_period' && current)) {
      return current ? { period: current, late: true } : { reason: 'no_period' };
    }
  }
  return { period, late: period.state === 'closed' };
}

type Rated = Omit<Charged, 'activations' | 'unrated' | 'deferred' | 'charged'>;

function rate(bookings: Booking[], world: World): Rated {
  const touched = new Set<Period>();
  const touchedPools = new Set<PoolPeriod>();
  const rated: Rated = {
    records: [],
    touched: [],
    touchedPools: [],
    crossings: [],
    poolCrossings: [],
    exhaustions: [],
    fairUses: [],
    lows: [],
    sums: new Map(),
    wallets: new Map(),
  };
  const cut = new Set<Id>();
  rated.records = bookings.map(({ candidate, line, period, placing, pool, late }, position): UsageRecord => {
    const version = world.versions.get(period.planVersionId)!;
    const bytes = candidate.bytesUp + candidate.bytesDown;
    const before = { limit: period.limitUsedBytes, used: period.usedBytes };
    const charge = bookOnPeriod(candidate, period, placing, version);
    if (!late) period.limitUsedBytes += bytes;
    touched.add(period);
    if (charge !== 0n) addTo(rated, period.payerId, charge, version.currency);
    if (version.type === 'paygo' && period.kind === 'active') {
      // A closed period is perhaps of a line that has left the wallet meanwhile; the others are blocked by reaction.
      drawOn(rated, period.payerId!, period.state === 'open' ? line.id : null);
    }
    let ofPool = 0n;
    if (pool) {
      const limitBefore = pool.limitUsedBytes;
      ofPool = bookOnPool(pool, bytes, late);
      touchedPools.add(pool);
      if (ofPool !== 0n) addTo(rated, pool.payerId, ofPool, pool.terms.currency);
      if (pool.state === 'open' && crossed(pool.dataLimitBytes, limitBefore, pool.limitUsedBytes)) {
        const limitBytes = pool.dataLimitBytes!;
        const { poolId, id: poolPeriodId, limitUsedBytes: usedBytes } = pool;
        rated.poolCrossings.push({ poolId, poolPeriodId, limitBytes, usedBytes });
      }
    }
    if (period.kind === 'active' && period.state === 'open') {
      look(rated, candidate, line, period, version, before);
      if (pool?.state === 'open') lookAtPool(rated, candidate, line, pool, cut);
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
      service: candidate.service,
      units: candidate.units,
      plmn: candidate.plmn,
      fleetId: line.fleetId,
      chargeMicros: charge + ofPool,
      late,
      unknownNetwork: placing.unknownNetwork,
      periodId: period.id,
      poolPeriodId: pool?.id ?? null,
      position,
    };
  });
  rated.touched = [...touched];
  rated.touchedPools = [...touchedPools];
  return rated;
}

/** Adds the usage to the period's totals. @returns f(total after) − f(total before): this record's own charge */
function bookOnPeriod(candidate: Candidate, period: Period, { component }: Placing, version: PlanVersion): Micros {
  const totalsBefore = period.totals;
  const usedBefore = period.usedBytes;
  period.usedBytes += candidate.bytesUp + candidate.bytesDown;
  if (component !== 'data') {
    const quantity = candidate.service === 'data' ? candidate.bytesUp + candidate.bytesDown : candidate.units;
    period.totals = { ...totalsBefore, [component]: (totalsBefore?.[component] ?? 0n) + quantity };
  }
  if (period.kind !== 'active') return 0n;
  const price = priceFor(version);
  const charge =
    price(period.usedBytes, period.allowanceBytes, period.totals) -
    price(usedBefore, period.allowanceBytes, totalsBefore);
  period.chargeMicros += charge;
  return charge;
}

function bookOnPool(pool: PoolPeriod, bytes: bigint, late: boolean): Micros {
  const price = poolPriceFor(pool.terms);
  const charge = price(pool.usedBytes + bytes, pool.allowanceBytes) - price(pool.usedBytes, pool.allowanceBytes);
  pool.usedBytes += bytes;
  if (!late) pool.limitUsedBytes += bytes;
  pool.chargeMicros += charge;
  return charge;
}

/** What the record came to on its line: the data limit, the end of a prepaid balance, the fair share. */
function look(
  rated: Rated,
  candidate: Candidate,
  line: ChargedSim,
  period: Period,
  version: PlanVersion,
  before: { limit: bigint; used: bigint },
): void {
  const limit = effectiveDataLimit(line.dataLimitBytes, line.fleetDataLimitMb, version.dataLimitBytes);
  if (limit && crossed(limit.bytes, before.limit, period.limitUsedBytes)) {
    rated.crossings.push({
      lineId: line.id,
      limitBytes: limit.bytes,
      limitFrom: limit.from,
      usedBytes: period.limitUsedBytes,
      periodId: period.id,
      at: candidate.occurredAt,
    });
  }
  const { id: periodId, allowanceBytes, usedBytes } = period;
  if (version.type === 'prepaid' && allowanceBytes !== null && usedBytes >= allowanceBytes && usedBytes > before.used) {
    rated.exhaustions.push({ lineId: line.id, periodId, allowanceBytes, usedBytes });
  }
  const low = line.lowDataBytes;
  if (low !== null && version.type === 'prepaid' && allowanceBytes !== null) {
    const leftBytes = allowanceBytes - usedBytes;
    if (leftBytes < low && allowanceBytes - before.used >= low) {
      rated.lows.push({ lineId: line.id, periodId, lowBytes: low, leftBytes });
    }
  }
  const { fairUseBytes, throttleKbps } = version;
  if (fairUseBytes !== null && crossed(fairUseBytes, before.used, usedBytes)) {
    rated.fairUses.push({ lineId: line.id, periodId, fairUseBytes, throttleKbps, usedBytes });
  }
}

/** Members of pools past their limit that one batch cuts: a block costs as much as ten records, and the month is held meanwhile. */
const cutAtOnce = 50;

/**
 * Whoever uses data of a pool that is past its limit is cut at once, up to a bound; the others with their next usage, and all
 * members by reaction.
 */
function lookAtPool(rated: Rated, candidate: Candidate, line: ChargedSim, pool: PoolPeriod, cut: Set<Id>): void {
  if (pool.dataLimitBytes === null || pool.limitUsedBytes < pool.dataLimitBytes) return;
  if (cut.has(line.id) || cut.size >= cutAtOnce) return;
  cut.add(line.id);
  rated.crossings.push({
    lineId: line.id,
    limitBytes: pool.dataLimitBytes,
    limitFrom: 'pool',
    usedBytes: pool.limitUsedBytes,
    periodId: pool.id,
    at: candidate.occurredAt,
  });
}

function addTo(rated: Rated, payerId: Id | null, charge: Micros, currency: string): void {
  assert(payerId, 'an active period has a payer');
  const sum = rated.sums.get(payerId);
  if (sum) sum.amountMicros += charge;
  else rated.sums.set(payerId, { amountMicros: charge, currency });
}

function drawOn(rated: Rated, walletId: Id, lineId: Id | null): void {
  const lines = rated.wallets.get(walletId) ?? new Set();
  rated.wallets.set(walletId, lineId === null ? lines : lines.add(lineId));
}
