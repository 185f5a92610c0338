import type { Ctx } from '../../kit/ctx.ts';
import { endUndecided } from './adjustments/service.ts';
import { endDueHolds } from './holds/service.ts';
import { expireDue } from './parts/expire.ts';
import { closeMonths } from './vat/months.ts';
import { postDueVat } from './vat/service.ts';

/**
 * Does what is due of wallets: posts VAT of what they spent, closes months of it, and ends what has an end: holds, which may free what
 * has expired, parts, and what nobody has decided. Returns how much there was.
 */
export async function endDue(ctx: Ctx): Promise<number> {
  const taxed = (await postDueVat(ctx)) + (await closeMonths(ctx));
  return taxed + (await endDueHolds(ctx)) + (await expireDue(ctx)) + (await endUndecided(ctx));
}
