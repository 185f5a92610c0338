import { formatAmount, type Micros, parseAmount } from '@simwright/measure';
import { audit } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import { refuse } from '../../kit/refusal.ts';
import * as ledger from '../../ledger/index.ts';
import { accountOf, receivableOf } from '../accounts.ts';
import { listDisputes } from '../disputes/sql.ts';
import { listRefund } from '../listing.ts';
import { isWallet, minor, nextLook, type Payment } from '../model.ts';
import { giveBack, goneOf } from '../prepaid/service.ts';
import { listProviders } from '../providers-sql.ts';
import { assertPaid, bonusSource, getPayment } from '../service.ts';
import { taxedOtherwise } from '../spending.ts';
import { lockPayment } from '../sql.ts';
import {
  advanceRefund,
  givesUp,
  isSettled,
  minus,
  type Refund,
  type RefundFact,
  type RefundState,
  shareOf,
} from './model.ts';
import * as store from './sql.ts';

/**
 * Gives back what was paid, or a part of it. Its transfers are posted at once, so that the money cannot be spent meanwhile; by card
 * the provider is asked by `openCarrier`, after this has committed. What a wallet paid, and what came by hand, is over at once.
 *
 * @param asked.amount gross, as a person writes it; without it, all that is left
 * Refuses `refund.not_paid`, `refund.disputed`, `refund.provider_disconnected`, `refund.refunded_already`, `refund.amount_invalid`, `refund.amount_too_fine`, `refund.too_much`, and
 * `wallet.insufficient_funds` where the refilled wallet has spent it.
 */
export async function startRefund(
  ctx: Ctx,
  paymentId: Id,
  asked: { amount?: string; reason: string },
): Promise<Refund> {
  return atomically(ctx, async (ctx) => {
    await getPayment(ctx, paymentId);
    const payment = (await lockPayment(ctx, paymentId))!;
    if (payment.state !== 'succeeded') {
      throw refuse.conflict('refund.not_paid', 'This payment has not succeeded, so there is nothing to give back.');
    }
    await mustBeOurs(ctx, payment);
    await mustBeTaxedAlike(ctx, payment);
    const left = minus(payment, await goneOf(ctx, payment.id));
    const amountMicros = readAmount(payment, left.grossMicros, asked.amount);
    const ofInvoices = payment.purpose === 'invoice' && isWallet(payment.method);
    const parts = ofInvoices ? await giveBack(ctx, payment, amountMicros) : shareOf(left, amountMicros);
    const card = payment.method === 'card';
    const state: RefundState = card ? 'created' : 'succeeded';
    const refund: Refund = {
      ...{ id: newId(ctx), paymentId: payment.id, companyId: payment.companyId, currency: payment.currency, ...parts },
      ...{ posted: payment.undelivered === null, reason: asked.reason, state, reference: null },
      ...{
        failureCode: null,
        failureMessage: null,
        attempts: 0,
        nextAttemptAt: card ? ctx.now : null,
        unansweredSince: null,
      },
      ...{ createdAt: ctx.now, settledAt: card ? null : ctx.now, madeBy: ctx.actor.name },
    };
    await store.insertRefund(ctx, refund);
    await store.addRefunded(ctx, payment.id, refund.grossMicros);
    if (refund.posted) await postBack(ctx, payment, refund);
    await tell(ctx, payment, refund, 'refund.created');
    if (!card) await tell(ctx, payment, refund, 'refund.succeeded');
    return refund;
  });
}

/** What a bank has taken back, or may take, is not given back besides; and who took it must still be there to give it. */
async function mustBeOurs(ctx: Ctx, { id, method, providerId }: Payment): Promise<void> {
  if (method !== 'card') return;
  const disputes = await listDisputes(ctx, { paymentId: id }, { limit: 10 });
  if (disputes.some(({ state }) => state !== 'won')) {
    throw refuse.conflict('refund.disputed', 'This payment is disputed: its money goes back by the bank, if at all.');
  }
  if ((await listProviders(ctx)).some((provider) => provider.id === providerId)) return;
  throw refuse.conflict(
    'refund.provider_disconnected',
    'The provider that took this payment is disconnected. Give the money back there, or by other means.',
  );
}

/** Money goes back to the wallet that paid, or leaves the one that was refilled, while that bears VAT as it did then. */
async function mustBeTaxedAlike(ctx: Ctx, payment: Payment): Promise<void> {
  const refilled = payment.purpose === 'wallet_refill' && !payment.undelivered ? payment.subjectId : null;
  const walletId = isWallet(payment.method) ? payment.walletId : refilled;
  const otherwise = walletId ? await taxedOtherwise(ctx, payment, walletId) : null;
  if (otherwise) throw otherwise;
}

