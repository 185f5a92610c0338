import type { Micros } from '@simwright/measure';
import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import { type Ctx, callingEndUser } from '../kit/ctx.ts';
import { atomically, reading } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import * as ledger from '../ledger/index.ts';
import * as payments from '../payments/index.ts';
import { ownersNamed, ownersOf } from '../tenancy/index.ts';
import { factsOf } from './facts.ts';
import { saidOf, tell } from './look.ts';
import { decide, type PayerKind, type Reason } from './model.ts';
import * as store from './sql.ts';
import { explain } from './words.ts';

/** How somebody wants it, whatever it refills. */
export type Wanted = {
  /** In this order the first that can pays. */
  payers: PayerKind[];
  cooldownMinutes: number;
  /** The caps, read in the currency that it is charged in. */
  read(currency: string): Caps;
};
/** Of what payers are charged, VAT within; null: without. */
type Caps = { dailyCapMicros: Micros | null; monthlyCapMicros: Micros | null };

/**
 * Switches on the auto-refill of a prepaid line, or sets it anew: below `lowBytes` this refill of its plan is bought. Earlier refusals are
 * forgiven, and it is looked at at once. Refuses `sim.not_found`, `refill.not_prepaid`, `refill.unknown`.
 */
export async function setOfLine(
  ctx: Ctx,
  lineId: Id,
  wanted: Wanted & { lowBytes: bigint; optionId: string },
): Promise<store.AutoRefill> {
  return atomically(ctx, async (ctx) => {
    const [sim] = await inventory.lockSims(ctx, [lineId]);
    if (!sim) throw refuse.notFound('sim');
    const planVersionId = (await inventory.planVersionsOf(ctx, [lineId])).get(lineId)?.planVersionId;
    const version = planVersionId ? (await catalog.getVersions(ctx, [planVersionId])).get(planVersionId) : null;
    if (version?.type !== 'prepaid') {
      throw refuse.conflict('refill.not_prepaid', 'Only a SIM on a prepaid plan can be refilled.');
    }
    if (!version.refills.some(({ id }) => id === wanted.optionId)) {
      throw refuse.invalid('refill.unknown', 'The plan of this SIM has no such refill.', {
        field: 'body.refill',
        expected: `one of ${version.refills.map(({ id }) => id).join(', ') || 'none: the plan has no refills'}`,
      });
    }
    const ownerId = sim.endUserId ?? sim.companyId ?? ctx.organization.id;
    const own = { lineId, walletId: null, ownerId, companyId: sim.companyId, currency: version.currency };
    const { lowBytes, optionId } = wanted;
    const written = await put(ctx, wanted, own, { lowBytes, optionId });
    await inventory.tellLowData(ctx, lineId, lowBytes);
    return written;
  });
}

/**
 * The same of a wallet: below `lowMicros` this amount comes, as often as it takes, or as much as fills it up to another. Refuses
 * `wallet.not_found`, `auto_refill.up_to_below`, `auto_refill.not_from_a_wallet`, and what the amounts of refills refuse.
 */
export async function setOfWallet(
  ctx: Ctx,
  walletId: Id,
  wanted: Wanted & { lowMicros: Micros; amountMicros: Micros | null; upToMicros: Micros | null },
): Promise<store.AutoRefill> {
  const { lowMicros, amountMicros, upToMicros } = wanted;
  if (upToMicros !== null && upToMicros <= lowMicros) {
    throw refuse.invalid('auto_refill.up_to_below', 'It cannot be filled up to less than what sets it off.', {
      ...{ field: 'body.upTo', expected: 'more than below' },
    });
  }
  if (wanted.payers.some((payer) => payer === 'own_wallet' || payer === 'company_wallet')) {
    throw refuse.invalid('auto_refill.not_from_a_wallet', 'A wallet is not refilled from a wallet.', {
      ...{ field: 'body.payers', expected: 'own_card, company_card' },
    });
  }
  return atomically(ctx, async (ctx) => {
    const { wallet, owner } = await ledger.getWallet(ctx, walletId);
    if (amountMicros !== null) await payments.holdToAmounts(ctx, amountMicros, wallet.currency);
    const own = { lineId: null, walletId, ownerId: owner.id, companyId: owner.companyId, currency: wallet.currency };
    const written = await put(ctx, wanted, own, { lowMicros, amountMicros, upToMicros });
    await ledger.tellLow(ctx, walletId, lowMicros);
    return written;
  });
}

type Own = Pick<store.AutoRefill, 'lineId' | 'walletId' | 'ownerId' | 'companyId' | 'currency'>;
type Size = Partial<Pick<store.AutoRefill, 'lowBytes' | 'optionId' | 'lowMicros' | 'amountMicros' | 'upToMicros'>>;

