import { formatAmount, type Micros } from '@simwright/measure';
import { Temporal } from 'temporal-polyfill';
import { partyOf, sellerOf } from '../documents/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import * as ledger from '../ledger/index.ts';
import { type Tax, taxDay, taxFor, vatOf } from '../tax/index.ts';
import { ownersOf } from '../tenancy/index.ts';
import { collectAgain, tell } from './collect.ts';
import { headOf } from './document.ts';
import { type Parts, type PreBill, residueOf } from './model.ts';
import { type DocumentNumber, takeNumbers, termsOf } from './settings.ts';
import { invoicePeriods, sumClaims } from './sql/claims.ts';
import { type Invoice, insertInvoice, listInvoices, lockInvoice } from './sql/invoices.ts';
import * as store from './sql/pre-bills.ts';

/** What was paid before an invoice is issued: so much, and so much of each thing that it was paid with. */
export type Prepaid = { micros: Micros; parts: { receiptId: Id; amountMicros: Micros; isCreditNote: boolean }[] };

/** What a company has on account: money that no invoice has taken yet, and credit notes. The rooms above know it. */
export type OnAccount = {
  /** How much of it there is for an invoice that asks for so much, ours until the database transaction ends. */
  prepaid(ctx: Ctx, of: { ownerId: Id; currency: string; asksMicros: Micros }): Promise<Prepaid>;
  /** Pays an invoice that was issued with just that. */
  pay(ctx: Ctx, invoiceId: Id, prepaid: Prepaid): Promise<void>;
  /** What a credit note can pay at once: invoices that are open, the oldest first, ours until the database transaction ends. */
  open(ctx: Ctx, of: { ownerId: Id; currency: string }): Promise<Id[]>;
  /** Puts a credit note of a bill below zero, which was issued, on account: it pays these invoices, and what is issued next. */
  credit(ctx: Ctx, note: Invoice, invoiceIds: Id[]): Promise<void>;
};

/**
 * Makes a pre-bill an invoice; one below zero becomes a credit note. Its periods take no more usage, it is collected anew, and only then
 * it has a number: all in one database transaction, so that who fails leaves no gap.
 *
 * @param asked.version the version that was seen; without it, whatever is there
 * @param asked.late `accept`: usage that came since is taken as it is; `refuse`: the sum is the one that was seen, or
 *   `pre_bill.changed` says both
 * @param onAccount what was paid before: the document says so, and it pays the invoice at once, as a credit note pays what is open;
 *   null: it does so later
 * Refuses `pre_bill.not_found`, `pre_bill.approved` and `pre_bill.rejected` (somebody was first), `pre_bill.nothing_left`.
 */
export async function approve(
  ctx: Ctx,
  id: Id,
  asked: { version?: number; late: 'accept' | 'refuse' },
  onAccount: OnAccount | null = null,
): Promise<Invoice> {
  return atomically(ctx, async (ctx) => {
    const seen = await lockPending(ctx, id, asked.version);
    const closed = await invoicePeriods(ctx, seen);
    const preBill = await collectAgain(ctx, seen, closed);
    if (preBill.items === 0) {
      throw refuse.conflict('pre_bill.nothing_left', 'What was on it is on other bills by now. Reject it.');
    }
    if (asked.late === 'refuse' && preBill.netMicros !== seen.netMicros) throw changed(seen, preBill);
    const settled: PreBill = { ...preBill, state: 'approved', settledAt: ctx.now, settledBy: ctx.actor.name };
    await store.savePreBill(ctx, settled);
    const invoice = await issue(ctx, settled, onAccount);
    await tell(ctx, [settled], 'approved');
    return invoice;
  });
}

/** A pre-bill that nobody has settled, locked; where a version was seen, that one. */
export async function lockPending(ctx: Ctx, id: Id, version?: number): Promise<PreBill> {
  const preBill = await store.lockPreBill(ctx, id);
  if (!preBill) throw refuse.notFound('pre_bill', publicId('pre_bill', id));
  if (preBill.state === 'pending') {
    if (version !== undefined && version !== preBill.version) throw changed(preBill, preBill, version);
    return preBill;
  }
  throw refuse.conflict(`pre_bill.${preBill.state}`, `This pre-bill was ${preBill.state} by ${preBill.settledBy}.`, {
    ...{ state: preBill.state, settledAt: preBill.settledAt?.toISOString(), settledBy: preBill.settledBy },
  });
}

