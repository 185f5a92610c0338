import type { Ctx } from '../../kit/ctx.ts';
import { join, nothing, raw, row, rows, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Lifecycle, ShownStatus, Sim } from '../model.ts';

export const simColumns = sql`s.id, s.telecom_id, s.iccid, s.iccid_check_digit, s.imsi, s.msisdn, s.eid, s.imei, s.imei_seen_at,
  s.form, s.unique_name, s.note, s.labels, s.company_id, s.end_user_id, s.fleet_id, s.data_limit_bytes, s.lifecycle,
  s.registered_at, s.created_at, s.updated_at, s.version`;

export type SimFilter = {
  ids?: Id[];
  search?: string;
  status?: ShownStatus[];
  lifecycle?: Lifecycle[];
  telecomId?: Id;
  /** null: the organization's own, without a company. */
  companyId?: Id | null;
  fleetId?: Id | null;
  planId?: Id;
  label?: string;
  registered?: boolean;
  /** Whether a block is open. */
  blocked?: boolean;
  iccids?: string[];
  uniqueName?: string;
  /** A condition of a room above, on the alias `s`. */
  also?: Sql;
};

/** The shown status said a second time, for filters and counts; a test holds it against `shownStatus`. */
const statusInSql = sql`case
  when s.lifecycle = 'archived' then 'Archived'
  when c.link is null or c.link = 'none' then 'Not Available'
  when c.link = 'checking' or exists (select from carrier_operations o where o.organization_id = s.organization_id
       and o.line_id = s.id and o.state = 'outstanding' and o.kind = 'set_state' and o.cause = 'lifecycle') then 'Pending'
  when c.link = 'error' then 'Invalid'
  when s.lifecycle = 'blank' then 'Blank'
  when s.lifecycle = 'suspended' or exists (select from blocks b where b.organization_id = s.organization_id
       and b.line_id = s.id and b.lifted_at is null and b.reason <> 'data_limit') then 'Suspended'
  when s.lifecycle = 'ready' then 'Activation Ready'
  else 'Active' end`;

const fromSims = sql`from sims s left join carrier_lines c on c.organization_id = s.organization_id and c.line_id = s.id`;

/** Ids found by a search are bounded: beyond this a search is too wide to be read anyway. */
const searchBound = 5000;

function conditionsOf(ctx: Ctx, filter: SimFilter): Sql {
  const conditions: Sql[] = [sql`s.organization_id = ${ctx.organization.id}`];
  if (ctx.actor.scope.kind === 'company') conditions.push(sql`s.company_id = ${ctx.actor.scope.companyId}`);
  if (filter.ids) conditions.push(sql`s.id = any(${filter.ids}::uuid[])`);
  if (filter.search) {
    conditions.push(sql`s.id in (select search_sims(${ctx.organization.id}, ${filter.search.trim()}, ${searchBound}))`);
  }
  if (filter.status) conditions.push(sql`${statusInSql} = any(${filter.status}::text[])`);
  if (filter.lifecycle) conditions.push(sql`s.lifecycle = any(${filter.lifecycle}::text[])`);
  if (filter.telecomId) conditions.push(sql`s.telecom_id = ${filter.telecomId}`);
  if (filter.companyId !== undefined) conditions.push(sql`s.company_id is not distinct from ${filter.companyId}::uuid`);
  if (filter.fleetId !== undefined) conditions.push(sql`s.fleet_id is not distinct from ${filter.fleetId}::uuid`);
  if (filter.label) conditions.push(sql`s.labels @> array[${filter.label}]::text[]`);
  if (filter.registered !== undefined) {
    conditions.push(filter.registered ? sql`s.registered_at is not null` : sql`s.registered_at is null`);
  }
  if (filter.blocked !== undefined) {
    conditions.push(sql`${filter.blocked ? nothing : sql`not `}exists (select from blocks ob
      where ob.organization_id = s.organization_id and ob.line_id = s.id and ob.lifted_at is null)`);
  }
  if (filter.iccids) conditions.push(sql`s.iccid = any(${filter.iccids}::text[])`);
  if (filter.uniqueName !== undefined) conditions.push(sql`s.unique_name = ${filter.uniqueName}`);
  if (filter.planId) {
    conditions.push(sql`exists (select from plan_assignments a where a.organization_id = s.organization_id
      and a.line_id = s.id and a.plan_id = ${filter.planId} and a.ends_at is null)`);
  }
  if (filter.also) conditions.push(filter.also);
  return join(conditions);
}

