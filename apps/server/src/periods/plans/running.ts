import * as catalog from '../../catalog/index.ts';
import type { Ctx } from '../../kit/ctx.ts';
import type { Id } from '../../kit/ids.ts';
import { priceFor } from '../../rating/index.ts';
import type { Borne, PriceOf, Running } from '../model/change.ts';
import type { Period } from '../model/period.ts';
import { StalePeriod } from '../save.ts';
import * as store from '../sql.ts';

export const priceOf: PriceOf = (version, period, allowance) =>
  priceFor(version)(period.usedBytes, allowance, period.totals);

/**
 * The open periods of lines that are locked, or only looked at, with what was paid for them.
 *
 * @throws StalePeriod when one of them has ended: it is to be rolled over first.
 */
export async function runningOf(ctx: Ctx, lineIds: Id[], lock: boolean): Promise<Map<Id, Running>> {
  const open = await store.listOpenPeriods(ctx, lineIds, lock);
  if (lock && open.some((period) => period.endsAt !== null && period.endsAt <= ctx.now)) {
    throw new StalePeriod('another worker rolls these');
  }
  if (open.length === 0) return new Map();
  const versions = await catalog.getVersions(ctx, [...new Set(open.map((period) => period.planVersionId))]);
  const borne = await borneBy(ctx, open);
  return new Map(
    open.map((period): [Id, Running] => {
      const version = versions.get(period.planVersionId) ?? null;
      return [period.lineId, { period, version, borne: borne.get(period.id)! }];
    }),
  );
}

/** The recurring fees that these periods were charged, by themselves or by the wait before them; of what is still due, nothing was. */
async function borneBy(ctx: Ctx, periods: Period[]): Promise<Map<Id, Borne>> {
  const waits = await store.listWaitsBefore(ctx, periods);
  const bearing = periods.map((period) => waits.get(period.id) ?? period);
  const fees = await store.listFees(ctx, { periodIds: bearing.map((p) => p.id), limit: bearing.length * 4 });
  const paid = new Map(fees.filter((fee) => fee.kind === 'recurring').map((fee) => [fee.periodId, fee.amountMicros]));
  return new Map(
    periods.map((period, i) => {
      const { id: periodId, startsAt: from } = bearing[i]!;
      return [period.id, { periodId, paidMicros: paid.get(periodId) ?? 0n, from }];
    }),
  );
}
