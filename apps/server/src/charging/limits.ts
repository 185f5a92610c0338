import * as catalog from '../catalog/index.ts';
import * as inventory from '../inventory/index.ts';
import type { Ctx } from '../kit/ctx.ts';
import { atomically } from '../kit/db.ts';
import type { Id } from '../kit/ids.ts';
import * as periods from '../periods/index.ts';

export type DataLimit = {
  lineId: Id;
  usedBytes: bigint;
  limitBytes: bigint | null;
  limitFrom: 'sim' | 'fleet' | 'plan' | null;
  resetsAt: Date | null;
  reached: boolean;
};

/** Where lines stand against the lowest of their limits, in the current active period. */
export async function dataLimitsOf(ctx: Ctx, lineIds: Id[]): Promise<Map<Id, DataLimit>> {
  return atomically(ctx, async (ctx) => {
    const sims = await inventory.findChargedSims(ctx, { ids: lineIds });
    const open = new Map((await periods.listOpenPeriods(ctx, lineIds, false)).map((p) => [p.lineId, p]));
    const assigned = await inventory.openAssignmentsOf(ctx, lineIds);
    const versionOf = (id: Id) => open.get(id)?.planVersionId ?? assigned.get(id)?.planVersionId ?? '';
    const versions = await catalog.getVersions(ctx, [...new Set(lineIds.map(versionOf))].filter(Boolean));
    return new Map(
      sims.map((sim) => {
        const period = open.get(sim.id);
        const active = period?.kind === 'active' ? period : null;
        const limit = inventory.effectiveDataLimit(
          sim.dataLimitBytes,
          sim.fleetDataLimitMb,
          versions.get(versionOf(sim.id))?.dataLimitBytes ?? null,
        );
        const usedBytes = active?.limitUsedBytes ?? 0n;
        return [
          sim.id,
          {
            lineId: sim.id,
            usedBytes,
            limitBytes: limit?.bytes ?? null,
            limitFrom: limit?.from ?? null,
            resetsAt: active?.endsAt ?? null,
            reached: active !== null && limit !== null && usedBytes >= limit.bytes,
          },
        ];
      }),
    );
  });
}

/**
 * Looks at lines again after a limit changed: raising it lifts the block, lowering it can block at once. Safe to repeat.
 */
export async function reconsiderLimits(ctx: Ctx, lineIds: Id[]): Promise<void> {
  await atomically(ctx, async (ctx) => {
    await inventory.lockSims(ctx, lineIds);
    // Usage that is being booked now is waited for; what is booked after us sees the new limit.
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
