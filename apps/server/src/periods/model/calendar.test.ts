import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import {
  type Anchor,
  anchorAt,
  anchorOfMonth,
  localDays,
  nextPeriod,
  openPeriod,
  type PeriodLength,
  wholePeriod,
} from './calendar.ts';

const month: PeriodLength = { unit: 'anniversary_month' };
const calendar: PeriodLength = { unit: 'calendar_month' };

describe('anniversary months', () => {
  it.each([
    // A day that a month has not: clamped there, restored after it.
    ['31st', '2026-01-31T10:00:00.000', ['02-28', '03-31', '04-30', '05-31', '06-30', '07-31', '08-31', '09-30']],
    ['31st, leap year', '2028-01-31T10:00:00.000', ['02-29', '03-31', '04-30', '05-31']],
    ['30th', '2026-01-30T10:00:00.000', ['02-28', '03-30', '04-30', '05-30']],
    ['30th, leap year', '2028-01-30T10:00:00.000', ['02-29', '03-30', '04-30']],
    ['29th', '2026-01-29T10:00:00.000', ['02-28', '03-29', '04-29']],
    ['29th, leap year', '2028-01-29T10:00:00.000', ['02-29', '03-29']],
    ['leap day', '2028-02-29T10:00:00.000', ['03-29', '04-29', '05-29']],
    ['year end', '2026-11-30T10:00:00.000', ['12-30', '01-30', '02-28', '03-30']],
    ['31 December', '2025-12-31T10:00:00.000', ['01-31', '02-28', '03-31']],
  ])('anchored on the %s', (_name, local, days) => {
    const ends = boundaries(month, { local, zone: 'UTC' }, days.length);
    expect(ends.map((end) => end.slice(5, 10))).toEqual(days);
    expect(ends.every((end) => end.endsWith('T10:00:00.000Z'))).toBe(true);
  });

  it('a leap day comes back after four years', () => {
    const ends = boundaries(month, { local: '2028-02-29T00:00:00.000', zone: 'UTC' }, 48);
    expect(ends[11]).toBe('2029-02-28T00:00:00.000Z');
    expect(ends[47]).toBe('2032-02-29T00:00:00.000Z');
  });

  it('the published example of a period: 2021-06-09T13:18:15Z to 2021-07-09T13:18:15Z', () => {
    const at = new Date('2021-06-09T13:18:15Z');
    expect(openPeriod(month, anchorAt(at, 'UTC'), at).endsAt).toEqual(new Date('2021-07-09T13:18:15Z'));
  });

  it.each([
    // A local time that does not exist is moved later by the gap; of one that exists twice, the first counts.
    ['Europe/Berlin', '2026-02-28T02:30:00.000', '2026-03-28T01:30:00.000Z'],
    ['Europe/Berlin', '2026-02-28T02:30:00.000', '2026-04-28T00:30:00.000Z', 2],
    ['Europe/Berlin', '2026-01-29T02:30:00.000', '2026-03-29T01:30:00.000Z', 2],
    ['Europe/Berlin', '2026-01-29T02:30:00.000', '2026-04-29T00:30:00.000Z', 3],
    ['Europe/Berlin', '2026-09-25T02:30:00.000', '2026-10-25T00:30:00.000Z'],
    ['Europe/Berlin', '2026-09-25T02:30:00.000', '2026-11-25T01:30:00.000Z', 2],
    ['America/New_York', '2026-02-08T02:30:00.000', '2026-03-08T07:30:00.000Z'],
    ['America/New_York', '2026-02-08T02:30:00.000', '2026-04-08T06:30:00.000Z', 2],
    ['America/New_York', '2026-10-01T01:30:00.000', '2026-11-01T05:30:00.000Z'],
    ['Australia/Lord_Howe', '2026-09-04T02:15:00.000', '2026-10-03T15:45:00.000Z'],
    ['Australia/Lord_Howe', '2026-03-05T01:45:00.000', '2026-04-04T14:45:00.000Z'],
    ['America/Asuncion', '2017-09-01T00:00:00.000', '2017-10-01T04:00:00.000Z'],
    ['America/Asuncion', '2018-02-25T00:00:00.000', '2018-03-25T04:00:00.000Z'],
    ['Africa/Cairo', '2024-03-26T00:30:00.000', '2024-04-25T22:30:00.000Z'],
    ['Africa/Cairo', '2024-08-31T23:30:00.000', '2024-10-31T20:30:00.000Z', 2],
  ])('%s, from %s: %s', (zone, local, end, number = 1) => {
    expect(boundaries(month, { local, zone }, number).at(-1)).toBe(end);
  });
});

