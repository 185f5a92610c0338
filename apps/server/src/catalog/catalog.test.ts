import { describe, expect, it } from 'vitest';
import { Refusal } from '../kit/refusal.ts';
import { assignable } from './assignable.ts';
import { formOf, readForm, type TermsForm } from './form.ts';
import type { Plan } from './model.ts';
import { countryName, countryOfPlmn, listNetworks, networkOf } from './networks.ts';
import { emptyTerms } from './service.ts';

const superSim: TermsForm = { ...formOf(emptyTerms('super_sim', 'EUR', 1000)), fee: '2.00', pricePerMb: '0.10' };
const bundle: TermsForm = { ...formOf(emptyTerms('monthly_bundle', 'EUR', 1000)), fee: '5.00', allowanceMb: 1000n };

describe('terms', () => {
  it('are read into exact numbers and written back as they were', () => {
    const terms = readForm('monthly_bundle', { ...bundle, overageSizeMb: 100n, overagePrice: '0.40' }, 1024);
    expect(terms).toMatchObject({
      mbBytes: 1_048_576n,
      feeMicros: 500_000_000n,
      allowanceBytes: 1_048_576_000n,
      overageSizeBytes: 104_857_600n,
      overagePriceMicros: 40_000_000n,
    });
    expect(terms).not.toBeInstanceOf(Refusal);
    if (!(terms instanceof Refusal)) {
      expect(formOf(terms)).toEqual({ ...bundle, overageSizeMb: 100n, overagePrice: '0.40' });
    }
  });

  const tiers = (...steps: [bigint | null, string][]) => steps.map(([upToMb, pricePerMb]) => ({ upToMb, pricePerMb }));
  it.each<[string, 'super_sim' | 'monthly_bundle', Partial<TermsForm>, string]>([
    ['no price', 'super_sim', { pricePerMb: null }, 'pricePerMb'],
    ['a fee below zero', 'super_sim', { fee: '-1' }, 'fee'],
    ['a fee finer than money is kept', 'super_sim', { fee: '0.123456789' }, 'fee'],
    ['a currency that is none', 'super_sim', { currency: 'XXQ' }, 'currency'],
    ['an allowance that would not be used', 'super_sim', { allowanceMb: 5n }, 'allowanceMb'],
    ['a last step with a bound', 'super_sim', { tiers: tiers([5n, '1']) }, 'tiers[0].upToMb'],
    ['steps that fall', 'super_sim', { tiers: tiers([5n, '1'], [3n, '1'], [null, '1']) }, 'tiers[1].upToMb'],
    ['no allowance', 'monthly_bundle', { allowanceMb: null }, 'allowanceMb'],
    ['a block without a price', 'monthly_bundle', { overageSizeMb: 5n }, 'overagePrice'],
    ['a price without a block', 'monthly_bundle', { overagePrice: '1' }, 'overageSizeMb'],
    ['a price per MB that would not be used', 'monthly_bundle', { pricePerMb: '1' }, 'pricePerMb'],
    ['a ready period by bytes', 'monthly_bundle', { readyExitBytes: 5n }, 'readyExitBytes'],
  ])('are refused for %s', (_what, type, change, field) => {
    const refusal = readForm(type, { ...(type === 'super_sim' ? superSim : bundle), ...change }, 1000);
    expect(refusal).toMatchObject({ code: 'plan.terms_invalid', details: { field } });
  });

  it('need no flat price beside steps', () => {
    const terms = readForm(
      'super_sim',
      { ...superSim, pricePerMb: null, tiers: tiers([5n, '1'], [null, '0.5']) },
      1000,
    );
    expect(terms).not.toBeInstanceOf(Refusal);
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
