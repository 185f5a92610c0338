import type { Ctx } from '../../kit/ctx.ts';
import { rows, run, sql } from '../../kit/db.ts';
import type { Id } from '../../kit/ids.ts';
import type { Sim } from '../model.ts';
import { simColumns } from './sims.ts';

/** A SIM as charging needs it: with the limit of its fleet. */
export type ChargedSim = Sim & { fleetDataLimitMb: bigint | null };

/** The SIMs behind these IMSIs of their telecoms, or with these ids; one that is in use comes before an archived one. */
export async function findChargedSims(
  ctx: Ctx,
  wanted: { telecomId: Id; imsi: string }[],
  ids: Id[],
): Promise<ChargedSim[]> {
  return rows<ChargedSim>(
    ctx,
    sql`/* inventory.find_charged_sims */ select distinct on (found)
               case when s.id = any(${ids}::uuid[]) then s.id::text else s.telecom_id || '/' || s.imsi end as found,
               ${simColumns}, f.data_limit_mb as fleet_data_limit_mb
          from sims s left join fleets f on f.organization_id = s.organization_id and f.id = s.fleet_id
         where s.organization_id = ${ctx.organization.id}
           and (s.id = any(${ids}::uuid[])
                or (s.telecom_id, s.imsi) in (
                   select * from unnest(${wanted.map((w) => w.telecomId)}::uuid[], ${wanted.map((w) => w.imsi)}::text[])))
         order by found, (s.lifecycle = 'archived')`,
  );
}

/** How many of these SIMs still have the data limits, their own and their fleet's, that were read with them. */
export async function countWithSameLimits(ctx: Ctx, sims: ChargedSim[]): Promise<number> {
  const [found] = await rows<{ same: number }>(
    ctx,
    sql`/* inventory.count_with_same_limits */ select count(*)::int as same
          from unnest(${sims.map((s) => s.id)}::uuid[], ${sims.map((s) => s.dataLimitBytes)}::bigint[],
                      ${sims.map((s) => s.fleetDataLimitMb)}::bigint[]) as u(id, own, fleet)
          join sims s on s.organization_id = ${ctx.organization.id} and s.id = u.id
          left join fleets f on f.organization_id = s.organization_id and f.id = s.fleet_id
         where s.data_limit_bytes is not distinct from u.own and f.data_limit_mb is not distinct from u.fleet`,
  );
  return found!.same;
}

/** Keeps the IMEI last seen with a SIM. */
export async function noteImei(ctx: Ctx, seen: { lineId: Id; imei: string }[]): Promise<void> {
  await run(
    ctx,
    sql`/* inventory.note_imei */ update sims s set imei = u.imei, imei_seen_at = ${ctx.now}
          from unnest(${seen.map((s) => s.lineId)}::uuid[], ${seen.map((s) => s.imei)}::text[]) as u(id, imei)
         where s.organization_id = ${ctx.organization.id} and s.id = u.id`,
  );
}
