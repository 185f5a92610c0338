import { formatAmount, type Micros } from '@simwright/measure';
import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import { bigints, texts, uuids } from '../kit/arrays.ts';
import { audit, bigintAsText } from '../kit/audit.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically, join, lastly, nothing, reading, rows, run, type Sql, sql } from '../kit/db.ts';
import { type Id, newId, publicId } from '../kit/ids.ts';
import { emit } from '../kit/outbox.ts';
import { refuse } from '../kit/refusal.ts';
import * as ledger from '../ledger/index.ts';
import { insertReviews } from './due-fees/sql.ts';
import { listPaidByWallets } from './listing.ts';
import type { Adjustment } from './model/period.ts';
import { listPeriods } from './sql.ts';

/**
 * Posts adjustments beside their periods, in the caller's database transaction: a row that says why, and a transfer between
 * the payer and the revenue that it corrects. Returns their ids, in the order given.
 */
export async function saveAdjustments(ctx: Ctx, adjustments: Adjustment[]): Promise<Id[]> {
  if (adjustments.length === 0) return [];
  const kept = adjustments.map((adjustment) => {
    const id = newId(ctx);
    return { ...adjustment, id, key: adjustment.key ?? `adjustment:${id}` };
  });
  const of = <K extends keyof (typeof kept)[number]>(field: K) => kept.map((a) => a[field]);
  await run(
    ctx,
    sql`/* periods.insert_adjustments */ insert into adjustments
          (organization_id, id, line_id, pool_id, period_id, payer_id, kind, revenue, amount_micros, currency, reason, detail,
           transfer_key, at, by)
        select ${ctx.organization.id}, u.id, u.line_id, u.pool_id, u.period_id, u.payer_id, u.kind, u.revenue, u.amount, u.currency, u.reason,
               u.detail::jsonb, u.key, ${ctx.now}::timestamptz, ${ctx.actor.name}
          from unnest(${uuids(of('id'))}::uuid[], ${uuids(of('lineId'))}::uuid[], ${uuids(of('poolId'))}::uuid[], ${uuids(of('periodId'))}::uuid[],
                      ${uuids(of('payerId'))}::uuid[], ${texts(of('kind'))}::text[], ${texts(of('of'))}::text[],
                      ${bigints(of('amountMicros'))}::bigint[], ${texts(of('currency'))}::text[], ${texts(of('reason'))}::text[],
                      ${texts(of('detail').map((detail) => JSON.stringify(detail, bigintAsText)))}::text[], ${texts(of('key'))}::text[])
               as u(id, line_id, pool_id, period_id, payer_id, kind, revenue, amount, currency, reason, detail, key)`,
  );
  await emit(
    ctx,
    kept.map(({ id, lineId, poolId, amountMicros, currency, reason }) => ({
      name: 'adjustment.posted',
      subject: lineId ? { type: 'sim', id: lineId } : { type: 'pool', id: poolId! },
      data: {
        ...(lineId && { sim: publicId('sim', lineId) }),
        ...(poolId && { pool: publicId('pool', poolId) }),
        adjustment: publicId('adjustment', id),
        amount: formatAmount(amountMicros, currency),
        currency,
        reason,
      },
    })),
  );
  lastly(ctx, 'ledger', async (ctx) => {
    const contra = (currency: string, revenue: Adjustment['of']) => ({
      kind: revenue === 'usage' ? ('usage_revenue' as const) : ('fee_revenue' as const),
      ownerId: ctx.organization.id,
      currency,
    });
    const accounts = await ledger.openAccounts(
      ctx,
      kept.map((a) => contra(a.currency, a.of)),
    );
    await ledger.post(
      ctx,
      kept.map((a) => ({
        ...{ key: a.key, kind: 'adjustment' as const, at: ctx.now, to: a.payerId, amountMicros: a.amountMicros },
        from: accounts.get(ledger.accountKey(contra(a.currency, a.of))) as Id,
        ...{ note: a.reason, corrects: true as const },
      })),
    );
    // What was taken is below zero in the list, what was given back above it.
    await listPaidByWallets(
      ctx,
      kept.map(({ key, payerId, lineId, poolId, amountMicros, currency, reason }) => ({
        ...{ key, type: 'adjustment', payerId, lineId, poolId, amountMicros: -amountMicros, currency, note: reason },
      })),
    );
  });
  return of('id');
}

/** The same, and wallets among the payers are looked at afterwards: what was given may free lines, what was taken may stop them. */
export async function postAdjustments(ctx: Ctx, adjustments: Adjustment[]): Promise<Id[]> {
  return atomically(ctx, async (ctx) => {
    const ids = await saveAdjustments(ctx, adjustments);
    const wallets = await ledger.getWallets(ctx, [...new Set(adjustments.map((a) => a.payerId))]);
    if (wallets.length > 0) {
      await insertReviews(
        ctx,
        wallets.map((wallet) => wallet.id),
      );
    }
    return ids;
  });
}

/**
 * Credits or charges a line by hand, beside a period: the one given, or the last that somebody pays for. Refuses
 * `sim.not_found`, `period.not_found`, and `adjustment.nobody_pays` for a line that was never charged.
 */
