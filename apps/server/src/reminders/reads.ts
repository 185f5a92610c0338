import { parseAmount } from '@simwright/measure';
import * as billing from '../billing/index.ts';
import type { Language } from '../documents/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import { listLetters } from '../mail/index.ts';
import { getCompany } from '../tenancy/index.ts';
import { type Facts, factsOf, type Held } from './look.ts';
import { type Next, nextOf, plus, type Step, toneOf } from './model.ts';
import { readerOf } from './reader.ts';
import { checkSteps, getSettings } from './settings.ts';
import * as store from './sql/mailings.ts';
import { overdueLetter, type WrittenLetter } from './words.ts';

type Letter = Awaited<ReturnType<typeof listLetters>>[number];
export type SeenMailing = store.Mailing & {
  items: (store.MailingItem & { invoice: billing.Invoice | null })[];
  /** Null: none was written, or it was forgotten since. */
  letter: Letter | null;
};

/** What was sent, or is to be, and why not, newest first; of those the caller may see. */
export async function listMailings(
  ctx: Ctx,
  filter: store.MailingFilter,
  page: { after?: Id; limit: number },
): Promise<SeenMailing[]> {
  return reading(ctx, async (ctx) => {
    const found = await store.listMailings(ctx, filter, page);
    if (found.length === 0) return [];
    const items = await store.listItems(
      ctx,
      found.map(({ id }) => id),
    );
    const subjects = [...new Set(items.map(({ subjectId }) => subjectId))];
    const invoices = await billing.listInvoices(ctx, { ids: subjects }, { limit: subjects.length });
    const byId = new Map(invoices.map((invoice) => [invoice.id, invoice]));
    const letterIds = found.flatMap(({ letterId }) => letterId ?? []);
    const letters = await listLetters(ctx, { ids: letterIds }, { limit: letterIds.length });
    const letterOf = new Map(letters.map((letter) => [letter.id, letter]));
    const of = Map.groupBy(items, ({ mailingId }) => mailingId);
    return found.map((mailing) => ({
      ...mailing,
      items: (of.get(mailing.id) ?? []).map((item) => ({ ...item, invoice: byId.get(item.subjectId) ?? null })),
      letter: (mailing.letterId && letterOf.get(mailing.letterId)) || null,
    }));
  });
}

/** Why nothing comes. `over`: it is paid or credited. `address`: no address for bills is known. `done`: all steps were taken. */
export type Why = 'over' | 'off' | 'address' | 'done' | Held['why'];

export type Coming = { why: Why | null; until: Date | null; reason: string | null; next: Next | null };

/** What comes next of an invoice by itself, or why nothing does. Refuses `invoice.not_found`. */
export async function comingOf(ctx: Ctx, invoiceId: Id): Promise<Coming> {
  return reading(ctx, async (ctx) => {
    const invoice = await billing.getInvoice(ctx, invoiceId);
    const nothing = (why: Why, until: Date | null = null, reason: string | null = null) => {
      return { why, until, reason, next: null };
    };
    if (invoice.kind !== 'invoice' || invoice.state !== 'open') return nothing('over');
    const facts = await factsOf(ctx, invoice.ownerId);
    const held = facts.held.get(invoiceId);
    // Why is for those who paused it.
    const ours = ctx.actor.scope.kind === 'organization';
    if (held) return nothing(held.why, held.until, ours ? held.reason : null);
    if (facts.why) return nothing(facts.why, facts.waitsUntil === 'open' ? null : facts.waitsUntil);
    const next = nextFrom(facts, invoiceId);
    if (!next) return nothing('done');
    const address = (await readerOf(ctx, invoice.ownerId))?.address ?? null;
    return { why: address === null ? 'address' : null, until: null, reason: null, next };
  });
}

/** The next step, and the day on which it can be taken: today at the earliest, tomorrow where today's letter has gone. */
function nextFrom(facts: Facts, invoiceId: Id): Next | null {
  const open = facts.open.find(({ id }) => id === invoiceId);
  const next = open && nextOf(facts.terms.steps, open, facts.today);
  if (!next) return null;
  const earliest = facts.lettered && next.step.action === 'letter' ? plus(facts.today, 1) : facts.today;
  return { ...next, on: next.on > earliest ? next.on : earliest };
}

export type ComingOfCompany = Omit<Coming, 'next'> & { next: (Next & { invoice: billing.Invoice })[] };

/** What comes next of each open invoice of a company, the soonest first. Refuses `company.not_found`. */
export async function comingOfCompany(ctx: Ctx, companyId: Id): Promise<ComingOfCompany> {
  return reading(ctx, async (ctx) => {
    await getCompany(ctx, companyId);
    const facts = await factsOf(ctx, companyId);
    const next = facts.open.flatMap(({ id, invoice }) => {
      const coming = nextFrom(facts, id);
      return coming ? [{ ...coming, invoice }] : [];
    });
    next.sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
    const until = facts.waitsUntil === 'open' ? null : facts.waitsUntil;
    const address = (await readerOf(ctx, companyId))?.address ?? null;
    const why = facts.why ?? (address === null ? ('address' as const) : null);
    return { why, until, reason: null, next: facts.why ? [] : next };
  });
}

/**
 * The letter of a step, with made-up figures: as it is set, or as it would be. Refuses `account.not_found`, `reminder.steps_invalid`,
 * `reminder.step_unknown`.
 */
export async function preview(
  ctx: Ctx,
  ownerId: Id,
  asked: { days: number; language: Language; steps?: Step[] | undefined },
): Promise<WrittenLetter> {
  const { owner, terms } = await getSettings(ctx, ownerId);
  const steps = asked.steps ?? terms.steps;
  if (asked.steps) checkSteps(asked.steps, owner.currency);
  const step = steps.find(({ days, action }) => days === asked.days && action === 'letter');
  if (!step) {
    throw refuse.invalid('reminder.step_unknown', 'There is no letter on that day.', {
      field: 'body.days',
      expected: steps.flatMap(({ days, action }) => (action === 'letter' ? [days] : [])).join(', ') || 'a step first',
    });
  }
  const fee = step.fee ? parseAmount(step.fee, owner.currency) : null;
  const year = ctx.now.getUTCFullYear();
  const dueOn = plus(ctx.now.toISOString().slice(0, 10), -step.days);
  return overdueLetter({
    ...{ language: asked.language, organization: ctx.organization.name, currency: owner.currency },
    company: owner.type === 'company' ? owner.name : 'Example Ltd',
    ...{ tone: toneOf(steps, step), own: step.words[asked.language] },
    invoices: [{ number: `INV-${year}-00042`, dueOn, leftMicros: 12_100_000_000n, payUrl: null }],
    fee: fee?.ok ? { number: `INV-${year}-00057`, micros: fee.value } : null,
  });
}

export const publicOf = (kind: store.Mailing['kind'], id: Id): string =>
  publicId(kind === 'receipt' ? 'payment' : kind === 'prepaid' ? 'sim' : 'invoice', id);
