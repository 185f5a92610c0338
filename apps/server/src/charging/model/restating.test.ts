import { describe, expect, it } from 'vitest';
import { type DayOfLine, dayIn, differenceOf, isNothing, lastOf, roundsOf } from './restating.ts';

const hours = ({ startsAt, endsAt }: { startsAt: Date; endsAt: Date }) =>
  (endsAt.getTime() - startsAt.getTime()) / 3_600_000;

describe('a day of a carrier', () => {
  it.each([
    ['2026-03-28', 'Europe/Berlin', '2026-03-27T23:00:00.000Z', '2026-03-28T23:00:00.000Z', 24],
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z', 23],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z', 25],
    ['2026-03-01', 'UTC', '2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z', 24],
    ['2026-02-28', 'Asia/Kathmandu', '2026-02-27T18:15:00.000Z', '2026-02-28T18:15:00.000Z', 24],
    // Clocks go from 23:59 to 01:00 here: the day has no midnight.
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00.000Z', '2026-09-07T03:00:00.000Z', 23],
  ])('%s in %s', (day, zone, startsAt, endsAt, length) => {
    const span = dayIn(day, zone);
    expect([span.startsAt.toISOString(), span.endsAt.toISOString(), hours(span)]).toEqual([startsAt, endsAt, length]);
  });

  it('counts at its last millisecond', () => {
    expect(lastOf(dayIn('2026-03-29', 'Europe/Berlin')).toISOString()).toBe('2026-03-29T21:59:59.999Z');
  });
});

describe('a difference', () => {
  const told = { bytesUp: 10n, bytesDown: 20n, units: 0n };

  it('is what is missing, or too much, of each way', () => {
    expect(differenceOf(told, { bytesUp: 15n, bytesDown: 5n, units: 0n })).toEqual({
      bytesUp: -5n,
      bytesDown: 15n,
      units: 0n,
    });
  });

  it('is something where only the ways are mixed up', () => {
    expect(isNothing(differenceOf(told, { bytesUp: 20n, bytesDown: 10n, units: 0n }))).toBe(false);
    expect(isNothing(differenceOf(told, told))).toBe(true);
  });
});

describe('rounds', () => {
  const day = (
    name: string,
    from: string,
    to: string,
    more: Partial<DayOfLine> = {},
  ): DayOfLine & { name: string } => ({
    ...{
      name,
      lineId: 'line',
      service: 'data',
      sourceId: 'a',
      day: from,
      startsAt: new Date(from),
      endsAt: new Date(to),
    },
    ...more,
  });
  const named = (rounds: { name: string }[][]) => rounds.map((round) => round.map((one) => one.name).join(' '));

  it('are one for days that share no instant', () => {
    const days = [
      day('first', '2026-03-01T00:00Z', '2026-03-02T00:00Z'),
      day('second', '2026-03-02T00:00Z', '2026-03-03T00:00Z'),
      day('another line', '2026-03-01T00:00Z', '2026-03-02T00:00Z', { lineId: 'other' }),
      day('messages', '2026-03-01T00:00Z', '2026-03-02T00:00Z', { service: 'sms' }),
    ];
    expect(named(roundsOf(days))).toEqual(['first second another line messages']);
  });

  it('follow each other where one books what another finds booked', () => {
    const days = [
      day('Berlin', '2026-03-01T23:00Z', '2026-03-02T23:00Z'),
      day('UTC', '2026-03-02T00:00Z', '2026-03-03T00:00Z', { sourceId: 'b' }),
      day('again', '2026-03-02T00:00Z', '2026-03-03T00:00Z', { sourceId: 'c' }),
      day('far', '2026-03-09T00:00Z', '2026-03-10T00:00Z'),
    ];
    expect(named(roundsOf(days))).toEqual(['Berlin far', 'UTC', 'again']);
  });

  it('keep days of one name apart, however far apart their zones put them', () => {
    const days = [
      day('Kiritimati', '2026-03-01T10:00Z', '2026-03-02T10:00Z', { day: '2026-03-02' }),
      day('Baker Island', '2026-03-02T12:00Z', '2026-03-03T12:00Z', { day: '2026-03-02' }),
    ];
    expect(named(roundsOf(days))).toEqual(['Kiritimati', 'Baker Island']);
  });
});
