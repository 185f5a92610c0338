import { formatAmount, type Micros, parseAmount } from '@simwright/measure';
import { partyOf, sellerOf } from '../documents/index.ts';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import * as ledger from '../ledger/index.ts';
import { type Category, taxDay, vatOf } from '../tax/index.ts';
import { keyOf } from './approve.ts';
import { headOf } from './document.ts';
import type { BillItem, ItemKind } from './model.ts';
import { stateOf, tellState } from './paid.ts';
import { takeNumbers } from './settings.ts';
import { creditWhole, insertCreditItems, sumCredit } from './sql/credits.ts';
import { type Invoice, insertInvoice, lockInvoice, saveInvoice } from './sql/invoices.ts';

/** A part of an item that is taken back: its position on the invoice, and the amount without VAT; all that is left, unless given. */
export type AskedCredit = { position: number; amount?: string };

/**
 * Writes a credit note of an invoice: of all that no other credit note has taken back, or of some items, in whole or part. The VAT
 * is that of the invoice. The ledger moves back: revenue gives what receivable loses. What was billed stays billed.
 *
 * Refuses `invoice.not_found`, `invoice.not_creditable` (a credit note), `credit_note.nothing_left`, `credit_note.item_unknown`,
 * `credit_note.item_twice`, `credit_note.amount_invalid`, `credit_note.too_much`.
 */
export async function credit(
  ctx: Ctx,
  invoiceId: Id,
  asked: { reason: string; items?: AskedCredit[] },
): Promise<Invoice> {
  return atomically(ctx, async (ctx) => {
    const invoice = await lockInvoice(ctx, invoiceId);
    if (!invoice) throw refuse.notFound('invoice', publicId('invoice', invoiceId));
    if (invoice.kind !== 'invoice') throw refuse.conflict('invoice.not_creditable', 'A credit note is not credited.');
    const id = newId(ctx);
    if (asked.items) await creditItems(ctx, invoice, id, asked.items);
    else await creditWhole(ctx, invoice.id, id);
    const sum = await sumCredit(ctx, invoice.id, id);
    if (sum.items === 0 || sum.netMicros <= 0n) {
      throw refuse.conflict('credit_note.nothing_left', 'Nothing of this invoice is left to be credited.');
    }
    if (sum.leftMicros < 0n) {
      const left = formatAmount(sum.leftMicros + sum.netMicros, invoice.currency);
      throw refuse.conflict(
        'credit_note.too_much',
        `Discounts and credits lower this invoice: ${left} ${invoice.currency} without VAT are left of it.`,
        {
          field: 'body.items',
          expected: `no more than ${left} in all, or no items: then all that is left is credited`,
        },
      );
    }
    const note = await noteOf(ctx, invoice, id, asked.reason, sum);
    await insertInvoice(ctx, note);
    const credited: Invoice = { ...invoice, creditedMicros: invoice.creditedMicros + note.grossMicros };
    const now = { ...credited, state: stateOf(credited) };
    await saveInvoice(ctx, now);
    await post(ctx, note, sum.byKind);
    await tell(ctx, note, invoice, asked.reason);
    if (now.state !== invoice.state) await tellState(ctx, now);
    return note;
  });
}

async function creditItems(ctx: Ctx, invoice: Invoice, id: Id, asked: AskedCredit[]): Promise<void> {
  const twice = asked.findIndex(({ position }, i) => asked.findIndex((one) => one.position === position) < i);
  if (twice >= 0) {
    throw refuse.invalid('credit_note.item_twice', `Item ${asked[twice]!.position} is named twice.`, {
      ...{ field: `body.items[${twice}].position`, expected: 'each item once, with all that is taken back of it' },
    });
  }
  const outcome = await insertCreditItems(
    ctx,
    invoice.id,
    id,
    asked.map(({ position, amount }, i) => ({
      position,
      micros: amount === undefined ? null : read(amount, invoice.currency, i),
    })),
  );
  for (const [i, { position }] of asked.entries()) {
    const left = outcome.get(position);
    const field = `body.items[${i}]`;
    if (left === undefined) {
      throw refuse.invalid('credit_note.item_unknown', `Item ${position} of this invoice cannot be credited.`, {
        field,
      });
    }
    if (left < 0n) {
      throw refuse.conflict('credit_note.too_much', `Less than that is left of item ${position}.`, { field });
    }
  }
}

function read(text: string, currency: string, i: number): Micros {
  const parsed = parseAmount(text, currency);
  if (parsed.ok && parsed.value > 0n && parsed.value % 1_000_000n === 0n) return parsed.value;
  throw refuse.invalid('credit_note.amount_invalid', `This is no amount in ${currency} that could be credited.`, {
    ...{ field: `body.items[${i}].amount`, expected: `more than zero, in whole ${formatAmount(1_000_000n, currency)}` },
  });
}

