import { describe, expect, it } from 'vitest';
import { Refusal } from '../kit/refusal.ts';
import { assignable } from './assignable.ts';
import { type Basis, formOf, readForm, shownVersion, type TermsForm } from './form/index.ts';
import type { RateForm } from './form/rates.ts';
import { type Plan, type PlanTerms, type PlanType, planTypes, type Service, type Zone } from './model.ts';
import { nameOfTerms } from './names.ts';
import { countryName, countryOfPlmn, listCountries, listNetworks, networkOf } from './networks.ts';
import { emptyTerms } from './terms.ts';

const basis: Basis = { unitBase: 1000, zones: new Map(), refills: [], newRefillId: () => 'new' };
const empty = (type: PlanType) => formOf(emptyTerms(type, 'EUR', 1000));
/** The least that each type can be sold by. */
const least: Record<PlanType, TermsForm> = {
  prepaid: { ...empty('prepaid'), validityDays: 365 },
  monthly_bundle: { ...empty('monthly_bundle'), fee: '5.00', allowanceMb: 1000n },
  pay_per_mb: { ...empty('pay_per_mb'), pricePerMb: '0.05' },
  unlimited: { ...empty('unlimited'), fee: '20.00' },
  static_pool: empty('static_pool'),
  dynamic_pool: { ...empty('dynamic_pool'), fee: '5.00', allowanceMb: 1000n },
  paygo: { ...empty('paygo'), pricePerMb: '0.05' },
  super_sim: { ...empty('super_sim'), fee: '2.00', pricePerMb: '0.10' },
};
const read = (type: PlanType, change: Partial<TermsForm> = {}, of: Partial<Basis> = {}) =>
  readForm(type, { ...least[type], ...change }, { ...basis, ...of });
function terms(type: PlanType, change: Partial<TermsForm> = {}, of: Partial<Basis> = {}): PlanTerms {
  const got = read(type, change, of);
  if (got instanceof Refusal) throw got;
  return got;
}

