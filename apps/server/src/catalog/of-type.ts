import type { Ctx } from '../kit/ctx.ts';
import { reading, rows, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import type { PlanType } from './model.ts';

/** Plans of a type, archived ones too: lines may still be on them. */
export async function plansOfType(ctx: Ctx, type: PlanType): Promise<Id[]> {
  return reading(ctx, async (ctx) => {
    const found = await rows<{ id: Id }>(
      ctx,
      sql`/* catalog.plans_of_type */ select id from plans where organization_id = ${ctx.organization.id} and type = ${type} order by id`,
    );
    return found.map((plan) => plan.id);
  });
}
