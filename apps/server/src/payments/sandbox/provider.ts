import { assert } from '../../kit/assert.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, publicId, toHex } from '../../kit/ids.ts';
import type { Card } from '../cards/model.ts';
import { minor, type Payment } from '../model.ts';
import type { ProviderDoor } from '../providers.ts';
import type { Refund } from '../refunds/model.ts';
import { chargeKept, factOfCard } from './cards.ts';
import { type Charge, type ChargeRefund, factOf, factOfRefund, refusalOf } from './model.ts';
import { isSigned, signatureHeader, understand } from './notices.ts';
import * as store from './sql.ts';
import { tellOf } from './telling.ts';

/** What is known of disputes: two words of each. */
const mostDisputes = 1_000;

/** Where the payer of a charge pays, or the holder of a card stores it (`place` is `cards/` then). */
export function pageOf(publicUrl: string, organizationId: Id, token: string, place = ''): string {
  return `${publicUrl}/pay/sandbox/${publicId('organization', organizationId)}/${place}${token}`;
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
  const lookCard = async (fresh: () => Ctx, card: Card) => {
    const ctx = fresh();
    const kept = await atomically(ctx, (ctx) => store.lockCard(ctx, { id: card.id }));
    if (!kept) return { kind: 'absent' as const };
    return factOfCard(kept, pageOf(publicUrl, ctx.organization.id, kept.token, 'cards/'));
  };
  return {
    async pay(fresh, _provider, payment, card) {
      await atomically(fresh(), async (ctx) => {
        await store.openCharge(ctx, {
          ...{ id: payment.id, amountMinor: payment.grossMicros / minor, currency: payment.currency },
          ...{ token: ctx.random(24).toString('base64url'), description: payment.note },
        });
        if (card) await charge(ctx, payment.id, card);
      });
      const fact = await look(fresh, payment);
      // The card that tells nobody answers nobody either.
      if (card && fact.kind === 'succeeded' && (await isSilent(fresh(), card.id)))
        throw new Error('the answer was lost');
      return fact;
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
    async disputes(fresh) {
      const told = await reading(fresh(), (ctx) => store.listDisputed(ctx, mostDisputes));
      return told.reverse().flatMap((payload) => {
        const dispute = understand(payload)?.told;
        return dispute?.of === 'dispute' ? [dispute] : [];
      });
    },
    check: async () => ({ account: 'sandbox' }),
    enroll: async (_fresh, _provider, owner) => `sbx_${toHex(owner.id)}`,
    async setUp(fresh, _provider, card) {
      await atomically(fresh(), (ctx) =>
        store.openCard(ctx, { id: card.id, token: ctx.random(24).toString('base64url') }),
      );
      return lookCard(fresh, card);
    },
    lookCard: (fresh, _provider, card) => lookCard(fresh, card),
    async forget(fresh, _provider, card) {
      await atomically(fresh(), async (ctx) => {
        const kept = await store.lockCard(ctx, { id: card.id });
        if (kept) await store.saveCard(ctx, { ...kept, state: 'canceled' });
      });
    },
    read(provider, headers, payload) {
      return isSigned(provider.secrets.signing, headers[signatureHeader], payload) ? understand(payload) : null;
    },
    understand,
  };
}

/** Charges a card that is kept, once: a charge that is over, or waits for its holder, stays as it is. */
async function charge(ctx: Ctx, id: Id, card: Card): Promise<void> {
  const kept = await store.lockCard(ctx, { id: card.id });
  const charge = (await store.lockCharge(ctx, id))!;
  const gone = kept?.state !== 'stored' || kept.card === null;
  const declined = { state: 'failed', card: null, declines: 1, failureCode: 'card_declined', tells: [0] } as const;
  const outcome = gone ? (charge.state === 'open' ? declined : null) : chargeKept(charge, kept.card!);
  if (!outcome) return;
  const { tells, ...changes } = outcome;
  const now = { ...charge, ...changes };
  await store.saveCharge(ctx, now);
  await tellOf(ctx, now, tells);
}

async function isSilent(ctx: Ctx, cardId: Id): Promise<boolean> {
  return atomically(ctx, async (ctx) => (await store.lockCard(ctx, { id: cardId }))?.card === 'silent');
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