describe('terms', () => {
  it('are read into exact numbers and written back as they were', () => {
    const form = { overageSizeMb: 100n, overagePrice: '0.40' };
    const bundle = terms('monthly_bundle', form, { unitBase: 1024 });
    expect(bundle).toMatchObject({
      mbBytes: 1_048_576n,
      feeMicros: 500_000_000n,
      allowanceBytes: 1_048_576_000n,
      overageSizeBytes: 104_857_600n,
      overagePriceMicros: 40_000_000n,
    });
    expect(formOf(bundle)).toEqual({ ...least.monthly_bundle, ...form });
  });

  it.each(planTypes)('of the type %s are charged by the least that it needs', (type) => {
    expect(formOf(terms(type))).toEqual(least[type]);
  });

  const tiers = (...steps: [bigint | null, string][]) => steps.map(([upToMb, pricePerMb]) => ({ upToMb, pricePerMb }));
  it.each<[string, PlanType, Partial<TermsForm>, string]>([
    ['no price', 'super_sim', { pricePerMb: null }, 'pricePerMb'],
    ['no price', 'pay_per_mb', { pricePerMb: null }, 'pricePerMb'],
    ['no price', 'paygo', { pricePerMb: null }, 'pricePerMb'],
    ['a fee below zero', 'super_sim', { fee: '-1' }, 'fee'],
    ['a price below zero', 'paygo', { pricePerMb: '-1' }, 'pricePerMb'],
    ['a price of messages below zero', 'unlimited', { smsPrice: '-1' }, 'smsPrice'],
    ['a fee finer than money is kept', 'super_sim', { fee: '0.123456789' }, 'fee'],
    ['a currency that is none', 'super_sim', { currency: 'XXQ' }, 'currency'],
    ['a last step with a bound', 'super_sim', { tiers: tiers([5n, '1']) }, 'tiers[0].upToMb'],
    ['steps that fall', 'super_sim', { tiers: tiers([5n, '1'], [3n, '1'], [null, '1']) }, 'tiers[1].upToMb'],
    ['a step of nothing', 'super_sim', { incrementBytes: 0n }, 'incrementBytes'],
    ['a step of no price', 'paygo', { pricePerMb: null, incrementBytes: 5n }, 'pricePerMb'],
    ['no allowance', 'monthly_bundle', { allowanceMb: null }, 'allowanceMb'],
    ['no allowance', 'dynamic_pool', { allowanceMb: null }, 'allowanceMb'],
    ['more than can be counted', 'monthly_bundle', { allowanceMb: 10n ** 17n }, 'allowanceMb'],
    ['a block without a price', 'monthly_bundle', { overageSizeMb: 5n }, 'overagePrice'],
    ['a price without a block', 'monthly_bundle', { overagePrice: '1' }, 'overageSizeMb'],
    ['a block of nothing', 'monthly_bundle', { overageSizeMb: 0n, overagePrice: '1' }, 'overageSizeMb'],
    ['no validity', 'prepaid', { validityDays: null }, 'validityDays'],
    ['a rate below a limit that is missing', 'unlimited', { throttleKbps: 64 }, 'fairUseMb'],
    ['seconds without a price', 'unlimited', { voiceIncrementSeconds: 6 }, 'voiceIncrementSeconds'],
    ['a limit of nothing', 'unlimited', { dataLimitMb: 0n }, 'dataLimitMb'],
  ])('are refused for %s (%s)', (_what, type, change, field) => {
    expect(read(type, change)).toMatchObject({ code: 'plan.terms_invalid', details: { field } });
  });

  /** Each field that some type is not sold by, and who is. */
  it.each<[keyof TermsForm, TermsForm[keyof TermsForm], PlanType[]]>([
    ['fee', '1', ['monthly_bundle', 'pay_per_mb', 'unlimited', 'dynamic_pool', 'paygo', 'super_sim']],
    [
      ...(['activationFee', '1'] as const),
      ['monthly_bundle', 'pay_per_mb', 'unlimited', 'static_pool', 'dynamic_pool', 'super_sim'],
    ],
    ['prorated', true, ['monthly_bundle', 'pay_per_mb', 'unlimited', 'dynamic_pool']],
    ['pricePerMb', '1', ['pay_per_mb', 'paygo', 'super_sim']],
    ['tiers', tiers([null, '1']), ['pay_per_mb', 'paygo', 'super_sim']],
    ['incrementBytes', 1000n, ['pay_per_mb', 'paygo', 'super_sim']],
    ['allowanceMb', 1n, ['monthly_bundle', 'dynamic_pool']],
    ['billingStart', 'assignment', ['monthly_bundle', 'dynamic_pool', 'paygo']],
    ['recurringScope', 'all', ['pay_per_mb']],
    ['validityDays', 30, ['prepaid']],
    ['refills', [{ mb: 1n, price: '1' }], ['prepaid']],
    ['fairUseMb', 1n, ['unlimited']],
    ['readyExitBytes', 1n, ['super_sim']],
    ['readyExitCommands', 1, ['super_sim']],
    ['readyExitMonths', 1, ['super_sim']],
    [
      ...(['paymentType', 'manual'] as const),
      ['monthly_bundle', 'pay_per_mb', 'unlimited', 'static_pool', 'dynamic_pool', 'super_sim'],
    ],
    ['dataLimitMb', 1n, [...planTypes]],
    ['smsPrice', '0.05', [...planTypes]],
    ['voicePrice', '0.05', [...planTypes]],
  ])('promise %s only where it is kept', (field, value, sold) => {
    for (const type of planTypes) {
      const got = read(type, { [field]: value });
      if (sold.includes(type)) expect(got).not.toBeInstanceOf(Refusal);
      else expect(got).toMatchObject({ details: { field } });
    }
  });

  it('keep the id of a refill, make those of new ones, and take no other', () => {
    const first = terms('prepaid', { refills: [{ mb: 500n, price: '5.00' }] });
    expect(first.refills).toEqual([{ id: 'new', amountBytes: 500_000_000n, priceMicros: 500_000_000n }]);
    const before = [{ ...first.refills[0]!, id: 'old' }];
    const kept = { refills: [{ id: 'old', mb: 500n, price: '6.00' }] };
    expect(terms('prepaid', kept, { refills: before }).refills[0]).toMatchObject({
      id: 'old',
      priceMicros: 600_000_000n,
    });
    const twice = { refills: [...kept.refills, ...kept.refills] };
    expect(read('prepaid', twice, { refills: before })).toMatchObject({ details: { field: 'refills[1].id' } });
    expect(read('prepaid', kept)).toMatchObject({ details: { field: 'refills[0].id' } });
    expect(read('prepaid', { refills: [{ mb: 0n, price: '1' }] })).toMatchObject({
      details: { field: 'refills[0].mb' },
    });
  });

  it.each<[PlanType, Partial<TermsForm>, string]>([
    ['monthly_bundle', {}, 'Monthly bundle 1 GB 5.00 EUR'],
    ['prepaid', {}, 'Prepaid 365 days'],
    ['prepaid', { validityDays: 1 }, 'Prepaid 1 day'],
    ['pay_per_mb', {}, 'Pay per MB 0.05 EUR'],
    ['pay_per_mb', { fee: '1.5' }, 'Pay per MB 0.05 EUR + 1.50 EUR a month'],
    ['unlimited', {}, 'Unlimited 20.00 EUR'],
    ['static_pool', {}, 'Static pool'],
    ['dynamic_pool', { allowanceMb: 250n }, 'Dynamic pool 250 MB 5.00 EUR'],
    ['paygo', { tiers: tiers([5n, '0.1'], [null, '0.05']) }, 'PAYGO from 0.10 EUR per MB'],
    ['super_sim', {}, 'Super SIM 0.10 EUR per MB + 2.00 EUR a month'],
  ])('of the type %s have a name: %#', (type, change, name) => {
    expect(nameOfTerms(terms(type, change))).toBe(name);
  });
});

