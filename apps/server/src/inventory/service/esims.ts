import { audit } from '../../kit/audit.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically, reading } from '../../kit/db.ts';
import { type Id, publicId } from '../../kit/ids.ts';
import { refuse } from '../../kit/refusal.ts';
import * as esims from '../sql/esims.ts';

export type { ReservedEsim } from '../sql/esims.ts';

export const noEsimInStock = 'esim.none_in_stock';

/**
 * Promises an eSIM of the stock, in the caller's database transaction. It is promised once: nobody else gets it, also
 * when nothing comes of it. Whoever is bound to a company is given from the organization's stock as well.
 *
 * @param eid the eUICC it is for: one that is bound to it already, or else one still to be ordered; null: for whoever gets its code
 * @param ordering telecoms at which a profile can be ordered, in the order of preference
 * @throws `esim.none_in_stock`
 */
export async function reserveEsim(
  ctx: Ctx,
  { eid, ordering }: { eid: string | null; ordering: Id[] },
): Promise<esims.ReservedEsim> {
  return atomically(ctx, async (ctx) => {
    const ready = eid === null ? await esims.reserveCoded(ctx) : await esims.reserveBound(ctx, eid, ordering);
    const reserved = ready ?? (await esims.reserveOpen(ctx, ordering));
    if (!reserved) throw refuse.conflict(noEsimInStock, 'There is no eSIM of this kind in stock.');
    await audit(ctx, [{ action: 'sim.reserved', objectType: 'sim', objectId: publicId('sim', reserved.id) }]);
    return reserved;
  });
}

/** Notes the eUICCs that lines' profiles are for, or were downloaded by. */
export async function noteEids(ctx: Ctx, known: { lineId: Id; eid: string | null }[]): Promise<void> {
  const given = known.flatMap(({ lineId, eid }) => (eid === null ? [] : [{ lineId, eid }]));
  if (given.length === 0) return;
  await atomically(ctx, async (ctx) => {
    const noted = await esims.writeEids(ctx, given);
    await audit(
      ctx,
      noted.map(({ id, eid }) => ({
        action: 'sim.updated',
        objectType: 'sim',
        objectId: publicId('sim', id),
        changes: [{ field: 'eid', old: null, new: eid }],
      })),
    );
  });
}

/** The activation codes that eSIMs came into stock with; those without one are left out. */
export async function activationCodesOf(ctx: Ctx, ids: Id[]): Promise<Map<Id, string>> {
  return new Map((await reading(ctx, (ctx) => esims.listCodes(ctx, ids))).map(({ id, code }) => [id, code]));
}
