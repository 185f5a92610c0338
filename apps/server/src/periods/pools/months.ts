import * as catalog from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import { assert } from '../../kit/assert.ts';
import type { Ctx } from '../../kit/ctx.ts';
import { atomically } from '../../kit/db.ts';
import { type Id, newId, publicId } from '../../kit/ids.ts';
import { emit } from '../../kit/outbox.ts';
import * as ledger from '../../ledger/index.ts';
import * as pools from '../../pools/index.ts';
import { poolPriceFor } from '../../rating/index.ts';
import { timeZonesOf } from '../../tenancy/index.ts';
import { saveAdjustments } from '../adjustments.ts';
import { chargeFees } from '../fees.ts';
import { anchorAt, nextPeriod, openPeriod } from '../model/calendar.ts';
import type { Adjustment, Contribution, Fee, PoolPeriod } from '../model/period.ts';
import * as store from './sql.ts';

/** Pools rolled in one database transaction; their members come along. */
const poolsAtOnce = 20;

type Known = { pool: pools.Pool; version: pools.PoolVersion };

/**
 * Opens the first month of pools that have none, from now: of a static pool at its full fee. Part of the use case that
 * creates them.
 */
export async function openPools(ctx: Ctx, poolIds: Id[]): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const known = await pools.poolsOf(ctx, poolIds);
    const open = new Set((await store.lockOpenPoolPeriods(ctx, poolIds)).map((month) => month.poolId));
    const fresh = [...known.values()].filter(({ pool }) => !open.has(pool.id) && !pool.archivedAt);
    const whose = await accountsOf(ctx, fresh);
    await begin(
      ctx,
      fresh.map((known): Opening => {
        const { zone, payerId } = whose.get(known.pool.id)!;
        const anchor = anchorAt(ctx.now, zone);
        return {
          ...known,
          month: monthOf(ctx, known, anchor, openPeriod({ unit: 'calendar_month' }, anchor, ctx.now), payerId),
        };
      }),
    );
  });
}

/** Rolls pools until the open month of each has come to the instant at which a line joins it. */
export async function rollPoolsTo(ctx: Ctx, joining: { poolId: Id; at: Date }[]): Promise<void> {
  for (let behind = joining; behind.length > 0; ) {
    const months = await store.lockOpenPoolPeriods(ctx, [...new Set(behind.map((join) => join.poolId))]);
    const open = new Map(months.map((month) => [month.poolId, month]));
    behind = behind.filter(({ poolId, at }) => {
      const month = open.get(poolId);
      return month !== undefined && month.endsAt <= at;
    });
    const poolIds = [...new Set(behind.map((join) => join.poolId))];
    if (poolIds.length === 0 || (await rollPools(ctx, poolIds)) === 0) return;
  }
}

/**
 * Closes months of pools that have ended, one of each pool, and opens the next: a static pool at its fee; a dynamic one with
 * what its members bring, those that are suspended too. Archived pools get no next month. Safe to repeat. Returns how many it rolled.
 */
export async function rollPools(ctx: Ctx, poolIds?: Id[]): Promise<number> {
  return atomically(ctx, async (ctx) => {
    const due = await store.lockDuePoolPeriods(ctx, poolsAtOnce, poolIds);
    if (due.length === 0) return 0;
    const known = await pools.poolsOf(
      ctx,
      due.map((month) => month.poolId),
    );
    const going = due.filter((month) => known.get(month.poolId) && !known.get(month.poolId)!.pool.archivedAt);
    const whose = await accountsOf(
      ctx,
      going.map((month) => known.get(month.poolId)!),
    );
    await store.closePoolPeriods(
      ctx,
      due.map((month) => month.id),
    );
    await emit(
      ctx,
      due.map((month) => ({
        name: 'pool.period_closed',
        subject: { type: 'pool', id: month.poolId },
        data: {
          pool: publicId('pool', month.poolId),
          period: publicId('pool_period', month.id),
          endsAt: month.endsAt.toISOString(),
        },
      })),
    );
    await begin(
      ctx,
      going.map((month): Opening => {
        const { zone, payerId } = whose.get(month.poolId)!;
        const anchor = month.anchor.zone === zone ? month.anchor : anchorAt(month.startsAt, zone);
        const span = nextPeriod({ unit: 'calendar_month' }, anchor, month.endsAt);
        const opening = known.get(month.poolId)!;
        return { ...opening, month: monthOf(ctx, opening, anchor, span, payerId) };
      }),
    );
    return due.length;
  });
}

