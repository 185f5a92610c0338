import { beforeAll, expect, test } from 'vitest';
import type { PoolForecast, PoolMonth } from '../api/pools.ts';
import { setMeasures } from '../format/organization.ts';
import { monthOf } from './example.ts';
import { outlook } from './words.ts';

beforeAll(() => setMeasures({ timeZone: 'UTC', currency: 'EUR', unitBase: 1000, clockAheadMs: 0 }));

const month: PoolMonth = {
  ...{ id: 'm', state: 'open', startsAt: '2026-03-01T00:00:00Z', endsAt: '2026-04-01T00:00:00Z', daysLeft: 20 },
  ...{ termsVersion: 1, allowanceBytes: '100000000', usedBytes: '40000000', leftBytes: '60000000', overageBytes: '0' },
  ...{ overageBlocks: '0', overageSizeBytes: '10000000', limitUsedBytes: '40000000', limitReached: false },
  ...{ contributions: 0, fees: '50.00', activationFees: '0.00', charge: '0.00', total: '50.00', currency: 'EUR' },
};
const forecast: PoolForecast = {
  ...{ basisHours: 168, bytesPerDay: '6000000', slowBytesPerDay: '3000000', fastBytesPerDay: '12000000' },
  ...{ exhaustedAt: '2026-03-20T00:00:00Z', earliestAt: '2026-03-16T00:00:00Z', latestAt: '2026-03-30T00:00:00Z' },
  ...{ usedAtEndBytes: '160000000', chargeAtEnd: '36.00' },
};

test.each<[string, Partial<PoolMonth> | null, Partial<PoolForecast> | null, RegExp]>([
  [
    'names the day, and between which it is',
    {},
    {},
    /6 MB a day.*last seven days.*used up on .*20.* \(between .*16.*30/,
  ],
  ['says what overage comes to', {}, {}, /overage comes to EUR\s36\.00/],
  [
    'lasts',
    {},
    { exhaustedAt: null, usedAtEndBytes: '90000000', chargeAtEnd: '0.00' },
    /lasts to the end.* 10\sMB will be left/,
  ],
  ['tells of a young pool what it goes by', {}, { basisHours: 5 }, /the pace of the last 5 hours/],
  [
    'is used up',
    { overageBytes: '5000000', overageBlocks: '1', charge: '6.00' },
    null,
    /5\sMB over.*1 block of overage for EUR\s6\.00/,
  ],
  ['is at its limit', { limitReached: true }, {}, /data limit is reached, so no member has data until/],
  ['has no use', {}, null, /no forecast/],
  ['has no members', { allowanceBytes: '0', usedBytes: '0' }, null, /members bring it/],
  ['has no month', null, null, /No month/],
])('a pool that %s says so', (_, over, ahead, words) => {
  const told = outlook({
    month: over && { ...month, ...over },
    forecast: ahead && { ...forecast, ...ahead },
  });
  expect(told.sentence.replaceAll(/[\u00a0\u202f]/g, ' ')).toMatch(words);
});

test('a month of a pool costs its fee, and every started block beyond the balance', () => {
  const terms = {
    allowanceMb: '100',
    fee: '50.00',
    overageSizeMb: '10',
    overagePrice: '6.00',
    paymentType: 'manual',
  } as const;
  expect(['100', '101', '110', '111'].map((used) => monthOf(terms, BigInt(used), 'EUR'))).toEqual([
    '50.00',
    '56.00',
    '56.00',
    '62.00',
  ]);
  expect(monthOf({ ...terms, overagePrice: null, overageSizeMb: null }, 999n, 'EUR')).toBe('50.00');
  expect(monthOf({ ...terms, fee: 'much' }, 1n, 'EUR')).toBeNull();
});
