import Stripe from 'stripe';
import { expect } from 'vitest';
import { purposes } from '../../src/app/purposes.ts';
import { type Id, publicId } from '../../src/kit/ids.ts';
import * as ledger from '../../src/ledger/index.ts';
import { addCard, getCard } from '../../src/payments/cards/service.ts';
import { openDoors } from '../../src/payments/kinds.ts';
import { payPages } from '../../src/payments/pages.ts';
import { connectProvider, listProviders } from '../../src/payments/providers-service.ts';
import { drainNotices, openCarrier } from '../../src/payments/sender.ts';
import { getPayment, startPayment } from '../../src/payments/service.ts';
import * as tenancy from '../../src/tenancy/index.ts';
import { tenancyWorld } from '../../src/tenancy/testing.ts';
import { openStripe } from './server.ts';

export const secretKey = 'sk_test_51SimwrightSimwright';
export const webhookSecret = 'whsec_SimwrightSimwright';
export const keys = { publishableKey: 'pk_test_51SimwrightSimwright', secretKey, webhookSecret };

/** An organization with Stripe behind it: its loops are turned by hand, its notices come over HTTP. */
export async function stripeWorld() {
  const stripe = await openStripe(secretKey);
  let ahead = 0;
  const world = await tenancyWorld({ now: () => new Date(Date.now() + ahead) });
  const { organization } = await world.organization('Merchant', true);
  const ctx = () => world.as(organization);
  const { base } = await world.serve((http) => {
    const findOrganization = (id: string) => tenancy.getOrganization(world.runtime, id);
    const pages = { runtime: world.runtime, doors: openDoors('http://127.0.0.1', stripe.url), findOrganization };
    http.fastify.register(payPages({ ...pages, limiter: http.limiter }));
  });
  const doors = openDoors(base, stripe.url);
  const carrying = { hands: purposes, doors };
  const carrier = openCarrier(carrying);
  const provider = await connectProvider(ctx(), 'stripe', 'Stripe', keys);
  const { id: ownerId } = await tenancy.createCompany(ctx(), { name: 'Payer', currency: 'EUR' });
  const wallet = await ledger.openWallet(ctx(), { ownerId, floorMicros: 0n });
  const endpoint = `${base}/pay/hooks/${publicId('organization', organization.id)}/${publicId('payment_provider', provider.id)}`;

  const it = {
    ...{ stripe, world, ctx, base, doors, provider, ownerId, wallet, endpoint },
    /** A client as a merchant has one in a shell: the payer's browser, where the test plays it. */
    sdk: new Stripe(secretKey, { host: '127.0.0.1', port: stripe.url.port, protocol: 'http', telemetry: false }),
    /** What is due at providers is asked, and answered. */
    async turn() {
      await carrier.carryDue(world.runtime, organization);
      await carrier.settle();
    },
    advance(hours: number) {
      ahead += hours * 3_600_000;
    },
    /** Everything that Stripe has told so far comes in, signed; and is applied. */
    async hear(since = 0) {
      for (const event of stripe.told.slice(since)) {
        expect(await stripe.deliver(endpoint, event, { secret: webhookSecret })).toBe(204);
      }
      await drainNotices(world.runtime, organization, carrying);
    },
    drain: () => drainNotices(world.runtime, organization, carrying),
    payment: (id: Id) => getPayment(ctx(), id),
    card: (id: Id) => getCard(ctx(), id),
    remaining: async () => (await ledger.getWallet(ctx(), wallet.id)).wallet.remainingMicros,
    /** A refill of the wallet by so many euros. */
    async begin(amount: string, cardId?: Id) {
      const purchase = await purposes.purchaseOf(ctx(), { purpose: 'wallet_refill', walletId: wallet.id, amount });
      return startPayment(ctx(), purposes, purchase, { method: 'card', ...(cardId && { cardId }) });
    },
    /** A card that is stored as its holder does it on our page. */
    async stored(method: string) {
      const { id } = await addCard(ctx(), ownerId);
      await it.turn();
      await it.sdk.setupIntents.confirm((await it.card(id)).setup!, { payment_method: method });
      await it.hear(stripe.told.length - 1);
      await it.turn();
      return it.card(id);
    },
    provide: async () => (await listProviders(ctx()))[0]!,
    async close() {
      await world.close();
      await stripe.close();
    },
  };
  return it;
}

export type StripeWorld = Awaited<ReturnType<typeof stripeWorld>>;