describe('rates', () => {
  const zone = (id: string, countries: string[], plmns: string[] = [], archived = false): Zone => ({
    ...{ id, name: id.toUpperCase(), countries, plmns, createdAt: new Date(0), updatedAt: new Date(0) },
    archivedAt: archived ? new Date(1) : null,
  });
  const zones = new Map(
    [
      zone('eu', ['DE', 'FR'], ['22801']),
      zone('ch', ['CH']),
      zone('vodafone', [], ['26202']),
      zone('alps', ['CH', 'AT']),
      zone('swiss', [], ['22801']),
      zone('gone', ['US'], [], true),
    ].map((one) => [one.id, one]),
  );
  const rate = (service: Service, where: string | null, price = '0.02'): RateForm => ({
    ...{ service, zone: where, model: 'per_unit', price, increment: null },
  });

  it('are read in the quantities of their service, and written back as they were', () => {
    const form: Partial<TermsForm> = {
      smsPrice: '0.05',
      voicePrice: '0.12',
      voiceIncrementSeconds: 6,
      rates: [
        { ...rate('data', 'eu'), increment: 1000n } as RateForm,
        {
          ...{ service: 'data', zone: 'ch', model: 'graduated', increment: null },
          steps: [
            { upTo: 100n, price: '0.10' },
            { upTo: null, price: '0.05' },
          ],
        },
        { service: 'sms', zone: 'eu', model: 'package', size: 100n, price: '2.00' },
        { service: 'sms', zone: 'ch', model: 'flat', amount: '1.00' },
        {
          ...{ service: 'voice', zone: 'eu', model: 'volume', increment: 60n },
          steps: [
            { upTo: 10n, price: '0.20' },
            { upTo: null, price: '0.10' },
          ],
        },
      ],
    };
    const got = terms('pay_per_mb', form, { zones });
    expect(got.rates.map(({ service, zoneId, pricing }) => [service, zoneId, pricing])).toMatchObject([
      ['sms', null, { model: 'per_unit', increment: null }],
      ['voice', null, { model: 'per_unit', increment: 6n }],
      ['data', 'eu', { model: 'per_unit', increment: 1000n }],
      ['data', 'ch', { model: 'graduated', steps: [{ upTo: 100_000_000n }, { upTo: null }] }],
      ['sms', 'eu', { model: 'package', size: 100n, priceMicros: 200_000_000n }],
      ['sms', 'ch', { model: 'flat', amountMicros: 100_000_000n }],
      ['voice', 'eu', { model: 'volume', increment: 60n, steps: [{ upTo: 600n }, { upTo: null }] }],
    ]);
    expect(got.zones.map(({ id, name, countries, plmns }) => [id, name, countries, plmns])).toEqual([
      ['eu', 'EU', ['DE', 'FR'], ['22801']],
      ['ch', 'CH', ['CH'], []],
    ]);
    expect(formOf(got)).toEqual({ ...least.pay_per_mb, ...form });
  });

  it('need no price for everywhere', () => {
    const got = terms('paygo', { pricePerMb: null, rates: [rate('data', 'eu')] }, { zones });
    expect(got).toMatchObject({ pricePerMb: null, zones: [{ id: 'eu' }] });
  });

  const graduated = (...bounds: (bigint | null)[]): RateForm => ({
    ...{ service: 'data', zone: 'eu', model: 'graduated', increment: null },
    steps: bounds.map((upTo) => ({ upTo, price: '1' })),
  });
  it.each<[string, Partial<TermsForm>, string]>([
    ['a zone of nobody here', { rates: [rate('data', 'other')] }, 'rates[0].zone'],
    ['an archived zone', { rates: [rate('data', 'gone')] }, 'rates[0].zone'],
    ['one zone twice', { rates: [rate('data', 'eu'), rate('data', 'eu')] }, 'rates[1].zone'],
    ['two zones with a country', { rates: [rate('data', 'ch'), rate('data', 'alps')] }, 'rates[1].zone'],
    ['two zones with a network', { rates: [rate('sms', 'eu'), rate('sms', 'swiss')] }, 'rates[1].zone'],
    ['two defaults', { rates: [rate('sms', null, '1'), rate('sms', null)] }, 'rates[1].zone'],
    ['a default twice', { smsPrice: '1', rates: [rate('sms', null)] }, 'smsPrice'],
    ['a default of data beside the price', { rates: [rate('data', null)] }, 'pricePerMb'],
    ['a price below zero', { rates: [rate('data', 'eu', '-1')] }, 'rates[0].price'],
    [
      'an increment of nothing',
      { rates: [{ ...rate('voice', 'eu'), increment: 0n } as RateForm] },
      'rates[0].increment',
    ],
    [
      'a package of nothing',
      { rates: [{ ...{ service: 'sms', zone: null, model: 'package' }, size: 0n, price: '1' }] },
      'rates[0].size',
    ],
    ['no steps', { rates: [graduated()] }, 'rates[0].steps'],
    ['steps that fall', { rates: [graduated(5n, 5n, null)] }, 'rates[0].steps[1].upTo'],
    ['a last step with a bound', { rates: [graduated(5n)] }, 'rates[0].steps[0].upTo'],
  ])('are refused for %s', (_what, change, field) => {
    expect(read('pay_per_mb', change, { zones })).toMatchObject({ code: 'plan.terms_invalid', details: { field } });
  });

  it('of two services may name one zone, and a network may stand beside the zone of its country', () => {
    const rates = [rate('data', 'eu'), rate('sms', 'eu'), rate('data', 'vodafone'), rate('sms', 'ch')];
    expect(read('pay_per_mb', { rates }, { zones })).not.toBeInstanceOf(Refusal);
  });

  it('of data are only for types that charge data', () => {
    const refused = read('monthly_bundle', { rates: [rate('sms', 'eu'), rate('data', 'ch')] }, { zones });
    expect(refused).toMatchObject({ details: { field: 'rates[1].service' } });
  });

  it('say when a zone is no longer what it was', () => {
    const version = { ...terms('paygo', { rates: [rate('data', 'eu')] }, { zones }), id: 'v', planId: 'p', version: 1 };
    const changed = (today: Zone) =>
      shownVersion({ ...version, createdAt: new Date(0) }, new Map([['eu', today]])).zones.map((one) => one.changed);
    expect(changed(zone('eu', ['FR', 'DE'], ['22801']))).toEqual([false]);
    expect(changed(zone('eu', ['DE'], ['22801']))).toEqual([true]);
    expect(changed(zone('eu', ['DE', 'FR'], ['22801'], true))).toEqual([true]);
  });
});

