import { Temporal } from 'temporal-polyfill';

/** The local day that contains an instant: its midnight, and with `days` the midnight so many days before or after. */
export function startOfDay(at: Date, zone: string, days = 0): Date {
  return toDate(local(at, zone).startOfDay().add({ days }));
}

/** The calendar month that contains an instant, half-open. */
export function monthOf(at: Date, zone: string): { from: Date; to: Date } {
  const first = local(at, zone).with({ day: 1 }).startOfDay();
  return { from: toDate(first), to: toDate(first.add({ months: 1 })) };
}

/** The beginnings of the local days from `from` on, before `to`. At most `bound` of them. */
export function daysBetween(from: Date, to: Date, zone: string, bound = 400): Date[] {
  const days: Date[] = [];
  for (let day = local(from, zone).startOfDay(); days.length < bound && toDate(day) < to; day = day.add({ days: 1 })) {
    days.push(toDate(day));
  }
  return days;
}

function local(at: Date, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
}

function toDate(at: Temporal.ZonedDateTime): Date {
  return new Date(at.epochMilliseconds);
}

export function latestOf(...moments: (Date | null | undefined)[]): Date | null {
  return moments.reduce<Date | null>((last, at) => (at && (!last || at > last) ? at : last), null);
}
