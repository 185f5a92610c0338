import { bigints, instants, ints, texts, uuids } from '../kit/arrays.ts';
import { bigintAsText } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { allOf, join, nothing, rows, run, type Sql, sql } from '../kit/db.ts';
import { type Id, newId } from '../kit/ids.ts';
import type { Close, DuePeriod, Fee, Period } from './model/period.ts';

type PeriodRow = Omit<Period, 'anchor' | 'totals'> & {
  anchorLocal: string;
  anchorZone: string;
  totals: Record<string, string> | null;
};

const columns = sql`p.id, p.line_id, p.kind, p.starts_at, p.ends_at, p.anchor_local, p.anchor_zone, p.state, p.plan_version_id,
  p.payer_id, p.allowance_bytes, p.used_bytes, p.limit_used_bytes, p.taken_over_bytes, p.totals, p.pool_id, p.recurring_micros, p.charge_micros,
  p.invoiced_at, p.version`;

function fromRow({ anchorLocal, anchorZone, totals, ...period }: PeriodRow): Period {
  return { ...period, anchor: { local: anchorLocal, zone: anchorZone }, totals: totals && fromStoredTotals(totals) };
}

/** JSON keeps a bigint as text. */
function fromStoredTotals(totals: Record<string, string>): Record<string, bigint> {
  return Object.fromEntries(Object.entries(totals).map(([component, quantity]) => [component, BigInt(quantity)]));
}

function storedTotals(totals: Period['totals']): string | null {
  return totals && JSON.stringify(totals, bigintAsText);
}

export async function listOpenPeriods(ctx: Ctx, lineIds: Id[], lock: boolean): Promise<Period[]> {
  const found = await rows<PeriodRow>(
    ctx,
    sql`/* periods.list_open */ select ${columns} from billing_periods p
         where p.organization_id = ${ctx.organization.id} and p.line_id = any(${lineIds}::uuid[]) and p.state = 'open'
         order by p.line_id ${lock ? sql`for no key update` : nothing}`,
  );
  return found.map(fromRow);
}

/** For each (line, instant): the line's open period, and the period that contains the instant. */
export async function listPeriodsAt(ctx: Ctx, moments: { lineId: Id; at: Date }[]): Promise<Period[]> {
  const found = await rows<PeriodRow>(
    ctx,
    sql`/* periods.list_at */ select distinct on (p.id) ${columns}
          from (select * from unnest(${uuids(moments.map((m) => m.lineId))}::uuid[], ${instants(moments.map((m) => m.at))}::timestamptz[])
                       as a(line_id, at) ${allOf(moments)}) as m
          join billing_periods p on p.organization_id = ${ctx.organization.id} and p.line_id = m.line_id
           and (p.state = 'open' or (p.starts_at <= m.at and m.at < p.ends_at))`,
  );
  return found.map(fromRow);
}

/** For each (line, instant): the first active period that begins there or later. */
export async function listFirstActiveAfter(ctx: Ctx, moments: { lineId: Id; at: Date }[]): Promise<Period[]> {
  const found = await rows<PeriodRow>(
    ctx,
    sql`/* periods.list_first_active */ select distinct on (p.id) ${columns}
          from unnest(${uuids(moments.map((m) => m.lineId))}::uuid[], ${instants(moments.map((m) => m.at))}::timestamptz[]) as m(line_id, at)
         cross join lateral (
           select * from billing_periods b
            where b.organization_id = ${ctx.organization.id} and b.line_id = m.line_id and b.kind = 'active' and b.starts_at >= m.at
            order by b.starts_at limit 1) p`,
  );
  return found.map(fromRow);
}

export type DueFilter = { limit: number; lineIds?: Id[]; after?: { endsAt: Date; id: Id } | null };

/**
 * For the rest of the database transaction, statements keep the plans they once got: planning each of them anew would cost
 * a chunk more than some of them cost to run. Every one finds its rows by keys, which the other settings hold it to, so
 * that a plan made while a table was empty is as good later.
 */
export async function keepPlans(ctx: Ctx): Promise<void> {
  await run(
    ctx,
    sql`/* periods.keep_plans */ select set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true),
          set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)`,
  );
}

/** Longer than a chunk of a rollover holds its periods. */
const patience = '1s';

/**
 * Takes the due periods of the organization, the longest waiting first; what another worker holds is left to it. Who
 * names lines needs them rolled, and waits a moment for that worker instead.
 *
 * @throws 55P03 lock_not_available when the moment was not enough.
 */
