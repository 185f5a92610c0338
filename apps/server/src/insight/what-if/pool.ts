import type { Micros } from '@simwright/measure';
import type { PoolVersion } from '../../pools/index.ts';
import { poolPriceFor } from '../../rating/index.ts';
import type { LineCost } from './rate.ts';

/** What lines would have used of one pool together, and brought to it, so far. */
export type PoolSum = {
  /** Bytes of each cut. */
  bytes: bigint[];
  /** What the members of a dynamic pool bring to each month, `2026-03`. */
  brought: Map<string, bigint>;
};

export function emptyPool(cuts: number): PoolSum {
  return { bytes: new Array<bigint>(cuts).fill(0n), brought: new Map() };
}

/** Adds a member to the sum. @param monthOf the calendar month that an instant lies in */
export function addMember(sum: PoolSum, cost: LineCost, monthOf: (at: Date) => string): void {
  for (const { cut, bytes } of cost.pooled) sum.bytes[cut]! += bytes;
  for (const { startsAt, allowanceBytes } of cost.brought) {
    const month = monthOf(startsAt);
    sum.brought.set(month, (sum.brought.get(month) ?? 0n) + allowanceBytes);
  }
}

export type PoolCost = { fee: Micros; overage: Micros; points: { point: number; micros: Micros }[] };

/**
 * What the pool itself would have cost: its fee on the first day of each month that begins in the window, and overage over
 * the data of all members. Pure.
 *
 * @param cuts the month, the first day and the point of the series of each cut; -1 before the window
 */
export function ratePool(
  type: 'static' | 'dynamic',
  version: PoolVersion,
  sum: PoolSum,
  cuts: readonly { date: string; month: string; point: number }[],
): PoolCost {
  const price = poolPriceFor(version);
  const cost: PoolCost = { fee: 0n, overage: 0n, points: [] };
  let month = '';
  let used = 0n;
  let before = 0n;
  for (const [i, cut] of cuts.entries()) {
    if (cut.month !== month) {
      month = cut.month;
      used = 0n;
      before = 0n;
      if (cut.point >= 0 && cut.date.endsWith('-01') && version.feeMicros > 0n) {
        cost.fee += version.feeMicros;
        cost.points.push({ point: cut.point, micros: version.feeMicros });
      }
    }
    used += sum.bytes[i]!;
    const after = price(used, type === 'static' ? version.allowanceBytes : (sum.brought.get(month) ?? 0n));
    if (cut.point >= 0 && after !== before) {
      cost.overage += after - before;
      cost.points.push({ point: cut.point, micros: after - before });
    }
    before = after;
  }
  return cost;
}
