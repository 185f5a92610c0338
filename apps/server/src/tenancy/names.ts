import type { Ctx } from '../kit/ctx.ts';
import { reading, rows, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';

/** Names of companies, archived ones too: what stands beside the things they own. */
export async function companyNamesOf(ctx: Ctx, ids: Id[]): Promise<Map<Id, string>> {
  if (ids.length === 0) return new Map();
  return reading(ctx, async (ctx) => {
    const found = await rows<{ id: Id; name: string }>(
      ctx,
      sql`/* tenancy.company_names_of */ select id, name from companies
           where organization_id = ${ctx.organization.id} and id = any(${[...new Set(ids)]}::uuid[])`,
    );
    return new Map(found.map(({ id, name }) => [id, name]));
  });
}
