import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import { seal } from '../kit/seal.ts';
import type { PaymentProvider, ProviderKind } from './providers.ts';
import * as store from './sql.ts';

/**
 * Connects a payment provider, one of each kind. Refuses `payment_provider.connected_already`, and `payment_provider.sandbox_only`: the
 * built-in one gives what nobody has paid, so it is for sandbox organizations alone.
 */
export async function connectProvider(ctx: Ctx, kind: ProviderKind, name: string): Promise<PaymentProvider> {
  if (kind === 'sandbox' && !ctx.organization.sandbox) {
    throw refuse.conflict(
      'payment_provider.sandbox_only',
      'Sandbox payments are for sandbox organizations: no money comes by them.',
      {
        field: 'body.kind',
      },
    );
  }
  return atomically(ctx, async (ctx) => {
    const id = newId(ctx);
    const secrets = { signing: ctx.random(32).toString('hex') };
    await store.lockProviders(ctx);
    // The first one is who takes payments, until somebody says otherwise.
    const preferred = (await store.listProviders(ctx)).length === 0;
    const provider = { id, kind, name, settings: {}, preferred, createdAt: ctx.now };
    const sealed = seal(ctx, store.sealedFor(id), JSON.stringify(secrets));
    if (!(await store.insertProvider(ctx, provider, sealed))) {
      throw refuse.conflict('payment_provider.connected_already', 'A provider of this kind is connected already.');
    }
    const objectId = publicId('payment_provider', id);
    await audit(ctx, [{ action: 'payment_provider.connected', objectType: 'payment_provider', objectId }]);
    await emit(ctx, [
      {
        name: 'payment_provider.connected',
        subject: { type: 'payment_provider', id },
        data: { provider: objectId, kind },
      },
    ]);
    return { ...provider, secrets };
  });
}

/** The providers in use. */
export async function listProviders(ctx: Ctx): Promise<PaymentProvider[]> {
  return reading(ctx, (ctx) => store.listProviders(ctx));
}
