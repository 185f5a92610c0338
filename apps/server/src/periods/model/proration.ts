import { divideHalfEven, floorDiv, type Micros } from '@simwright/measure';

/**
 * The fee for a part of a period, in local calendar days, rounded half-even to micro-minor units.
 *
 * The denominator is the whole period, from boundary to boundary: a line that starts on 17 April pays 14 of 30 days.
 */
export function prorateFee(fee: Micros, usedDays: number, wholeDays: number): Micros {
  const [used, whole] = days(usedDays, wholeDays);
  return divideHalfEven(fee * used, whole);
}

/** The allowance for the same part of the period, rounded down to whole bytes. */
export function prorateAllowance(allowanceBytes: bigint, usedDays: number, wholeDays: number): bigint {
  const [used, whole] = days(usedDays, wholeDays);
  return floorDiv(allowanceBytes * used, whole);
}

function days(used: number, whole: number): [bigint, bigint] {
  if (!Number.isInteger(used) || !Number.isInteger(whole) || used < 0 || whole < 1 || used > whole) {
    throw new RangeError(`Not a part of a period: ${used} of ${whole} days`);
  }
  return [BigInt(used), BigInt(whole)];
}
