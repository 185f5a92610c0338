import { byteas, instants, texts, uuids } from '../../kit/arrays.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { join, nothing, raw, row, rows, rowsOfBulk, run, type Sql, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import { relist } from '../../kit/relist.ts';
import type { Lifecycle, Sim } from '../model.ts';
import { noteChange } from './charging.ts';

export const simColumns = sql`s.id, s.telecom_id, s.iccid, s.iccid_check_digit, s.imsi, s.msisdn, s.eid, s.imei, s.imei_seen_at,
  s.form, s.unique_name, s.note, s.labels, s.company_id, s.end_user_id, s.fleet_id, s.data_limit_bytes, s.lifecycle,
  s.registered_at, s.created_at, s.updated_at, s.version`;

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
         where organization_id = ${ctx.organization.id} and iccid = any(${texts(iccids)}::text[])
        union all
        select iccid, imsi from sims
         where organization_id = ${ctx.organization.id} and telecom_id = ${telecomId} and imsi = any(${texts(imsis)}::text[])
           and lifecycle <> 'archived'`,
  );
}

export async function findUniqueNames(
  ctx: Ctx,
  companyId: Id | null,
  names: string[],
): Promise<{ uniqueName: string; id: Id }[]> {
  return rows(
    ctx,
    sql`/* inventory.find_unique_names */ select unique_name, id from sims
         where organization_id = ${ctx.organization.id} and coalesce(company_id, organization_id) = ${companyId ?? ctx.organization.id}
           and unique_name = any(${texts(names)}::text[])`,
  );
}

/** Each SIM gets its own unique name. */
export async function nameSims(ctx: Ctx, sims: { id: Id; uniqueName: string }[]): Promise<void> {
  noteChange(ctx);
  await run(
    ctx,
    sql`/* inventory.name_sims */ update sims s set unique_name = u.name, updated_at = ${ctx.now}, version = s.version + 1
          from unnest(${uuids(sims.map((sim) => sim.id))}::uuid[], ${texts(sims.map((sim) => sim.uniqueName))}::text[]) as u(id, name)
         where s.organization_id = ${ctx.organization.id} and s.id = u.id`,
  );
}

/** Locks the lines in the one lock order (by id) and returns them. */
export async function lockSims(ctx: Ctx, ids: Id[], others: 'wait' | 'skip' = 'wait'): Promise<Sim[]> {
  const { scope } = ctx.actor;
  const holder = scope.kind === 'company' && scope.endUserId ? sql`and s.end_user_id = ${scope.endUserId}` : nothing;
  const company = scope.kind === 'company' ? sql`and s.company_id = ${scope.companyId} ${holder}` : nothing;
  return rows<Sim>(
    ctx,
    sql`/* inventory.lock_sims */ select ${simColumns} from sims s
         where s.organization_id = ${ctx.organization.id} and s.id = any(${ids}::uuid[]) ${company}
         order by s.id for no key update ${others === 'skip' ? raw('skip locked') : nothing}`,
  );
}

/** What stock alone knows of a SIM. */
type Stocked = { registrationCodeSealed: Buffer | null; reservedAt: Date | null };

export async function lockSimByIccid(ctx: Ctx, iccids: string[]): Promise<(Sim & Stocked) | null> {
  const found = await rows<Sim & Stocked>(
    ctx,
    sql`/* inventory.lock_sim_by_iccid */ select ${simColumns}, s.registration_code_sealed, s.reserved_at from sims s
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
  | 'id'
  | 'telecomId'
  | 'iccid'
  | 'iccidCheckDigit'
  | 'imsi'
  | 'msisdn'
  | 'eid'
  | 'form'
  | 'note'
  | 'labels'
  | 'companyId'
  | 'registeredAt'
> & { activationCode: string | null; registrationCodeSealed: Buffer };

/** Inserts the SIMs whose ICCID and IMSI are free, and returns the ids that went in. */
export async function insertSims(ctx: Ctx, sims: NewSim[]): Promise<Set<Id>> {
  const inserted = await rowsOfBulk<{ id: Id }>(
    ctx,
    sql`/* inventory.insert_sims */ insert into sims
          (organization_id, id, telecom_id, iccid, iccid_check_digit, imsi, msisdn, eid, activation_code, form, note, labels,
           company_id, registered_at, registration_code_sealed, created_at, updated_at)
        select ${ctx.organization.id}, u.id, u.telecom_id, u.iccid, u.check_digit, u.imsi, u.msisdn, u.eid, u.activation_code, u.form,
               u.note, u.labels::text[], u.company_id, u.registered_at, u.code, ${ctx.now}::timestamptz, ${ctx.now}::timestamptz
          from unnest(${uuids(sims.map((s) => s.id))}::uuid[], ${uuids(sims.map((s) => s.telecomId))}::uuid[],
                      ${texts(sims.map((s) => s.iccid))}::text[], ${texts(sims.map((s) => s.iccidCheckDigit))}::text[],
                      ${texts(sims.map((s) => s.imsi))}::text[], ${texts(sims.map((s) => s.msisdn))}::text[],
                      ${texts(sims.map((s) => s.eid))}::text[], ${texts(sims.map((s) => s.activationCode))}::text[], ${texts(sims.map((s) => s.form))}::text[],
                      ${texts(sims.map((s) => s.note))}::text[], ${texts(sims.map((s) => literal(s.labels)))}::text[],
                      ${uuids(sims.map((s) => s.companyId))}::uuid[], ${instants(sims.map((s) => s.registeredAt))}::timestamptz[],
                      ${byteas(sims.map((s) => s.registrationCodeSealed))}::bytea[])
               as u(id, telecom_id, iccid, check_digit, imsi, msisdn, eid, activation_code, form, note, labels, company_id, registered_at, code)
        on conflict do nothing
        returning id`,
  );
  relist(
    ctx,
    inserted.map((sim) => sim.id),
  );
  return new Set(inserted.map((sim) => sim.id));
}

/** An array of texts as PostgreSQL reads one: an array of arrays must be a rectangle, and lists of labels are none. */
function literal(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`;
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

/** What a list filters and counts by. */
const listed: (keyof SimChange)[] = ['companyId', 'fleetId', 'registeredAt'];

export async function updateSims(ctx: Ctx, ids: Id[], change: SimChange): Promise<void> {
  const assignments = (Object.keys(change) as (keyof SimChange)[])
    .filter((field) => change[field] !== undefined)
    .map((field) => sql`${columnOf(field)} = ${change[field]}`);
  // An end user is of a company: a SIM that goes to another leaves its holder behind.
  if (change.companyId !== undefined && change.endUserId === undefined) {
    assignments.push(
      sql`end_user_id = case when company_id is distinct from ${change.companyId}::uuid then null else end_user_id end`,
    );
  }
  if (listed.some((field) => change[field] !== undefined)) relist(ctx, ids);
  noteChange(ctx);
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
  relist(
    ctx,
    moved.map((m) => m.id),
  );
  if (moved.length > 0) noteChange(ctx);
  return new Set(moved.map((m) => m.id));
}
