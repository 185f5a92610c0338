import * as catalog from '../../src/catalog/index.ts';
import { type Database, query, reading, sql } from '../../src/kit/db.ts';
import type { Id } from '../../src/kit/ids.ts';
import * as pools from '../../src/pools/index.ts';
import { poolPriceFor, priceFor, type Totals, zoningFor } from '../../src/rating/index.ts';
import { type Breach, breach } from './breach.ts';
import { steadyLimit, type Tenant } from './tenant.ts';

type PeriodRow = {
  id: Id;
  lineId: Id;
  kind: 'ready' | 'active';
  planVersionId: Id;
  allowanceBytes: bigint | null;
  usedBytes: bigint;
  totals: Record<string, number> | null;
  chargeMicros: bigint;
  /** What a cut of the period corrected of its usage. */
  corrected: bigint;
  /** It ended before its time, and its allowance shrank with it. */
  cut: boolean;
};
type RecordRow = {
  periodId: Id;
  poolPeriodId: Id | null;
  batchId: Id;
  service: catalog.Service;
  bytes: bigint;
  units: bigint;
  plmn: string;
  chargeMicros: bigint;
  late: boolean;
};

/**
 * I2 and I8, by the pure engine: the records of each period, in the order they were charged, cost what was charged for
 * them, byte by byte; and lines whose limits never changed were blocked once for each period that reached its limit.
 */
export async function replayLaws(owner: Database, tenant: Tenant): Promise<Breach[]> {
  const ctx = tenant.ctx();
  const steady = tenant.sims.filter((sim) => sim.steady).map((sim) => sim.id);
  const periods = await query<PeriodRow>(
    owner.pool,
    sql`select p.id, p.line_id, p.kind, p.plan_version_id, p.allowance_bytes, p.used_bytes, p.totals, p.charge_micros,
               (select coalesce(sum(a.amount_micros), 0) from adjustments a where a.organization_id = p.organization_id
                   and a.period_id = p.id and a.detail ? 'usedBytes')::bigint as corrected,
               p.planned_ends_at is distinct from p.ends_at as cut
          from billing_periods p where p.organization_id = ${ctx.organization.id}`,
  );
  const records = await query<RecordRow>(
    owner.pool,
    sql`select period_id, pool_period_id, batch_id, service, bytes_up + bytes_down as bytes, units, plmn, charge_micros, late
          from usage_records where organization_id = ${ctx.organization.id} order by batch_id, position`,
  );
  const ofPeriod = Map.groupBy(records, (record) => record.periodId);
  const blocks = await query<{ lineId: Id; blocks: bigint }>(
    owner.pool,
    sql`select line_id, count(*) as blocks from blocks
         where organization_id = ${ctx.organization.id} and reason = 'data_limit' group by line_id`,
  );
  const versions = await reading(ctx, (ctx) =>
    catalog.getVersions(ctx, [...new Set(periods.map((period) => period.planVersionId))]),
  );
  const breaches: Breach[] = await replayPools(owner, tenant);
  const crossings = new Map<Id, bigint>();
  for (const period of periods) {
    const own = ofPeriod.get(period.id) ?? [];
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

/** The price of totals is the engine's; how they become the charge of each record is counted here again. */
function replayPeriod(period: PeriodRow, records: RecordRow[], version: catalog.PlanVersion): Breach[] {
  const price = priceFor(version);
  const costs = (sum: Sum) => (period.kind === 'ready' ? 0n : price(sum.bytes, period.allowanceBytes, sum.totals));
  const breaches: Breach[] = [];
  const whole = records.reduce((sum, record) => add(sum, record, version), nothing);
  const [kept, found] = [written(period.totals), written(whole.totals)];
  if (period.kind === 'active' && kept !== found) breaches.push(breach('I2 totals', period.id, kept, found));
  const charged = period.chargeMicros + period.corrected;
  if (charged !== costs(whole)) breaches.push(breach('I2 period', period.id, charged, costs(whole)));
  // What was charged before a cut was charged with the allowance of before.
  if (period.cut || period.corrected !== 0n || records.some((record) => record.poolPeriodId)) return breaches;
  let [sum, before] = [nothing, costs(nothing)];
  // Ids of batches tell milliseconds apart. What two writers charged in the same one is looked at as a whole.
  for (const [at, group] of Map.groupBy(records, (record) => record.batchId.slice(0, 13))) {
    const together = new Set(group.map((record) => record.batchId)).size > 1;
    for (const step of together ? [group] : group.map((record) => [record])) {
      for (const record of step) sum = add(sum, record, version);
      const charge = step.reduce((sum, record) => sum + record.chargeMicros, 0n);
      const after = costs(sum);
      if (charge !== after - before) {
        return [...breaches, breach('I2 record', `${period.id} at ${at}`, charge, after - before)];
      }
      before = after;
    }
  }
  return breaches;
}

type Sum = { bytes: bigint; totals: Totals };
const nothing: Sum = { bytes: 0n, totals: {} };

function add({ bytes, totals }: Sum, record: RecordRow, version: catalog.PlanVersion): Sum {
  const placed = zoningFor(version, catalog.countryOfPlmn)(record.service, record.plmn);
  const component = placed?.component ?? 'data';
  const more = record.service === 'data' ? record.bytes : record.units;
  const next = component === 'data' ? totals : { ...totals, [component]: (totals[component] ?? 0n) + more };
  return { bytes: bytes + record.bytes, totals: next };
}

function written(totals: Record<string, bigint | number> | null): string {
  return Object.entries(totals ?? {})
    .map(([component, quantity]) => `${component} ${quantity}`)
    .sort()
    .join(', ');
}

/** The month of a pool costs f(what all used, what it holds): its records, and what later shares took back. */
async function replayPools(owner: Database, tenant: Tenant): Promise<Breach[]> {
  const ctx = tenant.ctx();
  type Month = { id: Id; poolVersionId: Id; allowanceBytes: bigint; usedBytes: bigint; charged: bigint };
  const months = await query<Month>(
    owner.pool,
    sql`select p.id, p.pool_version_id, p.allowance_bytes, p.used_bytes,
               p.charge_micros + (select coalesce(sum(a.amount_micros), 0) from adjustments a
                   where a.organization_id = p.organization_id and a.period_id = p.id and a.line_id is null)::bigint as charged
          from pool_periods p where p.organization_id = ${ctx.organization.id}`,
  );
  const versions = await reading(ctx, (ctx) =>
    pools.getPoolVersions(ctx, [...new Set(months.map((month) => month.poolVersionId))]),
  );
  return months.flatMap(({ id, poolVersionId, allowanceBytes, usedBytes, charged }) => {
    const costs = poolPriceFor(versions.get(poolVersionId)!)(usedBytes, allowanceBytes);
    return charged === costs ? [] : [breach('I2 pool', id, charged, costs)];
  });
}

/** A steady line stops at its fleet's limit or its plan's. Late usage does not count for it. */
function reaches(ofPlan: bigint | null, records: RecordRow[]): boolean {
  const limit = ofPlan !== null && ofPlan < steadyLimit ? ofPlan : steadyLimit;
  return records.reduce((sum, { bytes, late }) => (late ? sum : sum + bytes), 0n) >= limit;
}
