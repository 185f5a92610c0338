import type { Id } from '../../kit/ids.ts';

export type CardState = 'created' | 'action_needed' | 'active' | 'failed' | 'expired' | 'removed';

/** What people know a card by. */
export type Face = { brand: string; last4: string; expiryMonth: number; expiryYear: number };

/** A card that a provider keeps for an account. Its number is nowhere here. */
export type Card = {
  id: Id;
  /** Whose it is. */
  ownerId: Id;
  ownerKind: 'organization' | 'company' | 'end_user';
  companyId: Id | null;
  providerId: Id;
  state: CardState;
  /** What its owner pays with when nobody is there to choose. */
  isDefault: boolean;
  /** Who its owner is at the provider. */
  customer: string | null;
  /** What the provider calls the setting up, and the card. */
  setup: string | null;
  reference: string | null;
  /** Where its holder has something to do. */
  actionUrl: string | null;
  brand: string | null;
  last4: string | null;
  expiryMonth: number | null;
  expiryYear: number | null;
  failureCode: string | null;
  failureMessage: string | null;
  lastDeclinedAt: Date | null;
  attempts: number;
  nextAttemptAt: Date | null;
  createdAt: Date;
  madeBy: string;
};

/** What a provider says of a card. */
export type CardFact =
  | { kind: 'action'; setup: string; url: string }
  | { kind: 'stored'; setup: string; reference: string; face: Face }
  | { kind: 'failed'; setup: string | null; code: string; message: string }
  /** The provider has it no more. */
  | { kind: 'gone' }
  /** It knows no such setting up: it was never asked. */
  | { kind: 'absent' }
  | { kind: 'unknown'; message: string };

/** Cards of one account, and those being set up. */
export const mostCards = 20;

/** The state that people see: a card whose month is over has expired, whether its provider has said so or not. */
export function stateOn(card: Pick<Card, 'state' | 'expiryMonth' | 'expiryYear'>, now: Date): CardState {
  if (card.state !== 'active' || card.expiryMonth === null || card.expiryYear === null) return card.state;
  // Good to the end of its month wherever its holder is: the last zone leaves a month twelve hours after UTC.
  const over = Date.UTC(card.expiryYear, card.expiryMonth, 1, 12);
  return now.getTime() >= over ? 'expired' : 'active';
}

type Step = Pick<
  Card,
  | 'state'
  | 'setup'
  | 'reference'
  | 'actionUrl'
  | 'brand'
  | 'last4'
  | 'expiryMonth'
  | 'expiryYear'
  | 'failureCode'
  | 'failureMessage'
>;

/**
 * What a fact makes of a card. Pure; repeated and stale facts change nothing. What is removed stays removed. A stored card takes a
 * new face when its bank gave it one, and is good again then.
 *
 * @returns null: nothing changes
 */
export function advanceCard(card: Card, fact: CardFact): Step | null {
  if (card.state === 'removed') return null;
  const { state, setup, reference, brand, last4, expiryMonth, expiryYear } = card;
  const same: Step = {
    ...{ state, setup, reference, brand, last4, expiryMonth, expiryYear, actionUrl: null },
    ...{ failureCode: null, failureMessage: null },
  };
  const waits = card.state === 'created' || card.state === 'action_needed';
  switch (fact.kind) {
    case 'action':
      if (!waits || card.actionUrl === fact.url) return null;
      return { ...same, state: 'action_needed', setup: fact.setup, actionUrl: fact.url };
    case 'stored': {
      const known = card.reference === fact.reference && card.state !== 'failed';
      if (known && sameFace(card, fact.face)) return null;
      return { ...same, ...fact.face, state: 'active', setup: fact.setup, reference: fact.reference };
    }
    case 'failed':
      if (!waits) return null;
      return { ...same, state: 'failed', setup: fact.setup, failureCode: fact.code, failureMessage: fact.message };
    case 'gone':
      return waits || card.state === 'failed' ? null : { ...same, state: 'removed' };
    case 'absent':
      return card.state === 'action_needed' ? { ...same, state: 'created' } : null;
    case 'unknown':
      return null;
  }
}

function sameFace(card: Card, face: Face): boolean {
  const { brand, last4, expiryMonth, expiryYear } = face;
  return (
    card.brand === brand && card.last4 === last4 && card.expiryMonth === expiryMonth && card.expiryYear === expiryYear
  );
}
