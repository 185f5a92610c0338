import { instantOf, localOf } from './zone.ts';

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
  return { local: new Date(localOf(instant.getTime(), zone)).toISOString().slice(0, -1), zone };
}

/**
 * The anchor of months in UTC of which one was this: its beginning, where a month from there ends where it ends, or else its end. The
 * beginning may have been clamped by a short month: 28 February to 31 March is of a line that is anchored on the 31st.
 */
export function anchorOfMonth({ startsAt, endsAt }: Span): Anchor {
  const anchor = anchorAt(startsAt, 'UTC');
  const month = openPeriod({ unit: 'anniversary_month' }, anchor, startsAt);
  return month.endsAt.getTime() === endsAt.getTime() ? anchor : anchorAt(endsAt, 'UTC');
}

/** The instant of an anchor. */
export function instantOfAnchor(anchor: Anchor): Date {
  return new Date(instantOf(localOfAnchor(anchor), anchor.zone));
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
  const dayOf = (instant: number) => Math.floor(localOf(instant, zone) / dayMs);
  const last = dayOf(to.getTime() - 1);
  const days = last - dayOf(from.getTime()) + 1;
  return nextFrom !== undefined && dayOf(nextFrom.getTime()) === last ? days - 1 : days;
}

const dayMs = 86_400_000;

/** Boundary number `index` counted from the anchor (0), in milliseconds. */
function boundary(length: PeriodLength, anchor: Anchor, index: number): number {
  const start = localOfAnchor(anchor);
  switch (length.unit) {
    case 'calendar_month':
      return instantOf(startOfMonth(addMonths(start, index)), anchor.zone);
    case 'anniversary_month':
      return instantOf(addMonths(start, index), anchor.zone);
    case 'months':
      return instantOf(addMonths(start, index * count(length.months)), anchor.zone);
    case 'days':
      return instantOf(start + index * count(length.days) * dayMs, anchor.zone);
    default:
      return unreachable(length);
  }
}

/** The anchor read last: the boundaries of one period are all counted from the same. */
let lastRead = { text: '', local: Number.NaN };

/** PostgreSQL and we write a local time alike, but for digits of a second that are zero. */
function localOfAnchor(anchor: Anchor): number {
  if (lastRead.text === anchor.local) return lastRead.local;
  const local = Date.parse(`${anchor.local}Z`);
  if (Number.isNaN(local)) throw new RangeError(`Not a local time: ${anchor.local}`);
  lastRead = { text: anchor.local, local };
  return local;
}

/** So many months later at the same time of day; the 31st becomes the last day of a shorter month. */
function addMonths(local: number, months: number): number {
  const at = new Date(local);
  const index = at.getUTCFullYear() * 12 + at.getUTCMonth() + months;
  const [year, month] = [Math.floor(index / 12), index - Math.floor(index / 12) * 12];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(at.getUTCDate(), lastDay)) + (local - Math.floor(local / dayMs) * dayMs);
}

function startOfMonth(local: number): number {
  const at = new Date(local);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1);
}

/** The number of a boundary at most one away from the ones around `at`, by local dates: no search, no loop. */
function nearBoundary(length: PeriodLength, anchor: Anchor, at: Date): number {
  const from = new Date(localOfAnchor(anchor));
  const to = new Date(localOf(at.getTime(), anchor.zone));
  const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  switch (length.unit) {
    case 'calendar_month':
    case 'anniversary_month':
      return months;
    case 'months':
      return Math.floor(months / count(length.months));
    case 'days': {
      const days = Math.floor(to.getTime() / dayMs) - Math.floor(from.getTime() / dayMs);
      return Math.floor(days / count(length.days));
    }
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

function count(units: number): number {
  if (!Number.isInteger(units) || units < 1) throw new RangeError(`Not a length of a period: ${units}`);
  return units;
}

function unreachable(length: never): never {
  throw new RangeError(`No calendar for ${JSON.stringify(length)}`);
}