describe('calendar months', () => {
  it('open in mid-month and end with the month', () => {
    const at = new Date('2026-03-17T09:00:00Z');
    const anchor = anchorAt(at, 'UTC');
    expect(openPeriod(calendar, anchor, at)).toEqual({ startsAt: at, endsAt: new Date('2026-04-01T00:00:00Z') });
    expect(openPeriod(calendar, anchor, new Date('2026-04-01T00:00:00Z')).endsAt).toEqual(
      new Date('2026-05-01T00:00:00Z'),
    );
    expect(openPeriod(calendar, anchor, new Date('2026-03-31T23:59:59.999Z')).endsAt).toEqual(
      new Date('2026-04-01T00:00:00Z'),
    );
  });

  it.each([
    ['Europe/Berlin', '2026-03-10T00:00:00Z', ['2026-03-31T22:00:00.000Z', '2026-04-30T22:00:00.000Z']],
    ['Europe/Berlin', '2026-10-10T00:00:00Z', ['2026-10-31T23:00:00.000Z', '2026-11-30T23:00:00.000Z']],
    ['America/New_York', '2026-12-31T12:00:00Z', ['2027-01-01T05:00:00.000Z', '2027-02-01T05:00:00.000Z']],
    ['Pacific/Kiritimati', '2026-02-28T12:00:00Z', ['2026-03-31T10:00:00.000Z', '2026-04-30T10:00:00.000Z']],
    // Midnight of the first is skipped: the month begins at one o'clock.
    ['Asia/Amman', '2016-03-10T00:00:00Z', ['2016-03-31T22:00:00.000Z', '2016-04-30T21:00:00.000Z']],
    ['America/Asuncion', '2017-09-10T00:00:00Z', ['2017-10-01T04:00:00.000Z', '2017-11-01T03:00:00.000Z']],
    // Midnight of the first comes twice: the month begins with the first of them.
    ['America/Havana', '2020-10-10T00:00:00Z', ['2020-11-01T04:00:00.000Z', '2020-12-01T05:00:00.000Z']],
  ])('%s, from %s', (zone, from, ends) => {
    const at = new Date(from);
    expect(boundaries(calendar, anchorAt(at, zone), ends.length, at)).toEqual(ends);
  });
});

describe('days', () => {
  it('validity of N days ends N dates later at the same local time', () => {
    // 24 to 30 March 2026 in Berlin: one of these days has 23 hours.
    const at = new Date('2026-03-24T17:00:00Z');
    const week: PeriodLength = { unit: 'days', days: 7 };
    expect(openPeriod(week, anchorAt(at, 'Europe/Berlin'), at).endsAt).toEqual(new Date('2026-03-31T16:00:00Z'));
    expect(openPeriod(week, anchorAt(at, 'UTC'), at).endsAt).toEqual(new Date('2026-03-31T17:00:00Z'));
  });

  it('30 days cross the leap day and the year end', () => {
    const thirty: PeriodLength = { unit: 'days', days: 30 };
    expect(boundaries(thirty, { local: '2028-02-01T00:00:00.000', zone: 'UTC' }, 1)).toEqual([
      '2028-03-02T00:00:00.000Z',
    ]);
    expect(boundaries(thirty, { local: '2026-12-15T00:00:00.000', zone: 'UTC' }, 2)).toEqual([
      '2027-01-14T00:00:00.000Z',
      '2027-02-13T00:00:00.000Z',
    ]);
  });

  it('a date that a zone left out makes no empty period', () => {
    const anchor = { local: '2011-12-28T08:00:00.000', zone: 'Pacific/Apia' };
    expect(boundaries({ unit: 'days', days: 1 }, anchor, 3)).toEqual([
      '2011-12-29T18:00:00.000Z',
      '2011-12-30T18:00:00.000Z',
      '2011-12-31T18:00:00.000Z',
    ]);
  });
});

describe('the ready period of Super SIM', () => {
  it('lasts three months', () => {
    const length: PeriodLength = { unit: 'months', months: 3 };
    expect(boundaries(length, { local: '2026-11-30T08:00:00.000', zone: 'UTC' }, 2)).toEqual([
      '2027-02-28T08:00:00.000Z',
      '2027-05-30T08:00:00.000Z',
    ]);
  });
});

