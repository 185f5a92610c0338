import { formatAmount, type Micros } from '@simwright/measure';
import { Temporal } from 'temporal-polyfill';
import { partyOf, sellerOf } from '../documents/index.ts';
import { audit } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { noTax, taxDay } from '../tax/index.ts';
import { postParts, tellIssued } from './approve.ts';
import { headOf } from './document.ts';
import type { Parts } from './model.ts';
import { getInvoice } from './reads.ts';
import { takeNumbers } from './settings.ts';
import { writeStaffItems } from './sql/claims.ts';
import { type Invoice, insertInvoice } from './sql/invoices.ts';

/**
 * Issues what paying late costs: an invoice of one item, payable at once, that names the invoice it is about. It makes good a damage and sells
 * nothing, so it is outside the scope of VAT (category O). In the caller's database transaction.
 *
 * @param amountMicros more than zero, in whole smallest units of the invoice's currency
 * @param name what the item is called, in the language of the company's bills
 */
export async function issueFee(ctx: Ctx, aboutId: Id, amountMicros: Micros, name: string): Promise<Invoice> {
  return atomically(ctx, async (ctx) => {
    const about = await getInvoice(ctx, aboutId);
    const { ownerId, currency } = about;
    const id = newId(ctx);
    const issuedOn = taxDay(ctx, ctx.now);
    const tomorrow = Temporal.PlainDate.from(issuedOn).add({ days: 1 });
    const [number] = await takeNumbers(ctx, 'invoice', 1);
    const document = headOf(
      {
        ...{ kind: 'invoice', number: number!.number, issuedOn, dueOn: issuedOn, period: null, currency },
        ...{ timeZone: ctx.organization.timeZone, buyerReference: about.document.buyerReference, note: '' },
        preceding: { number: about.number, issuedOn: about.document.issuedOn },
        ...{ netMicros: amountMicros, vatMicros: 0n, tax: noTax, termsDays: 0 },
      },
      await sellerOf(ctx),
      await partyOf(ctx, ownerId),
    );
    const invoice: Invoice = {
      ...{ id, kind: 'invoice', ...number!, ownerId, creditsId: null, issuedAt: ctx.now, currency },
      // Overdue when the day has ended, as any other.
      dueAt: new Date(tomorrow.toZonedDateTime(ctx.organization.timeZone).epochMilliseconds),
      ...{ netMicros: amountMicros, vatMicros: 0n, grossMicros: amountMicros, items: 1, document },
      ...{ issuedBy: ctx.actor.name, paidMicros: 0n, creditedMicros: 0n, state: 'open' },
    };
    const item = { kind: 'line' as const, detail: name, quantity: '1', unitPriceMicros: amountMicros };
    await writeStaffItems(ctx, id, [{ ...item, exactMicros: amountMicros, netMicros: amountMicros }]);
    await insertInvoice(ctx, invoice);
    const parts: Parts = {
      ...{ unbilledMicros: 0n, deferredMicros: 0n, otherMicros: amountMicros, netMicros: amountMicros, vatMicros: 0n },
    };
    await postParts(ctx, 'invoice', invoice, null, parts);
    await audit(ctx, [
      {
        ...{ action: 'invoice.issued', objectType: 'invoice', objectId: publicId('invoice', id) },
        changes: [
          { field: 'about', old: null, new: about.number },
          { field: 'gross', old: null, new: formatAmount(amountMicros, currency) },
        ],
      },
    ]);
    await tellIssued(ctx, invoice);
    return invoice;
  });
}
