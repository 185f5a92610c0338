import type { Micros } from '@simwright/measure';
import type { PlanVersion } from '../../catalog/index.ts';
import type { Lifecycle } from '../../inventory/index.ts';
import {
  type Anchor,
  activatesAtAssignment,
  anchorZone,
  chargesWhileReady,
  chargesWhileSuspended,
  nextPeriod,
  openPeriod,
  partOf,
  periodLength,
  prorateAllowance,
  prorateFee,
  type Span,
  wholePeriod,
} from '../../periods/index.ts';

/** A stretch in which a line was in service, as its billing periods tell. */
export type Service = { kind: 'ready' | 'active'; startsAt: Date; endsAt: Date | null };

export type LineInService = {
  lifecycle: Lifecycle;
  /** Ascending. */
  service: readonly Service[];
  /** Of its anniversaries, in UTC. */
  anchor: Anchor;
  /** When it was used first while it was ready; null: never. */
  firstReadyUse: Date | null;
};

/** A period that the line would have had, and what opening it would have cost. */
export type ImaginedPeriod = { startsAt: Date; endsAt: Date; feeMicros: Micros; allowanceBytes: bigint | null };

/** Periods of one line in one window: those of a year, where each month is interrupted a few times. */
const mostPeriods = 100;

/**
 * The periods that a line would have had on a plan version between two instants, had it been on it all along: cut from the
 * same boundaries, with the fee and the allowance that charging gives them. The line is active when it was active; on plans
 * that begin with the first usage from that on, and where the fee runs before it, from then on.
 */
export function imaginePeriods(
  version: PlanVersion,
  line: LineInService,
  zone: string,
  from: Date,
  to: Date,
): ImaginedPeriod[] {
  const length = periodLength(version);
  const anchor =
    version.type === 'super_sim' ? line.anchor : { local: '1970-01-01T00:00:00', zone: anchorZone(version, zone) };
  const periods: ImaginedPeriod[] = [];
  for (const { startsAt, endsAt } of stretchesOf(version, line, to)) {
    const end = endsAt < to ? endsAt : to;
    const covered = periods.at(-1)?.endsAt;
    const start = covered && covered > startsAt ? covered : startsAt;
    if (end <= from || start >= end) continue;
    const whole = wholePeriod(length, anchor, start < from ? from : start);
    let span: Span = whole.startsAt <= start ? openPeriod(length, anchor, start) : whole;
    for (; periods.length < mostPeriods; span = nextPeriod(length, anchor, span.endsAt)) {
      periods.push(opened(version, anchor, span));
      if (span.endsAt >= end) break;
    }
  }
  return periods;
}

function opened(version: PlanVersion, anchor: Anchor, span: Span): ImaginedPeriod {
  const part = version.prorated ? partOf(version, anchor, span) : null;
  const { feeMicros, allowanceBytes } = version;
  return {
    ...span,
    feeMicros: part ? prorateFee(feeMicros, part.days, part.wholeDays) : feeMicros,
    allowanceBytes:
      part && allowanceBytes !== null ? prorateAllowance(allowanceBytes, part.days, part.wholeDays) : allowanceBytes,
  };
}

type Stretch = { startsAt: Date; endsAt: Date };

/** When the line would have been charged for, in one piece wherever its periods followed each other. */
function stretchesOf(version: PlanVersion, line: LineInService, to: Date): Stretch[] {
  const early = activatesAtAssignment(version) || chargesWhileReady(version);
  const { firstReadyUse } = line;
  const stretches: Stretch[] = [];
  for (const { kind, startsAt, endsAt } of line.service) {
    const used = version.type === 'super_sim' ? null : firstReadyUse;
    const begins = kind === 'active' || early ? startsAt : used && used > startsAt ? used : used && startsAt;
    if (begins === null) continue;
    const ends = endsAt ?? to;
    const last = stretches.at(-1);
    if (last && last.endsAt >= begins) last.endsAt = ends > last.endsAt ? ends : last.endsAt;
    else if (ends > begins) stretches.push({ startsAt: begins, endsAt: ends });
  }
  const [first] = stretches;
  const goesOn = line.lifecycle === 'active' || line.lifecycle === 'suspended';
  return first && goesOn && chargesWhileSuspended(version) ? [{ startsAt: first.startsAt, endsAt: to }] : stretches;
}
