import { bigints, texts, uuids } from '../../kit/arrays.ts';
import { assert } from '../../kit/assert.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { allOf, lastly, rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Sim } from '../model.ts';

/** A SIM as charging needs it: with the limit of its fleet. The writer keeps many of these in memory. */
export type ChargedSim = Pick<
  Sim,
  | 'id'
  | 'telecomId'
  | 'iccid'
  | 'imsi'
  | 'imei'
  | 'companyId'
  | 'fleetId'
  | 'dataLimitBytes'
  | 'lifecycle'
  | 'registeredAt'
  | 'version'
> & {
  fleetDataLimitMb: bigint | null;
  /** Charging tells once when a prepaid balance falls below this; null: nobody listens. */
  lowDataBytes: bigint | null;
};

const columns = sql`s.id, s.telecom_id, s.iccid, s.imsi, s.imei, s.company_id, s.fleet_id, s.data_limit_bytes, s.lifecycle,
  s.registered_at, s.version, f.data_limit_mb as fleet_data_limit_mb, s.low_data_bytes`;
const withFleet = sql`left join fleets f on f.organization_id = s.organization_id and f.id = s.fleet_id`;

/** How SIMs are asked for; what is not asked for costs no statement. */
export type SimNames = { imsis?: { telecomId: Id; imsi: string }[]; iccids?: string[]; ids?: Id[] };

/** The SIMs of these names; of several with one IMSI, the one in use comes before an archived one. */
export async function findChargedSims(
  ctx: Ctx,
  { imsis = [], iccids = [], ids = [] }: SimNames,
): Promise<ChargedSim[]> {
  const found: ChargedSim[] = [];
  if (imsis.length > 0) {
    found.push(
      ...(await rows<ChargedSim>(
        ctx,
        sql`/* inventory.find_charged_sims */ select distinct on (s.telecom_id, s.imsi) ${columns}
              from (select * from unnest(${uuids(imsis.map((w) => w.telecomId))}::uuid[], ${texts(imsis.map((w) => w.imsi))}::text[])
                           as a(telecom_id, imsi) ${allOf(imsis)}) as w
              join sims s on s.organization_id = ${ctx.organization.id} and s.telecom_id = w.telecom_id and s.imsi = w.imsi
              ${withFleet}
             order by s.telecom_id, s.imsi, (s.lifecycle = 'archived'), s.id desc`,
      )),
    );
  }
  if (iccids.length > 0) {
    found.push(
      ...(await rows<ChargedSim>(
        ctx,
        sql`/* inventory.find_charged_sims_by_iccid */ select ${columns} from sims s ${withFleet}
             where s.organization_id = ${ctx.organization.id} and s.iccid = any(${texts(iccids)}::text[])`,
      )),
    );
  }
  if (ids.length > 0) {
    found.push(
      ...(await rows<ChargedSim>(
        ctx,
        sql`/* inventory.find_charged_sims_by_id */ select ${columns} from sims s ${withFleet}
             where s.organization_id = ${ctx.organization.id} and s.id = any(${uuids(ids)}::uuid[])`,
      )),
    );
  }
  return found;
}

/**
 * How many of these SIMs, and of their fleets, are still what was read: the same version, the same limit. What else
 * charging knows of a line hangs on its period, which is guarded by its own version. `changes` counts what was changed
 * in the organization until now: while it stays the same, what was unchanged still is.
 */
export async function countUnchanged(
  ctx: Ctx,
  sims: ChargedSim[],
): Promise<{ sims: number; fleets: number; changes: bigint }> {
  const changes = sql`(select coalesce(sum(changes), 0)::bigint from inventory_changes where organization_id = ${ctx.organization.id}) as changes`;
  if (sims.length === 0) {
    const [found] = await rows<{ changes: bigint }>(ctx, sql`/* inventory.count_changes */ select ${changes}`);
    return { sims: 0, fleets: 0, changes: found!.changes };
  }
  const fleets = fleetsOf(sims);
  const [found] = await rows<{ sims: number; fleets: number; changes: bigint }>(
    ctx,
    sql`/* inventory.count_unchanged */ select ${changes},
          (select count(*)::int
             from (select * from unnest(${uuids(sims.map((s) => s.id))}::uuid[], ${bigints(sims.map((s) => s.version))}::bigint[])
                          as a(id, version) ${allOf(sims)}) as u
             join sims s on s.organization_id = ${ctx.organization.id} and s.id = u.id and s.version = u.version) as sims,
          (select count(*)::int
             from unnest(${uuids([...fleets.keys()])}::uuid[], ${bigints([...fleets.values()])}::bigint[]) as u(id, data_limit_mb)
             join fleets f on f.organization_id = ${ctx.organization.id} and f.id = u.id
              and f.data_limit_mb is not distinct from u.data_limit_mb) as fleets`,
  );
  return found!;
}

/** Rows that share the count of an organization's changes. */
const slots = 16;
const noted = new WeakSet<object>();

/**
 * Says that a SIM or a fleet is no longer what charging may remember. It costs one statement per database transaction,
 * its last, however often it is said.
 */
export function noteChange(ctx: Ctx): void {
  assert(ctx.beforeCommit, 'a change of lines needs a database transaction');
  if (noted.has(ctx.beforeCommit)) return;
  noted.add(ctx.beforeCommit);
  lastly(ctx, 'changes', raise);
}

async function raise(ctx: Ctx): Promise<void> {
  await run(
    ctx,
    sql`/* inventory.note_change */ insert into inventory_changes as c (organization_id, slot, changes)
        values (${ctx.organization.id}, pg_backend_pid() % ${slots}::int, 1)
        on conflict (organization_id, slot) do update set changes = c.changes + 1`,
  );
}

/** Asks charging to tell when the prepaid balance of a line falls below so much; null: no longer. The line is locked. */
export async function tellLowData(ctx: Ctx, lineId: Id, lowDataBytes: bigint | null): Promise<void> {
  noteChange(ctx);
  await run(
    ctx,
    sql`/* inventory.tell_low_data */ update sims set low_data_bytes = ${lowDataBytes}, version = version + 1
         where organization_id = ${ctx.organization.id} and id = ${lineId} and low_data_bytes is distinct from ${lowDataBytes}::bigint`,
  );
}

/** The fleets of SIMs with the limits that were read with them. Two limits of one fleet: one of them is old. */
export function fleetsOf(sims: ChargedSim[]): Map<Id, bigint | null> {
  const fleets = new Map<Id, bigint | null>();
  for (const { fleetId, fleetDataLimitMb } of sims) {
    if (!fleetId) continue;
    const known = fleets.get(fleetId);
    // No fleet has this limit, so that the count tells of the difference.
    fleets.set(fleetId, known === undefined || known === fleetDataLimitMb ? fleetDataLimitMb : differing);
  }
  return fleets;
}

const differing = -1n;

/** Keeps the IMEI last seen with a SIM. */
export async function noteImei(ctx: Ctx, seen: { lineId: Id; imei: string }[]): Promise<void> {
  await run(
    ctx,
    sql`/* inventory.note_imei */ update sims s set imei = u.imei, imei_seen_at = ${ctx.now}
          from unnest(${seen.map((s) => s.lineId)}::uuid[], ${seen.map((s) => s.imei)}::text[]) as u(id, imei)
         where s.organization_id = ${ctx.organization.id} and s.id = u.id`,
  );
}
