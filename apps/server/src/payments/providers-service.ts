import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import { within } from '../kit/under-way.ts';
import type { Doors } from './kinds.ts';
import { callMs, type PaymentProvider, type ProviderKind } from './providers.ts';
import * as store from './providers-sql.ts';
import { type Mode, modeOf, type StripeKeys } from './stripe/keys.ts';

/**
 * Connects a payment provider, one of each kind; the first is the preferred one. Whether its keys are right is looked at by the loop,
 * after this has committed.
 *
 * Refuses `payment_provider.connected_already`; `payment_provider.sandbox_only`: the built-in one gives what nobody has paid, so it is
 * for sandbox organizations alone; and `payment_provider.keys_do_not_fit`, `payment_provider.live_in_sandbox`: people's money does not
 * go with a clock that can be moved.
 */
export async function connectProvider(
  ctx: Ctx,
  kind: ProviderKind,
  name: string,
  keys?: StripeKeys,
): Promise<PaymentProvider> {
  if (kind === 'sandbox' && !ctx.organization.sandbox) {
    throw refuse.conflict(
      'payment_provider.sandbox_only',
      'Sandbox payments are for sandbox organizations: no money comes by them.',
      { field: 'body.kind' },
    );
  }
  if ((kind === 'stripe') !== (keys !== undefined)) throw keysDoNotFit('Keys are given with Stripe, and only there.');
  return atomically(ctx, async (ctx) => {
    await store.lockProviders(ctx);
    const provider: PaymentProvider = {
      ...{ id: newId(ctx), kind, name, createdAt: ctx.now, checkFailure: null },
      // The built-in one has no keys that could be wrong.
      ...{ checkedAt: keys ? null : ctx.now },
      ...{ settings: {}, secrets: { signing: ctx.random(32).toString('hex') } },
      // The first one is who takes payments, until somebody says otherwise.
      ...{ preferred: (await store.listProviders(ctx)).length === 0, ...(keys && withKeys(ctx, keys)) },
    };
    if (!(await store.insertProvider(ctx, provider))) {
      throw refuse.conflict('payment_provider.connected_already', 'A provider of this kind is connected already.');
    }
    await tell(ctx, provider, 'payment_provider.connected');
    return provider;
  });
}

function withKeys(ctx: Ctx, keys: StripeKeys): Pick<PaymentProvider, 'settings' | 'secrets'> {
  const { publishableKey, secretKey, webhookSecret } = keys;
  const mode = modeOf('secretKey', secretKey);
  if (mode === null || modeOf('publishableKey', publishableKey) !== mode) {
    throw keysDoNotFit('Both keys are of one account, and both for tests or both live.');
  }
  if (mode === 'live' && ctx.organization.sandbox) {
    throw refuse.conflict(
      'payment_provider.live_in_sandbox',
      'A sandbox organization takes no money: give it the test keys of this account.',
      { field: 'body.stripe.secretKey', expected: 'a key like sk_test_…' },
    );
  }
  return { settings: { publishableKey, mode }, secrets: { signing: webhookSecret ?? '', key: secretKey } };
}

const keysDoNotFit = (message: string) =>
  refuse.invalid('payment_provider.keys_do_not_fit', message, { field: 'body.stripe' });

export type ProviderPatch = { name?: string; preferred?: true; keys?: Partial<StripeKeys> };

/**
 * Changes a provider: its name, that it is the preferred one, its keys. Keys stay of the same account and mode; another account is
 * connected after this one is disconnected. Refuses `payment_provider.not_found`, `payment_provider.keys_do_not_fit`.
 */
export async function changeProvider(ctx: Ctx, id: Id, patch: ProviderPatch): Promise<PaymentProvider> {
  return changing(ctx, id, async (ctx, provider) => {
    const { keys, name = provider.name, preferred = provider.preferred } = patch;
    const changed = keys ? { ...provider, ...newKeys(ctx, provider, keys) } : provider;
    if (preferred && !provider.preferred) await store.clearPreferred(ctx);
    const now = { ...changed, name, preferred };
    await store.saveProvider(ctx, now, keys !== undefined);
    await tell(ctx, now, 'payment_provider.changed');
    return now;
  });
}

