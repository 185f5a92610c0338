import { expect, test } from 'vitest';
import type { PlanTerms } from '../api/plans.ts';
import { example } from './example.ts';

const terms: PlanTerms = {
  currency: 'EUR',
  fee: '2.00',
  activationFee: '0',
  pricePerMb: '0.10',
  tiers: null,
  incrementBytes: null,
  allowanceMb: null,
  overageSizeMb: null,
  overagePrice: null,
  dataLimitMb: null,
  prorated: false,
  billingStart: 'first_usage',
  paymentType: 'post_billing',
  readyExitBytes: null,
  readyExitCommands: null,
  readyExitMonths: null,
};

test('a fee and a price for each MB', () => {
  expect(example('super_sim', terms, 50n, 1000)?.total).toBe('7.00');
  expect(example('super_sim', { ...terms, pricePerMb: '0.0125' }, 3n, 1024)?.total).toBe('2.0375');
  expect(example('super_sim', { ...terms, currency: 'JPY', fee: '200', pricePerMb: '10' }, 5n, 1000)?.total).toBe(
    '250',
  );
});

test('each slice at its own price', () => {
  const tiers = [
    { upToMb: '100', pricePerMb: '0.10' },
    { upToMb: null, pricePerMb: '0.05' },
  ];
  expect(example('super_sim', { ...terms, pricePerMb: null, tiers }, 100n, 1000)?.total).toBe('12.00');
  expect(example('super_sim', { ...terms, pricePerMb: null, tiers }, 150n, 1000)?.total).toBe('14.50');
});

test('the total is rounded up to the step', () => {
  expect(example('super_sim', { ...terms, incrementBytes: '10000000' }, 1n, 1000)?.total).toBe('3.00');
});

test('every started block of overage counts', () => {
  const bundle = {
    ...terms,
    fee: '5.00',
    pricePerMb: null,
    allowanceMb: '1000',
    overageSizeMb: '100',
    overagePrice: '0.40',
  };
  expect(example('monthly_bundle', bundle, 1000n, 1000)?.total).toBe('5.00');
  expect(example('monthly_bundle', bundle, 1250n, 1000)?.total).toBe('6.20');
});

test('what is not a number yet has no example', () => {
  expect(example('super_sim', { ...terms, fee: 'two' }, 1n, 1000)).toBeNull();
  expect(example('super_sim', { ...terms, currency: 'EU' }, 1n, 1000)).toBeNull();
});