export async function lockDuePeriods(ctx: Ctx, { limit, lineIds, after }: DueFilter): Promise<DuePeriod[]> {
  if (lineIds) await run(ctx, sql`/* periods.patience */ select set_config('lock_timeout', ${patience}, true)`);
  const found = await rows<Omit<DuePeriod, 'anchor'> & { anchorLocal: string; anchorZone: string }>(
    ctx,
    sql`/* periods.lock_due */ select p.id, p.line_id, p.kind, p.starts_at, p.ends_at, p.anchor_local, p.anchor_zone, p.plan_version_id,
               p.recurring_micros, p.version
          from billing_periods p
         where p.organization_id = ${ctx.organization.id} and p.state = 'open' and p.ends_at <= ${ctx.now}
           ${lineIds ? sql`and p.line_id = any(${uuids(lineIds)}::uuid[])` : nothing}
           ${after ? sql`and (p.ends_at, p.id) > (${after.endsAt}::timestamptz, ${after.id}::uuid)` : nothing}
         order by p.ends_at, p.id limit ${limit} for no key update ${lineIds ? nothing : sql`skip locked`}`,
  );
  if (lineIds) await run(ctx, sql`/* periods.patience_over */ select set_config('lock_timeout', '0', true)`);
  return found.map(({ anchorLocal, anchorZone, ...period }) => ({
    ...period,
    anchor: { local: anchorLocal, zone: anchorZone },
  }));
}

/** Whether a period of the organization is due, also one that somebody else is rolling right now. */
export async function isAnyDue(ctx: Ctx): Promise<boolean> {
  const found = await rows<{ one: number }>(
    ctx,
    sql`/* periods.is_any_due */ select 1 as one from billing_periods p
         where p.organization_id = ${ctx.organization.id} and p.state = 'open' and p.ends_at <= ${ctx.now} limit 1`,
  );
  return found.length > 0;
}

export async function closePeriods(ctx: Ctx, closes: Close[]): Promise<number> {
  return run(
    ctx,
    sql`/* periods.close */ update billing_periods p
           set state = 'closed', ends_at = u.at, allowance_bytes = coalesce(u.allowance, p.allowance_bytes), version = p.version + 1,
               updated_at = ${ctx.now}
          from unnest(${uuids(closes.map((c) => c.id))}::uuid[], ${bigints(closes.map((c) => c.version))}::bigint[],
                      ${instants(closes.map((c) => c.at))}::timestamptz[], ${bigints(closes.map((c) => c.allowanceBytes ?? null))}::bigint[])
               as u(id, version, at, allowance)
         where p.organization_id = ${ctx.organization.id} and p.id = u.id and p.version = u.version and p.state = 'open'`,
  );
}

export async function insertPeriods(ctx: Ctx, periods: Period[]): Promise<void> {
  await run(
    ctx,
    sql`/* periods.open */ insert into billing_periods
          (organization_id, id, line_id, kind, starts_at, ends_at, planned_ends_at, anchor_local, anchor_zone, plan_version_id,
           payer_id, allowance_bytes, pool_id, recurring_micros, taken_over_bytes, limit_used_bytes, created_at, updated_at)
        select ${ctx.organization.id}, u.id, u.line_id, u.kind, u.starts_at, u.ends_at, u.ends_at, u.anchor_local::timestamp, u.anchor_zone,
               u.plan_version_id, u.payer_id, u.allowance_bytes, u.pool_id, u.recurring_micros, u.taken_over_bytes,
               coalesce(u.taken_over_bytes, 0), ${ctx.now}::timestamptz, ${ctx.now}::timestamptz
          from unnest(${uuids(periods.map((p) => p.id))}::uuid[], ${uuids(periods.map((p) => p.lineId))}::uuid[],
                      ${texts(periods.map((p) => p.kind))}::text[], ${instants(periods.map((p) => p.startsAt))}::timestamptz[],
                      ${instants(periods.map((p) => p.endsAt))}::timestamptz[], ${texts(periods.map((p) => p.anchor.local))}::text[],
                      ${texts(periods.map((p) => p.anchor.zone))}::text[], ${uuids(periods.map((p) => p.planVersionId))}::uuid[],
                      ${uuids(periods.map((p) => p.payerId))}::uuid[], ${bigints(periods.map((p) => p.allowanceBytes))}::bigint[],
                      ${uuids(periods.map((p) => p.poolId))}::uuid[], ${bigints(periods.map((p) => p.recurringMicros))}::bigint[],
                      ${bigints(periods.map((p) => p.takenOverBytes))}::bigint[])
               as u(id, line_id, kind, starts_at, ends_at, anchor_local, anchor_zone, plan_version_id, payer_id, allowance_bytes, pool_id,
                    recurring_micros, taken_over_bytes)`,
  );
}

