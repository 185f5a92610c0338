import type { Ctx } from '../kit/ctx.ts';
import type { Id } from '../kit/ids.ts';
import type { Fact, Payment } from './model.ts';
import type { Refund, RefundFact } from './refunds/model.ts';

export const providerKinds = ['sandbox'] as const;
export type ProviderKind = (typeof providerKinds)[number];

/** The least that a provider charges a card with, in smallest units of the currency. */
export function leastMinor(kind: ProviderKind, _currency: string): bigint {
  switch (kind) {
    case 'sandbox':
      return 50n;
  }
}

/** An organization's account at a payment provider. */
export type PaymentProvider = {
  id: Id;
  kind: ProviderKind;
  name: string;
  settings: Record<string, unknown>;
  secrets: { signing: string };
  createdAt: Date;
};

/** What a webhook says; a fact of a payment, or nothing that concerns us. */
export type Notice = { key: string; paymentId: Id | null; fact: Fact | null };

/** A provider answers within ten seconds, or after some more nobody waits for it any longer. */
export const callMs = 15_000;

/**
 * One kind of provider. Its calls are made outside of any database transaction, and each ends within ten seconds. It may throw:
 * then nobody knows what has happened there.
 */
export type ProviderDoor = {
  /** Asks for the money. Asking again with the same payment is asking about the same. */
  pay(fresh: () => Ctx, provider: PaymentProvider, payment: Payment): Promise<Fact>;
  /** What has become of it. */
  look(fresh: () => Ctx, provider: PaymentProvider, payment: Payment): Promise<Fact>;
  /** Takes back what waits for its payer. */
  cancel(fresh: () => Ctx, provider: PaymentProvider, payment: Payment): Promise<Fact>;
  /** Asks to give back a part of what was paid. Asking again with the same refund is asking about the same. */
  refund(fresh: () => Ctx, provider: PaymentProvider, payment: Payment, refund: Refund): Promise<RefundFact>;
  /** What has become of that. */
  lookRefund(fresh: () => Ctx, provider: PaymentProvider, payment: Payment, refund: Refund): Promise<RefundFact>;
  /** Reads a webhook; null: it does not prove to be the provider's, or is none. */
  read(provider: PaymentProvider, headers: Record<string, string | undefined>, payload: string): Notice | null;
  /** The same of one that was kept: it has proved itself when it came. */
  understand(payload: string): Notice | null;
};