describe('a change of zone', () => {
  it.each([
    // The open period ended on 1 April 00:00 in Berlin, which is still 31 March in New York: no period of six hours.
    ['America/New_York', '2026-03-31T22:00:00Z', '2026-05-01T04:00:00.000Z'],
    ['Asia/Tokyo', '2026-03-31T22:00:00Z', '2026-04-30T15:00:00.000Z'],
    ['Pacific/Kiritimati', '2026-04-01T10:00:00Z', '2026-04-30T10:00:00.000Z'],
  ])('the next calendar month ends in %s', (zone, previousEnd, end) => {
    const next = nextPeriod(calendar, { local: '2026-01-01T00:00:00.000', zone }, new Date(previousEnd));
    expect(next).toEqual({ startsAt: new Date(previousEnd), endsAt: new Date(end) });
  });

  it('the anchor keeps its local time in the new zone', () => {
    const next = nextPeriod(
      month,
      { local: '2026-01-31T09:00:00.000', zone: 'Asia/Tokyo' },
      new Date('2026-02-28T08:00:00Z'),
    );
    expect(next.endsAt.toISOString()).toBe('2026-03-31T00:00:00.000Z');
  });
});

describe('local days', () => {
  it.each([
    ['one instant', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00Z', 0],
    ['one millisecond', '2026-03-01T10:00:00Z', '2026-03-01T10:00:00.001Z', 1],
    ['up to midnight', '2026-03-01T10:00:00Z', '2026-03-02T00:00:00Z', 1],
    ['over midnight', '2026-03-01T23:59:59Z', '2026-03-02T00:00:01Z', 2],
    ['March', '2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z', 31],
    ['17 to 30 April', '2026-04-17T15:00:00Z', '2026-05-01T00:00:00Z', 14],
    ['leap February', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z', 29],
  ])('%s', (_name, from, to, days) => {
    expect(localDays(new Date(from), new Date(to), 'UTC')).toBe(days);
  });

  it('are those of the zone, through both clock changes', () => {
    expect(localDays(new Date('2026-02-28T23:00:00Z'), new Date('2026-03-31T22:00:00Z'), 'Europe/Berlin')).toBe(31);
    expect(localDays(new Date('2026-09-30T22:00:00Z'), new Date('2026-10-31T23:00:00Z'), 'Europe/Berlin')).toBe(31);
    expect(localDays(new Date('2026-03-01T02:00:00Z'), new Date('2026-03-01T06:00:00Z'), 'America/New_York')).toBe(2);
  });

  it('a day on which the plan changes counts for the last plan', () => {
    const [start, change, end] = ['2026-04-01T00:00:00Z', '2026-04-10T15:00:00Z', '2026-05-01T00:00:00Z'].map(date);
    expect(localDays(start!, change!, 'UTC', change)).toBe(9);
    expect(localDays(change!, end!, 'UTC')).toBe(21);
    expect(localDays(start!, change!, 'UTC')).toBe(10);
    expect(
      localDays(date('2026-04-10T15:00:00Z'), date('2026-04-10T16:00:00Z'), 'UTC', date('2026-04-10T16:00:00Z')),
    ).toBe(0);
  });
});

describe('properties', () => {
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'America/Asuncion',
    'Africa/Cairo',
    'America/Havana',
    'Asia/Amman',
    'Asia/Kathmandu',
    'Pacific/Apia',
    'Pacific/Kiritimati',
  );
  const instant = fc.date({ min: new Date('2009-01-01'), max: new Date('2034-12-31'), noInvalidDate: true });
  const length: fc.Arbitrary<PeriodLength> = fc.oneof(
    fc.constant(calendar),
    fc.constant(month),
    fc.integer({ min: 1, max: 400 }).map((days): PeriodLength => ({ unit: 'days', days })),
    fc.integer({ min: 1, max: 24 }).map((months): PeriodLength => ({ unit: 'months', months })),
  );

  it('periods follow each other without gap, overlap or empty period', () => {
    fc.assert(
      fc.property(length, zone, instant, (length, zone, at) => {
        const anchor = anchorAt(at, zone);
        let period = openPeriod(length, anchor, at);
        expect(period.startsAt).toEqual(at);
        for (let count = 0; count < 15; count += 1) {
          expect(period.endsAt.getTime()).toBeGreaterThan(period.startsAt.getTime());
          const next = nextPeriod(length, anchor, period.endsAt);
          expect(next.startsAt).toEqual(period.endsAt);
          period = next;
        }
      }),
    );
  });

  it('every boundary keeps the day and time of the anchor, or the last day of a short month', () => {
    fc.assert(
      fc.property(instant, (at) => {
        const anchor = anchorAt(at, 'UTC');
        const day = at.getUTCDate();
        let period = openPeriod(month, anchor, at);
        for (let count = 0; count < 15; count += 1) {
          const end = period.endsAt;
          const daysInMonth = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() + 1, 0)).getUTCDate();
          expect(end.getUTCDate()).toBe(Math.min(day, daysInMonth));
          expect(end.getTime() % 86_400_000).toBe(at.getTime() % 86_400_000);
          period = nextPeriod(month, anchor, end);
        }
      }),
    );
  });

  it('wherever in a period one asks, its end is the same, and the whole period contains it', () => {
    fc.assert(
      fc.property(length, zone, instant, instant, (length, zone, origin, at) => {
        const anchor = anchorAt(origin, zone);
        const whole = wholePeriod(length, anchor, at);
        expect(whole.startsAt <= at && at < whole.endsAt).toBe(true);
        expect(openPeriod(length, anchor, at).endsAt).toEqual(whole.endsAt);
        expect(openPeriod(length, anchor, whole.startsAt).endsAt).toEqual(whole.endsAt);
        expect(nextPeriod(length, anchor, whole.startsAt).endsAt).toEqual(whole.endsAt);
        expect(wholePeriod(length, anchor, whole.endsAt).startsAt).toEqual(whole.endsAt);
      }),
    );
  });

  it('after a change of zone the next month lasts about a month', () => {
    fc.assert(
      fc.property(fc.constantFrom(calendar, month), zone, zone, instant, (length, before, after, at) => {
        const end = openPeriod(length, anchorAt(at, before), at).endsAt;
        const next = nextPeriod(length, { ...anchorAt(at, before), zone: after }, end);
        const days = (next.endsAt.getTime() - next.startsAt.getTime()) / 86_400_000;
        expect(days).toBeGreaterThan(26);
        expect(days).toBeLessThan(33);
      }),
    );
  });

  it('the days of a month and those of its parts agree', () => {
    fc.assert(
      fc.property(zone, instant, (zone, at) => {
        const whole = wholePeriod(calendar, anchorAt(at, zone), at);
        const before = localDays(whole.startsAt, at, zone, at);
        const after = localDays(at, whole.endsAt, zone);
        expect(before + after).toBe(localDays(whole.startsAt, whole.endsAt, zone));
      }),
    );
  });
});

