import * as catalog from '../../src/catalog/index.ts';
import { termsOf } from '../../src/charging/index.ts';
import { chargeOf, crossed, rateUsage } from '../../src/charging/model/rating.ts';
import * as inventory from '../../src/inventory/index.ts';
import type { Ctx } from '../../src/kit/ctx.ts';
import { type Database, query, reading, sql } from '../../src/kit/db.ts';
import type { Id } from '../../src/kit/ids.ts';
import { drift } from '../world.ts';
import type { Device } from './device.ts';
import type { Simulation } from './world.ts';

/** What breaks a law: which one, what, and how. */
export type Breach = { law: string; id: string; kept: string; found: string };

/** After each step, of what it touched: sessions hold what their devices told, periods what their records say. */
export async function touchedLaws(world: Simulation, devices: Device[]): Promise<Breach[]> {
  if (devices.length === 0) return [];
  const counted = new Map(devices.flatMap((device) => [...device.counted].slice(-3)));
  const lines = world.sims.filter((sim) => devices.includes(sim.device)).map((sim) => sim.id);
  return [...(await sessionLaws(world.owner, counted)), ...(await periodLaws(world.owner, lines))];
}

/** Every law over everything: drift.sql, the engine's replay, the calendar of each line, and the outbox. */
export async function allLaws(world: Simulation): Promise<Breach[]> {
  // What follows a change of limit happens in the relay, so it must have run.
  await world.roll();
  await world.relay();
  const steady = world.sims.filter((sim) => sim.steady).map((sim) => sim.id);
  const counted = new Map([...world.sims.map((sim) => sim.device), ...world.strangers].flatMap((d) => [...d.counted]));
  return [
    ...(await drift(world.owner)).map((row) => ({ ...row, id: String(row.id) }) as Breach),
    ...(await sessionLaws(world.owner, counted)),
    ...(await replayLaws(world.ctx(), world.owner, steady)),
    ...(await activeLaws(world.owner, world.now())),
    ...(await eventLaws(world.owner)),
  ];
}

/** Law 5: a session holds what its network counted, all epochs together, however often and in which order it told. */
async function sessionLaws(owner: Database, counted: Map<string, bigint>): Promise<Breach[]> {
  const found = await query<{ sessionKey: string; bytes: bigint }>(
    owner.pool,
    sql`select session_key, up_bytes + down_bytes as bytes from sessions where session_key = any(${[...counted.keys()]}::text[])`,
  );
  const kept = new Map(found.map((session) => [session.sessionKey, session.bytes]));
  return [...counted]
    .filter(([key, bytes]) => (kept.get(key) ?? 0n) !== bytes)
    .map(([key, bytes]) => breach('5 session', key, kept.get(key) ?? 'none', bytes));
}

async function periodLaws(owner: Database, lines: Id[]): Promise<Breach[]> {
  const found = await query<{ id: Id; kept: string; found: string }>(
    owner.pool,
    sql`select l.id, (p.used, p.charge)::text as kept, (r.used, r.charge)::text as found
          from unnest(${lines}::uuid[]) as l(id)
          cross join lateral (select coalesce(sum(used_bytes), 0) as used, coalesce(sum(charge_micros), 0) as charge
                                from billing_periods where line_id = l.id) p
          cross join lateral (select coalesce(sum(bytes_up + bytes_down), 0) as used, coalesce(sum(charge_micros), 0) as charge
                                from usage_records where line_id = l.id) r
         where (p.used, p.charge) is distinct from (r.used, r.charge)`,
  );
  return found.map((row) => breach('I1 line', row.id, row.kept, row.found));
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
type RecordRow = { periodId: Id; bytes: bigint; chargeMicros: bigint; late: boolean };

/**
 * I2 and I8, by the pure engine: the records of each period, in the order they were charged, cost what was charged for
 * them, byte by byte; and lines whose limits never changed were blocked once for each period that reached its limit.
 */
export async function replayLaws(ctx: Ctx, owner: Database, steady: Id[]): Promise<Breach[]> {
  const periods = await query<PeriodRow>(
    owner.pool,
    sql`select id, line_id, kind, plan_version_id, allowance_bytes, used_bytes, charge_micros from billing_periods
         where organization_id = ${ctx.organization.id}`,
  );
  const records = Map.groupBy(
    await query<RecordRow>(
      owner.pool,
      sql`select period_id, bytes_up + bytes_down as bytes, charge_micros, late from usage_records
           where organization_id = ${ctx.organization.id} order by batch_id, position`,
    ),
    (record) => record.periodId,
  );
  const blocks = await query<{ lineId: Id; blocks: bigint }>(
    owner.pool,
    sql`select line_id, count(*) as blocks from blocks
         where organization_id = ${ctx.organization.id} and reason = 'data_limit' group by line_id`,
  );
  const { versions, sims } = await reading(ctx, async (ctx) => ({
    versions: await catalog.getVersions(ctx, [...new Set(periods.map((period) => period.planVersionId))]),
    sims: new Map((await inventory.findChargedSims(ctx, [], steady)).map((sim) => [sim.id, sim])),
  }));
  const breaches: Breach[] = [];
  const crossings = new Map<Id, bigint>();
  for (const period of periods) {
    const own = records.get(period.id) ?? [];
    const version = versions.get(period.planVersionId)!;
    breaches.push(...replayPeriod(period, own, version));
    const sim = sims.get(period.lineId);
    if (!sim || period.kind === 'ready') continue;
    const limit = inventory.effectiveDataLimit(sim.dataLimitBytes, sim.fleetDataLimitMb, version.dataLimitBytes);
    if (reaches(limit?.bytes ?? null, own)) crossings.set(sim.id, (crossings.get(sim.id) ?? 0n) + 1n);
  }
  const opened = new Map(blocks.map((row) => [row.lineId, row.blocks]));
  for (const id of steady) {
    const [kept, found] = [opened.get(id) ?? 0n, crossings.get(id) ?? 0n];
    if (kept !== found) breaches.push(breach('I8 blocks', id, kept, found));
  }
  return breaches;
}

function replayPeriod(period: PeriodRow, records: RecordRow[], version: catalog.PlanVersion): Breach[] {
  const deltas = records.map((record) => record.bytes);
  const terms = termsOf(version);
  const free = period.kind === 'ready';
  const rated = rateUsage(terms, period.allowanceBytes, 0n, deltas);
  const wrong = records.findIndex((record, i) => record.chargeMicros !== (free ? 0n : rated[i]!.charge));
  const whole = free ? 0n : chargeOf(terms, period.usedBytes, period.allowanceBytes ?? undefined);
  return [
    ...(period.chargeMicros === whole ? [] : [breach('I2 period', period.id, period.chargeMicros, whole)]),
    ...(wrong < 0
      ? []
      : [breach('I2 record', `${period.id}/${wrong}`, records[wrong]!.chargeMicros, free ? 0n : rated[wrong]!.charge)]),
  ];
}

/** Late usage does not count for the limit. */
function reaches(limit: bigint | null, records: RecordRow[]): boolean {
  let total = 0n;
  return records.some(({ bytes, late }) => {
    const before = total;
    if (!late) total += bytes;
    return crossed(limit, before, total);
  });
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
                 lead(at, 1, ${now}::timestamptz) over (partition by organization_id, line_id order by at, id) as until
            from lifecycle_changes),
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

function breach(law: string, id: string, kept: unknown, found: unknown): Breach {
  return { law, id, kept: String(kept), found: String(found) };
}
