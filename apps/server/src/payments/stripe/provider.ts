import type Stripe from 'stripe';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import type { Card, CardFact } from '../cards/model.ts';
import { listCards } from '../cards/service.ts';
import { type Fact, minor, type Payment } from '../model.ts';
import type { PaymentProvider, ProviderDoor } from '../providers.ts';
import type { RefundFact } from '../refunds/model.ts';
import { toStripe } from './amounts.ts';
import { clientOf, isUntimely, keyFault, refusalOf } from './client.ts';
import { factOfIntent, factOfRefund, factOfSetup } from './model.ts';
import { readEvent, toldOf, understandEvent } from './notices.ts';
import * as store from './sql.ts';

/** Stripe keeps what a key answered for a day at least; after this a request under it may be a new one. */
const keyHoldsMs = 23 * 60 * 60_000;
/** Pages of a hundred that are read for one payment whose answer was lost for a day. */
const mostPages = 10;
/** Pages of a hundred disputes: what banks decide within months. */
const disputePages = 5;

/**
 * Stripe, by its official SDK. What is ours carries our id: as idempotency key, so that asking again is asking about the same, and in
 * the metadata, so that notices name it.
 *
 * @param api see `clientOf`
 */
export function stripeDoor(publicUrl: string, api: URL | null): ProviderDoor {
  const client = (provider: PaymentProvider) => clientOf(provider, api);

  /** Our page for what waits for somebody. @param secret with which Stripe.js goes on */
  async function pageFor(
    fresh: () => Ctx,
    provider: PaymentProvider,
    page: { id: Id; kind: 'payment' | 'card'; secret: string | null },
  ): Promise<string> {
    const ctx = fresh();
    const known = await reading(ctx, (ctx) => store.findPage(ctx, { id: page.id }));
    const token =
      known?.token ??
      (await atomically(ctx, (ctx) =>
        store.keepPage(ctx, { id: page.id, kind: page.kind, providerId: provider.id, secret: page.secret ?? '' }),
      ));
    return `${publicUrl}/pay/stripe/${publicId('organization', ctx.organization.id)}/${token}`;
  }

  async function factOf(
    fresh: () => Ctx,
    provider: PaymentProvider,
    payment: Payment,
    intent: Stripe.PaymentIntent,
  ): Promise<Fact> {
    const url = await pageFor(fresh, provider, { id: payment.id, kind: 'payment', secret: intent.client_secret });
    const fact = factOfIntent(intent, url, payment.cardId !== null);
    if (fact !== 'declined') return fact;
    // Nobody is there who could take another card, so nobody shall pay it later either.
    const { paymentIntents } = client(provider);
    const now = await paymentIntents.cancel(intent.id).catch((error) => {
      if (!isUntimely(error)) throw error;
      return paymentIntents.retrieve(intent.id);
    });
    const after = factOfIntent(now, url, false);
    return after === 'declined' ? { kind: 'unknown', message: 'a declined payment is still open at Stripe' } : after;
  }

  /**
   * The intent of a payment, by its name there, or where that never came, by our id in the metadata of its customer's. Where the name of
   * a payment on our page never came, nobody has been given that page, so nobody has paid. (Not by its time: the clock of a sandbox is
   * not Stripe's.)
   */
  async function find(fresh: () => Ctx, provider: PaymentProvider, payment: Payment) {
    const { paymentIntents } = client(provider);
    if (payment.reference) return paymentIntents.retrieve(payment.reference, { expand: ['latest_charge'] });
    if (!payment.cardId) return null;
    const [card] = await listCards(fresh(), { ids: [payment.cardId] }, { limit: 1 });
    const ours = publicId('payment', payment.id);
    let starting_after: string | undefined;
    for (let page = 0; page < mostPages; page++) {
      const asked = { customer: card!.customer!, limit: 100, ...(starting_after && { starting_after }) };
      const { data, has_more } = await paymentIntents.list(asked);
      const found = data.find(({ metadata }) => metadata.payment === ours);
      if (found) return found;
      if (!has_more) return null;
      starting_after = data.at(-1)!.id;
    }
    throw new Error('too many payments at Stripe to find this one');
  }

  const isOld = (fresh: () => Ctx, { createdAt }: { createdAt: Date }) =>
    fresh().now.getTime() - createdAt.getTime() > keyHoldsMs;

  async function look(fresh: () => Ctx, provider: PaymentProvider, payment: Payment): Promise<Fact> {
    // While the key holds, asking again under it says what became of it, or begins it.
    if (!payment.reference && !isOld(fresh, payment)) return { kind: 'absent' };
    const intent = await find(fresh, provider, payment);
    if (intent) return factOf(fresh, provider, payment, intent);
    return { kind: 'canceled', reference: null };
  }

  async function setupFact(fresh: () => Ctx, provider: PaymentProvider, card: Card, intent: Stripe.SetupIntent) {
    const url = await pageFor(fresh, provider, { id: card.id, kind: 'card', secret: intent.client_secret });
    return factOfSetup(intent, url);
  }

  async function lookCard(fresh: () => Ctx, provider: PaymentProvider, card: Card): Promise<CardFact> {
    if (!card.setup) return { kind: 'absent' };
    const { setupIntents, paymentMethods } = client(provider);
    const fact = await setupFact(
      ...([fresh, provider, card] as const),
      await setupIntents.retrieve(card.setup, { expand: ['payment_method'] }),
    );
    if (fact.kind !== 'stored') return fact;
    // What Stripe tells of the card later names it by this.
    const metadata = { payment_method: publicId('payment_method', card.id) };
    const { customer } = await paymentMethods.update(fact.reference, { metadata });
    return customer ? fact : { kind: 'gone' };
  }

  return {
    async pay(fresh, provider, payment, card) {
      if (isOld(fresh, payment)) return look(fresh, provider, payment);
      const { currency } = payment;
      const amount = toStripe(payment.grossMicros / minor, currency);
      if (amount === null) {
        const message = `Stripe takes no such amount in ${currency}.`;
        return { kind: 'failed', reference: null, code: 'amount_not_chargeable', message };
      }
      const ours = publicId('payment', payment.id);
      const organization = publicId('organization', fresh().organization.id);
      const charged = card && {
        ...{ customer: card.customer!, payment_method: card.reference!, off_session: true, confirm: true },
      };
      try {
        const intent = await client(provider).paymentIntents.create(
          {
            ...{ amount, currency: currency.toLowerCase(), metadata: { payment: ours, organization } },
            // With a stored card nobody is there to be sent elsewhere.
            automatic_payment_methods: { enabled: true, allow_redirects: charged ? 'never' : 'always' },
            ...charged,
          },
          { idempotencyKey: `${ours}:${charged ? 'charge' : 'page'}` },
        );
        return await factOf(fresh, provider, payment, intent);
      } catch (error) {
        const refusal = refusalOf(error);
        if (!refusal) throw error;
        const intent = (error as Stripe.errors.StripeError).payment_intent;
        if (intent) return factOf(fresh, provider, payment, intent);
        return { kind: 'failed', reference: null, ...refusal };
      }
    },
    look,
    async cancel(fresh, provider, payment) {
      if (!payment.reference) return look(fresh, provider, payment);
      try {
        const intent = await client(provider).paymentIntents.cancel(payment.reference);
        return await factOf(fresh, provider, payment, intent);
      } catch (error) {
        // It was paid at that very moment, or is canceled already.
        if (!isUntimely(error)) throw error;
        return look(fresh, provider, payment);
      }
    },
    async refund(fresh, provider, payment, refund): Promise<RefundFact> {
      if (isOld(fresh, refund)) return this.lookRefund(fresh, provider, payment, refund);
      const ours = publicId('refund', refund.id);
      const amount = toStripe(refund.grossMicros / minor, refund.currency);
      if (amount === null) {
        const message = `Stripe gives back no such amount in ${refund.currency}.`;
        return { kind: 'failed', reference: null, code: 'amount_not_chargeable', message };
      }
      try {
        return factOfRefund(
          await client(provider).refunds.create(
            { payment_intent: payment.reference!, amount, metadata: { refund: ours } },
            { idempotencyKey: `${ours}:refund` },
          ),
        );
      } catch (error) {
        const refusal = refusalOf(error);
        if (!refusal) throw error;
        return { kind: 'failed', reference: null, ...refusal };
      }
    },
    async lookRefund(fresh, provider, payment, refund) {
      const { refunds } = client(provider);
      if (refund.reference) return factOfRefund(await refunds.retrieve(refund.reference));
      if (!isOld(fresh, refund)) return { kind: 'absent' };
      const ours = publicId('refund', refund.id);
      // A payment has few refunds: the first hundred are all.
      const { data } = await refunds.list({ payment_intent: payment.reference!, limit: 100 });
      const found = data.find(({ metadata }) => metadata?.refund === ours);
      if (found) return factOfRefund(found);
      return { kind: 'failed', reference: null, code: 'never_asked', message: 'Stripe was never asked for this.' };
    },
    async disputes(_fresh, provider) {
      const found: Stripe.Dispute[] = [];
      let starting_after: string | undefined;
      for (let page = 0; page < disputePages; page++) {
        const asked = { limit: 100, ...(starting_after && { starting_after }) };
        const { data, has_more } = await client(provider).disputes.list(asked);
        found.push(...data);
        if (!has_more) break;
        starting_after = data.at(-1)!.id;
      }
      return found.reverse().flatMap((dispute) => toldOf(dispute) ?? []);
    },
    async enroll(_fresh, provider, owner) {
      const { customers } = client(provider);
      const account = publicId(owner.type, owner.id);
      const { id } = await customers.create({ metadata: { account } }, { idempotencyKey: `${account}:customer` });
      // Apart from that, since a name may change while a key does not.
      await customers.update(id, { name: owner.name.slice(0, 250) });
      return id;
    },
    async setUp(fresh, provider, card) {
      const ours = publicId('payment_method', card.id);
      const intent = await client(provider).setupIntents.create(
        {
          ...{ customer: card.customer!, usage: 'off_session', payment_method_types: ['card'] },
          metadata: { payment_method: ours, organization: publicId('organization', fresh().organization.id) },
        },
        { idempotencyKey: `${ours}:setup` },
      );
      return setupFact(fresh, provider, card, intent);
    },
    lookCard,
    async forget(_fresh, provider, card) {
      const { setupIntents, paymentMethods } = client(provider);
      try {
        const intent = card.setup ? await setupIntents.retrieve(card.setup) : null;
        const stored = card.reference ?? (intent?.status === 'succeeded' ? (intent.payment_method as string) : null);
        if (stored) await paymentMethods.detach(stored);
        else if (intent && intent.status !== 'canceled') await setupIntents.cancel(intent.id);
      } catch (error) {
        // It is forgotten there already.
        if (!isUntimely(error)) throw error;
      }
    },
    async check(_fresh, provider) {
      try {
        const { id } = await client(provider).accounts.retrieveCurrent();
        return { account: id };
      } catch (error) {
        const failure = keyFault(error) ?? refusalOf(error)?.message;
        if (!failure) throw error;
        return { failure };
      }
    },
    read: (provider, headers, payload) => readEvent(provider.secrets.signing, headers['stripe-signature'], payload),
    understand: understandEvent,
  };
}