function readAmount(payment: Payment, leftMicros: Micros, text: string | undefined): Micros {
  const { currency, method } = payment;
  if (leftMicros === 0n) throw refuse.conflict('refund.refunded_already', 'All of this payment has been given back.');
  if (text === undefined) return leftMicros;
  const field = 'body.amount';
  const left = formatAmount(leftMicros, currency);
  const parsed = parseAmount(text, currency);
  if (!parsed.ok || parsed.value <= 0n) {
    throw refuse.invalid('refund.amount_invalid', `This is no amount in ${currency} that could be given back.`, {
      ...{ field, expected: `more than zero, and ${left} at most` },
    });
  }
  if (!isWallet(method) && parsed.value % minor !== 0n) {
    throw refuse.invalid(
      'refund.amount_too_fine',
      `An amount that can be paid back has no smaller parts than ${formatAmount(minor, currency)}.`,
      { field, expected: `whole ${formatAmount(minor, currency)}` },
    );
  }
  if (parsed.value > leftMicros) {
    throw refuse.conflict('refund.too_much', `Of this payment ${left} ${currency} can still be given back.`, {
      ...{ field, left, currency },
    });
  }
  return parsed.value;
}

/**
 * Takes back what the payment posted, by its parts: the price from the wallet that was refilled, down to its floor at most, or from
 * revenue; the VAT; the rounding. What a wallet paid goes back into it.
 */
async function postBack(ctx: Ctx, payment: Payment, refund: Refund): Promise<void> {
  const { priceMicros: amountMicros, currency } = refund;
  const key = keyOfRefund(refund, 'price');
  if (payment.purpose === 'line_refill' && payment.detail.vatAt) {
    const contra = await accountOf(ctx, 'clearing', currency);
    const gross = { walletId: payment.walletId!, amountMicros: refund.grossMicros, key: keyOfRefund(refund, 'wallet') };
    await ledger.creditWallet(ctx, { ...gross, kind: 'refund', reason: refund.reason, contra });
    await ledger.post(ctx, await transfersOf(ctx, payment, refund, 'out'));
    return;
  }
  if (isWallet(payment.method)) {
    const contra = await accountOf(ctx, payment.purpose === 'invoice' ? 'clearing' : 'refill_revenue', currency);
    const { walletId, reason } = { walletId: payment.walletId!, reason: refund.reason };
    await ledger.creditWallet(ctx, { walletId, amountMicros, kind: 'refund', key, reason, contra });
    if (payment.purpose === 'invoice') await ledger.post(ctx, await transfersOf(ctx, payment, refund, 'out'));
    if (payment.purpose === 'invoice' && refund.vatMicros > 0n) {
      const from = await accountOf(ctx, 'vat', currency);
      const prepaid = { key: keyOfRefund(refund, 'vat'), kind: 'refund' as const, at: ctx.now, to: contra, from };
      await ledger.post(ctx, [{ ...prepaid, amountMicros: refund.vatMicros }]);
    }
    return;
  }
  if (payment.purpose === 'wallet_refill' && amountMicros > 0n) {
    const contra = await accountOf(ctx, 'clearing', currency);
    const taken = {
      walletId: payment.subjectId,
      amountMicros,
      key,
      kind: 'refund' as const,
      contra,
      note: refund.reason,
    };
    assertPaid(await ledger.debitPaid(ctx, taken), taken, currency, 'body.amount');
    await ledger.takeBonus(ctx, {
      ...{ source: bonusSource(payment), refundId: refund.id, reason: refund.reason },
      ...{ leftMicros: payment.grossMicros - payment.refundedMicros - refund.grossMicros },
      wholeMicros: payment.grossMicros,
    });
  }
  await ledger.post(ctx, await transfersOf(ctx, payment, refund, 'out'));
}

/** The provider has refused for good: what was taken back is there again, by transfers of its own. */
async function postAgain(ctx: Ctx, payment: Payment, refund: Refund): Promise<void> {
  const { priceMicros: amountMicros } = refund;
  if (payment.purpose === 'wallet_refill' && amountMicros > 0n) {
    const key = keyOfRefund(refund, 'price:back');
    const reason = `Refund refused: ${refund.failureMessage}`;
    await ledger.creditWallet(ctx, { walletId: payment.subjectId, amountMicros, kind: 'refund', key, reason });
    await ledger.bonusBack(ctx, bonusSource(payment), refund.id, reason);
  }
  await ledger.post(ctx, await transfersOf(ctx, payment, refund, 'back'));
}

