import type { Ctx } from '../kit/ctx.ts';
import { row, rows, sql } from '../kit/db.ts';
import { type Id, timeOfId } from '../kit/ids.ts';
import { adjustmentColumns, type StoredAdjustment } from './adjustments.ts';
import type { DueFee } from './due-fees/collect.ts';
import type { ChargedFee } from './sql.ts';

/** A fee with the batch that it was posted in; null: it has a transfer of its own. */
export type FoundFee = ChargedFee & { batchId: Id | null };

export async function findFee(ctx: Ctx, id: Id): Promise<FoundFee | null> {
  return row<FoundFee>(
    ctx,
    sql`/* periods.find_fee */ select id, line_id, pool_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency, prorated_days,
               whole_days, at, batch_id from fees where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

/** A fee that a wallet could not pay, with what it was made of; settled ones too. */
export type FoundDueFee = DueFee & Pick<ChargedFee, 'planVersionId' | 'proratedDays' | 'wholeDays'>;

export async function findDueFee(ctx: Ctx, id: Id): Promise<FoundDueFee | null> {
  return row<FoundDueFee>(
    ctx,
    sql`/* periods.find_due_fee */ select id, line_id, period_id, plan_version_id, payer_id, kind, amount_micros, currency, prorated_days,
               whole_days, at, settled_at, settled_as from due_fees where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

export async function findAdjustment(ctx: Ctx, id: Id): Promise<StoredAdjustment | null> {
  return row<StoredAdjustment>(
    ctx,
    sql`/* periods.find_adjustment */ select ${adjustmentColumns} from adjustments a
         where organization_id = ${ctx.organization.id} and id = ${id}`,
  );
}

/** The adjustments beside a period, the first first. */
export async function adjustmentsBeside(ctx: Ctx, periodId: Id): Promise<StoredAdjustment[]> {
  return rows<StoredAdjustment>(
    ctx,
    sql`/* periods.adjustments_beside */ select ${adjustmentColumns} from adjustments a
         where organization_id = ${ctx.organization.id} and period_id = ${periodId} order by at, id limit 1000`,
  );
}

/** Until when a period was going to run when it was opened; null: until the first usage. */
export async function plannedEndOf(ctx: Ctx, periodId: Id): Promise<Date | null> {
  const found = await row<{ plannedEndsAt: Date | null }>(
    ctx,
    sql`/* periods.planned_end_of */ select planned_ends_at from billing_periods
         where organization_id = ${ctx.organization.id} and id = ${periodId}`,
  );
  return found?.plannedEndsAt ?? null;
}

/** What the members of a dynamic pool brought to its month, by when it was booked: which may be later than when it was. */
export async function listBrought(ctx: Ctx, poolPeriodId: Id): Promise<{ bookedAt: Date; bytes: bigint }[]> {
  const found = await rows<{ feeId: Id | null; at: Date; bytes: bigint }>(
    ctx,
    // The fee of a share is written together with it, and its id begins with that time.
    sql`/* periods.list_brought */ select min(f.id::text) as fee_id, min(c.at) as at, sum(c.allowance_bytes)::bigint as bytes
          from pool_contributions c
          left join fees f on f.organization_id = c.organization_id and f.period_id = c.pool_period_id and f.line_id = c.line_id
           and f.kind = 'recurring'
         where c.organization_id = ${ctx.organization.id} and c.pool_period_id = ${poolPeriodId}
         group by left(f.id::text, 13), case when f.id is null then c.at end`,
  );
  return found
    .map(({ feeId, at, bytes }) => ({ bookedAt: feeId ? timeOfId(feeId) : at, bytes }))
    .sort((a, b) => a.bookedAt.getTime() - b.bookedAt.getTime());
}
