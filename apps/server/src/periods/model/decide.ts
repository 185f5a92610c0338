import type { Micros } from '@simwright/measure';
import type { PlanVersion } from '../../catalog/index.ts';
import type { Lifecycle } from '../../inventory/index.ts';
import { assert } from '../../kit/assert.ts';
import type { Id } from '../../kit/ids.ts';
import {
  type Anchor,
  anchorAt,
  localDays,
  nextPeriod,
  openPeriod,
  type PeriodLength,
  wholePeriod,
} from './calendar.ts';
import { prorateAllowance, prorateFee } from './proration.ts';

export type Period = {
  id: Id;
  lineId: Id;
  kind: 'ready' | 'active';
  startsAt: Date;
  /** Half-open. null: a ready period that waits for its first usage. */
  endsAt: Date | null;
  anchor: Anchor;
  state: 'open' | 'closed';
  planVersionId: Id;
  /** The ledger account that is charged; null: free (ready). */
  payerId: Id | null;
  allowanceBytes: bigint | null;
  usedBytes: bigint;
  /** What counts for the data limit: the same without late usage. */
  limitUsedBytes: bigint;
  chargeMicros: Micros;
  version: bigint;
};

/** Of a period whose end has come, what decides about the next. */
export type DuePeriod = Pick<Period, 'id' | 'lineId' | 'kind' | 'startsAt' | 'endsAt' | 'anchor' | 'version'>;

export type Fee = {
  lineId: Id;
  periodId: Id;
  planVersionId: Id;
  payerId: Id;
  kind: 'recurring' | 'activation';
  amountMicros: Micros;
  currency: string;
  proratedDays: number | null;
  wholeDays: number | null;
  at: Date;
};

/** What periods must know of a line to decide: who it is, what it is on, who pays, and in which zone its months run. */
export type BilledLine = {
  id: Id;
  lifecycle: Lifecycle;
  version: PlanVersion | null;
  /** The payer's ledger account for what it uses on account. */
  payerId: Id;
  zone: string;
};

/** A period to close at an instant (which may cut it short), guarded by the version that was read. */
export type Close = { id: Id; lineId: Id; kind: Period['kind']; at: Date; version: bigint };

export type PeriodChanges = { close: Close[]; open: Period[]; fees: Fee[] };

export const noChanges: PeriodChanges = { close: [], open: [], fees: [] };

/** How long the active periods of a plan version are. */
export function periodLength(version: PlanVersion): PeriodLength {
  switch (version.type) {
    case 'super_sim':
      return { unit: 'anniversary_month' };
    case 'prepaid':
      return { unit: 'days', days: version.validityDays! };
    default:
      return { unit: 'calendar_month' };
  }
}

/** Super SIM periods are always UTC; all others run in the account's zone. */
export function anchorZone(version: PlanVersion, accountZone: string): string {
  return version.type === 'super_sim' ? 'UTC' : accountZone;
}

/**
 * The ready period of a line that was just made ready: its usage is recorded and free. Super SIM plans give it an end
 * (three months), all others wait for the first usage.
 */
export function decideReady(line: BilledLine & { version: PlanVersion }, at: Date, id: Id): PeriodChanges {
  const anchor = anchorAt(at, anchorZone(line.version, line.zone));
  const months = line.version.readyExitMonths;
  return {
    close: [],
    open: [
      {
        ...emptyPeriod(id, line, anchor),
        kind: 'ready',
        startsAt: at,
        endsAt: months === null ? null : openPeriod({ unit: 'months', months }, anchor, at).endsAt,
        payerId: null,
        allowanceBytes: null,
      },
    ],
    fees: [],
  };
}

/**
 * Becoming active at `at`. An unexpired active period is kept, and nothing is charged; otherwise a new one opens from
 * that instant, with its fees. A ready period is cut to that instant.
 */
