import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { type Anchor, anchorAt, nextPeriod, openPeriod, type PeriodLength } from '../../src/periods/index.ts';

const zones = Intl.supportedValuesOf('timeZone');
const from = new Date('2015-01-31T02:30:00Z');
const to = new Date('2035-01-31T02:30:00Z');
const timeout = 180_000;

/** Every boundary of twenty years; throws where the periods between them leave a gap, overlap or are empty. */
function boundaries(length: PeriodLength, anchor: Anchor): Date[] {
  const ends: Date[] = [];
  for (let period = openPeriod(length, anchor, from); period.endsAt < to; ) {
    ends.push(period.endsAt);
    const next = nextPeriod(length, anchor, period.endsAt);
    const sameFromItsStart = openPeriod(length, anchor, next.startsAt).endsAt.getTime() === next.endsAt.getTime();
    if (next.startsAt.getTime() !== period.endsAt.getTime() || next.endsAt <= next.startsAt || !sameFromItsStart) {
      throw new Error(`${anchor.zone}: after ${period.endsAt.toISOString()} comes ${JSON.stringify(next)}`);
    }
    period = next;
  }
  return ends;
}

/** Where another library puts boundary number `n`, counted from 1. */
type Wanted = (anchored: Temporal.PlainDateTime, n: number) => Temporal.PlainDateTime;

const lengths: [string, PeriodLength, Wanted][] = [
  [
    'calendar months',
    { unit: 'calendar_month' },
    (anchored, n) => anchored.with({ day: 1 }).withPlainTime().add({ months: n }),
  ],
  ['anniversary months', { unit: 'anniversary_month' }, (anchored, n) => anchored.add({ months: n })],
  ...[13, 30, 365].map((days): [string, PeriodLength, Wanted] => [
    `${days} days`,
    { unit: 'days', days },
    (anchored, n) => anchored.add({ days: n * days }),
  ]),
];

describe('twenty years in every time zone', () => {
  it.each(lengths)('%s follow each other, and end where they should', { timeout }, (_name, length, wanted) => {
    expect(zones.length).toBeGreaterThan(400);
    const wrong = zones.flatMap((zone) => {
      const anchor = anchorAt(from, zone);
      const anchored = Temporal.PlainDateTime.from(anchor.local);
      return boundaries(length, anchor).flatMap((end, i) => {
        // A local time that is skipped comes later by the gap; of one that comes twice, the first counts.
        const there = wanted(anchored, i + 1).toZonedDateTime(zone, { disambiguation: 'compatible' });
        return there.epochMilliseconds === end.getTime() ? [] : [`${zone}: ${end.toISOString()}, not ${there}`];
      });
    });
    expect(wrong).toEqual([]);
  });
});
