import type { PlanVersion } from '../../catalog/index.ts';
import type { Id } from '../../kit/ids.ts';
import { type Anchor, localDays, type Span, wholePeriod } from './calendar.ts';
import {
  type Contribution,
  type Fee,
  noChanges,
  type Period,
  type PeriodChanges,
  type PlannedLine,
  periodLength,
  sharesPool,
} from './period.ts';
import { prorateAllowance, prorateFee } from './proration.ts';

/** A part of a whole period in local calendar days. */
export type Part = { days: number; wholeDays: number };

/** The local days of a span that is shorter than a whole period, and of that whole; null when nothing is missing. */
export function partOf(version: PlanVersion, anchor: Anchor, span: Span): Part | null {
  const length = periodLength(version);
  const whole = wholePeriod(length, anchor, span.startsAt);
  const wholeDays = localDays(whole.startsAt, whole.endsAt, anchor.zone);
  const days = localDays(span.startsAt, span.endsAt, anchor.zone);
  return days < wholeDays ? { days, wholeDays } : null;
}

/**
 * An active period with what opening it costs: the recurring fee (unless the month has paid it already), the activation
 * fee, which is charged once per line and account, and what a member of a dynamic pool brings to its month.
 */
export function openActive(
  line: PlannedLine,
  anchor: Anchor,
  span: Span,
  id: Id,
  options: { recurringPaid?: boolean; allowanceBytes?: bigint } = {},
): PeriodChanges & { open: [Period] } {
  const { version } = line;
  const part = version.prorated ? partOf(version, anchor, span) : null;
  const shares = sharesPool(version);
  const own = version.type === 'prepaid' ? (options.allowanceBytes ?? 0n) : shares ? null : version.allowanceBytes;
  const period: Period = {
    ...emptyPeriod(id, line, anchor),
    kind: 'active',
    ...span,
    payerId: line.payerId,
    poolId: shares ? line.poolId : null,
    allowanceBytes: part && own !== null ? prorateAllowance(own, part.days, part.wholeDays) : own,
  };
  const changes: PeriodChanges & { open: [Period] } = { ...noChanges, open: [period] };
  if (version.type === 'prepaid' || version.type === 'static_pool') return changes;
  if (version.type === 'dynamic_pool') {
    if (line.contributed || !line.poolId) return changes;
    return { ...changes, contributions: [contributionOf(line, part, span.startsAt)] };
  }
  const fees = [
    ...(options.recurringPaid ? [] : [recurringFee(line, id, part, span.startsAt)]),
    activationFee(line, id, span.startsAt),
  ];
  return { ...changes, fees: fees.filter((fee) => fee.amountMicros > 0n) };
}

/** The recurring fee of a period, or of the part of it that a prorated plan charges. */
export function recurringFee(line: PlannedLine, periodId: Id, part: Part | null, at: Date): Fee {
  const { version } = line;
  return {
    ...feeOf(line, periodId, at),
    kind: 'recurring',
    amountMicros: part ? prorateFee(version.feeMicros, part.days, part.wholeDays) : version.feeMicros,
    proratedDays: part?.days ?? null,
    wholeDays: part?.wholeDays ?? null,
  };
}

function activationFee(line: PlannedLine, periodId: Id, at: Date): Fee {
  return {
    ...feeOf(line, periodId, at),
    kind: 'activation',
    amountMicros: line.version.activationFeeMicros,
    proratedDays: null,
    wholeDays: null,
  };
}

function feeOf(line: PlannedLine, periodId: Id, at: Date) {
  return {
    lineId: line.id,
    poolId: null,
    periodId,
    planVersionId: line.version.id,
    payerId: line.payerId,
    fromWallet: line.version.type === 'paygo',
    currency: line.version.currency,
    at,
  };
}

/** What a member brings to the open month of its dynamic pool, from `at` to its end where its plan is prorated. */
export function contributionOf(line: PlannedLine, part: Part | null, at: Date): Contribution {
  const { version } = line;
  return {
    poolId: line.poolId!,
    lineId: line.id,
    planVersionId: version.id,
    allowanceBytes: part
      ? prorateAllowance(version.allowanceBytes ?? 0n, part.days, part.wholeDays)
      : (version.allowanceBytes ?? 0n),
    feeMicros: part ? prorateFee(version.feeMicros, part.days, part.wholeDays) : version.feeMicros,
    currency: version.currency,
    proratedDays: part?.days ?? null,
    wholeDays: part?.wholeDays ?? null,
    at,
  };
}

export function emptyPeriod(id: Id, line: PlannedLine, anchor: Anchor) {
  return {
    id,
    lineId: line.id,
    anchor,
    state: 'open' as const,
    planVersionId: line.version.id,
    usedBytes: 0n,
    limitUsedBytes: 0n,
    takenOverBytes: null,
    totals: null,
    poolId: null,
    recurringMicros: null,
    chargeMicros: 0n,
    invoicedAt: null,
    version: 0n,
  };
}
