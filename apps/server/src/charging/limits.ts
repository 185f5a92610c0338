import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import * as periods from '../periods/index.ts';

/** Where a limit comes from: the line itself, its fleet, its plan, or the pool that it shares. */
export type LimitSource = 'sim' | 'fleet' | 'plan' | 'pool';

export type DataLimit = {
  lineId: Id;
  /** What counts for this limit: the line's own usage, or that of all members of its pool. */
  usedBytes: bigint;
  limitBytes: bigint | null;
  limitFrom: LimitSource | null;
  resetsAt: Date | null;
  reached: boolean;
};

/**
 * Where lines stand against the lowest of their limits, in the current active period. A member of a pool has the limit of the pool's
 * month beside its own: told is what has been reached, the pool's before its own, or else its own before the pool's.
 */
export async function dataLimitsOf(ctx: Ctx, lineIds: Id[]): Promise<Map<Id, DataLimit>> {
  return atomically(ctx, async (ctx) => {
    const sims = await inventory.findChargedSims(ctx, { ids: lineIds });
    const open = new Map((await periods.listOpenPeriods(ctx, lineIds, false)).map((p) => [p.lineId, p]));
    const assigned = await inventory.openAssignmentsOf(ctx, lineIds);
    const versionOf = (id: Id) => open.get(id)?.planVersionId ?? assigned.get(id)?.planVersionId ?? '';
    const versions = await catalog.getVersions(ctx, [...new Set(lineIds.map(versionOf))].filter(Boolean));
    const months = await monthsOf(ctx, [...open.values()]);
    return new Map(
      sims.map((sim) => {
        const period = open.get(sim.id);
        const active = period?.kind === 'active' ? period : null;
        const limit = inventory.effectiveDataLimit(
          sim.dataLimitBytes,
          sim.fleetDataLimitMb,
          versions.get(versionOf(sim.id))?.dataLimitBytes ?? null,
        );
        const own = standing(
          sim.id,
          active?.limitUsedBytes ?? 0n,
          limit?.bytes ?? null,
          limit?.from ?? null,
          active?.endsAt ?? null,
        );
        const month = active?.poolId ? months.get(active.poolId) : undefined;
        const shared = month && standing(sim.id, month.limitUsedBytes, month.dataLimitBytes, 'pool', month.endsAt);
        return [
          sim.id,
          shared && (shared.reached || own.limitBytes === null) && shared.limitBytes !== null ? shared : own,
        ];
      }),
    );
  });
}

/** The open months of the pools that these periods share data with. */
async function monthsOf(ctx: Ctx, open: periods.Period[]): Promise<Map<Id, periods.PoolPeriod>> {
  const poolIds = [...new Set(open.flatMap((period) => period.poolId ?? []))];
  if (poolIds.length === 0) return new Map();
  const months = await periods.listPoolPeriods(ctx, { poolIds, open: true, limit: poolIds.length });
  return new Map(months.map((month) => [month.poolId, month]));
}

/** Nothing is reached where no active period runs. */
function standing(
  lineId: Id,
  usedBytes: bigint,
  limitBytes: bigint | null,
  limitFrom: LimitSource | null,
  resetsAt: Date | null,
): DataLimit {
  const reached = resetsAt !== null && limitBytes !== null && usedBytes >= limitBytes;
  return { lineId, usedBytes, limitBytes, limitFrom, resetsAt, reached };
}

/**
 * Looks at lines again after a limit changed, their own or their pool's: raising it lifts the block, lowering it can block
 * at once, and what another limit blocks stays blocked. Safe to repeat.
 */
export async function reconsiderLimits(ctx: Ctx, lineIds: Id[]): Promise<void> {
  if (lineIds.length === 0) return;
  await atomically(ctx, async (ctx) => {
    await inventory.lockSims(ctx, lineIds);
    // Usage that is being booked now is waited for; what is booked after us sees the new limit. The months of pools are only
    // looked at: whatever takes one to its limit after this tells so, and all members are looked at once more.
    await periods.listOpenPeriods(ctx, lineIds, true);
    const limits = [...(await dataLimitsOf(ctx, lineIds)).values()];
    await inventory.block(
      ctx,
      limits
        .filter((limit) => limit.reached)
        .map((limit) => ({
          lineId: limit.lineId,
          reason: 'data_limit',
          detail: {
            limitBytes: limit.limitBytes!.toString(),
            limitFrom: limit.limitFrom,
            usedBytes: limit.usedBytes.toString(),
          },
        })),
    );
    await inventory.unblock(
      ctx,
      limits.filter((limit) => !limit.reached).map((limit) => limit.lineId),
      'data_limit',
    );
  });
}

/**
 * After usage was taken back: lifts what it had stopped and stops no longer, the data limit and an empty prepaid balance.
 * The periods of these lines are ours already.
 */
export async function liftAfterCorrection(ctx: Ctx, lineIds: Id[]): Promise<void> {
  const limits = [...(await dataLimitsOf(ctx, lineIds)).values()];
  const below = limits.filter((limit) => !limit.reached).map((limit) => limit.lineId);
  await inventory.unblock(ctx, await inventory.linesBlockedBy(ctx, below, 'data_limit'), 'data_limit');
  const open = await periods.listOpenPeriods(ctx, lineIds, false);
  const versions = await catalog.getVersions(ctx, [...new Set(open.map((period) => period.planVersionId))]);
  const refilled = open.filter(
    ({ planVersionId, allowanceBytes, usedBytes }) =>
      versions.get(planVersionId)?.type === 'prepaid' && usedBytes < (allowanceBytes ?? 0n),
  );
  const left = refilled.map((period) => period.lineId);
  await inventory.unblock(ctx, await inventory.linesBlockedBy(ctx, left, 'balance'), 'balance');
}