export async function adjustByHand(
  ctx: Ctx,
  input: { lineId: Id; periodId?: Id; amount: (currency: string) => Micros; of: Adjustment['of']; reason: string },
): Promise<StoredAdjustment> {
  return atomically(ctx, async (ctx) => {
    const { lineId, periodId, of, reason } = input;
    await inventory.getSim(ctx, lineId);
    const found = await listPeriods(ctx, { lineId, ...(periodId && { ids: [periodId] }), limit: periodsLookedAt });
    if (periodId && found.length === 0) throw refuse.notFound('period', publicId('period', periodId));
    const period = found.find((one) => one.payerId !== null);
    if (!period) throw refuse.conflict('adjustment.nobody_pays', 'Nobody was charged for this SIM then.');
    const { currency } = (await catalog.getVersions(ctx, [period.planVersionId])).get(period.planVersionId)!;
    const adjustment: Adjustment = {
      ...{
        lineId,
        poolId: null,
        periodId: period.id,
        payerId: period.payerId!,
        kind: 'manual',
        currency,
        of,
        reason,
        detail: {},
      },
      amountMicros: input.amount(currency),
    };
    const [id] = await postAdjustments(ctx, [adjustment]);
    const amount = formatAmount(adjustment.amountMicros, currency);
    await audit(ctx, [
      {
        action: 'adjustment.posted',
        objectType: 'sim',
        objectId: publicId('sim', lineId),
        changes: [
          { field: 'amount', old: null, new: `${amount} ${currency}` },
          { field: 'reason', old: null, new: reason },
        ],
      },
    ]);
    return (await listStored(ctx, { ids: [id!], limit: 1 }))[0]!;
  });
}

/** Periods of a line among which the last is looked for that somebody pays for. */
const periodsLookedAt = 50;

export const adjustmentColumns = sql`a.id, a.line_id, a.pool_id, a.period_id, a.payer_id, a.kind, a.revenue, a.amount_micros, a.currency,
  a.reason, a.detail, a.transfer_key, a.at, a.by`;

export type StoredAdjustment = {
  id: Id;
  lineId: Id | null;
  poolId: Id | null;
  periodId: Id | null;
  payerId: Id;
  kind: Adjustment['kind'];
  revenue: Adjustment['of'];
  amountMicros: Micros;
  currency: string;
  reason: string;
  detail: Record<string, unknown>;
  transferKey: string;
  at: Date;
  by: string;
};

export type AdjustmentFilter = {
  ids?: Id[];
  lineId?: Id;
  periodIds?: Id[];
  kind?: Adjustment['kind'];
  after?: Id;
  limit: number;
};

/** Adjustments, newest first; a company's staff see those that their company pays. */
export async function listAdjustments(ctx: Ctx, filter: AdjustmentFilter): Promise<StoredAdjustment[]> {
  return reading(ctx, (ctx) => listStored(ctx, filter));
}

async function listStored(ctx: Ctx, filter: AdjustmentFilter): Promise<StoredAdjustment[]> {
  const conditions: Sql[] = [sql`a.organization_id = ${ctx.organization.id}`];
  if (filter.ids) conditions.push(sql`a.id = any(${filter.ids}::uuid[])`);
  if (filter.lineId) conditions.push(sql`a.line_id = ${filter.lineId}`);
  if (filter.periodIds) conditions.push(sql`a.period_id = any(${filter.periodIds}::uuid[])`);
  if (filter.kind) conditions.push(sql`a.kind = ${filter.kind}`);
  if (filter.after) conditions.push(sql`a.id < ${filter.after}`);
  if (ctx.actor.scope.kind === 'company') {
    conditions.push(sql`a.payer_id in (select l.id from ledger_accounts l where l.organization_id = ${ctx.organization.id}
      and l.owner_id = ${ctx.actor.scope.companyId})`);
  }
  return rows<StoredAdjustment>(
    ctx,
    sql`/* periods.list_adjustments */ select ${adjustmentColumns} from adjustments a where ${join(conditions)} order by a.id desc limit ${filter.limit}`,
  );
}

/** What was adjusted in an interval, per currency; a company's staff get what their company pays. */
export async function adjustmentTotals(
  ctx: Ctx,
  from: Date,
  to: Date,
): Promise<{ currency: string; amountMicros: Micros }[]> {
  const { scope } = ctx.actor;
  const own =
    scope.kind === 'company'
      ? sql`and payer_id in (select l.id from ledger_accounts l where l.organization_id = ${ctx.organization.id} and l.owner_id = ${scope.companyId})`
      : nothing;
  return reading(ctx, (ctx) =>
    rows(
      ctx,
      sql`/* periods.sum_adjustments */ select currency, sum(amount_micros)::bigint as amount_micros from adjustments
           where organization_id = ${ctx.organization.id} and at >= ${from} and at < ${to} ${own} group by currency`,
    ),
  );
}

/** What was adjusted of periods: of their usage by another version or the end of their plan, and in all. */
export async function adjustedOf(
  ctx: Ctx,
  periodIds: Id[],
): Promise<Map<Id, { ratedMicros: Micros; allMicros: Micros }>> {
  const found = await rows<{ periodId: Id; ratedMicros: Micros; allMicros: Micros }>(
    ctx,
    sql`/* periods.adjusted_of */ select period_id, sum(amount_micros)::bigint as all_micros,
               coalesce(sum(amount_micros) filter (where revenue = 'usage' and kind <> 'manual'), 0)::bigint as rated_micros
          from adjustments where organization_id = ${ctx.organization.id} and period_id = any(${uuids(periodIds)}::uuid[]) group by period_id`,
  );
  return new Map(found.map(({ periodId, ...sums }) => [periodId, sums]));
}
