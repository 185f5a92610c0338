import * as billing from '../billing/index.ts';
import { partyOf } from '../documents/index.ts';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, isConnectionLoss, isRetryable } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import * as payments from '../payments/index.ts';
import * as receivables from '../receivables/index.ts';
import { taxDay } from '../tax/index.ts';
import { ownersOf } from '../tenancy/index.ts';
import { beginsAt, decide, feeOf, highestOf, type Step, type Watched } from './model.ts';
import { readerOf } from './reader.ts';
import { type Applied, termsOf } from './settings.ts';
import * as store from './sql/mailings.ts';
import { listPauses } from './sql/pauses.ts';
import * as watches from './sql/watches.ts';
import { feeName } from './words.ts';

/** Companies looked at in one turn, each in a database transaction of its own. */
const atOnce = 20;
/** After a fault: what stood in the way has perhaps gone, and it holds up no other company. */
const faultMs = 600_000;
/** Open invoices of one company that are looked at, the newest first: whoever has more is for people. */
export const mostOpen = 500;
/** Payments and disputes of one company that are looked at. */
const mostBeside = 200;

/** Looks at companies that are due, and decides what they get today. Nothing is sent here. Returns how many it looked at. */
export async function lookAtDue(ctx: Ctx): Promise<number> {
  for (let looked = 0; looked < atOnce; looked++) {
    const taken: Id[] = [];
    try {
      await atomically(ctx, async (ctx) => {
        taken.splice(0, 1, ...(await watches.takeDue(ctx, 1)));
        for (const companyId of taken) await look(ctx, companyId);
      });
    } catch (error) {
      const [companyId] = taken;
      if (!companyId || isConnectionLoss(error) || isRetryable(error)) throw error;
      ctx.log.error({ err: error, company: companyId }, 'a company was not looked at for reminders');
      await atomically(ctx, (ctx) => watches.setDue(ctx, companyId, new Date(ctx.now.getTime() + faultMs)));
    }
    if (taken.length === 0) return looked;
  }
  return atOnce;
}

/** One company, whose watch is locked: one letter about all that is due, and when to look again. */
async function look(ctx: Ctx, companyId: Id): Promise<void> {
  const facts = await factsOf(ctx, companyId);
  if (facts.waitsUntil !== 'open') return watches.setDue(ctx, companyId, facts.waitsUntil);
  const begins = beginsAt(facts.today, ctx.organization.timeZone);
  if (ctx.now < begins) return watches.setDue(ctx, companyId, begins);
  const { steps } = facts.terms;
  const decided = decide(steps, facts.open, facts.today, facts.lettered);
  for (const { id, step } of decided.ended) await end(ctx, facts, id, step);
  if (decided.letter.length > 0) await remind(ctx, facts, decided.letter);
  const { nextDay } = decided;
  const day = nextDay ? beginsAt(nextDay, ctx.organization.timeZone) : null;
  const wakes = [day, ...facts.paused].filter((at): at is Date => at !== null);
  const next = wakes.length > 0 ? new Date(Math.min(...wakes.map((at) => at.getTime()))) : null;
  await watches.setDue(ctx, companyId, next);
}

export type Facts = {
  companyId: Id;
  today: string;
  terms: Applied;
  /** `open`: reminding goes on; an instant: not before it; null: not at all. */
  waitsUntil: 'open' | Date | null;
  why: 'off' | 'paused' | 'disputed' | null;
  /** Invoices that may be reminded of. */
  open: (Watched & { invoice: billing.Invoice })[];
  /** Those that may not, and why. */
  held: Map<Id, Held>;
  /** When pauses of single invoices end. */
  paused: Date[];
  /** It has had its letter of today. */
  lettered: boolean;
};

/** `paused`, `disputed` by hand · `chargeback`: a payment of it is disputed at its bank · `being_paid`: a payment of it is under way. */
export type Held = { why: 'paused' | 'disputed' | 'chargeback' | 'being_paid'; until: Date | null; reason: string };

/** Everything that a decision about a company's open invoices is made of. */
export async function factsOf(ctx: Ctx, companyId: Id): Promise<Facts> {
  const owner = (await ownersOf(ctx, [companyId])).get(companyId);
  const today = taxDay(ctx, ctx.now);
  if (!owner || owner.archived) {
    const terms = (await termsOf(ctx, [{ id: ctx.organization.id, currency: ctx.organization.currency }])).values();
    const nobody = {
      companyId,
      today,
      terms: terms.next().value!,
      open: [],
      held: new Map(),
      paused: [],
      lettered: false,
    };
    return { ...nobody, waitsUntil: null, why: 'off' };
  }
  const terms = (await termsOf(ctx, [owner])).get(companyId)!;
  const invoices = (
    await billing.listInvoices(ctx, { ownerIds: [companyId], kind: 'invoice', states: ['open'] }, { limit: mostOpen })
  ).filter((invoice) => billing.leftOf(invoice) > 0n && invoice.document.dueOn !== null);
  const ids = invoices.map(({ id }) => id);
  const pauses = new Map(
    (await listPauses(ctx, { companyId, subjectIds: [companyId, ...ids] }, { limit: mostOpen + 1 })).map((pause) => [
      pause.subjectId,
      pause,
    ]),
  );
  const held = await heldOf(ctx, companyId);
  for (const id of ids) {
    const pause = pauses.get(id);
    if (pause) held.set(id, { why: pause.disputed ? 'disputed' : 'paused', until: pause.until, reason: pause.reason });
  }
  const last = await store.lastSteps(ctx, ids);
  const open = invoices
    .filter(({ id }) => !held.has(id))
    .map((invoice) => ({
      ...{ id: invoice.id, dueOn: invoice.document.dueOn!, invoice },
      last: last.get(invoice.id) ?? null,
    }));
  const paused = [...held].flatMap(([id, { until }]) => (until && ids.includes(id) ? [until] : []));
  const lettered = await store.wasLettered(ctx, companyId, today);
  const facts = { companyId, today, terms, open, held, paused, lettered };
  if (!terms.overdue) return { ...facts, waitsUntil: null, why: 'off' };
  const pause = pauses.get(companyId);
  if (pause) return { ...facts, waitsUntil: pause.until, why: pause.disputed ? 'disputed' : 'paused' };
  return { ...facts, waitsUntil: 'open', why: null };
}

