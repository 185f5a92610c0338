import Stripe from 'stripe';
import { expect, it } from 'vitest';
import { publicId } from '../../kit/ids.ts';
import { readEvent } from './notices.ts';

const secret = 'whsec_test';
const id = '01890000-0000-7000-8000-000000000001';

function read(object: object, type = 'charge.succeeded') {
  const payload = JSON.stringify({ id: 'evt_1', object: 'event', type, data: { object } });
  return readEvent(secret, Stripe.webhooks.generateTestHeaderString({ payload, secret }), payload)?.told;
}

it('says by what a payment was paid, where that is no card', () => {
  const metadata = { payment: publicId('payment', id) };
  const paidBy = (type: string) => read({ id: 'ch_1', object: 'charge', metadata, payment_method_details: { type } });
  expect(paidBy('ideal')).toEqual({ of: 'payment', id, fact: { kind: 'means', means: 'ideal' } });
  expect(paidBy('paypal')).toMatchObject({ fact: { means: 'paypal' } });
  expect(paidBy('card')).toBeNull();
  expect(read({ id: 'ch_1', object: 'charge', metadata: {}, payment_method_details: { type: 'ideal' } })).toBeNull();
});

it('says of a payment on a page that takes more than cards that nobody said by what it was paid', () => {
  const paidOn = (payment_method_types: string[], latest_charge: unknown = 'ch_1') =>
    read(
      {
        ...{
          id: 'pi_1',
          object: 'payment_intent',
          metadata: { payment: publicId('payment', id) },
          status: 'succeeded',
        },
        ...{ amount_received: 500, currency: 'eur', payment_method_types, latest_charge },
      },
      'payment_intent.succeeded',
    );
  expect(paidOn(['card', 'ideal'])).toMatchObject({ fact: { kind: 'succeeded', means: 'unsaid' } });
  expect(paidOn(['card'])).toMatchObject({ fact: { kind: 'succeeded', means: undefined } });
  // Read with its charge, it says so itself.
  expect(paidOn(['card', 'ideal'], { payment_method_details: { type: 'ideal' } })).toMatchObject({
    fact: { means: 'ideal' },
  });
  expect(paidOn(['card', 'ideal'], { payment_method_details: { type: 'card' } })).toMatchObject({
    fact: { means: undefined },
  });
});
