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
  type Period,
  type PeriodChanges,
  type PlannedLine,
  periodLength,
} from './period.ts';
import { prorateAllowance, prorateFee } from './proration.ts';

/** What the running period costs with another allowance: the price is not of this room. */
export type PriceOf = (version: PlanVersion, period: Period, allowanceBytes: bigint | null) => bigint;

/** The recurring fee that a running period was charged, and since when: its month may have begun while the line was ready. */
export type Borne = { periodId: Id; paidMicros: bigint; from: Date };

/** The open period of a line, with the version it is on and the fee that it bears. */
export type Running = { period: Period; version: PlanVersion | null; borne: Borne };

/**
 * Ends the running period at an instant. A prorated plan gives back the fee of the days that are left and takes their part
 * of the allowance with it; what was used beyond the smaller allowance is charged.
 *
 * A started day counts once, for the plan that is assigned last on it: where another period follows, the day of the change is the
 * other's; where none does, it is still this one's.
 */
export function decideEnd(
  line: BilledLine,
  running: Running | null,
  at: Date,
  { followed, price }: { followed: boolean; price: PriceOf },
): Pick<PeriodChanges, 'close' | 'adjustments'> {
  if (!running) return { close: [], adjustments: [] };
  const { period: current, version, borne } = running;
  const close: Close = { id: current.id, lineId: line.id, kind: current.kind, at, version: current.version };
  if (!version?.prorated) return { close: [close], adjustments: [] };
  const adjustments: Adjustment[] = [];
  const common = {
    lineId: line.id,
    poolId: null,
    payerId: current.payerId ?? line.payerId,
    kind: 'plan_change' as const,
    currency: version.currency,
  };
  const detailOf = ({ days, wholeDays }: Part) => ({ days, wholeDays });
  if (borne.paidMicros > 0n) {
    const part = daysUsed(version, current, borne.from, at, followed);
    const amountMicros = prorateFee(version.feeMicros, part.days, part.wholeDays) - borne.paidMicros;
    if (amountMicros !== 0n) {
      const reason = `The plan ended after ${part.days} of ${part.wholeDays} days.`;
      const { periodId } = borne;
      adjustments.push({ ...common, periodId, amountMicros, reason, detail: detailOf(part), of: 'fee' });
    }
  }
  if (current.kind === 'ready' || current.allowanceBytes === null || version.allowanceBytes === null)
    return { close: [close], adjustments };
  const part = daysUsed(version, current, current.startsAt, at, followed);
  const allowanceBytes = prorateAllowance(version.allowanceBytes, part.days, part.wholeDays);
  const more = price(version, current, allowanceBytes) - price(version, current, current.allowanceBytes);
  if (more !== 0n) {
    const reason = `The allowance of ${part.days} of ${part.wholeDays} days was passed: ${formatAmount(more, version.currency)} of overage.`;
    const detail = {
      ...detailOf(part),
      allowanceBytes: String(allowanceBytes),
      usedBytes: String(current.usedBytes),
    };
    adjustments.push({ ...common, periodId: current.id, amountMicros: more, reason, detail, of: 'usage' });
  }
  return { close: [{ ...close, allowanceBytes }], adjustments };
}

/** The days from `from` on that a plan is charged for which ends at `at`, of its whole period. */
function daysUsed(version: PlanVersion, { anchor }: Period, from: Date, at: Date, followed: boolean): Part {
  const whole = wholePeriod(periodLength(version), anchor, from);
  return {
    days: localDays(from, at, anchor.zone, followed ? at : undefined),
    wholeDays: localDays(whole.startsAt, whole.endsAt, anchor.zone),
  };
}

/** A plan that takes effect now: the period of the new plan begins, with what goes along of a prepaid balance. */
export function decideChangeNow(line: PlannedLine, at: Date, id: Id, allowanceBytes: bigint): PeriodChanges {
  const anchor = anchorAt(at, anchorZone(line.version, line.zone));
  return openActive(line, anchor, openPeriod(periodLength(line.version), anchor, at), id, { allowanceBytes });
}