/** Of the last part of an invoice the VAT is what is left of it, so that all of it back is exactly the invoice. */
async function noteOf(
  ctx: Ctx,
  invoice: Invoice,
  id: Id,
  reason: string,
  { items, netMicros, leftMicros, creditedVatMicros }: Awaited<ReturnType<typeof sumCredit>>,
): Promise<Invoice> {
  const { category, ratePpm } = invoice.document.tax;
  const leftVat = invoice.vatMicros - creditedVatMicros;
  const share = vatOf(netMicros, ratePpm);
  const vatMicros = leftMicros === 0n || share > leftVat ? leftVat : share;
  const [number] = await takeNumbers(ctx, 'credit_note', 1);
  const { document, currency, ownerId } = invoice;
  const head = headOf(
    {
      ...{
        kind: 'credit_note',
        number: number!.number,
        issuedOn: taxDay(ctx, ctx.now),
        dueOn: null,
        period: document.period,
      },
      ...{ currency, timeZone: document.timeZone, buyerReference: document.buyerReference },
      preceding: { number: invoice.number, issuedOn: document.issuedOn },
      ...{ netMicros, vatMicros, termsDays: null, note: reason },
      tax: { category: category as Category, ratePpm, reason: document.taxes[0]?.reason ?? '', from: null },
    },
    await sellerOf(ctx),
    await partyOf(ctx, ownerId),
  );
  return {
    ...{
      id,
      kind: 'credit_note',
      ...number!,
      ownerId,
      creditsId: invoice.id,
      issuedAt: ctx.now,
      dueAt: null,
      currency,
    },
    ...{ netMicros, vatMicros, grossMicros: netMicros + vatMicros, items, document: head, issuedBy: ctx.actor.name },
    ...{ paidMicros: 0n, creditedMicros: 0n, state: 'open' },
  };
}

/** Which revenue an item was earned as. */
const revenues: Record<ItemKind, ledger.LedgerAccountKind> = {
  ...{ recurring: 'fee_revenue', activation: 'fee_revenue', pool_fee: 'fee_revenue' },
  ...{ usage: 'usage_revenue', overage: 'usage_revenue', sms: 'usage_revenue', voice: 'usage_revenue' },
  ...{ pool_overage: 'usage_revenue', adjustment: 'usage_revenue', credit: 'usage_revenue' },
  ...{ line: 'other_revenue', discount: 'other_revenue' },
};

async function post(ctx: Ctx, note: Invoice, byKind: { kind: BillItem['kind']; netMicros: Micros }[]): Promise<void> {
  const { currency, ownerId } = note;
  const sums = new Map<ledger.LedgerAccountKind, Micros>([['vat', note.vatMicros]]);
  for (const { kind, netMicros } of byKind) sums.set(revenues[kind], (sums.get(revenues[kind]) ?? 0n) + netMicros);
  const moves = [...sums].filter(([, micros]) => micros !== 0n);
  const ours = (kind: ledger.LedgerAccountKind) => ({ kind, ownerId: ctx.organization.id, currency });
  const receivable = { kind: 'receivable' as const, ownerId, currency };
  const accounts = await ledger.openAccounts(ctx, [receivable, ...moves.map(([kind]) => ours(kind))]);
  await ledger.post(
    ctx,
    moves.map(([kind, amountMicros]) => ({
      ...{ key: keyOf('credit_note', note.id, kind), kind: 'credit_note' as const, at: ctx.now, amountMicros },
      ...{ to: accounts.get(ledger.accountKey(ours(kind)))!, from: accounts.get(ledger.accountKey(receivable))! },
    })),
  );
}

async function tell(ctx: Ctx, note: Invoice, invoice: Invoice, reason: string): Promise<void> {
  const objectId = publicId('invoice', note.id);
  await audit(ctx, [
    {
      ...{ action: 'credit_note.issued', objectType: 'invoice', objectId },
      changes: [
        { field: 'credits', old: null, new: invoice.number },
        { field: 'reason', old: null, new: reason },
      ],
    },
  ]);
  await emit(ctx, [
    {
      name: 'credit_note.issued',
      subject: { type: 'invoice', id: note.id },
      data: {
        invoice: objectId,
        number: note.number,
        companyId: publicId('company', note.ownerId),
        net: formatAmount(note.netMicros, note.currency),
        vat: formatAmount(note.vatMicros, note.currency),
        gross: formatAmount(note.grossMicros, note.currency),
        currency: note.currency,
        credits: publicId('invoice', invoice.id),
      },
    },
  ]);
}
