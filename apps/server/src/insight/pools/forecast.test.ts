import { describe, expect, it } from 'vitest';
import { forecastOf, type Month, type Stretch } from './forecast.ts';

const day = 86_400_000;
const now = new Date('2026-03-11T00:00:00Z');
const month: Month = { endsAt: new Date('2026-04-01T00:00:00Z'), allowanceBytes: 100_000n, usedBytes: 40_000n };
const week = (...bytes: number[]): Stretch[] => bytes.map((b) => ({ bytes: BigInt(b), ms: day }));
const inDays = (days: number) => new Date(now.getTime() + days * day);

describe('the forecast of a pool', () => {
  it('goes on at the pace of the last days', () => {
    const forecast = forecastOf(month, week(6000, 6000, 6000, 6000, 6000, 6000, 6000), now);
    expect(forecast).toMatchObject({
      ...{
        bytesPerDay: 6000n,
        basisMs: 7 * day,
        exhaustedAt: inDays(10),
        earliestAt: inDays(10),
        latestAt: inDays(10),
      },
      usedAtEndBytes: 40_000n + 21n * 6000n,
    });
  });

  it('is not moved by one download or one day off', () => {
    const forecast = forecastOf(month, week(6000, 900_000, 6000, 6000, 0, 6000, 6000), now);
    expect(forecast).toMatchObject({ bytesPerDay: 6000n, exhaustedAt: inDays(10) });
  });

  it('has a band from the quietest to the busiest of the days that count', () => {
    const forecast = forecastOf(month, week(0, 3000, 6000, 6000, 6000, 12_000, 90_000), now)!;
    expect(forecast.bytesPerDay).toBe(6600n);
    expect([forecast.earliestAt, forecast.latestAt]).toEqual([inDays(5), inDays(20)]);
  });

  it('takes all days where the rest is silent, and the hours there are of a young pool', () => {
    expect(forecastOf(month, week(7000, 0, 0, 0, 0, 0, 0), now)?.bytesPerDay).toBe(1000n);
    expect(forecastOf(month, [{ bytes: 1000n, ms: day / 4 }], now)).toMatchObject({
      bytesPerDay: 4000n,
      basisMs: day / 4,
    });
  });

  it('says that it lasts, or that it is used up, by naming no date', () => {
    expect(forecastOf(month, week(1, 1, 1, 1, 1, 1, 1), now)).toMatchObject({
      exhaustedAt: null,
      usedAtEndBytes: 40_021n,
    });
    const over = { ...month, usedBytes: 100_000n };
    expect(forecastOf(over, week(6000, 6000, 6000, 6000, 6000, 6000, 6000), now)).toMatchObject({ exhaustedAt: null });
  });

  it('is none without use', () => {
    expect(forecastOf(month, week(0, 0, 0, 0, 0, 0, 0), now)).toBeNull();
    expect(forecastOf(month, [], now)).toBeNull();
  });
});
