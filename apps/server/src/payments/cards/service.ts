import { audit } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import { ownersOf } from '../../tenancy/index.ts';
import { nextLook, type Payment } from '../model.ts';
import type { PaymentProvider } from '../providers.ts';
import { listProviders } from '../providers-sql.ts';
import { advanceCard, type Card, type CardFact, mostCards, stateOn } from './model.ts';
import * as store from './sql.ts';

/** Longer than a provider's call: what is asked for right now is known by then. */
const leaseMs = 60_000;

/**
 * Begins to store a card of an account. It only stands here: its provider is asked by `openCarrier`, after this has committed, and the
 * holder then does the rest on the provider's page. The first card of an account becomes its default.
 *
 * @param wanted.providerId the preferred one, unless given
 * Refuses `account.not_found`, `account.archived`, `payment.no_provider`, `payment_method.too_many`.
 */
export async function addCard(ctx: Ctx, ownerId: Id, wanted: { providerId?: Id } = {}): Promise<Card> {
  return atomically(ctx, async (ctx) => {
    const owner = (await ownersOf(ctx, [ownerId])).get(ownerId);
    if (!owner) throw refuse.notFound('account');
    if (owner.archived) throw refuse.conflict('account.archived', 'An archived account stores no cards.');
    const provider = await providerOf(ctx, wanted.providerId);
    await store.lockCardsOf(ctx, ownerId);
    const states = ['created', 'action_needed', 'active', 'expired'] as const;
    const there = await store.listCards(ctx, { ownerId, states: [...states] }, { limit: mostCards });
    if (there.length >= mostCards) {
      throw refuse.conflict(
        'payment_method.too_many',
        `An account stores ${mostCards} cards at most. Remove one first.`,
      );
    }
    const card: Card = {
      ...{ id: newId(ctx), ownerId, ownerKind: owner.type, companyId: owner.companyId, providerId: provider.id },
      ...{ state: 'created', isDefault: false, customer: null, setup: null, reference: null, actionUrl: null },
      ...{ brand: null, last4: null, expiryMonth: null, expiryYear: null, failureCode: null, failureMessage: null },
      ...{ lastDeclinedAt: null, attempts: 0, nextAttemptAt: ctx.now, createdAt: ctx.now, madeBy: ctx.actor.name },
    };
    await store.insertCard(ctx, card);
    await tell(ctx, card, 'payment_method.created');
    return card;
  });
}

async function providerOf(ctx: Ctx, id: Id | undefined): Promise<PaymentProvider> {
  const providers = await listProviders(ctx);
  const found = id ? providers.find((provider) => provider.id === id) : providers[0];
  if (found) return found;
  if (id) throw refuse.notFound('payment_provider');
  throw refuse.conflict('payment.no_provider', 'No payment provider is connected: cards cannot be stored.');
}

/** Makes a card its owner's default. Refuses `payment_method.not_active`. */
export async function makeDefault(ctx: Ctx, id: Id): Promise<Card> {
  return changing(ctx, id, async (ctx, card) => {
    if (stateOn(card, ctx.now) !== 'active') {
      throw refuse.conflict('payment_method.not_active', 'Only a card that can be charged is the default one.');
    }
    if (card.isDefault) return card;
    await store.clearDefault(ctx, card.ownerId);
    const now = { ...card, isDefault: true };
    await store.saveCard(ctx, now);
    await tell(ctx, now, 'payment_method.default_changed');
    return now;
  });
}

/**
 * Removes a card: nobody charges it from here on, and its provider is asked to forget it. No other card becomes the default by itself:
 * which one is charged is its holder's to say.
 */
export async function removeCard(ctx: Ctx, id: Id): Promise<Card> {
  return changing(ctx, id, async (ctx, card) => {
    if (card.state === 'removed') return card;
    const asked = card.state === 'created' && card.attempts > 0;
    const now: Card = {
      ...{ ...card, state: 'removed', isDefault: false, actionUrl: null, failureCode: null, failureMessage: null },
      // What is being asked for right now has a name at the provider when the lease is over.
      nextAttemptAt: new Date(ctx.now.getTime() + (asked ? leaseMs : 0)),
    };
    await store.saveCard(ctx, now);
    await tell(ctx, now, 'payment_method.removed');
    return now;
  });
}

async function changing(ctx: Ctx, id: Id, change: (ctx: Ctx, card: Card) => Promise<Card>): Promise<Card> {
  return atomically(ctx, async (ctx) => {
    const { ownerId } = await getCard(ctx, id);
    await store.lockCardsOf(ctx, ownerId);
    return change(ctx, (await store.lockCard(ctx, id))!);
  });
}