function newKeys(ctx: Ctx, provider: PaymentProvider, keys: Partial<StripeKeys>) {
  if (provider.kind !== 'stripe') throw keysDoNotFit('The built-in provider has no keys.');
  const { settings, secrets } = provider;
  const { settings: now, secrets: secret } = withKeys(ctx, {
    publishableKey: keys.publishableKey ?? settings.publishableKey!,
    secretKey: keys.secretKey ?? secrets.key!,
    webhookSecret: keys.webhookSecret ?? secrets.signing,
  });
  if (now.mode !== settings.mode) {
    throw keysDoNotFit(`These are ${now.mode} keys. Disconnect this account first, and connect it anew with them.`);
  }
  return { settings: { ...settings, ...now }, secrets: secret };
}

/** Has the loop look whether its keys are right. */
export async function askCheck(ctx: Ctx, id: Id): Promise<PaymentProvider> {
  return changing(ctx, id, async (ctx, provider) => {
    const now = { ...provider, checkedAt: null, checkFailure: null };
    await store.saveProvider(ctx, now, true);
    return now;
  });
}

/** Looks whether keys are right, outside of any database transaction, and writes what came of it. */
export async function carryCheck(fresh: () => Ctx, doors: Doors, provider: PaymentProvider): Promise<void> {
  const found = await within(callMs, doors[provider.kind].check(fresh, provider)).catch((error) => ({
    failure: `No answer: ${error instanceof Error ? error.message : String(error)}`.slice(0, 500),
  }));
  await atomically(fresh(), async (ctx) => {
    await store.lockProviders(ctx);
    const now = (await store.listProviders(ctx)).find(({ id }) => id === provider.id);
    // Other keys have come meanwhile: those are looked at next.
    if (!now || now.secrets.key !== provider.secrets.key) return;
    const { account = 'account' in found ? found.account : undefined } = now.settings;
    const another = 'account' in found && found.account !== account;
    const failure = another
      ? `These keys are of the account ${found.account}, and what is stored here is of ${account}.`
      : 'failure' in found
        ? found.failure
        : null;
    const settings = { ...now.settings, ...(account && { account }) };
    await store.saveProvider(ctx, { ...now, settings, checkedAt: ctx.now, checkFailure: failure }, false);
  });
}

/**
 * Disconnects a provider: its keys are deleted, and the cards that it keeps are of no use here any more. The other one, if there is
 * one, is preferred then. Refuses `payment_provider.busy` while only it can tell what became of a payment or a refund.
 */
export async function disconnectProvider(ctx: Ctx, id: Id): Promise<void> {
  await changing(ctx, id, async (ctx, provider) => {
    if (await store.isBusy(ctx, id)) {
      throw refuse.conflict(
        'payment_provider.busy',
        'Payments or refunds are under way there. Wait until they are over, a day at most.',
      );
    }
    await store.archiveProvider(ctx, id);
    const [other] = await store.listProviders(ctx);
    if (other && !other.preferred) await store.saveProvider(ctx, { ...other, preferred: true }, false);
    await tell(ctx, provider, 'payment_provider.disconnected');
    return provider;
  });
}

async function changing(
  ctx: Ctx,
  id: Id,
  change: (ctx: Ctx, provider: PaymentProvider) => Promise<PaymentProvider>,
): Promise<PaymentProvider> {
  return atomically(ctx, async (ctx) => {
    await store.lockProviders(ctx);
    const provider = (await store.listProviders(ctx)).find((one) => one.id === id);
    if (!provider) throw refuse.notFound('payment_provider');
    return change(ctx, provider);
  });
}

/** The providers in use, the preferred one first. */
export async function listProviders(ctx: Ctx): Promise<PaymentProvider[]> {
  return reading(ctx, (ctx) => store.listProviders(ctx));
}

async function tell(ctx: Ctx, { id, kind, settings }: PaymentProvider, name: string): Promise<void> {
  const objectId = publicId('payment_provider', id);
  await audit(ctx, [{ action: name, objectType: 'payment_provider', objectId }]);
  const data: { provider: string; kind: string; mode?: Mode } = { provider: objectId, kind };
  if (settings.mode) data.mode = settings.mode;
  await emit(ctx, [{ name, subject: { type: 'payment_provider', id }, data }]);
}
