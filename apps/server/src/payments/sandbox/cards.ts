import type { Id } from '../../kit/ids.ts';
import type { CardFact, Face } from '../cards/model.ts';
import { type CardName, type Charge, type Outcome, present, referenceOf } from './model.ts';

/** A card in the books of the built-in provider. */
export type KeptCard = {
  /** Our card: its key there. */
  id: Id;
  token: string;
  state: 'open' | 'stored' | 'failed' | 'canceled';
  card: KeptName | null;
  expiryMonth: number | null;
  expiryYear: number | null;
};

/** Cards that can be stored, by what they do when they are charged while nobody is there. */
export const keptCards = {
  good: 'Always pays',
  declined: 'Is always declined',
  empty: 'Has insufficient funds',
  secure: 'Wants 3-D Secure for each charge',
  expired: 'Has expired when it is charged',
  silent: 'Pays, and never tells us',
  disputed: 'Pays, is disputed, and the dispute is lost',
} as const satisfies Partial<Record<CardName | 'expired', string>>;
export type KeptName = keyof typeof keptCards;

/** The button that stores nothing. */
export const refusedCard = 'refused';

export function isKept(text: string): text is KeptName {
  return Object.hasOwn(keptCards, text);
}

/** What the holder does on the page: a card is stored, or refused. Null: it is not its turn. */
export function store(kept: KeptCard, card: KeptName | typeof refusedCard, now: Date): KeptCard | null {
  if (kept.state !== 'open') return null;
  if (card === refusedCard) return { ...kept, state: 'failed' };
  return { ...kept, state: 'stored', card, expiryMonth: now.getUTCMonth() + 1, expiryYear: now.getUTCFullYear() + 3 };
}

/** What people know it by. Each has its own last digits, all of them zeros but one: no card is like that. */
export function faceOf({ card, expiryMonth, expiryYear }: KeptCard): Face {
  const last4 = String(Object.keys(keptCards).indexOf(card!) + 1).padStart(4, '0');
  return { brand: 'sandbox', last4, expiryMonth: expiryMonth!, expiryYear: expiryYear! };
}

/** What a kept card means for ours. @param pageUrl where its holder goes on */
export function factOfCard(kept: KeptCard, pageUrl: string): CardFact {
  const setup = referenceOf(kept.id);
  switch (kept.state) {
    case 'open':
      return { kind: 'action', setup, url: pageUrl };
    case 'stored':
      return { kind: 'stored', setup, reference: `${setup}_card`, face: faceOf(kept) };
    case 'failed':
      return { kind: 'failed', setup, code: 'card_declined', message: 'The bank does not let this card be stored.' };
    case 'canceled':
      if (kept.card) return { kind: 'gone' };
      return { kind: 'failed', setup, code: 'canceled', message: 'Its holder stored no card.' };
  }
}

/** What a kept card does to a charge while nobody is there: no second try, and a question of its bank waits for the holder. */
export function chargeKept(charge: Charge, card: KeptName): Outcome | null {
  if (card === 'expired') {
    return charge.state === 'open'
      ? { state: 'failed', card, declines: 1, failureCode: 'expired_card', tells: [0] }
      : null;
  }
  const outcome = present(charge, card);
  return outcome?.failureCode ? { ...outcome, state: 'failed', tells: [0] } : outcome;
}