async function put(ctx: Ctx, wanted: Wanted, own: Own, size: Size): Promise<store.AutoRefill> {
  const { payers, cooldownMinutes } = wanted;
  if (callingEndUser(ctx.actor) && payers.some((payer) => payer === 'company_card' || payer === 'company_wallet')) {
    throw refuse.forbidden('auto_refill.payer_not_yours', 'That the company pays is for the company to say.', {
      ...{ field: 'body.payers', expected: 'own_card, own_wallet' },
    });
  }
  const none = { lowBytes: null, optionId: null, lowMicros: null, amountMicros: null, upToMicros: null };
  const written = await store.put(ctx, {
    ...{ id: newId(ctx), ...own, state: 'on', ...none, ...size, payers: [...new Set(payers)] },
    ...{ cooldownMinutes, ...wanted.read(own.currency), countsFrom: ctx.now },
    ...{ reason: null, reasonUntil: null, waitsWalletId: null, lookedAt: null, dueAt: ctx.now },
    ...{ setAt: ctx.now, setBy: ctx.actor.name },
  });
  await tell(ctx, written, 'auto_refill.set', { payers: written.payers.join(', ') });
  return written;
}

/** What a line or a wallet has. */
export type Of = { lineId: Id } | { walletId: Id };

/** Switches it off: a charge that is under way goes on, and none follows it. Refuses `auto_refill.not_found`. */
export async function switchOff(ctx: Ctx, of: Of): Promise<void> {
  await atomically(ctx, async (ctx) => {
    if ('lineId' in of) await inventory.lockSims(ctx, [of.lineId]);
    const { id } = await getOf(ctx, of);
    const now = (await store.lock(ctx, id))!;
    await store.saveLook(ctx, {
      ...now,
      state: 'off',
      dueAt: null,
      reason: null,
      reasonUntil: null,
      waitsWalletId: null,
    });
    await tell(ctx, now, 'auto_refill.switched_off');
    if (now.lineId) await inventory.tellLowData(ctx, now.lineId, null);
    else await ledger.tellLow(ctx, now.walletId!, null);
  });
}

/** Forgives what payers refused, and looks again at once. Refuses `auto_refill.not_found`, `auto_refill.off`. */
export async function resume(ctx: Ctx, id: Id): Promise<store.AutoRefill> {
  return atomically(ctx, async (ctx) => {
    await getAutoRefill(ctx, id);
    const of = (await store.lock(ctx, id))!;
    if (of.state === 'off') throw refuse.conflict('auto_refill.off', 'It is switched off. Set it to switch it on.');
    return goOn(ctx, of);
  });
}

async function goOn(ctx: Ctx, of: store.AutoRefill): Promise<store.AutoRefill> {
  const now = { ...of, state: 'on' as const, countsFrom: ctx.now, dueAt: ctx.now, reason: null, reasonUntil: null };
  await store.saveLook(ctx, now);
  if (of.state === 'suspended') await tell(ctx, now, 'auto_refill.resumed');
  return now;
}

/** An account has another card to pay with: those that its cards may pay for go on, and earlier refusals are forgiven. */
export async function cardCame(ctx: Ctx, ownerId: Id): Promise<void> {
  for (const of of await store.listPaidByCardsOf(ctx, ownerId)) await goOn(ctx, of);
}

/** Asks for a look at once, for whoever heard that something changed. */
export async function askLook(ctx: Ctx, which: store.Which): Promise<void> {
  await store.askLook(ctx, which);
}

/** A payment has changed: of a charge of ours the attempt is written, and what it was for is looked at again. */
export async function paymentTold(ctx: Ctx, paymentId: Id): Promise<void> {
  const [payment] = await payments.listPayments(ctx, { ids: [paymentId] }, { limit: 1 });
  if (!payment) return;
  const { purpose, subjectId } = payment;
  if (purpose === 'line_refill') await store.askLook(ctx, { lineId: subjectId });
  if (purpose === 'wallet_refill') await store.askLook(ctx, { walletId: subjectId });
  const [attempt] = await store.listAttempts(ctx, { paymentId }, { limit: 1 });
  if (!attempt) return;
  const of = (await store.lock(ctx, attempt.autoRefillId))!;
  const over = { settledAt: payment.settledAt ?? ctx.now };
  switch (payment.state) {
    case 'created':
    case 'pending':
      return;
    case 'action_needed':
      if (attempt.state !== 'open') return;
      await store.saveAttempt(ctx, { ...attempt, state: 'action_needed' });
      return tell(ctx, of, 'auto_refill.action_needed', { payer: attempt.payer });
    case 'succeeded':
      // After a failure too: the money came after all.
      if (attempt.state === 'succeeded') return;
      return store.saveAttempt(ctx, { ...attempt, ...over, state: 'succeeded', reason: null, message: null });
    case 'failed':
    case 'canceled': {
      if (attempt.settledAt) return;
      const reason = payment.failureCode ?? 'canceled';
      const message = payment.failureMessage ?? 'It was taken back before anything was charged.';
      await store.saveAttempt(ctx, { ...attempt, ...over, state: 'failed', reason, message });
      return tell(ctx, of, 'auto_refill.failed', { payer: attempt.payer, reason });
    }
  }
}

