import { createHmac, timingSafeEqual } from 'node:crypto';
import { assert } from '../../kit/assert.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, parsePublicId, publicId } from '../../kit/ids.ts';
import { minor, type Payment } from '../model.ts';
import type { Notice, ProviderDoor } from '../providers.ts';
import type { Refund } from '../refunds/model.ts';
import { type Charge, type ChargeRefund, factOf, factOfRefund, referenceOf, refusalOf } from './model.ts';
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
    async refund(fresh, _provider, payment, refund) {
      const [told, card] = await atomically(fresh(), async (ctx) => {
        const charge = await store.lockCharge(ctx, payment.id);
        assert(charge, 'what is refunded was charged here');
        return [await giveBack(ctx, charge, refund), charge.card];
      });
      if (card === 'silent') throw new Error('the answer was lost');
      return factOfRefund(told);
    },
    async lookRefund(fresh, _provider, _payment, refund) {
      const told = await reading(fresh(), (ctx) => store.findRefund(ctx, refund.id));
      return told ? factOfRefund(told) : { kind: 'absent' };
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

/** Books a refund once: given back, or refused for good. */
async function giveBack(ctx: Ctx, charge: Charge, refund: Refund): Promise<ChargeRefund> {
  const known = await store.findRefund(ctx, refund.id);
  if (known) return known;
  const amountMinor = refund.grossMicros / minor;
  const told = { id: refund.id, chargeId: charge.id, amountMinor, refused: refusalOf(charge, amountMinor) };
  await store.insertRefund(ctx, told);
  return told;
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
