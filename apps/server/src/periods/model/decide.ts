import type { PlanVersion } from '../../catalog/index.ts';
import { assert } from '../../kit/assert.ts';
import type { Id } from '../../kit/ids.ts';
import { type Anchor, anchorAt, nextPeriod, openPeriod, wholePeriod } from './calendar.ts';
import { contributionOf, emptyPeriod, openActive, partOf, recurringFee } from './opening.ts';
import {
  anchorZone,
  type BilledLine,
  type Close,
  type Contribution,
  chargesWhileReady,
  chargesWhileSuspended,
  type DuePeriod,
  noChanges,
  type Offer,
  type Period,
  type PeriodChanges,
  type PlannedLine,
  periodLength,
} from './period.ts';

/**
 * The ready period of a line that was just made ready: its usage is recorded and free. Super SIM plans give it an end
 * (three months), all others wait for the first usage; where the recurring fee runs from assignment, the wait is counted in
 * months that each bear it. A prepaid line keeps what it is refilled with while it waits.
 *
 * @param balance what comes along from another prepaid plan
 */
export function decideReady(line: PlannedLine, at: Date, id: Id, balance = 0n): PeriodChanges {
  const anchor = anchorAt(at, anchorZone(line.version, line.zone));
  if (chargesWhileReady(line.version))
    return openReadyMonth(line, anchor, openPeriod(periodLength(line.version), anchor, at), id);
  const months = line.version.readyExitMonths;
  const endsAt = months === null ? null : openPeriod({ unit: 'months', months }, anchor, at).endsAt;
  const allowanceBytes = balance === 0n ? null : balance;
  return { ...noChanges, open: [{ ...readyPeriod(line, anchor, id), allowanceBytes, startsAt: at, endsAt }] };
}

function readyPeriod(line: PlannedLine, anchor: Anchor, id: Id) {
  return { ...emptyPeriod(id, line, anchor), kind: 'ready' as const, payerId: null, allowanceBytes: null };
}

/** A month of a line that is not used yet and pays its recurring fee already. */
function openReadyMonth(
  line: PlannedLine,
  anchor: Anchor,
  span: { startsAt: Date; endsAt: Date },
  id: Id,
): PeriodChanges {
  const part = line.version.prorated ? partOf(line.version, anchor, span) : null;
  const fee = recurringFee(line, id, part, span.startsAt);
  return {
    ...noChanges,
    open: [{ ...readyPeriod(line, anchor, id), ...span, recurringMicros: fee.amountMicros }],
    fees: [fee],
  };
}

/**
 * Becoming active at `at`. An unexpired active period is kept, and nothing is charged; otherwise a new one opens from
 * that instant, with its fees. A ready period is cut to that instant; what it was refilled with goes along, and a month that
 * has paid its recurring fee does not pay it again.
 */
export function decideActivation(line: PlannedLine, current: Period | null, at: Date, id: Id): PeriodChanges {
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
  const span = openPeriod(periodLength(line.version), anchor, at);
  const recurringPaid = current?.kind === 'ready' && current.recurringMicros !== null && current.endsAt! > at;
  const allowanceBytes = current?.kind === 'ready' ? (current.allowanceBytes ?? 0n) : 0n;
  return { ...openActive(line, anchor, span, id, { recurringPaid, allowanceBytes }), close };
}

export type Rollover = PeriodChanges & {
  /** What the line becomes. */
  to: 'active' | 'suspended' | null;
  /** The change that was waiting for this end, taken. */
  taken: { id: Id; offer: Offer | null } | null;
};

/**
 * What happens to a period whose end has come. While the line is active the next one follows at once, with no gap and
 * no overlap; a line that is not active gets none, unless its recurring fee runs on. A ready period that ends by time makes
 * the line active, or is followed by the next ready month where each bears the fee. A prepaid period is followed by
 * nothing: what is left lapses and the line is blocked until it is refilled. A change of plan that waited for this end is taken.
 */
export function decideRollover(line: BilledLine, due: DuePeriod, id: Id): Rollover {
  const end = due.endsAt;
  assert(end, 'a period without an end is never due');
  const close: Close[] = [{ id: due.id, lineId: line.id, kind: due.kind, at: end, version: due.version }];
  const taken = line.next;
  const none: Rollover = { ...noChanges, close, to: null, taken };
  const running = line.lifecycle === 'active' || line.lifecycle === 'ready';
  if (taken && taken.offer === null) return { ...none, to: running ? 'suspended' : null };
  const offer = taken?.offer ?? (line.version && { version: line.version, poolId: line.poolId, payerId: line.payerId });
  if (!offer) return none;
  const now: PlannedLine = { ...line, ...offer, contributed: taken ? false : line.contributed };
  const { version } = now;
  const expires = version.type === 'prepaid' && !taken && due.kind === 'active';
  if (expires && line.lifecycle !== 'archived') {
    return { ...none, block: [{ lineId: line.id, reason: 'validity', detail: { expiredAt: end.toISOString() } }] };
  }
  if (due.kind === 'ready' && due.recurringMicros !== null) {
    const goesOn =
      chargesWhileReady(version) &&
      (line.lifecycle === 'ready' || (line.lifecycle === 'suspended' && chargesWhileSuspended(version)));
    if (!goesOn) return none;
    const anchor = anchorFor(now, due, end);
    return {
      ...openReadyMonth(now, anchor, nextPeriod(periodLength(version), anchor, end), id),
      close,
      to: null,
      taken,
    };
  }
  const goesOn =
    due.kind === 'active'
      ? line.lifecycle === 'active' || (line.lifecycle === 'suspended' && chargesWhileSuspended(version))
      : line.lifecycle === 'ready';
  if (!goesOn) return { ...none, contributions: goesOnContributing(now, end) };
  // The line's own boundaries go on from its anchor; a ready period ends in a first active one, anchored at that instant.
  const follows = due.kind === 'active' && (!taken || keepsMonths(due, end, version));
  const anchor = follows ? anchorFor(now, due, end) : anchorAt(end, anchorZone(version, line.zone));
  const length = periodLength(version);
  const span = follows ? nextPeriod(length, anchor, end) : openPeriod(length, anchor, end);
  const opened = openActive(now, anchor, span, id);
  return { ...opened, close, to: due.kind === 'ready' ? 'active' : null, taken };
}

/**
 * From one plan of calendar months to another the months go on, so that an account that has moved to another zone meanwhile
 * gets no month of some hours.
 */
function keepsMonths(due: DuePeriod, end: Date, version: PlanVersion): boolean {
  const month = periodLength(version);
  return month.unit === 'calendar_month' && wholePeriod(month, due.anchor, end).startsAt.getTime() === end.getTime();
}

/** A suspended member goes on contributing, also one whose change of plan was in the way when the month began. */
function goesOnContributing(line: PlannedLine, at: Date): Contribution[] {
  const { lifecycle, version, poolId, contributed } = line;
  if (lifecycle !== 'suspended' || version.type !== 'dynamic_pool' || !poolId || contributed) return [];
  return [contributionOf(line, null, at)];
}

/** The anchor that the next period goes on from: the same, or from the old start where the account changed its zone. */
function anchorFor(line: PlannedLine, due: DuePeriod, end: Date): Anchor {
  const zone = anchorZone(line.version, line.zone);
  if (due.anchor.zone === zone) return due.anchor;
  return anchorAt(due.kind === 'active' ? due.startsAt : end, zone);
}
