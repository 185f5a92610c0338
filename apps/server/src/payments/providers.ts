import type { Ctx } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import type { Owner } from '../tenancy/index.ts';
import type { Card, CardFact } from './cards/model.ts';
import type { DisputeFact } from './disputes/model.ts';
import type { Fact, Payment } from './model.ts';
import type { Refund, RefundFact } from './refunds/model.ts';
import { leastOfStripe } from './stripe/amounts.ts';

export const providerKinds = ['sandbox', 'stripe'] as const;
export type ProviderKind = (typeof providerKinds)[number];

/** The least that a provider charges a card with, in smallest units of the currency. */
export function leastMinor(kind: ProviderKind, currency: string): bigint {
  switch (kind) {
    case 'sandbox':
      return 50n;
    case 'stripe':
      return leastOfStripe(currency);
  }
}

/** An organization's account at a payment provider. */
export type PaymentProvider = {
  id: Id;
  kind: ProviderKind;
  name: string;
  /** What is no secret. Of Stripe: the publishable key, test or live, and the account that the keys are of once that is known. */
  settings: { publishableKey?: string; mode?: 'test' | 'live'; account?: string };
  /** `signing`: what it signs notices with; empty: none is believed. `key`: with which it is called. */
  secrets: { signing: string; key?: string };
  /** It takes payments and cards when nobody is named. */
  preferred: boolean;
  createdAt: Date;
  /** When somebody looked last whether its keys are right, and what was wrong. */
  checkedAt: Date | null;
  checkFailure: string | null;
};

/** What a webhook says: a fact of something of ours, or nothing that concerns us. */
export type Notice = { key: string; told: Told | null };
export type Told =
  | { of: 'payment'; id: Id; fact: Fact }
  /** `look`: something has changed, and only a look says what. */
  | { of: 'card'; id: Id; fact: CardFact | 'look' }
  /** `id` null: a refund that we did not ask for, of the payment that the provider calls so. */
  | { of: 'refund'; id: Id | null; payment: string; fact: RefundFact }
  | ({ of: 'dispute' } & ToldDispute);
/** A dispute of a payment of ours, or of the one that the provider calls so. */
export type ToldDispute = { payment: Id | { reference: string }; fact: DisputeFact };

/** A provider answers within ten seconds, or after some more nobody waits for it any longer. */
export const callMs = 15_000;

/**
 * One kind of provider. Its calls are made outside of any database transaction, and each ends within ten seconds. It may throw:
 * then nobody knows what has happened there.
 */
export type ProviderDoor = {
  /**
   * Asks for the money. Asking again with the same payment is asking about the same. With a stored card it is charged at once, and
   * its holder, who may be far away, is asked for something only when the bank wants it.
   */
  pay(fresh: () => Ctx, provider: PaymentProvider, payment: Payment, card: Card | null): Promise<Fact>;
  /** What has become of it. */
  look(fresh: () => Ctx, provider: PaymentProvider, payment: Payment): Promise<Fact>;
  /** Takes back what waits for its payer. */
  cancel(fresh: () => Ctx, provider: PaymentProvider, payment: Payment): Promise<Fact>;
  /** Asks to give back a part of what was paid. Asking again with the same refund is asking about the same. */
  refund(fresh: () => Ctx, provider: PaymentProvider, payment: Payment, refund: Refund): Promise<RefundFact>;
  /** What has become of that. */
  lookRefund(fresh: () => Ctx, provider: PaymentProvider, payment: Payment, refund: Refund): Promise<RefundFact>;
  /** The last disputes that it has, some hundreds of them, the oldest first. */
  disputes(fresh: () => Ctx, provider: PaymentProvider): Promise<ToldDispute[]>;
  /** Opens an account there; again with the same owner, it is the same. @returns what the provider calls it */
  enroll(fresh: () => Ctx, provider: PaymentProvider, owner: Pick<Owner, 'type' | 'id' | 'name'>): Promise<string>;
  /** Asks to store a card of a customer. Asking again with the same card is asking about the same. */
  setUp(fresh: () => Ctx, provider: PaymentProvider, card: Card): Promise<CardFact>;
  /** What has become of that. */
  lookCard(fresh: () => Ctx, provider: PaymentProvider, card: Card): Promise<CardFact>;
  /** Has the provider forget a card, or give up storing it; nothing, when it does not know it. */
  forget(fresh: () => Ctx, provider: PaymentProvider, card: Card): Promise<void>;
  /**
   * Whether its keys are right. @returns the account that they are of, or what is wrong, for staff; it throws when there is no answer
   */
  check(fresh: () => Ctx, provider: PaymentProvider): Promise<{ account: string } | { failure: string }>;
  /** Reads a webhook; null: it does not prove to be the provider's, or is none. */
  read(provider: PaymentProvider, headers: Record<string, string | undefined>, payload: string): Notice | null;
  /** The same of one that was kept: it has proved itself when it came. */
  understand(payload: string): Notice | null;
};
