import { Temporal } from 'temporal-polyfill';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import { type Id, publicId } from '../kit/ids.ts';
import { refuse } from '../kit/refusal.ts';
import { ownersOf } from '../tenancy/index.ts';
import { collect, dayIn, type Wanted } from './collect.ts';
import { payersOf } from './sql/payers.ts';

/**
 * Collects all that is charged and over of these companies, whatever their payment type: somebody asked. What still runs waits for its
 * end. Returns the pre-bills; a company with nothing to bill gets none. Refuses `company.not_found`.
 */
export async function collectNow(ctx: Ctx, companyIds: Id[]): Promise<Id[]> {
  return atomically(ctx, async (ctx) => {
    const owners = await ownersOf(ctx, companyIds);
    const missing = companyIds.find((id) => owners.get(id)?.type !== 'company');
    if (missing) throw refuse.notFound('company', publicId('company', missing));
    const payers = await payersOf(ctx, { ownerIds: companyIds });
    const wanted = payers.map((payer): Wanted => {
      const today = dayIn(payer.timeZone, ctx.now);
      const first = Temporal.PlainDate.from(today).with({ day: 1 }).toString();
      // What happens at this very moment is on it.
      const cutAt = new Date(ctx.now.getTime() + 1);
      return { payer, kind: 'manual', periodFrom: first, periodUntil: today, cutAt };
    });
    return (await collect(ctx, wanted)).map(({ preBill }) => preBill.id);
  });
}
