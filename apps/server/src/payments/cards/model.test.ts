import fc from 'fast-check';
import { expect, it } from 'vitest';
import { advanceCard, type Card, type CardFact, stateOn } from './model.ts';

const fresh: Card = {
  ...{
    id: 'c',
    ownerId: 'o',
    ownerKind: 'company',
    companyId: 'o',
    providerId: 'p',
    state: 'created',
    isDefault: false,
  },
  ...{ customer: 'cus', setup: null, reference: null, actionUrl: null, brand: null, last4: null, expiryMonth: null },
  ...{ expiryYear: null, failureCode: null, failureMessage: null, lastDeclinedAt: null, attempts: 0 },
  ...{ nextAttemptAt: new Date(0), createdAt: new Date(0), madeBy: 'test' },
};
const setup = 'set';
const face = { brand: 'visa', last4: '4242', expiryMonth: 8, expiryYear: 2034 };
const stored: CardFact = { kind: 'stored', setup, reference: 'pm', face };
const facts = fc.constantFrom<CardFact>(
  { kind: 'action', setup, url: 'https://a.example' },
  ...[stored, { ...stored, face: { ...face, last4: '1881', expiryYear: 2038 } }],
  { kind: 'failed', setup, code: 'card_declined', message: 'no' },
  ...[{ kind: 'gone' } as const, { kind: 'absent' } as const, { kind: 'unknown', message: 'timeout' } as const],
);
function play(card: Card, told: readonly CardFact[]): Card {
  let now = card;
  for (const fact of told) now = { ...now, ...advanceCard(now, fact) };
  return now;
}

it('a fact that is told twice is told once, and what is removed stays removed', () => {
  fc.assert(
    fc.property(fc.array(facts, { maxLength: 12 }), facts, (told, last) => {
      const now = play(fresh, [...told, last]);
      expect(advanceCard(now, last)).toBeNull();
      const removed: Card = { ...now, state: 'removed', failureCode: null, failureMessage: null };
      expect(advanceCard(removed, last)).toBeNull();
    }),
  );
});

it('a card that can be charged has its name there, its face and no failure', () => {
  fc.assert(
    fc.property(fc.array(facts, { maxLength: 12 }), (told) => {
      const { state, reference, last4, actionUrl, failureCode } = play(fresh, told);
      if (state === 'active') expect([reference, last4?.length, actionUrl]).toEqual(['pm', 4, null]);
      expect(failureCode !== null).toBe(state === 'failed');
    }),
  );
});

it('it is good to the end of its month, wherever its holder is', () => {
  const card = play(fresh, [stored]);
  expect(stateOn(card, new Date('2034-08-31T23:59:59Z'))).toBe('active');
  expect(stateOn(card, new Date('2034-09-01T11:59:59Z'))).toBe('active');
  expect(stateOn(card, new Date('2034-09-01T12:00:00Z'))).toBe('expired');
});