export async function listSims(
  ctx: Ctx,
  filter: SimFilter,
  page: { after?: Id; before?: Id; limit: number; newestFirst?: boolean },
): Promise<Sim[]> {
  const edge = page.after
    ? page.newestFirst
      ? sql`and s.id < ${page.after}`
      : sql`and s.id > ${page.after}`
    : page.before
      ? page.newestFirst
        ? sql`and s.id > ${page.before}`
        : sql`and s.id < ${page.before}`
      : nothing;
  return rows<Sim>(
    ctx,
    sql`/* inventory.list_sims */ select ${simColumns} ${fromSims} where ${conditionsOf(ctx, filter)} ${edge}
         order by s.id ${page.newestFirst ? sql`desc` : nothing} limit ${page.limit}`,
  );
}

export async function countByStatus(ctx: Ctx, filter: SimFilter): Promise<{ status: ShownStatus; sims: number }[]> {
  return rows(
    ctx,
    sql`/* inventory.count_by_status */ select ${statusInSql} as status, count(*)::int as sims ${fromSims}
         where ${conditionsOf(ctx, filter)} group by 1`,
  );
}

export async function countSims(ctx: Ctx, filter: SimFilter): Promise<number> {
  const found = await row<{ sims: number }>(
    ctx,
    sql`/* inventory.count_sims */ select count(*)::int as sims ${fromSims} where ${conditionsOf(ctx, filter)}`,
  );
  return found?.sims ?? 0;
}

/** Which of these ICCIDs, and of these IMSIs at this telecom, stock has already. */
export async function findTaken(
  ctx: Ctx,
  telecomId: Id,
  iccids: string[],
  imsis: string[],
): Promise<{ iccid: string; imsi: string | null }[]> {
  return rows(
    ctx,
    sql`/* inventory.find_taken */ select iccid, null as imsi from sims
         where organization_id = ${ctx.organization.id} and iccid = any(${iccids}::text[])
        union all
        select iccid, imsi from sims
         where organization_id = ${ctx.organization.id} and telecom_id = ${telecomId} and imsi = any(${imsis}::text[])
           and lifecycle <> 'archived'`,
  );
}

/** How many lines are in each fleet, or on each plan, of those the caller may see. */
export async function countGrouped(ctx: Ctx, by: 'fleet' | 'plan', ids: Id[]): Promise<{ id: Id; sims: number }[]> {
  const conditions = conditionsOf(ctx, {});
  return rows(
    ctx,
    by === 'fleet'
      ? sql`/* inventory.count_by_fleet */ select s.fleet_id as id, count(*)::int as sims from sims s
             where ${conditions} and s.fleet_id = any(${ids}::uuid[]) group by 1`
      : sql`/* inventory.count_by_plan */ select a.plan_id as id, count(*)::int as sims
              from plan_assignments a join sims s on s.organization_id = a.organization_id and s.id = a.line_id
             where ${conditions} and a.plan_id = any(${ids}::uuid[]) and a.ends_at is null group by 1`,
  );
}

/** Locks the lines in the one lock order (by id) and returns them. */
export async function lockSims(ctx: Ctx, ids: Id[], others: 'wait' | 'skip' = 'wait'): Promise<Sim[]> {
  const company = ctx.actor.scope.kind === 'company' ? sql`and s.company_id = ${ctx.actor.scope.companyId}` : nothing;
  return rows<Sim>(
    ctx,
    sql`/* inventory.lock_sims */ select ${simColumns} from sims s
         where s.organization_id = ${ctx.organization.id} and s.id = any(${ids}::uuid[]) ${company}
         order by s.id for no key update ${others === 'skip' ? raw('skip locked') : nothing}`,
  );
}

export async function lockSimByIccid(
  ctx: Ctx,
  iccids: string[],
): Promise<(Sim & { registrationCodeSealed: Buffer | null }) | null> {
  const found = await rows<Sim & { registrationCodeSealed: Buffer | null }>(
    ctx,
    sql`/* inventory.lock_sim_by_iccid */ select ${simColumns}, s.registration_code_sealed from sims s
         where s.organization_id = ${ctx.organization.id} and s.iccid = any(${iccids}::text[])
         order by s.id limit 1 for no key update`,
  );
  return found[0] ?? null;
}

