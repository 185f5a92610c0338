import { Temporal } from 'temporal-polyfill';

const dayMs = 86_400_000;

/** Offsets of days that were asked for lately. Forgetting them costs time, nothing else. */
const known = new Map<string, Map<number, number>>();
const mostKnown = 20_000;
let kept = 0;

/** What clocks in `zone` showed beyond UTC when UTC day number `day` began, in milliseconds. */
function offsetOn(zone: string, day: number): number {
  let days = known.get(zone);
  const found = days?.get(day);
  if (found !== undefined) return found;
  const offset = offsetAt(zone, day * dayMs);
  if (kept >= mostKnown) {
    known.clear();
    kept = 0;
    days = undefined;
  }
  if (!days) {
    days = new Map();
    known.set(zone, days);
  }
  days.set(day, offset);
  kept += 1;
  return offset;
}

function offsetAt(zone: string, instant: number): number {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
}

/** The offset that holds on all these days, or null when clocks are changed between them. */
function steadyOffset(zone: string, from: number, to: number): number | null {
  const offset = offsetOn(zone, from);
  for (let day = from + 1; day <= to; day += 1) if (offsetOn(zone, day) !== offset) return null;
  return offset;
}

/**
 * What a clock in `zone` shows at an instant. A local time is counted in milliseconds as if it were UTC, so that
 * `Date.UTC` and the UTC getters of `Date` read and write it.
 *
 * @throws RangeError for an unknown zone.
 */
export function localOf(instant: number, zone: string): number {
  if (zone === 'UTC') return instant;
  const day = Math.floor(instant / dayMs);
  return instant + (steadyOffset(zone, day, day + 1) ?? offsetAt(zone, instant));
}

/**
 * The instant at which a clock in `zone` shows that local time. One that the spring change skips is moved later by the
 * gap; of one that happens twice, the first (Temporal's `compatible`). Far from a change of clocks it is a subtraction,
 * which a million lines that roll in a minute need.
 *
 * @throws RangeError for an unknown zone.
 */
export function instantOf(local: number, zone: string): number {
  if (zone === 'UTC') return local;
  const day = Math.floor(local / dayMs);
  // Local and UTC are never more than a day apart.
  const offset = steadyOffset(zone, day - 1, day + 2);
  if (offset !== null) return local - offset;
  return Temporal.Instant.fromEpochMilliseconds(local)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime()
    .toZonedDateTime(zone, { disambiguation: 'compatible' }).epochMilliseconds;
}
