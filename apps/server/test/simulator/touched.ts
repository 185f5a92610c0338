import { type Database, query, sql } from '../../src/kit/db.ts';
import { type Breach, breach } from './breach.ts';
import type { Device } from './device.ts';
import type { Tenant } from './tenant.ts';
import type { Simulation } from './world.ts';

/** Sessions of a device that a step may still have touched. */
const latest = 3;

/**
 * After each step, of what it touched: sessions hold what the model says their network told; records, periods and
 * hours of the lines agree; a line whose limit never changes is blocked if and only if it reached it.
 */
export async function touchedLaws(world: Simulation, devices: Device[]): Promise<Breach[]> {
  if (devices.length === 0) return [];
  const breaches: Breach[] = [];
  for (const tenant of world.tenants) {
    const own = tenant.sims.filter((sim) => devices.includes(sim.device));
    const all = [...own.map((sim) => sim.device), ...tenant.strangers.filter((device) => devices.includes(device))];
    if (all.length === 0) continue;
    breaches.push(
      ...(await sessionLaws(world.owner, tenant, all, latest)),
      ...(await lineLaws(world.owner, tenant, own)),
    );
  }
  return breaches;
}

/** Law 5: a session holds what its network counted, all epochs together, however often and in which order it told. */
export async function sessionLaws(owner: Database, tenant: Tenant, devices: Device[], most: number): Promise<Breach[]> {
  const counted = new Map(devices.flatMap((device) => [...device.counted].slice(-most)));
  const found = await query<{ sessionKey: string; bytes: bigint }>(
    owner.pool,
    sql`select session_key, up_bytes + down_bytes as bytes from sessions
         where organization_id = ${tenant.ctx().organization.id} and session_key = any(${[...counted.keys()]}::text[])
           and nas_id = any(${tenant.nases}::uuid[])`,
  );
  const kept = new Map(found.map((session) => [session.sessionKey, session.bytes]));
  return [...counted]
    .filter(([key, bytes]) => (kept.get(key) ?? 0n) !== bytes)
    .map(([key, bytes]) => breach('5 session', key, kept.get(key) ?? 'none', bytes));
}

async function lineLaws(owner: Database, tenant: Tenant, sims: Tenant['sims']): Promise<Breach[]> {
  const found = await query<{ law: string; id: string; kept: string; found: string }>(
    owner.pool,
    sql`with o(id) as (select ${tenant.ctx().organization.id}::uuid),
        lines as (
          select l.id, l.steady, p.used, p.charge, r.used as record_used, r.charge as record_charge, r.own as own_charge, r.records,
                 h.used as hour_used, h.charge as hour_charge, h.records as hour_records
            from o cross join unnest(${sims.map((sim) => sim.id)}::uuid[], ${sims.map((sim) => sim.steady)}::boolean[]) as l(id, steady)
            cross join lateral (select coalesce(sum(used_bytes), 0) as used, coalesce(sum(charge_micros), 0) as charge
                                  from billing_periods where organization_id = o.id and line_id = l.id) p
            cross join lateral (select coalesce(sum(bytes_up + bytes_down), 0) as used, coalesce(sum(charge_micros), 0) as charge,
                                       coalesce(sum(charge_micros) filter (where pool_period_id is null), 0) as own, count(*) as records
                                  from usage_records where organization_id = o.id and line_id = l.id) r
            cross join lateral (select coalesce(sum(bytes_up + bytes_down), 0) as used, coalesce(sum(charge_micros), 0) as charge,
                                       coalesce(sum(records), 0) as records
                                  from usage_hourly where organization_id = o.id and line_id = l.id) h)
        select 'I1 line' as law, id, (used, charge)::text as kept, (record_used, own_charge)::text as found from lines
         where (used, charge) is distinct from (record_used, own_charge)
        union all
        select 'I1 hours of a line', id, (hour_used, hour_charge, hour_records)::text, (record_used, record_charge, records)::text
          from lines where (hour_used, hour_charge, hour_records) is distinct from (record_used, record_charge, records)
        union all
        select 'I9 steady', l.id, coalesce(d.reached, false)::text, (b.line_id is not null)::text
          from o cross join lines l join sims s on s.organization_id = o.id and s.id = l.id and s.lifecycle <> 'archived'
          left join lateral (
            select p.limit_used_bytes >= least(f.data_limit_mb * 1000000, v.data_limit_bytes) as reached
              from billing_periods p join plan_versions v on v.organization_id = o.id and v.id = p.plan_version_id
              join fleets f on f.organization_id = o.id and f.id = s.fleet_id
             where p.organization_id = o.id and p.line_id = l.id and p.state = 'open' and p.kind = 'active') d on true
          left join blocks b on b.organization_id = o.id and b.line_id = l.id and b.reason = 'data_limit' and b.lifted_at is null
         where l.steady and coalesce(d.reached, false) <> (b.line_id is not null)`,
  );
  return found.map(({ law, id, kept, found }) => breach(law, id, kept, found));
}
