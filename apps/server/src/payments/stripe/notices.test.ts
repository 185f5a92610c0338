import Stripe from 'stripe';
import { expect, it } from 'vitest';
import { publicId } from '../../kit/ids.ts';
import { readEvent } from './notices.ts';

const secret = 'whsec_test';
const id = '01890000-0000-7000-8000-000000000001';

function read(object: object) {
  const payload = JSON.stringify({ id: 'evt_1', object: 'event', type: 'charge.succeeded', data: { object } });
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
