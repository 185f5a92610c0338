import { expect, test } from 'vitest';
import type { PlanTerms, PlanType } from '../api/plans.ts';
import { example, type Use } from './example.ts';
import { fieldsOf, newFields, newRate, termsOf } from './fields.ts';
import { planTypes } from './kinds.ts';

const use = (mb: string, more: Partial<Use> = {}): Use => ({ mb, messages: '', minutes: '', zone: null, ...more });
const europe = { id: 'zon_1', name: 'Europe' };

function terms(type: PlanType, change: Partial<PlanTerms>): PlanTerms {
  return { ...termsOf(type, { ...newFields(type, 'EUR'), refills: [] }), ...change };
}
const total = (type: PlanType, change: Partial<PlanTerms>, used: Use, unitBase: 1000 | 1024 = 1000) =>
  example(type, terms(type, change), used, unitBase)?.total;

test('a fee and a price for each MB', () => {
  expect(total('super_sim', { pricePerMb: '0.10' }, use('50'))).toBe('7.00');
  expect(total('super_sim', { pricePerMb: '0.0125' }, use('3'), 1024)).toBe('2.0375');
  expect(total('super_sim', { pricePerMb: '0.10' }, use('1.3'))).toBe('2.13');
  expect(total('super_sim', { currency: 'JPY', fee: '200', pricePerMb: '10' }, use('5'))).toBe('250');
});

test('each slice at its own price, or the whole total at the price of its step', () => {
  const tiers = [
    { upToMb: '100', pricePerMb: '0.10' },
    { upToMb: null, pricePerMb: '0.05' },
  ];
  expect(total('super_sim', { pricePerMb: null, tiers }, use('100'))).toBe('12.00');
  expect(total('super_sim', { pricePerMb: null, tiers }, use('150'))).toBe('14.50');
  const steps = [
    { upTo: '100', price: '0.10' },
    { upTo: null, price: '0.05' },
  ];
  const rates: PlanTerms['rates'] = [{ service: 'data', zone: null, model: 'volume', steps, increment: null }];
  expect(total('paygo', { pricePerMb: null, rates }, use('100'))).toBe('10.00');
  expect(total('paygo', { pricePerMb: null, rates }, use('150'))).toBe('7.50');
});

test('the total is rounded up to the step', () => {
  expect(total('super_sim', { incrementBytes: '10000000' }, use('1'))).toBe('3.00');
});

test('every started block of overage counts', () => {
  const bundle = { fee: '5.00', allowanceMb: '1000', overageSizeMb: '100', overagePrice: '0.40' };
  expect(total('monthly_bundle', bundle, use('1000'))).toBe('5.00');
  expect(total('monthly_bundle', bundle, use('1250'))).toBe('6.20');
  expect(total('monthly_bundle', bundle, use('1000.1'))).toBe('5.40');
});

test('a zone has its own price, messages and calls theirs, and what has none says so', () => {
  const change: Partial<PlanTerms> = {
    ...{ pricePerMb: '0.10', smsPrice: '0.05', voicePrice: '0.10', voiceIncrementSeconds: 60 },
    rates: [
      { service: 'data', zone: europe.id, model: 'per_unit', price: '0.02', increment: null },
      { service: 'sms', zone: europe.id, model: 'package', size: '10', price: '0.20' },
      { service: 'voice', zone: europe.id, model: 'flat', amount: '1.00' },
    ],
  };
  const used = { messages: '11', minutes: '5' };
  expect(total('pay_per_mb', change, use('10', used))).toBe('2.05');
  expect(total('pay_per_mb', change, use('10', { ...used, zone: europe }))).toBe('1.60');
  const silent = example('unlimited', terms('unlimited', {}), use('10', used), 1000);
  expect(silent?.total).toBe('10.00');
  expect(silent?.notes).toEqual(['Messages', 'Calls'].map((what) => expect.stringMatching(`${what}.*no price`)));
});

test('prepaid data is bought in the cheapest refills, and the activation is no part of a month', () => {
  const refills = [
    { mb: '500', price: '5.00' },
    { mb: '1000', price: '9.00' },
  ];
  expect(example('prepaid', terms('prepaid', { refills }), use('1300'), 1000)).toMatchObject({
    lines: [{ what: '3 refills of 500 MB', amount: '15.00' }],
  });
  const first = example('unlimited', terms('unlimited', { activationFee: '1.50' }), use('1'), 1000);
  expect([first?.total, first?.notes.join()]).toEqual(['10.00', expect.stringContaining('1.50 EUR')]);
});

test('what is not a number yet has no example', () => {
  for (const change of [{ fee: 'two' }, { currency: 'EU' }, { pricePerMb: '' }, { pricePerMb: '-1' }]) {
    expect(total('super_sim', change, use('1'))).toBeUndefined();
  }
  expect(total('super_sim', {}, use('x'))).toBeUndefined();
});

test.each(planTypes)('the fields of a plan of the type %s say its terms again', (type) => {
  const rates = [
    { ...newRate('sms', europe.id), price: '0.05' },
    { ...newRate('voice', europe.id), model: 'volume' as const, increment: '60' },
    { ...newRate('sms', ''), model: 'package' as const, price: '1.00' },
    { ...newRate('voice', ''), model: 'flat' as const, price: '2.00' },
  ];
  const written = termsOf(type, { ...newFields(type, 'EUR'), rates, voicePrice: '0.10', voiceIncrementSeconds: '6' });
  expect(termsOf(type, fieldsOf(type, written))).toEqual(written);
  expect(example(type, written, use('10'), 1000)).not.toBeNull();
});
