import { formatAmount } from '@simwright/measure';
import { audit } from '../kit/audit.ts';
import { type Ctx, contextFor, type Organization, type Runtime, systemActor } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { Refusal } from '../kit/refusal.ts';
import * as payments from '../payments/index.ts';
import { daysOf } from './days.ts';
import { factsOf } from './facts.ts';
import { type Charge, type Decision, decide, type Facts, type Reason, type Settings } from './model.ts';
import * as store from './sql.ts';
import { explain } from './words.ts';

/** Looked at in one turn of an organization. */
export const atOnce = 50;
/** Longer than a look: what a dead process had taken falls due again then. */
const leaseMs = 60_000;
/** Everything that is on is looked at so often at least, so that a lost reaction costs an hour and no more. */
const sweepMs = 3_600_000;
/** After a refusal of our own, and after a fault: what stood in the way has perhaps gone. */
const refusedMs = 600_000;

/**
 * Looks at what is due of an organization: what news asked for, what waited for its time, and what nobody has looked at for an hour.
 * Each in a database transaction of its own. Returns how many it looked at.
 */
export async function lookAtDue(runtime: Runtime, organization: Organization, hands: payments.Hands): Promise<number> {
  const fresh = () => contextFor(runtime, organization, systemActor('auto-refill'));
  const due = await atomically(fresh(), (ctx) => store.claimDue(ctx, atOnce, new Date(ctx.now.getTime() + leaseMs)));
  for (const { id } of due) {
    try {
      await look(fresh(), hands, id);
    } catch (error) {
      // What stands in the way of this charge is kept with it; it holds up no other.
      if (!(error instanceof Refusal))
        runtime.log.error({ err: error, autoRefill: id }, 'an auto-refill was not looked at');
      await atomically(fresh(), (ctx) => noteRefused(ctx, id, error));
    }
  }
  return due.length;
}

/** Looks at one: charges, or says why not. What would be charged is decided again under the locks that it needs. */
async function look(ctx: Ctx, hands: payments.Hands, id: Id): Promise<void> {
  const charges = await atomically(ctx, (ctx) => lookOnce(ctx, hands, id, false));
  if (!charges) return;
  await atomically(ctx, (ctx) => hands.holding(ctx, charges, (ctx) => lookOnce(ctx, hands, id, true)));
}

type Subject = Pick<payments.Payment, 'purpose' | 'subjectId'>;

/** @returns what to hold before it is charged; null: nothing is charged, and why is written */
async function lookOnce(ctx: Ctx, hands: payments.Hands, id: Id, held: boolean): Promise<Subject | null> {
  const of = await store.lock(ctx, id);
  if (of?.state !== 'on') return null;
  const found = await factsOf(ctx, of);
  if (!found) {
    await switchOff(ctx, of, 'other_hands');
    return null;
  }
  const { settings, facts } = found;
  const decision = decide(settings, facts);
  if (decision.kind !== 'charge') {
    await noteWait(ctx, of, decision, settings, facts);
    return null;
  }
  if (!held) return subjectOf(of);
  const payment = await pay(ctx, hands, of, decision);
  await noteCharge(ctx, of, decision, facts, payment);
  return null;
}

function subjectOf({ lineId, walletId }: store.AutoRefill): Subject {
  return lineId ? { purpose: 'line_refill', subjectId: lineId } : { purpose: 'wallet_refill', subjectId: walletId! };
}

/** One payment for all that is missing, as anybody could ask for it. */
async function pay(
  ctx: Ctx,
  hands: payments.Hands,
  of: store.AutoRefill,
  { from, times, priceMicros }: Charge,
): Promise<payments.Payment> {
  const purchase = await hands.purchaseOf(
    ctx,
    of.lineId
      ? { purpose: 'line_refill', simId: of.lineId, refill: of.optionId!, times }
      : { purpose: 'wallet_refill', walletId: of.walletId!, amount: formatAmount(priceMicros, of.currency) },
  );
  const by = await payments.payerOf(ctx, purchase, 'card' in from ? 'card' : 'wallet', from);
  return payments.startPayment(ctx, hands, purchase, { ...by, note: 'Auto-refill' });
}

async function noteCharge(
  ctx: Ctx,
  of: store.AutoRefill,
  { payer, times }: Charge,
  { has: had, pending }: Facts,
  payment: payments.Payment,
): Promise<void> {
  const done = payment.state === 'succeeded';
  const { currency, grossMicros, id: paymentId } = payment;
  const attempt: store.Attempt = {
    ...{ id: newId(ctx), autoRefillId: of.id, state: done ? 'succeeded' : 'open', had, pending, payer, paymentId },
    ...{ times: of.lineId ? times : null, currency, grossMicros, reason: null, message: null },
    ...{ day: daysOf(ctx).today, createdAt: ctx.now, settledAt: done ? ctx.now : null },
  };
  if (!(await store.insertAttempt(ctx, attempt)))
    throw new Error('an auto-refill that is locked has no other charge open');
  await store.saveLook(ctx, {
    ...{ ...of, reason: done ? null : 'in_flight', reasonUntil: null, waitsWalletId: null, lookedAt: ctx.now },
    // What it brought may not be enough: it is looked at again when what is charged is there.
    dueAt: new Date(ctx.now.getTime() + (done ? of.cooldownMinutes * 60_000 : sweepMs)),
  });
  await tell(ctx, of, 'auto_refill.charged', {
    ...{ payer, payment: publicId('payment', paymentId), amount: formatAmount(grossMicros, currency), currency },
  });
}

