import { z } from 'zod';
import type { Ctx } from '../../kit/ctx.ts';
import type { Http } from '../../kit/http/app.ts';
import { idCursor, pageFrom, pageOf, pageQuery } from '../../kit/http/page.ts';
import { route } from '../../kit/http/route.ts';
import { idOf, idParams, listOf, reply, request, Timestamp } from '../../kit/http/schemas.ts';
import { publicId } from '../../kit/ids.ts';
import { ownersOf } from '../../tenancy/index.ts';
import { type Card, stateOn } from './model.ts';
import { addCard, getCard, listCards, makeDefault, removeCard } from './service.ts';

const account = z.union([idOf('company'), idOf('end_user'), idOf('organization')]);
const state = z.enum(['created', 'action_needed', 'active', 'failed', 'expired', 'removed']).meta({
  description:
    'created: its provider is asked at once. action_needed: its holder goes on at actionUrl. active: it can be charged. Nobody comes back from removed.',
});

const NewPaymentMethod = request('NewPaymentMethod', {
  owner: account.meta({
    description: 'Whose card it is. Its holder types the number on the provider’s page, never here.',
  }),
  provider: idOf('payment_provider').optional().meta({ description: 'The preferred one, unless given.' }),
});
const PaymentMethodReply = reply('PaymentMethod', {
  id: idOf('payment_method'),
  owner: z.string().meta({ description: 'Id of the account whose card it is.' }),
  ownerName: z.string(),
  provider: idOf('payment_provider'),
  state,
  default: z.boolean().meta({ description: 'What its owner pays with when nobody is there to choose.' }),
  brand: z.string().nullable(),
  last4: z.string().nullable().meta({ description: 'The last four digits: all that is known of the number.' }),
  expiryMonth: z.int().min(1).max(12).nullable(),
  expiryYear: z.int().min(2000).max(2200).nullable(),
  actionUrl: z.string().nullable(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  lastDeclinedAt: Timestamp.nullable(),
  createdAt: Timestamp,
  madeBy: z.string(),
});
const PaymentMethodPage = pageOf(PaymentMethodReply, 'PaymentMethodPage');

/** Stored cards: set up on the provider's page, charged while nobody is there. */
export function cardRoutes(http: Http): void {
  const tags = ['Payment methods'];
  const url = '/api/v1/payment-methods';
  const seen = { tags, permission: 'payments.card.view', scope: 'company' as const };
  const edited = { tags, permission: 'payments.card.edit', scope: 'company' as const };
  const params = idParams('payment_method');
  route(http, {
    ...edited,
    method: 'POST',
    url,
    name: 'addPaymentMethod',
    endUsers: true,
    summary: 'Store a card of an account; its holder does the rest on the provider’s page',
    body: NewPaymentMethod,
    reply: { 201: PaymentMethodReply },
    handler: async (ctx, { body }) => shownOne(ctx, await addCard(ctx, body.owner, { providerId: body.provider })),
  });
  const cursor = idCursor('payment_methods');
  route(http, {
    ...seen,
    method: 'GET',
    url,
    name: 'listPaymentMethods',
    endUsers: true,
    summary: 'Stored cards, newest first',
    query: pageQuery({
      owner: account.optional(),
      company: idOf('company').optional(),
      state: listOf(state).optional().meta({ description: 'One, or several separated by commas.' }),
    }),
    reply: { 200: PaymentMethodPage },
    handler: async (ctx, { query: { limit, cursor: from, owner: ownerId, company: companyId, state: states } }) => {
      const page = { after: cursor.read(from) ?? undefined, limit: limit + 1 };
      const found = await listCards(ctx, { ownerId, companyId, states }, page);
      return pageFrom(await shownAll(ctx, found), limit, (last) => cursor.write(last.id));
    },
  });
  route(http, {
    ...{ ...seen, params },
    method: 'GET',
    url: `${url}/:id`,
    name: 'getPaymentMethod',
    endUsers: true,
    summary: 'A stored card, and where its holder has something to do',
    reply: { 200: PaymentMethodReply },
    handler: async (ctx, { params }) => shownOne(ctx, await getCard(ctx, params.id)),
  });
  route(http, {
    ...{ ...edited, params },
    method: 'POST',
    url: `${url}/:id/default`,
    name: 'makePaymentMethodDefault',
    endUsers: true,
    summary: 'Make a card what its owner pays with when nobody is there to choose',
    reply: { 200: PaymentMethodReply },
    handler: async (ctx, { params }) => shownOne(ctx, await makeDefault(ctx, params.id)),
  });
  route(http, {
    ...{ ...edited, params },
    method: 'DELETE',
    url: `${url}/:id`,
    name: 'removePaymentMethod',
    endUsers: true,
    summary: 'Remove a card, here and at its provider',
    reply: { 204: null },
    handler: async (ctx, { params }) => {
      await removeCard(ctx, params.id);
    },
  });
}

async function shownAll(ctx: Ctx, cards: Card[]) {
  const owners = await ownersOf(ctx, [...new Set(cards.map(({ ownerId }) => ownerId))]);
  return cards.map((card) => ({
    ...{ id: card.id, owner: publicId(card.ownerKind, card.ownerId), ownerName: owners.get(card.ownerId)?.name ?? '' },
    ...{ provider: card.providerId, state: stateOn(card, ctx.now), default: card.isDefault, actionUrl: card.actionUrl },
    ...{ brand: card.brand, last4: card.last4, expiryMonth: card.expiryMonth, expiryYear: card.expiryYear },
    failure: card.failureCode ? { code: card.failureCode, message: card.failureMessage ?? '' } : null,
    ...{ lastDeclinedAt: card.lastDeclinedAt, createdAt: card.createdAt, madeBy: card.madeBy },
  }));
}

async function shownOne(ctx: Ctx, card: Card) {
  return (await shownAll(ctx, [card]))[0]!;
}
