import { currencies } from '@simwright/measure';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromStripe, toStripe } from './amounts.ts';

it('an amount goes to Stripe as Stripe counts that currency', () => {
  expect(toStripe(1050n, 'EUR')).toBe(1050);
  expect(toStripe(500n, 'JPY')).toBe(500);
  // Zero decimals by the standard, two that are always zero at Stripe.
  expect(toStripe(5n, 'ISK')).toBe(500);
  expect(toStripe(5n, 'UGX')).toBe(500);
  // Two by the standard, none at Stripe.
  expect(toStripe(1200n, 'MGA')).toBe(12);
  expect(toStripe(1250n, 'MGA')).toBeNull();
  // Three, of which the last is zero.
  expect(toStripe(5120n, 'KWD')).toBe(5120);
  expect(toStripe(5124n, 'KWD')).toBeNull();
  expect(toStripe(100_000_000n, 'EUR')).toBeNull();
});

it('and what can go there comes back as it was', () => {
  fc.assert(
    fc.property(fc.constantFrom(...currencies), fc.bigInt(1n, 10n ** 9n), (currency, amount) => {
      const there = toStripe(amount, currency);
      if (there !== null) expect(fromStripe(there, currency)).toBe(amount);
    }),
  );
});
