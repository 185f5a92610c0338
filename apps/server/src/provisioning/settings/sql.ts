import { instants, ints, texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, rows, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { SettingsStatus, SettingsUpdate, SettledUpdate } from './model.ts';

const columns = sql`c.id, c.line_id, s.iccid, c.company_id, c.telecom_id, c.package_name, c.package_version, c.status, c.failure,
  c.attempts, c.carrier_reference, c.created_at, c.updated_at, c.completed_at`;

export type NewUpdate = Pick<SettingsUpdate, 'id' | 'lineId' | 'companyId' | 'telecomId'>;

/** Writes updates of one package; a line that has one under way is left out. Returns the lines that got one. */
export async function insertUpdates(
  ctx: Ctx,
  updates: NewUpdate[],
  { name, version }: { name: string; version: string },
): Promise<Set<Id>> {
  const of = <T>(field: (one: NewUpdate) => T) => updates.map(field);
  const inserted = await rows<{ lineId: Id }>(
    ctx,
    sql`/* provisioning.insert_updates */ insert into settings_updates
          (organization_id, id, line_id, company_id, telecom_id, package_name, package_version, status, next_attempt_at, ordered_by,
           created_at, updated_at)
        select ${ctx.organization.id}, u.id, u.line_id, u.company_id, u.telecom_id, ${name}, ${version}, 'scheduled',
               ${ctx.now}::timestamptz, ${ctx.actor.name}, ${ctx.now}::timestamptz, ${ctx.now}::timestamptz
          from unnest(${uuids(of((u) => u.id))}::uuid[], ${uuids(of((u) => u.lineId))}::uuid[], ${uuids(of((u) => u.companyId))}::uuid[],
                      ${uuids(of((u) => u.telecomId))}::uuid[]) as u(id, line_id, company_id, telecom_id)
        on conflict (organization_id, line_id) where status in ('scheduled', 'in-progress') do nothing
        returning line_id`,
  );
  return new Set(inserted.map((row) => row.lineId));
}

export type UpdateFilter = {
  ids?: Id[];
  lineId?: Id;
  /** An account: a company, or null for the organization's own. */
  companyId?: Id | null;
  status?: SettingsStatus;
};

export async function listUpdates(
  ctx: Ctx,
  filter: UpdateFilter,
  { after, limit, newestFirst = true }: { after?: Id; limit: number; newestFirst?: boolean },
): Promise<SettingsUpdate[]> {
  const conditions: Sql[] = [sql`c.organization_id = ${ctx.organization.id}`];
  if (filter.ids) conditions.push(sql`c.id = any(${uuids(filter.ids)}::uuid[])`);
  if (filter.lineId) conditions.push(sql`c.line_id = ${filter.lineId}`);
  if (filter.companyId === null) conditions.push(sql`c.company_id is null`);
  else if (filter.companyId) conditions.push(sql`c.company_id = ${filter.companyId}`);
  if (filter.status) conditions.push(sql`c.status = ${filter.status}`);
  if (after) conditions.push(newestFirst ? sql`c.id < ${after}` : sql`c.id > ${after}`);
  const order = newestFirst ? sql`order by c.id desc` : sql`order by c.id`;
  return rows(
    ctx,
    sql`/* provisioning.list_updates */ select ${columns} from settings_updates c
          join sims s on s.organization_id = c.organization_id and s.id = c.line_id
         where ${join(conditions)} ${order} limit ${limit}`,
  );
}

/** Takes updates that are due by pushing their next attempt to `until`, and counts the attempt. */
export async function claimUpdates(ctx: Ctx, limit: number, until: Date): Promise<SettingsUpdate[]> {
  return rows(
    ctx,
    sql`/* provisioning.claim_updates */ with due as (
          select id as due_id from settings_updates
           where organization_id = ${ctx.organization.id} and next_attempt_at <= ${ctx.now}
           order by next_attempt_at, id limit ${limit} for no key update skip locked)
        update settings_updates c set attempts = least(c.attempts + 1, 100000), next_attempt_at = ${until}::timestamptz
          from due, sims s
         where c.organization_id = ${ctx.organization.id} and c.id = due_id
           and s.organization_id = ${ctx.organization.id} and s.id = c.line_id
        returning ${columns}`,
  );
}

type Settled = SettledUpdate & Pick<SettingsUpdate, 'id' | 'attempts'>;

/** Writes what telecoms said, where the update still waits for this very answer. Returns those that were written. */
export async function settleUpdates(ctx: Ctx, settled: Settled[]): Promise<Set<Id>> {
  const of = <T>(field: (one: Settled) => T) => settled.map(field);
  const written = await rows<{ id: Id }>(
    ctx,
    sql`/* provisioning.settle_updates */ update settings_updates c
           set status = u.status, failure = u.failure, next_attempt_at = u.next_attempt_at, carrier_reference = u.reference,
               completed_at = case when u.status = 'successful' then ${ctx.now}::timestamptz end,
               updated_at = case when c.status = u.status then c.updated_at else ${ctx.now}::timestamptz end
          from unnest(${uuids(of((s) => s.id))}::uuid[], ${ints(of((s) => s.attempts))}::int[], ${texts(of((s) => s.status))}::text[],
                      ${texts(of((s) => s.failure))}::text[], ${instants(of((s) => s.nextAttemptAt))}::timestamptz[],
                      ${texts(of((s) => s.carrierReference))}::text[]) as u(id, attempts, status, failure, next_attempt_at, reference)
         where c.organization_id = ${ctx.organization.id} and c.id = u.id and c.attempts = u.attempts
           and c.status in ('scheduled', 'in-progress')
        returning c.id`,
  );
  return new Set(written.map((row) => row.id));
}
