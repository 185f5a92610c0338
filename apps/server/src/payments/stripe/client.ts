import Stripe from 'stripe';
import type { PaymentProvider } from '../providers.ts';

/** A call ends within this; what comes later nobody hears. */
const timeoutMs = 10_000;

/**
 * The official client, with the organization's own key. What the client tries again by itself is bounded, and under the same
 * idempotency key.
 *
 * @param api another server that speaks Stripe's language, for tests: a setting of the process and of no organization. A live key
 *   never goes there.
 */
export function clientOf({ secrets }: PaymentProvider, api: URL | null): Stripe {
  const key = secrets.key;
  if (!key) throw new Error('this provider has no secret key');
  if (api && !key.includes('_test_')) throw new Error('a live key goes to Stripe alone');
  return new Stripe(key, {
    ...{ timeout: timeoutMs, maxNetworkRetries: 1, telemetry: false, appInfo: { name: 'Simwright' } },
    ...(api && {
      protocol: api.protocol === 'http:' ? ('http' as const) : ('https' as const),
      ...{ host: api.hostname, port: api.port },
    }),
  });
}

/** What Stripe refused for good, in a word and a sentence. Null: nobody knows what happened there. */
export function refusalOf(error: unknown): { code: string; message: string } | null {
  const { errors } = Stripe;
  if (error instanceof errors.StripeCardError) return declineOf(error);
  // Of another request under the same key, or of keys that are wrong: that says nothing of what was asked for before.
  if (!(error instanceof errors.StripeInvalidRequestError)) return null;
  if (error.code === 'amount_too_small') {
    return { code: 'below_provider_minimum', message: 'Stripe charges no amount as small as this.' };
  }
  return { code: error.code ?? 'refused', message: error.message.slice(0, 500) };
}

/** The words that are ours where payers and rules ask for them; the rest is a declined card. */
export function declineOf(error: { code?: string | null; decline_code?: string | null; message?: string | null }): {
  code: string;
  message: string;
} {
  const message = (error.message || 'The card was declined.').slice(0, 500);
  if (error.code === 'expired_card') return { code: 'expired_card', message };
  if (error.decline_code === 'insufficient_funds') return { code: 'insufficient_funds', message };
  if (error.code === 'authentication_required') return { code: 'authentication_required', message };
  return { code: 'card_declined', message };
}

/** The request does not fit what is there: the thing is no longer, or not yet, what it was thought to be, or it is gone. */
export function isUntimely(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError;
}

/** Whether the keys are wrong, or may not do what is done here, in words for staff. Null: something else. */
export function keyFault(error: unknown): string | null {
  if (error instanceof Stripe.errors.StripeAuthenticationError) return 'Stripe does not know this secret key.';
  if (error instanceof Stripe.errors.StripePermissionError) return 'This secret key may not do what payments need.';
  return null;
}
