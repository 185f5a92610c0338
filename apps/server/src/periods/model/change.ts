import { formatAmount } from '@simwright/measure';
import type { PlanVersion } from '../../catalog/index.ts';
import type { Id } from '../../kit/ids.ts';
import { anchorAt, localDays, openPeriod, wholePeriod } from './calendar.ts';
import { openActive, type Part } from './opening.ts';
import {
  type Adjustment,
  anchorZone,
  type BilledLine,
  type Close,
  noChanges,
  type Period,
  type PeriodChanges,
  type PlannedLine,
  periodLength,
} from './period.ts';
import { prorateAllowance, prorateFee } from './proration.ts';

/** What the running period costs with another allowance: the price is not of this room. */
export type PriceOf = (version: PlanVersion, period: Period, allowanceBytes: bigint | null) => bigint;

/**
 * Ends the running period at an instant. A prorated plan gives back the fee of the days that are left and takes their part
 * of the allowance with it; what was used beyond the smaller allowance is charged. The day of the change belongs to the plan that
 * comes after it: a started day counts once, for the plan that is assigned last on it.
 */
export function decideEnd(
  line: BilledLine,
  current: Period | null,
  version: PlanVersion | null,
  at: Date,
  paidMicros: bigint,
  price: PriceOf,
): Pick<PeriodChanges, 'close' | 'adjustments'> {
  if (!current) return { close: [], adjustments: [] };
  const close: Close = { id: current.id, lineId: line.id, kind: current.kind, at, version: current.version };
  const part = version?.prorated && current.kind === 'active' ? daysUsed(version, current, at) : null;
  if (!version || !part) return { close: [close], adjustments: [] };
  const adjustments: Adjustment[] = [];
  const common = {
    lineId: line.id,
    periodId: current.id,
    payerId: current.payerId!,
    kind: 'plan_change' as const,
    currency: version.currency,
  };
  const detail = { days: part.days, wholeDays: part.wholeDays };
  const feeDue = paidMicros === 0n ? 0n : prorateFee(version.feeMicros, part.days, part.wholeDays);
  if (feeDue !== paidMicros) {
    const reason = `The plan ended after ${part.days} of ${part.wholeDays} days.`;
    adjustments.push({ ...common, amountMicros: feeDue - paidMicros, reason, detail, of: 'fee' });
  }
  if (current.allowanceBytes === null || version.allowanceBytes === null) return { close: [close], adjustments };
  const allowanceBytes = prorateAllowance(version.allowanceBytes, part.days, part.wholeDays);
  const more = price(version, current, allowanceBytes) - price(version, current, current.allowanceBytes);
  if (more !== 0n) {
    const reason = `The allowance of ${part.days} of ${part.wholeDays} days was passed: ${formatAmount(more, version.currency)} of overage.`;
    const shrunk = { ...detail, allowanceBytes: String(allowanceBytes), usedBytes: String(current.usedBytes) };
    adjustments.push({ ...common, amountMicros: more, reason, detail: shrunk, of: 'usage' });
  }
  return { close: [{ ...close, allowanceBytes }], adjustments };
}

/** The days that a period cut at `at` is charged for: those that began before today. */
function daysUsed(version: PlanVersion, current: Period, at: Date): Part {
  const { anchor } = current;
  const whole = wholePeriod(periodLength(version), anchor, current.startsAt);
  const wholeDays = localDays(whole.startsAt, whole.endsAt, anchor.zone);
  return { days: localDays(current.startsAt, at, anchor.zone, at), wholeDays };
}

/** A plan that takes effect now: the running period ends here, and one of the new plan begins. */
export function decideChangeNow(
  line: PlannedLine,
  ended: Pick<PeriodChanges, 'close' | 'adjustments'>,
  at: Date,
  id: Id,
): PeriodChanges {
  const anchor = anchorAt(at, anchorZone(line.version, line.zone));
  const span = openPeriod(periodLength(line.version), anchor, at);
  const opened = openActive(line, anchor, span, id);
  return { ...noChanges, ...opened, ...ended };
}