function changed(seen: PreBill, now: PreBill, version?: number) {
  const show = (micros: Micros) => formatAmount(micros, seen.currency);
  const told =
    version === undefined
      ? `It came to ${show(seen.netMicros)} ${seen.currency} and comes to ${show(now.netMicros)} with what arrived since.`
      : 'It was changed since you looked at it.';
  return refuse.conflict('pre_bill.changed', `${told} Look at it again, or approve it as it comes.`, {
    ...{ net: show(now.netMicros), before: show(seen.netMicros), currency: seen.currency, version: now.version },
  });
}

async function issue(ctx: Ctx, preBill: PreBill, onAccount: OnAccount | null): Promise<Invoice> {
  const { id, ownerId, currency } = preBill;
  const owner = (await ownersOf(ctx, [ownerId])).get(ownerId)!;
  const tax = await taxFor(ctx, owner, ctx.now);
  const [claimed = { unbilledMicros: 0n, deferredMicros: 0n }] = await sumClaims(ctx, [id]);
  const vatMicros = vatOf(preBill.netMicros, tax.ratePpm);
  const otherMicros = preBill.netMicros - preBill.collectedMicros;
  const { unbilledMicros, deferredMicros } = claimed;
  const parts: Parts = { unbilledMicros, deferredMicros, otherMicros, netMicros: preBill.netMicros, vatMicros };
  const kind = preBill.netMicros < 0n ? 'credit_note' : 'invoice';
  // Receipts and invoices come before the series of numbers.
  const asksMicros = kind === 'invoice' ? preBill.netMicros + vatMicros : 0n;
  const prepaid =
    asksMicros > 0n && onAccount ? await onAccount.prepaid(ctx, { ownerId, currency, asksMicros }) : nothingPaid;
  const open = kind === 'credit_note' && onAccount ? await onAccount.open(ctx, { ownerId, currency }) : [];
  const [number] = await takeNumbers(ctx, kind, 1);
  const termsDays = kind === 'invoice' ? (await termsOf(ctx, [ownerId])).get(ownerId)!.termsDays : null;
  const invoice = await invoiceOf(ctx, preBill, { kind, tax, parts, number: number!, termsDays, prepaid });
  await insertInvoice(ctx, invoice);
  await postParts(ctx, 'invoice', invoice, preBill.payerId, parts);
  await tellIssued(ctx, invoice);
  if (kind === 'credit_note') await onAccount?.credit(ctx, invoice, open);
  if (prepaid.micros === 0n) return invoice;
  await onAccount!.pay(ctx, id, prepaid);
  return (await lockInvoice(ctx, id))!;
}

const nothingPaid: Prepaid = { micros: 0n, parts: [] };

/** Tells that a document is issued. */
export async function tellIssued(ctx: Ctx, invoice: Invoice): Promise<void> {
  const { id, ownerId, currency, number, netMicros, vatMicros, grossMicros } = invoice;
  await emit(ctx, [
    {
      name: invoice.kind === 'invoice' ? 'invoice.issued' : 'credit_note.issued',
      subject: { type: 'invoice', id },
      data: {
        invoice: publicId('invoice', id),
        number,
        companyId: publicId('company', ownerId),
        net: formatAmount(netMicros, currency),
        vat: formatAmount(vatMicros, currency),
        gross: formatAmount(grossMicros, currency),
        currency,
        dueAt: invoice.dueAt?.toISOString() ?? null,
      },
    },
  ]);
}