export async function findRegistrationCode(ctx: Ctx, id: Id): Promise<Buffer | null> {
  const found = await row<{ registrationCodeSealed: Buffer | null }>(
    ctx,
    sql`/* inventory.find_registration_code */ select registration_code_sealed from sims
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
  return found?.registrationCodeSealed ?? null;
}

export type NewSim = Pick<
  Sim,
  'id' | 'telecomId' | 'iccid' | 'iccidCheckDigit' | 'imsi' | 'msisdn' | 'eid' | 'form' | 'note' | 'labels'
> & { registrationCodeSealed: Buffer };

/** Inserts the SIMs whose ICCID and IMSI are free, and returns the ids that went in. */
export async function insertSims(ctx: Ctx, sims: NewSim[]): Promise<Set<Id>> {
  const inserted = await rows<{ id: Id }>(
    ctx,
    sql`/* inventory.insert_sims */ insert into sims
          (organization_id, id, telecom_id, iccid, iccid_check_digit, imsi, msisdn, eid, form, note, labels,
           registration_code_sealed, created_at, updated_at)
        select ${ctx.organization.id}, u.id, u.telecom_id, u.iccid, u.check_digit, u.imsi, u.msisdn, u.eid, u.form, u.note,
               coalesce((select array_agg(l) from jsonb_array_elements_text(u.labels) l), '{}'), u.code,
               ${ctx.now}::timestamptz, ${ctx.now}::timestamptz
          from unnest(${sims.map((s) => s.id)}::uuid[], ${sims.map((s) => s.telecomId)}::uuid[],
                      ${sims.map((s) => s.iccid)}::text[], ${sims.map((s) => s.iccidCheckDigit)}::text[],
                      ${sims.map((s) => s.imsi)}::text[], ${sims.map((s) => s.msisdn)}::text[], ${sims.map((s) => s.eid)}::text[],
                      ${sims.map((s) => s.form)}::text[], ${sims.map((s) => s.note)}::text[],
                      ${sims.map((s) => JSON.stringify(s.labels))}::jsonb[], ${sims.map((s) => s.registrationCodeSealed)}::bytea[])
               as u(id, telecom_id, iccid, check_digit, imsi, msisdn, eid, form, note, labels, code)
        on conflict do nothing
        returning id`,
  );
  return new Set(inserted.map((sim) => sim.id));
}

export type SimChange = Partial<
  Pick<
    Sim,
    | 'uniqueName'
    | 'note'
    | 'labels'
    | 'companyId'
    | 'endUserId'
    | 'fleetId'
    | 'dataLimitBytes'
    | 'registeredAt'
    | 'imsi'
    | 'msisdn'
  >
>;

const changeable: Record<keyof SimChange, string> = {
  uniqueName: 'unique_name',
  note: 'note',
  labels: 'labels',
  companyId: 'company_id',
  endUserId: 'end_user_id',
  fleetId: 'fleet_id',
  dataLimitBytes: 'data_limit_bytes',
  registeredAt: 'registered_at',
  imsi: 'imsi',
  msisdn: 'msisdn',
};

export async function updateSims(ctx: Ctx, ids: Id[], change: SimChange): Promise<void> {
  const assignments = (Object.keys(change) as (keyof SimChange)[])
    .filter((field) => change[field] !== undefined)
    .map((field) => sql`${columnOf(field)} = ${change[field]}`);
  await run(
    ctx,
    sql`/* inventory.update_sims */ update sims set ${join([...assignments, sql`updated_at = ${ctx.now}`, sql`version = version + 1`], ', ')}
         where organization_id = ${ctx.organization.id} and id = any(${ids}::uuid[])`,
  );
}

function columnOf(field: keyof SimChange): Sql {
  return { text: [changeable[field]], values: [] };
}

/** Moves lines from one lifecycle to another; a line that is no longer in `from` is left alone and not returned. */
export async function moveLifecycle(
  ctx: Ctx,
  changes: { lineId: Id; from: Lifecycle; to: Lifecycle }[],
): Promise<Set<Id>> {
  const moved = await rows<{ id: Id }>(
    ctx,
    sql`/* inventory.move_lifecycle */ update sims s
           set lifecycle = u.become, updated_at = ${ctx.now}, version = s.version + 1
          from unnest(${changes.map((c) => c.lineId)}::uuid[], ${changes.map((c) => c.from)}::text[],
                      ${changes.map((c) => c.to)}::text[]) as u(id, was, become)
         where s.organization_id = ${ctx.organization.id} and s.id = u.id and s.lifecycle = u.was
        returning s.id`,
  );
  return new Set(moved.map((m) => m.id));
}