export type ChargedFee = Omit<Fee, 'fromWallet'> & { id: Id };

/** A fee as it is stored; who pays it is told by its payer alone. */
export function withId(ctx: Ctx, { fromWallet: _, ...fee }: Fee): ChargedFee {
  return { ...fee, id: newId(ctx) };
}

/**
 * Inserts the fees that are due for the first time, and returns those. The recurring fee belongs to a period that was
 * opened in this database transaction, so it is new; an activation fee is charged once per line and payer, to a pool at each
 * joining. `batchId` names the transfers that they are posted with; null: each has one of its own.
 */
export async function insertFees(ctx: Ctx, batchId: Id | null, fees: ChargedFee[]): Promise<ChargedFee[]> {
  const once = fees.filter((fee) => fee.kind === 'activation' && fee.poolId === null);
  const fresh = once.length === 0 ? fees : fees.filter((fee) => !once.includes(fee));
  if (fresh.length > 0) await run(ctx, insertingFees(ctx, batchId, fresh));
  if (once.length === 0) return fresh;
  const inserted = await rows<{ id: Id }>(
    ctx,
    sql`${insertingFees(ctx, batchId, once)} on conflict do nothing returning id`,
  );
  const charged = new Set(inserted.map((fee) => fee.id));
  return [...fresh, ...once.filter((fee) => charged.has(fee.id))];
}

function insertingFees(ctx: Ctx, batchId: Id | null, fees: ChargedFee[]): Sql {
  return sql`/* periods.charge_fees */ insert into fees
          (organization_id, batch_id, id, line_id, pool_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency,
           prorated_days, whole_days, at)
        select ${ctx.organization.id}, ${batchId}::uuid, u.*
          from unnest(${uuids(fees.map((f) => f.id))}::uuid[], ${uuids(fees.map((f) => f.lineId))}::uuid[], ${uuids(fees.map((f) => f.poolId))}::uuid[],
                      ${uuids(fees.map((f) => f.periodId))}::uuid[], ${uuids(fees.map((f) => f.planVersionId))}::uuid[],
                      ${uuids(fees.map((f) => f.payerId))}::uuid[], ${texts(fees.map((f) => f.kind))}::text[],
                      ${bigints(fees.map((f) => f.amountMicros))}::bigint[], ${texts(fees.map((f) => f.currency))}::text[],
                      ${ints(fees.map((f) => f.proratedDays))}::int[], ${ints(fees.map((f) => f.wholeDays))}::int[],
                      ${instants(fees.map((f) => f.at))}::timestamptz[]) as u`;
}

/**
 * Adds to the counters of periods, each guarded by the version that was read. Returns how many it found unchanged. They
 * are taken by id: in the order in which they lie, and in which everybody locks them.
 */
export async function addUsage(
  ctx: Ctx,
  updates: Pick<Period, 'id' | 'version' | 'usedBytes' | 'limitUsedBytes' | 'chargeMicros' | 'totals'>[],
): Promise<number> {
  // Most batches have data alone, whose total the bytes are.
  const plain = updates.every((u) => u.totals === null);
  const texted = plain ? nothing : sql`, ${texts(updates.map((u) => storedTotals(u.totals)))}::text[]`;
  return run(
    ctx,
    sql`/* periods.add_usage */ update billing_periods t
           set used_bytes = d.used, limit_used_bytes = d.limit_used, charge_micros = d.charge, version = t.version + 1,
               ${plain ? nothing : sql`totals = d.totals::jsonb,`} updated_at = ${ctx.now}
          from (select * from unnest(${uuids(updates.map((u) => u.id))}::uuid[], ${bigints(updates.map((u) => u.version))}::bigint[],
                      ${bigints(updates.map((u) => u.usedBytes))}::bigint[], ${bigints(updates.map((u) => u.limitUsedBytes))}::bigint[],
                      ${bigints(updates.map((u) => u.chargeMicros))}::bigint[]${texted})
                        as u(id, version, used, limit_used, charge${plain ? nothing : sql`, totals`})
                 order by u.id ${allOf(updates)}) as d
         where t.organization_id = ${ctx.organization.id} and t.id = d.id and t.version = d.version`,
  );
}

