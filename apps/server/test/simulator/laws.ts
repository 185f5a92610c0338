import * as catalog from '../../src/catalog/index.ts';
import { type Database, query, reading, sql } from '../../src/kit/db.ts';
import type { Id } from '../../src/kit/ids.ts';
import { chargeOf, termsOf } from '../../src/rating/index.ts';
import { drift } from '../world.ts';
import { type Breach, breach } from './breach.ts';
import { sumsOfFiles } from './files.ts';
import { steadyLimit, type Tenant } from './tenant.ts';
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
    ...(await eventLaws(world.owner)),
  ];
}

type PeriodRow = {
  id: Id;
  lineId: Id;
  kind: 'ready' | 'active';
  planVersionId: Id;
  allowanceBytes: bigint | null;
  usedBytes: bigint;
  chargeMicros: bigint;
};
type RecordRow = { periodId: Id; batchId: Id; bytes: bigint; chargeMicros: bigint; late: boolean };

/**
 * I2 and I8, by the pure engine: the records of each period, in the order they were charged, cost what was charged for
 * them, byte by byte; and lines whose limits never changed were blocked once for each period that reached its limit.
 */
export async function replayLaws(owner: Database, tenant: Tenant): Promise<Breach[]> {
  const ctx = tenant.ctx();
  const steady = tenant.sims.filter((sim) => sim.steady).map((sim) => sim.id);
  const periods = await query<PeriodRow>(
    owner.pool,
    sql`select id, line_id, kind, plan_version_id, allowance_bytes, used_bytes, charge_micros from billing_periods
         where organization_id = ${ctx.organization.id}`,
  );
  const records = Map.groupBy(
    await query<RecordRow>(
      owner.pool,
      sql`select period_id, batch_id, bytes_up + bytes_down as bytes, charge_micros, late from usage_records
           where organization_id = ${ctx.organization.id} order by batch_id, position`,
    ),
    (record) => record.periodId,
  );
  const blocks = await query<{ lineId: Id; blocks: bigint }>(
    owner.pool,
    sql`select line_id, count(*) as blocks from blocks
         where organization_id = ${ctx.organization.id} and reason = 'data_limit' group by line_id`,
  );
  const versions = await reading(ctx, (ctx) =>
    catalog.getVersions(ctx, [...new Set(periods.map((period) => period.planVersionId))]),
  );
  const breaches: Breach[] = [];
  const crossings = new Map<Id, bigint>();
  for (const period of periods) {
    const own = records.get(period.id) ?? [];
    const version = versions.get(period.planVersionId)!;
    breaches.push(...replayPeriod(period, own, version));
    if (!steady.includes(period.lineId) || period.kind === 'ready') continue;
    if (reaches(version.dataLimitBytes, own)) crossings.set(period.lineId, (crossings.get(period.lineId) ?? 0n) + 1n);
  }
  const opened = new Map(blocks.map((row) => [row.lineId, row.blocks]));
  for (const id of steady) {
    const [kept, found] = [opened.get(id) ?? 0n, crossings.get(id) ?? 0n];
    if (kept !== found) breaches.push(breach('I8 blocks', id, kept, found));
  }
  return breaches;
}

/** The price of a total is the engine's; how a period's total becomes the charge of each record is counted here again. */
function replayPeriod(period: PeriodRow, records: RecordRow[], version: catalog.PlanVersion): Breach[] {
  const terms = termsOf(version);
  const costs = (total: bigint) =>
    period.kind === 'ready' ? 0n : chargeOf(terms, total, period.allowanceBytes ?? undefined);
  const breaches: Breach[] = [];
  const whole = costs(period.usedBytes);
  if (period.chargeMicros !== whole) breaches.push(breach('I2 period', period.id, period.chargeMicros, whole));
  let [total, before] = [0n, costs(0n)];
  // Ids of batches tell milliseconds apart. What two writers charged in the same one is looked at as a whole.
  for (const [at, group] of Map.groupBy(records, (record) => record.batchId.slice(0, 13))) {
    const together = new Set(group.map((record) => record.batchId)).size > 1;
    for (const { bytes, chargeMicros } of together ? [sumOf(group)] : group) {
      total += bytes;
      const after = costs(total);
      if (chargeMicros !== after - before) {
        return [...breaches, breach('I2 record', `${period.id} at ${at}`, chargeMicros, after - before)];
      }
      before = after;
    }
  }
  return breaches;
}

function sumOf(records: RecordRow[]): Pick<RecordRow, 'bytes' | 'chargeMicros'> {
  return {
    bytes: records.reduce((sum, record) => sum + record.bytes, 0n),
    chargeMicros: records.reduce((sum, record) => sum + record.chargeMicros, 0n),
  };
}

/** A steady line stops at its fleet's limit or its plan's. Late usage does not count for it. */
function reaches(ofPlan: bigint | null, records: RecordRow[]): boolean {
  const limit = ofPlan !== null && ofPlan < steadyLimit ? ofPlan : steadyLimit;
  return records.reduce((sum, { bytes, late }) => (late ? sum : sum + bytes), 0n) >= limit;
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
           where kind = 'active' group by 1, 2)
        select a.line_id as id, c.spans::text as kept, (a.spans - coalesce(c.spans, '{}'))::text as found
          from active a left join covered c using (organization_id, line_id)
         where not isempty(a.spans - coalesce(c.spans, '{}'))`,
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
          union all select 'sim.blocked', count(*) from blocks
          union all select 'sim.unblocked', count(*) from blocks where lifted_at is not null
          union all select 'sim.lifecycle_changed', count(*) from lifecycle_changes
          union all select 'usage.unrated', count(*) from usage_inbox)
        select c.name, (select count(*) from events e where e.name = c.name) as kept, c.n as found from changes c
         where c.n <> (select count(*) from events e where e.name = c.name)`,
  );
  return found.map((row) => breach('10 events', row.name, row.kept, row.found));
}
