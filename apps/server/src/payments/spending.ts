import type { Ctx } from '../kit/ctx.ts';
import { reading, row, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import { type Refusal, refuse } from '../kit/refusal.ts';
import { getWallets, type VatAt } from '../ledger/index.ts';
import type { Payment } from './model.ts';

/** Whether the money of a wallet bears VAT when it is spent: then its refills bear none, and what it pays for does. */
export async function bearsWhenSpent(ctx: Ctx, walletId: Id): Promise<boolean> {
  return (await getWallets(ctx, [walletId]))[0]?.vatAt === 'spending';
}

/**
 * Money that bore VAT does not come into a wallet whose money bears it later, nor the other way round: it would bear it twice, or
 * never. Null where a payment fits the wallet as it is now.
 */
export async function taxedOtherwise(
  ctx: Ctx,
  { detail }: Pick<Payment, 'detail'>,
  walletId: Id,
): Promise<Refusal | null> {
  const now: VatAt = (await bearsWhenSpent(ctx, walletId)) ? 'spending' : 'refill';
  if ((detail.vatAt ?? 'refill') === now) return null;
  return refuse.conflict(
    'payment.wallet_taxed_otherwise',
    'VAT of this payment was charged otherwise than the wallet has it now, so its money neither comes into the wallet nor leaves it. Give it back to its payer by other means, and move money by hand.',
  );
}

/** Whether a payment from outside for a wallet, or a refund of one, has no outcome yet. */
export async function isUnderWay(ctx: Ctx, walletId: Id): Promise<boolean> {
  return reading(ctx, async (ctx) => {
    const found = await row(
      ctx,
      sql`/* payments.is_under_way */ select from payments p
           where p.organization_id = ${ctx.organization.id} and p.subject_id = ${walletId}
             and (p.state in ('created', 'pending', 'action_needed', 'differs')
                  or exists (select from payment_refunds r where r.organization_id = p.organization_id and r.payment_id = p.id
                                and r.state in ('created', 'pending')))
           limit 1`,
    );
    return found !== null;
  });
}