export function decideActivation(
  line: BilledLine & { version: PlanVersion },
  current: Period | null,
  at: Date,
  id: Id,
): PeriodChanges {
  if (current?.kind === 'active' && current.endsAt! > at) return noChanges;
  const close: Close[] = current
    ? [
        {
          id: current.id,
          lineId: line.id,
          kind: current.kind,
          at: current.kind === 'ready' ? at : current.endsAt!,
          version: current.version,
        },
      ]
    : [];
  const anchor = anchorAt(at, anchorZone(line.version, line.zone));
  const opened = openActive(line, anchor, openPeriod(periodLength(line.version), anchor, at), id);
  return { close, open: [opened.period], fees: opened.fees };
}

/**
 * What happens to a period whose end has come. While the line is active the next one follows at once, with no gap and
 * no overlap; a line that is not active gets none. A ready period that ends by time makes the line active.
 */
export function decideRollover(line: BilledLine, due: DuePeriod, id: Id): PeriodChanges & { activates: boolean } {
  const end = due.endsAt;
  assert(end, 'a period without an end is never due');
  const close: Close[] = [{ id: due.id, lineId: line.id, kind: due.kind, at: end, version: due.version }];
  const goesOn =
    line.version !== null && (due.kind === 'active' ? line.lifecycle === 'active' : line.lifecycle === 'ready');
  if (!goesOn) return { close, open: [], fees: [], activates: false };
  const version = line.version!;
  const zone = anchorZone(version, line.zone);
  const length = periodLength(version);
  // The line's own boundaries go on from its anchor; a ready period ends in a first active one, anchored at that instant.
  const keepsAnchor = due.kind === 'active' && due.anchor.zone === zone;
  const anchor = keepsAnchor ? due.anchor : anchorAt(due.kind === 'active' ? due.startsAt : end, zone);
  const span = due.kind === 'active' ? nextPeriod(length, anchor, end) : openPeriod(length, anchor, end);
  const opened = openActive({ ...line, version }, anchor, span, id);
  return { close, open: [opened.period], fees: opened.fees, activates: due.kind === 'ready' };
}

/** An active period with its recurring fee, and the activation fee, which is charged once per line and account. */
function openActive(
  line: BilledLine & { version: PlanVersion },
  anchor: Anchor,
  span: { startsAt: Date; endsAt: Date },
  id: Id,
): { period: Period; fees: Fee[] } {
  const { version } = line;
  const part = version.prorated ? partOf(periodLength(version), anchor, span) : null;
  const period: Period = {
    ...emptyPeriod(id, line, anchor),
    kind: 'active',
    ...span,
    payerId: line.payerId,
    allowanceBytes:
      part && version.allowanceBytes !== null
        ? prorateAllowance(version.allowanceBytes, part.days, part.wholeDays)
        : version.allowanceBytes,
  };
  const common = {
    lineId: line.id,
    periodId: id,
    planVersionId: version.id,
    payerId: line.payerId,
    currency: version.currency,
    at: span.startsAt,
  };
  const fees: Fee[] = [
    {
      ...common,
      kind: 'recurring' as const,
      amountMicros: part ? prorateFee(version.feeMicros, part.days, part.wholeDays) : version.feeMicros,
      proratedDays: part?.days ?? null,
      wholeDays: part?.wholeDays ?? null,
    },
    {
      ...common,
      kind: 'activation' as const,
      amountMicros: version.activationFeeMicros,
      proratedDays: null,
      wholeDays: null,
    },
  ].filter((fee) => fee.amountMicros > 0n);
  return { period, fees };
}

/** The local days of a span that is shorter than a whole period, and of that whole; null when nothing is missing. */
function partOf(length: PeriodLength, anchor: Anchor, span: { startsAt: Date; endsAt: Date }) {
  const whole = wholePeriod(length, anchor, span.startsAt);
  const wholeDays = localDays(whole.startsAt, whole.endsAt, anchor.zone);
  const days = localDays(span.startsAt, span.endsAt, anchor.zone);
  return days < wholeDays ? { days, wholeDays } : null;
}

function emptyPeriod(id: Id, line: BilledLine & { version: PlanVersion }, anchor: Anchor) {
  return {
    id,
    lineId: line.id,
    anchor,
    state: 'open' as const,
    planVersionId: line.version.id,
    usedBytes: 0n,
    limitUsedBytes: 0n,
    chargeMicros: 0n,
    version: 0n,
  };
}