it('an anchor is what the clock of the zone shows, to the millisecond', () => {
  expect(anchorAt(new Date('2026-07-01T22:30:00.5Z'), 'Europe/Berlin')).toEqual({
    local: '2026-07-02T00:30:00.500',
    zone: 'Europe/Berlin',
  });
  expect(() => anchorAt(new Date(0), 'Europe/Atlantis')).toThrow(RangeError);
});

it('a length of no days is refused', () => {
  expect(() =>
    openPeriod({ unit: 'days', days: 0 }, { local: '2026-01-01T00:00:00.000', zone: 'UTC' }, new Date(0)),
  ).toThrow(RangeError);
});

/** The ends of the first `count` periods of a line that opens at its anchor, or at `from`. */
function boundaries(length: PeriodLength, anchor: Anchor, count: number, from?: Date): string[] {
  const start = Temporal.PlainDateTime.from(anchor.local).toZonedDateTime(anchor.zone).epochMilliseconds;
  const ends: string[] = [];
  let period = openPeriod(length, anchor, from ?? new Date(start));
  while (ends.push(period.endsAt.toISOString()) < count) period = nextPeriod(length, anchor, period.endsAt);
  return ends;
}

function date(text: string): Date {
  return new Date(text);
}

describe('the anchor of a month that somebody else began', () => {
  it.each([
    ['an ordinary month', '2026-03-15T10:30:00Z', '2026-04-15T10:30:00Z', '2026-05-15T10:30:00Z'],
    ['clamped at its end', '2026-01-31T10:00:00Z', '2026-02-28T10:00:00Z', '2026-03-31T10:00:00Z'],
    ['clamped at its beginning', '2026-02-28T10:00:00Z', '2026-03-31T10:00:00Z', '2026-04-30T10:00:00Z'],
    ['from a short month to one as short', '2026-04-30T10:00:00Z', '2026-05-30T10:00:00Z', '2026-06-30T10:00:00Z'],
    ['no month at all', '2026-03-01T00:00:00Z', '2026-03-20T08:00:00Z', '2026-04-20T08:00:00Z'],
  ])('%s', (_name, from, to, next) => {
    const anchor = anchorOfMonth({ startsAt: new Date(from), endsAt: new Date(to) });
    const following = nextPeriod({ unit: 'anniversary_month' }, anchor, new Date(to));
    expect(following).toEqual({ startsAt: new Date(to), endsAt: new Date(next) });
  });
});
