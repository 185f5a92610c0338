import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { advance, type Fact, isOver, minor, nextLook, type Payment } from './model.ts';

const asked = 2_975n;
const fresh: Payment = {
  ...{
    id: 'a',
    ownerId: 'o',
    ownerKind: 'company',
    companyId: 'o',
    purpose: 'wallet_refill',
    subjectId: 'w',
    detail: {},
  },
  ...{
    method: 'card',
    providerId: 'p',
    cardId: null,
    walletId: null,
    currency: 'EUR',
    priceMicros: 2_500n * minor,
    netMicros: 2_500n * minor,
  },
  ...{
    vatMicros: 475n * minor,
    grossMicros: asked * minor,
    taxCategory: 'S',
    taxRatePpm: 190_000,
    taxReason: '',
    note: '',
  },
  ...{ state: 'created', reference: null, actionUrl: null, failureCode: null, failureMessage: null, undelivered: null },
  ...{
    refundedMicros: 0n,
    usedMicros: 0n,
    cameMicros: null,
    attempts: 0,
    nextAttemptAt: new Date(0),
    createdAt: new Date(0),
    settledAt: null,
    madeBy: 'test',
  },
};
const reference = 'ref';
const paid: Fact = { kind: 'succeeded', reference, amountMinor: asked };
const declined: Fact = { kind: 'failed', reference, code: 'card_declined', message: 'no' };
const facts = fc.constantFrom<Fact>(
  { kind: 'action', reference, url: 'https://a.example' },
  { kind: 'action', reference, url: 'https://b.example' },
  { kind: 'pending', reference },
  ...[paid, declined, { ...paid, amountMinor: asked - 1n }],
  { kind: 'canceled', reference },
  { kind: 'absent' },
  { kind: 'unknown', message: 'timeout' },
);

/** Applies facts one after the other, and counts how often the money would have moved. */
function play(told: readonly Fact[]): { payment: Payment; successes: number } {
  let payment = fresh;
  let successes = 0;
  for (const fact of told) {
    const step = advance(payment, fact);
    if (step === null) continue;
    if (step.state === 'succeeded') successes += 1;
    payment = { ...payment, ...step };
  }
  return { payment, successes };
}

describe('facts of a payment', () => {
  it('move money once at most, whatever comes, how often, and in which order', () => {
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 30 }), (told) => {
        const { payment, successes } = play(told);
        expect(successes).toBe(told.includes(paid) ? 1 : 0);
        expect(payment.state === 'succeeded').toBe(told.includes(paid));
      }),
    );
  });

  it('said twice change nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 10 }), facts, (before, fact) => {
        const once = play([...before, fact]).payment;
        // Whoever was never asked is asked again, and then nobody knows: the two take turns.
        fc.pre(fact.kind !== 'absent' && fact.kind !== 'unknown');
        expect(advance(once, fact)).toBeNull();
      }),
    );
  });

  it('leave what is over as it is, but for money that came after all', () => {
    for (const end of [declined, { kind: 'canceled', reference } as const]) {
      const { payment } = play([end]);
      expect(isOver(payment.state)).toBe(true);
      for (const late of [
        { kind: 'pending', reference } as const,
        { kind: 'unknown', message: '' } as const,
        declined,
      ]) {
        expect(advance(payment, late)).toBeNull();
      }
      expect(advance(payment, paid)).toMatchObject({ state: 'succeeded', failureCode: null });
    }
  });

  it('of another amount are nobody’s to settle alone', () => {
    const less = { ...paid, amountMinor: asked - 1n };
    const { payment } = play([less]);
    expect(payment).toMatchObject({ state: 'differs', cameMicros: (asked - 1n) * minor, reference });
    expect(isOver(payment.state)).toBe(false);
    for (const late of [less, declined, { kind: 'canceled', reference } as const, { kind: 'absent' } as const]) {
      expect(advance(payment, late)).toBeNull();
    }
  });

  it('ask again for what never got there', () => {
    const lost = play([{ kind: 'unknown', message: 'timeout' }]).payment;
    expect(lost.state).toBe('pending');
    expect(advance(lost, { kind: 'absent' })).toMatchObject({ state: 'created' });
  });
});

it('looks after 1, 2, 5, 15, 30 minutes, and then every hour', () => {
  const minutes = [1, 2, 3, 4, 5, 6, 7, 100].map((n) => nextLook(n, new Date(0)).getTime() / 60_000);
  expect(minutes).toEqual([1, 2, 5, 15, 30, 60, 60, 60]);
});