/** Of periods whose month began while their line was ready and bore its fee then: that wait. */
export async function listWaitsBefore(
  ctx: Ctx,
  periods: Pick<Period, 'id' | 'lineId' | 'startsAt'>[],
): Promise<Map<Id, { id: Id; startsAt: Date }>> {
  const found = await rows<{ after: Id; id: Id; startsAt: Date }>(
    ctx,
    sql`/* periods.list_waits_before */ select u.id as after, r.id, r.starts_at
          from unnest(${uuids(periods.map((p) => p.id))}::uuid[], ${uuids(periods.map((p) => p.lineId))}::uuid[],
                      ${instants(periods.map((p) => p.startsAt))}::timestamptz[]) as u(id, line_id, starts_at)
          join billing_periods r on r.organization_id = ${ctx.organization.id} and r.line_id = u.line_id and r.kind = 'ready'
           and r.ends_at = u.starts_at and r.recurring_micros is not null and r.planned_ends_at > u.starts_at`,
  );
  return new Map(found.map(({ after, ...wait }) => [after, wait]));
}

export type StoredPeriod = Period & { createdAt: Date; updatedAt: Date };

export async function listPeriods(
  ctx: Ctx,
  filter: { lineId?: Id; ids?: Id[]; after?: { startsAt: Date; id: Id }; limit: number },
): Promise<StoredPeriod[]> {
  const conditions: Sql[] = [sql`p.organization_id = ${ctx.organization.id}`];
  if (filter.lineId) conditions.push(sql`p.line_id = ${filter.lineId}`);
  if (filter.ids) conditions.push(sql`p.id = any(${filter.ids}::uuid[])`);
  if (filter.after) conditions.push(sql`(p.starts_at, p.id) < (${filter.after.startsAt}, ${filter.after.id}::uuid)`);
  const found = await rows<PeriodRow & { createdAt: Date; updatedAt: Date }>(
    ctx,
    sql`/* periods.list */ select ${columns}, p.created_at, p.updated_at from billing_periods p
         where ${join(conditions)} order by p.starts_at desc, p.id desc limit ${filter.limit}`,
  );
  return found.map((row) => fromRow(row) as StoredPeriod);
}

/** Which active periods are to be rated again: those that began in the window, of lines that are all of this. */
export type RatedAgain = {
  from: Date;
  to: Date;
  lineIds?: Id[];
  companyId?: Id;
  planIds?: Id[];
};

/** A page of them by id, locked where they will be adjusted. */
export async function listRatedAgain(
  ctx: Ctx,
  { from, to, lineIds, companyId, planIds }: RatedAgain,
  page: { after?: Id; limit: number; lock: boolean },
): Promise<Period[]> {
  const { id: organizationId } = ctx.organization;
  const conditions: Sql[] = [
    sql`p.organization_id = ${organizationId} and p.kind = 'active' and p.payer_id is not null`,
    sql`p.starts_at >= ${from} and p.starts_at < ${to}`,
  ];
  if (lineIds) conditions.push(sql`p.line_id = any(${uuids(lineIds)}::uuid[])`);
  if (companyId) {
    conditions.push(sql`p.line_id in (select s.id from sims s where s.organization_id = ${organizationId}
      and s.company_id = ${companyId})`);
  }
  if (planIds) {
    conditions.push(sql`p.line_id in (select a.line_id from plan_assignments a where a.organization_id = ${organizationId}
        and a.plan_id = any(${uuids(planIds)}::uuid[]))
      and p.plan_version_id in (select v.id from plan_versions v where v.organization_id = ${organizationId}
        and v.plan_id = any(${uuids(planIds)}::uuid[]))`);
  }
  if (page.after) conditions.push(sql`p.id > ${page.after}`);
  const found = await rows<PeriodRow>(
    ctx,
    sql`/* periods.list_rated_again */ select ${columns} from billing_periods p where ${join(conditions)}
         order by p.id limit ${page.limit} ${page.lock ? sql`for no key update of p` : nothing}`,
  );
  return found.map(fromRow);
}

/** The current or most recent period of each line. */
export async function listLatestPeriods(ctx: Ctx, lineIds: Id[]): Promise<StoredPeriod[]> {
  const found = await rows<PeriodRow & { createdAt: Date; updatedAt: Date }>(
    ctx,
    sql`/* periods.list_latest */ select distinct on (p.line_id) ${columns}, p.created_at, p.updated_at from billing_periods p
         where p.organization_id = ${ctx.organization.id} and p.line_id = any(${lineIds}::uuid[])
         order by p.line_id, p.starts_at desc, p.kind`,
  );
  return found.map((row) => fromRow(row) as StoredPeriod);
}

