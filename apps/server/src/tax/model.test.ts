import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noTax, percentOf, splitGross, type TaxRate, taxOn, toMinor, vatOf } from './model.ts';

const euro = 100_000_000n;
const rate = (ownerId: string, validFrom: string, ratePpm: number | null, id = ownerId + validFrom): TaxRate => ({
  ...{ id, ownerId, validFrom, ratePpm, reason: '', setAt: new Date(0), setBy: 'test' },
  category: ratePpm === null ? null : ratePpm > 0 ? 'S' : 'E',
});

describe('which rate applies', () => {
  const chain = ['user', 'company', 'organization'];
  const all = [
    rate('organization', '2026-01-01', 190_000),
    rate('organization', '2026-07-01', 210_000),
    rate('company', '2026-03-01', 0),
    rate('company', '2026-05-01', null),
  ];

  it.each([
    ['2025-12-31', 'O', null],
    ['2026-02-28', 'S', 'organization'],
    ['2026-03-01', 'E', 'company'],
    ['2026-05-01', 'S', 'organization'],
  ])('on %s it is %s of %s', (day, category, from) => {
    expect(taxOn(day, chain, all)).toMatchObject({ category, from });
  });

  it('takes the one that was set last of two from the same day', () => {
    const twice = [rate('organization', '2026-01-01', 190_000, 'a'), rate('organization', '2026-01-01', 70_000, 'b')];
    expect(taxOn('2026-01-01', chain, twice).ratePpm).toBe(70_000);
    expect(taxOn('2026-01-01', chain, twice.toReversed()).ratePpm).toBe(70_000);
  });

  it('asks for nothing where nobody has set anything', () => {
    expect(taxOn('2026-01-01', chain, [])).toEqual(noTax);
  });
});

describe('amounts', () => {
  it.each([
    [10n * euro, 210_000, 2_10_000_000n],
    [(euro * 5n) / 100n, 210_000, 1_000_000n],
    // 2.5 cents: half to even.
    [(euro * 25n) / 100n, 100_000, 2_000_000n],
    [(euro * 35n) / 100n, 100_000, 4_000_000n],
    [-10n * euro, 210_000, -2_10_000_000n],
  ])('VAT on %s at %s is %s', (net, ppm, vat) => {
    expect(vatOf(net, ppm)).toBe(vat);
  });

  it('a gross amount is its net amount and the VAT in it, which is that of the net but for a cent', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 9n), 10n ** 9n), fc.integer({ min: 0, max: 1_000_000 }), (cents, ppm) => {
        const gross = cents * 1_000_000n;
        const { netMicros, vatMicros } = splitGross(gross, ppm);
        expect(netMicros + vatMicros).toBe(gross);
        const again = vatOf(netMicros, ppm) - vatMicros;
        expect(again >= -1_000_000n && again <= 1_000_000n).toBe(true);
        expect(toMinor(vatMicros)).toBe(vatMicros);
      }),
    );
  });

  it('shows a rate as people write it', () => {
    expect([0, 210_000, 77_000, 1_000_000, 55, 81_000].map(percentOf)).toEqual([
      '0',
      '21',
      '7.7',
      '100',
      '0.0055',
      '8.1',
    ]);
  });
});
