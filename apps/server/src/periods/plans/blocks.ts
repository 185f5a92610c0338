import type { PlanVersion } from '../../catalog/index.ts';
import * as inventory from '../../inventory/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import * as ledger from '../../ledger/index.ts';
import * as pools from '../../pools/index.ts';
import { listPoolPeriods } from '../pools/sql.ts';

/** A line that came onto a plan: who pays, and (prepaid) what it has to use. */
export type Begun = { lineId: Id; version: PlanVersion; payerId: Id; balanceBytes: bigint };

/** Blocks of a plan that is no longer on the line are lifted; a plan that starts with nothing to use starts blocked. */
export async function settleBlocks(ctx: Ctx, begun: Begun[]): Promise<void> {
  if (begun.length === 0) return;
  const ids = begun.map((line) => line.lineId);
  await inventory.unblock(ctx, await inventory.linesBlockedBy(ctx, ids, 'validity'), 'validity');
  const wallets = begun.filter((line) => line.version.type === 'paygo').map((line) => line.payerId);
  const atFloor = await ledger.walletsAtFloor(ctx, [...new Set(wallets)]);
  const isEmpty = ({ version, payerId, balanceBytes }: Begun) =>
    version.type === 'prepaid' ? balanceBytes <= 0n : version.type === 'paygo' && atFloor.has(payerId);
  const free = begun.filter((line) => !isEmpty(line)).map((line) => line.lineId);
  await inventory.unblock(ctx, await inventory.linesBlockedBy(ctx, free, 'balance'), 'balance');
  await inventory.block(
    ctx,
    begun.filter(isEmpty).map(({ lineId, version, balanceBytes }) => ({
      lineId,
      reason: 'balance',
      detail:
        version.type === 'prepaid'
          ? { allowanceBytes: String(balanceBytes), usedBytes: '0' }
          : { wallet: 'at its floor' },
    })),
  );
}

/** What held a line back for its plan holds it no longer: the plan has ended. */
export async function liftPlanBlocks(ctx: Ctx, lineIds: Id[]): Promise<void> {
  for (const reason of ['balance', 'validity'] as const) {
    await inventory.unblock(ctx, await inventory.linesBlockedBy(ctx, lineIds, reason), reason);
  }
}

/** Who joins a pool that is past its limit gets no data either; a pool that comes to it after us finds us among its members. */
export async function stopAtLimits(ctx: Ctx, poolIds: Id[]): Promise<void> {
  if (poolIds.length === 0) return;
  const known = [...(await pools.poolsOf(ctx, [...new Set(poolIds)])).values()];
  const limits = new Map(
    known.flatMap(({ pool }) => (pool.dataLimitBytes === null ? [] : [[pool.id, pool.dataLimitBytes]])),
  );
  if (limits.size === 0) return;
  const months = await listPoolPeriods(ctx, { poolIds: [...limits.keys()], open: true, limit: limits.size });
  await pools.insertReviews(
    ctx,
    months.filter((month) => month.limitUsedBytes >= limits.get(month.poolId)!).map((month) => month.poolId),
  );
}
