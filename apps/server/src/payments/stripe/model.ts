import type Stripe from 'stripe';
import type { CardFact, Face } from '../cards/model.ts';
import { type Fact, type Means, means } from '../model.ts';
import type { RefundFact } from '../refunds/model.ts';
import { fromStripe } from './amounts.ts';
import { declineOf } from './client.ts';

/**
 * What a PaymentIntent says of its payment. Pure.
 *
 * @param pageUrl where its payer goes on
 * @param unattended a stored card was charged while nobody was there: a decline is the end, unless the bank only wants its holder
 */
export function factOfIntent(intent: Stripe.PaymentIntent, pageUrl: string, unattended: boolean): Fact | 'declined' {
  const { id: reference, last_payment_error: error } = intent;
  switch (intent.status) {
    case 'succeeded':
      return {
        ...{ kind: 'succeeded', reference, amountMinor: amountOf(intent.amount_received, intent.currency) },
        means: meansOf(intent),
      };
    case 'processing':
      return { kind: 'pending', reference };
    case 'canceled':
      return error ? { kind: 'failed', reference, ...declineOf(error) } : { kind: 'canceled', reference };
    case 'requires_payment_method':
      if (unattended && error && error.code !== 'authentication_required') return 'declined';
      return { kind: 'action', reference, url: pageUrl };
    case 'requires_action':
    case 'requires_confirmation':
    // Nothing here is captured by hand; whoever changes that at Stripe sees it waiting.
    case 'requires_capture':
      return { kind: 'action', reference, url: pageUrl };
    default:
      return { kind: 'unknown', message: `Stripe calls this payment ${String(intent.status)}` };
  }
}

/** Only its charge knows, and that comes along where it was asked for. */
function meansOf({
  latest_charge: charge,
  payment_method_types: types,
}: Stripe.PaymentIntent): Means | 'unsaid' | undefined {
  if (charge && typeof charge !== 'string') return means.find((one) => one === charge.payment_method_details?.type);
  return means.some((one) => types?.includes(one)) ? 'unsaid' : undefined;
}

/** What a SetupIntent, read with its payment method, says of its card. */
export function factOfSetup(intent: Stripe.SetupIntent, pageUrl: string): CardFact {
  const { id: setup, payment_method: method } = intent;
  switch (intent.status) {
    case 'succeeded': {
      const face = method && typeof method !== 'string' ? faceOf(method) : null;
      if (!face) return { kind: 'unknown', message: 'Stripe stored no card' };
      return { kind: 'stored', setup, reference: (method as Stripe.PaymentMethod).id, face };
    }
    case 'canceled':
      return { kind: 'failed', setup, code: 'canceled', message: 'No card was stored.' };
    case 'processing':
      return { kind: 'unknown', message: 'Stripe is still at it' };
    default:
      return { kind: 'action', setup, url: pageUrl };
  }
}

/** What people know a card by; null: it is no card. */
export function faceOf({ card }: Stripe.PaymentMethod): Face | null {
  if (!card) return null;
  const { brand, last4, exp_month: expiryMonth, exp_year: expiryYear } = card;
  return { brand, last4, expiryMonth, expiryYear };
}

export function factOfRefund(refund: Stripe.Refund): RefundFact {
  const { id: reference } = refund;
  switch (refund.status) {
    case 'succeeded':
      return { kind: 'succeeded', reference, amountMinor: amountOf(refund.amount, refund.currency) };
    case 'failed':
    case 'canceled': {
      const code = refund.failure_reason ?? 'refund_refused';
      return { kind: 'failed', reference, code, message: 'The bank of this card took nothing back.' };
    }
    default:
      return { kind: 'pending', reference };
  }
}

export function amountOf(amount: number, currency: string): bigint {
  return fromStripe(amount, currency.toUpperCase());
}
