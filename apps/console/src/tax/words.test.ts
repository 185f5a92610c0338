import { expect, it } from 'vitest';
import type { TaxRate } from '../api/tax.ts';
import { rateWords, splitRates } from './words.ts';

const rate = (validFrom: string, percent: string | null): TaxRate => ({
  ...{ validFrom, percent, category: percent === null ? null : 'S' },
  ...{ reason: '', setAt: '2026-01-01T00:00:00Z', setBy: 'Sales' },
});

it('tells the rate in force from those to come, and of two of one day takes the last that was set', () => {
  const rates = [
    rate('2026-12-01', '25'),
    rate('2026-11-30', null),
    rate('2026-03-01', '22'),
    rate('2026-03-01', '21'),
  ];
  const { now, coming } = splitRates(rates, '2026-11-22');
  expect(now?.percent).toBe('22');
  expect(coming.map(({ validFrom }) => validFrom)).toEqual(['2026-11-30', '2026-12-01']);
  expect(splitRates(rates, '2026-02-28').now).toBeNull();
});

it('says a percentage, and why where there is none', () => {
  expect(rateWords(rate('2026-03-01', '7.7'))).toBe('7.7 %');
  expect(rateWords(rate('2026-03-01', null))).toBe('Of the account above');
  expect(rateWords({ category: 'AE', percent: '0' })).toBe('Reverse charge, 0 %');
});
