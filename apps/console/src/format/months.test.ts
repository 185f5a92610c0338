import { describe, expect, it } from 'vitest';
import { lastMonths, monthNamed } from './months.ts';

describe('months', () => {
  it.each([
    ['2026-11', 'UTC', '2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
    ['2026-03', 'Europe/Berlin', '2026-02-28T23:00:00.000Z', '2026-03-31T22:00:00.000Z'],
    ['2026-12', 'Pacific/Auckland', '2026-11-30T11:00:00.000Z', '2026-12-31T11:00:00.000Z'],
    ['2026-11', 'America/Havana', '2026-11-01T04:00:00.000Z', '2026-12-01T05:00:00.000Z'],
  ])('%s in %s', (name, zone, from, to) => {
    expect(monthNamed(name, zone)).toEqual({ name, from, to });
  });

  it('are counted back from the month that it is there', () => {
    const now = Date.parse('2026-01-31T23:30:00Z');
    expect(lastMonths(now, 'Europe/Berlin', 3).map(({ name }) => name)).toEqual(['2026-02', '2026-01', '2025-12']);
    expect(lastMonths(now, 'UTC', 2).map(({ name }) => name)).toEqual(['2026-01', '2025-12']);
  });
});
