import type { Ctx } from '../kit/ctx.ts';
import { reading, rows, sql } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';

/** The time zone of each of these companies: its own, or its organization's. */
export async function timeZonesOf(ctx: Ctx, companyIds: Id[]): Promise<Map<Id, string>> {
  if (companyIds.length === 0) return new Map();
  return reading(ctx, async (ctx) => {
    const found = await rows<{ id: Id; timeZone: string | null }>(
      ctx,
      sql`/* tenancy.time_zones_of */ select id, time_zone from companies
           where organization_id = ${ctx.organization.id} and id = any(${[...new Set(companyIds)]}::uuid[])`,
    );
    return new Map(found.map((company) => [company.id, company.timeZone ?? ctx.organization.timeZone]));
  });
}
