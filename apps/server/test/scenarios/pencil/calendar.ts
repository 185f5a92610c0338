import { Temporal } from 'temporal-polyfill';

/** How long periods are. */
export type Length = { unit: 'calendar month' } | { unit: 'months'; months: number } | { unit: 'days'; days: number };

/** The local date and time that periods are counted from. */
export type Anchor = { local: Temporal.PlainDateTime; zone: string };

export function anchorAt(at: Date, zone: string): Anchor {
  return { local: there(at, zone).toPlainDateTime(), zone };
}

/** Where the period that begins at `from` ends: at the first boundary after it. */
export function endAfter(length: Length, anchor: Anchor, from: Date): Date {
  for (let number = guess(length, anchor, from) - 2; ; number += 1) {
    const end = boundary(length, anchor, number);
    if (end > from) return end;
  }
}

/**
 * Where the period ends that follows one which ended at `from`. If that was no boundary here, because the zone has
 * changed, it is counted from the boundary nearest to it: a shift of hours makes no period of hours.
 */
export function endOfNext(length: Length, anchor: Anchor, from: Date): Date {
  const near = guess(length, anchor, from);
  const away = (number: number) => Math.abs(boundary(length, anchor, number).getTime() - from.getTime());
  const [nearest] = [near - 1, near, near + 1].sort((a, b) => away(a) - away(b));
  return boundary(length, anchor, nearest! + 1);
}

/** The dates of a whole period around `at`, as the denominator of a part of it. */
export function daysOfWhole(length: Length, anchor: Anchor, at: Date): number {
  let number = guess(length, anchor, at) + 2;
  while (boundary(length, anchor, number) > at) number -= 1;
  return daysBetween(boundary(length, anchor, number), boundary(length, anchor, number + 1), anchor.zone);
}

/** Local dates that a span touches; none when it is empty. */
export function daysBetween(from: Date, to: Date, zone: string): number {
  if (to <= from) return 0;
  const last = new Date(to.getTime() - 1);
  return dateOf(from, zone).until(dateOf(last, zone)).days + 1;
}

export function dateOf(at: Date, zone: string): Temporal.PlainDate {
  return there(at, zone).toPlainDate();
}

/** The last second of a date. */
export function lastSecond(day: string, zone: string): Date {
  const next = Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(zone);
  return new Date(next.epochMilliseconds - 1000);
}

/** N dates later at the same local time. */
export function daysLater(at: Date, days: number, zone: string): Date {
  return new Date(there(at, zone).add({ days }).epochMilliseconds);
}

function boundary(length: Length, { local, zone }: Anchor, number: number): Date {
  return new Date(localBoundary(length, local, number).toZonedDateTime(zone).epochMilliseconds);
}

function localBoundary(length: Length, local: Temporal.PlainDateTime, number: number): Temporal.PlainDateTime {
  switch (length.unit) {
    case 'calendar month':
      return local.with({ day: 1 }).withPlainTime('00:00').add({ months: number });
    case 'months':
      return local.add({ months: number * length.months });
    case 'days':
      return local.add({ days: number * length.days });
  }
}

/** Roughly which boundary is near. */
function guess(length: Length, { local, zone }: Anchor, at: Date): number {
  const gone = local.until(there(at, zone).toPlainDateTime(), {
    largestUnit: length.unit === 'days' ? 'days' : 'months',
  });
  return Math.floor(
    length.unit === 'days' ? gone.days / length.days : gone.months / (length.unit === 'months' ? length.months : 1),
  );
}

function there(at: Date, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
}
