import type { Ctx } from '../../kit/ctx.ts';
import { type Database, nothing, query, row, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { NasSettings } from '../model.ts';

const columns = sql`id, telecom_id, name, source_range::text, host(coa_host) as coa_host, coa_port,
                    require_message_authenticator, no_gigawords, created_at`;

export type SealedNas = NasSettings & { organizationId: Id; secretSealed: Buffer };

export async function insertNas(ctx: Ctx, nas: NasSettings, secretSealed: Buffer): Promise<void> {
  await run(
    ctx,
    sql`/* carriers.insert_nas */ insert into nases
          (organization_id, id, telecom_id, name, source_range, secret_sealed, coa_host, coa_port,
           require_message_authenticator, no_gigawords, created_at)
        values (${ctx.organization.id}, ${nas.id}, ${nas.telecomId}, ${nas.name}, ${nas.sourceRange}::cidr,
                ${secretSealed}, ${nas.coaHost}::inet, ${nas.coaPort}, ${nas.requireMessageAuthenticator},
                ${nas.noGigawords}, ${nas.createdAt})`,
  );
}

/** Keeps the secret when none is given. */
export async function updateNas(ctx: Ctx, nas: NasSettings, secretSealed: Buffer | null): Promise<void> {
  await run(
    ctx,
    sql`/* carriers.update_nas */ update nases
           set name = ${nas.name}, source_range = ${nas.sourceRange}::cidr,
               secret_sealed = coalesce(${secretSealed}::bytea, secret_sealed), coa_host = ${nas.coaHost}::inet,
               coa_port = ${nas.coaPort}, require_message_authenticator = ${nas.requireMessageAuthenticator},
               no_gigawords = ${nas.noGigawords}
         where organization_id = ${ctx.organization.id} and id = ${nas.id}`,
  );
}

export async function removeNas(ctx: Ctx, id: Id): Promise<void> {
  await run(
    ctx,
    sql`/* carriers.remove_nas */ update nases set removed_at = ${ctx.now}
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

export async function lockNas(ctx: Ctx, id: Id): Promise<NasSettings | null> {
  return row(
    ctx,
    sql`/* carriers.lock_nas */ select ${columns} from nases
         where organization_id = ${ctx.organization.id} and id = ${id} and removed_at is null for update`,
  );
}

export async function listNases(ctx: Ctx, telecomId: Id | null, atMost: number): Promise<NasSettings[]> {
  return rows(
    ctx,
    sql`/* carriers.list_nases */ select ${columns} from nases
         where organization_id = ${ctx.organization.id} and removed_at is null
           ${telecomId ? sql`and telecom_id = ${telecomId}` : nothing}
         order by id limit ${atMost}`,
  );
}

/** Of this organization, by id, with their sealed secrets. */
export async function findSealedNases(ctx: Ctx, ids: Id[]): Promise<SealedNas[]> {
  return rows(
    ctx,
    sql`/* carriers.find_sealed_nases */ select organization_id, secret_sealed, ${columns} from nases
         where organization_id = ${ctx.organization.id} and removed_at is null and id = any(${ids}::uuid[])`,
  );
}

/** Of every organization: a packet names none, its source address does. */
export async function listAllNases(database: Database): Promise<SealedNas[]> {
  return query(
    database.pool,
    sql`/* carriers.list_all_nases */ select organization_id, secret_sealed, ${columns} from list_nases()`,
  );
}

/** One change of ranges at a time in the whole instance, until the database transaction ends. */
export async function lockRanges(ctx: Ctx): Promise<void> {
  await run(ctx, sql`/* carriers.lock_ranges */ select pg_advisory_xact_lock(hashtext('simwright.nas_ranges'))`);
}

/** Whose the range is already: another organization's, wholly or in part, or exactly another NAS's of this one. */
export async function rangeTaken(ctx: Ctx, range: string, except: Id): Promise<'elsewhere' | 'here' | null> {
  const found = await row<{ elsewhere: boolean; here: boolean }>(
    ctx,
    sql`/* carriers.range_taken */
        select nas_range_taken(${range}::cidr, ${ctx.organization.id}) as elsewhere,
               exists (select from nases where organization_id = ${ctx.organization.id} and removed_at is null
                                           and source_range = ${range}::cidr and id <> ${except}) as here`,
  );
  return found?.elsewhere ? 'elsewhere' : found?.here ? 'here' : null;
}

/** Names by id, also of those that are removed: what they sent stays. */
export async function listNasNames(ctx: Ctx, ids: Id[]): Promise<{ id: Id; name: string }[]> {
  return rows(
    ctx,
    sql`/* carriers.list_nas_names */ select id, name from nases
         where organization_id = ${ctx.organization.id} and id = any(${ids}::uuid[])`,
  );
}