describe('a plan', () => {
  const plan: Plan = {
    ...{ id: 'p', name: 'World', type: 'super_sim', superSimDefault: false, description: '', labels: [] },
    ...{ namedByUs: false, designated: false, telecomId: null, createdAt: new Date(0), archivedAt: null },
  };
  const taker = { companyId: 'c', telecomId: 't', currency: 'EUR' };
  const offer = { companies: ['c'], currency: 'EUR' };
  it.each<[string, Partial<Plan>, Partial<typeof taker> | { companyId: null }, string | undefined]>([
    ['everybody, when it is general', {}, {}, undefined],
    ['the company it is designated to', { designated: true }, {}, undefined],
    ['no other company', { designated: true }, { companyId: 'd' }, 'plan.not_for_company'],
    ['nor the organization itself', { designated: true }, { companyId: null }, 'plan.not_for_company'],
    ['lines of its telecom', { telecomId: 't' }, {}, undefined],
    ['no lines of another', { telecomId: 'u' }, {}, 'plan.wrong_telecom'],
    ['nobody who pays in another currency', {}, { currency: 'USD' }, 'plan.wrong_currency'],
    ['nobody any more, once archived', { archivedAt: new Date(0) }, {}, 'plan.archived'],
  ])('is for %s', (_whom, terms, who, code) => {
    expect(assignable({ ...plan, ...terms }, { ...taker, ...who }, offer)?.code).toBe(code);
  });
});

