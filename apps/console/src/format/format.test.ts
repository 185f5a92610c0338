import { expect, test } from 'vitest';
import { bytesOfMegabytes, megabytesOf } from './bytes.ts';
import { exactMoney, money } from './money.ts';
import { setMeasures } from './organization.ts';
import { starts } from './series.ts';

test('megabytes typed by a person and back', () => {
  setMeasures({ timeZone: 'UTC', currency: 'EUR', unitBase: 1000, clockAheadMs: 0 });
  expect(bytesOfMegabytes('500')).toBe('500000000');
  expect(bytesOfMegabytes('1.5')).toBe('1500000');
  expect(bytesOfMegabytes('1,5')).toBe('1500000');
  for (const wrong of ['', '-1', 'x', '1.2.3', '1e3']) expect(bytesOfMegabytes(wrong)).toBeNull();
  expect(megabytesOf('1500000')).toBe('1.5');
  expect(megabytesOf('500000000')).toBe('500');
  setMeasures({ timeZone: 'UTC', currency: 'EUR', unitBase: 1024, clockAheadMs: 0 });
  expect(bytesOfMegabytes('2')).toBe('2097152');
});

test('amounts are read as texts, never as floats', () => {
  expect(exactMoney('9007199254740993.123456', 'EUR').replace(/\D/g, '')).toBe('9007199254740993123456');
  expect(money('12.3456', 'EUR')).toMatch(/12.35/);
  expect(money('1200', 'JPY')).toMatch(/1.?200$/);
});

test('days of a zone go on through the changes of its clocks', () => {
  const days = starts('day', Date.UTC(2026, 2, 27, 12), Date.UTC(2026, 2, 31, 12), 'Europe/Berlin');
  expect(days.map((ms) => new Date(ms).toISOString())).toEqual([
    '2026-03-26T23:00:00.000Z',
    '2026-03-27T23:00:00.000Z',
    '2026-03-28T23:00:00.000Z',
    '2026-03-29T22:00:00.000Z',
    '2026-03-30T22:00:00.000Z',
  ]);
});
