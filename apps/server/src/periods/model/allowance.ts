import type { PlanVersion } from '../../catalog/index.ts';
import { localDays, wholePeriod } from './calendar.ts';
import { type Period, periodLength } from './period.ts';
import { prorateAllowance } from './proration.ts';

type Spanned = Pick<Period, 'startsAt' | 'endsAt' | 'anchor' | 'allowanceBytes' | 'poolId'>;

/**
 * The allowance that a period on `own` would have on another version: the same part of it. A period that a plan ended may
 * not count its last day, which is the next plan's; which it was, its own allowance tells.
 */
export function allowanceUnder(other: PlanVersion, own: PlanVersion, period: Spanned): bigint | null {
  if (period.poolId !== null || other.allowanceBytes === null) return null;
  // What was bought is what there is.
  if (own.type === 'prepaid') return period.allowanceBytes;
  if (period.allowanceBytes === own.allowanceBytes || period.endsAt === null) return other.allowanceBytes;
  const { anchor, startsAt, endsAt } = period;
  const whole = wholePeriod(periodLength(own), anchor, startsAt);
  const wholeDays = localDays(whole.startsAt, whole.endsAt, anchor.zone);
  const days = [localDays(startsAt, endsAt, anchor.zone), localDays(startsAt, endsAt, anchor.zone, endsAt)] as const;
  const fits = (count: number) =>
    prorateAllowance(own.allowanceBytes ?? 0n, count, wholeDays) === period.allowanceBytes;
  return prorateAllowance(other.allowanceBytes, fits(days[0]) ? days[0] : days[1], wholeDays);
}
