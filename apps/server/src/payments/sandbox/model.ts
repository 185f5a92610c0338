import type { Id } from '../../kit/ids.ts';
import type { Fact } from '../model.ts';
import type { RefundFact } from '../refunds/model.ts';

/** A charge in the books of the built-in provider. */
export type Charge = {
  /** Our payment: its key there. */
  id: Id;
  amountMinor: bigint;
  currency: string;
  token: string;
  description: string;
  state: 'open' | 'authenticating' | 'succeeded' | 'failed' | 'canceled';
  card: CardName | 'expired' | null;
  declines: number;
  failureCode: string | null;
  refundedMinor: bigint;
};

/**
 * The cards of the sandbox. There are no numbers to type: each is a button that says what it does.
 * `silent` pays and tells nobody, so that only a look finds it, and the answer to its refund is lost too; `late` tells after some
 * seconds, `twice` tells twice; `oneway` pays, and its bank refuses every refund; `other` comes to another amount than asked for;
 * `disputed` and `contested` are disputed after some seconds, which is decided a day later.
 */
export const cards = {
  good: 'Pays at once',
  secure: 'Asks for 3-D Secure first',
  declined: 'Is declined',
  empty: 'Has insufficient funds',
  late: 'Pays, and tells us 20 seconds later',
  twice: 'Pays, and tells us twice',
  silent: 'Pays, and never tells us',
  oneway: 'Pays, and takes nothing back',
  other: 'Pays half of it',
  disputed: 'Pays, is disputed, and the dispute is lost',
  contested: 'Pays, is disputed, and the dispute is won',
} as const;
export type CardName = keyof typeof cards;

export function isCard(text: string): text is CardName {
  return Object.hasOwn(cards, text);
}

/** Tries with one charge; then it has failed. */
export const mostDeclines = 5;

export type Outcome = Pick<Charge, 'state' | 'card' | 'declines' | 'failureCode'> & {
  /** When the provider's webhook is told, in seconds from now; one for each time. */
  tells: number[];
};

const declineCodes: Partial<Record<CardName, string>> = { declined: 'card_declined', empty: 'insufficient_funds' };

/** What a card does to a charge that is open. Null: the charge is over, or it is not its turn. */
export function present(charge: Charge, card: CardName): Outcome | null {
  if (charge.state !== 'open') return null;
  const code = declineCodes[card];
  if (code) {
    const declines = charge.declines + 1;
    const failed = declines >= mostDeclines;
    return { state: failed ? 'failed' : 'open', card, declines, failureCode: code, tells: failed ? [0] : [] };
  }
  const { declines } = charge;
  if (card === 'secure') return { state: 'authenticating', card, declines, failureCode: null, tells: [] };
  const tells = {
    good: [0],
    late: [20],
    twice: [0, 0],
    silent: [],
    oneway: [0],
    other: [0],
    disputed: [0],
    contested: [0],
  }[card as Exclude<CardName, 'secure' | 'declined' | 'empty'>];
  return { state: 'succeeded', card, declines, failureCode: null, tells };
}

/** The holder's answer to the question of their bank. */
export function authenticate(charge: Charge, confirmed: boolean): Outcome | null {
  if (charge.state !== 'authenticating') return null;
  const { card } = charge;
  if (confirmed) return { state: 'succeeded', card, declines: charge.declines, failureCode: null, tells: [0] };
  const declines = charge.declines + 1;
  const failed = declines >= mostDeclines;
  return {
    ...{ state: failed ? 'failed' : 'open', card, declines, failureCode: 'authentication_failed' },
    tells: failed ? [0] : [],
  };
}

/** What came of a charge that has succeeded: what was asked for, but of one card. */
export function paidOf({ amountMinor, card }: Pick<Charge, 'amountMinor' | 'card'>): bigint {
  return card === 'other' ? (amountMinor + 1n) / 2n : amountMinor;
}

/** What a charge means for its payment. */
export function factOf(
  charge: Pick<Charge, 'id' | 'amountMinor' | 'state' | 'failureCode' | 'card'>,
  pageUrl: string,
): Fact {
  const reference = referenceOf(charge.id);
  switch (charge.state) {
    case 'open':
    case 'authenticating':
      return { kind: 'action', reference, url: pageUrl };
    case 'succeeded':
      return { kind: 'succeeded', reference, amountMinor: paidOf(charge) };
    case 'failed': {
      const code = charge.failureCode ?? 'card_declined';
      return { kind: 'failed', reference, code, message: failureWords[code] ?? 'The card was declined.' };
    }
    case 'canceled':
      return { kind: 'canceled', reference };
  }
}

/** What was asked back of a charge. */
export type ChargeRefund = { id: Id; chargeId: Id; amountMinor: bigint; refused: string | null };

/** Why a charge gives nothing back; null: it does. Never more than was paid. */
export function refusalOf(charge: Charge, amountMinor: bigint): string | null {
  if (charge.state !== 'succeeded') return 'charge_not_paid';
  if (charge.refundedMinor + amountMinor > paidOf(charge)) return 'refund_exceeds_charge';
  return charge.card === 'oneway' ? 'refund_refused' : null;
}

/** What a refund there means for ours. */
export function factOfRefund({ id, amountMinor, refused }: ChargeRefund): RefundFact {
  const reference = referenceOf(id);
  if (!refused) return { kind: 'succeeded', reference, amountMinor };
  return { kind: 'failed', reference, code: refused, message: refusalWords[refused] ?? 'It cannot be given back.' };
}

const refusalWords: Record<string, string> = {
  charge_not_paid: 'Nothing was paid that could be given back.',
  refund_exceeds_charge: 'More than was paid cannot be given back.',
  refund_refused: 'The bank of this card takes nothing back.',
};

/** What a payer reads. */
export const failureWords: Record<string, string> = {
  card_declined: 'The card was declined.',
  insufficient_funds: 'There is not enough money on this card.',
  authentication_failed: 'The bank could not confirm that it is you.',
  expired_card: 'The card has expired.',
};

/** What the sandbox calls a charge, or a refund. */
export function referenceOf(id: Id): string {
  return `sbx_${id.replaceAll('-', '')}`;
}
