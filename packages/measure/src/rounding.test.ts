import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ceilDiv, divideHalfEven, floorDiv } from './index.ts';

const integer = fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n });
const divisor = integer.filter((d) => d !== 0n);

describe('half-even', () => {
  it.each([
    [5n, 2n, 2n],
    [7n, 2n, 4n],
    [-5n, 2n, -2n],
    [-7n, 2n, -4n],
    [5n, -2n, -2n],
    [-7n, -2n, 4n],
    [1n, 2n, 0n],
    [-1n, 2n, 0n],
    [3n, 2n, 2n],
    [-3n, 2n, -2n],
    [2n, 3n, 1n],
    [-2n, 3n, -1n],
    [1n, 3n, 0n],
    [-1n, 3n, 0n],
    [6n, 3n, 2n],
  ])('%s ÷ %s is %s', (n, d, quotient) => {
    expect(divideHalfEven(n, d)).toBe(quotient);
  });

  it('is never further than half away, and even on a tie', () => {
    fc.assert(
      fc.property(integer, divisor, (n, d) => {
        const quotient = divideHalfEven(n, d);
        const distance = 2n * magnitude(n - quotient * d);
        expect(distance).toBeLessThanOrEqual(magnitude(d));
        if (distance === magnitude(d)) expect(quotient % 2n).toBe(0n);
      }),
    );
  });

  it('does not care about the sign', () => {
    fc.assert(
      fc.property(integer, divisor, (n, d) => {
        expect(divideHalfEven(-n, d)).toBe(-divideHalfEven(n, d));
        expect(divideHalfEven(n, -d)).toBe(-divideHalfEven(n, d));
      }),
    );
  });
});

it('floor and ceiling enclose the quotient', () => {
  fc.assert(
    fc.property(integer, divisor, (n, d) => {
      const rest = (n - floorDiv(n, d) * d) * (d < 0n ? -1n : 1n);
      expect(rest).toBeGreaterThanOrEqual(0n);
      expect(rest).toBeLessThan(magnitude(d));
      expect(ceilDiv(n, d) - floorDiv(n, d)).toBe(n % d === 0n ? 0n : 1n);
    }),
  );
});

it('nothing is divided by zero', () => {
  expect(() => divideHalfEven(1n, 0n)).toThrow(RangeError);
});

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
