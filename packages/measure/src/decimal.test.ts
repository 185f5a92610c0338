import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDecimals, formatDecimal, parseDecimal } from './index.ts';

const decimal = fc
  .tuple(fc.bigInt({ min: 1n - 10n ** 18n, max: 10n ** 18n - 1n }), fc.integer({ min: 0, max: 12 }))
  .map(([digits, scale]) => ({ digits, scale }));

describe('decimals', () => {
  it.each([
    ['0.10', { digits: 1n, scale: 1 }],
    ['0.000000000001', { digits: 1n, scale: 12 }],
    ['0.100000000000000', { digits: 1n, scale: 1 }],
    ['-0', { digits: 0n, scale: 0 }],
    ['-12.5', { digits: -125n, scale: 1 }],
    ['1000', { digits: 1000n, scale: 0 }],
  ])('reads %s', (text, value) => {
    expect(parseDecimal(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['0.0000000000001', 'precision'],
    ['1'.repeat(19), 'range'],
    ['1e-3', 'format'],
    ['1.2.3', 'format'],
  ])('refuses %s: %s', (text, problem) => {
    expect(parseDecimal(text)).toEqual({ ok: false, problem });
  });

  it('keep their value when written and read', () => {
    fc.assert(
      fc.property(decimal, (value) => {
        const read = parseDecimal(formatDecimal(value));
        expect(read.ok && compareDecimals(read.value, value)).toBe(0);
      }),
    );
  });

  it('are ordered as numbers, whatever their scale', () => {
    expect(compareDecimals({ digits: 10n, scale: 2 }, { digits: 1n, scale: 1 })).toBe(0);
    expect(compareDecimals({ digits: 2n, scale: 0 }, { digits: 19n, scale: 1 })).toBeGreaterThan(0);
    expect(compareDecimals({ digits: -2n, scale: 0 }, { digits: -19n, scale: 1 })).toBeLessThan(0);
  });
});