describe('networks', () => {
  it('are called by name and country, and by their digits when nobody knows them', () => {
    expect(networkOf('26202')).toMatchObject({ name: 'Vodafone', country: 'DE', mcc: '262', mnc: '02' });
    expect(networkOf('80077')).toEqual({ plmn: '80077', mcc: '800', mnc: '77', name: '80077', country: null });
    expect(countryName('DE')).toBe('Germany');
  });

  it('are in a country also when nobody knows them, by the country code, and some are in none', () => {
    expect(['26202', '26299', '310410', '310999', '90101', '00101', '12345'].map(countryOfPlmn)).toEqual([
      ...['DE', 'DE', 'US', 'US', null, null, null],
    ]);
  });

  it('are counted by country, which is found by name, code and country code', () => {
    expect(listCountries('262')).toMatchObject([{ code: 'DE', name: 'Germany', mccs: ['262'] }]);
    expect(listCountries('germ').map(({ code }) => code)).toEqual(['DE']);
    expect(listCountries('de').map(({ code }) => code)).toContain('DE');
    expect(listCountries().find(({ code }) => code === 'US')!.networks).toBeGreaterThan(100);
  });

  it('are found by a part of the name, the beginning of the PLMN and the country, page by page', () => {
    const german = listNetworks({ country: 'DE', search: 'vodaf' }, { limit: 100 });
    expect(german.length).toBeGreaterThan(0);
    expect(german.every((n) => n.country === 'DE' && /vodaf/i.test(n.name))).toBe(true);
    const all = listNetworks({ search: '262' }, { limit: 5000 });
    const pages: string[] = [];
    for (let after: string | undefined; ; after = pages.at(-1)) {
      const page = listNetworks({ search: '262' }, { after, limit: 7 });
      pages.push(...page.map((n) => n.plmn));
      if (page.length < 7) break;
    }
    expect(pages).toEqual(all.map((n) => n.plmn));
  });
});
