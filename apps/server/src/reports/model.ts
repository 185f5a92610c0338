import { currencyExponent, divideHalfEven, type Micros, parseDecimal } from '@simwright/measure';
import { Temporal } from 'temporal-polyfill';
import { assert } from '../kit/assert.ts';
import type { Id } from '../kit/ids.ts';

export const revenueTypes = ['recurring', 'activation', 'usage', 'adjustment', 'refill', 'other'] as const;
export type RevenueType = (typeof revenueTypes)[number];
export const groupings = ['type', 'plan', 'telecom', 'company'] as const;
/** What rows of revenue are told apart by. */
export type Grouping = (typeof groupings)[number];

/** Stands for: of no plan, of no telecom, of no company. */
export const nobody: Id = '00000000-0000-0000-0000-000000000000';

export type CarrierCost = {
  id: Id;
  telecomId: Id;
  /** From this month on, like `2026-11`. */
  fromMonth: string;
  /** Major units of the organization's currency for a megabyte, as a decimal. */
  perMb: string;
  /** For each active line and month. */
  perLineMicros: Micros;
  setAt: Date;
  setBy: string;
};

/** What a telecom asks for data and lines. @param mbBytes a megabyte, as the organization counts it. Rounded half-even, once */
export function costOf(
  cost: Pick<CarrierCost, 'perMb' | 'perLineMicros'>,
  used: { bytes: bigint; lines: number },
  currency: string,
  mbBytes: bigint,
): Micros {
  const price = parseDecimal(cost.perMb);
  assert(price.ok, 'a stored price is a decimal');
  const microsOfOne = 10n ** BigInt(currencyExponent(currency) + 6);
  const data = used.bytes * price.value.digits * microsOfOne;
  return divideHalfEven(data, 10n ** BigInt(price.value.scale) * mbBytes) + BigInt(used.lines) * cost.perLineMicros;
}

/** The cost that holds for a month: the latest that begins in it or before, and of these the one set last. */
export function costIn(costs: CarrierCost[], month: string): CarrierCost | null {
  return costs
    .filter((cost) => cost.fromMonth <= month)
    .reduce<CarrierCost | null>(
      (best, cost) =>
        best === null || cost.fromMonth > best.fromMonth || (cost.fromMonth === best.fromMonth && cost.id > best.id)
          ? cost
          : best,
      null,
    );
}

/** `2026-11`: the month of an instant there. */
export function monthAt(at: Date, zone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
  return local.toPlainDate().toPlainYearMonth().toString();
}

/** The half-open interval of a month there. */
export function boundsOf(month: string, zone: string): { from: Date; to: Date } {
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  const at = (day: Temporal.PlainDate) => new Date(day.toZonedDateTime(zone).epochMilliseconds);
  return { from: at(first), to: at(first.add({ months: 1 })) };
}

/** A month so many months later; below zero: earlier. */
export function monthsAfter(month: string, months: number): string {
  return Temporal.PlainYearMonth.from(month).add({ months }).toString();
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/**
 * When a month is counted next. Late usage may still come to a month that is over, until it is invoiced: three months are looked at every
 * day, older ones every thirty days.
 */
export function nextCount(month: string, thisMonth: string, now: Date): Date {
  const wait =
    month >= thisMonth
      ? 10 * minuteMs
      : month >= monthsAfter(thisMonth, -1)
        ? 60 * minuteMs
        : month >= monthsAfter(thisMonth, -3)
          ? dayMs
          : 30 * dayMs;
  return new Date(now.getTime() + wait);
}