/** Applies what a provider said of a card. The first that an account can pay with becomes its default. */
export async function applyCardFact(ctx: Ctx, id: Id, fact: CardFact): Promise<'applied' | 'stale' | 'absent'> {
  return atomically(ctx, async (ctx) => {
    const [seen] = await store.listCards(ctx, { ids: [id] }, { limit: 1 });
    if (!seen) return 'absent';
    await store.lockCardsOf(ctx, seen.ownerId);
    const card = (await store.lockCard(ctx, id))!;
    const step = advanceCard(card, fact);
    if (step === null) return 'stale';
    const first = step.state === 'active' && (await defaultOf(ctx, card.ownerId)) === null;
    const waits = step.state === 'created' || step.state === 'action_needed';
    const now: Card = {
      ...{ ...card, ...step, isDefault: step.state !== 'removed' && (card.isDefault || first) },
      nextAttemptAt: waits ? nextLook(card.attempts || 1, ctx.now) : null,
    };
    await store.saveCard(ctx, now);
    if (now.state !== 'created') {
      await tell(ctx, now, `payment_method.${now.state === 'active' ? 'stored' : now.state}`);
    }
    return 'applied';
  });
}

/** Something has changed at the provider, and only a look says what: it is looked at next. */
export async function lookNow(ctx: Ctx, id: Id): Promise<'applied' | 'stale' | 'absent'> {
  return atomically(ctx, async (ctx) => {
    const card = await store.lockCard(ctx, id);
    if (!card) return 'absent';
    if (card.state === 'removed') return 'stale';
    await store.saveCard(ctx, { ...card, nextAttemptAt: ctx.now });
    return 'applied';
  });
}

/** What a failed charge says of the card: when it was declined, and whether it has expired. */
export async function noteFailure(ctx: Ctx, { cardId, failureCode }: Pick<Payment, 'cardId' | 'failureCode'>) {
  if (!cardId) return;
  await store.noteDecline(ctx, cardId);
  if (failureCode !== 'expired_card') return;
  const card = await store.lockCard(ctx, cardId);
  if (card?.state !== 'active') return;
  const now: Card = { ...card, state: 'expired' };
  await store.saveCard(ctx, now);
  await tell(ctx, now, 'payment_method.expired');
}

/** A card to pay with. Refuses `payment_method.not_found`, `payment_method.not_active`, `payment_method.expired`. */
export async function cardToPay(ctx: Ctx, id: Id): Promise<Card> {
  const card = await getCard(ctx, id);
  const state = stateOn(card, ctx.now);
  const field = 'body.card';
  if (state === 'expired') {
    throw refuse.conflict('payment_method.expired', 'This card has expired. Store another one.', { field });
  }
  if (state !== 'active') {
    throw refuse.conflict('payment_method.not_active', 'This card is not stored, or is removed.', { field });
  }
  return card;
}

/** A card of somebody else's affair. */
export const ofAnother = () =>
  refuse.conflict('payment_method.of_another', 'This card is of an account that has nothing to do with this.', {
    ...{ field: 'body.card', expected: 'a card of who it is for, of its company, or of the organization' },
  });

/** What an account pays with when nobody is there to choose; its state is `active` or `expired`. Null: it has chosen none. */
export async function defaultCardOf(ctx: Ctx, ownerId: Id): Promise<Card | null> {
  return reading(ctx, async (ctx) => {
    const card = await defaultOf(ctx, ownerId);
    return card && { ...card, state: stateOn(card, ctx.now) };
  });
}

async function defaultOf(ctx: Ctx, ownerId: Id): Promise<Card | null> {
  return (await store.listCards(ctx, { ownerId, isDefault: true }, { limit: 1 }))[0] ?? null;
}

/** A card of those that the caller may see. Refuses `payment_method.not_found`. */
export async function getCard(ctx: Ctx, id: Id): Promise<Card> {
  const [card] = await listCards(ctx, { ids: [id] }, { limit: 1 });
  if (!card) throw refuse.notFound('payment_method');
  return card;
}

/** Cards that the caller may see, newest first. */
export async function listCards(
  ctx: Ctx,
  filter: store.CardFilter,
  page: { after?: Id; limit: number },
): Promise<Card[]> {
  return reading(ctx, (ctx) => store.listCards(ctx, filter, page));
}

async function tell(ctx: Ctx, card: Card, name: string): Promise<void> {
  const objectId = publicId('payment_method', card.id);
  await audit(ctx, [
    { action: name, objectType: 'payment_method', objectId, changes: [{ field: 'state', old: null, new: card.state }] },
  ]);
  await emit(ctx, [
    {
      name,
      subject: { type: 'payment_method', id: card.id },
      data: {
        ...{ paymentMethod: objectId, owner: publicId(card.ownerKind, card.ownerId), default: card.isDefault },
        ...(card.companyId && { companyId: publicId('company', card.companyId) }),
        ...(card.last4 && { brand: card.brand, last4: card.last4 }),
        ...(card.failureCode && { failure: card.failureCode }),
      },
    },
  ]);
}
