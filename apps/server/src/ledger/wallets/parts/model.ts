import type { Micros } from '@simwright/measure';
import type { Id } from '../../../kit/ids.ts';

export type PartKind = 'granted' | 'bonus' | 'paid';

/** Money in a wallet that is spent in its own place of the order. */
export type Part = {
  id: Id;
  walletId: Id;
  kind: PartKind;
  /** The lowest is spent first. */
  priority: number;
  /** Null: it stays until it is spent. */
  expiresAt: Date | null;
  amountMicros: Micros;
  unspentMicros: Micros;
  /** What left the wallet unspent: expired, or taken back with the refill that it came with. */
  leftMicros: Micros;
  reason: string;
  /** What it was given for; one part for each. */
  source: string | null;
  madeBy: string;
  createdAt: Date;
  closedAt: Date | null;
  closedAs: 'spent' | 'expired' | 'taken' | null;
};

/** What was given is spent before what was paid, unless it is given another place. */
export const priorities: Record<PartKind, number> = { granted: 100, bonus: 200, paid: 500 };

/** The order of spending: priority, then what expires first, then what came first. */
export function inOrder(parts: readonly Part[]): Part[] {
  const end = (part: Part) => part.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  return [...parts].sort(
    (a, b) => a.priority - b.priority || (end(a) === end(b) ? (a.id < b.id ? -1 : 1) : end(a) - end(b)),
  );
}

/**
 * What is left of each part of a wallet that holds `remaining` now, from what was left of them when a part last came or went. In
 * between the set of parts was the same, so it is enough to know how much is gone in all: it went in the order of spending.
 * More than they had came back from usage (a carrier's restatement): that is paid money. Below zero nothing is left of any, and
 * what comes next repays it.
 */
export function settle(parts: readonly Part[], remainingMicros: Micros): Part[] {
  const had = unspentOf(parts);
  const has = remainingMicros > 0n ? remainingMicros : 0n;
  if (has > had) return addPaid(parts, has - had);
  let gone = had - has;
  return inOrder(parts).map((part) => {
    const spent = gone < part.unspentMicros ? gone : part.unspentMicros;
    gone -= spent;
    return spent === 0n ? part : { ...part, unspentMicros: part.unspentMicros - spent };
  });
}

export function unspentOf(parts: readonly Part[]): Micros {
  return parts.reduce((sum, part) => sum + part.unspentMicros, 0n);
}

/** More paid money; what was given stays as it is. */
export function addPaid(parts: readonly Part[], micros: Micros): Part[] {
  return parts.map((part) =>
    part.kind === 'paid'
      ? { ...part, amountMicros: part.amountMicros + micros, unspentMicros: part.unspentMicros + micros }
      : part,
  );
}

/** How much of a bonus may stay when of its refill only `left` of `whole` stays; rounded down. */
export function bonusKept(amountMicros: Micros, left: Micros, whole: Micros): Micros {
  return (amountMicros * left) / whole;
}
