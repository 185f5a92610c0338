import { Temporal } from 'temporal-polyfill';

/** How long the periods of a plan version are. `months` is the ready period of Super SIM: three. */
export type PeriodLength =
  | { unit: 'calendar_month' }
  | { unit: 'anniversary_month' }
  | { unit: 'days'; days: number }
  | { unit: 'months'; months: number };

/**
 * The local date and time that fixes a line's period boundaries, with its IANA zone. Super SIM: always UTC.
 *
 * Calendar months use the zone alone.
 */
export type Anchor = { local: string; zone: string };

/** Half-open: `startsAt` belongs to the period, `endsAt` to the next one. */
export type Span = { startsAt: Date; endsAt: Date };

/**
 * The anchor of a line whose first period begins at `instant`: `YYYY-MM-DDTHH:mm:ss.SSS` as a clock in `zone` shows it.
 *
 * @throws RangeError for an unknown zone, here and everywhere below.
 */
export function anchorAt(instant: Date, zone: string): Anchor {
  return { local: localTime(instant, zone).toString({ fractionalSecondDigits: 3 }), zone };
}

/**
 * The period that opens at `at`: from that instant to the first boundary after it.
 *
 * A calendar month that opens on the 17th ends with the month; a period that opens on its anchor has its whole length.
 */
export function openPeriod(length: PeriodLength, anchor: Anchor, at: Date): Span {
  return { startsAt: at, endsAt: boundaryAfter(length, anchor, at, nearBoundary(length, anchor, at) - 1) };
}

/**
 * The period that follows one that ended at `previousEnd`.
 *
 * Boundaries come from the anchor, never from the previous end: a SIM anchored on the 31st ends February early and
 * is back on the 31st in March. After a change of zone the previous end is no boundary any more; then the period
 * ends one length after the boundary closest to it, so that a shift of hours never makes a period of hours.
 */
export function nextPeriod(length: PeriodLength, anchor: Anchor, previousEnd: Date): Span {
  const near = nearBoundary(length, anchor, previousEnd);
  const distance = (index: number) => Math.abs(boundary(length, anchor, index) - previousEnd.getTime());
  const candidates = [near - 1, near, near + 1];
  const closest = candidates.reduce((best, index) => (distance(index) < distance(best) ? index : best));
  return { startsAt: previousEnd, endsAt: boundaryAfter(length, anchor, previousEnd, closest + 1) };
}

/** The period from boundary to boundary that contains `at`: what a part of a period is a part of (proration). */
export function wholePeriod(length: PeriodLength, anchor: Anchor, at: Date): Span {
  let index = nearBoundary(length, anchor, at) + 1;
  while (boundary(length, anchor, index) > at.getTime()) index -= 1;
  return { startsAt: new Date(boundary(length, anchor, index)), endsAt: boundaryAfter(length, anchor, at, index + 1) };
}

/**
 * Local calendar days that [`from`, `to`) touches; a started day counts once. 0 when it is empty.
 *
 * `nextFrom` is the start of the plan assigned after this one: a day that both touch is counted for the last
 * assigned, so not here.
 */
export function localDays(from: Date, to: Date, zone: string, nextFrom?: Date): number {
  if (to <= from) return 0;
  const first = localTime(from, zone).toPlainDate();
  const last = localTime(new Date(to.getTime() - 1), zone).toPlainDate();
  const days = first.until(last, { largestUnit: 'days' }).days + 1;
  const shared = nextFrom !== undefined && localTime(nextFrom, zone).toPlainDate().equals(last);
  return shared ? days - 1 : days;
}

/** Boundary number `index` counted from the anchor (0), in milliseconds. */
function boundary(length: PeriodLength, anchor: Anchor, index: number): number {
  const start = Temporal.PlainDateTime.from(anchor.local);
  const local = start.add(step(length, index), { overflow: 'constrain' });
  const there =
    length.unit === 'calendar_month'
      ? local.with({ day: 1 }).round({ smallestUnit: 'day', roundingMode: 'floor' })
      : local;
  // Compatible: a time that the spring change skips is moved later by the gap; of one that happens twice, the first.
  return there.toZonedDateTime(anchor.zone, { disambiguation: 'compatible' }).epochMilliseconds;
}

function step(length: PeriodLength, index: number): Temporal.DurationLike {
  switch (length.unit) {
    case 'calendar_month':
    case 'anniversary_month':
      return { months: index };
    case 'months':
      return { months: index * count(length.months) };
    case 'days':
      return { days: index * count(length.days) };
    default:
      return unreachable(length);
  }
}

/** The number of a boundary at most one away from the ones around `at`, by local dates: no search, no loop. */
function nearBoundary(length: PeriodLength, anchor: Anchor, at: Date): number {
  const from = Temporal.PlainDateTime.from(anchor.local).toPlainDate();
  const to = localTime(at, anchor.zone).toPlainDate();
  const months = (to.year - from.year) * 12 + to.month - from.month;
  switch (length.unit) {
    case 'calendar_month':
    case 'anniversary_month':
      return months;
    case 'months':
      return Math.floor(months / count(length.months));
    case 'days':
      return Math.floor(from.until(to, { largestUnit: 'days' }).days / count(length.days));
    default:
      return unreachable(length);
  }
}

/** The first boundary after `at`, counted up from number `index`. Bounded: at most a few boundaries are near. */
function boundaryAfter(length: PeriodLength, anchor: Anchor, at: Date, index: number): Date {
  for (let next = index; next < index + 8; next += 1) {
    const end = boundary(length, anchor, next);
    if (end > at.getTime()) return new Date(end);
  }
  throw new RangeError(`No boundary found after ${at.toISOString()} from ${anchor.local} ${anchor.zone}`);
}

function localTime(instant: Date, zone: string): Temporal.PlainDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zone).toPlainDateTime();
}

function count(units: number): number {
  if (!Number.isInteger(units) || units < 1) throw new RangeError(`Not a length of a period: ${units}`);
  return units;
}

function unreachable(length: never): never {
  throw new RangeError(`No calendar for ${JSON.stringify(length)}`);
}