/** What no wallet is part of: revenue, rounding and VAT against clearing. */
async function transfersOf(
  ctx: Ctx,
  payment: Payment,
  refund: Refund,
  way: 'out' | 'back',
): Promise<ledger.NewTransfer[]> {
  const { currency, priceMicros, netMicros, vatMicros } = refund;
  const clearing = await accountOf(ctx, 'clearing', currency);
  const parts: [string, ledger.LedgerAccountKind, Micros][] = [
    ['price', 'refill_revenue', payment.purpose === 'line_refill' ? priceMicros : 0n],
    ['rounding', 'rounding', netMicros - priceMicros],
    ['vat', 'vat', vatMicros],
  ];
  const transfers: ledger.NewTransfer[] = [];
  if (payment.purpose === 'invoice') {
    const owed = await receivableOf(ctx, payment);
    const part = isWallet(payment.method) ? 'receivable' : 'price';
    const [to, from, name] = way === 'out' ? [owed, clearing, part] : [clearing, owed, `${part}:back`];
    const key = keyOfRefund(refund, name);
    return [{ key, kind: 'refund', at: ctx.now, to, from, amountMicros: refund.grossMicros }];
  }
  for (const [part, kind, amountMicros] of parts) {
    if (amountMicros === 0n) continue;
    const account = await accountOf(ctx, kind, currency);
    const [to, from, name] = way === 'out' ? [account, clearing, part] : [clearing, account, `${part}:back`];
    transfers.push({ key: keyOfRefund(refund, name), kind: 'refund', at: ctx.now, to, from, amountMicros });
  }
  return transfers;
}

/** The key of a transfer of a refund: one of each part, and one that takes it back. */
export function keyOfRefund(refund: Pick<Refund, 'id'>, part: string): string {
  return `refund:${refund.id}:${part}`;
}

/** Applies what a provider said of a refund. A refusal for good undoes its transfers by new ones, in one database transaction. */
export async function applyRefundFact(
  ctx: Ctx,
  seen: Refund,
  fact: RefundFact,
): Promise<'applied' | 'stale' | 'differs'> {
  return atomically(ctx, async (ctx) => {
    const payment = (await lockPayment(ctx, seen.paymentId))!;
    const refund = (await store.lockRefund(ctx, seen.id))!;
    const step = advanceRefund(refund, fact);
    if (step === 'differs') return 'differs';
    if (step === null) return 'stale';
    const over = isSettled(step.state);
    const again = step.state === 'created' ? ctx.now : nextLook(refund.attempts || 1, ctx.now);
    const now: Refund = {
      ...{ ...refund, ...step, nextAttemptAt: over ? null : again, settledAt: over ? ctx.now : null },
      unansweredSince: over ? null : refund.unansweredSince,
    };
    if (now.state === 'failed') {
      await store.addRefunded(ctx, payment.id, -now.grossMicros);
      if (now.posted) await postAgain(ctx, payment, now);
    }
    await store.saveRefund(ctx, now);
    if (now.state !== 'created') await tell(ctx, payment, now, `refund.${now.state}`);
    return 'applied';
  });
}

/** Nothing new of a refund: it is looked at later, or where that has lasted too long, no more, and staff are told. */
export async function waitOn(ctx: Ctx, id: Id): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const refund = await store.lockRefund(ctx, id);
    if (!refund?.nextAttemptAt) return;
    if (!givesUp(refund, ctx.now)) return store.lookLater(ctx, refund);
    const now: Refund = { ...refund, nextAttemptAt: null, unansweredSince: ctx.now };
    await store.saveRefund(ctx, now);
    await tell(ctx, await getPayment(ctx, refund.paymentId), now, 'refund.unanswered');
  });
}

/** Has the provider asked once more about a refund without an outcome. Refuses `refund.not_found`, `refund.settled`. */
export async function lookAgain(ctx: Ctx, id: Id): Promise<Refund> {
  return atomically(ctx, async (ctx) => {
    const [seen] = await store.listRefunds(ctx, { ids: [id] }, { limit: 1 });
    const refund = seen && (await store.lockRefund(ctx, id));
    if (!refund) throw refuse.notFound('refund');
    if (isSettled(refund.state)) throw refuse.conflict('refund.settled', 'What became of this refund is known.');
    const now: Refund = { ...refund, nextAttemptAt: ctx.now, unansweredSince: null };
    await store.saveRefund(ctx, now);
    return now;
  });
}

/** Refunds that the caller may see, newest first. */
export async function listRefunds(
  ctx: Ctx,
  filter: store.RefundFilter,
  page: { after?: Id; limit: number },
): Promise<Refund[]> {
  return reading(ctx, (ctx) => store.listRefunds(ctx, filter, page));
}

async function tell(ctx: Ctx, payment: Payment, refund: Refund, name: string): Promise<void> {
  await listRefund(ctx, payment, refund);
  const objectId = publicId('refund', refund.id);
  const amount = formatAmount(refund.grossMicros, refund.currency);
  const changes = [
    { field: 'state', old: null, new: refund.state },
    ...(name === 'refund.created' ? [{ field: 'reason', old: null, new: refund.reason }] : []),
  ];
  await audit(ctx, [{ action: name, objectType: 'refund', objectId, changes }]);
  await emit(ctx, [
    {
      name,
      subject: { type: 'refund', id: refund.id },
      data: {
        ...{ refund: objectId, payment: publicId('payment', payment.id), amount, currency: refund.currency },
        ...(payment.companyId && { companyId: publicId('company', payment.companyId) }),
        ...(refund.failureCode && { failure: refund.failureCode }),
      },
    },
  ]);
}
