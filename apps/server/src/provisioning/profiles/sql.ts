import { instants, ints, texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, nothing, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { EsimProfile, Ordered, ProfileStatus, Told } from './model.ts';

const columns = sql`p.id, p.company_id, p.line_id, s.iccid, p.status, p.eid, p.with_code, p.smdp_address, p.matching_id,
  p.activation_code, p.error_code, p.error_message, p.attempts, p.available_at, p.told_at, p.created_at, p.updated_at`;
const withSim = sql`esim_profiles p join sims s on s.organization_id = p.organization_id and s.id = p.line_id`;

export async function insertProfile(
  ctx: Ctx,
  profile: Pick<EsimProfile, 'id' | 'companyId' | 'lineId' | 'eid' | 'withCode'>,
): Promise<void> {
  await run(
    ctx,
    sql`/* provisioning.insert_profile */ insert into esim_profiles
          (organization_id, id, company_id, line_id, status, eid, with_code, next_attempt_at, created_at, updated_at)
        values (${ctx.organization.id}, ${profile.id}, ${profile.companyId}, ${profile.lineId}, 'new', ${profile.eid},
                ${profile.withCode}, ${ctx.now}, ${ctx.now}, ${ctx.now})`,
  );
}

export type ProfileFilter = {
  ids?: Id[];
  /** An account: a company, or null for the organization's own. */
  companyId?: Id | null;
  /** The line of a profile that is, or was, available. */
  lineId?: Id;
  eid?: string;
  status?: ProfileStatus;
};

export async function listProfiles(
  ctx: Ctx,
  filter: ProfileFilter,
  { after, limit, newestFirst = true }: { after?: Id; limit: number; newestFirst?: boolean },
): Promise<EsimProfile[]> {
  const conditions: Sql[] = [sql`p.organization_id = ${ctx.organization.id}`];
  if (filter.ids) conditions.push(sql`p.id = any(${uuids(filter.ids)}::uuid[])`);
  if (filter.lineId) conditions.push(sql`p.line_id = ${filter.lineId} and p.available_at is not null`);
  if (filter.companyId === null) conditions.push(sql`p.company_id is null`);
  else if (filter.companyId) conditions.push(sql`p.company_id = ${filter.companyId}`);
  if (filter.eid !== undefined) conditions.push(sql`p.eid = ${filter.eid}`);
  if (filter.status) conditions.push(sql`p.status = ${filter.status}`);
  if (after) conditions.push(newestFirst ? sql`p.id < ${after}` : sql`p.id > ${after}`);
  const order = newestFirst ? sql`order by p.id desc` : sql`order by p.id`;
  return rows(
    ctx,
    sql`/* provisioning.list_profiles */ select ${columns} from ${withSim} where ${join(conditions)} ${order} limit ${limit}`,
  );
}

/** The profile of a line, for as long as the database transaction lasts. */
export async function lockProfileOf(ctx: Ctx, iccids: string[]): Promise<EsimProfile | null> {
  return row(
    ctx,
    sql`/* provisioning.lock_profile */ select ${columns} from ${withSim}
         where p.organization_id = ${ctx.organization.id} and s.organization_id = ${ctx.organization.id}
           and s.iccid = any(${texts(iccids)}::text[])
         order by p.id limit 1 for no key update of p`,
  );
}

/** Takes profiles that are due by pushing their next attempt to `until`, and counts the attempt. */
export async function claimProfiles(ctx: Ctx, limit: number, until: Date): Promise<EsimProfile[]> {
  return rows(
    ctx,
    sql`/* provisioning.claim_profiles */ with due as (
          select id as due_id from esim_profiles
           where organization_id = ${ctx.organization.id} and next_attempt_at <= ${ctx.now}
           order by next_attempt_at, id limit ${limit} for no key update skip locked)
        update esim_profiles p
           set status = 'reserving', attempts = least(p.attempts + 1, 1000), next_attempt_at = ${until}::timestamptz,
               updated_at = case when p.status = 'new' then ${ctx.now}::timestamptz else p.updated_at end
          from due, sims s
         where p.organization_id = ${ctx.organization.id} and p.id = due_id
           and s.organization_id = ${ctx.organization.id} and s.id = p.line_id
        returning ${columns}`,
  );
}

export type SettledOrder = Ordered & Pick<EsimProfile, 'id' | 'attempts'>;

/** Writes what came of orders, where the profile still waits for this very answer. Returns those that were written. */
export async function settleOrders(ctx: Ctx, settled: SettledOrder[]): Promise<Set<Id>> {
  const of = <T>(field: (one: SettledOrder) => T) => settled.map(field);
  const written = await rows<{ id: Id }>(
    ctx,
    sql`/* provisioning.settle_orders */ update esim_profiles p
           set status = u.status, smdp_address = u.smdp_address, matching_id = u.matching_id, activation_code = u.activation_code,
               error_code = u.error_code, error_message = u.error_message, next_attempt_at = u.next_attempt_at,
               available_at = case when u.status = 'available' then ${ctx.now}::timestamptz end,
               updated_at = case when p.status = u.status then p.updated_at else ${ctx.now}::timestamptz end
          from unnest(${uuids(of((s) => s.id))}::uuid[], ${ints(of((s) => s.attempts))}::int[], ${texts(of((s) => s.status))}::text[],
                      ${texts(of((s) => s.smdpAddress))}::text[], ${texts(of((s) => s.matchingId))}::text[],
                      ${texts(of((s) => s.activationCode))}::text[], ${texts(of((s) => s.errorCode))}::text[],
                      ${texts(of((s) => s.errorMessage))}::text[], ${instants(of((s) => s.nextAttemptAt))}::timestamptz[])
               as u(id, attempts, status, smdp_address, matching_id, activation_code, error_code, error_message, next_attempt_at)
         where p.organization_id = ${ctx.organization.id} and p.id = u.id and p.attempts = u.attempts and p.status = 'reserving'
        returning p.id`,
  );
  return new Set(written.map((one) => one.id));
}

/** Writes news of a download, and the EID of the device where it is new to us. */
export async function writeProgress(
  ctx: Ctx,
  id: Id,
  told: Told | null,
  { at, eid }: { at: Date; eid: string | null },
): Promise<void> {
  const news = told
    ? sql`status = ${told.status}, error_code = ${told.errorCode}, error_message = ${told.errorMessage}, updated_at = ${ctx.now},`
    : nothing;
  await run(
    ctx,
    sql`/* provisioning.write_progress */ update esim_profiles
           set ${news} eid = coalesce(eid, ${eid}), told_at = greatest(told_at, ${at}::timestamptz)
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}
