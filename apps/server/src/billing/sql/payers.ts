import { uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { rows, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';

/** A ledger account of what a company has not been billed. The organization's own is never invoiced. */
export type Payer = { id: Id; ownerId: Id; ownerName: string; currency: string; timeZone: string };

/** The payers of these companies; of one company there is one for each currency it was charged in. */
export async function payersOf(ctx: Ctx, filter: { ownerIds?: Id[]; ids?: Id[] }): Promise<Payer[]> {
  return rows<Payer>(
    ctx,
    sql`/* billing.payers_of */ select a.id, a.owner_id, c.name as owner_name, a.currency, coalesce(c.time_zone, ${ctx.organization.timeZone}) as time_zone
          from ledger_accounts a
          join companies c on c.organization_id = a.organization_id and c.id = a.owner_id
         where a.organization_id = ${ctx.organization.id} and a.kind = 'unbilled'
           and (${filter.ownerIds ? uuids(filter.ownerIds) : null}::uuid[] is null or a.owner_id = any(${filter.ownerIds ? uuids(filter.ownerIds) : null}::uuid[]))
           and (${filter.ids ? uuids(filter.ids) : null}::uuid[] is null or a.id = any(${filter.ids ? uuids(filter.ids) : null}::uuid[]))
         order by a.id`,
  );
}