type Opening = Known & { month: PoolPeriod };

function monthOf(
  ctx: Ctx,
  { pool, version }: Known,
  anchor: PoolPeriod['anchor'],
  span: { startsAt: Date; endsAt: Date },
  payerId: Id,
): PoolPeriod {
  return {
    id: newId(ctx),
    poolId: pool.id,
    terms: version,
    dataLimitBytes: pool.dataLimitBytes,
    ...span,
    anchor,
    state: 'open',
    payerId,
    allowanceBytes: pool.type === 'static' ? version.allowanceBytes : 0n,
    usedBytes: 0n,
    limitUsedBytes: 0n,
    chargeMicros: 0n,
    invoicedAt: null,
    version: 0n,
  };
}

/** Opens months, with the fee of each static pool and what the members of each dynamic one bring. */
async function begin(ctx: Ctx, openings: Opening[]): Promise<void> {
  if (openings.length === 0) return;
  await store.insertPoolPeriods(
    ctx,
    openings.map(({ month }) => month),
  );
  // A new month lifts the block of its pool's limit; members of a pool without one have nothing to be lifted.
  await pools.insertReviews(
    ctx,
    openings.flatMap(({ pool }) => (pool.dataLimitBytes === null ? [] : pool.id)),
  );
  await emit(
    ctx,
    openings.map(({ pool, month }) => ({
      name: 'pool.period_opened',
      subject: { type: 'pool', id: pool.id },
      data: {
        pool: publicId('pool', pool.id),
        period: publicId('pool_period', month.id),
        startsAt: month.startsAt.toISOString(),
        endsAt: month.endsAt.toISOString(),
      },
    })),
  );
  const fees = openings
    .filter(({ pool, version }) => pool.type === 'static' && version.feeMicros > 0n)
    .map(
      ({ pool, version, month }): Fee => ({
        ...{ lineId: null, poolId: pool.id, periodId: month.id, planVersionId: version.id, payerId: month.payerId },
        ...{ fromWallet: false, kind: 'recurring', amountMicros: version.feeMicros, currency: version.currency },
        ...{ proratedDays: null, wholeDays: null, at: month.startsAt },
      }),
    );
  await chargeFees(ctx, fees);
  const contributions: Contribution[] = [];
  for (const { pool, month } of openings) {
    if (pool.type === 'dynamic') contributions.push(...(await wholeContributions(ctx, month)));
  }
  await contribute(
    ctx,
    contributions,
    openings.map(({ month }) => month),
  );
}

/** What every member brings to a month that begins: those that have begun to use it, suspended ones too. */
async function wholeContributions(ctx: Ctx, month: PoolPeriod): Promise<Contribution[]> {
  const members = await inventory.listPoolMembers(ctx, month.poolId, ['active', 'suspended']);
  const leaving = await store.membersThatLeave(
    ctx,
    members.map((member) => member.lineId),
    month.startsAt,
  );
  const versions = await catalog.getVersions(ctx, [...new Set(members.map((member) => member.planVersionId))]);
  return members
    .filter((member) => !leaving.has(member.lineId))
    .flatMap(({ lineId, planVersionId }) => {
      const version = versions.get(planVersionId);
      if (version?.type !== 'dynamic_pool') return [];
      return {
        ...{ poolId: month.poolId, lineId, planVersionId, allowanceBytes: version.allowanceBytes ?? 0n },
        ...{ feeMicros: version.feeMicros, currency: version.currency, proratedDays: null, wholeDays: null },
        at: month.startsAt,
      };
    });
}

/**
 * Adds what members bring to the months of their pools, each line once a month: allowance and fee. To the month in which they
 * bring it, which another worker may have closed already when months are caught up. The months are locked by the caller, or
 * here.
 */
