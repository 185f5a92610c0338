import { expect, test } from 'vitest';
import type { PlanVersion, RatedZone } from '../api/plans.ts';
import { setMeasures } from '../format/organization.ts';
import { differences } from './facts.ts';
import { newFields, newRate, termsOf } from './fields.ts';
import { usageInWords } from './price.ts';

setMeasures({ timeZone: 'UTC', currency: 'EUR', unitBase: 1000, clockAheadMs: 0 });

const zone = (countries: string[], networks: string[] = []): RatedZone => ({
  ...{ id: 'zon_1', name: 'Alps', countries, networks, changed: false },
});

function version(change: Partial<PlanVersion>): PlanVersion {
  const rates = [{ ...newRate('data', 'zon_1'), price: '0.02' }];
  const terms = termsOf('pay_per_mb', { ...newFields('pay_per_mb', 'EUR'), rates });
  const saved = { id: 'plv_1', version: 1, unitBase: 1000 as const, createdAt: '2026-03-01T00:00:00Z' };
  return { ...terms, ...saved, zones: [zone(['CH', 'AT'])], ...change };
}
const found = (before: Partial<PlanVersion>, after: Partial<PlanVersion>) =>
  differences('pay_per_mb', version(before), version(after)).map(({ name, before, after }) =>
    [name, before, after].map((words) => words?.replaceAll('\u00a0', ' ') ?? null),
  );

test('two versions that say the same have no differences', () => {
  expect(found({}, { version: 2 })).toEqual([]);
});

test('what came, what went and what is another is listed by its name', () => {
  expect(found({ smsPrice: '0.05' }, { pricePerMb: '0.09', voicePrice: '0.10', rates: [], zones: [] })).toEqual([
    ['Data', 'EUR 0.10 per MB', 'EUR 0.09 per MB'],
    ['Data in Alps', 'EUR 0.02 per MB', null],
    ['Messages', 'EUR 0.05 per message', null],
    ['Zone Alps', '2 countries', null],
    ['Calls', null, 'EUR 0.10 per minute'],
  ]);
  expect(found({}, { currency: 'USD' }).at(-1)).toEqual(['Currency', 'EUR', 'USD']);
});

test('a zone with as many other places is another zone', () => {
  expect(found({}, { zones: [zone(['CH', 'LI'], [])] })).toEqual([
    ['Zone Alps', '2 countries', '2 countries: with Liechtenstein, without Austria'],
  ]);
});

test('refills are told by their number and the lowest price', () => {
  const refills = [
    { mb: '1000', price: '9.00' },
    { mb: '500', price: '5.00' },
  ];
  const words = (of: typeof refills) => usageInWords('prepaid', version({ validityDays: 30, refills: of }));
  expect(words(refills).replaceAll('\u00a0', ' ')).toBe('2 refills from EUR 5.00, 30 days');
  expect(words([])).toBe('no refills yet, 30 days');
});