export async function listFees(
  ctx: Ctx,
  filter: {
    lineId?: Id;
    poolId?: Id;
    ids?: Id[];
    periodIds?: Id[];
    from?: Date;
    after?: { at: Date; id: Id };
    limit: number;
  },
): Promise<ChargedFee[]> {
  const conditions: Sql[] = [sql`organization_id = ${ctx.organization.id}`];
  if (filter.lineId) conditions.push(sql`line_id = ${filter.lineId}`);
  if (filter.poolId) conditions.push(sql`pool_id = ${filter.poolId}`);
  if (filter.ids) conditions.push(sql`id = any(${filter.ids}::uuid[])`);
  if (filter.periodIds) conditions.push(sql`period_id = any(${filter.periodIds}::uuid[])`);
  if (filter.from) conditions.push(sql`at >= ${filter.from}`);
  if (filter.after) conditions.push(sql`(at, id) < (${filter.after.at}, ${filter.after.id}::uuid)`);
  return rows<ChargedFee>(
    ctx,
    sql`/* periods.list_fees */ select id, line_id, pool_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency,
               prorated_days, whole_days, at from fees where ${join(conditions)} order by at desc, id desc limit ${filter.limit}`,
  );
}

/** Which of these lines were charged an activation fee to that payer, beside those for joining a pool. */
export async function linesActivated(ctx: Ctx, lines: { lineId: Id; payerId: Id }[]): Promise<Set<Id>> {
  if (lines.length === 0) return new Set();
  const found = await rows<{ lineId: Id }>(
    ctx,
    sql`/* periods.lines_activated */ select f.line_id
          from unnest(${uuids(lines.map((l) => l.lineId))}::uuid[], ${uuids(lines.map((l) => l.payerId))}::uuid[]) as u(line_id, payer_id)
          join fees f on f.organization_id = ${ctx.organization.id} and f.line_id = u.line_id and f.payer_id = u.payer_id
           and f.kind = 'activation' and f.pool_id is null`,
  );
  return new Set(found.map((fee) => fee.lineId));
}

/** Fees of an interval, added up per currency; of these payers only, where they are given. */
export async function sumFees(
  ctx: Ctx,
  from: Date,
  to: Date,
  payerIds: Id[] | null,
): Promise<{ currency: string; amountMicros: bigint }[]> {
  const found = await rows<{ currency: string; amountMicros: string }>(
    ctx,
    sql`/* periods.sum_fees */ select currency, sum(amount_micros)::text as amount_micros from fees
         where organization_id = ${ctx.organization.id} and at >= ${from} and at < ${to}
           ${payerIds ? sql`and payer_id = any(${payerIds}::uuid[])` : nothing} group by currency`,
  );
  return found.map((f) => ({ currency: f.currency, amountMicros: BigInt(f.amountMicros) }));
}

/** Fees that a wallet could not pay: they stay due. */
export async function insertDueFees(ctx: Ctx, fees: ChargedFee[]): Promise<void> {
  await run(
    ctx,
    sql`/* periods.insert_due_fees */ insert into due_fees
          (organization_id, id, line_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency, prorated_days, whole_days, at)
        select ${ctx.organization.id}, u.*
          from unnest(${uuids(fees.map((f) => f.id))}::uuid[], ${uuids(fees.map((f) => f.lineId))}::uuid[],
                      ${uuids(fees.map((f) => f.periodId))}::uuid[], ${uuids(fees.map((f) => f.planVersionId))}::uuid[],
                      ${uuids(fees.map((f) => f.payerId))}::uuid[], ${texts(fees.map((f) => f.kind))}::text[],
                      ${bigints(fees.map((f) => f.amountMicros))}::bigint[], ${texts(fees.map((f) => f.currency))}::text[],
                      ${ints(fees.map((f) => f.proratedDays))}::int[], ${ints(fees.map((f) => f.wholeDays))}::int[],
                      ${instants(fees.map((f) => f.at))}::timestamptz[]) as u`,
  );
}

/** Writes the allowance and the end of locked prepaid periods that were refilled. */
export async function growPeriods(ctx: Ctx, grown: Pick<Period, 'id' | 'allowanceBytes' | 'endsAt'>[]): Promise<void> {
  if (grown.length === 0) return;
  await run(
    ctx,
    sql`/* periods.grow */ update billing_periods p
           set allowance_bytes = u.allowance, ends_at = u.ends_at, version = p.version + 1, updated_at = ${ctx.now}
          from unnest(${uuids(grown.map((g) => g.id))}::uuid[], ${bigints(grown.map((g) => g.allowanceBytes))}::bigint[],
                      ${instants(grown.map((g) => g.endsAt))}::timestamptz[]) as u(id, allowance, ends_at)
         where p.organization_id = ${ctx.organization.id} and p.id = u.id and p.state = 'open'`,
  );
}
