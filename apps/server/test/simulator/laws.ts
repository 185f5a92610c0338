import { type Database, query, sql } from '../../src/kit/db.ts';
import type { Id } from '../../src/kit/ids.ts';
import { drift } from '../world.ts';
import { billLaws } from './bill-laws.ts';
import { type Breach, breach } from './breach.ts';
import { sumsOfFiles } from './files.ts';
import { quietLaws } from './quiet.ts';
import { receivableLaws } from './receivable-laws.ts';
import { replayLaws } from './replay.ts';
import { tillLaws } from './till-laws.ts';
import { sessionLaws } from './touched.ts';
import { wrongWallets } from './wallets.ts';
import type { Simulation } from './world.ts';

/** Every law over everything: drift.sql, sessions, the engine's replay, the calendar of each line, the outbox, wallets. */
export async function allLaws(world: Simulation): Promise<Breach[]> {
  const breaches: Breach[] = [];
  for (const tenant of world.tenants) {
    // What follows a change of limit happens in the relay, so it must have run.
    await world.roll(tenant);
    await world.relay(tenant);
    const devices = [...tenant.sims.map((sim) => sim.device), ...tenant.strangers];
    breaches.push(...(await sessionLaws(world.owner, tenant, devices, Number.POSITIVE_INFINITY)));
    breaches.push(...(await replayLaws(world.owner, tenant)));
    const { kept, found } = await sumsOfFiles(world.owner, tenant);
    if (kept !== found) breaches.push(breach('4 records of files', tenant.ctx().organization.id, kept, found));
    const wallets = await wrongWallets(world.owner.pool, tenant);
    breaches.push(...wallets.map(({ id, kept, found }) => breach('2 wallet', id, kept, found)));
  }
  return [
    ...(await drift(world.owner)).map((row) => ({ ...row, id: String(row.id) }) as Breach),
    ...breaches,
    ...(await activeLaws(world.owner, world.now())),
    ...(await quietLaws(world.owner)),
    ...(await eventLaws(world.owner)),
    ...(await tillLaws(world.owner)),
    ...(await billLaws(world.owner)),
    ...(await receivableLaws(world.owner)),
  ];
}

/**
 * I6 by history: as long as a line was active, an active period ran, from the instant it became active until it left
 * or until now. Ranges are PostgreSQL's own, so this shares no arithmetic with the product.
 */
async function activeLaws(owner: Database, now: Date): Promise<Breach[]> {
  const found = await query<{ id: Id; kept: string; found: string }>(
    owner.pool,
    sql`with spans as (
          select organization_id, line_id, to_lifecycle, at as since,
                 lead(at, 1, ${now}::timestamptz) over (partition by organization_id, line_id order by at, first, id) as until
            from lifecycle_changes,
                 -- A first usage and staff may change a line at one instant; what it left tells which came first.
                 lateral (select array_position(array['blank', 'ready'], from_lifecycle) as first) f),
        active as (
          select organization_id, line_id, range_agg(tstzrange(since, until)) as spans from spans
           where to_lifecycle = 'active' and since < until group by 1, 2),
        covered as (
          select organization_id, line_id, range_agg(tstzrange(starts_at, ends_at)) as spans from billing_periods
           where kind = 'active' group by 1, 2),
        -- A prepaid line that has expired, or was never refilled, waits for its refill.
        waits as (
          select organization_id, line_id, tstzrange(opened_at, coalesce(lifted_at, ${now}::timestamptz)) as span from blocks
           where reason = 'validity'
          union all
          select organization_id, line_id, tstzrange(ends_at, next)
            from (select p.*, lead(starts_at) over (partition by organization_id, line_id order by starts_at, ends_at nulls last) as next
                    from billing_periods p) p
           where kind = 'active' and state = 'closed' and (next is null or next >= ends_at)
             and exists (select from plan_versions v where v.organization_id = p.organization_id and v.id = p.plan_version_id and v.type = 'prepaid')),
        waiting as (select organization_id, line_id, range_agg(span) as spans from waits group by 1, 2)
        select a.line_id as id, c.spans::text as kept, (a.spans - coalesce(c.spans, '{}') - coalesce(w.spans, '{}'))::text as found
          from active a left join covered c using (organization_id, line_id) left join waiting w using (organization_id, line_id)
         where not isempty(a.spans - coalesce(c.spans, '{}') - coalesce(w.spans, '{}'))`,
  );
  return found.map((row) => breach('I6 active without a period', row.id, row.kept ?? 'none', row.found));
}

/** Law 10: an event exists if and only if its change committed. */
async function eventLaws(owner: Database): Promise<Breach[]> {
  const found = await query<{ name: string; kept: bigint; found: bigint }>(
    owner.pool,
    sql`with changes as (
          select 'period.opened' as name, count(*) as n from billing_periods
          union all select 'period.closed', count(*) from billing_periods where state = 'closed'
          union all select 'fee.charged', count(*) from fees
          union all select 'fee.refused', count(*) from due_fees
          union all select 'adjustment.posted', count(*) from adjustments
          union all select 'sim.refilled', count(*) from refills
          union all select 'pool.period_opened', count(*) from pool_periods
          union all select 'pool.period_closed', count(*) from pool_periods where state = 'closed'
          union all select 'sim.blocked', count(*) from blocks
          union all select 'sim.unblocked', count(*) from blocks where lifted_at is not null
          union all select 'sim.lifecycle_changed', count(*) from lifecycle_changes
          union all select 'usage.unrated', count(*) from usage_inbox)
        select c.name, (select count(*) from events e where e.name = c.name) as kept, c.n as found from changes c
         where c.n <> (select count(*) from events e where e.name = c.name)`,
  );
  return found.map((row) => breach('10 events', row.name, row.kept, row.found));
}