export async function contribute(ctx: Ctx, contributions: Contribution[], begun?: PoolPeriod[]): Promise<void> {
  if (contributions.length === 0) return;
  const months = begun ?? (await store.lockPoolPeriodsAt(ctx, contributions));
  const placed = contributions.flatMap((c) => {
    const month = monthAt(months, c);
    return month ? { ...c, poolPeriodId: month.id, payerId: month.payerId } : [];
  });
  const fresh = await store.insertContributions(ctx, placed);
  const counted = placed.filter((c) => fresh.has(c.lineId));
  const sums = Map.groupBy(counted, (c) => c.poolPeriodId);
  await store.addToAllowances(
    ctx,
    [...sums].map(([poolPeriodId, of]) => ({ poolPeriodId, bytes: of.reduce((sum, c) => sum + c.allowanceBytes, 0n) })),
  );
  await saveAdjustments(
    ctx,
    [...sums].flatMap(([poolPeriodId, of]) => {
      const month = months.find((m) => m.id === poolPeriodId)!;
      return overageTakenBack(
        month,
        of.reduce((sum, c) => sum + c.allowanceBytes, 0n),
      );
    }),
  );
  await chargeFees(
    ctx,
    counted
      .filter((c) => c.feeMicros > 0n)
      .map(
        (c): Fee => ({
          ...{
            lineId: c.lineId,
            poolId: c.poolId,
            periodId: c.poolPeriodId,
            planVersionId: c.planVersionId,
            payerId: c.payerId,
          },
          ...{ fromWallet: false, kind: 'recurring', amountMicros: c.feeMicros, currency: c.currency },
          ...{ proratedDays: c.proratedDays, wholeDays: c.wholeDays, at: c.at },
        }),
      ),
  );
}

/** A share that comes after its pool's balance was passed takes overage back: the month's bill does not depend on who was first. */
function overageTakenBack(month: PoolPeriod, bytes: bigint): Adjustment[] {
  const price = poolPriceFor(month.terms);
  const amountMicros =
    price(month.usedBytes, month.allowanceBytes + bytes) - price(month.usedBytes, month.allowanceBytes);
  if (amountMicros === 0n) return [];
  const { id: periodId, poolId, payerId, usedBytes, allowanceBytes } = month;
  const detail = {
    usedBytes: String(usedBytes),
    allowanceBefore: String(allowanceBytes),
    allowanceAfter: String(allowanceBytes + bytes),
  };
  return [
    {
      ...{
        lineId: null,
        poolId,
        periodId,
        payerId,
        kind: 'contribution',
        amountMicros,
        currency: month.terms.currency,
      },
      ...{ reason: 'A member brought its share after the balance had been passed.', detail, of: 'usage' },
    },
  ];
}

/** The month of a pool in which an instant lies; where there is none, the open one. */
function monthAt(months: PoolPeriod[], { poolId, at }: { poolId: Id; at: Date }): PoolPeriod | undefined {
  const own = months.filter((month) => month.poolId === poolId);
  return own.find((month) => month.startsAt <= at && at < month.endsAt) ?? own.find((month) => month.state === 'open');
}

/** The activation fee of lines that join a pool, which falls due at each joining. The months are locked. */
export async function chargeJoining(
  ctx: Ctx,
  joining: { lineId: Id; poolId: Id; version: catalog.PlanVersion; at: Date }[],
): Promise<void> {
  const paying = joining.filter(({ version }) => version.activationFeeMicros > 0n);
  if (paying.length === 0) return;
  const months = await store.lockPoolPeriodsAt(ctx, paying);
  await chargeFees(
    ctx,
    paying.map(({ lineId, poolId, version, at }): Fee => {
      const month = monthAt(months, { poolId, at });
      assert(month, 'a pool that is joined has an open month');
      return {
        ...{ lineId, poolId, periodId: month.id, planVersionId: version.id, payerId: month.payerId },
        ...{ fromWallet: false, kind: 'activation', amountMicros: version.activationFeeMicros },
        ...{ currency: version.currency, proratedDays: null, wholeDays: null, at },
      };
    }),
  );
}

/** In which zone the months of these pools run, and who pays. */
async function accountsOf(ctx: Ctx, known: Known[]): Promise<Map<Id, { zone: string; payerId: Id }>> {
  const zones = await timeZonesOf(
    ctx,
    known.flatMap(({ pool }) => pool.companyId ?? []),
  );
  const payer = ({ pool, version }: Known) => ({
    kind: 'unbilled' as const,
    ownerId: pool.companyId ?? ctx.organization.id,
    currency: version.currency,
  });
  const accounts = await ledger.openAccounts(ctx, known.map(payer));
  return new Map(
    known.map((one) => [
      one.pool.id,
      {
        zone: (one.pool.companyId && zones.get(one.pool.companyId)) || ctx.organization.timeZone,
        payerId: accounts.get(ledger.accountKey(payer(one)))!,
      },
    ]),
  );
}
