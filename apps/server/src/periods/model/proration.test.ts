import fc from 'fast-check';
import { expect, it } from 'vitest';
import { prorateAllowance, prorateFee } from './proration.ts';

const euro = 100_000_000n;

it.each([
  // Started on 17 April: 14 of 30 days.
  [9n * euro, 14, 30, 420_000_000n],
  [10n * euro, 14, 31, 451_612_903n],
  [5n * euro, 30, 30, 5n * euro],
  [5n * euro, 0, 30, 0n],
  // A tie goes to the even micro-minor unit.
  [1n, 15, 30, 0n],
  [3n, 15, 30, 2n],
])('a fee of %s for %i of %i days is %s', (fee, used, whole, part) => {
  expect(prorateFee(fee, used, whole)).toBe(part);
});

it('bytes are rounded down', () => {
  expect(prorateAllowance(1_000_000_000n, 14, 31)).toBe(451_612_903n);
  expect(prorateAllowance(1n, 29, 30)).toBe(0n);
});

it.each([
  [31, 30],
  [-1, 30],
  [1, 0],
  [1.5, 30],
])('%d of %d days is no part of a period', (used, whole) => {
  expect(() => prorateFee(1n, used, whole)).toThrow(RangeError);
  expect(() => prorateAllowance(1n, used, whole)).toThrow(RangeError);
});

it('the parts of a period never give more bytes than the whole', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n }), fc.nat(31), (bytes, used) => {
      expect(prorateAllowance(bytes, used, 31) + prorateAllowance(bytes, 31 - used, 31)).toBeLessThanOrEqual(bytes);
    }),
  );
});
