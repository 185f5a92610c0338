import { z } from 'zod';
import type { Http } from '../kit/http/app.ts';
import { route } from '../kit/http/route.ts';
import { idOf, idParams, reply, request, Timestamp } from '../kit/http/schemas.ts';
import { publicId } from '../kit/ids.ts';
import { type PaymentProvider, providerKinds } from './providers.ts';
import { askCheck, changeProvider, connectProvider, disconnectProvider, listProviders } from './providers-service.ts';
import { publishableForm, secretForm, webhookForm } from './stripe/keys.ts';
import { stripeEvents } from './stripe/notices.ts';

const publishableKey = z.string().regex(publishableForm, { error: 'a publishable key, like pk_test_…' });
const secretKey = z
  .string()
  .regex(secretForm, { error: 'a secret or a restricted key, like sk_test_…' })
  .meta({ description: 'Sealed, and never shown again.' });
const webhookSecret = z
  .string()
  .regex(webhookForm, { error: 'the signing secret of the webhook endpoint, like whsec_…' })
  .meta({
    description: 'Of the endpoint at the provider that calls webhookUrl. Until it is here, no webhook is believed.',
  });
const name = z.string().min(1).max(100);

const ConnectProvider = request('ConnectPaymentProvider', {
  kind: z.enum(providerKinds),
  name,
  stripe: z.strictObject({ publishableKey, secretKey, webhookSecret: webhookSecret.optional() }).optional(),
});
const ChangeProvider = request('ChangePaymentProvider', {
  name: name.optional(),
  preferred: z.literal(true).optional().meta({ description: 'It takes payments and cards when nobody is named.' }),
  stripe: z
    .strictObject({
      publishableKey: publishableKey.optional(),
      secretKey: secretKey.optional(),
      webhookSecret: webhookSecret.optional(),
    })
    .optional()
    .meta({ description: 'Other keys of the same account and mode.' }),
});
const ProviderReply = reply('PaymentProvider', {
  id: idOf('payment_provider'),
  kind: z.enum(providerKinds),
  name: z.string(),
  preferred: z.boolean().meta({ description: 'It takes payments and cards when nobody is named.' }),
  mode: z.enum(['test', 'live']).nullable().meta({ description: 'As its keys say. Null: it has none.' }),
  publishableKey: z.string().nullable(),
  account: z
    .string()
    .nullable()
    .meta({ description: 'What the provider calls the account, once its keys were looked at.' }),
  hasWebhookSecret: z.boolean(),
  webhookUrl: z.string().meta({ description: 'What the provider calls when something happens.' }),
  webhookEvents: z.array(z.string()).meta({ description: 'What it is to tell.' }),
  checkedAt: Timestamp.nullable().meta({
    description: 'When somebody looked last whether its keys are right. Null: it is under way.',
  }),
  checkFailure: z.string().nullable(),
  createdAt: Timestamp,
});
const ProviderList = reply('PaymentProviderList', { items: z.array(ProviderReply) });

/** Who takes payments: an organization's own accounts, and the built-in one. */
export function providerRoutes(http: Http): void {
  const tags = ['Payment providers'];
  const url = '/api/v1/payment-providers';
  const params = idParams('payment_provider');
  const seen = { tags, permission: 'payments.provider.view', scope: 'organization' as const };
  const edited = { tags, permission: 'payments.provider.edit', scope: 'organization' as const };
  const { publicUrl } = http.deps;
  route(http, {
    ...seen,
    method: 'GET',
    url,
    name: 'listPaymentProviders',
    summary: 'The payment providers in use, the preferred one first',
    reply: { 200: ProviderList },
    handler: async (ctx) => ({
      items: (await listProviders(ctx)).map((one) => shownProvider(one, ctx.organization.id, publicUrl)),
    }),
  });
  route(http, {
    ...edited,
    method: 'POST',
    url,
    name: 'connectPaymentProvider',
    summary: 'Connect a payment provider',
    body: ConnectProvider,
    reply: { 201: ProviderReply },
    handler: async (ctx, { body: { kind, name, stripe } }) => {
      const keys = stripe && { ...stripe, webhookSecret: stripe.webhookSecret ?? null };
      return shownProvider(await connectProvider(ctx, kind, name, keys), ctx.organization.id, publicUrl);
    },
  });
  route(http, {
    ...{ ...edited, params },
    method: 'PATCH',
    url: `${url}/:id`,
    name: 'changePaymentProvider',
    summary: 'Rename a payment provider, prefer it, or give it other keys of the same account',
    body: ChangeProvider,
    reply: { 200: ProviderReply },
    handler: async (ctx, { params, body: { stripe: keys, ...patch } }) =>
      shownProvider(await changeProvider(ctx, params.id, { ...patch, keys }), ctx.organization.id, publicUrl),
  });
  route(http, {
    ...{ ...edited, params },
    method: 'POST',
    url: `${url}/:id/check`,
    name: 'checkPaymentProvider',
    summary: 'Look whether the keys of a payment provider are right; checkedAt says when that is known',
    reply: { 200: ProviderReply },
    handler: async (ctx, { params }) => shownProvider(await askCheck(ctx, params.id), ctx.organization.id, publicUrl),
  });
  route(http, {
    ...{ ...edited, params },
    method: 'DELETE',
    url: `${url}/:id`,
    name: 'disconnectPaymentProvider',
    summary: 'Disconnect a payment provider; the cards that it keeps are removed here',
    reply: { 204: null },
    handler: async (ctx, { params }) => disconnectProvider(ctx, params.id),
  });
}

function shownProvider(p: PaymentProvider, organizationId: string, publicUrl: string) {
  const [organization, provider] = [publicId('organization', organizationId), publicId('payment_provider', p.id)];
  return {
    ...{ id: p.id, kind: p.kind, name: p.name, preferred: p.preferred, createdAt: p.createdAt },
    ...{ mode: p.settings.mode ?? null, publishableKey: p.settings.publishableKey ?? null },
    ...{ account: p.settings.account ?? null, hasWebhookSecret: p.secrets.signing !== '' },
    webhookUrl: `${publicUrl}/pay/hooks/${organization}/${provider}`,
    webhookEvents: p.kind === 'stripe' ? [...stripeEvents] : [],
    ...{ checkedAt: p.checkedAt, checkFailure: p.checkFailure },
  };
}
