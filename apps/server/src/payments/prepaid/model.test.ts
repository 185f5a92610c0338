import fc from 'fast-check';
import { expect, it } from 'vitest';
import { vatOf } from '../../tax/index.ts';
import { minor } from '../model.ts';
import { minus, type Parts } from '../refunds/model.ts';
import { freeUses, nothing, plain, plus, stillUsed, type Use, useRefills } from './model.ts';

/** A refill of a wallet, by whatever rate of its day. */
const refill = fc
  .record({ cents: fc.bigInt(1n, 100_000n), rate: fc.integer({ min: 0, max: 300_000 }) })
  .map(({ cents, rate }): Parts => {
    const netMicros = cents * minor;
    const vatMicros = vatOf(netMicros, rate);
    return { priceMicros: netMicros, netMicros, vatMicros, grossMicros: netMicros + vatMicros };
  });
const sum = (all: Parts[]) => all.reduce(plus, nothing);
const isWhole = ({ netMicros, vatMicros }: Parts) => netMicros % minor === 0n && vatMicros % minor === 0n;
const share = (of: bigint, thousandths: number) => ((of / minor) * BigInt(thousandths)) / 1000n;

it('what payments use of refills, in any parts and however much of it is given back, never adds up to more than they were', () => {
  const step = fc.record({ use: fc.integer({ min: 1, max: 600 }), back: fc.integer({ min: 0, max: 1000 }) });
  fc.assert(
    fc.property(
      fc.array(refill, { minLength: 1, maxLength: 5 }),
      fc.array(step, { maxLength: 8 }),
      (refills, steps) => {
        const left = new Map(refills.map((parts, i) => [`${i}`, parts]));
        for (const { use, back } of steps) {
          const all = sum([...left.values()]);
          const wanted = share(all.grossMicros, use) * minor;
          const { uses, restMicros } = useRefills([...left].map(([id, left]) => ({ id, left })).toReversed(), wanted);
          expect(restMicros).toBe(0n);
          expect(sum(uses.map(({ parts }) => parts)).grossMicros).toBe(wanted);
          for (const { refillId, parts } of uses) left.set(refillId, minus(left.get(refillId)!, parts));
          const returned = share(wanted, back) * minor;
          const { freed, parts } = freeUses(uses, 0n, returned);
          expect([parts.grossMicros, isWhole(parts)]).toEqual([returned, true]);
          for (const one of freed) {
            left.set(one.refillId, plus(left.get(one.refillId)!, one.parts));
            const kept: Use = stillUsed(uses.find(({ refillId }) => refillId === one.refillId)!, one.parts);
            expect([kept.parts.netMicros >= 0n, kept.parts.vatMicros >= 0n]).toEqual([true, true]);
          }
          for (const [id, parts] of left) {
            const whole = refills[Number(id)]!;
            expect(parts.grossMicros).toBe(parts.netMicros + parts.vatMicros);
            expect([parts.vatMicros >= 0n, parts.vatMicros <= whole.vatMicros, isWhole(parts)]).toEqual([
              true,
              true,
              true,
            ]);
          }
        }
        // Whoever takes the rest takes exactly what is left, so nothing of any refill's VAT stays behind.
        const rest = sum([...left.values()]);
        const { uses } = useRefills(
          [...left].map(([id, left]) => ({ id, left })),
          rest.grossMicros,
        );
        expect(sum(uses.map(({ parts }) => parts))).toEqual(rest);
      },
    ),
  );
});

it('what they do not cover is left over, and goes back first', () => {
  const one = { priceMicros: 10n * minor, netMicros: 10n * minor, vatMicros: 2n * minor, grossMicros: 12n * minor };
  const { uses, restMicros } = useRefills([{ id: 'a', left: one }], 20n * minor);
  expect([uses, restMicros]).toEqual([[{ refillId: 'a', parts: one }], 8n * minor]);
  expect(freeUses(uses, restMicros, 5n * minor)).toEqual({ freed: [], parts: plain(5n * minor) });
  expect(freeUses(uses, restMicros, 20n * minor)).toEqual({ freed: uses, parts: plus(one, plain(8n * minor)) });
});
