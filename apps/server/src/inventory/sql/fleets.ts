import type { Ctx } from '../../kit/ctx.ts';
import { join, nothing, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Fleet, NetworkAccessProfile } from '../model.ts';
import { noteChange } from './charging.ts';

const fleetColumns = sql`f.id, f.company_id, f.unique_name, f.network_access_profile_id, f.plan_id, f.data_enabled, f.data_limit_mb,
  f.ip_commands_url, f.ip_commands_method, f.sms_commands_enabled, f.sms_commands_url, f.sms_commands_method, f.created_at, f.updated_at`;

export type FleetFilter = {
  ids?: Id[];
  uniqueName?: string;
  search?: string;
  /** null: the organization's own account. */
  companyId?: Id | null;
  networkAccessProfileId?: Id;
};

export async function listFleets(
  ctx: Ctx,
  filter: FleetFilter,
  page: { after?: Id; before?: Id; limit: number; newestFirst?: boolean },
): Promise<Fleet[]> {
  const conditions: Sql[] = [sql`f.organization_id = ${ctx.organization.id}`];
  if (ctx.actor.scope.kind === 'company') conditions.push(sql`f.company_id = ${ctx.actor.scope.companyId}`);
  if (filter.ids) conditions.push(sql`f.id = any(${filter.ids}::uuid[])`);
  if (filter.uniqueName !== undefined) conditions.push(sql`f.unique_name = ${filter.uniqueName}`);
  if (filter.search) conditions.push(sql`position(lower(${filter.search}) in lower(coalesce(f.unique_name, ''))) > 0`);
  if (filter.companyId !== undefined) conditions.push(sql`f.company_id is not distinct from ${filter.companyId}::uuid`);
  if (filter.networkAccessProfileId)
    conditions.push(sql`f.network_access_profile_id = ${filter.networkAccessProfileId}`);
  if (page.after) conditions.push(page.newestFirst ? sql`f.id < ${page.after}` : sql`f.id > ${page.after}`);
  return rows<Fleet>(
    ctx,
    sql`/* inventory.list_fleets */ select ${fleetColumns} from fleets f where ${join(conditions)}
         order by f.id ${page.newestFirst ? sql`desc` : nothing} limit ${page.limit}`,
  );
}

export async function insertFleet(ctx: Ctx, f: Fleet): Promise<void> {
  await run(
    ctx,
    sql`/* inventory.insert_fleet */ insert into fleets
          (organization_id, id, company_id, unique_name, network_access_profile_id, plan_id, data_enabled, data_limit_mb,
           ip_commands_url, ip_commands_method, sms_commands_enabled, sms_commands_url, sms_commands_method, created_at, updated_at)
        values (${ctx.organization.id}, ${f.id}, ${f.companyId}, ${f.uniqueName}, ${f.networkAccessProfileId}, ${f.planId},
           ${f.dataEnabled}, ${f.dataLimitMb}, ${f.ipCommandsUrl}, ${f.ipCommandsMethod}, ${f.smsCommandsEnabled},
           ${f.smsCommandsUrl}, ${f.smsCommandsMethod}, ${f.createdAt}, ${f.updatedAt})`,
  );
}

export async function updateFleet(ctx: Ctx, f: Fleet): Promise<void> {
  noteChange(ctx);
  await run(
    ctx,
    sql`/* inventory.update_fleet */ update fleets
           set unique_name = ${f.uniqueName}, network_access_profile_id = ${f.networkAccessProfileId}, plan_id = ${f.planId},
               data_limit_mb = ${f.dataLimitMb}, ip_commands_url = ${f.ipCommandsUrl}, ip_commands_method = ${f.ipCommandsMethod},
               sms_commands_url = ${f.smsCommandsUrl}, sms_commands_method = ${f.smsCommandsMethod}, updated_at = ${f.updatedAt}
         where organization_id = ${ctx.organization.id} and id = ${f.id}`,
  );
}

export async function lockFleet(ctx: Ctx, id: Id): Promise<Fleet | null> {
  return row<Fleet>(
    ctx,
    sql`/* inventory.lock_fleet */ select ${fleetColumns} from fleets f
         where f.organization_id = ${ctx.organization.id} and f.id = ${id} for no key update`,
  );
}

const profileColumns = sql`p.id, p.company_id, p.unique_name, p.networks, p.created_at, p.updated_at`;

export async function listProfiles(
  ctx: Ctx,
  filter: { ids?: Id[]; uniqueName?: string; companyId?: Id | null; search?: string },
  page: { after?: Id; limit: number; newestFirst?: boolean },
): Promise<NetworkAccessProfile[]> {
  const conditions: Sql[] = [sql`p.organization_id = ${ctx.organization.id}`];
  if (ctx.actor.scope.kind === 'company') conditions.push(sql`p.company_id = ${ctx.actor.scope.companyId}`);
  if (filter.ids) conditions.push(sql`p.id = any(${filter.ids}::uuid[])`);
  if (filter.uniqueName !== undefined) conditions.push(sql`p.unique_name = ${filter.uniqueName}`);
  if (filter.search) conditions.push(sql`position(lower(${filter.search}) in lower(coalesce(p.unique_name, ''))) > 0`);
  if (filter.companyId !== undefined) conditions.push(sql`p.company_id is not distinct from ${filter.companyId}::uuid`);
  if (page.after) conditions.push(page.newestFirst ? sql`p.id < ${page.after}` : sql`p.id > ${page.after}`);
  return rows<NetworkAccessProfile>(
    ctx,
    sql`/* inventory.list_profiles */ select ${profileColumns} from network_access_profiles p where ${join(conditions)}
         order by p.id ${page.newestFirst ? sql`desc` : nothing} limit ${page.limit}`,
  );
}

export async function lockProfile(ctx: Ctx, id: Id): Promise<NetworkAccessProfile | null> {
  return row<NetworkAccessProfile>(
    ctx,
    sql`/* inventory.lock_profile */ select ${profileColumns} from network_access_profiles p
         where p.organization_id = ${ctx.organization.id} and p.id = ${id} for no key update`,
  );
}

export async function insertProfile(ctx: Ctx, p: NetworkAccessProfile): Promise<void> {
  await run(
    ctx,
    sql`/* inventory.insert_profile */ insert into network_access_profiles
          (organization_id, id, company_id, unique_name, networks, created_at, updated_at)
        values (${ctx.organization.id}, ${p.id}, ${p.companyId}, ${p.uniqueName}, ${p.networks}, ${p.createdAt}, ${p.updatedAt})`,
  );
}

export async function updateProfile(ctx: Ctx, p: NetworkAccessProfile): Promise<void> {
  await run(
    ctx,
    sql`/* inventory.update_profile */ update network_access_profiles
           set unique_name = ${p.uniqueName}, networks = ${p.networks}, updated_at = ${p.updatedAt}
         where organization_id = ${ctx.organization.id} and id = ${p.id}`,
  );
}