async function invoiceOf(
  ctx: Ctx,
  preBill: PreBill,
  of: {
    kind: Invoice['kind'];
    tax: Tax;
    parts: Parts;
    number: DocumentNumber;
    termsDays: number | null;
    prepaid: Prepaid;
  },
): Promise<Invoice> {
  const { id, ownerId, currency, timeZone, periodFrom, periodUntil, buyerReference, note, items } = preBill;
  const { kind, tax, number, termsDays, prepaid } = of;
  const positive = (micros: Micros) => (micros < 0n ? -micros : micros);
  const [netMicros, vatMicros] = [positive(of.parts.netMicros), positive(of.parts.vatMicros)];
  const issuedOn = taxDay(ctx, ctx.now);
  const due = termsDays === null ? null : Temporal.PlainDate.from(issuedOn).add({ days: termsDays });
  const period = { from: periodFrom ?? periodUntil, until: periodUntil };
  const document = headOf(
    {
      ...{ kind, number: number.number, issuedOn, dueOn: due?.toString() ?? null, period, currency, timeZone },
      ...{ buyerReference, preceding: null, netMicros, vatMicros, tax, termsDays, note },
      ...{ prepaidMicros: prepaid.micros, creditNotes: await creditNotesOf(ctx, prepaid) },
    },
    await sellerOf(ctx),
    await partyOf(ctx, ownerId),
  );
  return {
    ...{
      id,
      kind,
      ...number,
      ownerId,
      creditsId: null,
      issuedAt: ctx.now,
      currency,
      netMicros,
      vatMicros,
      items,
      document,
    },
    dueAt: due && new Date(due.add({ days: 1 }).toZonedDateTime(ctx.organization.timeZone).epochMilliseconds),
    ...{ grossMicros: netMicros + vatMicros, issuedBy: ctx.actor.name, paidMicros: 0n, creditedMicros: 0n },
    state: netMicros + vatMicros === 0n ? 'paid' : 'open',
  };
}

/** The credit notes among what was paid before, by their numbers. */
async function creditNotesOf(ctx: Ctx, { parts }: Prepaid): Promise<{ number: string; micros: Micros }[]> {
  const notes = parts.filter(({ isCreditNote }) => isCreditNote);
  const ids = notes.map(({ receiptId }) => receiptId);
  const found = ids.length > 0 ? await listInvoices(ctx, { ids }, { limit: ids.length }) : [];
  const numbers = new Map(found.map(({ id, number }) => [id, number]));
  return notes.map(({ receiptId, amountMicros }) => ({ number: numbers.get(receiptId)!, micros: amountMicros }));
}

/**
 * Posts what a document moves, a transfer for each part: `invoice:<id>:<part>`. Receivable gains what was charged, what is not charged yet, what
 * staff wrote, the residue of rounding, and VAT; a part below zero goes the other way.
 *
 * @param payerId the ledger account of what is unbilled; null where nothing of it is billed
 */
export async function postParts(
  ctx: Ctx,
  kind: 'invoice' | 'credit_note',
  { id, ownerId, currency }: Pick<Invoice, 'id' | 'ownerId' | 'currency'>,
  payerId: Id | null,
  parts: Parts,
): Promise<void> {
  const ours = (account: ledger.LedgerAccountKind) => ({ kind: account, ownerId: ctx.organization.id, currency });
  const theirs = (account: ledger.LedgerAccountKind) => ({ kind: account, ownerId, currency });
  const moves = [
    { part: 'unbilled', from: theirs('unbilled'), amountMicros: parts.unbilledMicros },
    { part: 'deferred', from: theirs('deferred'), amountMicros: parts.deferredMicros },
    { part: 'other', from: ours('other_revenue'), amountMicros: parts.otherMicros },
    { part: 'rounding', from: ours('rounding'), amountMicros: residueOf(parts) },
    { part: 'vat', from: ours('vat'), amountMicros: parts.vatMicros },
  ].filter((move) => move.amountMicros !== 0n);
  const receivable = theirs('receivable');
  const accounts = await ledger.openAccounts(ctx, [receivable, ...moves.map((move) => move.from)]);
  const account = (wanted: typeof receivable) => accounts.get(ledger.accountKey(wanted))!;
  await ledger.post(
    ctx,
    moves.map(({ part, from, amountMicros }) => ({
      ...{ key: keyOf(kind, id, part), kind, at: ctx.now, amountMicros },
      ...{ to: account(receivable), from: part === 'unbilled' ? payerId! : account(from) },
    })),
  );
}

/** The key of a transfer of a document: one of each part. */
export function keyOf(kind: 'invoice' | 'credit_note', id: Id, part: string): string {
  return `${kind}:${id}:${part}`;
}
