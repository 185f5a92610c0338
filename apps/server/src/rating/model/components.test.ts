import { describe, expect, it } from 'vitest';
import type { Pricing, Rate, Service } from '../../catalog/index.ts';
import { pricedParts, priceOf, type Terms } from './rating.ts';
import { zoningOf } from './zoning.ts';

const mb = 1_000_000n;
const decimal = (text: string) => {
  const [whole = '0', fraction = ''] = text.split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length };
};
const perMb: Terms = {
  type: 'pay_per_mb',
  currency: 'EUR',
  mbBytes: mb,
  pricePerMb: decimal('0.10'),
  allowanceBytes: null,
  overageSizeBytes: null,
  overagePriceMicros: null,
  incrementBytes: null,
};
const euro = 100_000_000n;
const rate = (service: Service, zoneId: string | null, pricing: Pricing): Rate => ({ service, zoneId, pricing });
const each = (price: string, increment: bigint | null = null): Pricing => ({
  model: 'per_unit',
  price: decimal(price),
  increment,
});

describe('a price is the sum of its components', () => {
  it('adds data by zone, messages and minutes', () => {
    const price = priceOf({
      ...perMb,
      rates: [rate('data', 'eu', each('0.02')), rate('sms', null, each('0.07')), rate('voice', null, each('0.15'))],
    });
    // 30 MB of which 20 in the zone: 1.00 + 0.40; 3 messages: 0.21; 90 seconds: 0.225.
    expect(price(30n * mb, null, { 'data:eu': 20n * mb, sms: 3n, voice: 90n })).toBe(183_500_000n);
  });

  it('is rounded once, however many components share it', () => {
    // A third of a millionth of a cent each: three of them make one, and rounded one by one they would make none.
    const third = { digits: 1n, scale: 8 };
    const terms: Terms = {
      ...perMb,
      mbBytes: 3n,
      pricePerMb: third,
      rates: [
        rate('data', 'a', { model: 'per_unit', price: third, increment: null }),
        rate('data', 'b', { model: 'per_unit', price: third, increment: null }),
      ],
    };
    expect(priceOf(terms)(1n, null, null)).toBe(0n);
    expect(priceOf(terms)(3n, null, { 'data:a': 1n, 'data:b': 1n })).toBe(1n);
  });

  it('sums the parts that explain it to itself', () => {
    const terms: Terms = { ...perMb, rates: [rate('data', 'eu', each('0.033')), rate('sms', null, each('0.071'))] };
    const totals = { 'data:eu': 7_777_777n, sms: 13n };
    const parts = pricedParts(terms, 9_999_999n, null, totals);
    expect(parts.map((part) => part.component)).toEqual(['data', 'data:eu', 'sms']);
    const sum = parts.reduce((all, part) => all + part.numerator, 0n);
    const { divisor } = parts[0]!;
    expect((2n * sum + divisor) / (2n * divisor)).toBe(priceOf(terms)(9_999_999n, null, totals));
  });
});

describe('price models', () => {
  const steps = [
    { upTo: 100n, price: decimal('0.10') },
    { upTo: null, price: decimal('0.05') },
  ];
  const messages = (pricing: Pricing) => {
    const price = priceOf({ ...perMb, rates: [rate('sms', null, pricing)] });
    return (count: bigint) => price(0n, null, { sms: count });
  };

  it.each([
    ['flat', { model: 'flat', amountMicros: 3n * euro }, [0n, 1n, 500n], [0n, 3n * euro, 3n * euro]],
    ['graduated', { model: 'graduated', steps, increment: null }, [100n, 101n], [10n * euro, 1_005_000_000n]],
    ['volume', { model: 'volume', steps, increment: null }, [100n, 101n], [10n * euro, 505_000_000n]],
    ['package', { model: 'package', size: 50n, priceMicros: euro }, [0n, 1n, 50n, 51n], [0n, euro, euro, 2n * euro]],
    ['per unit in tens', each('0.01', 10n), [1n, 10n, 11n], [10_000_000n, 10_000_000n, 20_000_000n]],
  ] as [string, Pricing, bigint[], bigint[]][])('%s', (_, pricing, counts, charges) => {
    expect(counts.map(messages(pricing))).toEqual(charges);
  });

  it('costs nothing below zero', () => {
    for (const pricing of [
      each('0.10'),
      { model: 'package', size: 1n, priceMicros: 1n } as const,
      { model: 'flat', amountMicros: 1n } as const,
    ])
      expect(messages(pricing)(-5n)).toBe(0n);
  });
});

describe('which rate usage goes by', () => {
  const zones = [
    { id: 'eu', name: 'Europe', countries: ['DE', 'FR'], plmns: [] },
    { id: 'one', name: 'One network', countries: [], plmns: ['26202'] },
  ];
  const countryOf = (plmn: string) => (plmn.startsWith('262') ? 'DE' : plmn.startsWith('310') ? 'US' : null);
  const zoned: Terms = { ...perMb, rates: [rate('data', 'eu', each('0.02')), rate('data', 'one', each('0.01'))] };

  it('takes a network before its country, and the default where neither fits', () => {
    const zoning = zoningOf(zoned, zones, countryOf);
    expect(zoning('data', '26201')).toEqual({ component: 'data:eu', unknownNetwork: false });
    expect(zoning('data', '26202')).toEqual({ component: 'data:one', unknownNetwork: false });
    expect(zoning('data', '310410')).toEqual({ component: 'data', unknownNetwork: false });
  });

  it('says so where the network is not known', () => {
    const zoning = zoningOf(zoned, zones, countryOf);
    expect([zoning('data', ''), zoning('data', '99999')]).toEqual(
      Array(2).fill({ component: 'data', unknownNetwork: true }),
    );
    expect(zoningOf(perMb, [], countryOf)('data', '')).toEqual({ component: 'data', unknownNetwork: false });
  });

  it('finds none where there is none', () => {
    const { pricePerMb: _, ...rest } = zoned;
    const zoning = zoningOf({ ...rest, pricePerMb: null }, zones, countryOf);
    expect([zoning('data', '310410'), zoning('sms', '26201')]).toEqual([null, null]);
    expect(zoningOf({ ...perMb, type: 'unlimited' }, [], countryOf)('data', '')).toMatchObject({ component: 'data' });
  });
});
