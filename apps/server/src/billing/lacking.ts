import { missingFor, partyOf, sellerOf } from '../documents/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { type Tax, taxDay, vatOf } from '../tax/index.ts';
import { headOf } from './document.ts';
import type { PreBill } from './model.ts';

/**
 * What a pending pre-bill would lack as an electronic invoice (EN 16931) if it were approved now: said before, since nothing is added to
 * an invoice after. Empty: nothing, or it is decided already.
 */
export async function lackingOf(ctx: Ctx, preBill: PreBill, tax: Tax): Promise<string[]> {
  if (preBill.state !== 'pending') return [];
  const { netMicros: net, currency, timeZone, periodFrom, periodUntil, buyerReference, note } = preBill;
  const netMicros = net < 0n ? -net : net;
  const head = headOf(
    {
      ...{ kind: net < 0n ? 'credit_note' : 'invoice', number: '', issuedOn: taxDay(ctx, ctx.now), dueOn: null },
      ...{ period: { from: periodFrom ?? periodUntil, until: periodUntil }, currency, timeZone, buyerReference },
      ...{ preceding: null, netMicros, vatMicros: vatOf(netMicros, tax.ratePpm), tax, termsDays: null, note },
    },
    await sellerOf(ctx),
    await partyOf(ctx, preBill.ownerId),
  );
  return missingFor({ ...head, items: [] });
}