export async function getOf(ctx: Ctx, of: Of): Promise<store.AutoRefill> {
  const [found] = await listAutoRefills(ctx, { ...of, states: ['on', 'suspended'] }, { limit: 1 });
  if (!found) throw refuse.notFound('auto_refill');
  return found;
}

/** One of those that the caller may see. Refuses `auto_refill.not_found`. */
export async function getAutoRefill(ctx: Ctx, id: Id): Promise<store.AutoRefill> {
  const [found] = await listAutoRefills(ctx, { ids: [id] }, { limit: 1 });
  if (!found) throw refuse.notFound('auto_refill');
  return found;
}

/** What a search of theirs looks through, at most. */
const searchBound = 1_000;

/** Those that the caller may see, newest first. @param filter.search a part of the holder's name or email, or of an ICCID */
export async function listAutoRefills(
  ctx: Ctx,
  { search, ...filter }: store.Filter & { search?: string },
  page: { after?: Id; limit: number },
): Promise<store.AutoRefill[]> {
  return reading(ctx, async (ctx) => {
    if (!search) return store.list(ctx, filter, page);
    const sims = await inventory.listSims(ctx, { search }, { limit: searchBound });
    const ownerIds = await ownersNamed(ctx, search, searchBound);
    return store.list(ctx, { ...filter, found: { lineIds: sims.map(({ id }) => id), ownerIds } }, page);
  });
}

/** Attempts of one, newest first, each with where its payer has something to do. Refuses `auto_refill.not_found`. */
export async function attemptsOf(
  ctx: Ctx,
  id: Id,
  page: { after?: Id; limit: number },
): Promise<(store.Attempt & { actionUrl: string | null })[]> {
  return reading(ctx, async (ctx) => {
    await getAutoRefill(ctx, id);
    const found = await store.listAttempts(ctx, { of: [id] }, page);
    const ids = found.flatMap(({ state, paymentId }) => (state === 'action_needed' && paymentId ? [paymentId] : []));
    const paid = ids.length > 0 ? await payments.listPayments(ctx, { ids }, { limit: ids.length }) : [];
    const urls = new Map(paid.map(({ id, actionUrl }) => [id, actionUrl]));
    return found.map((attempt) => ({ ...attempt, actionUrl: urls.get(attempt.paymentId ?? '') ?? null }));
  });
}

/** Why it does what it does, as it is now: what would be decided at this moment, in a sentence. */
export async function why(
  ctx: Ctx,
  of: store.AutoRefill,
): Promise<{ reason: Reason | 'charge' | 'suspended' | 'off'; text: string; until: Date | null }> {
  if (of.state === 'off') return { reason: 'off', text: 'It is switched off.', until: null };
  return reading(ctx, async (ctx) => {
    const found = await factsOf(ctx, of);
    const hands = { kind: 'wait', reason: 'other_hands', until: null, walletId: null } as const;
    if (!found) return { ...hands, text: 'It is in other hands than when this was set, so it is being switched off.' };
    const { settings, facts } = found;
    if (of.state === 'suspended') {
      const text = explain({ kind: 'suspend' }, settings, facts, saidOf(ctx, of));
      return { reason: 'suspended', text, until: null };
    }
    const decision = decide(settings, facts);
    const text = explain(decision, settings, facts, saidOf(ctx, of));
    if (decision.kind !== 'wait')
      return { reason: decision.kind === 'charge' ? 'charge' : 'suspended', text, until: null };
    return { reason: decision.reason, text, until: decision.until };
  });
}

/** Names of whose they are, for a list. */
export async function namesOf(ctx: Ctx, all: store.AutoRefill[]) {
  const owners = await ownersOf(ctx, [...new Set(all.map(({ ownerId }) => ownerId))]);
  const lineIds = all.flatMap(({ lineId }) => lineId ?? []);
  const sims = lineIds.length > 0 ? await inventory.listSims(ctx, { ids: lineIds }, { limit: lineIds.length }) : [];
  const iccids = new Map(sims.map(({ id, iccid }) => [id, iccid]));
  return { owners, iccids };
}
