import type { Micros } from '@simwright/measure';
import { z } from 'zod';
import * as catalog from '../catalog/index.ts';
import { assert } from '../kit/assert.ts';
import type { Ctx } from '../kit/ctx.ts';
import { reading } from '../kit/db.ts';
import { Amount, amount, Currency, idOf, NetBytes, NetCount, reply, Timestamp } from '../kit/http/schemas.ts';
import { adjustedOf } from './adjustments.ts';
import type { StoredPeriod } from './sql.ts';
import * as store from './sql.ts';

/** A whole number of things: what PostgreSQL's int holds. */
const tally = z.int().min(0).max(2_147_483_647);

const FeeReply = z.object({
  id: idOf('fee'),
  kind: z.enum(['recurring', 'activation']),
  amount: Amount,
  at: Timestamp,
  proratedDays: tally.nullable().meta({ description: 'Null: the whole fee.' }),
  wholeDays: tally.nullable(),
});

/** A billing period as the outside sees it: its usage, its fees, and what it costs so far. */
export const PeriodReply = reply('BillingPeriod', {
  id: idOf('period'),
  kind: z.enum(['ready', 'active']).meta({ description: 'Usage in a ready period is free.' }),
  state: z.enum(['open', 'closed']),
  startsAt: Timestamp,
  endsAt: Timestamp.nullable().meta({ description: 'Half-open. Null: waits for the first usage.' }),
  planName: z.string(),
  planVersion: tally,
  usedBytes: NetBytes,
  takenOverBytes: NetBytes.nullable().meta({
    description:
      'Used in it at another vendor, who was paid for it, before the SIM came here. It counts for the data limit.',
  }),
  allowanceBytes: NetBytes.nullable(),
  leftBytes: NetBytes.nullable(),
  messages: NetCount.meta({ description: 'Charged ones; free in a ready period, and not counted there.' }),
  seconds: NetCount.meta({ description: 'Of calls, likewise.' }),
  charge: Amount.meta({ description: 'Of usage.' }),
  fees: z.array(FeeReply),
  adjusted: Amount.meta({ description: 'Posted beside it: corrections, credits.' }),
  total: Amount.meta({ description: 'Fees, usage and what was adjusted.' }),
  currency: Currency,
});

/** A period has at most one fee of each kind. */
const feesPerPeriod = 2;

/** Periods with their plan and their fees, in a fixed number of statements. */
export async function showPeriods(ctx: Ctx, periods: StoredPeriod[]): Promise<z.output<typeof PeriodReply>[]> {
  if (periods.length === 0) return [];
  return reading(ctx, async (ctx) => {
    const versions = await catalog.getVersions(ctx, [...new Set(periods.map((period) => period.planVersionId))]);
    const plans = await catalog.plansOf(ctx, [...new Set([...versions.values()].map((version) => version.planId))]);
    const fees = await store.listFees(ctx, {
      periodIds: periods.map((period) => period.id),
      limit: periods.length * feesPerPeriod,
    });
    const adjusted = await adjustedOf(
      ctx,
      periods.map((period) => period.id),
    );
    const feesOf = Map.groupBy(fees, (fee) => fee.periodId);
    return periods.map((period) => {
      const version = versions.get(period.planVersionId);
      assert(version, 'a period has a plan version');
      const { currency } = version;
      const own = feesOf.get(period.id) ?? [];
      const beside = adjusted.get(period.id)?.allMicros ?? 0n;
      const total = own.reduce((sum, fee) => sum + fee.amountMicros, period.chargeMicros + beside);
      return {
        ...period,
        planName: plans.get(version.planId)?.name ?? '',
        planVersion: version.version,
        leftBytes: leftOf(period),
        messages: unitsOf(period, 'sms'),
        seconds: unitsOf(period, 'voice'),
        charge: amount(period.chargeMicros, currency),
        fees: own.map((fee) => ({ ...fee, amount: money(fee.amountMicros) })),
        adjusted: money(beside),
        total: money(total),
        currency,
      };
      function money(micros: Micros): string {
        return amount(micros, currency);
      }
    });
  });
}

/** Messages or seconds of a period, in whatever zones. */
function unitsOf({ totals }: Pick<StoredPeriod, 'totals'>, service: 'sms' | 'voice'): bigint {
  return Object.entries(totals ?? {}).reduce(
    (sum, [component, units]) => (component.split(':')[0] === service ? sum + units : sum),
    0n,
  );
}

/** What is left of the allowance; null where there is none. */
export function leftOf(period: Pick<StoredPeriod, 'allowanceBytes' | 'usedBytes'>): bigint | null {
  if (period.allowanceBytes === null) return null;
  return period.usedBytes >= period.allowanceBytes ? 0n : period.allowanceBytes - period.usedBytes;
}
