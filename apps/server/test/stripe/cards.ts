import type Stripe from 'stripe';

/** Stripe's test payment methods (docs.stripe.com/testing), by what they do. */
type Conduct = {
  last4: string;
  brand: 'visa';
  /** Why a charge of it is declined. */
  declined?: Pick<Stripe.PaymentIntent.LastPaymentError, 'code' | 'decline_code' | 'message'>;
  /** Its bank asks its holder: when it is charged with nobody there, and when somebody is. */
  authenticates?: boolean;
  disputed?: boolean;
  /** It can be stored, and is declined when it is charged. */
  storable?: boolean;
};

const declined = (code: string, decline_code: string, message: string) =>
  ({ code, decline_code, message }) as Conduct['declined'];

export const testCards: Readonly<Record<string, Conduct>> = {
  pm_card_visa: { last4: '4242', brand: 'visa' },
  pm_card_chargeDeclined: {
    ...{ last4: '0002', brand: 'visa' },
    declined: declined('card_declined', 'generic_decline', 'Your card was declined.'),
  },
  pm_card_chargeDeclinedInsufficientFunds: {
    ...{ last4: '9995', brand: 'visa' },
    declined: declined('card_declined', 'insufficient_funds', 'Your card has insufficient funds.'),
  },
  pm_card_chargeDeclinedExpiredCard: {
    ...{ last4: '0069', brand: 'visa', storable: true },
    declined: declined('expired_card', 'expired_card', 'Your card has expired.'),
  },
  pm_card_chargeCustomerFail: {
    ...{ last4: '0341', brand: 'visa', storable: true },
    declined: declined('card_declined', 'generic_decline', 'Your card was declined.'),
  },
  pm_card_authenticationRequired: { last4: '3184', brand: 'visa', authenticates: true },
  pm_card_createDispute: { last4: '0259', brand: 'visa', disputed: true },
};
