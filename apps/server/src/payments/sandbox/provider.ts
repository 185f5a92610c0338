import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, parsePublicId, publicId } from '../../kit/ids.ts';
import { minor, type Payment } from '../model.ts';
import type { Notice, ProviderDoor } from '../providers.ts';
import { type Charge, factOf, referenceOf } from './model.ts';
import * as store from './sql.ts';

/** The header in which the sandbox signs what it tells: HMAC-SHA256 of the payload, in hexadecimal. */
export const signatureHeader = 'sandbox-signature';

/** Where the payer of a charge pays. */
export function pageOf(publicUrl: string, organizationId: Id, token: string): string {
  return `${publicUrl}/pay/sandbox/${publicId('organization', organizationId)}/${token}`;
}

/**
 * The built-in provider. It keeps its own books, takes its payers to a page of its own, and tells by webhook: all of it in this
 * process, so that a demo and a test need nobody else.
 */
export function sandboxDoor(publicUrl: string): ProviderDoor {
  const look = async (fresh: () => Ctx, payment: Payment) => {
    const ctx = fresh();
    const charge = await reading(ctx, (ctx) => store.findCharge(ctx, payment.id));
    if (!charge) return { kind: 'absent' as const };
    return factOf(charge, pageOf(publicUrl, ctx.organization.id, charge.token));
  };
  return {
    async pay(fresh, _provider, payment) {
      await atomically(fresh(), (ctx) =>
        store.openCharge(ctx, {
          ...{ id: payment.id, amountMinor: payment.grossMicros / minor, currency: payment.currency },
          ...{ token: ctx.random(24).toString('base64url'), description: payment.note },
        }),
      );
      return look(fresh, payment);
    },
    look: (fresh, _provider, payment) => look(fresh, payment),
    async cancel(fresh, _provider, payment) {
      await atomically(fresh(), async (ctx) => {
        const charge = await store.findCharge(ctx, payment.id);
        if (charge?.state === 'open' || charge?.state === 'authenticating')
          await store.saveCharge(ctx, { ...charge, state: 'canceled' });
      });
      return look(fresh, payment);
    },
    read(provider, headers, payload) {
      const given = headers[signatureHeader];
      const right = sign(provider.secrets.signing, payload);
      if (given?.length !== right.length || !timingSafeEqual(Buffer.from(given), Buffer.from(right))) return null;
      return understand(payload);
    },
    understand,
  };
}

export function sign(secret: string, payload: string): string {
  return createHmac('sha256', secret).update(payload).digest('hex');
}

type Told = { id: string; payment: string; state: Charge['state']; amountMinor: string; failureCode: string | null };

/** What the webhook says when a charge is over. The same key however often it is told. */
export function noticeOf(charge: Charge): string {
  const told: Told = {
    ...{
      id: `${referenceOf(charge.id)}.${charge.state}`,
      payment: publicId('payment', charge.id),
      state: charge.state,
    },
    ...{ amountMinor: String(charge.amountMinor), failureCode: charge.failureCode },
  };
  return JSON.stringify(told);
}

function understand(payload: string): Notice | null {
  let told: Partial<Told>;
  try {
    told = JSON.parse(payload);
  } catch {
    return null;
  }
  const paymentId = typeof told.payment === 'string' ? parsePublicId('payment', told.payment) : null;
  if (!paymentId || typeof told.id !== 'string' || !/^\d{1,18}$/.test(told.amountMinor ?? '')) return null;
  const over = told.state === 'succeeded' || told.state === 'failed' || told.state === 'canceled';
  const charge = {
    id: paymentId,
    amountMinor: BigInt(told.amountMinor!),
    state: told.state!,
    failureCode: told.failureCode ?? null,
  };
  return { key: told.id, paymentId, fact: over ? factOf(charge, '') : null };
}
