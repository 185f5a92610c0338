import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { may } from '../kit/http/route.ts';
import type { Refusal } from '../kit/refusal.ts';
import { refuse } from '../kit/refusal.ts';
import * as ledger from '../ledger/index.ts';
import * as payments from '../payments/index.ts';
import * as periods from '../periods/index.ts';
import * as receivables from '../receivables/index.ts';

/** What can be paid for, and what is given for it: payments itself knows no SIM and no wallet. */
export const purposes: payments.Hands = {
  async purchaseOf(ctx, asked) {
    return reading(ctx, (ctx) => {
      if (asked.purpose === 'invoice') return receivables.purchaseOf(ctx, asked);
      return asked.purpose === 'wallet_refill' ? walletRefill(ctx, asked) : lineRefill(ctx, asked);
    });
  },

  async holding(ctx, { purpose, subjectId }, work) {
    if (purpose === 'wallet_refill') return periods.freeing(ctx, subjectId, work);
    if (purpose === 'line_refill') await inventory.lockSims(ctx, [subjectId]);
    return work(ctx);
  },

  async deliver(ctx, payment): Promise<Refusal | null> {
    if (payment.purpose === 'invoice') return receivables.receive(ctx, payment);
    if (payment.purpose === 'line_refill') {
      const { refill: optionId = '', times = 1 } = payment.detail;
      const wanted = { lineId: payment.subjectId, optionId, note: payment.note };
      const outcomes = await periods.grantRefills(ctx, new Array(times).fill(wanted));
      // They are of one line and one option: what stands in the way of one stands in the way of all.
      return outcomes[0]!.refusal;
    }
    // It was archived while a card was under way: the money waits to be refunded.
    if ((await ledger.getWallet(ctx, payment.subjectId)).owner.archived) return payments.ofArchived();
    const otherwise = await payments.taxedOtherwise(ctx, payment, payment.subjectId);
    if (otherwise) return otherwise;
    await ledger.creditWallet(ctx, {
      ...{ walletId: payment.subjectId, amountMicros: payment.netMicros, kind: 'refill' },
      ...{ key: payments.keyOf(payment, 'price'), reason: payment.note || reasons[payment.method] },
    });
    await giveBonus(ctx, payment);
    return null;
  },
};

/** What comes with a refill, unless it would be over by now: a card may take its time. */
async function giveBonus(ctx: Ctx, payment: payments.Payment): Promise<void> {
  const { bonus } = payment.detail;
  const expiresAt = bonus?.expiresAt ? new Date(bonus.expiresAt) : null;
  if (!bonus || (expiresAt && expiresAt <= ctx.now)) return;
  await ledger.addBonus(ctx, {
    ...{ walletId: payment.subjectId, amountMicros: BigInt(bonus.micros), expiresAt },
    ...{ reason: payment.note || 'Given with a refill', source: payments.bonusSource(payment) },
  });
}

const reasons: Record<payments.Method, string> = {
  ...{ card: 'Paid by card', manual: 'Paid' },
  ...{ wallet: 'Paid from a wallet', company_wallet: 'Paid from a wallet' },
};

/** Money for a wallet: whole smallest units of its currency, since that is what can be paid, within the organization's bounds. */
async function walletRefill(ctx: Ctx, asked: payments.AskedWallet): Promise<payments.Purchase> {
  const { wallet } = await ledger.getWallet(ctx, asked.walletId);
  const { ownerId, currency } = wallet;
  const field = 'body.walletRefill.amount';
  const priceMicros = payments.readPayable(asked.amount, currency, field);
  await payments.holdToAmounts(ctx, priceMicros, currency, field);
  const bonus = asked.bonus
    ? await bonusOf(ctx, asked.bonus, currency)
    : payments.bonusFor(await payments.amountsOf(ctx, currency), priceMicros, ctx);
  const gets = { amountMicros: priceMicros, bytes: null, validUntil: null, bonus };
  const detail = bonus ? { bonus } : {};
  return { purpose: 'wallet_refill', subjectId: wallet.id, detail, ownerId, currency, priceMicros, gets };
}

/**
 * A bonus that comes with a refill: money by hand, so it takes the right to give it and keeps to the limit of one person. Refuses
 * `payment.bonus_is_ours`, `wallet.approval_needed`, `wallet_part.ends_in_the_past`.
 */
async function bonusOf(ctx: Ctx, bonus: NonNullable<payments.AskedWallet['bonus']>, currency: string) {
  if (ctx.actor.scope.kind !== 'organization' || !may(ctx.actor, 'ledger.wallet.credit')) {
    throw refuse.forbidden('payment.bonus_is_ours', 'A bonus is given by who may put money into wallets by hand.');
  }
  const micros = payments.readAmount(bonus.amount, currency, 'body.walletRefill.bonus.amount');
  await ledger.holdToLimit(ctx, micros, currency);
  if (bonus.expiresAt && bonus.expiresAt <= ctx.now) {
    throw refuse.invalid('wallet_part.ends_in_the_past', 'It would have expired before it is given.', {
      field: 'body.walletRefill.bonus.expiresAt',
      expected: 'a time that is still to come',
    });
  }
  return { micros: String(micros), expiresAt: bonus.expiresAt?.toISOString() ?? null };
}

/** A refill of the plan that a line is on. Its holder pays, or the company it is of. */
async function lineRefill(ctx: Ctx, asked: payments.AskedLine): Promise<payments.Purchase> {
  const sim = await inventory.getSim(ctx, asked.simId);
  const planVersionId = (await inventory.planVersionsOf(ctx, [sim.id])).get(sim.id)?.planVersionId;
  const version = planVersionId ? (await catalog.getVersions(ctx, [planVersionId])).get(planVersionId) : null;
  if (version?.type !== 'prepaid') {
    throw refuse.conflict('refill.not_prepaid', 'Only a SIM on a prepaid plan can be refilled.', { field: 'body.sim' });
  }
  const option = version.refills.find((refill) => refill.id === asked.refill);
  if (!option) {
    throw refuse.invalid('refill.unknown', 'The plan of this SIM has no such refill.', {
      field: 'body.refill',
      expected: `one of ${version.refills.map((refill) => refill.id).join(', ') || 'none: the plan has no refills'}`,
    });
  }
  const times = asked.times ?? 1;
  const validUntil = await periods.validAfterRefill(ctx, sim, version);
  return {
    ...{ purpose: 'line_refill', subjectId: sim.id, detail: { refill: option.id, ...(times > 1 && { times }) } },
    ...{ ownerId: sim.endUserId ?? sim.companyId ?? ctx.organization.id },
    ...{ currency: version.currency, priceMicros: option.priceMicros * BigInt(times) },
    gets: { amountMicros: null, bytes: option.amountBytes * BigInt(times), validUntil },
  };
}
