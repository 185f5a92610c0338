import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vatOf } from '../../tax/index.ts';
import { minor } from '../model.ts';
import {
  advanceRefund,
  givesUp,
  isSettled,
  minus,
  type Parts,
  type Refund,
  type RefundFact,
  shareOf,
} from './model.ts';

const nothing: Parts = { priceMicros: 0n, netMicros: 0n, vatMicros: 0n, grossMicros: 0n };
const plus = (a: Parts, b: Parts): Parts => minus(a, minus(nothing, b));

/** A payment by card: the price has parts of a cent, net and VAT have none. */
const paid = fc
  .record({
    cents: fc.bigInt(1n, 1_000_000n),
    rest: fc.bigInt(-499_999n, 499_999n),
    rate: fc.integer({ max: 300_000, min: 0 }),
  })
  .map(({ cents, rest, rate }): Parts => {
    const netMicros = cents * minor;
    const vatMicros = vatOf(netMicros, rate);
    return { priceMicros: netMicros + rest, netMicros, vatMicros, grossMicros: netMicros + vatMicros };
  });

const refundOf = (parts: Parts): Refund => ({
  ...parts,
  ...{ id: 'r', paymentId: 'p', companyId: null, currency: 'EUR', posted: true, reason: 'a test', state: 'created' },
  ...{
    reference: null,
    failureCode: null,
    failureMessage: null,
    attempts: 0,
    nextAttemptAt: null,
    unansweredSince: null,
  },
  ...{ createdAt: new Date(0), settledAt: null, madeBy: 'test' },
});

type Word = 'pending' | 'succeeded' | 'failed' | 'absent' | 'unknown' | 'differs';
function factOf(word: Word, refund: Refund): RefundFact {
  const amountMinor = refund.grossMicros / minor;
  switch (word) {
    case 'pending':
      return { kind: 'pending', reference: 'ref' };
    case 'succeeded':
      return { kind: 'succeeded', reference: 'ref', amountMinor };
    case 'differs':
      return { kind: 'succeeded', reference: 'ref', amountMinor: amountMinor + 1n };
    case 'failed':
      return { kind: 'failed', reference: null, code: 'no', message: 'No.' };
    case 'absent':
      return { kind: 'absent' };
    case 'unknown':
      return { kind: 'unknown', message: 'timeout' };
  }
}
const words = fc.array(fc.constantFrom<Word>('pending', 'succeeded', 'failed', 'absent', 'unknown', 'differs'), {
  maxLength: 8,
});

describe('refunds of a payment', () => {
  it('add up to it exactly, in parts of any size, whatever the provider says of each, and in which order', () => {
    const part = fc.record({ permille: fc.bigInt(1n, 1_000n), told: words });
    fc.assert(
      fc.property(
        paid,
        fc.array(part, { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 40 }),
        (payment, parts, order) => {
          const open: { refund: Refund; told: Word[] }[] = [];
          // What stands in the ledger: moved when a refund is made, moved back when it fails.
          let moved = nothing;
          let left = payment;
          const hear = (one: { refund: Refund; told: Word[] }) => {
            const word = one.told.shift();
            if (!word) return;
            const step = advanceRefund(one.refund, factOf(word, one.refund));
            if (step === null || step === 'differs') return;
            one.refund = { ...one.refund, ...step };
            if (step.state !== 'failed') return;
            moved = minus(moved, one.refund);
            left = plus(left, one.refund);
          };
          for (const [n, { permille, told }] of parts.entries()) {
            const units = left.grossMicros / minor;
            if (units > 0n) {
              const wanted = (units * permille) / 1_000n || 1n;
              const share = shareOf(left, wanted * minor);
              for (const sum of Object.values(share)) expect(sum).toBeGreaterThanOrEqual(0n);
              for (const sum of Object.values(minus(left, share))) expect(sum).toBeGreaterThanOrEqual(0n);
              expect(share.netMicros + share.vatMicros).toBe(share.grossMicros);
              expect(share.vatMicros % minor).toBe(0n);
              open.push({ refund: refundOf(share), told: [...told, ...told] });
              moved = plus(moved, share);
              left = minus(left, share);
            }
            const heard = open[(order[n] ?? 0) % open.length];
            if (heard) hear(heard);
          }
          for (const n of order) if (open.length > 0) hear(open[n % open.length]!);
          for (const one of open) while (one.told.length > 0) hear(one);
          // What did not fail, and what is left, is the payment; all that is left can go back, to the last part of a cent.
          const kept = open
            .filter(({ refund }) => refund.state !== 'failed')
            .reduce((sum, { refund }) => plus(sum, refund), nothing);
          expect(moved).toEqual(kept);
          expect(plus(kept, left)).toEqual(payment);
          if (left.grossMicros > 0n) expect(shareOf(left, left.grossMicros)).toEqual(left);
          else expect(left).toEqual(nothing);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of a wallet, which pays parts of a cent, go back to the last of them', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 12n), fc.bigInt(1n, 10n ** 12n), (price, part) => {
        const payment: Parts = { priceMicros: price, netMicros: price, vatMicros: 0n, grossMicros: price };
        fc.pre(part < price);
        const first = shareOf(payment, part);
        expect(first).toEqual({ priceMicros: part, netMicros: part, vatMicros: 0n, grossMicros: part });
        const left = minus(payment, first);
        expect(shareOf(left, left.grossMicros)).toEqual(left);
      }),
    );
  });

  it('are over once, whatever is told afterwards', () => {
    const refund = refundOf({ priceMicros: minor, netMicros: minor, vatMicros: 0n, grossMicros: minor });
    fc.assert(
      fc.property(words, words, (before, after) => {
        let told = refund;
        for (const word of before) {
          const step = advanceRefund(told, factOf(word, told));
          if (step && step !== 'differs') told = { ...told, ...step };
        }
        fc.pre(isSettled(told.state));
        for (const word of after) expect(advanceRefund(told, factOf(word, told))).toBeNull();
      }),
    );
  });

  it('of another amount are nobody’s to settle alone, and what never got there is asked for again', () => {
    const refund = refundOf({ priceMicros: minor, netMicros: minor, vatMicros: 0n, grossMicros: minor });
    expect(advanceRefund(refund, factOf('differs', refund))).toBe('differs');
    const lost = { ...refund, ...(advanceRefund(refund, factOf('unknown', refund)) as object) };
    expect(lost.state).toBe('pending');
    expect(advanceRefund(lost, { kind: 'absent' })).toMatchObject({ state: 'created' });
  });
});

describe('a refund without an outcome', () => {
  const createdAt = new Date('2026-03-01T00:00:00Z');
  const after = (days: number) => new Date(createdAt.getTime() + days * 86_400_000);
  it.each([
    [24, 14, true],
    [23, 400, false],
    [1000, 13.9, false],
  ])('asked about %i times in %s days: given up is %s', (attempts, days, given) => {
    expect(givesUp({ createdAt, attempts }, after(days))).toBe(given);
  });
});
