import type * as catalog from '../../catalog/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import * as periods from '../../periods/index.ts';

/**
 * The allowance that a period had at a moment. A prorated plan that ends early takes a part of it along; what was charged
 * before that was charged by the whole, and an adjustment stands beside it.
 */
export async function allowanceAt(
  ctx: Ctx,
  period: periods.StoredPeriod,
  version: catalog.PlanVersion,
  at: Date,
): Promise<bigint | null> {
  const cut = (await periods.adjustmentsBeside(ctx, period.id)).find(isCut);
  if (!cut || cut.at < at) return period.allowanceBytes;
  return openingAllowance(ctx, period, version);
}

/** What a period was opened with. */
export async function openingAllowance(
  ctx: Ctx,
  period: periods.StoredPeriod,
  version: catalog.PlanVersion,
): Promise<bigint | null> {
  const { allowanceBytes } = version;
  const endsAt = await periods.plannedEndOf(ctx, period.id);
  if (allowanceBytes === null || !version.prorated || endsAt === null) return allowanceBytes;
  const part = periods.partOf(version, period.anchor, { startsAt: period.startsAt, endsAt });
  return part ? periods.prorateAllowance(allowanceBytes, part.days, part.wholeDays) : allowanceBytes;
}

/** Whether an adjustment tells of an allowance that was cut. */
export function isCut({ kind, detail }: periods.StoredAdjustment): boolean {
  return kind === 'plan_change' && detail.allowanceBytes !== undefined;
}
