import type { Ctx } from '../../kit/ctx.ts';
import { join, nothing, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Zone } from '../model.ts';
import { visible } from './plans.ts';

const columns = sql`id, name, countries, plmns, created_at, updated_at, archived_at`;

export async function insertZone(ctx: Ctx, zone: Zone): Promise<void> {
  await run(
    ctx,
    sql`/* catalog.insert_zone */ insert into zones (organization_id, id, name, countries, plmns, created_at, updated_at)
        values (${ctx.organization.id}, ${zone.id}, ${zone.name}, ${zone.countries}, ${zone.plmns}, ${zone.createdAt}, ${zone.updatedAt})`,
  );
}

export async function updateZone(ctx: Ctx, zone: Zone): Promise<void> {
  await run(
    ctx,
    sql`/* catalog.update_zone */ update zones
           set name = ${zone.name}, countries = ${zone.countries}, plmns = ${zone.plmns}, updated_at = ${zone.updatedAt},
               archived_at = ${zone.archivedAt}
         where organization_id = ${ctx.organization.id} and id = ${zone.id}`,
  );
}

export async function findZone(ctx: Ctx, id: Id, lock = false): Promise<Zone | null> {
  return row<Zone>(
    ctx,
    sql`/* catalog.find_zone */ select ${columns} from zones
         where organization_id = ${ctx.organization.id} and id = ${id} ${lock ? sql`for no key update` : nothing}`,
  );
}

export async function listZonesById(ctx: Ctx, ids: Id[]): Promise<Zone[]> {
  return rows<Zone>(
    ctx,
    sql`/* catalog.list_zones_by_id */ select ${columns} from zones
         where organization_id = ${ctx.organization.id} and id = any(${ids}::uuid[])`,
  );
}

export type ZoneFilter = { search?: string; archived?: boolean; country?: string };

/** Newest first. */
export async function listZones(ctx: Ctx, filter: ZoneFilter, page: { before?: Id; limit: number }): Promise<Zone[]> {
  const { search, archived, country } = filter;
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  if (search) conditions.push(sql`position(lower(${search}) in lower(name)) > 0`);
  if (archived !== undefined) conditions.push(archived ? sql`archived_at is not null` : sql`archived_at is null`);
  if (country) conditions.push(sql`countries @> array[${country}]::text[]`);
  if (page.before) conditions.push(sql`id < ${page.before}`);
  return rows<Zone>(
    ctx,
    sql`/* catalog.list_zones */ select ${columns} from zones where ${join(conditions)} order by id desc limit ${page.limit}`,
  );
}

/** How many plans not archived, of those the caller sees, charge by each zone in their latest version. */
export async function countPlansByZone(ctx: Ctx, ids: Id[]): Promise<{ zoneId: Id; plans: number }[]> {
  return rows(
    ctx,
    sql`/* catalog.count_plans_by_zone */
        select zone_id, count(*)::int as plans
          from (select distinct on (v.plan_id) v.zones
                  from plan_versions v join plans p on p.organization_id = v.organization_id and p.id = v.plan_id
                 where v.organization_id = ${ctx.organization.id} and p.archived_at is null and ${visible(ctx)}
                 order by v.plan_id, v.version desc) latest,
               lateral (select (zone ->> 'id')::uuid as zone_id from jsonb_array_elements(latest.zones) as zone) named
         where zone_id = any(${ids}::uuid[]) group by zone_id`,
  );
}
