import { ceilDiv } from '@simwright/measure';
import type { z } from 'zod';
import { amount } from '../../kit/http/schemas.ts';
import type { PoolCosts, PoolPeriod } from '../../periods/index.ts';
import type { Forecast } from './forecast.ts';
import type { ForecastReply, MonthReply } from './schemas.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** A month of a pool as the outside sees it. */
export function showMonth(
  month: PoolPeriod,
  { recurringMicros, activationMicros, contributions }: PoolCosts,
  now: Date,
): z.output<typeof MonthReply> {
  const { terms, allowanceBytes, usedBytes, limitUsedBytes, dataLimitBytes } = month;
  const money = (micros: bigint) => amount(micros, terms.currency);
  const overageBytes = usedBytes > allowanceBytes ? usedBytes - allowanceBytes : 0n;
  const isOpen = month.state === 'open';
  return {
    id: month.id,
    state: month.state,
    startsAt: month.startsAt,
    endsAt: month.endsAt,
    daysLeft: isOpen ? Math.max(0, Math.ceil((month.endsAt.getTime() - now.getTime()) / dayMs)) : 0,
    termsVersion: terms.version,
    currency: terms.currency,
    allowanceBytes,
    usedBytes,
    leftBytes: allowanceBytes > usedBytes ? allowanceBytes - usedBytes : 0n,
    overageBytes,
    overageBlocks: blocksOf(month, usedBytes),
    overageSizeBytes: terms.overageSizeBytes,
    limitUsedBytes,
    limitReached: isOpen && dataLimitBytes !== null && limitUsedBytes >= dataLimitBytes,
    contributions,
    fees: money(recurringMicros),
    activationFees: money(activationMicros),
    charge: money(month.chargeMicros),
    total: money(recurringMicros + activationMicros + month.chargeMicros),
  };
}

export function showForecast(month: PoolPeriod, forecast: Forecast): z.output<typeof ForecastReply> {
  const { basisMs, ...rest } = forecast;
  const blocks = blocksOf(month, forecast.usedAtEndBytes);
  const chargeAtEnd = blocks * (month.terms.overagePriceMicros ?? 0n);
  return {
    ...rest,
    basisHours: Math.max(1, Math.round(basisMs / hourMs)),
    chargeAtEnd: amount(chargeAtEnd, month.terms.currency),
  };
}

/** Blocks of overage that so much use starts; none where overage is free. */
function blocksOf({ allowanceBytes, terms }: PoolPeriod, usedBytes: bigint): bigint {
  if (terms.overageSizeBytes === null || usedBytes <= allowanceBytes) return 0n;
  return ceilDiv(usedBytes - allowanceBytes, terms.overageSizeBytes);
}
