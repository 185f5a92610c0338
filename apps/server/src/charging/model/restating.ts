import { Temporal } from 'temporal-polyfill';
import type { Id } from '../../kit/ids.ts';
import type { Service } from '../../usage/index.ts';

/** What was used of one service: bytes both ways, or units (messages, seconds). */
export type Totals = { bytesUp: bigint; bytesDown: bigint; units: bigint };

/** A source's day of a line and service, as an interval of instants. */
export type DayOfLine = { lineId: Id; service: Service; sourceId: Id; day: string; startsAt: Date; endsAt: Date };

/**
 * A day as a clock in `zone` has it: 23 or 25 hours where clocks are changed.
 *
 * @throws RangeError for what is no date or no zone.
 */
export function dayIn(day: string, zone: string): { startsAt: Date; endsAt: Date } {
  const date = Temporal.PlainDate.from(day);
  const startOf = (one: Temporal.PlainDate) => new Date(one.toZonedDateTime(zone).epochMilliseconds);
  return { startsAt: startOf(date), endsAt: startOf(date.add({ days: 1 })) };
}

/** The instant at which a day's total counts: its last millisecond, so that it is in the period that the day ends in. */
export function lastOf({ endsAt }: { endsAt: Date }): Date {
  return new Date(endsAt.getTime() - 1);
}

/** What must be booked so that a day comes to what the carrier told; below zero where too much was booked. */
export function differenceOf(told: Totals, booked: Totals): Totals {
  return {
    bytesUp: told.bytesUp - booked.bytesUp,
    bytesDown: told.bytesDown - booked.bytesDown,
    units: told.units - booked.units,
  };
}

/** Whether nothing is to be booked: both ways are right, not only their sum. */
export function isNothing({ bytesUp, bytesDown, units }: Totals): boolean {
  return bytesUp === 0n && bytesDown === 0n && units === 0n;
}

/**
 * Cuts days into rounds, within each of which no two share an instant of a line and service, or are of one name: what an
 * earlier one books is a part of what a later one finds booked. Almost always one round.
 */
export function roundsOf<T extends DayOfLine>(days: readonly T[]): T[][] {
  const rounds: T[][] = [];
  const before = new Map<string, { day: T; round: number }[]>();
  for (const day of days) {
    const name = `${day.lineId} ${day.service}`;
    const others = before.get(name) ?? [];
    const round = others.reduce((last, other) => (overlap(day, other.day) ? Math.max(last, other.round + 1) : last), 0);
    others.push({ day, round });
    before.set(name, others);
    const together = rounds[round];
    if (together) together.push(day);
    else rounds[round] = [day];
  }
  return rounds;
}

function overlap(a: DayOfLine, b: DayOfLine): boolean {
  const sameName = a.sourceId === b.sourceId && a.day === b.day;
  return sameName || (a.startsAt < b.endsAt && b.startsAt < a.endsAt);
}