/** Reasons that people look for in the history: there should have been a refill, and there was none. */
const kept: ReadonlySet<Reason> = new Set([
  ...(['too_often', 'daily_cap', 'monthly_cap', 'nobody_can', 'not_prepaid', 'no_option', 'not_in_use'] as const),
]);

async function noteWait(
  ctx: Ctx,
  of: store.AutoRefill,
  decision: Exclude<Decision, { kind: 'charge' }>,
  settings: Settings,
  facts: Facts,
): Promise<void> {
  const { has: had, pending } = facts;
  const message = explain(decision, settings, facts, saidOf(ctx, of));
  const none = { ...{ had, pending, message }, reason: decision.kind === 'suspend' ? 'suspended' : decision.reason };
  if (decision.kind === 'suspend') {
    await keepNone(ctx, of, none);
    const now = { ...of, state: 'suspended' as const, dueAt: null, lookedAt: ctx.now, reason: null, reasonUntil: null };
    await store.saveLook(ctx, { ...now, waitsWalletId: null });
    await tell(ctx, of, 'auto_refill.suspended', { reason: message });
    return;
  }
  const { reason, until, walletId } = decision;
  // Once for as long as it is so.
  if (kept.has(reason) && of.reason !== reason) await keepNone(ctx, of, none);
  const sweep = new Date(ctx.now.getTime() + sweepMs);
  await store.saveLook(ctx, {
    ...{ ...of, reason, reasonUntil: until, waitsWalletId: walletId, lookedAt: ctx.now },
    dueAt: until && until < sweep ? until : sweep,
  });
}

async function keepNone(
  ctx: Ctx,
  of: store.AutoRefill,
  none: { had: bigint; pending: bigint; reason: string; message: string },
): Promise<void> {
  await store.insertAttempt(ctx, {
    ...{ ...none, id: newId(ctx), autoRefillId: of.id, state: 'none', payer: null, paymentId: null, times: null },
    ...{ currency: of.currency, grossMicros: 0n, day: daysOf(ctx).today, createdAt: ctx.now, settledAt: ctx.now },
  });
}

/** A charge that was refused before anybody was asked: a wallet that was emptied at the same moment, a card that was removed. */
async function noteRefused(ctx: Ctx, id: Id, error: unknown): Promise<void> {
  const of = await store.lock(ctx, id);
  if (of?.state !== 'on') return;
  const refused = error instanceof Refusal;
  // The same is being paid for by somebody: what becomes of that is told.
  const busy = refused && error.code === 'payment.unknown_outcome';
  const reason = busy ? 'pending' : 'refused';
  const message = refused ? error.message : 'Something went wrong here, and it is tried again.';
  if (!busy && of.reason !== reason) await keepNone(ctx, of, { had: 0n, pending: 0n, reason, message });
  const dueAt = new Date(ctx.now.getTime() + (busy ? leaseMs : refusedMs));
  await store.saveLook(ctx, { ...of, reason, reasonUntil: dueAt, waitsWalletId: null, lookedAt: ctx.now, dueAt });
}

/** Off, by itself: in other hands the payers are others too. */
async function switchOff(ctx: Ctx, of: store.AutoRefill, reason: Reason): Promise<void> {
  const gone = { ...of, state: 'off' as const, dueAt: null, reason, reasonUntil: null, waitsWalletId: null };
  await store.saveLook(ctx, { ...gone, lookedAt: ctx.now });
  await tell(ctx, of, 'auto_refill.switched_off', { reason });
}

/** How amounts and times are written for the people of an organization. */
export function saidOf(ctx: Pick<Ctx, 'organization'>, { currency, lineId }: store.AutoRefill) {
  const { timeZone, unitBase } = ctx.organization;
  const form = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'medium', timeStyle: 'short' });
  const unit = lineId ? ('bytes' as const) : ('money' as const);
  return { currency, unit, unitBase, show: (at: Date) => form.format(at) };
}

/** What happened to an auto-refill, for the audit log and for everybody who listens. */
export async function tell(
  ctx: Ctx,
  of: store.AutoRefill,
  name: string,
  data: Record<string, unknown> = {},
): Promise<void> {
  const objectId = publicId('auto_refill', of.id);
  const thing = of.lineId ? { sim: publicId('sim', of.lineId) } : { wallet: publicId('wallet', of.walletId!) };
  await audit(ctx, [
    {
      ...{ action: name, objectType: 'auto_refill', objectId },
      changes: Object.entries(data).map(([field, value]) => ({ field, old: null, new: value })),
    },
  ]);
  await emit(ctx, [
    {
      name,
      subject: { type: 'auto_refill', id: of.id },
      data: {
        ...{ autoRefill: objectId, ...thing },
        ...(of.companyId && { companyId: publicId('company', of.companyId) }),
        ...data,
      },
    },
  ]);
}