/** Invoices of a company that nobody is to be reminded of, whatever their pauses: being paid, or taken back by a bank. */
async function heldOf(ctx: Ctx, companyId: Id): Promise<Map<Id, Held>> {
  const held = new Map<Id, Held>();
  const page = { limit: mostBeside };
  const tomorrow = new Date(ctx.now.getTime() + 86_400_000);
  const states = ['created' as const, 'pending' as const];
  const underWay = await payments.listPayments(ctx, { companyId, purpose: 'invoice', states }, page);
  for (const { detail } of underWay) {
    for (const id of detail.invoices ?? []) {
      held.set(id, { why: 'being_paid', until: tomorrow, reason: 'A payment of it is under way.' });
    }
  }
  for (const { paymentId } of await payments.listDisputes(ctx, { companyId, state: 'open' }, page)) {
    for (const { invoiceId } of await receivables.listAllocations(
      ctx,
      { receiptId: paymentId, standing: true },
      page,
    )) {
      held.set(invoiceId, { why: 'chargeback', until: tomorrow, reason: 'A payment of it is disputed at its bank.' });
    }
  }
  return held;
}

/** One letter about these invoices, and its fee. */
async function remind(ctx: Ctx, facts: Facts, letter: { id: Id; step: Step }[]): Promise<void> {
  const { companyId, today, terms } = facts;
  const invoices = new Map(facts.open.map(({ id, invoice }) => [id, invoice]));
  const id = newId(ctx);
  // A letter that goes nowhere costs nothing.
  const reaches = (await readerOf(ctx, companyId))?.address != null;
  const feeId = reaches ? await issueFee(ctx, terms, letter, invoices) : null;
  await store.insertMailing(ctx, {
    ...{ id, kind: 'overdue', companyId, ownerId: companyId, day: today, state: 'waiting', reason: null },
    ...{ letterId: null, feeId, attempts: 0, nextAttemptAt: ctx.now, createdAt: ctx.now, settledAt: null },
    madeBy: ctx.actor.name,
  });
  await store.insertItems(
    ctx,
    'overdue',
    letter.map(({ id: subjectId, step }) => ({
      ...{ mailingId: id, subjectId, mark: String(step.days), stepDays: step.days },
      leftMicros: billing.leftOf(invoices.get(subjectId)!),
    })),
  );
  for (const { id: invoiceId, step } of letter) {
    await tell(ctx, 'invoice.reminded', invoices.get(invoiceId)!, {
      mailing: publicId('mailing', id),
      days: step.days,
    });
  }
}

/** One fee a letter, that of its highest step; a fee has none itself. */
async function issueFee(
  ctx: Ctx,
  { feesIn }: Applied,
  letter: { id: Id; step: Step }[],
  invoices: Map<Id, billing.Invoice>,
): Promise<Id | null> {
  const fees = await store.feesAmong(
    ctx,
    letter.map(({ id }) => id),
  );
  const bearing = letter.filter(({ id }) => !fees.has(id));
  const [any] = bearing;
  if (!any) return null;
  const { currency, ownerId } = invoices.get(any.id)!;
  const micros = feeOf(
    bearing.map(({ step }) => step),
    currency,
    feesIn,
  );
  if (micros === 0n) return null;
  const highest = highestOf(bearing.map(({ step }) => step));
  const about = invoices.get(bearing.find(({ step }) => step === highest)!.id)!;
  const { language } = await partyOf(ctx, ownerId);
  return (await billing.issueFee(ctx, about.id, micros, feeName(language, about.number))).id;
}

/** The last step of an invoice: it is left to people from here on. */
async function end(ctx: Ctx, facts: Facts, invoiceId: Id, step: Step): Promise<void> {
  const { invoice } = facts.open.find(({ id }) => id === invoiceId)!;
  const id = newId(ctx);
  const { companyId, today: day } = facts;
  await store.insertMailing(ctx, {
    ...{ id, kind: 'ended', companyId, ownerId: companyId, day, state: 'written', reason: null, letterId: null },
    ...{
      feeId: null,
      attempts: 0,
      nextAttemptAt: null,
      createdAt: ctx.now,
      settledAt: ctx.now,
      madeBy: ctx.actor.name,
    },
  });
  const item = { mailingId: id, subjectId: invoiceId, mark: String(step.days), stepDays: step.days };
  await store.insertItems(ctx, 'ended', [{ ...item, leftMicros: billing.leftOf(invoice) }]);
  await tell(ctx, 'invoice.reminders_ended', invoice, { days: step.days });
}

async function tell(
  ctx: Ctx,
  name: 'invoice.reminded' | 'invoice.reminders_ended',
  invoice: billing.Invoice,
  data: Record<string, unknown>,
): Promise<void> {
  const objectId = publicId('invoice', invoice.id);
  await audit(ctx, [
    {
      ...{ action: name, objectType: 'invoice', objectId },
      changes: [{ field: 'days', old: null, new: data.days }],
    },
  ]);
  await emit(ctx, [
    {
      name,
      subject: { type: 'invoice', id: invoice.id },
      data: {
        ...{ invoice: objectId, number: invoice.number, companyId: publicId('company', invoice.ownerId) },
        ...data,
      },
    },
  ]);
}
