import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDoors } from '../../src/payments/kinds.ts';
import { type StripeWorld, stripeWorld } from './world.ts';

/**
 * The same calls at a server that is not ours: stripe-stateful-mock knows customers, charges and refunds, of an API version of 2020. It
 * knows no PaymentIntents, so of what we do it judges the customers, the SDK's bodies and keys, and the refusals that we read.
 */
let theirs: Server;
let w: StripeWorld;
beforeAll(async () => {
  const { createExpressApp } = createRequire(import.meta.url)('stripe-stateful-mock') as {
    createExpressApp(): Parameters<typeof createServer>[1];
  };
  theirs = createServer(createExpressApp()!);
  await new Promise<void>((resolve) => theirs.listen(0, '127.0.0.1', resolve));
  w = await stripeWorld();
});
afterAll(async () => {
  await w?.close();
  theirs?.close();
});

it('customers are opened once under their key, charges of theirs are refunded, and more than that is refused', async () => {
  const url = new URL(`http://127.0.0.1:${(theirs.address() as AddressInfo).port}`);
  const door = openDoors('http://127.0.0.1', url).stripe;
  const owner = { type: 'company' as const, id: w.ownerId, name: 'Payer' };
  const fresh = () => w.ctx();
  const customer = await door.enroll(fresh, w.provider, owner);
  expect(customer).toMatch(/^cus_/);
  expect(await door.enroll(fresh, w.provider, { ...owner, name: 'Payer, renamed' })).toBe(customer);

  const sdk = new Stripe(w.provider.secrets.key!, { host: url.hostname, port: url.port, protocol: 'http' });
  const kept = (await sdk.customers.retrieve(customer)) as Stripe.Customer;
  expect([kept.name, Object.keys(kept.metadata)]).toEqual(['Payer, renamed', ['account']]);
  const charge = await sdk.charges.create({ amount: 2500, currency: 'eur', source: 'tok_visa' });
  const part = await sdk.refunds.create({ charge: charge.id, amount: 500 }, { idempotencyKey: 'one' });
  const again = await sdk.refunds.create({ charge: charge.id, amount: 500 }, { idempotencyKey: 'one' });
  expect([part.status, again.id]).toEqual(['succeeded', part.id]);
  await expect(sdk.refunds.create({ charge: charge.id, amount: 2001 })).rejects.toBeInstanceOf(
    Stripe.errors.StripeInvalidRequestError,
  );
  await expect(
    sdk.charges.create({ amount: 2500, currency: 'eur', source: 'tok_chargeDeclined' }),
  ).rejects.toMatchObject({ code: 'card_declined' });
});
