import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencies, currencyExponent, formatAmount, isCurrency, maxMicros, minMicros, parseAmount } from './index.ts';

const micros = fc.bigInt({ min: minMicros, max: maxMicros });

describe('currencies', () => {
  it.each([
    ['EUR', 2],
    ['JPY', 0],
    ['UGX', 0],
    ['KWD', 3],
    ['CLF', 4],
    ['XCG', 2],
    ['HUF', 2],
  ])('%s has %i decimals', (code, decimals) => {
    expect(currencyExponent(code)).toBe(decimals);
  });

  it('knows each code once, in capitals', () => {
    expect(new Set(currencies).size).toBe(currencies.length);
    expect(currencies.every((code) => /^[A-Z]{3}$/.test(code))).toBe(true);
  });

  it.each(['eur', 'XAU', 'XXX', 'HRK', '', 'EURO', 'constructor'])('refuses %j', (code) => {
    expect(isCurrency(code)).toBe(false);
    expect(() => currencyExponent(code)).toThrow(RangeError);
  });
});

describe('amounts', () => {
  it.each([
    ['12.34', 'EUR', 1_234_000_000n],
    ['0.0123456', 'EUR', 1_234_560n],
    ['0.00000001', 'EUR', 1n],
    ['-5', 'EUR', -500_000_000n],
    ['1200', 'JPY', 1_200_000_000n],
    ['0.000001', 'JPY', 1n],
    ['1.234', 'KWD', 1_234_000_000n],
    ['92233720368.54775807', 'EUR', maxMicros],
    ['-92233720368.54775808', 'EUR', minMicros],
  ])('%s %s', (text, currency, value) => {
    expect(parseAmount(text, currency)).toEqual({ ok: true, value });
  });

  it.each([
    ['1.000000001', 'EUR', 'precision'],
    ['0.0000001', 'JPY', 'precision'],
    ['92233720368.54775808', 'EUR', 'range'],
    ['-92233720368.54775809', 'EUR', 'range'],
    ['9'.repeat(65), 'EUR', 'range'],
    ['1,234.00', 'EUR', 'format'],
    ['1e3', 'EUR', 'format'],
    ['+1', 'EUR', 'format'],
    ['.5', 'EUR', 'format'],
    ['5.', 'EUR', 'format'],
    ['01', 'EUR', 'format'],
    [' 1', 'EUR', 'format'],
    ['1\n', 'EUR', 'format'],
    ['', 'EUR', 'format'],
    ['NaN', 'EUR', 'format'],
    ['١٢', 'EUR', 'format'],
    ['1', 'EURO', 'currency'],
  ])('refuses %j %s: %s', (text, currency, problem) => {
    expect(parseAmount(text, currency)).toEqual({ ok: false, problem });
  });

  it.each([
    [1_234_000_000n, 'EUR', '12.34'],
    [1_234_560n, 'EUR', '0.0123456'],
    [1_200_000_000n, 'EUR', '12.00'],
    [-1n, 'EUR', '-0.00000001'],
    [0n, 'EUR', '0.00'],
    [0n, 'JPY', '0'],
    [1_200_000_000n, 'JPY', '1200'],
    [1_500_000n, 'JPY', '1.5'],
    [1_234_000_000n, 'KWD', '1.234'],
  ])('writes %s %s as %s', (value, currency, text) => {
    expect(formatAmount(value, currency)).toBe(text);
  });

  it('are read back as they were written, in every currency', () => {
    fc.assert(
      fc.property(micros, fc.constantFrom(...currencies), (value, currency) => {
        expect(parseAmount(formatAmount(value, currency), currency)).toEqual({ ok: true, value });
      }),
    );
  });

  it('never throw on text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        expect(typeof parseAmount(text, 'EUR').ok).toBe('boolean');
      }),
    );
  });
});
