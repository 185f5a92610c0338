import type { Micros } from '@simwright/measure';
import type { PlanVersion } from '../../catalog/index.ts';
import type { Lifecycle } from '../../inventory/index.ts';
import {
  type Anchor,
  activatesAtAssignment,
  chargesWhileReady,
  chargesWhileSuspended,
  nextPeriod,
  type PeriodLength,
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

/** Periods of a year, and some beside. */
const mostSpans = 400;

/** The whole periods of a length that touch a window, one after the other. */
export function spansOf(length: PeriodLength, anchor: Anchor, from: Date, to: Date): Span[] {
  const spans: Span[] = [];
  for (let span = wholePeriod(length, anchor, from); spans.length < mostSpans && span.startsAt < to; ) {
    spans.push(span);
    span = nextPeriod(length, anchor, span.endsAt);
  }
  return spans;
}

/**
 * The periods that a line would have had on a plan version in a window, had it been on it all along: cut from the same
 * boundaries, with the fee and the allowance that charging gives them. The line is active when it was active; on plans that
 * begin with the first usage from that on, and where the fee runs before it, from then on.
 *
 * @param months calendar months of the account that touch the window
 */
export function imaginePeriods(
  version: PlanVersion,
  line: LineInService,
  months: readonly Span[],
  { zone, from, to }: { zone: string; from: Date; to: Date },
): ImaginedPeriod[] {
  const anniversaries = version.type === 'super_sim';
  const anchor = anniversaries ? line.anchor : calendarAnchor(zone);
  const spans = anniversaries ? spansOf(periodLength(version), anchor, from, to) : months;
  const periods: ImaginedPeriod[] = [];
  for (const { startsAt, endsAt } of stretchesOf(version, line, to)) {
    for (const span of spans) {
      if (span.startsAt >= endsAt || periods.at(-1)?.endsAt === span.endsAt) continue;
      if (span.endsAt > startsAt && span.endsAt > from) periods.push(opened(version, anchor, span, startsAt));
    }
  }
  return periods;
}

/** Calendar months use the zone of an anchor alone. */
export function calendarAnchor(zone: string): Anchor {
  return { local: '1970-01-01T00:00:00', zone };
}

/** The period that begins with a span, or in it. */
function opened(version: PlanVersion, anchor: Anchor, span: Span, from: Date): ImaginedPeriod {
  const { feeMicros, allowanceBytes } = version;
  if (from <= span.startsAt) return { ...span, feeMicros, allowanceBytes };
  const begun = { startsAt: from, endsAt: span.endsAt };
  const part = version.prorated ? partOf(version, anchor, begun) : null;
  if (!part) return { ...begun, feeMicros, allowanceBytes };
  return {
    ...begun,
    feeMicros: prorateFee(feeMicros, part.days, part.wholeDays),
    allowanceBytes: allowanceBytes === null ? null : prorateAllowance(allowanceBytes, part.days, part.wholeDays),
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
