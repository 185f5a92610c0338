import { expect, test } from 'vitest';
import { decideWindow, type Granularity, monthsBefore, readTime } from './usage-window.ts';

const now = new Date('2026-03-15T10:30:00.250Z');

function decide(granularity: Granularity, start?: string, end?: string, bySim = false): string {
  try {
    const { from, to } = decideWindow({ start, end, granularity, bySim }, now);
    return `${from.toISOString()} ${to.toISOString()}`.replaceAll('.000Z', 'Z');
  } catch (error) {
    return String((error as { code: number }).code);
  }
}

test.each<[Granularity, string | undefined, string | undefined, string]>([
  ['all', undefined, undefined, '2026-02-15T10:30:01Z 2026-03-15T10:30:01Z'],
  ['day', undefined, undefined, '2026-02-16T00:00:00Z 2026-03-16T00:00:00Z'],
  ['hour', undefined, undefined, '2026-02-15T11:00:00Z 2026-03-15T11:00:00Z'],
  ['all', '2026-03-01T12:34:56Z', undefined, '2026-03-01T12:34:56Z 2026-03-15T10:30:01Z'],
  ['all', undefined, '2026-03-31T00:00:00Z', '2026-02-28T00:00:00Z 2026-03-31T00:00:00Z'],
  ['all', '2026-03-01', '2026-03-02T01:00:00+01:00', '2026-03-01T00:00:00Z 2026-03-02T00:00:00Z'],
  ['day', '2026-03-01T01:00:00Z', '2026-03-02T00:00:00Z', '83601'],
  ['day', '2026-03-01T00:00:00Z', '2026-03-02T00:00:01Z', '83601'],
  ['hour', '2026-03-01T01:30:00Z', '2026-03-02T00:00:00Z', '83602'],
  ['hour', '2026-03-01T01:00:00Z', '2026-03-01T02:00:00Z', '2026-03-01T01:00:00Z 2026-03-01T02:00:00Z'],
  ['all', '2026-03-02T00:00:00Z', '2026-03-01T00:00:00Z', '83600'],
  ['all', '2026-03-02T00:00:00Z', '2026-03-02T00:00:00Z', '83600'],
  ['all', 'yesterday', undefined, '83600'],
  ['all', '2026-02-30T00:00:00Z', undefined, '83600'],
  // 18 months, to the start of today.
  ['all', '2024-09-15T00:00:00Z', '2026-03-15T00:00:00Z', '2024-09-15T00:00:00Z 2026-03-15T00:00:00Z'],
  ['all', '2024-09-14T23:59:59Z', '2026-03-01T00:00:00Z', '83605'],
  ['all', '2024-09-15T00:00:00Z', '2026-03-15T00:00:01Z', '83604'],
  ['day', '2025-12-15T00:00:00Z', '2026-03-15T00:00:00Z', '2025-12-15T00:00:00Z 2026-03-15T00:00:00Z'],
  ['day', '2025-12-14T00:00:00Z', '2026-03-15T00:00:00Z', '83604'],
  ['hour', '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', '2026-01-01T00:00:00Z 2026-02-01T00:00:00Z'],
  ['hour', '2026-01-01T00:00:00Z', '2026-02-01T01:00:00Z', '83604'],
])('%s from %s to %s is %s', (granularity, start, end, answer) => {
  expect(decide(granularity, start, end)).toBe(answer);
});

test('Group=sim spans at most 31 days, whatever the granularity', () => {
  expect(decide('all', '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', true)).toContain('2026-01-01');
  expect(decide('all', '2026-01-01T00:00:00Z', '2026-02-01T00:00:01Z', true)).toBe('83603');
  expect(decide('day', '2026-01-01T00:00:00Z', '2026-02-02T00:00:00Z', true)).toBe('83603');
});

test('a month earlier keeps the day where the month has it', () => {
  expect(monthsBefore(new Date('2026-03-31T05:00:00Z'), 1).toISOString()).toBe('2026-02-28T05:00:00.000Z');
  expect(monthsBefore(new Date('2026-01-31T00:00:00Z'), 2).toISOString()).toBe('2025-11-30T00:00:00.000Z');
  expect(monthsBefore(new Date('2026-07-31T00:00:00Z'), 18).toISOString()).toBe('2025-01-31T00:00:00.000Z');
});

test.each([
  ['2026-03-01T12:00Z', '2026-03-01T12:00:00.000Z'],
  ['2026-03-01T12:00:00.123456Z', '2026-03-01T12:00:00.123Z'],
  ['2026-03-01T12:00:00-0500', '2026-03-01T17:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
])('%s is read as %s', (text, at) => {
  expect(readTime('StartTime', text).toISOString()).toBe(at);
});

test.each(['2026-13-01', '2026-02-29', '2026-03-01T25:00:00Z', '20260301', '1', ''])('%j is no time', (text) => {
  expect(() => readTime('StartTime', text)).toThrow(expect.objectContaining({ code: 83600 }));
});
